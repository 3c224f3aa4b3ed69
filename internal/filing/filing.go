package filing

import (
	"fmt"
	"slices"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/journal"
)

// Stage is where an application stands.
type Stage string

const (
	InDraft     Stage = "" // nothing has happened yet, or it was taken or handed back
	IsPresented Stage = "presented"
	IsSubmitted Stage = "submitted"
	IsSentBack  Stage = "sentBack"
	IsConcluded Stage = "concluded"
	IsWithdrawn Stage = "withdrawn"
)

// MayEdit tells whether the draft may be written on: all of it in a draft, the
// fields that were sent back after a sending back.
func (s Stage) MayEdit() bool { return s == InDraft || s == IsSentBack }

// Filing is one application as it stands.
type Filing struct {
	Stage     Stage
	Unit      string
	Title     string
	Members   []Traveller
	Revision  int64  // of the draft that was presented
	Presenter string // account that presented it
	Words     string // the signatory's, when it was handed back
	Returned  Returned
	Dossier   dossier.Case
	Origins   map[string]Origin // by path, of the last round
	Answers   map[string]string
	RuleSet   string
	Submitted time.Time // first: the rules of that moment judge it
	Round     int
	Defects   []Defect // of the last sending back
	Until     calendar.Date
	Outcome   Outcome
	Later     []Owed // papers that an urgent case was handed in without

	Amends    Amends // what this filing changes, when it is an amendment
	Amendment string // the last one that changed this case; "" for none
}

// Returned is the last handing back: who read the case before it was written on,
// what they said, and the case as it was then. Read is false of one that was handed
// back before that was kept.
type Returned struct {
	By    string // account
	On    calendar.Date
	Words string
	Case  dossier.Case
	Read  bool
}

// Room is the application as a subject. In the office the events that are the
// internet zone's own are absent, and the state is that much poorer.
var Room = journal.Subject[Filing]{Kind: "filing", Evolve: evolve}

func evolve(f Filing, e journal.Event) (Filing, error) {
	switch b := e.Body.(type) {
	case Presented:
		f.Stage, f.Unit, f.Title, f.Members, f.Revision, f.Words = IsPresented, b.Unit, b.Title, b.Members, b.Revision, ""
		f.Presenter = e.Actor.Account
	case TakenBack:
		f.Stage = InDraft
	case HandedBack:
		f.Stage, f.Words, f.Returned = InDraft, b.Words, Returned{By: e.Actor.Account, On: calendar.DateOf(e.At), Words: b.Words}
		f.Returned.Case, f.Returned.Read = b.Dossier.Value()
	case Submitted:
		f.Submitted = e.At
		f.Stage, f.Unit, f.Title, f.Members = IsSubmitted, b.Unit, b.Title, b.Members
		f.Dossier, f.Origins, f.Answers, f.RuleSet, f.Round = b.Dossier.Or(dossier.Case{}), b.Origins, b.Answers, b.RuleSet, b.Round
	case Reopened:
		f.Stage, f.Defects, f.Until = IsSentBack, b.Defects, b.Until
	case Corrected:
		f.Stage, f.Title, f.Members = IsSubmitted, b.Title, b.Members
		f.Dossier, f.Answers, f.RuleSet, f.Round = b.Dossier.Or(dossier.Case{}), b.Answers, b.RuleSet, b.Round
		f.Origins = laid(f.Origins, b.Origins)
		f.Until = calendar.Date{}
	case PutOff:
		f.Later = b.Papers
	case Supplied:
		f.Later = Came(f.Later, b)
	case Withdrawn:
		f.Stage = IsWithdrawn
	case AmendmentPresented:
		f.Amends = Amends{Of: b.Of, Kind: b.Kind, Reason: b.Reason, Nth: b.Nth}
	case AmendmentRequested:
		f.Amends = Amends{Of: b.Of, Kind: b.Kind, Path: b.Path, Reason: b.Reason, Number: b.Number, Nth: b.Nth}
	case Amended:
		f.Title, f.Members, f.Dossier, f.Amendment = b.Title, b.Members, b.Dossier.Or(f.Dossier), b.Amendment
	case Concluded:
		f.Stage, f.Outcome = IsConcluded, b.Outcome
	default:
		return f, fmt.Errorf("%T is nothing that happens to an application", e.Body)
	}
	return f, nil
}

// laid is one table laid over another.
func laid[V any](was, is map[string]V) map[string]V {
	out := make(map[string]V, len(was)+len(is))
	for k, v := range was {
		out[k] = v
	}
	for k, v := range is {
		out[k] = v
	}
	return out
}

// IsMember tells whether a person is in the group.
func (f Filing) IsMember(person string) bool {
	return slices.ContainsFunc(f.Members, func(t Traveller) bool { return t.Person == person })
}

// Persons are the members' ids, in the order of the dossier's.
func (f Filing) Persons() []string {
	out := make([]string, len(f.Members))
	for i, t := range f.Members {
		out[i] = t.Person
	}
	return out
}

// Open tells which sent-back field a path lies in; "" when it may not be changed.
func (f Filing) Open(path string) string {
	for _, d := range f.Defects {
		if dossier.Within(path, d.Field) {
			return d.Field
		}
	}
	for _, d := range f.Defects {
		if d.Opens(path) {
			return d.Field
		}
	}
	return ""
}
