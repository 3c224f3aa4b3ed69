package visa

import (
	"slices"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// CompleteKit says that every item of the kit is there and was looked at (装袋).
type CompleteKit struct {
	Items  []string // ids that were looked at
	Papers Papers
	Wrong  []fault.Finding // what the rules of lodging say against it
	Why    string          // why it is packed in spite of a warning
}

// Decide names the items that nobody looked at, and what the rules refuse.
func (cmd CompleteKit) Decide(o Order, _ journal.Moment) ([]journal.Event, error) {
	if o.Stage != IsPlanned {
		return nil, fault.NotNow("visa.kit.not_now", o.Stage)
	}
	var wrong []fault.Finding
	for _, it := range o.Plan.Kit {
		field := "kit." + it.ID
		if !slices.Contains(cmd.Items, it.ID) && !slices.ContainsFunc(cmd.Wrong, func(f fault.Finding) bool { return f.Field == field }) {
			wrong = append(wrong, fault.Finding{Field: "kit." + it.ID, Key: "visa.kit.missing", Args: map[string]any{"item": fault.Text{Zh: it.Zh, En: it.En}}})
		}
	}
	wrong = append(wrong, cmd.Wrong...)
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return journal.Happened(KitCompleted{Filing: o.Plan.Filing, Person: o.Plan.Person, Items: cmd.Items, Papers: cmd.Papers, Why: strings.TrimSpace(cmd.Why)}), nil
}

// Send gives kit and booklet to the mission (送签).
type Send struct {
	On      calendar.Date // zero for today
	Batch   string
	Booklet string
	Within  calendar.Workdays // the mission's usual time
}

// Decide wants a complete kit and a booklet.
func (cmd Send) Decide(o Order, m journal.Moment) ([]journal.Event, error) {
	if o.Stage != KitIsReady {
		return nil, fault.NotNow("visa.send.not_now", o.Stage)
	}
	var wrong []fault.Finding
	if cmd.Booklet == "" {
		wrong = append(wrong, fault.Finding{Field: "booklet", Key: "visa.send.booklet"})
	}
	if strings.TrimSpace(cmd.Batch) == "" {
		wrong = append(wrong, fault.Finding{Field: "batch", Key: "visa.send.batch"})
	}
	on := cmd.On
	if on.IsZero() {
		on = m.Today
	}
	if on.After(m.Today) {
		wrong = append(wrong, fault.Finding{Field: "on", Key: "visa.send.future"})
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return journal.Happened(Sent{Filing: o.Plan.Filing, Person: o.Plan.Person, On: on, Batch: cmd.Batch, Booklet: cmd.Booklet, Back: m.Book.AddWorkdays(on, cmd.Within)}), nil
}

// Printed is what somebody reads on a visa and types.
type Printed struct {
	From    calendar.Date
	Until   calendar.Date
	Entries int    // 0: any number
	Days    int    // of stay
	Name    string // as printed
	Tail    string
	Misfits []fault.Finding // what the rules of handing out say against it
	AsIs    bool            // the visa does say so
}

// judge names what is missing. What doesn't serve the trip was most often typed
// wrongly, so it is taken only once somebody says that the visa does say so.
func (v Printed) judge(p Planned) []fault.Finding {
	var wrong []fault.Finding
	if v.From.IsZero() {
		wrong = append(wrong, fault.Finding{Field: "from", Key: "visa.grant.from"})
	}
	if v.Until.IsZero() || v.Until.Before(v.From) {
		wrong = append(wrong, fault.Finding{Field: "until", Key: "visa.grant.until"})
	}
	if v.Entries < 0 {
		wrong = append(wrong, fault.Finding{Field: "entries", Key: "visa.grant.entries"})
	}
	if v.Days < 1 {
		wrong = append(wrong, fault.Finding{Field: "days", Key: "visa.grant.days"})
	}
	if len(wrong) > 0 || v.AsIs {
		return wrong
	}
	if wrong = misfits(v.Of(p), p, v.Misfits); len(wrong) > 0 {
		wrong = append(wrong, fault.Finding{Field: "asIs", Key: "visa.grant.as_is"})
	}
	return wrong
}

// Of is the visa as an order keeps it.
func (v Printed) Of(p Planned) Granted {
	return Granted{Filing: p.Filing, Person: p.Person, From: v.From, Until: v.Until, Entries: v.Entries, Days: v.Days, Name: journal.Of(strings.TrimSpace(v.Name)), Tail: strings.ToUpper(strings.TrimSpace(v.Tail))}
}

// Grant records the visa as it stands in the booklet.
type Grant struct {
	Printed
	// Of the traveller's own visit to the mission: whether one was wanted, and if
	// it isn't on record yet, when it was, or why there is a visa without.
	Wanted bool
	Went   calendar.Date
	Unseen string
}

// Decide takes what is printed, right or wrong: whether it serves is for the check.
// A visa for which the traveller had to be seen wants the visit, or why there was none.
func (cmd Grant) Decide(o Order, m journal.Moment) ([]journal.Event, error) {
	if o.Stage != IsSent {
		return nil, fault.NotNow("visa.result.not_now", o.Stage)
	}
	wrong := cmd.judge(o.Plan)
	unseen := ""
	var seen []journal.Event
	if cmd.Wanted && o.Mission.Seen.IsZero() {
		unseen = strings.TrimSpace(cmd.Unseen)
		switch {
		case cmd.Went.After(m.Today):
			wrong = append(wrong, fault.Finding{Field: "went", Key: "visa.mission.future"})
		case !cmd.Went.IsZero():
			seen, unseen = journal.Happened(MissionSeen{Filing: o.Plan.Filing, Person: o.Plan.Person, On: cmd.Went}), ""
		case unseen == "":
			wrong = append(wrong, fault.Finding{Field: "went", Key: "visa.grant.unseen"})
		}
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	is := cmd.Of(o.Plan)
	is.Unseen = unseen
	return append(seen, journal.Happened(is)...), nil
}

// Correct mends what was typed of a visa (登记有误). The visa itself stays as it
// is, and somebody else than who corrected it checks it anew.
type Correct struct {
	Printed
	Out bool // its booklet was handed out
}

// Decide takes it until the booklet is handed out, and wants something to be
// otherwise than it was.
func (cmd Correct) Decide(o Order, _ journal.Moment) ([]journal.Event, error) {
	if cmd.Out || o.Stage != IsGranted && o.Stage != IsChecked {
		return nil, fault.NotNow("visa.correct.not_now", o.Stage)
	}
	v := cmd.Of(o.Plan)
	is := Corrected{Filing: v.Filing, Person: v.Person, From: v.From, Until: v.Until, Entries: v.Entries, Days: v.Days, Name: v.Name, Tail: v.Tail}
	if len(Differs(o.Visa, is)) == 0 {
		return nil, fault.Field("correct", "visa.correct.same", nil)
	}
	if wrong := cmd.judge(o.Plan); len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return journal.Happened(is), nil
}

// Differs lists what a correction changes, by the name of its field.
func Differs(was Granted, is Corrected) []string {
	var out []string
	for _, x := range []struct {
		field string
		same  bool
	}{{"name", was.Name.Or("") == is.Name.Or("")}, {"tail", was.Tail == is.Tail}, {"from", was.From == is.From}, {"until", was.Until == is.Until},
		{"entries", was.Entries == is.Entries}, {"days", was.Days == is.Days}} {
		if !x.same {
			out = append(out, x.field)
		}
	}
	return out
}

// Refuse records the mission's refusal (拒签).
type Refuse struct{ Reason string }

// Decide wants a reason, if only that none was told.
func (cmd Refuse) Decide(o Order, _ journal.Moment) ([]journal.Event, error) {
	if o.Stage != IsSent {
		return nil, fault.NotNow("visa.result.not_now", o.Stage)
	}
	if strings.TrimSpace(cmd.Reason) == "" {
		return nil, fault.Field("reason", "visa.reason", nil)
	}
	return journal.Happened(Refused{Filing: o.Plan.Filing, Person: o.Plan.Person, Reason: cmd.Reason}), nil
}

// Check says that a second officer has compared the visa with the trip (核签).
type Check struct {
	Wrong []fault.Finding // what the rules of handing out say against it
}

// Decide compares days and stay, and wants another pair of eyes than those
// that recorded it. Basis: rules VIS-017 and VIS-018.
func (cmd Check) Decide(o Order, m journal.Moment) ([]journal.Event, error) {
	if err := o.second(m); err != nil {
		return nil, err
	}
	if wrong := o.Unfit(cmd.Wrong); len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return journal.Happened(Checked{Filing: o.Plan.Filing, Person: o.Plan.Person}), nil
}

func (o Order) second(m journal.Moment) error {
	if o.Stage != IsGranted {
		return fault.NotNow("visa.check.not_now", o.Stage)
	}
	if m.Actor.Account != "" && m.Actor.Account == o.GrantedBy {
		return fault.Forbidden("a second pair of eyes")
	}
	return nil
}

// AllRecordedBy tells whether every visa that is still to be checked was recorded
// by one account, which then checks none of them.
func AllRecordedBy(orders []Order, account string) bool {
	open := slices.DeleteFunc(slices.Clone(orders), func(o Order) bool { return o.Stage != IsGranted })
	return len(open) > 0 && !slices.ContainsFunc(open, func(o Order) bool { return o.GrantedBy != account })
}

// Unfit lists what keeps the recorded visa from serving the trip; found is what
// the rules of handing out say against it.
func (o Order) Unfit(found []fault.Finding) []fault.Finding { return misfits(o.Visa, o.Plan, found) }

// misfits adds to what the rules say of a visa what else of its days and stay
// doesn't serve the trip: a rule names the first alone.
func misfits(v Granted, p Planned, found []fault.Finding) []fault.Finding {
	out := slices.Clone(found)
	add := func(f fault.Finding) {
		if !slices.ContainsFunc(found, func(x fault.Finding) bool { return x.Field == f.Field }) {
			out = append(out, f)
		}
	}
	if !p.From.IsZero() && v.From.After(p.From) {
		add(fault.Finding{Field: "from", Rule: "VIS-018", Key: "visa.check.from", Args: map[string]any{"visa": v.From, "trip": p.From}})
	}
	if !p.To.IsZero() && v.Until.Before(p.To) {
		add(fault.Finding{Field: "until", Rule: "VIS-018", Key: "visa.check.until", Args: map[string]any{"visa": v.Until, "trip": p.To}})
	}
	if v.Days < p.Days {
		add(fault.Finding{Field: "days", Rule: "VIS-018", Key: "visa.check.days", Args: map[string]any{"visa": v.Days, "trip": p.Days}})
	}
	return out
}

// FindWrong sends a visa that doesn't serve back to the mission.
type FindWrong struct{ What string }

// Decide is the second officer's, too.
func (cmd FindWrong) Decide(o Order, m journal.Moment) ([]journal.Event, error) {
	if err := o.second(m); err != nil {
		return nil, err
	}
	if strings.TrimSpace(cmd.What) == "" {
		return nil, fault.Field("what", "visa.reason", nil)
	}
	return journal.Happened(FoundWrong{Filing: o.Plan.Filing, Person: o.Plan.Person, What: cmd.What}), nil
}

// Release says that booklet and visa went out.
type Release struct{}

// Decide takes a checked visa alone.
func (cmd Release) Decide(o Order, _ journal.Moment) ([]journal.Event, error) {
	if o.Stage != IsChecked {
		return nil, fault.NotNow("visa.release.not_now", o.Stage)
	}
	return journal.Happened(Released{Filing: o.Plan.Filing, Person: o.Plan.Person}), nil
}

// Withdraw stops an order: the trip is off, or the member stays at home.
type Withdraw struct{ Reason string }

// Decide refuses once the visa is out, and says nothing twice.
func (cmd Withdraw) Decide(o Order, _ journal.Moment) ([]journal.Event, error) {
	switch o.Stage {
	case IsWithdrawn, NoneNeeded:
		return nil, nil
	case Nothing, IsReleased:
		return nil, fault.NotNow("visa.withdraw.not_now", o.Stage)
	}
	if strings.TrimSpace(cmd.Reason) == "" {
		return nil, fault.Field("reason", "visa.reason", nil)
	}
	return journal.Happened(Withdrawn{Filing: o.Plan.Filing, Person: o.Plan.Person, Reason: cmd.Reason}), nil
}
