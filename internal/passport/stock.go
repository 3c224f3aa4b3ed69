package passport

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Stock is the blank booklets of one type (空白护照库存). Every number is in
// exactly one place: remaining, taken for an order, or spoiled.
type Stock struct {
	Runs    []Run             // received, lowest first
	Taken   map[string]string // number → order
	Holding map[string]string // order → its present number
	Spoiled map[string]string // number → why
}

// Run is consecutive numbers, both ends inclusive.
type Run struct{ First, Last int }

// Len is how many numbers it has.
func (r Run) Len() int { return r.Last - r.First + 1 }

// Stocks is the stock of one type as a subject; its id is the type.
var Stocks = journal.Subject[Stock]{Kind: "stock", Evolve: evolveStock}

// evolveStock changes the maps in place: a stock has one owner, the journal's
// writer or whoever loaded it.
func evolveStock(s Stock, e journal.Event) (Stock, error) {
	if s.Taken == nil {
		s = Stock{Taken: map[string]string{}, Holding: map[string]string{}, Spoiled: map[string]string{}}
	}
	switch b := e.Body.(type) {
	case StockReceived:
		first, err := serial(b.First)
		if err != nil {
			return s, err
		}
		last, err := serial(b.Last)
		if err != nil {
			return s, err
		}
		s.Runs = append(s.Runs, Run{first, last})
		sort.Slice(s.Runs, func(i, j int) bool { return s.Runs[i].First < s.Runs[j].First })
	case StockTaken:
		s.Taken[b.Number], s.Holding[b.Order] = b.Order, b.Number
	case StockSpoiled:
		s.Spoiled[b.Number] = b.Why
		if o := s.Taken[b.Number]; o != "" && s.Holding[o] == b.Number {
			delete(s.Holding, o)
		}
		delete(s.Taken, b.Number)
	default:
		return s, fmt.Errorf("%T is nothing that happens to the stock", b)
	}
	return s, nil
}

func serial(number string) (int, error) {
	n, err := strconv.Atoi(strings.TrimLeft(number, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
	if err != nil {
		return 0, fmt.Errorf("%q is no booklet number", number)
	}
	return n, nil
}

// Balance is the daily count: received = taken +
// spoiled + remaining.
type Balance struct {
	Received  int
	Taken     int // made, or being made
	Spoiled   int
	Remaining int
}

// Balance counts.
func (s Stock) Balance() Balance {
	b := Balance{Taken: len(s.Taken), Spoiled: len(s.Spoiled)}
	for _, r := range s.Runs {
		b.Received += r.Len()
	}
	b.Remaining = b.Received - b.Taken - b.Spoiled
	return b
}

// Receive takes a run of blanks into the stock (入库).
type Receive struct{ First, Last string }

// Decide refuses numbers of another type and numbers that were here before,
// whatever became of them.
func (cmd Receive) Decide(s Stock, m journal.Moment) ([]journal.Event, error) {
	k, ok := kindOf(dossier.PassportType(m.Subject))
	if !ok {
		return nil, fault.Field("type", "passport.stock.type", nil)
	}
	var wrong []fault.Finding
	at := func(field, number string) int {
		n := strings.ToUpper(strings.TrimSpace(number))
		figures, has := strings.CutPrefix(n, k.prefix)
		v, err := strconv.Atoi(figures)
		if !has || err != nil || len(figures) != k.digits {
			wrong = append(wrong, fault.Finding{Field: field, Key: "passport.stock.number", Args: map[string]any{"Prefix": k.prefix, "Digits": k.digits}})
		}
		return v
	}
	first, last := at("first", cmd.First), at("last", cmd.Last)
	switch {
	case len(wrong) > 0:
	case last < first:
		wrong = append(wrong, fault.Finding{Field: "last", Key: "passport.stock.order"})
	case last-first >= 100_000:
		wrong = append(wrong, fault.Finding{Field: "last", Key: "passport.stock.too_many"})
	case slices.ContainsFunc(s.Runs, func(r Run) bool { return first <= r.Last && r.First <= last }):
		wrong = append(wrong, fault.Finding{Field: "first", Key: "passport.stock.known"})
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return journal.Happened(StockReceived{First: k.number(first), Last: k.number(last), Count: last - first + 1}), nil
}

func (k kind) number(n int) string { return fmt.Sprintf("%s%0*d", k.prefix, k.digits, n) }

// free is the lowest number that was never given out.
func (s Stock) free(k kind) (string, bool) {
	for _, r := range s.Runs {
		for n := r.First; n <= r.Last; n++ {
			number := k.number(n)
			if s.Taken[number] == "" && s.Spoiled[number] == "" {
				return number, true
			}
		}
	}
	return "", false
}

// held is the number that an order has and can be made with: not one that it
// has spoiled, of which the stock is still to hear. "" for none.
func (s Stock) held(order string, spoiled []string) string {
	if n := s.Holding[order]; !slices.Contains(spoiled, n) {
		return n
	}
	return ""
}

// Next is the number that an order is made with next: the one that it holds
// already, else the lowest free one. False when there is none left.
func (s Stock) Next(id string, o Order) (string, bool) {
	if n := s.held(id, o.Spoiled); n != "" {
		return n, true
	}
	k, ok := kindOf(o.Type)
	if !ok {
		return "", false
	}
	return s.free(k)
}

// StockOf tells from its letters which stock a number belongs to; "" for none.
func StockOf(number string) dossier.PassportType {
	number = strings.ToUpper(strings.TrimSpace(number))
	for _, t := range Types() {
		if k, _ := kindOf(t); strings.HasPrefix(number, k.prefix) {
			return t
		}
	}
	return ""
}

// Draw takes a blank for an order. An order that has one already keeps it: who
// presses twice, or comes back after a crash, gets the same number.
type Draw struct {
	Order string
	Not   []string // numbers that this order has spoiled
}

// Decide takes the lowest number.
func (cmd Draw) Decide(s Stock, m journal.Moment) ([]journal.Event, error) {
	if s.held(cmd.Order, cmd.Not) != "" {
		return nil, nil
	}
	k, ok := kindOf(dossier.PassportType(m.Subject))
	if !ok {
		return nil, fault.Field("type", "passport.stock.type", nil)
	}
	number, ok := s.free(k)
	if !ok {
		return nil, fault.NotNow("passport.stock.empty", IsOrdered)
	}
	return journal.Happened(StockTaken{Number: number, Order: cmd.Order}), nil
}

// Discard puts a number out of use for ever, before two people (废证销毁).
type Discard struct {
	Number string
	Why    string
	Two    []string // accounts
}

// Decide refuses one that isn't here, was discarded, or has only one witness.
func (cmd Discard) Decide(s Stock, m journal.Moment) ([]journal.Event, error) {
	number := strings.ToUpper(strings.TrimSpace(cmd.Number))
	var wrong []fault.Finding
	if n, err := serial(number); err != nil || !slices.ContainsFunc(s.Runs, func(r Run) bool { return n >= r.First && n <= r.Last }) {
		wrong = append(wrong, fault.Finding{Field: "number", Rule: "PPT-017", Key: "passport.stock.unknown"})
	}
	wrong = append(wrong, witnessed(cmd.Why, cmd.Two)...)
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	if s.Spoiled[number] != "" {
		return nil, nil
	}
	return journal.Happened(StockSpoiled{Number: number, Order: s.Taken[number], Why: strings.TrimSpace(cmd.Why), Two: cmd.Two}), nil
}

// witnessed wants a reason and two different people.
func witnessed(why string, two []string) []fault.Finding {
	var wrong []fault.Finding
	if strings.TrimSpace(why) == "" {
		wrong = append(wrong, fault.Finding{Field: "reason", Key: "passport.spoil.reason"})
	}
	if len(two) != 2 || two[0] == "" || two[1] == "" || two[0] == two[1] {
		wrong = append(wrong, fault.Finding{Field: "witness", Key: "passport.spoil.two"})
	}
	return wrong
}
