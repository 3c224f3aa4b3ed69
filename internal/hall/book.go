package hall

import (
	"strings"

	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Book takes places for good (预约): those that were kept, or free ones at
// once. A delegation gets all of them or none.
type Book struct {
	Wanted  Wanted
	People  []string // persons who come
	Acts    []Act
	Earlier int    // bookings and visits that the case has had: a further one needs a cause
	Cause   string // why this is not the first
}

// Decide refuses a second booking of one case on one day: it is one visit, unless
// the first was missed.
func (cmd Book) Decide(d Day, m journal.Moment) ([]journal.Event, error) {
	w := cmd.Wanted
	w.People, w.Plan, w.Persons, w.Acts = max(1, len(cmd.People)), w.Plan.On(w.Day), cmd.People, cmd.Acts
	if err := w.check(m); err != nil {
		return nil, err
	}
	var wrong []fault.Finding
	if len(cmd.Acts) == 0 {
		wrong = append(wrong, fault.Finding{Field: "acts", Key: "hall.book.nothing_to_do"})
	}
	if cmd.Earlier > 0 && strings.TrimSpace(cmd.Cause) == "" {
		wrong = append(wrong, fault.Finding{Field: "cause", Key: "hall.book.cause"})
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	for id, b := range d.Bookings {
		if b.Filing == w.Filing && !Past(w.Day, b.Slot, m.Now) {
			return nil, &fault.ConflictError{Key: "hall.book.twice", Nearest: []string{id}}
		}
	}
	window, uses, err := w.fit(d, m)
	if err != nil {
		return nil, err
	}
	id := m.Fresh()
	return journal.Happened(Booked{Booking: id, Hall: w.Plan.ID, Day: w.Day, Slot: uses[0].Slot, Until: uses[len(uses)-1].Slot + Clock(w.Plan.Minutes),
		Window: window, Counter: string(w.Counter), Number: d.number(w.Day, window), Code: codeOf(m.Fresh()), Filing: w.Filing, Unit: w.Unit,
		People: cmd.People, Acts: cmd.Acts, Uses: uses, Takes: longer(w.takes()), Cause: strings.TrimSpace(cmd.Cause)}), nil
}

// codeOf is what the pass's QR code carries: ten characters without those that
// are misread (I, L, O, U), from the random half of an id, 50 bits.
func codeOf(id string) string {
	const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	hex := strings.ReplaceAll(id, "-", "")
	var n uint64
	for _, c := range hex[len(hex)-13:] {
		n = n<<4 | uint64(strings.IndexRune("0123456789abcdef", c))
	}
	var out [10]byte
	for i := range out {
		out[i] = letters[n&31]
		n >>= 5
	}
	return string(out[:])
}
