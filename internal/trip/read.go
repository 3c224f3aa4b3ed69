package trip

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	application "yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/passport"
	"yitang/internal/person"
	"yitang/internal/precheck"
	"yitang/internal/store"
	"yitang/internal/visa"
)

// Row is one trip as lists show it.
type Row struct {
	Filing string
	Trip
}

const rowColumns = `filing, unit, stage, members, depart, return_, departed, home, booklets_due, report_due, report, notice_due, notice`

func rows(ctx context.Context, r store.Reader, query string, args ...any) ([]Row, error) {
	rs, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("reading trips: %w", err)
	}
	defer rs.Close()
	var out []Row
	for rs.Next() {
		var w Row
		var members, depart, ret, departed, home, booklets, report, noticeDue string
		if err := rs.Scan(&w.Filing, &w.Unit, &w.Stage, &members, &depart, &ret, &departed, &home, &booklets, &report, &w.Report, &noticeDue, &w.Notice); err != nil {
			return nil, err
		}
		w.Members = strings.Fields(members)
		for _, d := range []struct {
			text string
			to   *calendar.Date
		}{{depart, &w.Depart}, {ret, &w.Return}, {departed, &w.Departed}, {home, &w.Home}, {booklets, &w.BookletsDue}, {report, &w.ReportDue}, {noticeDue, &w.NoticeDue}} {
			if err := d.to.UnmarshalText([]byte(d.text)); err != nil {
				return nil, err
			}
		}
		out = append(out, w)
	}
	return out, rs.Err()
}

// One reads one trip.
func One(ctx context.Context, r store.Reader, filing string) (Row, bool, error) {
	out, err := rows(ctx, r, `SELECT `+rowColumns+` FROM trip WHERE filing = $1`, filing)
	if err != nil || len(out) == 0 {
		return Row{}, false, err
	}
	return out[0], true, nil
}

// index trip_by_stage (stage, depart, filing)
const inStage = `SELECT ` + rowColumns + `
FROM trip
WHERE stage = $1 AND (depart, filing) > ($2, $3)
ORDER BY depart, filing
LIMIT $4`

// InStage lists trips, the earliest departure first, after a row.
func InStage(ctx context.Context, r store.Reader, s Stage, afterDepart, afterFiling string, limit int) ([]Row, error) {
	return rows(ctx, r, inStage, string(s), afterDepart, afterFiling, limit)
}

// index trip_by_stage (stage, depart, filing)
const calledOff = `SELECT filing
FROM trip
WHERE stage IN ('not_departed', 'closed') AND departed = '' AND depart BETWEEN $1 AND $2`

// CalledOff tells which of the trips of some days don't take place.
func CalledOff(ctx context.Context, r store.Reader, from, to calendar.Date) (map[string]bool, error) {
	rs, err := r.Query(ctx, calledOff, from.String(), to.String())
	if err != nil {
		return nil, fmt.Errorf("looking for trips that were called off: %w", err)
	}
	defer rs.Close()
	out := map[string]bool{}
	for rs.Next() {
		var filing string
		if err := rs.Scan(&filing); err != nil {
			return nil, err
		}
		out[filing] = true
	}
	return out, rs.Err()
}

// index trip_by_unit (unit, stage, report_due)
const reportsLate = `SELECT COUNT(*)
FROM trip
WHERE unit = $1 AND stage = 'home' AND (report_due < $2 AND report = '' OR notice_due <> '' AND notice_due < $2 AND notice = '')`

// ReportsLate counts a unit's trips whose report or notice is overdue, a fact of the pre-check.
func ReportsLate(ctx context.Context, r store.Reader, unit string, today calendar.Date) (int, error) {
	var n int
	err := r.QueryRow(ctx, reportsLate, unit, today.String()).Scan(&n)
	return n, err
}

// ReadyOf reads what is known of a delegation: who is approved and goes, whose
// booklets are out for this trip, which visas are open. Whose visa order was given
// up stays at home, and nobody waits for them. depart and ret are the
// application's; rules compare an e-visa with the trip.
func ReadyOf(ctx context.Context, j *journal.Journal, rules *precheck.Engine, filing string, depart, ret calendar.Date) (Ready, error) {
	a, _, err := journal.Load(ctx, j, approval.Room, filing)
	if err != nil {
		return Ready{}, fmt.Errorf("reading the approval of %s: %w", filing, err)
	}
	if !a.Depart.IsZero() { // as approved, whatever was changed since the application
		depart, ret = a.Depart, a.Return
	}
	out := Ready{Unit: a.Unit, Depart: depart, Return: ret, Issued: a.Stage == approval.IsIssued && a.Document != nil && a.Kind != dossier.MultiTrip}
	booklets, err := custody.OutFor(ctx, j.Store, filing)
	if err != nil {
		return out, err
	}
	lent := map[string][]custody.Row{}
	for _, b := range booklets {
		if b.Place == custody.IsLent {
			lent[b.Person] = append(lent[b.Person], b)
		}
	}
	orders, err := visa.Of(ctx, j.Store, filing)
	if err != nil {
		return out, err
	}
	own, err := onTheirOwn(ctx, j, filing)
	if err != nil {
		return out, err
	}
	stays := map[string]bool{}
	for _, o := range orders {
		if o.Stage == visa.IsWithdrawn {
			stays[o.Person] = true
		}
	}
	waits, err := awaited(ctx, j.Store, filing, a)
	if err != nil {
		return out, err
	}
	for _, p := range a.Approved() {
		if own[p] {
			out.Members = append(out.Members, Member{Person: p, Booklet: true})
			continue
		}
		if q, asked := a.InquiryOf(p); asked {
			out.Members = append(out.Members, Member{Person: p, Booklet: q.Confirmation != nil})
			continue
		}
		ids, err := person.Also(ctx, j.Store, p) // a booklet is out, or an order given up, under any of them
		if err != nil {
			return out, err
		}
		gone := slices.ContainsFunc(ids, func(id string) bool { return stays[id] })
		var hand []custody.Row
		for _, id := range ids {
			hand = append(hand, lent[id]...)
		}
		if gone && len(hand) == 0 {
			continue
		}
		online, err := visa.NoEVisa(ctx, j, rules, orders, ids)
		if err != nil {
			return out, err
		}
		out.Members = append(out.Members, Member{Person: p, Booklet: custody.Suffice(hand, a.Countries), OpenVisas: append(visa.OpenAreas(orders, ids), online...), Awaits: waits[p]})
	}
	for i, m := range out.Members {
		if out.Members[i].Barred, err = person.Barred(ctx, j.Store, m.Person, depart, ret); err != nil {
			return out, err
		}
	}
	return out, nil
}

// awaited are those for whom something was asked on account of this case that isn't
// there yet: a booklet of a kind that the journey calls for, which is made here or
// for another case, or what a permit is endorsed with.
func awaited(ctx context.Context, r store.Reader, filing string, a approval.Approval) (map[string]bool, error) {
	out := map[string]bool{}
	passports, permits := custody.Wants(a.Countries)
	for _, key := range a.Asked {
		p := approval.PersonOf(key)
		if of := slices.Contains(approval.PermitKeys([]string{key}, p), key); of && !permits || !of && !passports {
			continue // the journey was changed, and doesn't lead there any more
		}
		id := cmp.Or(a.Shared[key], passport.OrderID(filing, key))
		o, _, err := passport.One(ctx, r, id)
		if err != nil {
			return nil, err
		}
		b, _, err := custody.One(ctx, r, id)
		if err != nil {
			return nil, err
		}
		if o.Stage != passport.IsHandedOver && o.Stage != passport.IsStopped || b.Place == custody.OnItsWay {
			out[p] = true
		}
	}
	return out, nil
}

// BookletsOut counts the booklets that are still lent for a trip.
func BookletsOut(ctx context.Context, r store.Reader, filing string) (int, error) {
	out, err := custody.OutFor(ctx, r, filing)
	n := 0
	for _, b := range out {
		if b.Place == custody.IsLent {
			n++
		}
	}
	return n, err
}

// onTheirOwn are the members of a case who travel on papers that the office has
// nothing to do with: nobody waits for a booklet of theirs.
func onTheirOwn(ctx context.Context, j *journal.Journal, id string) (map[string]bool, error) {
	f, _, err := journal.Load(ctx, j, application.Room, id)
	if err != nil {
		return nil, fmt.Errorf("reading the members of %s: %w", id, err)
	}
	out := map[string]bool{}
	for i, p := range f.Persons() {
		if i < len(f.Dossier.Members) && f.Dossier.Members[i].Foreign() {
			out[p] = true
		}
	}
	return out, nil
}

// lossesMax bounds how many losses a desk lists at once.
const lossesMax = 200

const lostColumns = `booklet, person, filing, lost_on, place, told_to, words, paper, told_by, told, back, back_say, noted, noting, found, finding`

func losts(ctx context.Context, r store.Reader, query string, args ...any) ([]Lost, error) {
	rs, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("reading losses: %w", err)
	}
	defer rs.Close()
	var out []Lost
	for rs.Next() {
		var l Lost
		var on, to string
		if err := rs.Scan(&l.Booklet, &l.Person, &l.Filing, &on, &l.Where, &to, &l.Words, &l.Paper, &l.By, &l.Told, &l.Back, &l.BackSay, &l.Noted, &l.Noting, &l.Found, &l.Finding); err != nil {
			return nil, err
		}
		if err := l.On.UnmarshalText([]byte(on)); err != nil {
			return nil, err
		}
		for _, a := range strings.Fields(to) {
			l.To = append(l.To, Authority(a))
		}
		out = append(out, l)
	}
	return out, rs.Err()
}

// LostOne is what is known of one booklet's loss; false where nobody spoke of any.
func LostOne(ctx context.Context, r store.Reader, booklet string) (Lost, bool, error) {
	out, err := losts(ctx, r, `SELECT `+lostColumns+` FROM trip_loss WHERE booklet = $1`, booklet)
	if err != nil || len(out) == 0 {
		return Lost{}, false, err
	}
	return out[0], true, nil
}

// index trip_loss_by_filing (filing, booklet)
const lostOf = `SELECT ` + lostColumns + ` FROM trip_loss WHERE filing = $1 ORDER BY booklet`

// LostOf lists what was lost on a trip, or said to be.
func LostOf(ctx context.Context, r store.Reader, filing string) ([]Lost, error) {
	return losts(ctx, r, lostOf, filing)
}

// index trip_loss_by_person (person, booklet)
const lostBy = `SELECT ` + lostColumns + ` FROM trip_loss WHERE person = $1 ORDER BY booklet`

// LostBy lists what somebody has lost, or is said to have.
func LostBy(ctx context.Context, r store.Reader, person string) ([]Lost, error) {
	return losts(ctx, r, lostBy, person)
}

// index trip_loss_by_moved (gone, moved, booklet)
const openLosses = `SELECT ` + lostColumns + `
FROM trip_loss
WHERE gone = 0 AND (moved >= $1 OR told > 0 AND back = 0 AND noted = 0)
ORDER BY moved DESC, booklet
LIMIT $2`

// Losses lists, the latest first, what was told and waits for the office, and what
// has happened with others since a day.
func Losses(ctx context.Context, r store.Reader, since calendar.Date) ([]Lost, error) {
	return losts(ctx, r, openLosses, since.Begins().UnixMicro(), lossesMax)
}
