package approval

import (
	"errors"
	"slices"
	"strings"

	"yitang/internal/document"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/pack"
	"yitang/internal/precheck"
)

// paper is the approval document for what was decided. It depends on nothing
// but events, so that laying it out again gives the same bytes.
func paper(a Approval, r Round, p DocumentPrepared, o Letterhead) document.Approval {
	c := r.Dossier
	d := document.Approval{
		Office: o.Office, Number: p.Number, Issued: p.On, At: p.At, Unit: c.Unit.Name, Delegation: c.Trip.Title, Purpose: c.Trip.Purpose,
		Depart: c.Trip.Depart, Return: c.Trip.Return, DaysAbroad: c.Trip.Days(), Fund: fundWords(c, o.Wording), Conditions: a.Conditions,
		ValidUntil: p.ValidUntil, Supersedes: p.Replaces, CopiesTo: o.CopiesTo, Case: a.Number, Code: p.Code, VerifyURL: o.VerifyURL + PlainCode(p.Code), Wording: o.Wording,
	}
	if c.Trip.ForTerm() {
		d.DaysEach, d.Fund = c.Trip.DaysEach, ""
	}
	d.Under = p.Under
	approved := a.Approved()
	for _, i := range c.HeadFirst() {
		m := c.Members[i]
		if i >= len(r.Members) || !slices.Contains(approved, r.Members[i].Person) {
			continue
		}
		line := document.Member{Name: m.Name(), Surname: m.FamilyName, Post: m.Post, Role: roleWords[m.Role], Sex: sexWords[m.Sex]}
		if line.Role == "" {
			line.Role = roleWords[dossier.Ordinary]
		}
		if from := c.From(i); from != c.Unit.Name {
			line.Unit = from
		}
		d.Members = append(d.Members, line)
	}
	for _, l := range c.Legs {
		if !l.Counts() {
			continue
		}
		d.Legs = append(d.Legs, document.Leg{Country: o.Country(l.Country), City: l.City, Arrive: l.Arrive.Date, Leave: l.Leave.Date, Hosts: hostsAt(c, l)})
	}
	return d
}

// confirmation is the same for a delegation that another authority approves. It
// holds as long as our decision and the mission notice both do.
func confirmation(a Approval, r Round, p DocumentPrepared, o Letterhead) (document.Confirmation, error) {
	notice, ok := a.NoticeOf(r.Dossier)
	if !ok {
		return document.Confirmation{}, errors.New("a confirmation without the mission notice that it confirms")
	}
	d := document.Confirmation{Approval: paper(a, r, p, o), Organiser: r.Dossier.Trip.Organiser, Authority: notice.Authority, Notice: notice.Number}
	if d.Organiser == "" {
		d.Organiser = notice.Authority
	}
	return d, nil
}

// Letterhead is what stands on every document of the office.
type Letterhead struct {
	Office       string                   // full name, as on the seal
	VerifyURL    string                   // what a code is appended to
	CopiesTo     []string                 // other organs that get a copy
	Number       pack.Pattern             // of the documents' series
	Confirmation pack.Pattern             // of confirmations of missions that others approve
	Country      func(code string) string // Chinese name of a country or region
	Wording      document.Wording         // the office's own sentences
}

var roleWords = map[dossier.Role]string{dossier.Head: "团长", dossier.Ordinary: "团员", dossier.Interpreter: "翻译"}
var sexWords = map[dossier.Sex]string{dossier.Male: "男", dossier.Female: "女"}

// hostsAt are the bodies that invite to a leg's country or receive at its place,
// each once: what is done there is the mission's task, which stands above.
func hostsAt(c dossier.Case, l dossier.Leg) string {
	var out []string
	add := func(name string) {
		if name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	for _, i := range c.Invitations {
		if i.IssuerCountry == l.Country {
			add(i.HostName())
		}
	}
	for _, h := range c.Itinerary {
		if h.Official && h.Country == l.Country && h.City == l.City {
			add(dossier.HostName(c.Invitations, h.Host))
		}
	}
	return strings.Join(out, "、")
}

func fundWords(c dossier.Case, w document.Wording) string {
	if c.Budget == nil {
		return ""
	}
	return w.Fund(c.Budget.Fund)
}

// Undrawable names the texts of a case that the document can't show, as an
// Invalid with the field of each, so that the question comes up before the
// decision and not after it.
func Undrawable(c dossier.Case) error {
	var wrong []fault.Finding
	for _, u := range precheck.Unprintables(&c) {
		wrong = append(wrong, fault.Finding{Field: u.Path, Key: "approval.undrawable", Args: map[string]any{"given": u.Given, "characters": u.Characters}})
	}
	if len(wrong) > 0 {
		return fault.Invalid(wrong...)
	}
	return nil
}
