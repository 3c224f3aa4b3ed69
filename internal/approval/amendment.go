package approval

import (
	"context"
	"reflect"
	"slices"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/pack"
)

// AmendmentReceived: what has come in changes an approval that was given.
type AmendmentReceived struct {
	Of     string               `reach:"internet office"` // the approved case
	Kind   filing.AmendmentKind `reach:"internet office"`
	Path   filing.Path          `reach:"internet office"`
	Reason string               `reach:"internet office"`
	Number string               `reach:"internet office"` // of the document that was in force when it was asked for
	Nth    int                  `reach:"internet office"`
}

// Filed: the amendment is put on file and holds (备案), without a new decision.
type Filed struct {
	Number  string    `reach:"internet office"` // YJ-YYYY-NNNNNN-C
	Members []Verdict `reach:"internet office"`
}

// Amended: the approved mission is another one from now on (变更). It stands on
// the case itself; the document of before is replaced if its text changes.
type Amended struct {
	Amendment  string                      `reach:"internet office"`
	Kind       filing.AmendmentKind        `reach:"internet office"`
	Facts      Facts                       `reach:"internet office"`
	Members    []Traveller                 `reach:"internet office"`
	Verdicts   []Verdict                   `reach:"internet office"`
	AmountFen  int64                       `reach:"internet office"`
	ValidUntil calendar.Date               `reach:"internet office"`
	Conditions []string                    `reach:"internet office"`
	Reprint    bool                        `reach:"internet office"` // the document says something else now
	Follows    []Follow                    `reach:"internet office"` // all that is done because of it
	Why        string                      `reach:"internet office"`
	Declined   []string                    `reach:"internet office"` // persons who go no more or not at all because of this, as it was then
	Left       []string                    `reach:"internet office"` // and those whom it leaves out
	Inquiries  []Inquiry                   `reach:"internet office"` // of other authorities, which have replied about people of the change
	Dossier    journal.Field[dossier.Case] `reach:"internet office" sealed:"yes"`
}

// Approved lists the persons who may travel from now on.
func (b Amended) Approved() []string { return approved(b.Verdicts) }

// BookletsStopped: of some of the group no booklet is wanted any more. It stands
// right behind the change, and is all that the passport zone hears of it.
type BookletsStopped struct {
	Persons []string `reach:"all"`
	Reason  string   `reach:"all"`
}

// BookletsChanged: what was told when booklets were asked for is otherwise now:
// the journey has other days, or data of somebody were corrected. It stands
// behind the change, and is all that the passport zone hears of it.
type BookletsChanged struct {
	Depart     calendar.Date                      `reach:"all"`
	Return     calendar.Date                      `reach:"all"`
	Regions    map[string][]Region                `reach:"all"`                          // by person, whose permit isn't endorsed yet: what it has to allow now
	Identities journal.Field[map[string]Identity] `reach:"office passport" sealed:"yes"` // by person, of those whose data were corrected
}

// Cancelled: the unit has given the mission up (取消). It stands right behind the
// revocation, which stops everything.
type Cancelled struct {
	Amendment string `reach:"internet office"`
	Number    string `reach:"internet office"`
}

// Act is one kind of thing that follows from a change.
type Act string

const (
	ReplaceDocument Act = "document.replace" // a new edition takes the place of Ref
	KeepDocument    Act = "document.keep"    // Ref goes on holding as it is
	CancelDocument  Act = "document.cancel"
	RevokeDocument  Act = "document.revoke"
	AskBooklet      Act = "passport.ask"
	AskEndorsement  Act = "passport.endorse" // the permit at hand is only endorsed
	CorrectBooklet  Act = "passport.correct" // the order goes on with the data as they were corrected
	RemakeBooklet   Act = "passport.remake"  // it is made with data that were corrected: spoiled, and made again
	WrongBooklet    Act = "passport.wrong"   // so is one that was handed over: the unit asks for another
	RedateOrder     Act = "passport.redate"  // the order goes on, for a departure on Day
	WidenPermit     Act = "passport.widen"   // the permit is endorsed for more than was asked for
	StopBooklet     Act = "passport.stop"
	LeaveBooklet    Act = "passport.leave" // made on account of another case, it is waited for no more
	OtherBooklet    Act = "passport.other" // another case waited for the one that is stopped, and gets its own
	PlanVisa        Act = "visa.plan"      // a new order for Area
	NoVisaNeeded    Act = "visa.none"      // none is needed, as is recorded
	WithdrawVisa    Act = "visa.withdraw"  // the order is given up
	RedateVisa      Act = "visa.redate"    // the order goes on, for other days
	KeepVisa        Act = "visa.keep"      // granted, it covers the new days: it holds to Day, for N days of stay
	RedoVisa        Act = "visa.redo"      // the visa doesn't serve any more: ordered anew
	RecallBooklet   Act = "custody.recall"
	RedateBooklet   Act = "custody.redate" // it is due on another day
	BookletsBack    Act = "custody.due"    // those that aren't handed out yet are to be handed in by Day
	CancelBooking   Act = "hall.cancel"
	ShortenBooking  Act = "hall.shorten" // Person needn't come
	AmendTrip       Act = "trip.amend"   // who was cleared to go: other people or days
	CallOffTrip     Act = "trip.call_off"
	EndDeclared     Act = "trip.declared" // the trip Ref, leaving on Day, was declared under it and ends too
	GiveGroup       Act = "quota.groups"  // N groups more of the plan are used; negative: free again
	GivePeople      Act = "quota.people"
	GiveMoney       Act = "quota.money"   // N in hundredths of a yuan
	LeaveYear       Act = "quota.leaves"  // the plan of year N has the group no more: its item Ref, where there is one, is free
	EnterYear       Act = "quota.enters"  // it takes a place of year N, in whose plan it doesn't stand
	RenewPaper      Act = "paper.renew"   // the paper of kind Ref is for the days of before
	NoticeAddendum  Act = "notice.needed" // the newcomer is to be announced for N working days
)

// Told tells whether it is said and nothing is done: what the unit owes itself,
// what simply stays, and what is another case's.
func (a Act) Told() bool {
	return a == NoticeAddendum || a == RenewPaper || a == WrongBooklet || a == KeepDocument || a == LeaveBooklet || a == OtherBooklet || a == LeaveYear || a == EnterYear || a == BookletsBack
}

// Follow is one thing that follows from a change of what was approved. The same
// list is shown before it is confirmed and is what is done.
type Follow struct {
	Do     Act           `json:"do"`
	Person string        `json:"person,omitempty"`
	Ref    string        `json:"ref,omitempty"`  // order, booklet, booking or number of a document
	Area   string        `json:"area,omitempty"` // of a visa; the kind of a booklet
	Day    calendar.Date `json:"day,omitzero"`
	N      int64         `json:"n,omitempty"`
	Apply  Application   `json:"apply,omitzero"` // of a visa that is made, or made anew
}

// Application is what a visa that is still to be had takes.
type Application struct {
	Country  string   `json:"country"`  // whose mission judges it
	Workdays int      `json:"workdays"` // from lodging to result, about
	Presence Presence `json:"presence,omitempty"`
}

// Presence is what the traveller has to do for it themselves.
type Presence string

const (
	AtMission Presence = "mission" // they come to the mission
	BySigning Presence = "sign"    // they sign the form by hand, wherever they are
)

// Amends is what an approval changes, when it is an amendment.
type Amends struct {
	Of     string
	Kind   filing.AmendmentKind
	Path   filing.Path
	Reason string
	Number string
	Nth    int
}

// IsAmendment tells whether this case changes another one.
func (a Approval) IsAmendment() bool { return a.Amends.Of != "" }

// Light tells whether the office need only put it on file.
func (a Approval) Light() bool { return a.Amends.Path == filing.LightPath }

// PathBy chooses the review path of what this case asks for: an office may have
// another for a change of an approved mission than for a new one.
func (a Approval) PathBy(paths pack.Paths, c dossier.Case) pack.Path {
	return paths.Changing(c, pack.Change(a.Amends.Kind))
}

// File puts an amendment on file (备案): what makes no new decision needs no
// review. Intake or any desk after it does so.
type File struct {
	Number string // the next of the case series, as the office spells it
	Blocks int    // findings that block: no desk's tick sets one aside
	Self   string
}

// filers are the roles that may.
var filers = pack.StepRoles()

// Decide takes an amendment of the light path alone.
func (cmd File) Decide(a Approval, m journal.Moment) ([]journal.Event, error) {
	if a.Stage != AtIntake {
		return nil, fault.NotNow("approval.file.not_now", a.Stage)
	}
	if !a.IsAmendment() || !a.Light() {
		return nil, fault.NotNow("approval.file.full_path", a.Stage)
	}
	if err := a.notOwn(cmd.Self); err != nil {
		return nil, err
	}
	if !slices.Contains(filers, m.Actor.Role) {
		return nil, fault.Forbidden("filing an amendment")
	}
	if err := blocked(cmd.Blocks); err != nil {
		return nil, err
	}
	if cmd.Number == "" {
		return nil, fault.Field("number", "approval.accept.number", nil)
	}
	var all []Verdict
	for _, t := range a.Members {
		all = append(all, Verdict{Person: t.Person, Approved: true})
	}
	return journal.Happened(Filed{Number: cmd.Number, Members: all}), nil
}

// Amend changes what was approved. It is given to the case itself, by rule,
// once its amendment is decided or on file.
type Amend struct {
	Amended
	Stopped []string         // persons for whom no booklet is wanted any more
	Changed *BookletsChanged // what those have to know who make the others; nil for nothing
}

// Decide changes what is in force, once for each amendment. While a document is
// being made it waits for that.
func (cmd Amend) Decide(a Approval, _ journal.Moment) ([]journal.Event, error) {
	if slices.Contains(a.Amendments, cmd.Amendment) {
		return nil, nil
	}
	if a.Stage != IsIssued {
		return nil, fault.NotNow("approval.amend.not_now", a.Stage)
	}
	if a.Prepared != nil || a.Reprint {
		return nil, fault.Unavailable("approval.close.document_pending", errDocumentPending)
	}
	if cmd.Kind == filing.AmendCancel {
		return journal.Happened(Revoked{Number: a.Document.Number, Reason: cmd.Why}, Cancelled{Amendment: cmd.Amendment, Number: a.Document.Number}), nil
	}
	b := cmd.Amended
	if b.ValidUntil.Before(a.ValidUntil) {
		b.ValidUntil = a.ValidUntil
	}
	if len(b.Conditions) == 0 {
		b.Conditions = a.Conditions
	}
	for _, n := range notGoing(a.NotGoing, a.Approved(), b.Verdicts, calendar.Date{}, b.Amendment) {
		switch {
		case n.Amendment != b.Amendment:
		case n.Declined:
			b.Declined = append(b.Declined, n.Person)
		default:
			b.Left = append(b.Left, n.Person)
		}
	}
	out := []any{b}
	if len(cmd.Stopped) > 0 {
		out = append(out, BookletsStopped{Persons: cmd.Stopped, Reason: cmd.Why})
	}
	if cmd.Changed != nil {
		out = append(out, *cmd.Changed)
	}
	return journal.Happened(out...), nil
}

// CorrectIdentities passes on what became known of people since their booklets were
// asked for, to where they are made.
type CorrectIdentities struct{ Identities map[string]Identity }

// Decide tells only of those for whom this case asked.
func (cmd CorrectIdentities) Decide(a Approval, _ journal.Moment) ([]journal.Event, error) {
	if a.Stage != IsIssued {
		return nil, fault.NotNow("approval.amend.not_now", a.Stage)
	}
	of := map[string]Identity{}
	for _, key := range a.Asked {
		person := PersonOf(key)
		if is, told := cmd.Identities[person]; told && a.Shared[key] == "" {
			of[person] = is
		}
	}
	if len(of) == 0 {
		return nil, nil
	}
	return journal.Happened(BookletsChanged{Depart: a.Depart, Return: a.Return, Identities: journal.Of(of)}), nil
}

// Standing is the mission as it is approved now: the last amendment, or else
// the application as it came in last.
func Standing(ctx context.Context, j *journal.Journal, id string) (Round, error) {
	rounds, err := Rounds(ctx, j, id)
	if err != nil {
		return Round{}, err
	}
	if len(rounds) == 0 {
		return Round{}, fault.NotFound("application " + id)
	}
	last := rounds[len(rounds)-1]
	history, err := j.History(ctx, journal.Ref{Kind: Room.Kind, ID: id})
	if err != nil {
		return Round{}, err
	}
	for _, e := range history {
		if b, is := e.Body.(Amended); is {
			if c, held := b.Dossier.Value(); held {
				last = Round{N: last.N + 1, Event: e, Dossier: c, Members: b.Members, Answers: last.Answers, Origins: last.Origins, RuleSet: last.RuleSet}
			}
		}
	}
	return last, nil
}

// Reprints tells whether the document would say something else after a change.
func Reprints(a Approval, was, is Round, verdicts []Verdict, o Letterhead) bool {
	b := a
	b.Verdicts = verdicts
	return !reflect.DeepEqual(paper(a, was, DocumentPrepared{}, o), paper(b, is, DocumentPrepared{}, o))
}
