package filing

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"yitang/internal/approval"
	"yitang/internal/blob"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	room "yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/keys"
	"yitang/internal/material"
	"yitang/internal/node"
	"yitang/internal/pack"
	"yitang/internal/person"
	"yitang/internal/precheck"
	"yitang/internal/quota"
	"yitang/internal/requirement"
	"yitang/internal/visa"
	"yitang/ref"
)

// Work gathers what the rooms hold for one case, so that an application can be
// assembled, checked and handed in. Pages and the demo use it.
type Work struct {
	Journal *journal.Journal
	Keys    *keys.Ring
	Blobs   blob.Store
	Drafts  *room.Drafts
	Pack    func() *pack.Set              // in force now
	PackOn  func(calendar.Date) *pack.Set // in force on a day
	// Judging gives the rules of the moment at which a case was handed in.
	Judging func(ctx context.Context, submitted time.Time) (*precheck.Engine, error)

	keeping sync.Mutex // held from looking for a paper's twin until it is kept
}

// NewWork takes what it needs of the internet node.
func NewWork(n *node.Internet) *Work {
	return &Work{Journal: n.Journal, Keys: n.Keys, Blobs: n.Blobs, Drafts: n.Drafts, Pack: n.Packs.Now, PackOn: n.Packs.On, Judging: n.Packs.Judging}
}

// File is one case as it stands, with everything that is known.
type File struct {
	ID       string
	Unit     string
	UnitName string
	Filing   room.Filing
	Version  journal.Version
	Draft    room.Draft
	HasDraft bool // false for a case that this node only heard of
	Held     room.Held
	Now      room.Assembled
	Known    map[string]requirement.Known // what is known of each of its people beyond it, by person
	Waivers  []approval.AskedWaiver       // what was asked for, with the office's answers
	Offers   []material.Material          // of the unit: whether they serve this case is for people to say
	Planned  []Planned                    // the unit's plan for the year of leaving; while that is open, this year's and the next

	work      *Work
	rules     *precheck.Engine  // that it is judged by
	elsewhere map[string]string // the names of those who work for another unit now
	beyond    []precheck.Fact   // what the node knows of the case as it was opened
	before    []precheck.Fact   // and, of a change, of the approved mission
	asked     []string          // the people of whom that tells
	places    map[string]string // where a paper is given that stands for a field, by path
}

// Planned is a unit's plan for a year with what other cases have left of it.
type Planned struct {
	Year           int
	InForce        bool
	Groups, People int // left
	AmountFen      int64
	Lines          []quota.Line
	UsedBy         map[string]string // titles of other live cases, by line
}

// plans reads what a case may draw on: while the day of leaving is open, this
// year's plan and, where there is one, the next year's.
func (w *Work) plans(ctx context.Context, f *File) ([]Planned, error) {
	year := f.Now.Case.Trip.Depart.Year()
	if !f.Now.Case.Trip.Depart.IsZero() {
		p, err := w.planned(ctx, f, year)
		return []Planned{p}, err
	}
	p, err := w.planned(ctx, f, w.Journal.Today().Year())
	if err != nil {
		return nil, err
	}
	next, err := w.planned(ctx, f, p.Year+1)
	if !next.InForce {
		return []Planned{p}, err
	}
	return []Planned{p, next}, err
}

// planned reads what of its unit's plan a case may draw on.
func (w *Work) planned(ctx context.Context, f *File, year int) (Planned, error) {
	out := Planned{Year: year, UsedBy: map[string]string{}}
	p, is, err := quota.Of(ctx, w.Journal.Store, f.Unit, year)
	if err != nil || !is {
		return out, err
	}
	uses, err := node.PlanUses(ctx, w.Journal, f.Unit, year)
	if err != nil {
		return out, err
	}
	out.InForce, out.Groups, out.People, out.AmountFen, out.Lines = true, p.Groups, p.People, p.AmountFen, p.Lines
	for _, u := range uses {
		if u.Filing == f.ofCase() {
			continue
		}
		out.Groups, out.People, out.AmountFen = out.Groups-u.Groups(), out.People-u.Members, out.AmountFen-u.AmountFen
		if l, known := quota.Find(p.Lines, u.Line); known {
			out.UsedBy[l.ID] = u.Title
		}
	}
	return out, nil
}

// Open reads a case, draft or handed in; one that isn't known is a fault.NotFound.
func (w *Work) Open(ctx context.Context, id string) (*File, error) {
	f, err := w.gathered(ctx, id)
	if err != nil {
		return nil, err
	}
	beyond := func(c dossier.Case, people []string) ([]precheck.Fact, error) {
		facts, err := node.Beyond(ctx, w.Journal, w.Keys, node.Asked{Filing: f.ofCase(), Unit: f.Unit, People: people, Case: c, Limits: w.Pack().Ref.Parameters})
		if err != nil {
			return nil, fmt.Errorf("looking beyond case %s: %w", id, err)
		}
		return facts, nil
	}
	if f.beyond, err = beyond(f.Now.Case, f.Now.Persons); err != nil {
		return nil, err
	}
	if a := f.Amends(); a != nil {
		f.before, err = beyond(asked(a).Before(f.Now.Case, f.Now.Persons), a.People)
	}
	return f, err
}

// gathered is a case without what the rules know beyond it: what it lacks is told
// without them.
func (w *Work) gathered(ctx context.Context, id string) (*File, error) {
	f := &File{ID: id, work: w}
	var err error
	if f.Filing, f.Version, err = journal.Load(ctx, w.Journal, room.Room, id); err != nil {
		return nil, err
	}
	f.Draft, err = w.Drafts.Load(ctx, id)
	switch {
	case err == nil:
		f.HasDraft, f.Unit = true, f.Draft.Unit
	case !fault.IsNotFound(err):
		return nil, err
	case f.Version == 0:
		return nil, err
	default:
		f.Unit = f.Filing.Unit
	}
	if err := w.hold(ctx, f); err != nil {
		return nil, fmt.Errorf("gathering what is held for case %s: %w", id, err)
	}
	f.assemble()
	f.asked = f.Now.Persons
	if err := w.know(ctx, f); err != nil {
		return nil, fmt.Errorf("looking at what the people of case %s hold: %w", id, err)
	}
	return f, nil
}

// People are the members' ids: the draft's while it is one, else those handed in.
func (f *File) People() []string {
	if f.Filing.Stage == room.InDraft || f.Filing.Stage == room.IsPresented || f.Filing.Round == 0 {
		return f.Draft.Paper.People
	}
	return f.Filing.Persons()
}

// assemble makes the case as it would be handed in now: out of the draft, out
// of the correction, or as it was handed in.
func (f *File) assemble() {
	f.places = nil // what is needed changes with the case
	switch f.Filing.Stage {
	case room.InDraft, room.IsPresented:
		f.Now = room.Assemble(f.Draft.Paper, f.Held)
		for i, who := range f.Now.Persons { // no more of them than their name is this unit's to see
			if name, moved := f.elsewhere[who]; moved && i < len(f.Now.Case.Members) {
				m := &f.Now.Case.Members[i]
				m.FamilyName = dossier.Surname(name)
				m.GivenName = strings.TrimPrefix(name, m.FamilyName)
			}
		}
	case room.IsSentBack:
		p := f.Draft.Paper
		p.Reopened(f.Filing)
		c := p.Mended(f.Filing, f.Held.Materials)
		f.Now = room.Assembled{Case: c, Persons: p.People, Origins: f.Filing.Origins, Papers: room.PapersOf(c, p.People, f.Held.Materials)}
	default:
		f.Now = room.Assembled{Case: f.Filing.Dossier, Persons: f.Filing.Persons(), Origins: f.Filing.Origins}
	}
}

// hold gathers what is known beside the draft.
func (w *Work) hold(ctx context.Context, f *File) error {
	h := room.Held{Filing: f.ID, Today: w.Journal.Today(), People: map[string]person.Person{}, Passports: map[string]dossier.Passport{},
		OtherTrips: map[string][]dossier.OtherTrip{}, TripsThisYear: map[string]int{}, Ref: &w.Pack().Ref}
	r := w.Journal.Store
	u, owed, err := w.unitNow(ctx, f.Unit)
	if err != nil {
		return err
	}
	h.Unit, f.UnitName = owing(u, owed), u.Name
	year := h.Today.Year()
	if d := f.Draft.Paper.Case.Trip.Depart; !d.IsZero() {
		year = d.Year()
	}
	if p, ok, err := quota.Of(ctx, r, f.Unit, year); err != nil {
		return err
	} else if ok {
		h.Unit.Quota = quota.Dossier(p.Groups, p.People, p.AmountFen)
	}
	groups, people, fen, err := node.PlanUsed(ctx, w.Journal, f.Unit, year, f.ofCase())
	if err != nil {
		return err
	}
	h.Unit.Used = quota.Dossier(groups, people, fen)
	if h.Materials, err = material.Of(ctx, r, material.OfCase, f.ID); err != nil {
		return err
	}
	if err := w.holdShared(ctx, f, &h); err != nil {
		return err
	}
	for _, who := range f.People() {
		if who == "" {
			continue
		}
		if err := w.holdPerson(ctx, f, &h, who, year); err != nil {
			return err
		}
	}
	if f.Filing.Stage == room.IsSentBack { // replaced papers too: a correction follows them
		all, err := material.OfFiling(ctx, r, f.ID)
		if err != nil {
			return err
		}
		for _, m := range all {
			if m.Gone {
				h.Materials = append(h.Materials, m)
			}
		}
	}
	f.Held = h
	if f.Waivers, err = approval.WaiversOf(ctx, w.Journal, f.ID); err != nil {
		return err
	}
	f.rules, err = w.Judging(ctx, f.Filing.Submitted)
	return err
}

func (w *Work) holdPerson(ctx context.Context, f *File, h *room.Held, who string, year int) error {
	r := w.Journal.Store
	stands, err := person.Stands(ctx, r, who)
	if err != nil {
		return err
	}
	p, v, err := journal.Load(ctx, w.Journal, person.Room, stands)
	if err != nil {
		return err
	}
	if v > 0 && p.In != f.Unit {
		if f.elsewhere == nil {
			f.elsewhere = map[string]string{}
		}
		f.elsewhere[who] = p.Facts.Name()
		return nil // works for another unit now: the record, and all that is held, is no longer this one's to see
	}
	if v > 0 {
		h.People[who] = p
	}
	booklets, err := custody.Of(ctx, r, who)
	if err != nil {
		return err
	}
	if b, held := (custody.Trip{Filing: f.ofCase(), Regions: f.toRegionsOnly()}).Serving(booklets); held {
		h.Passports[who] = booklet(b, h.Today, f.Draft.Paper.Case.Trip.Return)
	}
	if h.OtherTrips[who], h.TripsThisYear[who], err = node.TripsOf(ctx, w.Journal, who, f.ofCase(), year); err != nil {
		return err
	}
	papers, err := material.Of(ctx, r, material.OfPerson, who)
	for _, m := range papers {
		if m.Serves(f.ID) {
			h.Materials = append(h.Materials, m)
		}
	}
	return err
}

// know gathers what is known of the case's people beyond it. Of those who work for
// another unit now only that a booklet is being made is this one's to know.
func (w *Work) know(ctx context.Context, f *File) error {
	f.Known = map[string]requirement.Known{}
	for i, who := range f.Now.Persons {
		if who == "" || i >= len(f.Now.Case.Members) {
			continue
		}
		k, err := visa.Knows(ctx, w.Journal.Store, custody.Traveller{Index: i, ID: who, Filing: f.ofCase(), Case: f.Now.Case}, w.Journal.Today())
		if err != nil {
			return err
		}
		if _, moved := f.elsewhere[who]; moved {
			k = k.OnlyComing()
		}
		f.Known[who] = k
	}
	return nil
}

// toRegionsOnly tells whether the trip, as far as it is written, leads to Hong
// Kong and Macao alone: then a permit serves it, and otherwise a passport.
func (f *File) toRegionsOnly() bool {
	switch p := f.Draft.Paper; {
	case p.Correction != nil:
		return p.Correction.ToRegionsOnly()
	case len(p.Case.Legs) > 0:
		c := dossier.Case{Legs: slices.Clone(p.Case.Legs)}
		room.Locate(c.Legs, &f.work.Pack().Ref)
		return c.ToRegionsOnly()
	}
	return f.Filing.Dossier.ToRegionsOnly()
}

// booklet is what the Internet may know of one: never its number.
func booklet(b custody.Row, today, back calendar.Date) dossier.Passport {
	pages := b.BlankPages
	p := dossier.Passport{Type: dossier.PassportType(b.Type), LatinName: b.LatinName, Issued: b.Issued, Expires: b.Expires, BlankPages: &pages, Custody: dossier.WithOffice, Endorsements: b.Endorsed(back)}
	if b.Place == custody.IsLent {
		p.Custody, p.Overdue = dossier.Lent, b.Overdue(today)
	}
	return p
}

// handedIn tells whether a paper was handed in with a case: then it is read
// there for good, though its owner works elsewhere by now.
func (w *Work) handedIn(ctx context.Context, id string, m material.Material) (bool, error) {
	if id == "" {
		return false, nil
	}
	f, v, err := journal.Load(ctx, w.Journal, room.Room, id)
	if err != nil || v == 0 {
		return false, err
	}
	return slices.ContainsFunc(f.Dossier.Materials, func(x dossier.Material) bool { return x.SHA256 == m.Digest }), nil
}

// facts is what the rules may know beyond the case.
func (f *File) facts() []precheck.Fact {
	var out []precheck.Fact
	if slices.Equal(f.asked, f.Now.Persons) { // else somebody came or went since
		out = append(out, f.beyond...)
	}
	for i := range f.Now.Persons {
		if f.isElsewhere(i) {
			out = append(out, precheck.WorksElsewhere(i))
		}
	}
	return append(out, f.personal(f.Now.Persons)...)
}

// isElsewhere tells of a member of a draft that they work for another unit now: then
// nothing of theirs can be filled in here.
func (f *File) isElsewhere(i int) bool {
	if f.Filing.Stage != room.InDraft && f.Filing.Stage != room.IsPresented || f.IsChange() || i >= len(f.Now.Persons) {
		return false
	}
	_, moved := f.elsewhere[f.Now.Persons[i]]
	return moved
}

// personal is what is held of some people for this case, by their places among
// them.
func (f *File) personal(people []string) []precheck.Fact {
	var out []precheck.Fact
	for i, who := range people {
		out = append(out, f.captured(i, who))
		for _, g := range f.Known[who].Fingerprints { // the last one stands
			if g.Area == ref.Schengen {
				out = append(out, precheck.GavePrints(i, g.On))
			}
		}
		for _, v := range f.Known[who].Visas {
			out = append(out, precheck.HoldsVisa(i, precheck.HeldVisa{Area: v.Area, From: v.From, Until: v.Until, Entries: v.Entries, Days: v.StayDays}))
		}
	}
	return out
}

// captured tells until when a member's capture serves, and whether their passport is
// being made on account of another case: then they come on account of that one.
func (f *File) captured(i int, who string) precheck.Fact {
	var until calendar.Date
	for _, c := range f.Known[who].Captures {
		if c.ValidUntil.After(until) {
			until = c.ValidUntil
		}
	}
	awaits := slices.ContainsFunc(f.Known[who].Booklets, func(b requirement.KnownBooklet) bool { return b.Coming && b.Passport.Type != dossier.HKMacauPermit })
	return precheck.Captured(i, until, awaits)
}

// Check runs the rules on the case as it stands now.
func (w *Work) Check(f *File, at precheck.At) precheck.Findings {
	var found precheck.Findings
	if f.Amends() != nil {
		found = w.judged(f, at)
		found.List = append(w.forbidden(f), found.List...)
		found = found.Counted()
	} else {
		c := f.written()
		found = f.rules.Check(c, at, w.Journal.Today(), f.facts()...)
		if at == precheck.Draft && len(c.Legs) < len(f.Now.Case.Legs) { // another country is about to be named
			found = found.Only(func(x precheck.Finding) bool { return !slices.Contains(daysByCountries, x.Rule) })
		}
	}
	found = found.Only(func(x precheck.Finding) bool {
		if x.Rule == blankLetter { // each of its fields asks for itself here
			return false
		}
		i, field, of := memberField(x.Field)
		return !of || field == "" || !f.isElsewhere(i) // no field of theirs is there to be mended
	})
	if f.Now.Case.Trip.Days() == 0 {
		// The days abroad are counted from dates that are missing themselves, or
		// of which one is wrong and says so: nobody can put that right where it
		// would be shown.
		found = found.Without("case.daysAbroad")
	}
	if f.Filing.Stage == room.IsSentBack && f.Filing.Open("notice.from") == "" {
		// The office has asked for the change, and not for a new notice: whether it
		// wants one is the reviewer's to say, and the unit's to know.
		found = found.Eased("DOC-004")
	}
	return f.rules.Waive(found, f.Now.Case, approval.Waivers(f.Waivers, func(a approval.Waiving) string { return a.Role }))
}

// daysByCountries are the rules by which so many countries may take so many days.
var daysByCountries = []string{"ITN-001", "ITN-002", "ITN-003"}

// blankLetter is the rule by which a case file has a letter without a word.
const blankLetter = "INV-016"

// written is the case without the rows at the end of a list in which nobody has
// written anything yet: a leg or a letter that was just added counts as not there.
func (f *File) written() dossier.Case {
	c, paper := f.Now.Case, f.Draft.Paper
	if paper.Correction != nil || f.Amends() != nil || len(paper.Case.Legs) != len(c.Legs) || len(paper.Case.Invitations) != len(c.Invitations) {
		return c
	}
	unread := func(row string) bool {
		for path := range paper.Raw {
			if dossier.Within(path, row) {
				return true
			}
		}
		return false
	}
	for n := len(c.Legs) - 1; n > 0 && reflect.DeepEqual(paper.Case.Legs[n], newLeg) && !unread(index("legs", n)); n-- {
		c.Legs = c.Legs[:n]
	}
	for n := len(c.Invitations) - 1; n > 0 && reflect.DeepEqual(paper.Case.Invitations[n], newInvitation) && !unread(index("invitations", n)); n-- {
		c.Invitations = c.Invitations[:n]
	}
	return c
}

// Requirements is everything that the case needs, held or not.
func (w *Work) Requirements(f *File) []requirement.Requirement {
	today := w.Journal.Today()
	known := requirement.Known{Data: f.data()}
	for i, who := range f.Now.Persons {
		known.Add(i, f.Known[who])
	}
	var workday func(calendar.Date) bool
	if b := w.Journal.Book(); b != nil {
		workday = b.IsWorkday
	}
	set := w.Pack()
	return requirement.For(requirement.Facts{Case: f.written(), Known: known, Countries: set.Countries, Today: today, Workday: workday}, set.Needs(today))
}

// Application is the case as it would be handed in, with what stands in its way.
func (w *Work) Application(f *File, at precheck.At) room.Application {
	found := w.Check(f, at)
	a := room.Application{Case: f.written(), Persons: f.Now.Persons, Origins: f.Now.Origins, Answers: f.Draft.Paper.Answers, RuleSet: string(found.RuleSet), Blocking: w.blocking(f, found), Later: found.Later(), LaterIn: calendar.Workdays(w.laterIn())}
	a.Unanswered = unanswered(found, a.Answers)
	if f.Filing.Stage != room.IsSentBack { // what was sent back is what may be mended then
		a.Amending = f.Amends()
	}
	known := len(a.Blocking)
	for path, raw := range f.Draft.Paper.Raw {
		a.Blocking = append(a.Blocking, fault.Finding{Field: path, Key: unreadable(path, raw)})
	}
	slices.SortFunc(a.Blocking[known:], func(x, y fault.Finding) int {
		switch {
		case x.Field < y.Field:
			return -1
		case x.Field > y.Field:
			return 1
		}
		return 0
	})
	return a
}

// unanswered are the warnings without a reason, each at the box in which it is given:
// one for all that a rule warns of.
func unanswered(found precheck.Findings, answers map[string]string) []fault.Finding {
	var out []fault.Finding
	for _, x := range found.Unanswered(answers) {
		box := answerBox(found, x)
		if slices.ContainsFunc(out, func(had fault.Finding) bool { return had.Field == box }) {
			continue // said once, in the box for all
		}
		out = append(out, fault.Finding{Field: box, Rule: x.Rule, Key: "filing.warning.unanswered", Args: map[string]any{"What": x.Message}})
	}
	return out
}

// answerBox is the box of the reason for a warning.
func answerBox(found precheck.Findings, x precheck.Finding) string {
	n := 0
	for _, o := range found.List {
		if o.Rule == x.Rule && o.Warns() {
			n++
		}
	}
	if n > 1 {
		return "answers." + precheck.OfAll(x.Rule)
	}
	return "answers." + x.Subject()
}

// Answered writes words into a draft on each warning that has none. It is for those
// who have no page before them: a drill, a story.
func (w *Work) Answered(ctx context.Context, f *File, words string) error {
	open := w.Application(f, precheck.Submit).Unanswered
	if len(open) == 0 {
		return nil
	}
	d, err := w.Drafts.Change(ctx, f.ID, f.Draft.Revision, func(paper *room.Paper) error {
		for _, x := range open {
			paper.Answer(strings.TrimPrefix(x.Field, "answers."), words)
		}
		return nil
	})
	if err == nil {
		f.Draft = d
		f.assemble()
	}
	return err
}

// laterIn is how many working days an urgent case's papers may take to follow.
func (w *Work) laterIn() int {
	return w.Pack().Ref.Parameters.Whole("urgent.laterWorkdays", w.Journal.Today(), 0)
}

// Present lays the draft before the signatory.
func (w *Work) Present(ctx context.Context, o journal.Order, f *File) (journal.Answer, error) {
	o.Subject = f.ID
	return journal.Do(ctx, w.Journal, room.Room, o, room.Present{Unit: f.Unit, Revision: f.Draft.Revision, Application: w.Application(f, precheck.Submit)})
}

// Submit hands in what was presented. self is the signatory as a traveller.
func (w *Work) Submit(ctx context.Context, o journal.Order, f *File, self string) (journal.Answer, error) {
	o.Subject = f.ID
	return journal.Do(ctx, w.Journal, room.Room, o, room.Submit{Self: self, Revision: f.Draft.Revision, Application: w.Application(f, precheck.Submit)})
}

// Correct hands in what was mended. What of it is people's goes into their
// records by a reaction.
func (w *Work) Correct(ctx context.Context, o journal.Order, f *File) (journal.Answer, error) {
	o.Subject = f.ID
	return journal.Do(ctx, w.Journal, room.Room, o, room.Correct{Replies: f.Draft.Paper.Replies, Application: w.Application(f, precheck.Submit)})
}

// Register is how people's records are written.
func (w *Work) Register() person.Register { return person.Register{Journal: w.Journal, Index: w.Keys} }

// RecordPerson puts somebody on a unit's list; the id is the order's subject.
func (w *Work) RecordPerson(ctx context.Context, o journal.Order, unit, filing string, facts person.Facts) error {
	return w.Register().Record(ctx, o, person.Record{In: unit, Filing: filing, Facts: facts})
}

// ChangePerson changes a record; what is the same as before is no change.
func (w *Work) ChangePerson(ctx context.Context, o journal.Order, filing string, facts person.Facts) error {
	return w.Register().Change(ctx, o, person.Change{Filing: filing, Facts: facts})
}
