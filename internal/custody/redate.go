package custody

import (
	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Due is the last day for handing a booklet in: so many calendar days after the
// holder has entered China, holidays counting (外交部领事司; parameter
// passport.returnDays).
func Due(home calendar.Date, returnDays int) calendar.Date { return home.AddDays(returnDays) }

// Redate moves the day on which a lent booklet is due, because the
// journey ends on another one.
type Redate struct {
	Booklet string
	Filing  string
	Due     calendar.Date
	Reason  string
}

// Decide touches only what is lent for this case.
func (cmd Redate) Decide(h Holder, m journal.Moment) ([]journal.Event, error) {
	b, err := h.at(cmd.Booklet, "custody.recall.not_lent", IsLent)
	if err != nil {
		return nil, err
	}
	switch {
	case b.Filing != cmd.Filing || b.Due == cmd.Due:
		return nil, nil
	case cmd.Due.IsZero():
		return nil, fault.Field("due", "custody.lend.return", nil)
	}
	return journal.Happened(Redated{Booklet: b.ID, Person: m.Subject, Filing: b.Filing, Due: cmd.Due, Reason: cmd.Reason}), nil
}
