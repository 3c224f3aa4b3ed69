package custody

import (
	"fmt"
	"slices"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Place is where a booklet is.
type Place string

const (
	InStore   Place = "store"
	AtMission Place = "mission"
	IsLent    Place = "lent"
	IsLost    Place = "lost"
	IsVoid    Place = "void"
)

// Places lists them for forms and filters.
func Places() []Place { return []Place{InStore, AtMission, IsLent, IsLost, IsVoid} }

// Booklet is one booklet of a holder.
type Booklet struct {
	ID      string
	Type    string
	Tail    string
	Expires calendar.Date
	Place   Place
	Filing  string // case for which it is out
	Visa    string // order for which it is with a mission
	Unit    string // that answers for it while it is lent
	Due     calendar.Date
	By      By

	Unsigned     bool     // the bearer's line is blank
	Endorsements []string // of a permit
}

// Live tells whether the booklet can still be travelled with.
func (b Booklet) Live() bool { return b.Place != IsLost && b.Place != IsVoid }

// permit is the one type that goes beside a passport: a trip to Hong Kong and
// on needs both.
const permit = "hkMacauPermit"

func (b Booklet) isPermit() bool { return b.Type == permit }

// Holder is one person and the booklets in their name.
type Holder struct{ Booklets []Booklet }

// Room is the holder as a subject; its id is the person's.
var Room = journal.Subject[Holder]{Kind: "holder", Evolve: evolve}

func evolve(h Holder, e journal.Event) (Holder, error) {
	h.Booklets = slices.Clone(h.Booklets)
	change := func(id string, f func(*Booklet)) error {
		i := h.index(id)
		if i < 0 {
			return fmt.Errorf("booklet %s was never registered", id)
		}
		f(&h.Booklets[i])
		return nil
	}
	back := func(b *Booklet, at Place) {
		b.Place, b.Filing, b.Visa, b.Unit, b.Due, b.By = at, "", "", "", calendar.Date{}, ""
	}
	switch b := e.Body.(type) {
	case Registered:
		h.Booklets = append(h.Booklets, Booklet{ID: b.Booklet, Type: b.Type, Tail: b.Tail, Expires: b.Expires, Place: InStore, Unsigned: b.Unsigned, Endorsements: b.Endorsements})
		return h, nil
	case Completed:
		return h, change(b.Booklet, func(k *Booklet) { k.Unsigned, k.Endorsements = k.Unsigned && !b.Signed, b.Endorsements })
	case SentToMission:
		return h, change(b.Booklet, func(k *Booklet) { k.Place, k.Filing, k.Visa = AtMission, b.Filing, b.Visa })
	case BackFromMission:
		return h, change(b.Booklet, func(k *Booklet) { back(k, InStore) })
	case Lent:
		return h, change(b.Booklet, func(k *Booklet) { k.Place, k.Filing, k.Unit, k.Due, k.By = IsLent, b.Filing, b.Unit, b.Due, b.By })
	case Redated:
		return h, change(b.Booklet, func(k *Booklet) { k.Due = b.Due })
	case Recalled:
		return h, change(b.Booklet, func(k *Booklet) { k.Due = b.Due })
	case HandedIn:
		return h, change(b.Booklet, func(k *Booklet) { back(k, InStore) })
	case ReportedLost:
		return h, change(b.Booklet, func(k *Booklet) { back(k, IsLost) })
	case Voided:
		return h, change(b.Booklet, func(k *Booklet) { back(k, IsVoid) })
	}
	return h, fmt.Errorf("%T is nothing that happens to a booklet", e.Body)
}

func (h Holder) index(id string) int {
	return slices.IndexFunc(h.Booklets, func(b Booklet) bool { return b.ID == id })
}

// Booklet finds one.
func (h Holder) Booklet(id string) (Booklet, error) {
	i := h.index(id)
	if i < 0 {
		return Booklet{}, fault.NotFound("booklet/" + id)
	}
	return h.Booklets[i], nil
}

// at finds a booklet that must be at a place now.
func (h Holder) at(id, key string, places ...Place) (Booklet, error) {
	b, err := h.Booklet(id)
	if err != nil {
		return b, err
	}
	if !slices.Contains(places, b.Place) {
		return b, fault.NotNow(key, b.Place)
	}
	return b, nil
}

// Usable is the live booklet of a type that lies in the store, or "".
func (h Holder) Usable(typ string) string {
	for _, b := range h.Booklets {
		if b.Place == InStore && b.Type == typ {
			return b.ID
		}
	}
	return ""
}
