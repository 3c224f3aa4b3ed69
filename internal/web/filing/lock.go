package filing

import (
	"context"
	"slices"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	room "yitang/internal/filing"
	"yitang/internal/precheck"
	"yitang/internal/trip"
	"yitang/internal/unit"
	"yitang/internal/web/ui"
)

// Lock is what keeps a unit from handing in anything at all, whatever its cases
// say: booklets that are overdue, a suspension, a liaison officer who is no
// longer confirmed. Nobody should learn of it after an hour of typing.
type Lock struct {
	Why   []precheck.Finding
	Late  []custody.Row // the booklets that are overdue
	Order string        // the office's words when it suspended the unit
}

// Locked asks the pre-check's own rules what they say of a unit, before there
// is a case. Nothing: the unit may apply.
func (w *Work) Locked(ctx context.Context, id string) (Lock, error) {
	u, owed, err := w.unitNow(ctx, id)
	if err != nil {
		return Lock{}, err
	}
	l := Lock{Order: u.Why}
	for _, x := range w.Pack().Checks.Check(dossier.Case{Unit: owing(u, owed)}, precheck.Draft, w.Journal.Today(), precheck.OverdueFor(custody.Longest(owed.Late, w.Journal.Today()))).List {
		if x.Severity != precheck.Block || x.Missing || !ofUnit(x.Field) {
			continue
		}
		l.Why = append(l.Why, x)
		if x.Field == "unit.overdueBooklets" {
			l.Late = owed.Late
		}
	}
	return l, nil
}

// ofUnit tells whether a field is the unit's own, which no case of it can mend.
func ofUnit(path string) bool { return strings.HasPrefix(path, "unit.") }

// debts is what a unit owes from earlier trips.
type debts struct {
	Late    []custody.Row // booklets that are overdue
	Reports int           // reports that are
}

// unitNow is a unit as it stands, with what it owes.
func (w *Work) unitNow(ctx context.Context, id string) (unit.Unit, debts, error) {
	var o debts
	u, err := unit.One(ctx, w.Journal.Store, id)
	if err != nil && !fault.IsNotFound(err) {
		return u, o, err
	}
	if o.Late, err = custody.OverdueOf(ctx, w.Journal.Store, id, w.Journal.Today()); err != nil {
		return u, o, err
	}
	o.Reports, err = trip.ReportsLate(ctx, w.Journal.Store, id, w.Journal.Today())
	return u, o, err
}

// UnitName is what the register calls a unit; "" for one that isn't in it.
func (w *Work) UnitName(ctx context.Context, id string) (string, error) {
	u, err := unit.One(ctx, w.Journal.Store, id)
	if err != nil && !fault.IsNotFound(err) {
		return "", err
	}
	return u.Name, nil
}

// owing is a unit as the pre-check sees it.
func owing(u unit.Unit, o debts) dossier.Unit {
	out := u.Dossier()
	out.OverdueBooklets, out.OverdueReports = len(o.Late), o.Reports
	return out
}

// lockView says why nothing can be handed in, who owes what, and what opens it.
type lockView struct {
	Why  ui.FindList
	Late []lateTrip
	Desk ui.Facts // where they are handed in
}

// lateTrip is the booklets of one trip that are overdue since one day.
type lateTrip struct {
	Trip ui.Link
	Tag  ui.Tag
	Owed []lateBooklet
	due  calendar.Date
}

type lateBooklet struct{ Who, What string }

func (p *Pages) locked(ctx context.Context, unit string) (lockView, error) {
	l, err := p.Work.Locked(ctx, unit)
	if err != nil {
		return lockView{}, err
	}
	var v lockView
	for _, x := range l.Why {
		f := ui.FromFault(ctx, x.Fault(), ui.Stop)
		f.Word = ui.T(ctx, "cases.lock.word")
		if l.Order != "" && x.Field == "unit.status" {
			f.Fact = l.Order
		}
		v.Why = append(v.Why, f)
	}
	if len(l.Late) > 0 {
		if v.Desk, err = p.Progress.Desk(ctx); err != nil {
			return v, err
		}
	}
	for _, b := range l.Late {
		t, err := p.lateTrip(ctx, b)
		if err != nil {
			return v, err
		}
		i := slices.IndexFunc(v.Late, func(x lateTrip) bool { return x.Trip == t.Trip && x.due == t.due })
		if i < 0 {
			i, v.Late = len(v.Late), append(v.Late, t)
		}
		v.Late[i].Owed = append(v.Late[i].Owed, lateBooklet{Who: p.Progress.Name(ctx, b.Person),
			What: ui.T(ctx, "cases.lock.booklet", "Type", ui.T(ctx, "word.passportType."+b.Type), "Tail", b.Tail)})
	}
	return v, nil
}

func (p *Pages) lateTrip(ctx context.Context, b custody.Row) (lateTrip, error) {
	t := lateTrip{due: b.Due, Tag: ui.Tag{State: ui.Stop, Word: ui.T(ctx, "cases.lock.late", "Day", ui.MonthDay(ctx, b.Due), "Count", b.DaysLate(p.Work.Journal.Today()))}}
	e, err := room.One(ctx, p.Work.Journal.Store, b.Filing)
	if fault.IsNotFound(err) {
		return t, nil
	}
	t.Trip = ui.Link{Text: e.Title, URL: caseURL(e.ID) + "/after"}
	return t, err
}
