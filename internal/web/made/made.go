// Package made gives the papers that the system makes on the spot: each page that
// leads to one says what it is made from, and guards who may read it.
package made

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/document"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/pack"
	"yitang/internal/person"
	"yitang/internal/store"
	"yitang/internal/unit"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// Line is a paper that is made of what is known: nobody gives it, whoever needs
// it opens it.
type Line struct {
	Name  string
	Links []ui.Link
	Lacks string // what is to be filled in before it can be made
}

// Chinese speaks as the office's papers do, whatever the reader's language.
func Chinese(ctx context.Context) context.Context { return ui.With(ctx, ui.Prefs{Lang: ui.ZhHans}) }

// From begins what a paper is made from: the words and names of its language, and
// how the office words it by the pack in force.
func From(ctx context.Context, english bool, set *pack.Set) document.From {
	short, words := "zh", Chinese(ctx)
	if english {
		short, words = "en", ui.With(ctx, ui.Prefs{Lang: ui.En})
	}
	return document.From{English: english, Wording: set.Wording(),
		Country: func(code string) string { return set.Country(code, short) },
		Word:    func(list, word string) string { return ui.T(words, "word."+list+"."+word) }}
}

// Called is a unit's name in a paper's language: the English one where the office
// holds it, else the one that is given.
func Called(ctx context.Context, r store.Reader, id, name string, english bool) (string, error) {
	if !english || id == "" {
		return name, nil
	}
	u, err := unit.One(ctx, r, id)
	if fault.IsNotFound(err) {
		return name, nil
	}
	return cmp.Or(u.NameEn, name), err
}

// In tells whether a paper is asked for in English.
func In(r *http.Request) bool { return r.FormValue("in") == "en" }

// Links open a paper at an address that ends in its query: the itinerary and a visa
// form's data in both languages.
func Links(ctx context.Context, kind dossier.MaterialKind, at string) []ui.Link {
	out := []ui.Link{{Text: ui.T(ctx, "made.open"), URL: at + "?paper=" + string(kind)}}
	if kind == "M07" || kind == "M33" {
		out = append(out, ui.Link{Text: ui.T(ctx, "made.open.english"), URL: out[0].URL + "&in=en"})
	}
	return out
}

// Asks tells of a kind of paper that it asks for the approval and serves nothing else:
// of the request and the application form the table of materials names the link of
// the approval alone (M01, M02: AP). They say for good what was asked for, of everybody
// and with all the money, as the ones that lie with the office do: a request for those
// alone who were approved was never made. The others go on to passports, visas and the
// accounts (PP, VS, PT).
func Asks(kind dossier.MaterialKind) bool { return kind == "M01" || kind == "M02" }

// Of is what papers of a case that was handed in are made from, with its people's
// ids. As soon as the office has spoken they tell of those who may go, and of the
// money for them; those that ask stay, and their state says that the approval may
// say something else.
func Of(ctx context.Context, j *journal.Journal, id string, asks bool) (dossier.Case, []string, document.State, error) {
	var none dossier.Case
	rounds, err := approval.Rounds(ctx, j, id)
	if err != nil {
		return none, nil, document.State{}, err
	}
	a, _, err := journal.Load(ctx, j, approval.Room, id)
	if err != nil {
		return none, nil, document.State{}, err
	}
	last, may := rounds[len(rounds)-1], a.Approved()
	if len(may) == 0 || asks {
		s := document.State{Round: last.N, On: calendar.DateOf(last.Event.At)}
		s.Otherwise = len(may) > 0 && (len(may) < len(last.Members) || len(a.Amendments) > 0)
		return last.Dossier, last.People(), s, nil
	}
	standing, err := approval.Standing(ctx, j, id)
	if err != nil {
		return none, nil, document.State{}, err
	}
	c, people := filing.Only(standing.Dossier, standing.People(), may)
	_, changed := standing.Event.Body.(approval.Amended)
	s := document.State{Round: standing.N, Changed: changed, Granted: !changed, On: a.Decided}
	if changed {
		s.On = calendar.DateOf(standing.Event.At)
	}
	return c, people, s, nil
}

// Personal puts what is known of somebody beyond the case into a paper's words.
func Personal(d person.Details) document.Personal {
	out := document.Personal{BirthPlace: person.ProvinceName(d.Province, true) + d.BirthPlace, BirthPlaceEn: person.BirthPlace(d.Province, d.BirthPlace), HomeEn: d.HomeEn, PostEn: d.PostEn, FormerName: d.FormerName, HomeAddress: d.HomeAddress, Marital: string(d.Marital), Confirmed: d.Confirmed}
	out.BornAbroad = d.Province == person.Abroad
	if surname := dossier.Surname(d.FormerName); surname != "" {
		out.FormerLatin = latin(surname, strings.TrimPrefix(d.FormerName, surname))
	}
	for _, r := range d.Family {
		out.Family = append(out.Family, document.Kin{Relation: string(r.Relation), Name: r.Name, Born: r.Born, Work: r.Work})
	}
	for _, s := range d.Schooling {
		out.Schooling = append(out.Schooling, document.Span(s))
	}
	for _, s := range d.Jobs {
		out.Jobs = append(out.Jobs, document.Span(s))
	}
	return out
}

// latin is a name in the spelling that a booklet would give it; "" where nobody can
// read it.
func latin(surname, given string) string {
	s, g := person.Latin(surname, given)
	if s == "" || given != "" && g == "" {
		return ""
	}
	return strings.TrimSpace(s + " " + g)
}

// oneLook is for how long the pictures of a paper's pages belong to one look at it.
const oneLook = 10 * time.Minute

// Look puts on record that somebody has a paper made that tells of a person what
// their record shows to few (谁看过我的资料). A picture of one of its pages is asked for
// by the paper that was just opened, and is the same look.
func Look(r *http.Request, j *journal.Journal, id string, fields ...string) error {
	if web.InsideWeChat(r) && r.FormValue("page") != "" {
		events, err := j.History(r.Context(), journal.Ref{Kind: person.Looks.Kind, ID: id})
		if err != nil {
			return err
		}
		fields = slices.DeleteFunc(slices.Clone(fields), func(field string) bool {
			return slices.ContainsFunc(events, func(e journal.Event) bool {
				l, is := e.Body.(person.LookedAt)
				return is && l.Field == field && l.Why == "paper" && e.Actor.Account == web.Who(r).Account && j.Now().Sub(e.At) < oneLook
			})
		})
	}
	for _, field := range fields {
		if _, err := journal.Do(r.Context(), j, person.Looks, journal.Order{Subject: id}, person.Look{Field: field, Why: "paper"}); err != nil {
			return err
		}
	}
	return nil
}

// Serve makes a paper and gives it. One that can't be made yet is told why by
// the page that would lead to it; an address from before is answered in words.
func Serve(s *web.Site, w http.ResponseWriter, r *http.Request, kind dossier.MaterialKind, f document.From) {
	paper, is := document.Make(kind, f)
	if !is {
		if !document.Makes(kind) && !document.ToSign(kind) {
			s.Fail(w, r, fault.NotFound("paper "+string(kind)+" that is made"))
			return
		}
		s.Fail(w, r, fault.NotNow("made.not_ready", ""))
		return
	}
	pdf, err := paper.Print()
	title := paper.Title
	if f.Member >= 0 && paper.About != "" {
		title += " " + paper.About
	}
	if err == nil && s.Shown(w, r, title, pdf) {
		return
	}
	web.ShowPrint(s, w, r, title, pdf, err)
}
