package custody

import "yitang/internal/journal"

// SendToMission gives a booklet to a mission for a visa (送签).
type SendToMission struct {
	Booklet string
	Filing  string
	Visa    string // visa order
	Batch   string
	Bears   bool // a visa for this trip is in it, or it was with a mission for one
}

// Decide refuses a booklet that isn't in the store: one that is with another
// mission comes back first. The same order again is the same news.
func (cmd SendToMission) Decide(h Holder, m journal.Moment) ([]journal.Event, error) {
	b, err := h.Booklet(cmd.Booklet)
	if err != nil {
		return nil, err
	}
	if b.Place == AtMission && b.Visa == cmd.Visa {
		return nil, nil
	}
	if _, err := h.ready(cmd.Booklet, "custody.send.not_here", cmd.Bears); err != nil {
		return nil, err
	}
	return journal.Happened(SentToMission{Booklet: cmd.Booklet, Person: m.Subject, Filing: cmd.Filing, Visa: cmd.Visa, Batch: cmd.Batch}), nil
}

// TakeBack puts a booklet that a mission has given back into the store.
type TakeBack struct{ Booklet string }

// Decide refuses one that was never sent.
func (cmd TakeBack) Decide(h Holder, m journal.Moment) ([]journal.Event, error) {
	b, err := h.at(cmd.Booklet, "custody.take_back.not_away", AtMission)
	if err != nil {
		return nil, err
	}
	return journal.Happened(BackFromMission{Booklet: b.ID, Person: m.Subject, Filing: b.Filing, Visa: b.Visa}), nil
}
