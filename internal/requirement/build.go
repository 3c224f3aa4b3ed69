package requirement

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
)

// For works out everything that the case needs, in the order of the catalogue,
// then of owners, then of the case file. The same facts give the same list.
func For(f Facts, p Parameters) []Requirement {
	b := newBuilder(f, p)
	b.unit()
	b.mission()
	if b.c.Trip.ForTerm() { // each trip brings its own hosts, money, booklets and visas when it is declared
		b.term()
		b.people()
		b.notice()
		b.documents()
	} else {
		b.trip()
		b.people()
		b.invitations()
		b.budget()
		b.notice()
		b.documents()
		b.papers() // booklets and visas: says what photos, forms and acts are needed
		b.after()
	}
	slices.SortStableFunc(b.out, func(x, y Requirement) int {
		return cmp.Or(cmp.Compare(rankOf[x.Key], rankOf[y.Key]), cmp.Compare(x.Owner, y.Owner))
	})
	return b.out
}

type builder struct {
	Facts
	p   Parameters
	c   *dossier.Case
	out []Requirement
}

func newBuilder(f Facts, p Parameters) *builder {
	if f.Workday == nil {
		f.Workday = mondayToFriday
	}
	b := &builder{Facts: f, p: p}
	b.c = &b.Facts.Case
	return b
}

// say is one requirement on its way into the list.
type say struct {
	key     Key
	owner   Owner
	which   string // tells several of one key and owner apart
	cond    Message
	what    What
	status  Status
	advised bool
	need    Moment // where it is wanted later than the catalogue says
}

func (b *builder) add(s say) ID {
	e, ok := entryOf[s.key]
	if !ok {
		panic("requirement: " + string(s.key) + " isn't in the catalogue")
	}
	r := Requirement{
		ID: id(s.key, s.owner, s.which), Key: s.key, Owner: s.owner, Links: e.Links, Group: e.Group, Need: max(e.Need, s.need),
		Advised: s.advised, Condition: s.cond, What: s.what, Status: s.status,
	}
	b.out = append(b.out, r)
	return r.ID
}

func id(key Key, owner Owner, which string) ID {
	s := string(key) + "@" + owner.String()
	if which != "" {
		s += "#" + which
	}
	return ID(s)
}

// given tells whether a field of the case file was filled in at all.
func given(value any) bool {
	if value == nil {
		return false
	}
	if s, is := value.(string); is {
		return strings.TrimSpace(s) != ""
	}
	return !reflect.ValueOf(value).IsZero()
}

// ask adds a datum that is held when the case file carries it, else missing.
func (b *builder) ask(key Key, owner Owner, which, field string, value any, cond Message, whom Asked) ID {
	return b.add(say{key: key, owner: owner, which: which, cond: cond, what: Datum{field}, status: b.heldOr(key, field, value, whom)})
}

func (b *builder) heldOr(key Key, field string, value any, whom Asked) Status {
	if given(value) {
		return Held{Proof: Proof{InCase, field}}
	}
	return missing(key, whom, field)
}

// missing says plainly that a thing isn't there.
func missing(key Key, whom Asked, field string) Missing {
	return Missing{Why: because("missing.absent", "name", entryOf[key].Name), Ask: whom, Field: field}
}

// optional adds a datum that is held when given and otherwise expressly not needed.
func (b *builder) optional(key Key, owner Owner, which, field string, value any, cond, why Message) {
	var st Status = NotNeeded{why}
	if given(value) {
		st = Held{Proof: Proof{InCase, field}}
	}
	b.add(say{key: key, owner: owner, which: which, cond: cond, what: Datum{field}, status: st})
}

// derived adds what nobody is asked for because it follows from something.
func (b *builder) derived(key Key, owner Owner, cond Message, what What, how Message, from ...string) ID {
	return b.add(say{key: key, owner: owner, cond: cond, what: what, status: Derivable{From: from, How: how}})
}

// spare adds what is expressly not needed.
func (b *builder) spare(key Key, owner Owner, what What, cond, why Message) {
	b.add(say{key: key, owner: owner, cond: cond, what: what, status: NotNeeded{why}})
}

// paper adds a material: held when the case or the files have it in force on
// the day, else missing.
func (b *builder) paper(kind dossier.MaterialKind, owner Owner, cond Message, whom Asked, on calendar.Date) ID {
	return b.add(say{key: Key(kind), owner: owner, cond: cond, what: Material{kind}, status: b.paperStatus(kind, owner, whom, on),
		advised: slices.Contains(b.p.Advised, kind) || b.mayFollow(kind)})
}

// mayFollow tells whether a paper may be given after an urgent case was handed
// in: the rules that want it name it (later).
func (b *builder) mayFollow(kind dossier.MaterialKind) bool {
	return b.c.Trip.Urgent && slices.Contains([]dossier.MaterialKind{"M05", "M09", "M10"}, kind)
}

func (b *builder) paperStatus(kind dossier.MaterialKind, owner Owner, whom Asked, on calendar.Date) Status {
	return b.paperIn("", kind, owner, whom, on)
}

// paperIn is the same of a paper for one country; "" for any.
func (b *builder) paperIn(country string, kind dossier.MaterialKind, owner Owner, whom Asked, on calendar.Date) Status {
	held := b.candidates(kind, owner, country)
	if h, ok := inForce(held, on); ok {
		return h
	}
	why := because("missing.paper", "name", entryOf[Key(kind)].Name)
	if until, ok := expired(held, on); ok {
		why = because("missing.expires", "name", entryOf[Key(kind)].Name, "until", until, "on", on)
	} else if country != "" && len(b.candidates(kind, owner, "")) > 0 {
		why = because("missing.ofCountry", "name", entryOf[Key(kind)].Name, "country", b.countryName(country))
	}
	return Missing{Why: why, Ask: whom, Field: "materials"}
}

// paperOf is a paper that proves a plain statement of the case file. The
// statement alone is none: who says that a letter is translated has still to
// give the translation.
func (b *builder) paperOf(kind dossier.MaterialKind, owner Owner, cond Message, field string, whom Asked) ID {
	st := b.paperStatus(kind, owner, whom, b.Today)
	if m, is := st.(Missing); is {
		m.Field = field
		st = m
	}
	return b.add(say{key: Key(kind), owner: owner, cond: cond, what: Material{kind}, status: st, advised: slices.Contains(b.p.Advised, kind) || b.mayFollow(kind)})
}

// candidate is a paper held somewhere, with the end of its validity worked out.
type candidate struct {
	held  Held
	owner Owner
}

// candidates lists all papers of a kind that serve this owner and country: their own,
// those filed for the whole case, and the unit's where it has one for everybody.
func (b *builder) candidates(kind dossier.MaterialKind, owner Owner, country string) []candidate {
	var out []candidate
	_, personal := owner.Member()
	serves := func(o Owner) bool {
		return o == owner || o == OfCase || o == OfUnit && (!personal || shared[kind])
	}
	for i, m := range b.c.Materials {
		if m.Kind == kind && serves(ownerOf(m.Owner)) && m.For(country) {
			out = append(out, candidate{Held{Since: m.Issued, Until: b.until(kind, ownerOf(m.Owner), m.Issued, m.ValidUntil), Proof: Proof{InCase, fmt.Sprintf("materials[%d]", i)}}, ownerOf(m.Owner)})
		}
	}
	for _, m := range b.Known.Materials {
		if m.Kind == kind && serves(m.Owner) {
			out = append(out, candidate{Held{Since: m.Issued, Until: b.until(kind, m.Owner, m.Issued, m.ValidUntil), Proof: Proof{OnFile, m.Ref}}, m.Owner})
		}
	}
	return out
}

// shared: one paper of the unit may serve all members.
var shared = map[dossier.MaterialKind]bool{"M35": true, "M37": true}

// until is the last day on which a paper serves; zero where it doesn't expire.
// A copy of a card that came before anybody had told its end lasts as long as
// the card on record.
func (b *builder) until(kind dossier.MaterialKind, owner Owner, issued, stated calendar.Date) calendar.Date {
	months := 0
	switch kind {
	case "M24":
		if i, of := owner.Member(); of && i < len(b.c.Members) && stated.IsZero() {
			return b.c.Members[i].IDExpires
		}
	case "M26":
		months = b.p.PhotoMonths
	case "M06":
		months = b.p.HostProfileMonths
	}
	if months == 0 || issued.IsZero() {
		return stated
	}
	if end := issued.AddMonths(months); stated.IsZero() || end.Before(stated) {
		return end
	}
	return stated
}

// find gives the paper in force on the day that lasts longest.
func (b *builder) find(kind dossier.MaterialKind, owner Owner, on calendar.Date) (Held, bool) {
	return inForce(b.candidates(kind, owner, ""), on)
}

func inForce(held []candidate, on calendar.Date) (Held, bool) {
	var best Held
	found := false
	for _, c := range held {
		until := c.held.Until
		if !until.IsZero() && until.Before(on) {
			continue
		}
		if !found || !best.Until.IsZero() && (until.IsZero() || until.After(best.Until)) {
			best, found = c.held, true
		}
	}
	return best, found
}

// expired gives the end of a paper that is there but doesn't last.
func expired(held []candidate, on calendar.Date) (calendar.Date, bool) {
	var last calendar.Date
	for _, c := range held {
		if !c.held.Until.IsZero() && c.held.Until.Before(on) && c.held.Until.After(last) {
			last = c.held.Until
		}
	}
	return last, !last.IsZero()
}

// ownerOf reads the case file's "case", "unit" or "members[i]"; anything else
// is nobody's.
func ownerOf(s string) Owner {
	switch s {
	case "case", "":
		return OfCase
	case "unit":
		return OfUnit
	}
	var i int
	if n, err := fmt.Sscanf(s, "members[%d]", &i); n == 1 && err == nil && OfMember(i).String() == s {
		return OfMember(i)
	}
	return nobody
}

const nobody Owner = -3

func memberField(i int, field string) string { return fmt.Sprintf("members[%d].%s", i, field) }
