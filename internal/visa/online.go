package visa

import (
	"context"
	"slices"
	"strings"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/material"
	"yitang/internal/person"
	"yitang/internal/precheck"
	"yitang/ref"
)

// Online tells whether an e-visa is applied for.
func (o Row) Online() bool { return o.Stage == NoneNeeded && o.Way == ref.Online }

// Bearer is what an e-visa is compared with: the booklet that its traveller goes with,
// and the journey as it is approved now.
type Bearer struct {
	Rules *precheck.Engine
	Today calendar.Date
	Case  dossier.Case
	Name  string
	Tail  string // of the booklet's number; "" where no booklet is known yet
	Latin string
}

// BearerOf reads it for one traveller of a case. A booklet that isn't in the office's
// keeping is the one that the application tells of.
func BearerOf(ctx context.Context, j *journal.Journal, rules *precheck.Engine, o Row, all []Row) (Bearer, error) {
	b := Bearer{Rules: rules, Today: j.Today()}
	now, err := approval.Standing(ctx, j, o.Filing)
	if err != nil {
		return b, err
	}
	b.Case = now.Dossier
	ids, err := person.Also(ctx, j.Store, o.Person)
	if err != nil {
		return b, err
	}
	if i := slices.IndexFunc(now.People(), func(id string) bool { return slices.Contains(ids, id) }); i >= 0 && i < len(b.Case.Members) {
		m := b.Case.Members[i]
		b.Name = m.Name()
		if m.Passport != nil {
			b.Tail, b.Latin = material.Tail(m.Passport.Number), m.Passport.LatinName
		}
	}
	held, err := custody.Of(ctx, j.Store, o.Person)
	if err != nil {
		return b, err
	}
	if book, ok := Goes(o, all, ids).Serving(held); ok {
		b.Tail, b.Latin = book.Tail, book.LatinName
	}
	return b, nil
}

// Printed is an e-visa as the rules of handing out compare it.
func (b Bearer) Printed(o Row, e material.EVisa) precheck.Visa {
	return precheck.Visa{Online: true, Area: o.Area, Name: asSpelt(e.Name, b.Latin), Tail: e.Tail, From: e.From, Until: e.Until, Entries: e.Entries, Days: e.Days,
		First: o.From, Last: o.To, Stay: o.Days, Times: b.Rules.StayIn(b.Case, o.Area).Times}
}

// Judge compares an e-visa with booklet and journey: all that doesn't serve, each by
// the name of its field. A rule names the first thing alone, so it is asked of each.
func (b Bearer) Judge(o Row, e material.EVisa) []fault.Finding {
	is := b.Printed(o, e)
	fits := is
	fits.Name, fits.Tail, fits.From, fits.Until, fits.Entries, fits.Days = b.Latin, b.Tail, o.From, o.To, 0, o.Days
	var out []fault.Finding
	for _, take := range []func(*precheck.Visa){
		func(v *precheck.Visa) { v.Name = is.Name }, func(v *precheck.Visa) { v.Tail = is.Tail }, func(v *precheck.Visa) { v.From = is.From },
		func(v *precheck.Visa) { v.Until = is.Until }, func(v *precheck.Visa) { v.Entries = is.Entries }, func(v *precheck.Visa) { v.Days = is.Days },
	} {
		v := fits
		take(&v)
		about := precheck.Collecting{Step: precheck.StepOnline, Name: b.Name, Tail: b.Tail, Latin: b.Latin, Visas: []precheck.Visa{v}}
		out = append(out, b.Rules.Check(dossier.Case{}, precheck.Checkout, b.Today, precheck.ChecksOut(about)).Blocking()...)
	}
	return out
}

// asSpelt gives a name as the booklet spells it where the words are the same: forms on
// the web put the given name first.
func asSpelt(name, latin string) string {
	words := func(s string) []string {
		all := strings.Fields(dossier.FoldLatin(s))
		slices.Sort(all)
		return all
	}
	if slices.Equal(words(name), words(latin)) {
		return latin
	}
	return name
}

// Came is the e-visa that came for an order, and what keeps it from serving; one that
// the desk didn't take for good, and one of which nobody said what stands in it, serves
// nothing.
type Came struct {
	Paper material.Material
	Says  material.EVisa
	Told  bool
	Unfit []fault.Finding
}

// Serves tells whether its traveller gets in with it.
func (c Came) Serves() bool { return c.Told && len(c.Unfit) == 0 }

// came finds the e-visa of an order: the newest that serves, else the newest.
func (h Have) came(o Row) (Came, bool) {
	var out Came
	found := false
	a, _ := asked(o.Asked, EVisa)
	for _, m := range slices.Backward(h.Of(o, EVisa)) {
		if slices.Contains(a.Had, m.ID) {
			continue
		}
		c := Came{Paper: m}
		if c.Says, c.Told = h.Printed[m.ID]; c.Told {
			if c.Says.Area != "" && c.Says.Area != o.Area {
				continue // it is another country's
			}
			c.Unfit = h.Bearer.Judge(o, c.Says)
		}
		if c.Serves() {
			return c, true
		}
		if !found {
			out, found = c, true
		}
	}
	return out, found
}

// EVisaOf is the e-visa that came for an order, if its traveller applies for one.
func (h Have) EVisaOf(o Row) (Came, bool) {
	if !o.Online() {
		return Came{}, false
	}
	return h.came(o)
}

// EVisas are the e-visas of one traveller's orders, by the order's id; an order for
// which none came isn't among them.
func EVisas(ctx context.Context, j *journal.Journal, rules *precheck.Engine, orders []Row, ids []string) (map[string]Came, error) {
	out := map[string]Came{}
	for _, o := range orders {
		if !o.Online() || !slices.Contains(ids, o.Person) {
			continue
		}
		h, err := HaveOf(ctx, j, rules, o, orders)
		if err != nil {
			return nil, err
		}
		if c, is := h.came(o); is {
			out[o.ID] = c
		}
	}
	return out, nil
}

// Awaiting are one traveller's orders that an e-visa may be for: those for which none
// serves yet, or where it takes another's place, the order which that one is for.
// Where that leaves none, all.
func Awaiting(orders []Row, ids []string, came map[string]Came, replaced string) []Row {
	var open, all []Row
	for _, o := range orders {
		if !o.Online() || !slices.Contains(ids, o.Person) {
			continue
		}
		c := came[o.ID]
		if replaced != "" && c.Paper.ID == replaced && (c.Serves() || c.Says.Area == o.Area) {
			return []Row{o}
		}
		all = append(all, o)
		if !c.Serves() {
			open = append(open, o)
		}
	}
	if len(open) == 0 {
		return all
	}
	return open
}

// ForWhich is the order that an e-visa is for, among those that it may be for: the
// chosen one, or the only one. The finding says that nobody has chosen.
func ForWhich(awaiting []Row, area string) (Row, []fault.Finding) {
	if i := slices.IndexFunc(awaiting, func(o Row) bool { return o.Area == area }); i >= 0 {
		return awaiting[i], nil
	}
	switch len(awaiting) {
	case 0:
		return Row{}, nil
	case 1:
		return awaiting[0], nil
	}
	return Row{}, []fault.Finding{{Field: material.EVisaArea, Key: "evisa.which"}}
}

// NoEVisa lists the areas for which a traveller's e-visa hasn't come, or doesn't serve.
func NoEVisa(ctx context.Context, j *journal.Journal, rules *precheck.Engine, orders []Row, ids []string) ([]string, error) {
	var out []string
	came, err := EVisas(ctx, j, rules, orders, ids)
	for _, o := range orders {
		if o.Online() && slices.Contains(ids, o.Person) && !came[o.ID].Serves() {
			out = append(out, o.Area)
		}
	}
	return out, err
}
