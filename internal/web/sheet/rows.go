package sheet

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	room "yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/person"
	"yitang/internal/sheet"
	applying "yitang/internal/web/filing"
)

// state is what would become of a row.
type state string

const (
	isNew    state = "new"
	joins    state = "joins"   // somebody on the register, who comes into the case
	changes  state = "changes" // what is held would change
	isHeld   state = "held"    // nothing would change
	goesBack state = "back"
)

// line is a record with what it would do.
type line struct {
	sheet.Record
	State   state
	Person  string // of the register
	ByName  string // tail of the number of somebody who was known by the name alone
	Changes []change
}

// change is one field that is otherwise in the register or the draft.
type change struct{ Field, Was, Is string }

// read is a file as understood, with what its rows would do.
type read struct {
	sheet.Reading
	Lines []line
	Case  *applying.File // of members and itineraries
}

// shelf keeps the last few readings, so that paging through fifty thousand
// rows doesn't read them each time. A reading is never older than a minute: the
// register goes on meanwhile, and taking asks it again anyway.
type shelf struct {
	mu   sync.Mutex
	read map[string]shelved
}

type shelved struct {
	of time.Time // when the import was last changed
	at time.Time
	read
}

const (
	shelfSize = 3
	shelfTime = time.Minute
)

func (s *shelf) get(i room.Import, now time.Time) (read, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, ok := s.read[i.ID]
	return k.read, ok && k.of.Equal(i.Updated) && now.Sub(k.at) < shelfTime
}

func (s *shelf) put(i room.Import, now time.Time, r read) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.read[i.ID] = shelved{i.Updated, now, r}
	for len(s.read) > shelfSize {
		oldest := ""
		for id, k := range s.read {
			if oldest == "" || k.at.Before(s.read[oldest].at) {
				oldest = id
			}
		}
		delete(s.read, oldest)
	}
}

func (s *shelf) drop(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.read, id)
}

// book opens what was kept.
func book(i room.Import) (sheet.Book, error) {
	if i.Pasted {
		return sheet.Paste(string(i.File))
	}
	return sheet.Open(i.File)
}

// reading understands an import: what its rows say, and what they would do.
func (p *Pages) reading(ctx context.Context, i room.Import) (read, error) {
	now := p.Site.Now()
	if i.Form == sheet.People { // a case is written on by others, and small
		if r, ok := p.shelf.get(i, now); ok {
			return r, nil
		}
	}
	r, err := p.understand(ctx, i)
	if err == nil && i.Form == sheet.People {
		p.shelf.put(i, now, r)
	}
	return r, err
}

func (p *Pages) understand(ctx context.Context, i room.Import) (read, error) {
	var out read
	own, err := p.Work.UnitName(ctx, i.Unit)
	if err != nil {
		return out, err
	}
	known := sheet.Known{Today: p.Site.Journal.Today(), Country: p.Work.CountryCode, Unit: own}
	if i.Filing != "" {
		f, err := p.Work.Open(ctx, i.Filing)
		if err != nil {
			return out, err
		}
		out.Case = f
		t := f.Draft.Paper.Case.Trip
		known.Around = [2]calendar.Date{t.Depart, t.Return}
	}
	b, err := book(i)
	if err != nil {
		return out, err
	}
	if out.Reading, err = sheet.Read(b, i.Form, i.Choice, known); err != nil {
		return out, err
	}
	switch i.Form {
	case sheet.People, sheet.Members:
		everybody, err := p.everybody(ctx, i.Unit)
		if err != nil {
			return out, err
		}
		names := map[string][]person.Entry{}
		for _, e := range everybody {
			names[e.Name()] = append(names[e.Name()], e)
		}
		for _, r := range out.Records {
			l, err := p.recognise(ctx, i, out.Case, names, r)
			if err != nil {
				return out, err
			}
			out.Lines = append(out.Lines, l)
		}
	case sheet.Itinerary:
		out.Lines = halves(out.Records, out.Case)
	default:
		for _, r := range out.Records {
			out.Lines = append(out.Lines, line{Record: r, State: stopped(r, isNew)})
		}
	}
	return out, nil
}

func stopped(r sheet.Record, otherwise state) state {
	if r.Stopped() {
		return goesBack
	}
	return otherwise
}

// ruled begins the reason of a doubt that isn't the spreadsheet's but the
// register's: what follows is the key of its words.
const ruled = "rule:"

func (l *line) stop(field, reason string, args map[string]any) {
	cell := l.Cell(field)
	for _, other := range []string{"name", "familyName", "idNumber"} {
		if cell == "" {
			cell = l.Cell(other)
		}
	}
	if cell == "" {
		cell = sheet.Ref(0, l.Row)
	}
	l.Doubts = append(slices.Clone(l.Doubts), sheet.Doubt{Cell: cell, Field: field, Reason: reason, Args: args, Stops: true})
	l.State = goesBack
}

// recognise finds out whom a row means: by the identity number, and in a case
// by the name where it is one person's alone.
func (p *Pages) recognise(ctx context.Context, i room.Import, c *applying.File, names map[string][]person.Entry, r sheet.Record) (line, error) {
	l := line{Record: r, State: stopped(r, isNew)}
	if l.State == goesBack {
		return p.alsoWrong(l), nil
	}
	store := p.Site.Journal.Store
	known, err := person.Numbered(ctx, store, p.Work.Keys, r.Get("idNumber"))
	if err != nil {
		return l, err
	}
	name := r.Get("familyName") + r.Get("givenName")
	if known == "" && name != "" {
		number := r.Get("idNumber")
		same := slices.DeleteFunc(slices.Clone(names[name]), func(e person.Entry) bool { return number != "" && e.Tail != "" }) // another number: another person
		switch {
		case len(same) > 1:
			l.stop("name", "known.several", map[string]any{"Count": len(same)})
			return l, nil
		case len(same) == 1 && i.Form == sheet.People:
			l.stop("name", "known.name", map[string]any{"Tail": same[0].Tail})
			if number != "" || !p.addsNothing(ctx, r, same[0].ID) {
				return l, nil
			}
			l = line{Record: r, State: isHeld, Person: same[0].ID, ByName: same[0].Tail}
			return l, nil
		case len(same) == 1:
			known, l.ByName = same[0].ID, same[0].Tail
		}
	}
	if known == "" {
		if name == "" {
			l.stop("idNumber", "known.nobody", nil)
			return l, nil
		}
		_, err := person.Record{In: i.Unit, Facts: room.PersonFrom(r, person.Facts{})}.Decide(person.Person{}, journal.Moment{Today: p.Site.Journal.Today()})
		return l.judged(err)
	}
	return p.compare(ctx, i, c, l, known)
}

// alsoWrong adds to a row that goes back what else the register would refuse of
// it, so that it is mended once.
func (p *Pages) alsoWrong(l line) line {
	for _, f := range room.PersonFrom(l.Record, person.Facts{}).Wrong(p.Site.Journal.Today()) {
		said := f.Key == "form.empty" || slices.ContainsFunc(l.Doubts, func(d sheet.Doubt) bool { return d.Stops && d.Field == f.Field })
		if !said {
			l.stop(f.Field, ruled+f.Key, f.Args)
		}
	}
	return l
}

// judged takes what the register says of a record.
func (l line) judged(err error) (line, error) {
	fs := fault.Findings(err)
	if err != nil && fs == nil {
		return l, err
	}
	for _, f := range fs {
		l.stop(f.Field, ruled+f.Key, f.Args)
	}
	return l, nil
}

// compare holds a row against the record of whom it means.
func (p *Pages) compare(ctx context.Context, i room.Import, c *applying.File, l line, known string) (line, error) {
	e, err := person.One(ctx, p.Site.Journal.Store, known)
	if err != nil {
		return l, err
	}
	if e.Unit != i.Unit {
		l.stop("idNumber", "known.elsewhere", nil)
		return l, nil
	}
	if e.Standing == person.HasLeft {
		l.stop("idNumber", "known.left", nil)
		return l, nil
	}
	l.Person, l.State = known, isHeld
	was, v, err := journal.Load(ctx, p.Site.Journal, person.Room, known)
	if err != nil {
		return l, err
	}
	facts := room.PersonFrom(l.Record, was.Facts)
	events, err := person.Change{Facts: facts, Known: known}.Decide(was, journal.Moment{Today: p.Site.Journal.Today(), Version: v, Subject: known})
	if l, err = l.judged(err); err != nil || l.State == goesBack {
		return l, err
	}
	if len(events) > 0 {
		l.Changes, l.State = different(l.Record, was.Facts), changes
	}
	if i.Form == sheet.Members {
		l.joining(c)
	}
	return l, nil
}

// joining tells what would change in the case.
func (l *line) joining(c *applying.File) {
	at := slices.Index(c.Draft.Paper.People, l.Person)
	role := l.Get("role")
	switch {
	case at < 0 && l.State == isHeld:
		l.State = joins
	case at >= 0 && role != "" && string(c.Draft.Paper.Case.Members[at].Role) != role:
		l.Changes = append(l.Changes, change{"role", string(c.Draft.Paper.Case.Members[at].Role), role})
		l.State = changes
	}
}

// addsNothing tells whether a row without a number says only what is held of
// its namesake.
func (p *Pages) addsNothing(ctx context.Context, r sheet.Record, id string) bool {
	was, v, err := journal.Load(ctx, p.Site.Journal, person.Room, id)
	if err != nil || v == 0 {
		return false
	}
	events, err := person.Change{Facts: room.PersonFrom(r, was.Facts), Known: id}.Decide(was, journal.Moment{Today: p.Site.Journal.Today(), Version: v, Subject: id})
	return err == nil && len(events) == 0
}

// different lists the fields in which a row differs from a record.
func different(r sheet.Record, was person.Facts) []change {
	is := room.PersonFrom(r, was)
	var out []change
	say := func(field, a, b string) {
		if a != b {
			out = append(out, change{field, a, b})
		}
	}
	say("familyName", was.FamilyName, dossier.FoldName(is.FamilyName))
	say("givenName", was.GivenName, dossier.FoldName(is.GivenName))
	say("latinSurname", was.LatinSurname, is.LatinSurname)
	say("latinGivenNames", was.LatinGivenNames, is.LatinGivenNames)
	say("idNumber", was.IDNumber.String(), is.IDNumber.String())
	say("idExpires", was.IDExpires.String(), is.IDExpires.String())
	say("mobile", was.Mobile, is.Mobile)
	say("email", was.Email, is.Email)
	say("unit", was.Unit, is.Unit)
	say("department", was.Department, is.Department)
	say("post", was.Post, is.Post)
	say("rank", string(was.Rank), string(is.Rank))
	say("principal", was.Principal, is.Principal)
	say("academic", truth(was.Academic), truth(is.Academic))
	say("employment", string(was.Employment), string(is.Employment))
	say("nationality", was.Nationality, is.Nationality)
	say("foreignResidence", truth(was.ForeignResidence), truth(is.ForeignResidence))
	say("vetting.status", string(was.Vetting.Status), string(is.Vetting.Status))
	say("vetting.validUntil", was.Vetting.ValidUntil.String(), is.Vetting.ValidUntil.String())
	say("cleared", string(was.Cleared), string(is.Cleared))
	return out
}

func truth(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

// halves tells what the rows of an itinerary would change in the draft.
func halves(rs []sheet.Record, c *applying.File) []line {
	var good []sheet.Record
	for _, r := range rs {
		if !r.Stopped() {
			good = append(good, r)
		}
	}
	is := room.HalvesFrom(good)
	t := c.Draft.Paper.Case.Trip
	var out []line
	for _, r := range rs {
		l := line{Record: r, State: stopped(r, isNew)}
		h := room.HalfFrom(r)
		if l.State == goesBack {
			out = append(out, l)
			continue
		}
		if !t.Depart.IsZero() && !t.Return.IsZero() && (h.Date.Before(t.Depart) || h.Date.After(t.Return)) {
			l.stop("date", "trip.outside", map[string]any{"From": t.Depart.String(), "To": t.Return.String()})
			out = append(out, l)
			continue
		}
		same := func(x dossier.HalfDay) bool { return x.Date == h.Date && x.Half == h.Half }
		if k := slices.IndexFunc(c.Draft.Paper.Case.Itinerary, same); k >= 0 {
			was, now := c.Draft.Paper.Case.Itinerary[k], is[slices.IndexFunc(is, same)]
			l.State = isHeld
			for _, f := range []change{{"activity", was.Activity, now.Activity}, {"city", was.City, now.City}, {"host", was.Host, now.Host}, {"country", was.Country, now.Country}} {
				if f.Is != "" && f.Was != f.Is {
					l.Changes, l.State = append(l.Changes, f), changes
				}
			}
			if now.Official && !was.Official {
				l.Changes, l.State = append(l.Changes, change{"official", "false", "true"}), changes
			}
		}
		out = append(out, l)
	}
	return out
}

// count tells how many rows are in a state.
func (r read) count(ss ...state) int {
	n := 0
	for _, l := range r.Lines {
		if slices.Contains(ss, l.State) {
			n++
		}
	}
	return n
}

// records are the rows in some states, whole rows together.
func (r read) records(ss ...state) []sheet.Record {
	var out []sheet.Record
	for _, l := range r.Lines {
		if slices.Contains(ss, l.State) {
			out = append(out, l.Record)
		}
	}
	return out
}

// whole are the rows of which something goes back: of several people in one
// row all of them, as they stand in it together.
func (r read) whole() []sheet.Record {
	bad := map[int]bool{}
	for _, l := range r.Lines {
		bad[l.Row] = bad[l.Row] || l.State == goesBack
	}
	var out []sheet.Record
	for _, l := range r.Lines {
		if bad[l.Row] {
			out = append(out, l.Record)
		}
	}
	return out
}

func sortNames(names []string) { slices.SortFunc(names, strings.Compare) }
