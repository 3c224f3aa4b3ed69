package custody

import (
	"fmt"
	"slices"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/passport"
)

// Place is where a booklet is.
type Place string

const (
	OnItsWay  Place = "coming" // made and handed over, not yet in the keeper's hands
	InStore   Place = "store"
	AtMission Place = "mission"
	IsLent    Place = "lent"
	IsLost    Place = "lost"
	IsVoid    Place = "void"
)

// Places lists them for forms and filters.
func Places() []Place { return []Place{OnItsWay, InStore, AtMission, IsLent, IsLost, IsVoid} }

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
	LentOn  calendar.Date
	Was     Loan // from which it was handed in last, as long as it has not moved since

	Replaces   string // last three characters of the booklet that it was made to replace
	ReplacedBy string // booklet that took its place; "" while none did

	Unsigned     bool             // the bearer's line is blank
	Endorsements []string         // of a permit
	Stamps       []passport.Stamp // of these, where kind and last day are known
}

// Loan is what a booklet is lent for.
type Loan struct {
	Filing string
	Unit   string
	Due    calendar.Date
	By     By
	On     calendar.Date // when it went out
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
		b.Place, b.Filing, b.Visa, b.Unit, b.Due, b.By, b.LentOn, b.Was = at, "", "", "", calendar.Date{}, "", calendar.Date{}, Loan{}
	}
	switch b := e.Body.(type) {
	case Registered:
		h.Booklets = append(h.Booklets, Booklet{ID: b.Booklet, Type: b.Type, Tail: b.Tail, Expires: b.Expires, Place: InStore, Unsigned: b.Unsigned, Endorsements: b.Endorsements})
		return h, nil
	case Announced:
		h.Booklets = append(h.Booklets, Booklet{ID: b.Booklet, Type: b.Type, Tail: b.Tail, Expires: b.Expires, Place: OnItsWay, Filing: b.Filing, Replaces: b.Replaces, Endorsements: carries(nil, b.Stamps), Stamps: b.Stamps})
		return h, nil
	case Received:
		return h, change(b.Booklet, func(k *Booklet) { back(k, InStore) })
	case Replaced:
		return h, change(b.Booklet, func(k *Booklet) { k.ReplacedBy = b.By })
	case Completed:
		return h, change(b.Booklet, func(k *Booklet) {
			k.Unsigned, k.Endorsements, k.Stamps = k.Unsigned && !b.Signed, b.Endorsements, b.Stamps
		})
	case SentToMission:
		return h, change(b.Booklet, func(k *Booklet) { k.Place, k.Filing, k.Visa, k.Was = AtMission, b.Filing, b.Visa, Loan{} })
	case BackFromMission:
		return h, change(b.Booklet, func(k *Booklet) { back(k, InStore) })
	case Lent:
		return h, change(b.Booklet, func(k *Booklet) {
			k.Place, k.Filing, k.Unit, k.Due, k.By, k.Was = IsLent, b.Filing, b.Unit, b.Due, b.By, Loan{}
			k.LentOn = calendar.DateOf(e.At)
		})
	case LoanTakenBack:
		return h, change(b.Booklet, func(k *Booklet) { back(k, InStore) })
	case Redated:
		return h, change(b.Booklet, func(k *Booklet) { k.Due = b.Due })
	case Recalled:
		return h, change(b.Booklet, func(k *Booklet) { k.Due = b.Due })
	case HandedIn:
		return h, change(b.Booklet, func(k *Booklet) {
			was := Loan{k.Filing, k.Unit, k.Due, k.By, k.LentOn}
			back(k, InStore)
			k.Was = was
		})
	case HandInTakenBack:
		return h, change(b.Booklet, func(k *Booklet) {
			out := k.Was.On
			back(k, IsLent)
			k.Filing, k.Unit, k.Due, k.By, k.LentOn = b.Filing, b.Unit, b.Due, b.By, out
		})
	case ReportedLost:
		return h, change(b.Booklet, func(k *Booklet) { back(k, IsLost) })
	case TurnedUp:
		return h, change(b.Booklet, func(k *Booklet) { back(k, InStore) })
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

// ready finds a booklet that is to leave the store for a trip: it lies there, and
// its successor doesn't, unless a visa for the very trip is in it (bears).
func (h Holder) ready(id, key string, bears bool) (Booklet, error) {
	b, err := h.Booklet(id)
	if err != nil {
		return b, err
	}
	says := func(key string, args map[string]any) error {
		return &fault.NotNowError{Key: key, State: string(b.Place), Args: args}
	}
	if b.Place == OnItsWay {
		return b, says("custody.coming", map[string]any{"tail": b.Tail})
	}
	if b.Place != InStore {
		return b, says(key, nil)
	}
	if next, err := h.Booklet(b.ReplacedBy); err == nil && next.Live() && !bears {
		return b, says("custody.replaced", map[string]any{"tail": b.Tail, "next": next.Tail})
	}
	return b, nil
}
