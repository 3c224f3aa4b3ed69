package progress

import (
	"cmp"
	"maps"
	"slices"
	"sort"
	"time"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/feedback"
	"yitang/internal/filing"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/ledger"
	"yitang/internal/passport"
	"yitang/internal/person"
	"yitang/internal/trip"
	"yitang/internal/visa"
	"yitang/ref"
)

// Stage is where a case as a whole stands.
type Stage string

const (
	InDraft     Stage = ""
	AtSignatory Stage = "presented"
	OnTheWay    Stage = "submitted" // to the office, which hasn't answered yet
	AtIntake    Stage = "received"
	SentBack    Stage = "sent_back"
	InReview    Stage = "review"
	Decided     Stage = "decided" // the document is being made
	Issued      Stage = "issued"
	Cleared     Stage = "cleared"
	Abroad      Stage = "abroad"
	Home        Stage = "home"
	NotDeparted Stage = "not_departed"
	Done        Stage = "done" // nothing owed; the archive is the office's to say
	Refused     Stage = "refused"
	Revoked     Stage = "revoked"
	Withdrawn   Stage = "withdrawn"
	Archived    Stage = "archived"
)

// Annulled tells whether a decision was taken back before any document came of it,
// as when a delegation is joined whose organiser never gave its notice.
func (s State) Annulled() bool {
	return s.Document == "" && !s.Cancelled && (s.Stage == Revoked || s.Stage == Archived && s.Outcome == "revoked")
}

// Void tells whether its document holds no longer, though the case isn't in the
// archive yet: who was abroad when it was revoked comes home all the same.
func (s State) Void() bool { return s.Revoked && s.Stage != Archived }

// Over tells whether the journey has come to its end, one way or another.
func (s Stage) Over() bool {
	switch s {
	case Done, Refused, Revoked, Withdrawn, Archived:
		return true
	}
	return false
}

// Open tells whether it isn't decided yet.
func (s Stage) Open() bool {
	switch s {
	case InDraft, AtSignatory, OnTheWay, AtIntake, SentBack, InReview:
		return true
	}
	return false
}

// OffCourse tells whether nobody travels on it, or not any more: it asks for nothing
// that a journey is prepared with.
func (s Stage) OffCourse() bool { return s == NotDeparted || s.Over() && s != Done }

// Booklet is where one member's booklet for this case is.
type Booklet string

const (
	NoneAsked    Booklet = "" // a valid one is held
	IsAsked      Booklet = "asked"
	IsOrdered    Booklet = "ordered" // waits for capture
	IsCaptured   Booklet = "captured"
	IsMade       Booklet = "made"
	IsChecked    Booklet = "checked"
	IsHandedOver Booklet = "handed_over"
	InStore      Booklet = "store"
	AtMission    Booklet = "mission"
	IsLent       Booklet = "lent"
	IsHandedIn   Booklet = "handed_in"
	IsStopped    Booklet = "stopped"
	IsLost       Booklet = "lost"
)

// ready tells whether the passport link has done its part.
func (b Booklet) ready() bool {
	switch b {
	case NoneAsked, InStore, AtMission, IsLent, IsHandedIn, IsStopped:
		return true
	}
	return false
}

// tenths is how far the passport link has come with it.
func (b Booklet) tenths() int {
	switch b {
	case IsAsked, IsOrdered, IsLost:
		return 1
	case IsCaptured:
		return 4
	case IsMade:
		return 6
	case IsChecked:
		return 8
	case IsHandedOver:
		return 9
	}
	return 10
}

// Person is one member on the way.
type Person struct {
	Approved  bool            `json:"approved,omitempty"`
	Refused   bool            `json:"refused,omitempty"` // by the decision; who left the mission since isn't
	Inquiry   int             `json:"inquiry,omitempty"` // with which another authority was asked, which has booklet and visa made: from 1; 0 for this office's own
	Booklet   Booklet         `json:"booklet,omitempty"`
	Early     custody.Early   `json:"early,omitempty"`     // why it was handed in before the trip's end
	From      string          `json:"from,omitempty"`      // passport order of another case whose booklet they go with; "" for one of this case
	Due       calendar.Date   `json:"due,omitzero"`        // of the booklet; it counts once nobody has to come for it
	Endorsing bool            `json:"endorsing,omitempty"` // no booklet is made: the permit at hand is endorsed
	HandIn    calendar.Date   `json:"handIn,omitzero"`     // last day for handing a lent one in
	By        custody.By      `json:"by,omitempty"`        // the way by which a lent one goes to its holder
	Visas     map[string]Visa `json:"visas,omitempty"`     // by area
	Recalled  bool            `json:"recalled,omitempty"`  // the lent one is wanted back before the trip: they don't go
	Not       []person.Span   `json:"not,omitempty"`       // days on which they aren't cleared to travel
	LossTold  bool            `json:"lossTold,omitempty"`  // said to be lost; the office hasn't acted on it
}

// MustCome tells whether somebody has to come on account of this case before the
// booklet can be made: who gets it on account of another comes on account of that.
func (p Person) MustCome() bool {
	return p.From == "" && (p.Booklet == IsAsked || p.Booklet == IsOrdered)
}

// awaits tells whether the booklet of another case isn't begun.
func (p Person) awaits() bool {
	return p.From != "" && (p.Booklet == IsAsked || p.Booklet == IsOrdered)
}

// Visa is one order of a member.
type Visa struct {
	Stage visa.Stage    `json:"stage"`
	Due   calendar.Date `json:"due,omitzero"`  // send by, then expected back
	Sees  calendar.Date `json:"sees,omitzero"` // when the mission sees the traveller, until it has
	Why   string        `json:"why,omitempty"` // it was refused
	Way   ref.Way       `json:"way,omitempty"` // none is put into the booklet, and the traveller sees to it: on arrival, online
}

// planned is an order as its plan has it.
func planned(p visa.Planned) Visa {
	if !p.Needed {
		return Visa{Stage: visa.NoneNeeded, Way: ref.Way(p.Way)}
	}
	return Visa{Stage: visa.IsPlanned, Due: p.SendBy}
}

// Coming is the visit that is booked, or the last one that was.
type Coming struct {
	Booking string        `json:"booking"`
	Hall    string        `json:"hall"`
	Day     calendar.Date `json:"day"`
	Slot    hall.Clock    `json:"slot"`
	Number  string        `json:"number"`
	State   hall.State    `json:"state"`
	Acts    int           `json:"acts"`
	People  []string      `json:"people,omitempty"` // who came, once they have
}

// Awaited tells whether somebody is still waited for.
func (c Coming) Awaited(now time.Time) bool {
	return c.State == hall.IsBooked && !hall.Past(c.Day, c.Slot, now)
}

// State is all that the line and the next step need to know of a case.
type State struct {
	Filing      string             `json:"filing"`
	Unit        string             `json:"unit,omitempty"`
	ForTerm     bool               `json:"forTerm,omitempty"` // an approval under which trips are declared
	Title       string             `json:"title,omitempty"`
	Stage       Stage              `json:"stage,omitempty"`
	Before      Stage              `json:"before,omitempty"` // where a correction leads back to
	Depart      calendar.Date      `json:"depart,omitzero"`
	Return      calendar.Date      `json:"return,omitzero"`
	Countries   []string           `json:"countries,omitempty"`
	Members     int                `json:"members,omitempty"`
	Number      string             `json:"number,omitempty"`   // acceptance number
	Document    string             `json:"document,omitempty"` // number of the approval in force
	File        string             `json:"file,omitempty"`     // its material
	ApprovedOn  calendar.Date      `json:"approvedOn,omitzero"`
	Words       string             `json:"words,omitempty"` // the signatory's, or a reason for the end
	Step        int                `json:"step,omitempty"`
	Steps       []approval.Step    `json:"steps,omitempty"`
	Due         calendar.Date      `json:"due,omitzero"`
	Final       calendar.Date      `json:"final,omitzero"`
	Awaits      calendar.Date      `json:"awaits,omitzero"` // until when the clock stands still for another authority's reply
	AwaitsFrom  string             `json:"awaitsFrom,omitempty"`
	Inquiries   []Inquiry          `json:"inquiries,omitempty"`
	Joins       bool               `json:"joins,omitempty"`   // another authority's delegation: the document waits for its mission notice
	Defects     int                `json:"defects,omitempty"` // of the last sending back
	Returns     int                `json:"returns,omitempty"`
	People      map[string]*Person `json:"people,omitempty"`
	Coming      *Coming            `json:"coming,omitempty"`
	Visits      int                `json:"visits,omitempty"`
	Departed    calendar.Date      `json:"departed,omitzero"`
	CameHome    calendar.Date      `json:"cameHome,omitzero"`
	BookletsDue calendar.Date      `json:"bookletsDue,omitzero"`
	ReportDue   calendar.Date      `json:"reportDue,omitzero"`
	Report      string             `json:"report,omitempty"`
	NoticeDue   calendar.Date      `json:"noticeDue,omitzero"` // of the notice after the trip; zero where none is asked
	Notice      string             `json:"notice,omitempty"`
	Revoked     bool               `json:"revoked,omitempty"`
	Cancelled   bool               `json:"cancelled,omitempty"` // revoked, because the unit gave the mission up
	Answered    bool               `json:"answered,omitempty"`  // rated or declined
	Outcome     string             `json:"outcome,omitempty"`
	Later       []filing.Owed      `json:"later,omitempty"` // papers that an urgent case was handed in without

	// Of a change: what it is, and by which way.
	Amendment filing.AmendmentKind `json:"amendment,omitempty"`
	Path      filing.Path          `json:"path,omitempty"`
	Reason    string               `json:"reason,omitempty"`
	// Of a case: what was asked to be changed of it, by id.
	Changes map[string]*State `json:"changes,omitempty"`
}

// Approved lists who may travel, by id.
func (s State) Approved() []string {
	var out []string
	for id, p := range s.People {
		if p.Approved {
			out = append(out, id)
		}
	}
	sort.Strings(out)
	return out
}

// Barred lists those who were approved and may not travel on these days, by id, as
// long as nobody has left.
func (s State) Barred() []string {
	var out []string
	if s.ForTerm || s.Stage != Decided && s.Stage != Issued && s.Stage != Cleared {
		return nil
	}
	for _, id := range s.Approved() {
		if slices.ContainsFunc(s.People[id].Not, func(d person.Span) bool { return d.Meets(s.Depart, s.Return) }) {
			out = append(out, id)
		}
	}
	return out
}

// Served tells whether somebody, by any of their ids, has all that is made for this
// journey: booklet and visas; or stays at home, and needs neither.
func (s State) Served(ids ...string) bool {
	if len(s.Approved()) == 0 {
		return false
	}
	known := false
	for _, id := range ids {
		p := s.People[id]
		if p == nil {
			continue
		}
		if known = true; p.Approved && !s.made(*p) {
			return false
		}
	}
	return known
}

// made tells whether one member's booklet and visas are there.
func (s State) made(p Person) bool {
	switch {
	case !p.Booklet.ready():
		return false
	case s.Stage == Cleared || s.Stage == Abroad || s.Stage == Home:
		return true
	case s.Stage != Issued || len(p.Visas) == 0:
		return false // what visas it takes isn't known yet
	}
	for _, v := range p.Visas {
		switch v.Stage {
		case visa.NoneNeeded, visa.IsGranted, visa.IsChecked, visa.IsReleased:
		default:
			return false
		}
	}
	return true
}

// Travelling is how many go: once it was decided those who were approved, and
// before that, or when nobody was, all who were filed.
func (s State) Travelling() int {
	if n := len(s.Approved()); n > 0 {
		return n
	}
	return s.Members
}

// person finds a member, or makes room for one.
func (s *State) person(id string) *Person {
	if s.People == nil {
		s.People = map[string]*Person{}
	}
	if s.People[id] == nil {
		s.People[id] = &Person{}
	}
	return s.People[id]
}

// renamed calls somebody of the case by another id.
func (s State) renamed(from, to string) State {
	s.People = maps.Clone(s.People)
	s.People[to] = s.People[from]
	delete(s.People, from)
	return s
}

func (s *State) visa(person, area string, f func(*Visa)) {
	p := s.person(person)
	if p.Visas == nil {
		p.Visas = map[string]Visa{}
	}
	v := p.Visas[area]
	f(&v)
	p.Visas[area] = v
}

// Hear is the state after one more event. What a zone doesn't hear, its state
// simply doesn't know. Events of no importance for the way leave it as it is.
func (s State) Hear(e journal.Event) State {
	if id := ledger.SubjectOf(e); ledger.Case(id) != id {
		return s.hearChange(id, e)
	}
	return s.hears(e)
}

// hears is hear, which leaves a case withdrawn that its unit gave up, whatever the office
// said before it heard of that: the two cross on the way.
func (s State) hears(e journal.Event) State {
	is := s.hear(e)
	switch e.Body.(type) {
	case approval.Received, approval.Accepted, approval.SentBack, approval.CorrectionTaken, approval.Decided, approval.Filed:
		if s.Stage == Withdrawn {
			is.Stage, is.Before = Withdrawn, ""
		}
	}
	return is
}

func (s State) hear(e journal.Event) State {
	s.People = cloned(s.People)
	switch b := e.Body.(type) {
	case filing.Presented:
		s.Stage, s.Unit, s.Title, s.Members, s.Words = AtSignatory, b.Unit, b.Title, len(b.Members), ""
		_ = s.Depart.UnmarshalText([]byte(b.Depart)) // a draft may say anything; submission will be read strictly
	case filing.TakenBack:
		s.Stage = InDraft
	case filing.HandedBack:
		s.Stage, s.Words = InDraft, b.Words
	case filing.Submitted:
		s.ForTerm = b.Kind == dossier.MultiTrip
		s.filed(b.Unit, b.Title, b.Depart, b.Return, b.Countries, len(b.Members))
		s.Stage, s.Words = OnTheWay, ""
	case filing.Corrected:
		s.filed(b.Unit, b.Title, b.Depart, b.Return, b.Countries, len(b.Members))
		if s.Stage == SentBack {
			s.Stage = OnTheWay
		}
	case filing.PutOff:
		s.Later = b.Papers
	case filing.Supplied:
		s.Later = filing.Came(s.Later, b)
	case filing.AmendmentPresented:
		s.Amendment, s.Reason = b.Kind, b.Reason
	case filing.AmendmentRequested:
		s.Amendment, s.Path, s.Reason = b.Kind, b.Path, b.Reason
	case filing.Amended:
		s.filed(s.Unit, b.Title, b.Depart, b.Return, b.Countries, len(b.Members))
	case filing.Withdrawn:
		s.Stage, s.Before, s.Words = Withdrawn, "", b.Reason

	case approval.Received:
		s.ForTerm = b.Facts.Kind == dossier.MultiTrip
		s.Stage, s.Unit, s.Due, s.Joins = AtIntake, b.Unit, b.Due, b.Facts.Kind == dossier.Joined
		s.filed(b.Unit, b.Facts.Title, b.Facts.Depart, b.Facts.Return, b.Facts.Countries, len(b.Members))
	case approval.Accepted:
		s.Stage, s.Number, s.Steps, s.Step, s.Due, s.Final = InReview, b.Number, b.Steps, 0, b.Due, b.Final
	case approval.SentBack:
		s.Before, s.Stage, s.Due, s.Defects = s.Stage, SentBack, b.Until, len(b.Defects)
		s.Returns++
	case approval.CorrectionTaken:
		s.Stage, s.Due, s.Joins = s.Before, b.Due, b.Facts.Kind == dossier.Joined
	case approval.Reviewed:
		s.Step, s.Due = b.Next, b.Due
	case approval.OpinionSought:
		s.Due, s.Final, s.Awaits = b.Due, b.Final, b.Until
		s.AwaitsFrom = b.Authority
		s.asks(b)
	case approval.OpinionReplied:
		s.Due, s.Final = b.Due, b.Final
		s.answered(b.Authority)
		if b.Open == 0 {
			s.Awaits, s.AwaitsFrom = calendar.Date{}, ""
		}
	case approval.ConfirmationTaken:
		s.confirmed(b.Authority)
	case approval.TakenBack:
		s.Step, s.Due = b.Step, b.Due
	case approval.HandedBackInside:
		s.Step, s.Due = b.To, b.Due
	case approval.Decided:
		s.Stage = Decided
		for _, v := range b.Members {
			s.person(v.Person).Approved, s.person(v.Person).Refused = v.Approved, !v.Approved
		}
		if b.Approved == 0 {
			s.Stage = Refused
		}
	case approval.AmendmentReceived:
		s.Amendment, s.Path, s.Reason = b.Kind, b.Path, b.Reason
	case approval.Filed:
		s.Stage, s.Number, s.Due = Decided, b.Number, calendar.Date{}
	case approval.Amended:
		s.filed(s.Unit, b.Facts.Title, b.Facts.Depart, b.Facts.Return, b.Facts.Countries, len(b.Members))
		for _, p := range s.People {
			p.Approved = false
		}
		for _, v := range b.Verdicts {
			s.person(v.Person).Approved = v.Approved
		}
		for _, p := range s.People {
			p.Refused = p.Refused && !p.Approved
		}
		s.changes(b)
	case approval.Cancelled:
		s.Cancelled = true
	case approval.DocumentIssued:
		if s.Document == "" {
			s.ApprovedOn = b.On
		}
		s.Document, s.File = b.Number, b.File
		if s.Stage == Decided || s.Stage == InReview {
			s.Stage = Issued
		}
	case approval.BookletAsked:
		p := s.person(b.Person)
		p.Approved = true
		if p.Booklet == NoneAsked || p.From != "" && p.From != b.From || b.Why != approval.EndorseOnly && (p.Booklet.ready() || p.Booklet == IsLost) {
			p.Booklet, p.From, p.Due = IsAsked, b.From, b.FromDue
			if fromFile(b.Type) {
				p.Booklet = IsCaptured
			}
		}
		if s.Depart.IsZero() {
			s.Depart = b.Depart
		}
	case approval.Revoked:
		s.Revoked, s.Words = true, b.Reason
		if s.Stage != Abroad && s.Stage != Home {
			s.Stage = Revoked
		}
	case approval.Withdrawn:
		s.Stage, s.Words = Withdrawn, b.Reason
	case approval.Closed:
		s.Stage, s.Outcome = Archived, b.Outcome

	case passport.Ordered:
		p := s.person(b.Person)
		p.Approved, p.Booklet, p.Due, p.Endorsing = true, IsOrdered, b.Due, b.Why == approval.EndorseOnly
		if fromFile(b.Type) {
			p.Booklet = IsCaptured
		}
	case passport.Amended:
		p := s.person(b.Person)
		if p.Due = b.Due; b.Anew {
			p.Booklet = IsMade // without the endorsements, which are made anew
			if p.Endorsing {
				p.Booklet = IsCaptured
			}
		}
	case passport.Endorsed:
		s.person(b.Person).Booklet = IsMade
	case passport.Captured:
		p := s.person(b.Person)
		if p.Booklet = IsCaptured; !b.Due.IsZero() {
			p.Due = b.Due
		}
	case passport.Made:
		s.person(b.Person).Booklet = IsMade
	case passport.Spoiled:
		s.person(b.Person).Booklet = IsCaptured
	case passport.Checked:
		s.person(b.Person).Booklet = IsChecked
		if b.Only {
			s.person(b.Person).Booklet = InStore // where the permit lay while it was endorsed: nothing is on its way
		}
	case passport.HandedOver:
		s.person(b.Person).Booklet = IsHandedOver
	case passport.Stopped:
		s.person(b.Person).Booklet = IsStopped

	case custody.Registered:
		s.person(b.Person).Booklet = InStore
	case custody.Received:
		s.person(b.Person).Booklet = InStore
	case custody.SentToMission:
		s.person(b.Person).Booklet = AtMission
	case custody.BackFromMission:
		s.person(b.Person).Booklet = InStore
	case custody.Lent:
		p := s.person(b.Person)
		p.Booklet, p.HandIn, p.By, p.Recalled = IsLent, b.Due, b.By, false
	case custody.LoanTakenBack:
		p := s.person(b.Person)
		p.Booklet, p.HandIn, p.By = InStore, calendar.Date{}, ""
	case custody.Redated:
		s.person(b.Person).HandIn = b.Due
	case custody.Recalled:
		p := s.person(b.Person)
		p.HandIn, p.Recalled = b.Due, true
	case custody.HandInTakenBack:
		p := s.person(b.Person)
		p.Booklet, p.HandIn = IsLent, b.Due
	case custody.HandedIn:
		p := s.person(b.Person)
		p.Booklet, p.Early = IsHandedIn, b.Early
	case custody.ReportedLost:
		p := s.person(b.Person)
		p.Booklet, p.LossTold = IsLost, false
	case trip.LossTold:
		p := s.person(b.Person)
		p.LossTold = p.Booklet != IsLost // else the office acted before it heard
	case trip.LossTakenBack:
		s.person(b.Person).LossTold = false

	case visa.Planned:
		s.visa(b.Person, b.Area, func(v *Visa) {
			*v = planned(b)
		})
	case visa.Replanned:
		s.visa(b.Plan.Person, b.Plan.Area, func(v *Visa) {
			*v = planned(b.Plan)
		})
	case visa.Redated:
		s.visa(b.Person, areaOf(e), func(v *Visa) {
			if v.Stage == visa.IsPlanned || v.Stage == visa.KitIsReady {
				v.Due = b.SendBy
			}
		})
	case visa.KitCompleted:
		s.visa(b.Person, areaOf(e), func(v *Visa) { v.Stage = visa.KitIsReady })
	case visa.Sent:
		s.visa(b.Person, areaOf(e), func(v *Visa) { v.Stage, v.Due = visa.IsSent, b.Back })
	case visa.Granted:
		s.visa(b.Person, areaOf(e), func(v *Visa) { v.Stage = visa.IsGranted })
	case visa.Corrected:
		s.visa(b.Person, areaOf(e), func(v *Visa) { v.Stage = visa.IsGranted })
	case visa.Refused:
		s.visa(b.Person, areaOf(e), func(v *Visa) { v.Stage, v.Why = visa.IsRefused, b.Reason })
	case visa.MissionDaySet:
		s.visa(b.Person, areaOf(e), func(v *Visa) { v.Sees = b.On })
	case visa.MissionSeen:
		s.visa(b.Person, areaOf(e), func(v *Visa) { v.Sees = calendar.Date{} })
	case visa.Checked:
		s.visa(b.Person, areaOf(e), func(v *Visa) { v.Stage = visa.IsChecked })
	case visa.FoundWrong:
		s.visa(b.Person, areaOf(e), func(v *Visa) { v.Stage = visa.KitIsReady })
	case visa.Released:
		s.visa(b.Person, areaOf(e), func(v *Visa) { v.Stage = visa.IsReleased })
	case visa.Withdrawn:
		s.visa(b.Person, areaOf(e), func(v *Visa) { v.Stage = visa.IsWithdrawn })

	case hall.Booked:
		if s.Unit == "" {
			s.Unit = b.Unit
		}
		s.Coming = &Coming{Booking: b.Booking, Hall: b.Hall, Day: b.Day, Slot: b.Slot, Number: b.Number, State: hall.IsBooked, Acts: len(b.Acts)}
	case hall.Moved:
		if c := s.Coming; c != nil && c.Booking == b.Booking && c.State == hall.IsBooked {
			s.Coming = &Coming{Booking: b.Booking, Hall: b.Hall, Day: b.Day, Slot: b.Slot, Number: b.Number, State: hall.IsBooked, Acts: len(b.Acts)}
		}
	case hall.Shortened:
		if c := s.Coming; c != nil && c.Booking == b.Booking {
			less := *c
			less.Acts = len(b.Acts)
			s.Coming = &less
		}
	case hall.Cancelled:
		s.coming(b.Booking, hall.IsCancelled)
	case hall.CheckedIn:
		if s.Coming == nil || s.Coming.Booking != b.Booking || b.Booking == "" {
			s.Coming = &Coming{Booking: b.Booking, Day: b.Day, Number: b.Number, Acts: len(b.Acts)}
		}
		s.coming(s.Coming.Booking, hall.HasArrived)
		s.Coming.People = b.People // coming made a copy of its own
		s.Coming.Hall = cmp.Or(b.Hall, s.Coming.Hall)
		s.Visits++
	case hall.Closed:
		if s.Coming != nil {
			s.coming(s.Coming.Booking, hall.HasLeft)
		}
	case hall.Missed:
		s.coming(b.Booking, hall.WasMissed)
	case hall.MissTakenBack:
		s.coming(b.Booking, hall.WasExcused)

	case trip.Cleared:
		s.Stage = Cleared
		if s.Depart.IsZero() {
			s.Depart, s.Return = b.Depart, b.Return
		}
	case trip.ClearanceTakenBack:
		if s.Stage == Cleared {
			s.Stage = Issued
		}
	case trip.Amended:
		s.Depart, s.Return = b.Depart, b.Return
		if !b.Cleared && s.Stage == Cleared {
			s.Stage = Issued
		}
	case trip.Departed:
		s.Stage, s.Departed = Abroad, b.On
	case trip.DepartureTakenBack:
		s.Departed = calendar.Date{}
		s.ready()
	case trip.CallOffTakenBack:
		s.BookletsDue, s.Words = calendar.Date{}, ""
		s.ready()
	case trip.NotDeparted:
		s.Stage, s.BookletsDue, s.Words = NotDeparted, b.BookletsDue, b.Reason
	case trip.CameHome:
		s.Stage, s.CameHome, s.BookletsDue, s.ReportDue = Home, b.On, b.BookletsDue, b.ReportDue
		s.NoticeDue = b.NoticeDue
	case trip.HomeTakenBack:
		s.Stage, s.CameHome, s.BookletsDue, s.ReportDue = Abroad, calendar.Date{}, calendar.Date{}, calendar.Date{}
		s.NoticeDue, s.Notice = calendar.Date{}, "" // it told of a return that wasn't
	case trip.NoticeFiled:
		s.Notice = b.Material
	case trip.ReportFiled:
		s.Report = b.Material
	case trip.Closed:
		s.Stage = Done
	case feedback.Rated, feedback.Declined:
		s.Answered = true
	}
	return s
}

// ToRegionsOnly tells whether it leads to Hong Kong and Macau alone, as far as
// is known: then its people travel on permits.
func (s State) ToRegionsOnly() bool {
	return dossier.RegionsOnly(s.Countries)
}

// fromFile tells of a kind of booklet for which nobody has to come: a permit for
// Hong Kong and Macau is made of a photo on file, or only endorsed.
func fromFile(typ string) bool { return dossier.PassportType(typ) == dossier.HKMacauPermit }

// cloned keeps the state before as it was.
func cloned(people map[string]*Person) map[string]*Person {
	if people == nil {
		return nil
	}
	out := make(map[string]*Person, len(people))
	for id, p := range people {
		c := *p
		c.Visas = maps.Clone(p.Visas)
		out[id] = &c
	}
	return out
}

func (s *State) filed(unit, title string, depart, ret calendar.Date, countries []string, members int) {
	s.Unit, s.Title, s.Depart, s.Return, s.Countries, s.Members = unit, title, depart, ret, countries, members
}

// ready is where they stand who may go again; who may not, as nothing had happened.
func (s *State) ready() {
	s.Stage = Cleared
	if s.Revoked {
		s.Stage = Revoked
	}
}

func (s *State) coming(booking string, st hall.State) {
	if s.Coming != nil && s.Coming.Booking == booking {
		c := *s.Coming
		c.State = st
		s.Coming = &c
	}
}

// areaOf is the last part of a visa order's id: filing.person.AREA.
func areaOf(e journal.Event) string {
	id := e.Subject.ID
	for i := len(id) - 1; i >= 0; i-- {
		if id[i] == '.' {
			return id[i+1:]
		}
	}
	return id
}
