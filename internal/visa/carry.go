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

// Grant records the visa as it stands in the booklet.
type Grant struct {
	From    calendar.Date
	Until   calendar.Date
	Entries int    // 0: any number
	Days    int    // of stay
	Name    string // as printed
	Tail    string
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
	var wrong []fault.Finding
	if cmd.From.IsZero() {
		wrong = append(wrong, fault.Finding{Field: "from", Key: "visa.grant.from"})
	}
	if cmd.Until.IsZero() || cmd.Until.Before(cmd.From) {
		wrong = append(wrong, fault.Finding{Field: "until", Key: "visa.grant.until"})
	}
	if cmd.Entries < 0 {
		wrong = append(wrong, fault.Finding{Field: "entries", Key: "visa.grant.entries"})
	}
	if cmd.Days < 1 {
		wrong = append(wrong, fault.Finding{Field: "days", Key: "visa.grant.days"})
	}
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
	return append(seen, journal.Happened(Granted{Filing: o.Plan.Filing, Person: o.Plan.Person, From: cmd.From, Until: cmd.Until, Entries: cmd.Entries, Days: cmd.Days, Name: journal.Of(strings.TrimSpace(cmd.Name)), Tail: strings.ToUpper(strings.TrimSpace(cmd.Tail)), Unseen: unseen})...), nil
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
	if len(cmd.Wrong) > 0 {
		return nil, fault.Invalid(cmd.Wrong...)
	}
	if wrong := o.Unfit(); len(wrong) > 0 {
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

// Unfit lists what keeps the recorded visa from serving the trip.
func (o Order) Unfit() []fault.Finding {
	var wrong []fault.Finding
	v, p := o.Visa, o.Plan
	if !p.From.IsZero() && v.From.After(p.From) {
		wrong = append(wrong, fault.Finding{Field: "from", Rule: "VIS-018", Key: "visa.check.from", Args: map[string]any{"visa": v.From, "trip": p.From}})
	}
	if !p.To.IsZero() && v.Until.Before(p.To) {
		wrong = append(wrong, fault.Finding{Field: "until", Rule: "VIS-018", Key: "visa.check.until", Args: map[string]any{"visa": v.Until, "trip": p.To}})
	}
	if v.Days < p.Days {
		wrong = append(wrong, fault.Finding{Field: "days", Rule: "VIS-018", Key: "visa.check.days", Args: map[string]any{"visa": v.Days, "trip": p.Days}})
	}
	return wrong
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
