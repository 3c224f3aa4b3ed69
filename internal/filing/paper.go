package filing

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/money"
	"yitang/ref"
)

// Paper is what a draft holds (草稿): only what was typed for this trip. What is
// known of people, unit and booklets, and what follows from all that, is added
// when it is assembled.
type Paper struct {
	// Case holds what was typed, at its place in a case file. Of its members
	// only what belongs to this trip is filled: role, paper, consents.
	Case   dossier.Case `json:"case"`
	People []string     `json:"people"` // persons, in the order of Case.Members
	// Typed names the fields of people's records that were typed in the course
	// of this case, by person.
	Typed map[string][]string `json:"typed,omitempty"`

	Fx       map[money.Currency]Fx              `json:"fx,omitempty"`
	Costs    map[dossier.CostKind]money.Decimal `json:"costs,omitempty"`    // the same for each member, in yuan
	Rates    map[string]Rate                    `json:"rates,omitempty"`    // by RatePlace: where the table has no standard
	Lines    []Line                             `json:"lines,omitempty"`    // typed lines, in the place of derived ones and beside them
	OwnLines bool                               `json:"ownLines,omitempty"` // Lines are the whole budget: nothing is derived

	LaidOut bool `json:"laidOut,omitempty"` // half-days that nobody wrote follow from legs, hosts and task

	// Raw is what was typed and can't be read, by path: it isn't lost, and
	// keeps the case from being presented.
	Raw     map[string]string `json:"raw,omitempty"`
	Answers map[string]string `json:"answers,omitempty"` // to warnings, by precheck.Finding.Subject

	// Uses are the unit's papers that were chosen for this trip out of what it
	// holds, each by the id that it had then.
	Uses []string `json:"uses,omitempty"`

	CopiedFrom string            `json:"copiedFrom,omitempty"` // an earlier case
	Copied     map[string]string `json:"copied,omitempty"`     // what came from it, by path

	// After a sending back the draft goes on with the application as it was
	// handed in; Case stays as it was.
	Correction *dossier.Case     `json:"correction,omitempty"`
	Round      int               `json:"round,omitempty"` // that Correction follows
	Replies    map[string]string `json:"replies,omitempty"`

	Amending *Amending `json:"amending,omitempty"` // the draft changes an approved mission
	// Undo is how the draft was before one click mended something, while
	// nothing else was written since.
	Undo *Undo `json:"undo,omitempty"`

	// Former is the notice that was taken down for another one, with the answer
	// to whether anybody objected: put up anew by mistake, it can stand again.
	Former *dossier.Notice `json:"former,omitempty"`

	// Asked are the places that were still to be filled in when a step was last
	// confirmed, Came those of them that weren't known before.
	Asked []string `json:"asked,omitempty"`
	Came  []string `json:"came,omitempty"`

	Touched map[string]Touch `json:"touched,omitempty"`

	// Left are those who were taken out of the group, as they were in it: while the
	// draft isn't handed in they can come back.
	Left []Left `json:"left,omitempty"`
}

// Left is somebody who was taken out, with what was written of them for this trip.
type Left struct {
	Person string         `json:"person"`
	At     int            `json:"at"` // their place in the group
	Member dossier.Member `json:"member"`
	Lines  []Line         `json:"lines,omitempty"`
}

// Undo is a draft before a fix, and people's records where the fix changed them.
type Undo struct {
	After  int64             `json:"after"` // revision that the fix made
	Paper  json.RawMessage   `json:"paper"`
	People map[string]Record `json:"people,omitempty"`
}

// Record is a person's record before a fix, and what the fix makes of it.
type Record struct {
	Was dossier.Member `json:"was"`
	Is  dossier.Member `json:"is"`
}

// Fx is the exchange rate that a budget counts with: yuan for one unit.
type Fx struct {
	Rate money.Decimal `json:"rate,omitzero"`
	Date calendar.Date `json:"date,omitzero"`
	// Source is who published it; empty when a person wrote the rate.
	Source string `json:"source,omitempty"`
}

// Rate is what lodging, meals and sundries of a day come to at a place without a
// standard, as somebody wrote it: the same for each member. A given 0 claims nothing.
type Rate struct {
	Currency money.Currency                     `json:"currency,omitempty"`
	Most     map[dossier.CostKind]money.Decimal `json:"most,omitempty"`
}

// RatePlace is how a place is spelt among a draft's own rates.
func RatePlace(country, city string) string {
	return country + "." + strings.Join(strings.Fields(city), "")
}

// Line is a line of the budget as it was typed, for one person or the group ("").
type Line struct {
	Person string `json:"person,omitempty"`
	Nr     int    `json:"nr,omitempty"` // of a line that the unit added: it stands beside others like it
	dossier.BudgetLine
}

// Key tells lines apart; a typed line takes the place of the derived one with
// its key.
func (l Line) Key() string {
	if l.Nr > 0 {
		return "own/" + strconv.Itoa(l.Nr)
	}
	return l.Person + "/" + string(l.Kind) + "/" + l.Country + "/" + l.City
}

// Touch is when a field was last changed, so that a page that was shown before
// doesn't overwrite it.
type Touch struct {
	Revision int64     `json:"revision"`
	By       string    `json:"by"` // account
	At       time.Time `json:"at"`
}

// comesHome is the day of return as far as the draft tells it.
func (p Paper) comesHome() calendar.Date { return (&assembler{p: p}).comesHome() }

// Put sets a field as typed. What can't be read is kept in Raw; the error says
// why, and the draft can be saved nevertheless.
func (p *Paper) Put(path, typed string) error {
	c := &p.Case
	if p.Correction != nil {
		c = p.Correction
	}
	err := c.Put(path, typed)
	if _, unreadable := dossier.AsReadError(err); unreadable {
		if p.Raw == nil {
			p.Raw = map[string]string{}
		}
		p.Raw[path] = typed
		return err
	}
	if err != nil {
		return err
	}
	delete(p.Raw, path)
	return nil
}

// Text is what stands in a field: what was typed, readable or not.
func (p Paper) Text(path string) string {
	if raw, ok := p.Raw[path]; ok {
		return raw
	}
	if p.Correction != nil {
		return p.Correction.Text(path)
	}
	return p.Case.Text(path)
}

// AddPerson puts somebody into the group: once.
func (p *Paper) AddPerson(id string) bool {
	if id == "" || slices.Contains(p.People, id) {
		return false
	}
	m := dossier.Member{Role: dossier.Ordinary}
	if len(p.People) == 0 {
		m.Role = dossier.Head
	}
	p.People, p.Case.Members = append(p.People, id), append(p.Case.Members, m)
	p.Left = slices.DeleteFunc(p.Left, func(l Left) bool { return l.Person == id })
	return true
}

// TypedOf notes fields of somebody's record that were typed in the course of
// this case, so that the ledger counts them here.
func (p *Paper) TypedOf(who string, names []string) {
	for _, name := range names {
		if slices.Contains(p.Typed[who], name) {
			continue
		}
		if p.Typed == nil {
			p.Typed = map[string][]string{}
		}
		p.Typed[who] = append(p.Typed[who], name)
	}
}

// DropPerson takes somebody out of the group, with what was typed about them.
func (p *Paper) DropPerson(id string) bool {
	i := slices.Index(p.People, id)
	if i < 0 {
		return false
	}
	out := Left{Person: id, At: i, Member: p.Case.Members[i]}
	p.People, p.Case.Members = slices.Delete(p.People, i, i+1), slices.Delete(p.Case.Members, i, i+1)
	p.Lines = slices.DeleteFunc(slices.Clone(p.Lines), func(l Line) bool {
		if l.Person == id {
			out.Lines = append(out.Lines, l)
		}
		return l.Person == id
	})
	p.Left = append(p.Left, out)
	p.dropRaw("members")
	return true
}

// RestorePerson takes back that somebody was taken out: they stand where they did,
// with what was written of them.
func (p *Paper) RestorePerson(id string) bool {
	k := slices.IndexFunc(p.Left, func(l Left) bool { return l.Person == id })
	if k < 0 || slices.Contains(p.People, id) {
		return false
	}
	l := p.Left[k]
	if slices.ContainsFunc(p.Case.Members, func(m dossier.Member) bool { return m.Role == dossier.Head }) && l.Member.Role == dossier.Head {
		l.Member.Role = dossier.Ordinary // somebody leads in their place by now
	}
	i := min(l.At, len(p.People))
	p.People, p.Case.Members = slices.Insert(slices.Clone(p.People), i, id), slices.Insert(slices.Clone(p.Case.Members), i, l.Member)
	p.Lines = append(p.Lines, l.Lines...)
	p.Left = slices.Delete(slices.Clone(p.Left), k, k+1)
	p.dropRaw("members")
	return true
}

// Drop takes an item out of a list.
func (p *Paper) Drop(path string) error {
	c := &p.Case
	if p.Correction != nil {
		c = p.Correction
	}
	if err := c.Drop(path); err != nil {
		return err
	}
	head, _, _ := cutLast(path)
	p.dropRaw(head) // their numbers are no longer right
	return nil
}

func cutLast(path string) (string, string, bool) {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '[' {
			return path[:i], path[i:], true
		}
	}
	return path, "", false
}

func (p *Paper) dropRaw(field string) {
	maps.DeleteFunc(p.Raw, func(path, _ string) bool { return dossier.Within(path, field) })
}

// SetLine puts a typed line in the place of the one with its key.
func (p *Paper) SetLine(l Line) {
	for i := range p.Lines {
		if p.Lines[i].Key() == l.Key() {
			p.Lines[i] = l
			return
		}
	}
	p.Lines = append(p.Lines, l)
}

// DropLine takes a typed line away; a derived one comes back in its place.
func (p *Paper) DropLine(key string) {
	p.Lines = slices.DeleteFunc(p.Lines, func(l Line) bool { return l.Key() == key })
}

// values is everything in the draft by path, to find what a change touches.
func (p Paper) values() map[string]string {
	c := p.Case
	if p.Correction != nil {
		c = *p.Correction
	}
	m := c.Values()
	spell := func(path string, v any) {
		if b, err := json.Marshal(v); err == nil {
			m[path] = string(b)
		}
	}
	if len(p.People) > 0 {
		spell("members", p.People)
	}
	if len(p.Uses) > 0 {
		spell("materials", p.Uses)
	}
	for _, l := range p.Lines {
		spell("line:"+l.Key(), l.BudgetLine)
	}
	for c, fx := range p.Fx {
		spell("fx."+string(c), fx)
	}
	for k, d := range p.Costs {
		spell("costs."+string(k), d)
	}
	for place, r := range p.Rates {
		m["rates."+place+".currency"] = string(r.Currency)
		for k, d := range r.Most {
			spell("rates."+place+"."+string(k), d)
		}
	}
	for k, s := range p.Answers {
		m["answers."+k] = s
	}
	for k, s := range p.Replies {
		m["replies."+k] = s
	}
	if p.OwnLines {
		m["budget.lines"] = "own"
	}
	if p.LaidOut {
		m["itinerary"] = "laid out"
	}
	if p.Amending != nil {
		m["amendment.reason"] = p.Amending.Reason
	}
	maps.Copy(m, p.Raw) // over what could be read before: it is what stands in the field
	return m
}

// same tells whether two drafts are one to the last word.
func (p Paper) same(as Paper) (bool, error) {
	a, err := json.Marshal(p)
	if err != nil {
		return false, err
	}
	b, err := json.Marshal(as)
	return bytes.Equal(a, b), err
}

// clone is a copy that shares nothing.
func (p Paper) clone() (Paper, error) {
	var out Paper
	b, err := json.Marshal(p)
	if err == nil {
		err = json.Unmarshal(b, &out)
	}
	return out, err
}

// Answer keeps the unit's words on a warning. What is said of all that a rule warns
// of takes the place of what was said of one; no words take an answer back.
func (p *Paper) Answer(subject, words string) {
	if rule, of, _ := strings.Cut(subject, "/"); of == "*" {
		maps.DeleteFunc(p.Answers, func(k, _ string) bool { return strings.HasPrefix(k, rule+"/") })
	}
	if words == "" {
		delete(p.Answers, subject)
		return
	}
	if p.Answers == nil {
		p.Answers = map[string]string{}
	}
	p.Answers[subject] = words
}

// CopyOf begins a draft from an earlier application: the same people, places
// and purpose, without its dates and letters, which can't hold again.
func CopyOf(id string, f Filing) Paper {
	was := f.Dossier.Clone()
	p := Paper{CopiedFrom: id}
	t := was.Trip
	p.Case.Trip = dossier.Trip{Kind: t.Kind, Category: t.Category, Purpose: t.Purpose, Necessity: t.Necessity, ExpectedResults: t.ExpectedResults, AcademicRegime: t.AcademicRegime, Secret: t.Secret}
	for i, who := range f.Persons() {
		if p.AddPerson(who) && i < len(was.Members) {
			p.Case.Members[len(p.Case.Members)-1].Role = was.Members[i].Role
		}
	}
	for _, l := range was.Legs {
		l.Arrive, l.Leave, l.Number = calendar.LocalTime{}, calendar.LocalTime{}, ""
		p.Case.Legs = append(p.Case.Legs, l)
	}
	for _, inv := range was.Invitations {
		p.Case.Invitations = append(p.Case.Invitations, dossier.Invitation{Issuer: inv.Issuer, IssuerCountry: inv.IssuerCountry, IssuerKind: inv.IssuerKind,
			Contact: inv.Contact, Language: inv.Language, CostBearer: inv.CostBearer, Translator: inv.Translator})
	}
	if was.Budget != nil {
		p.Case.Budget = &dossier.Budget{Fund: was.Budget.Fund, HostCovers: was.Budget.HostCovers}
	}
	if was.Notice != nil {
		p.Case.Notice = &dossier.Notice{Place: was.Notice.Place, Units: was.Notice.Units}
	}
	p.Copied = p.Case.Values()
	return p
}

// Declare begins the declaration of a trip under an approval for a term (出访备案):
// the task is the one that was approved, and so are people and places, of whom
// the unit leaves out who and what this trip is without.
func Declare(id string, c dossier.Case, people []string) Paper {
	p := CopyOf(id, Filing{Dossier: c, Members: travellers(people)})
	t := &p.Case.Trip
	t.Kind, t.Under = dossier.Declared, id
	for i := range p.Case.Legs {
		p.Case.Legs[i].Transport, p.Case.Legs[i].Cabin = dossier.Flight, dossier.Economy
	}
	p.Case.Notice = nil
	p.Copied = p.Case.Values()
	return p
}

func travellers(people []string) []Traveller {
	out := make([]Traveller, len(people))
	for i, p := range people {
		out[i] = Traveller{Person: p}
	}
	return out
}

// CopyRates takes over the latest exchange rate of each currency that an earlier
// case counted with, as long as it isn't older than since and the table has
// none that is as new: what is published beats what was.
func (p *Paper) CopyRates(was dossier.Case, since calendar.Date, data *ref.Data, today calendar.Date) {
	if was.Budget == nil {
		return
	}
	for _, l := range was.Budget.Lines {
		if l.Currency == "" || l.Currency == money.CNY || l.FxRate.IsZero() || l.FxDate.Before(since) || !p.Fx[l.Currency].Date.Before(l.FxDate) {
			continue
		}
		if _, table := (Paper{}).Exchanged(l.Currency, data, today); !table.Date.Before(l.FxDate) {
			continue
		}
		if p.Fx == nil {
			p.Fx = map[money.Currency]Fx{}
		}
		p.Fx[l.Currency] = Fx{Rate: l.FxRate, Date: l.FxDate, Source: l.FxSource}
		p.Copied["fx."+string(l.Currency)+".rate"] = l.FxRate.String()
		p.Copied["fx."+string(l.Currency)+".date"] = l.FxDate.String()
	}
}

// CopyElsewhere begins a draft from an earlier application of the same people
// for another place: what they do there, why, and who invites is new; how they
// travel, who pays and where notices hang is as it was.
func CopyElsewhere(id string, f Filing) Paper {
	p := CopyOf(id, f)
	c := &p.Case
	c.Trip.Purpose, c.Trip.Necessity, c.Trip.ExpectedResults = "", "", ""
	if len(c.Legs) > 0 {
		l := c.Legs[0]
		c.Legs = []dossier.Leg{{Transport: l.Transport, Cabin: l.Cabin}}
	}
	if len(c.Invitations) > 0 {
		inv := c.Invitations[0]
		c.Invitations = []dossier.Invitation{{IssuerKind: inv.IssuerKind, CostBearer: inv.CostBearer, Translator: inv.Translator}}
	}
	p.Copied = c.Values()
	return p
}

// FromCase begins a draft from a case file whose members are on file under
// these ids. The budget's lines are taken as they are.
func FromCase(c dossier.Case, persons []string) Paper {
	c = c.Clone()
	p := Paper{People: persons}
	for i, m := range c.Members {
		c.Members[i] = dossier.Member{Role: m.Role, Paper: m.Paper, DispatchConsent: m.DispatchConsent, Commitment: m.Commitment,
			Jurisdiction: m.Jurisdiction, OpinionReply: m.OpinionReply, LeaveApproval: m.LeaveApproval,
			LeadershipTeam: m.LeadershipTeam, Family: m.Family, HomeAddress: m.HomeAddress}
	}
	if c.Budget != nil {
		for _, l := range c.Budget.Lines {
			line := Line{BudgetLine: l}
			if l.Member != nil {
				line.Person = persons[*l.Member]
			}
			line.Member = nil
			p.Lines = append(p.Lines, line)
		}
		p.OwnLines = len(p.Lines) > 0
		c.Budget.Lines, c.Budget.TotalCny = nil, money.Decimal{}
	}
	c.Format, c.AsOf, c.Unit, c.Materials, c.Trip.DaysAbroad = "", calendar.Date{}, dossier.Unit{}, nil, 0
	c.OtherCases = nil // which there are is known here better than in any file
	p.Case = c
	return p
}
