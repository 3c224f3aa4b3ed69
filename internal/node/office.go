package node

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"yitang/internal/amendment"
	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/document"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/ledger"
	"yitang/internal/pack"
	"yitang/internal/passport"
	"yitang/internal/person"
	"yitang/internal/requirement"
	"yitang/internal/trip"
	"yitang/internal/visa"
)

// officeRules is what follows by rule in the office: pure functions of the
// rooms, fed with what they ask for.
type officeRules struct {
	n       *Node
	issuer  *approval.Issuer
	letters *Letters
	asking  sync.Mutex // held from looking for somebody's booklet under way until theirs is asked for: two cases may be decided at once
}

func newOfficeRules(o Options, n *Node) (*officeRules, error) {
	r := &officeRules{n: n}
	secrets, err := approval.LoadSecrets(n.Keys, o.Chance, o.office.Office, o.office.OfficeKey, o.Clock())
	if err != nil {
		return nil, err
	}
	r.issuer = &approval.Issuer{Journal: n.Journal, Blobs: n.Blobs, Secrets: secrets, Office: o.office.Office,
		Letterhead: func(ctx context.Context, at time.Time) (approval.Letterhead, error) {
			set, err := n.Packs.At(ctx, at)
			if err != nil {
				return approval.Letterhead{}, err
			}
			return approval.Letterhead{Office: o.office.Office, VerifyURL: o.VerifyURL, CopiesTo: set.Office.CopiesTo, Number: set.Office.Numbers.Document, Confirmation: set.Office.Numbers.Of(document.KindConfirmation),
				Wording: set.Wording(), Country: func(code string) string { return set.Country(code, "zh") }}, nil
		}}
	r.letters = newLetters(r)
	return r, nil
}

// inForce is what was in force when an event happened, and its limits that day.
func (r *officeRules) inForce(ctx context.Context, e journal.Event) (*pack.Set, requirement.Parameters, error) {
	set, err := r.n.Packs.At(ctx, e.At)
	if err != nil {
		return nil, requirement.Parameters{}, err
	}
	return set, set.Needs(calendar.DateOf(e.At)), nil
}

func (r *officeRules) reactions() []journal.Reaction {
	return []journal.Reaction{
		{Name: "approval", On: r.receive},
		{Name: "documents", On: r.issue},
		{Name: "needs", On: r.ask},
		{Name: "anew", On: r.askAnew},
		{Name: "birth", On: r.tellBirth},
		{Name: "looks", On: r.tellLook},
		{Name: "booklets", On: r.booklets},
		{Name: "visas", On: r.visas},
		{Name: "window", On: r.served},
		{Name: "queue", On: r.queue},
		{Name: "after", On: r.after},
		{Name: "endings", On: r.endings},
		{Name: "declared", On: r.endDeclared},
		{Name: "findings", On: r.examine},
		{Name: "letters", On: r.letters.react},
		{Name: "amendments", On: r.amend},
	}
}

func (r *officeRules) receive(ctx context.Context, e journal.Event) error {
	if e.Subject.Kind != filing.Room.Kind {
		return nil
	}
	set, err := r.n.Packs.At(ctx, e.At)
	if err != nil {
		return err
	}
	f, _, err := journal.Load(ctx, r.n.Journal, filing.Room, e.Subject.ID)
	if err != nil {
		return err
	}
	for _, w := range approval.React(e, f, set.Paths) {
		if err := follow(ctx, r.n.Journal, approval.Room, w.Order, w.Command); err != nil {
			return err
		}
	}
	return nil
}

// tellLook tells somebody that their data were shown here, by role and day (谁看过我的资料).
func (r *officeRules) tellLook(ctx context.Context, e journal.Event) error {
	b, is := e.Body.(person.LookedAt)
	if !is {
		return nil
	}
	return follow(ctx, r.n.Journal, person.OfficeLooks, journal.Order{Subject: b.Person}, person.TellLook{Role: e.Actor.Role, Field: b.Field, Day: calendar.DateOf(e.At)})
}

func (r *officeRules) issue(ctx context.Context, e journal.Event) error {
	switch e.Body.(type) {
	case approval.Decided, approval.NoticeTaken, approval.Amended, approval.DocumentPrepared:
		return r.issuer.Issue(ctx, e.Subject.ID)
	case approval.Revoked:
		return r.issuer.LogRevoked(ctx, e.Subject.ID)
	}
	return nil
}

// ask gives out the booklet and visa orders of a case whose document was
// issued, as the requirement engine finds them.
func (r *officeRules) ask(ctx context.Context, e journal.Event) error {
	if _, issued := e.Body.(approval.DocumentIssued); !issued {
		return nil
	}
	id := e.Subject.ID
	w, err := r.wanted(ctx, e, id)
	if err != nil || !w.now {
		return err
	}
	if err := r.askBooklets(ctx, e, w, all); err != nil {
		return err
	}
	for _, plan := range visa.Plans(w.needs(w.Known), w.group(r.n.Book())) {
		order := visa.OrderID(id, plan.Person, plan.Area)
		if err := follow(ctx, r.n.Journal, visa.Room, journal.Order{Subject: order, Key: e.ID + ":plan:" + order, Cause: e.ID}, journal.Command[visa.Order](plan)); err != nil {
			return err
		}
	}
	return r.regret(ctx, e)
}

// wanted is what the requirement engine is asked of an approved case.
type wanted struct {
	requirement.Facts
	id     string
	now    bool // the approval is in force, and for one trip that is still to come
	people []string
	ours   []string
	set    *pack.Set
	p      requirement.Parameters
}

func (w wanted) needs(known requirement.Known) []requirement.Requirement {
	f := w.Facts
	f.Known = known
	return requirement.For(f, w.p)
}

// group is what planning visas asks beside.
func (w wanted) group(book *calendar.Book) visa.Group {
	return visa.Group{Filing: w.id, People: w.people, Approved: w.ours, Depart: w.Case.Trip.Depart, Book: book, P: w.p}
}

func (r *officeRules) wanted(ctx context.Context, e journal.Event, id string) (wanted, error) {
	w := wanted{id: id}
	a, _, err := journal.Load(ctx, r.n.Journal, approval.Room, id)
	if err != nil {
		return w, err
	}
	t, _, err := journal.Load(ctx, r.n.Journal, trip.Room, id)
	if err != nil {
		return w, err
	}
	last, err := approval.Standing(ctx, r.n.Journal, id)
	if err != nil {
		return w, err
	}
	// Revoked since, or for a term: nobody needs anything until a trip is declared.
	w.now = a.Stage == approval.IsIssued && a.Kind != dossier.MultiTrip && t.Stage != trip.IsAbroad && !t.Ended()
	w.people, w.ours = last.People(), a.Ours()
	today := calendar.DateOf(e.At)
	if w.set, w.p, err = r.inForce(ctx, e); err != nil {
		return w, err
	}
	known, err := visa.Known(ctx, r.n.Store, id, last.Dossier, w.people, today)
	w.Facts = requirement.Facts{Case: last.Dossier, Known: known, Countries: w.set.Countries, Today: today, Approved: today, Workday: r.n.Book().IsWorkday}
	return w, err
}

// Which booklets of a case are asked for.
type which func(approval.BookletAsked) bool

func all(approval.BookletAsked) bool           { return true }
func furtherStamps(approval.BookletAsked) bool { return false } // no booklet: what permits are to be endorsed for once more is always asked

// askBooklets asks for the booklets of a case, or for some of them. Nobody gets
// two of a kind: who gets one on account of another case, which will serve this
// trip too, waits for that.
func (r *officeRules) askBooklets(ctx context.Context, e journal.Event, w wanted, of which) error {
	r.asking.Lock()
	defer r.asking.Unlock()
	known, err := visa.Known(ctx, r.n.Store, w.id, w.Case, w.people, w.Today) // as it is with nobody else asking
	if err != nil {
		return err
	}
	cmd := approval.Booklets(w.Case, w.needs(known.WithoutComing()), w.people, w.ours)
	served := approval.Booklets(w.Case, w.needs(known), w.people, w.ours)
	a, _, err := journal.Load(ctx, r.n.Journal, approval.Room, w.id)
	if err != nil {
		return err
	}
	more, err := amendment.Further(ctx, r.n.Store, w.id, a, w.Case, cmd.Booklets, w.ours)
	if err != nil {
		return err
	}
	cmd.Booklets = amendment.Fresh(cmd.Booklets, a)
	again := amendment.Again(w.Case, w.people, more)
	for _, wishes := range [][]approval.BookletAsked{cmd.Booklets, served.Booklets, again} {
		if err := amendment.Number(ctx, r.n.Store, w.id, wishes); err != nil {
			return err
		}
	}
	cmd.Booklets = append(slices.DeleteFunc(cmd.Booklets, func(b approval.BookletAsked) bool { return !of(b) }), again...)
	for i, b := range cmd.Booklets {
		m := w.Case.Members[slices.Index(w.people, b.Person)]
		known, err := r.ofBooklets(ctx, b, string(w.set.Needs(w.Today).Entitled(m.Rank, w.Case.Unit.Type)), w.Case.Trip.Return)
		if err != nil {
			return err
		}
		cmd.Booklets[i].Known = journal.Of(known)
		if cmd.Booklets[i].Identity, err = r.born(ctx, b); err != nil {
			return err
		}
		if b.Why == approval.EndorseOnly {
			held, err := custody.Of(ctx, r.n.Store, b.Person)
			if err != nil {
				return err
			}
			if permit, ok := (custody.Trip{Filing: w.id, Regions: true}).Serving(held); ok {
				cmd.Booklets[i].Permit, cmd.Booklets[i].Tail = permit.Booklet, permit.Tail
			}
			continue
		}
		if slices.ContainsFunc(served.Booklets, func(s approval.BookletAsked) bool { return s.Key() == b.Key() }) {
			continue
		}
		coming, err := custody.UnderwayOf(ctx, r.n.Store, b.Person, w.id)
		if err != nil {
			return err
		}
		if k := slices.IndexFunc(coming, func(u custody.Underway) bool { return u.Type == b.Type }); k >= 0 {
			cmd.Booklets[i].From, cmd.Booklets[i].FromDue = coming[k].Order, coming[k].Due
		}
	}
	if len(cmd.Booklets) == 0 {
		return nil
	}
	return follow(ctx, r.n.Journal, approval.Room, journal.Order{Subject: w.id, Key: e.ID + ":ask:" + w.id, Cause: e.ID}, journal.Command[approval.Approval](cmd))
}

// askAnew sees to those who were to go with a booklet that isn't made, or is lost or
// void: another one is ordered on account of whoever leaves first, and the others go
// with that. The visas that were in it are applied for again, unless it was only
// cancelled because its successor is there or made: they hold on (换发注销). A
// permit that is there is endorsed for the trips that wait for it.
func (r *officeRules) askAnew(ctx context.Context, e journal.Event) error {
	order, holder, own := "", "", ""
	switch b := e.Body.(type) {
	case passport.Stopped:
		order = e.Subject.ID
	case custody.ReportedLost:
		order, holder = b.Booklet, b.Person
	case custody.Voided:
		order, holder = b.Booklet, b.Person
	case custody.Received:
		order = b.Booklet
		row, _, err := passport.One(ctx, r.n.Store, order)
		if err != nil {
			return err
		}
		if row.Type == dossier.HKMacauPermit {
			own = row.Filing
		}
	case custody.Completed:
		if len(b.Stamps) > 0 {
			own = b.Filing
		}
	default:
		return nil
	}
	if own != "" { // whose journey may have been changed while the permit was made
		w, err := r.wanted(ctx, e, own)
		if err != nil {
			return err
		}
		if w.now {
			if err := r.askBooklets(ctx, e, w, furtherStamps); err != nil {
				return err
			}
		}
	}
	if order == "" {
		return nil
	}
	left, err := r.without(ctx, e, order, holder)
	if err != nil {
		return err
	}
	gone, err := r.visasGone(ctx, e)
	if err != nil {
		return err
	}
	for _, l := range left { // all before the first booklet is asked for: by that visasGone would judge otherwise, when this is tried again
		if !gone || !l.theirs {
			continue
		}
		if err := r.planAnew(ctx, e, l.wanted, order, l.ids); err != nil {
			return err
		}
	}
	for _, l := range left {
		if err := r.askBooklets(ctx, e, l.wanted, l.asks); err != nil {
			return err
		}
	}
	return nil
}

// left is a trip that somebody was to go on with a booklet which they can't have.
type left struct {
	wanted
	keys   []string // wishes that another case's order was to fulfil
	theirs bool     // the booklet was in the store already, for any trip of its holder's
	ids    []string // all that mean the holder
}

func (l left) asks(b approval.BookletAsked) bool {
	return slices.Contains(l.keys, b.Key()) || l.theirs && slices.Contains(l.ids, b.Person)
}

// without lists the trips that are left without a booklet, in the order of their
// departure: those that wait for an order, and all of a holder's. Whoever leaves
// today or has left goes on with what they have.
func (r *officeRules) without(ctx context.Context, e journal.Event, order, holder string) ([]left, error) {
	r.asking.Lock() // who found it under way a moment ago is among them
	waiting, err := approval.Sharing(ctx, r.n.Store, order)
	r.asking.Unlock()
	if err != nil {
		return nil, err
	}
	keys := map[string][]string{}
	for _, b := range waiting {
		keys[b.Filing] = append(keys[b.Filing], b.Key)
	}
	var ids []string
	theirs := map[string]bool{}
	if holder != "" {
		if ids, err = person.Also(ctx, r.n.Store, holder); err != nil {
			return nil, err
		}
		cases, err := approval.AheadOf(ctx, r.n.Store, holder)
		if err != nil {
			return nil, err
		}
		for _, c := range cases {
			keys[c.Filing], theirs[c.Filing] = keys[c.Filing], true
		}
	}
	var out []left
	for _, id := range slices.Sorted(maps.Keys(keys)) {
		w, err := r.wanted(ctx, e, id)
		if err != nil {
			return nil, err
		}
		l := left{wanted: w, keys: keys[id], theirs: theirs[id] && w.Today.Before(w.Case.Trip.Depart), ids: ids}
		if w.now && (l.theirs || len(l.keys) > 0) {
			out = append(out, l)
		}
	}
	slices.SortStableFunc(out, func(a, b left) int { return a.Case.Trip.Depart.Compare(b.Case.Trip.Depart) })
	return out, nil
}

// visasGone tells whether the visas in a booklet can't be used any more with it. One
// that is cancelled in the usual course, when it is renewed, is kept for their sake.
func (r *officeRules) visasGone(ctx context.Context, e journal.Event) (bool, error) {
	switch b := e.Body.(type) {
	case custody.ReportedLost:
		return true, nil
	case custody.Voided:
		row, _, err := custody.One(ctx, r.n.Store, b.Booklet)
		if err != nil {
			return false, err
		}
		renewed, err := custody.BeingRenewed(ctx, r.n.Store, row)
		return !renewed, err
	}
	return false, nil
}

// planAnew plans the visas of somebody anew that went with a booklet.
func (r *officeRules) planAnew(ctx context.Context, e journal.Event, w wanted, booklet string, ids []string) error {
	orders, err := visa.Of(ctx, r.n.Store, w.id)
	if err != nil {
		return err
	}
	held, err := custody.Of(ctx, r.n.Store, ids[0])
	if err != nil {
		return err
	}
	for _, p := range visa.Plans(w.needs(w.Known), w.group(r.n.Book())) {
		id := visa.OrderID(w.id, p.Person, p.Area)
		i := slices.IndexFunc(orders, func(o visa.Row) bool { return o.ID == id })
		if i < 0 || !slices.Contains(ids, p.Person) {
			continue
		}
		if packed := visa.Goes(orders[i], orders, ids).ServedBy(held, booklet); !orders[i].LostWith(booklet, packed, p) {
			continue
		}
		order := journal.Order{Subject: id, Key: e.ID + ":replan:" + id, Cause: e.ID}
		if err := follow(ctx, r.n.Journal, visa.Room, order, journal.Command[visa.Order](visa.Replan{Planned: p.Planned})); err != nil {
			return err
		}
	}
	return nil
}

// regret gives up the visa orders of a case that was revoked while they were
// being planned: the revocation found none to stop.
func (r *officeRules) regret(ctx context.Context, e journal.Event) error {
	a, _, err := journal.Load(ctx, r.n.Journal, approval.Room, e.Subject.ID)
	if err != nil || a.Stage == approval.IsIssued {
		return err
	}
	orders, err := visa.Of(ctx, r.n.Store, e.Subject.ID)
	if err != nil {
		return err
	}
	for _, o := range orders {
		order := journal.Order{Subject: o.ID, Key: e.ID + ":regret:" + o.ID, Cause: e.ID}
		if err := follow(ctx, r.n.Journal, visa.Room, order, journal.Command[visa.Order](visa.Withdraw{Reason: fault.Because("revoked")})); err != nil {
			return err
		}
	}
	return nil
}

// born is whom a booklet is for, with where they were born: the form wants it, and
// no case has it.
func (r *officeRules) born(ctx context.Context, b approval.BookletAsked) (journal.Field[approval.Identity], error) {
	is, told := b.Identity.Value()
	if !told {
		return b.Identity, nil
	}
	stands, err := person.Stands(ctx, r.n.Store, b.Person)
	if err != nil {
		return b.Identity, err
	}
	record, _, err := journal.Load(ctx, r.n.Journal, person.Room, stands)
	is.BirthPlace = person.ProvinceName(record.Details.Province, true) + record.Details.BirthPlace
	return journal.Of(is), err
}

// tellBirth lets a place of birth that is entered after a booklet was asked for
// follow to where it is made, as long as it isn't.
func (r *officeRules) tellBirth(ctx context.Context, e journal.Event) error {
	b, is := e.Body.(person.Detailed)
	if !is || b.Province.Or("") == "" && b.BirthPlace.Or("") == "" {
		return nil
	}
	asked, err := approval.BookletsOf(ctx, r.n.Store, e.Subject.ID)
	if err != nil {
		return err
	}
	for _, a := range asked {
		o, known, err := passport.One(ctx, r.n.Store, passport.OrderID(a.Filing, a.Key))
		if err != nil {
			return err
		}
		if a.From != "" || a.Why == approval.EndorseOnly || known && o.Stage != passport.IsOrdered && o.Stage != passport.IsCaptured {
			continue
		}
		w, err := r.wanted(ctx, e, a.Filing)
		if err != nil {
			return err
		}
		i := slices.Index(w.people, a.Person)
		if !w.now || i < 0 {
			continue
		}
		told, err := r.born(ctx, approval.BookletAsked{Person: a.Person, Identity: journal.Of(approval.IdentityOf(w.Case, i))})
		if err != nil {
			return err
		}
		cmd := approval.CorrectIdentities{Identities: map[string]approval.Identity{a.Person: told.Or(approval.Identity{})}}
		order := journal.Order{Subject: a.Filing, Key: e.ID + ":birth:" + a.Filing + ":" + a.Key, Cause: e.ID}
		if err := follow(ctx, r.n.Journal, approval.Room, order, journal.Command[approval.Approval](cmd)); err != nil {
			return err
		}
	}
	return nil
}

// ofBooklets is what custody knows of a person for whom a booklet is asked.
func (r *officeRules) ofBooklets(ctx context.Context, b approval.BookletAsked, entitled string, back calendar.Date) (approval.Known, error) {
	k := approval.Known{Entitled: entitled, Return: back, PriorOut: b.Replaces != ""}
	rows, err := custody.Of(ctx, r.n.Store, b.Person)
	for _, o := range rows {
		if o.Tail == b.Replaces && o.Place == custody.InStore {
			k.PriorOut = false
		}
		switch {
		case o.Type != b.Type:
		case o.Place == custody.IsLost:
			if on := calendar.DateOf(time.UnixMicro(o.Since)); on.After(k.LostOn) {
				k.LostOn = on
			}
		case o.Place != custody.IsVoid:
			k.Kept = append(k.Kept, approval.Kept{Tail: o.Tail, Expires: o.Expires, BlankPages: o.BlankPages})
		}
	}
	return k, err
}

// succeed lets a booklet that was received replace those of its kind that are kept
// under other records of its holder.
func (r *officeRules) succeed(ctx context.Context, e journal.Event) error {
	if _, received := e.Body.(custody.Received); !received {
		return nil
	}
	holder, _, err := journal.Load(ctx, r.n.Journal, custody.Room, e.Subject.ID)
	if err != nil {
		return err
	}
	besides, err := custody.Of(ctx, r.n.Store, e.Subject.ID)
	if err != nil {
		return err
	}
	for _, w := range custody.ReactReceived(e, holder, besides) {
		if err := follow(ctx, r.n.Journal, custody.Room, w.Order, w.Command); err != nil {
			return err
		}
	}
	return nil
}

func (r *officeRules) booklets(ctx context.Context, e journal.Event) error {
	if err := r.succeed(ctx, e); err != nil {
		return err
	}
	id := ledger.CaseOf(e)
	if id == "" || changesOnly(e) {
		return nil
	}
	out, err := custody.OutFor(ctx, r.n.Store, id)
	if err != nil {
		return err
	}
	a, _, err := journal.Load(ctx, r.n.Journal, approval.Room, id)
	if err != nil {
		return err
	}
	_, p, err := r.inForce(ctx, e)
	if err != nil {
		return err
	}
	replaces, permit, recalled := "", custody.Row{}, out
	switch b := e.Body.(type) {
	case approval.Revoked:
		t, _, err := journal.Load(ctx, r.n.Journal, trip.Room, id)
		if err != nil {
			return err
		}
		if t.Stage == trip.IsAbroad {
			recalled = nil // they hand in what they travel with when they are home
		}
	case passport.HandedOver:
		order, _, err := journal.Load(ctx, r.n.Journal, passport.Room, e.Subject.ID)
		if err != nil {
			return err
		}
		replaces = order.Replaces
	case passport.Checked:
		if permit, _, err = custody.One(ctx, r.n.Store, b.Permit); err != nil {
			return err
		}
	}
	for _, w := range custody.React(e, a.Unit, replaces, permit, recalled, p.PassportReturnDays) {
		if err := follow(ctx, r.n.Journal, custody.Room, w.Order, w.Command); err != nil {
			return err
		}
	}
	if _, is := e.Body.(approval.Revoked); !is {
		return nil
	}
	// That they had left may have been heard while their booklets were wanted back:
	// of the two, one comes last, and it sees the other.
	t, _, err := journal.Load(ctx, r.n.Journal, trip.Room, id)
	if err != nil || t.Stage != trip.IsAbroad {
		return err
	}
	for _, w := range trip.Keeping(e, t, out, p.PassportReturnDays) {
		if err := follow(ctx, r.n.Journal, custody.Room, w.Order, w.Command); err != nil {
			return err
		}
	}
	return nil
}

func (r *officeRules) visas(ctx context.Context, e journal.Event) error {
	if e.Subject.Kind == visa.Room.Kind {
		order, _, err := journal.Load(ctx, r.n.Journal, visa.Room, e.Subject.ID)
		if err != nil {
			return err
		}
		b, there, err := custody.One(ctx, r.n.Store, order.Booklet)
		if err != nil || !there { // it wasn't sent
			return err
		}
		for _, w := range visa.ReactCustody(e, b) {
			if err := follow(ctx, r.n.Journal, custody.Room, w.Order, w.Command); err != nil {
				return err
			}
		}
		return nil
	}
	id := ledger.CaseOf(e)
	if id == "" || changesOnly(e) {
		return nil
	}
	orders, err := visa.Of(ctx, r.n.Store, id)
	if err != nil {
		return err
	}
	_, p, err := r.inForce(ctx, e)
	if err != nil {
		return err
	}
	for _, w := range visa.React(e, orders, p.MissionTakes) {
		if err := follow(ctx, r.n.Journal, visa.Room, w.Order, w.Command); err != nil {
			return err
		}
	}
	return nil
}

// after is what the end of a trip brings: the case is closed, and booklets of
// a mission that doesn't take place are wanted back.
func (r *officeRules) after(ctx context.Context, e journal.Event) error {
	for _, w := range trip.Archiving(e) {
		if err := follow(ctx, r.n.Journal, approval.Room, w.Order, w.Command); err != nil {
			return err
		}
	}
	if _, is := e.Body.(person.ClearanceTold); is {
		return r.barred(ctx, e)
	}
	if e.Subject.Kind != trip.Room.Kind {
		return nil
	}
	out, err := custody.OutFor(ctx, r.n.Store, e.Subject.ID)
	if err != nil {
		return err
	}
	a, _, err := journal.Load(ctx, r.n.Journal, approval.Room, e.Subject.ID)
	if err != nil {
		return err
	}
	t, _, err := journal.Load(ctx, r.n.Journal, trip.Room, e.Subject.ID)
	if err != nil {
		return err
	}
	_, p, err := r.inForce(ctx, e)
	if err != nil {
		return err
	}
	for _, w := range trip.Recalling(e, a, t, out, p.PassportReturnDays) {
		if err := follow(ctx, r.n.Journal, custody.Room, w.Order, w.Command); err != nil {
			return err
		}
	}
	return nil
}

// barred wants back what somebody holds for trips on which they may not go any more.
func (r *officeRules) barred(ctx context.Context, e journal.Event) error {
	all, err := custody.Of(ctx, r.n.Store, e.Subject.ID)
	if err != nil {
		return err
	}
	_, p, err := r.inForce(ctx, e)
	if err != nil {
		return err
	}
	for _, b := range all {
		if b.Place != custody.IsLent || b.Filing == "" {
			continue
		}
		a, _, err := journal.Load(ctx, r.n.Journal, approval.Room, b.Filing)
		if err != nil {
			return err
		}
		t, _, err := journal.Load(ctx, r.n.Journal, trip.Room, b.Filing)
		if err != nil {
			return err
		}
		not, err := person.Barred(ctx, r.n.Store, b.Person, a.Depart, a.Return)
		if err != nil {
			return err
		}
		if !not || t.Stage == trip.IsAbroad || t.Ended() || !calendar.DateOf(e.At).Before(a.Depart) {
			continue
		}
		w := trip.RecallingOf(e, b, a.Depart, p.PassportReturnDays)
		if err := follow(ctx, r.n.Journal, custody.Room, w.Order, w.Command); err != nil {
			return err
		}
	}
	return nil
}

// served closes at the window what the capture station has done; of who was
// captured without having checked in it notes the visit.
func (r *officeRules) served(ctx context.Context, e journal.Event) error {
	b, is := e.Body.(passport.Captured)
	if !is {
		return nil
	}
	visits, err := hall.VisitsOf(ctx, r.n.Store, b.Filing)
	if err != nil {
		return err
	}
	along, err := r.along(ctx, b, calendar.DateOf(e.At))
	if err != nil {
		return err
	}
	visits = append(visits, along...)
	var wishes []hall.VisitWish
	for _, v := range visits {
		if b.Booking == "" || v.ID == b.Booking {
			wishes = append(wishes, hall.Served(e, v)...)
		}
	}
	if len(wishes) == 0 {
		a, _, err := journal.Load(ctx, r.n.Journal, approval.Room, b.Filing)
		if err != nil {
			return err
		}
		wishes = hall.Came(e, a.Unit, visits)
	}
	for _, w := range wishes {
		if err := follow(ctx, r.n.Journal, hall.Attendances, w.Order, w.Command); err != nil {
			return err
		}
	}
	return nil
}

// along are the visits of other cases on the day of a capture at which the same person was
// to be captured: the booklet goes with those cases too, and one of them was quicker to book.
// The person stands in them as in the case that has the booklet made.
func (r *officeRules) along(ctx context.Context, b passport.Captured, on calendar.Date) ([]hall.Visit, error) {
	all, err := hall.VisitsOn(ctx, r.n.Store, on)
	if err != nil {
		return nil, err
	}
	ids, err := person.Also(ctx, r.n.Store, b.Person)
	if err != nil {
		return nil, err
	}
	var out []hall.Visit
	for _, v := range all {
		theirs := false
		for i, a := range v.Acts {
			if slices.Contains(ids, a.Person) {
				v.Acts[i].Person = b.Person
				theirs = theirs || a.Kind.AtStation()
			}
		}
		if theirs && v.Filing != b.Filing {
			out = append(out, v)
		}
	}
	return out, nil
}

// endings puts a case that ends without a trip into the archive, and lets a
// withdrawal that crossed the decision have its way.
func (r *officeRules) endings(ctx context.Context, e journal.Event) error {
	if _, issued := e.Body.(approval.DocumentIssued); issued {
		f, _, err := journal.Load(ctx, r.n.Journal, filing.Room, e.Subject.ID)
		if err != nil {
			return err
		}
		return r.wish(ctx, approval.Crossing(e, f))
	}
	id := trip.Ends(e)
	if id == "" {
		return nil
	}
	a, _, err := journal.Load(ctx, r.n.Journal, approval.Room, id)
	if err != nil {
		return err
	}
	t, _, err := journal.Load(ctx, r.n.Journal, trip.Room, id)
	if err != nil {
		return err
	}
	out, err := custody.OutFor(ctx, r.n.Store, id)
	if err != nil {
		return err
	}
	return r.wish(ctx, trip.Ending(e, a, t, out))
}

func (r *officeRules) wish(ctx context.Context, ws []approval.Wish) error {
	for _, w := range ws {
		if err := follow(ctx, r.n.Journal, approval.Room, w.Order, w.Command); err != nil {
			return err
		}
	}
	return nil
}

// follow gives a command that follows by rule. One that the subject's state no
// longer allows is overtaken by what people did since, and is no failure;
// anything else is tried again.
func follow[S any](ctx context.Context, j *journal.Journal, room journal.Subject[S], o journal.Order, cmd journal.Command[S]) error {
	_, err := journal.Do(ctx, j, room, o, cmd)
	if fault.Overtaken(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("following %s to %s %s: %w", o.Cause, room.Kind, o.Subject, err)
	}
	return nil
}
