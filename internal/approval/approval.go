package approval

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Stage is where an approval stands.
type Stage string

const (
	Nothing     Stage = ""
	AtIntake    Stage = "received"
	WithUnit    Stage = "sentBack"
	UnderReview Stage = "underReview"
	IsDecided   Stage = "decided" // at least one member approved, document to come
	IsRefused   Stage = "refused" // nobody approved
	IsIssued    Stage = "issued"
	IsRevoked   Stage = "revoked"
	IsWithdrawn Stage = "withdrawn"
	IsClosed    Stage = "closed"
)

// Approval is one case as the office sees it.
type Approval struct {
	Stage      Stage
	Unit       string
	Title      string
	Members    []Traveller
	Came       calendar.Date // when its unit first handed it in
	Depart     calendar.Date
	Return     calendar.Date
	Countries  []string // of the journey, ISO alpha-3
	Number     string
	Path       string
	Steps      []Step
	At         int      // index of the step whose turn it is
	Acted      []string // account that took each step before At
	Due        calendar.Date
	Final      calendar.Date
	Returns    int
	Verdicts   []Verdict
	Decided    calendar.Date // when the verdicts were given, save for changes since
	NotGoing   []NotGoing    // who was declined or has left since, in the order in which it happened
	Conditions []string
	ValidUntil calendar.Date
	Prepared   *DocumentPrepared // a document that is being made
	PreparedAt time.Time         // when that began: its letterhead is that of this moment
	Document   *DocumentIssued   // the one in force
	Editions   int
	Asked      []string            // keys of the booklets that were asked for (BookletAsked.Key)
	Regions    map[string][]Region // by person: for what their permit was to be endorsed
	Shared     map[string]string   // of these, by key, those that are made for another case: its passport order
	Outcome    string              // once closed
	Leader     *LeaderApproved     // what the leader in charge said of the trip
	Seen       []Seen              // findings of this round with which desks have passed the case on

	Kind      dossier.CaseKind
	Inquiries []Inquiry     // of other authorities, about their people
	Request   *RequestTaken // of the authority whose delegation is joined
	Notice    *NoticeTaken

	Amends     Amends   // what this case changes, when it is an amendment
	Amendments []string // that changed this case, oldest first
	Reprint    bool     // an amendment wants a new edition that isn't begun yet
	Why        string   // of that edition
	Cancelled  bool     // revoked because the unit gave it up

	under     string        // number of the approval for a term that the document names
	before    Stage         // where a correction leads back to
	passedOn  bool          // the last thing that happened is a step that was taken
	dueBefore calendar.Date // of the step that was taken last
	seenOnce  []Seen        // before that step
}

// Room is the approval as a subject; its id is the filing's.
var Room = journal.Subject[Approval]{Kind: "approval", Evolve: evolve}

func evolve(a Approval, e journal.Event) (Approval, error) {
	a.passedOn = false
	switch b := e.Body.(type) {
	case Received:
		a.Stage, a.Unit, a.Title, a.Members, a.Due, a.Kind = AtIntake, b.Unit, b.Facts.Title, b.Members, b.Due, b.Facts.Kind
		a.Depart, a.Return, a.Countries = b.Facts.Depart, b.Facts.Return, b.Facts.Countries
		if a.Came.IsZero() {
			a.Came = calendar.DateOf(e.At)
		}
	case Accepted:
		a.Stage, a.Number, a.Path, a.Steps, a.Due, a.Final = UnderReview, b.Number, b.Path, b.Steps, b.Due, b.Final
		a.At, a.Acted = 0, nil
		a.Seen = a.seen(b.Looked.Or(nil), "intake", e)
	case SentBack:
		a.before, a.Stage, a.Due = a.Stage, WithUnit, b.Until
		a.Returns++
	case CorrectionTaken:
		if a.anotherTrip(b) {
			a.Leader = nil
		}
		a.Stage, a.Members, a.Title, a.Due, a.Kind = a.before, b.Members, b.Facts.Title, b.Due, b.Facts.Kind
		a.Depart, a.Return, a.Countries, a.Seen = b.Facts.Depart, b.Facts.Return, b.Facts.Countries, nil
	case Reviewed:
		a.Acted = append(slices.Clone(a.Acted[:b.Step]), e.Actor.Account)
		a.passedOn, a.dueBefore, a.seenOnce = true, a.Due, a.Seen
		a.At, a.Due = b.Next, b.Due
		a.Seen = a.seen(b.Looked.Or(nil), b.Role, e)
	case LeaderApproved:
		a.Leader = &b
	case TakenBack:
		a.At, a.Due, a.Acted, a.Seen = b.Step, b.Due, slices.Clone(a.Acted[:b.Step]), a.seenOnce
	case HandedBackInside:
		a.At, a.Due, a.Acted = b.To, b.Due, slices.Clone(a.Acted[:b.To])
	case OpinionSought:
		i := a.openInquiry(b.Authority)
		a.Inquiries = slices.Clone(a.Inquiries)
		if i < 0 {
			i, a.Inquiries = len(a.Inquiries), append(a.Inquiries, Inquiry{Authority: b.Authority})
		}
		for _, p := range b.Persons {
			if !slices.Contains(a.Inquiries[i].Persons, p) {
				a.Inquiries[i].Persons = append(slices.Clone(a.Inquiries[i].Persons), p)
			}
		}
		a.Inquiries[i].Until, a.Due, a.Final = b.Until, b.Due, b.Final
	case OpinionReplied:
		if i := a.openInquiry(b.Authority); i >= 0 {
			a.Inquiries = slices.Clone(a.Inquiries)
			a.Inquiries[i].Reply = &b
		}
		a.Due, a.Final = b.Due, b.Final
	case ConfirmationTaken:
		if i := a.unconfirmed(b.Authority); i >= 0 {
			a.Inquiries = slices.Clone(a.Inquiries)
			a.Inquiries[i].Confirmation = &b
		}
	case RequestTaken:
		a.Request = &b
	case NoticeTaken:
		a.Notice = &b
	case Decided:
		a.Verdicts, a.Conditions, a.ValidUntil = b.Members, b.Conditions, b.ValidUntil
		a.Decided = calendar.DateOf(e.At)
		a.NotGoing = notGoing(nil, nil, b.Members, a.Decided, "")
		a.Seen = a.seen(b.Looked.Or(nil), e.Actor.Role, e)
		a.Stage = IsDecided
		if b.Approved == 0 {
			a.Stage = IsRefused
		}
	case DocumentPrepared:
		a.Prepared, a.PreparedAt, a.Reprint, a.under = &b, e.At, false, b.Under
	case DocumentIssued:
		a.Stage, a.Document, a.Prepared = IsIssued, &b, nil
		a.Editions++
	case BookletAsked:
		a.Asked, a.Shared = a.asking(b)
		a.wants(b.Person, b.Regions)
	case AmendmentReceived:
		a.Amends = Amends(b)
	case Filed:
		a.Stage, a.Number, a.Verdicts, a.Decided = IsDecided, b.Number, b.Members, calendar.DateOf(e.At)
	case Amended:
		a.NotGoing = notGoing(a.NotGoing, a.Approved(), b.Verdicts, calendar.DateOf(e.At), b.Amendment)
		a.Title, a.Members, a.Verdicts, a.ValidUntil, a.Conditions = b.Facts.Title, b.Members, b.Verdicts, b.ValidUntil, b.Conditions
		a.Kind, a.Depart, a.Return, a.Countries = b.Facts.Kind, b.Facts.Depart, b.Facts.Return, b.Facts.Countries
		a.Amendments = append(slices.Clone(a.Amendments), b.Amendment)
		a.Reprint, a.Why, a.Inquiries = b.Reprint, b.Why, a.amended(b)
	case DocumentSuperseded: // the edition before it says so
	case BookletsStopped:
		a.Asked = slices.DeleteFunc(slices.Clone(a.Asked), func(key string) bool { return slices.Contains(b.Persons, PersonOf(key)) })
		a.Regions = maps.Clone(a.Regions)
		maps.DeleteFunc(a.Regions, func(person string, _ []Region) bool { return slices.Contains(b.Persons, person) })
		a.Shared = maps.Clone(a.Shared)
		maps.DeleteFunc(a.Shared, func(key, _ string) bool { return !slices.Contains(a.Asked, key) })
	case BookletsChanged:
		for person, regions := range b.Regions {
			a.wants(person, regions)
		}
	case Cancelled:
		a.Cancelled = true
	case Revoked:
		a.Stage, a.Prepared, a.Reprint = IsRevoked, nil, false // a new edition of nothing
	case Withdrawn:
		a.Stage = IsWithdrawn
	case Closed:
		a.Stage, a.Outcome = IsClosed, b.Outcome
	default:
		return a, fmt.Errorf("%T is nothing that happens to an approval", e.Body)
	}
	return a, nil
}

// wants notes what somebody's permit has to be endorsed for.
func (a *Approval) wants(person string, regions []Region) {
	if len(regions) == 0 {
		return
	}
	a.Regions = maps.Clone(a.Regions)
	if a.Regions == nil {
		a.Regions = map[string][]Region{}
	}
	a.Regions[person] = Over(a.Regions[person], regions)
}

// asking is what is asked for after one wish more.
func (a Approval) asking(b BookletAsked) ([]string, map[string]string) {
	asked, shared := slices.Clone(a.Asked), maps.Clone(a.Shared)
	if !slices.Contains(asked, b.Key()) {
		asked = append(asked, b.Key())
	}
	delete(shared, b.Key())
	if b.From != "" {
		if shared == nil {
			shared = map[string]string{}
		}
		shared[b.Key()] = b.From
	}
	return asked, shared
}

// Step is the step whose turn it is; none unless the case is under review.
func (a Approval) Step() (Step, bool) {
	if a.Stage != UnderReview || a.At >= len(a.Steps) {
		return Step{}, false
	}
	return a.Steps[a.At], true
}

// Desk is the role whose turn it is: intake, one of the path's, "unit" while
// the application is with its unit, "" when nobody here has anything to do.
func (a Approval) Desk() string {
	switch a.Stage {
	case AtIntake:
		return "intake"
	case WithUnit:
		return "unit"
	case UnderReview:
		if s, ok := a.Step(); ok {
			return s.Role
		}
	}
	return ""
}

// Approved lists the persons who may travel.
func (a Approval) Approved() []string { return approved(a.Verdicts) }

func approved(all []Verdict) []string {
	var out []string
	for _, v := range all {
		if v.Approved {
			out = append(out, v.Person)
		}
	}
	return out
}

// IsMember tells whether a person is in the group.
func (a Approval) IsMember(person string) bool {
	return slices.ContainsFunc(a.Members, func(t Traveller) bool { return t.Person == person })
}

// head is the person who leads the group, or "".
func (a Approval) head() string {
	for _, t := range a.Members {
		if t.Head {
			return t.Person
		}
	}
	return ""
}

// notOwn refuses whoever is a traveller of the case themselves (回避).
func (a Approval) notOwn(self string) error {
	if self != "" && a.IsMember(self) {
		return fault.Forbidden("a trip of one's own")
	}
	return nil
}

// turn refuses whoever isn't the one whose turn it is.
func (a Approval) turn(m journal.Moment) error {
	step, ok := a.Step()
	if !ok {
		return fault.NotNow("approval.not_under_review", a.Stage)
	}
	if m.Actor.Role != step.Role {
		return fault.Forbidden("the step of " + step.Role)
	}
	if step.FourEyes && slices.Contains(a.Acted, m.Actor.Account) {
		return fault.Forbidden("a second pair of eyes")
	}
	return nil
}
