package custody

import (
	"regexp"
	"slices"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Lend gives a booklet to its holder for one approved trip (出库).
type Lend struct {
	Booklet    string
	Filing     string
	Unit       string        // that answers for handing it in
	Approval   string        // number of the document in force; "" where there is none
	Depart     calendar.Date // of the trip
	Return     calendar.Date // of the trip: the day of entering China
	ReturnDays int           // parameter passport.returnDays, calendar days
	AheadDays  int           // parameter passport.handOutDays: sooner before the departure only on purpose; 0 asks nobody
	Ahead      bool          // it is on purpose
	Claims     []Claim       // of other trips
	Anyway     bool          // it is lent although one of them wants it sooner
	OpenVisas  []string      // areas whose visa isn't released yet
	By         By
	Code       string          // that opens the locker, or the parcel's number; may be ""
	Bears      bool            // a visa for this trip is in it
	NoEVisa    []string        // areas whose e-visa hasn't come or doesn't serve
	Besides    []Row           // what is kept under other ids that mean its holder
	Wrong      []fault.Finding // what the rules of handing out say against it
}

// Decide refuses without an approval, before the visas are done, and a second
// booklet beside one that is out. Due is return + ReturnDays, holidays
// counting. Basis: 外交部领事司 and 黑龙江气象局 2016 (seven
// days), 民航局 2024 (one booklet at a time).
func (cmd Lend) Decide(h Holder, m journal.Moment) ([]journal.Event, error) {
	b, err := h.ready(cmd.Booklet, "custody.lend.not_here", cmd.Bears)
	if err != nil {
		return nil, err
	}
	if cmd.Approval == "" {
		return nil, fault.NotNow("custody.lend.no_approval", b.Place)
	}
	if len(cmd.OpenVisas) > 0 {
		return nil, &fault.NotNowError{Key: "custody.lend.visas_open", State: string(b.Place), Args: map[string]any{"areas": cmd.OpenVisas}}
	}
	if len(cmd.NoEVisa) > 0 {
		return nil, &fault.NotNowError{Key: "custody.lend.no_evisa", State: string(b.Place), Args: map[string]any{"areas": cmd.NoEVisa}}
	}
	all := slices.Clone(h.Booklets)
	for _, r := range cmd.Besides { // two records that are one person's by now
		all = append(all, Booklet{ID: r.Booklet, Type: r.Type, Tail: r.Tail, Place: r.Place})
	}
	if err := beside(all, b); err != nil {
		return nil, err
	}
	wrong := slices.Clone(cmd.Wrong)
	if cmd.Return.IsZero() || cmd.Return.Before(m.Today) {
		wrong = append(wrong, fault.Finding{Field: "return", Key: "custody.lend.return"})
	}
	if ahead := cmd.Depart.Sub(m.Today); cmd.AheadDays > 0 && ahead > cmd.AheadDays && !cmd.Ahead {
		wrong = append(wrong, fault.Finding{Field: "ahead", Key: "custody.lend.ahead", Args: map[string]any{"Days": ahead, "Usual": cmd.AheadDays}})
	}
	if !cmd.Anyway {
		wrong = append(wrong, cmd.Claimed(m.Today)...)
	}
	if !b.Expires.IsZero() && b.Expires.Before(cmd.Return) {
		wrong = append(wrong, fault.Finding{Field: "booklet", Key: "custody.lend.expires"})
	}
	if !cmd.By.Known() {
		wrong = append(wrong, fault.Finding{Field: "by", Key: "custody.by"})
	}
	code, ok := cmd.By.code(cmd.Code)
	if !ok {
		wrong = append(wrong, fault.Finding{Field: "code", Key: "custody.code"})
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return journal.Happened(Lent{Booklet: cmd.Booklet, Person: m.Subject, Filing: cmd.Filing, Unit: cmd.Unit, Due: Due(cmd.Return, cmd.ReturnDays), By: cmd.By, Code: code}), nil
}

var codes = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z -]{1,38}[0-9A-Za-z]$`)

// code is what opens the locker, or the number of the parcel, as it is written
// down; nothing is needed, and at the window nothing is told.
func (b By) code(text string) (string, bool) {
	text = strings.Join(strings.Fields(text), " ")
	if text == "" || b == Window {
		return "", true
	}
	return text, codes.MatchString(text)
}

// TakeLoanBack says that a booklet was noted as lent by mistake: it is still here.
type TakeLoanBack struct {
	Booklet string
	Left    bool // its holder has left on the trip
}

// Decide is for slips that are seen on the day itself. Later on the booklet comes
// back as any other does: it was out.
func (cmd TakeLoanBack) Decide(h Holder, m journal.Moment) ([]journal.Event, error) {
	b, err := h.at(cmd.Booklet, "custody.take_loan_back.not_lent", IsLent)
	switch {
	case err != nil:
		return nil, err
	case b.LentOn != m.Today || cmd.Left:
		return nil, fault.NotNow("custody.take_loan_back.later", b.Place)
	}
	return journal.Happened(LoanTakenBack{Booklet: b.ID, Person: m.Subject, Filing: b.Filing}), nil
}

// Recall wants a lent booklet back earlier, because its trip won't take place.
type Recall struct {
	Booklet string
	Filing  string
	Due     calendar.Date // last day for handing it in
	Reason  string
	Because Because
}

// Decide never gives more time than there was.
func (cmd Recall) Decide(h Holder, m journal.Moment) ([]journal.Event, error) {
	b, err := h.at(cmd.Booklet, "custody.recall.not_lent", IsLent)
	if err != nil {
		return nil, err
	}
	if b.Filing != cmd.Filing || !cmd.Due.Before(b.Due) {
		return nil, nil
	}
	return journal.Happened(Recalled{Booklet: b.ID, Person: m.Subject, Filing: b.Filing, Due: cmd.Due, Reason: cmd.Reason, Because: cmd.Because}), nil
}

// HandIn takes a booklet back from its holder (交回). Only over the window is it
// a visit.
type HandIn struct {
	Booklet string
	By      By
	On      calendar.Date // when it came; zero for today
	Ends    calendar.Date // day on which the trip ends; zero where it has, or won't take place
	Early   Early         // why it comes before that
}

// Early is why a booklet comes back before its trip's end.
type Early string

const (
	NotUsed    Early = "not_used"    // its holder stays at home
	CameSooner Early = "came_sooner" // they came home before the day
)

// Decide tells how late it is. A day before the trip's end is most often a slip of
// the pen, so it is asked what became of the trip.
func (cmd HandIn) Decide(h Holder, m journal.Moment) ([]journal.Event, error) {
	b, err := h.at(cmd.Booklet, "custody.hand_in.not_lent", IsLent)
	if err != nil {
		return nil, err
	}
	on := cmd.On
	if on.IsZero() {
		on = m.Today
	}
	var wrong []fault.Finding
	if on.After(m.Today) {
		wrong = append(wrong, fault.Finding{Field: "on", Key: "custody.hand_in.future"})
	}
	early := on.Before(cmd.Ends) // never, where that is zero
	if early && cmd.Early != NotUsed && cmd.Early != CameSooner {
		wrong = append(wrong, fault.Finding{Field: "early", Key: "custody.hand_in.early", Args: map[string]any{"Day": cmd.Ends}})
	}
	if !cmd.By.Known() {
		wrong = append(wrong, fault.Finding{Field: "by", Key: "custody.by"})
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	happened := HandedIn{Booklet: b.ID, Person: m.Subject, Filing: b.Filing, By: cmd.By, On: on, Late: max(0, on.Sub(b.Due))}
	if early {
		happened.Early = cmd.Early
	}
	return journal.Happened(happened), nil
}

// beside refuses a booklet that would be out beside another of its kind.
func beside(all []Booklet, b Booklet) error {
	for _, other := range all {
		if other.Place == IsLent && other.isPermit() == b.isPermit() {
			return &fault.NotNowError{Key: "custody.lend.another_out", State: string(other.Place), Args: map[string]any{"tail": other.Tail}}
		}
	}
	return nil
}

// TakeHandInBack says that a booklet was noted as handed in by mistake: its
// holder still has it.
type TakeHandInBack struct {
	Booklet string
	Closed  bool // its case is closed: nobody would ask for it any more
}

// Decide refuses once it went on from the store, or its case is closed.
func (cmd TakeHandInBack) Decide(h Holder, m journal.Moment) ([]journal.Event, error) {
	b, err := h.Booklet(cmd.Booklet)
	switch {
	case err != nil:
		return nil, err
	case b.Place != InStore || b.Was == Loan{}:
		return nil, fault.NotNow("custody.take_hand_in_back.moved", b.Place)
	case cmd.Closed:
		return nil, fault.NotNow("custody.take_hand_in_back.closed", b.Place)
	}
	if err := beside(h.Booklets, b); err != nil {
		return nil, err // another has gone out since
	}
	return journal.Happened(HandInTakenBack{Booklet: b.ID, Person: m.Subject, Filing: b.Was.Filing, Unit: b.Was.Unit, Due: b.Was.Due, By: b.Was.By}), nil
}
