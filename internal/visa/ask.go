package visa

import (
	"slices"
	"strings"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/material"
	"yitang/internal/person"
	"yitang/internal/requirement"
)

// Ask is a paper that the desk wants of the unit.
type Ask struct {
	Kind  string        `json:"kind"`
	Words string        `json:"words"`
	Until calendar.Date `json:"until,omitzero"`
	Had   []string      `json:"had,omitempty"` // papers that don't serve, by id
}

// asking lays a new request over those that stand: one kind is asked for once.
func asking(all []Ask, b PaperAsked) []Ask {
	out := slices.DeleteFunc(slices.Clone(all), func(a Ask) bool { return a.Kind == b.Kind })
	return append(out, Ask{Kind: b.Kind, Words: b.Words, Until: b.Until, Had: b.Had})
}

// asked finds what is asked of a kind.
func asked(all []Ask, kind string) (Ask, bool) {
	i := slices.IndexFunc(all, func(a Ask) bool { return a.Kind == kind })
	if i < 0 {
		return Ask{}, false
	}
	return all[i], true
}

// Asks finds what the desk asked for of a kind.
func (o Order) Asks(kind string) (Ask, bool) { return asked(o.Asked, kind) }

// AskPaper asks the unit for a paper: one that is missing, or another one where
// what is there doesn't serve. Had are the papers of that kind that are there;
// it is answered by one that isn't among them, whichever zone hears of it first.
type AskPaper struct {
	Kind  dossier.MaterialKind
	Words string
	Until calendar.Date
	Had   []string
}

// Decide wants a paper that people bring, the reason, and a day that can be kept.
func (cmd AskPaper) Decide(o Order, m journal.Moment) ([]journal.Event, error) {
	if !o.Stage.Open() {
		return nil, fault.NotNow("visa.ask.not_now", o.Stage)
	}
	words := strings.TrimSpace(cmd.Words)
	var wrong []fault.Finding
	if kind, brought := requirement.Brought(requirement.Key(cmd.Kind)); !brought || kind != cmd.Kind {
		wrong = append(wrong, fault.Finding{Field: "paper", Key: "form.choose"})
	}
	if words == "" {
		wrong = append(wrong, fault.Finding{Field: "words", Key: "visa.ask.words"})
	}
	switch {
	case cmd.Until.IsZero():
		wrong = append(wrong, fault.Finding{Field: "by", Key: "visa.ask.until"})
	case cmd.Until.Before(m.Today):
		wrong = append(wrong, fault.Finding{Field: "by", Key: "visa.ask.past"})
	case !o.Plan.Depart.IsZero() && !cmd.Until.Before(o.Plan.Depart):
		wrong = append(wrong, fault.Finding{Field: "by", Key: "visa.ask.depart", Args: map[string]any{"Day": o.Plan.Depart}})
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return journal.Happened(PaperAsked{Filing: o.Plan.Filing, Person: o.Plan.Person, Kind: string(cmd.Kind), Words: words, Until: cmd.Until, Had: cmd.Had}), nil
}

// Have is what there is for an order beside its plan. Unit and desk read from it
// what a kit lacks, each from what its own zone holds.
type Have struct {
	Papers  []material.Material // of the traveller and of the case, oldest first
	Details person.Details
	Signed  bool                      // the traveller has signed the form
	Note    bool                      // a note verbale names the traveller
	Printed map[string]material.EVisa // what the e-visas say, by the paper's id
	Bearer  Bearer                    // what they are compared with
}

// Of lists the papers of a kind that serve an order: of those that one country's
// host writes, the order's own countries' and those that nobody tied to any.
func (h Have) Of(o Row, kind string) []material.Material {
	return h.of(o.Filing, kind, o.countries())
}

// countries are those whose hosts' letters belong to an order's kit.
func (o Row) countries() []string {
	var out []string
	for _, it := range o.Kit {
		if country := it.Country(); country != "" {
			out = append(out, country)
		}
	}
	return out
}

// OfItem lists the papers of a kind that serve one item of an order's kit.
func (h Have) OfItem(o Row, it Item, kind string) []material.Material {
	if country := it.Country(); country != "" {
		return h.of(o.Filing, kind, []string{country})
	}
	return h.Of(o, kind)
}

func (h Have) of(filing, kind string, at []string) []material.Material {
	var out []material.Material
	for _, m := range h.Papers {
		if m.Kind == kind && !m.Gone && m.Serves(filing) && (len(at) == 0 || slices.ContainsFunc(at, m.For)) {
			out = append(out, m)
		}
	}
	return out
}

// Answer is the paper that came since the desk asked for one.
func (a Ask) Answer(h Have, o Row) (material.Material, bool) {
	for _, m := range slices.Backward(h.Of(o, a.Kind)) {
		if !slices.Contains(a.Had, m.ID) {
			return m, true
		}
	}
	return material.Material{}, false
}

// The items of a kit that nobody brings: the form, which the traveller signs, the
// note verbale, which the office issues, and the sheet made from their details.
const (
	TheForm  = "M33"
	TheNote  = "M41"
	theSheet = "M38"
)

// EVisa is the print of a visa that the traveller applied for online.
const EVisa = string(material.EVisaPaper)

// Has tells whether an item of an order's kit is there. What was asked for again
// isn't until another one has come.
func (h Have) Has(o Row, it Item) bool {
	if it.Key == EVisa {
		c, came := h.came(o)
		return came && c.Serves()
	}
	kind, brought := requirement.Brought(requirement.Key(it.Key))
	if brought {
		if a, is := asked(o.Asked, string(kind)); is {
			_, came := a.Answer(h, o)
			return came
		}
		if string(kind) != it.Key { // what is cut from it is there as soon as it is
			return len(h.OfItem(o, it, string(kind))) > 0
		}
		return it.Held || len(h.OfItem(o, it, it.Key)) > 0
	}
	switch it.Key {
	case TheForm:
		return h.Signed
	case TheNote:
		return h.Note
	case theSheet:
		return h.Details.Holds("person.family") && h.Details.Holds("person.education")
	}
	return it.Held || h.Details.Holds(it.Key)
}

// Lack is one thing that the unit is to bring for an order.
type Lack struct {
	Kind    dossier.MaterialKind // "" for a datum
	Datum   requirement.Key      // "" for a paper
	OfCase  bool                 // one serves all who travel
	Country string               // of which country's host it is; "" where one serves all
	Due     calendar.Date
	Ask     *Ask               // where the desk has asked for it
	Came    *material.Material // what has answered it
}

// Lacks lists what the unit is still to bring for an order, and what it brought
// because the desk had asked. Before a kit is closed it is what the requirement
// engine put into it and isn't there; afterwards only what the desk asks for.
// The unit's day lies a working day before the one on which it is sent, so that
// the kit can be put together.
func Lacks(o Row, h Have, book *calendar.Book) []Lack {
	if !o.Owed() {
		return nil
	}
	var out []Lack
	add := func(w Lack) {
		if !slices.ContainsFunc(out, func(x Lack) bool { return x.Kind == w.Kind && x.Datum == w.Datum && x.Country == w.Country }) {
			out = append(out, w)
		}
	}
	for _, a := range o.Asked {
		w := Lack{Kind: dossier.MaterialKind(a.Kind), OfCase: requirement.IsOfCase(requirement.Key(a.Kind)), Due: a.Until, Ask: &a}
		if at := o.countries(); len(at) == 1 && requirement.OfCountry(w.Kind) {
			w.Country = at[0]
		}
		if m, came := a.Answer(h, o); came {
			w.Came = &m
		}
		add(w)
	}
	if o.Stage != IsPlanned && o.Stage != NoneNeeded {
		return out
	}
	due := o.GivenBy(book)
	for _, it := range o.Kit {
		if h.Has(o, it) {
			continue
		}
		if kind, brought := requirement.Brought(requirement.Key(it.Key)); brought {
			add(Lack{Kind: kind, OfCase: requirement.IsOfCase(requirement.Key(kind)), Country: it.Country(), Due: due})
		} else if strings.HasPrefix(it.Key, "person.") {
			add(Lack{Datum: requirement.Key(it.Key), Due: due})
		}
	}
	return out
}

// GivenBy is the day by which a unit gives what an order wants of it; nobody is late
// with what is asked today.
func (o Row) GivenBy(book *calendar.Book) calendar.Date {
	due := o.SendBy
	if o.Stage == NoneNeeded { // an e-visa comes between its application and the departure
		due = o.Depart
	}
	if due.IsZero() {
		return due
	}
	due = book.AddWorkdays(due, -1)
	if asked := calendar.DateOf(time.UnixMicro(o.Since)); due.Before(asked) {
		return asked
	}
	return due
}

// Own gives what is missing from a kit that no unit brings: the note verbale, and
// the form that its traveller signs.
func Own(o Row, h Have) (out []Item) {
	for _, it := range o.Kit {
		if _, brought := requirement.Brought(requirement.Key(it.Key)); !brought && !strings.HasPrefix(it.Key, "person.") && it.Key != theSheet && !h.Has(o, it) {
			out = append(out, it)
		}
	}
	return out
}
