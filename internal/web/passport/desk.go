package passport

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"yitang/internal/access"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/hall"
	room "yitang/internal/passport"
	"yitang/internal/visit"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// deskView is the day: who comes, what waits for somebody here, what is late.
type deskView struct {
	Head  ui.Head
	Came  string // 已采集 3，在等 2
	Today ui.Table
	Works ui.Tasks
	Lost  ui.Tasks
	Late  ui.Table
}

// coming is one person who comes to be captured today.
type coming struct {
	At      hall.Clock
	Number  string
	Filing  string
	Person  string
	Here    bool
	Missed  bool
	Booking string
}

// expected lists those who come today, by their hour: as the hall's bookings
// tell, and those who were noted at the window without one.
func (p *Pages) expected(ctx context.Context) ([]coming, error) {
	today, store := p.Journal.Today(), p.Journal.Store
	halls, err := hall.AllPlans(ctx, store)
	if err != nil {
		return nil, err
	}
	var out []coming
	booked := map[string]bool{}
	add := func(kind visit.Kind, c coming) {
		if kind == visit.Capture || kind == visit.Recapture {
			out = append(out, c)
		}
	}
	for _, h := range halls {
		list, err := hall.DayList(ctx, store, h.ID, today)
		if err != nil {
			return nil, err
		}
		for _, b := range list {
			booked[b.ID] = true
			for _, a := range b.Acts {
				add(a.Kind, coming{At: b.Slot, Number: b.Number, Filing: b.Filing, Person: a.Person, Booking: b.ID,
					Here: b.State == hall.HasArrived || b.State == hall.HasLeft, Missed: b.State == hall.WasMissed || b.State == hall.IsCancelled})
			}
		}
	}
	visits, err := hall.VisitsOn(ctx, store, today)
	if err != nil {
		return nil, err
	}
	for _, v := range visits {
		if booked[v.ID] || booked[v.Booking] {
			continue
		}
		for _, a := range v.Acts {
			add(a.Kind, coming{At: hall.At(ui.Local(v.Came).Hour(), ui.Local(v.Came).Minute()), Number: v.Number, Filing: v.Filing, Person: a.Person, Booking: v.ID, Here: true})
		}
	}
	out = slices.DeleteFunc(out, func(c coming) bool { return c.Missed })
	slices.SortStableFunc(out, func(a, b coming) int { return cmp.Compare(a.At, b.At) })
	return out, nil
}

// theirs is the order for which somebody comes on account of a case: the one that
// waits for them, else the last passport of theirs. A lost one is made again on an
// order of its own. Who comes on account of a case that goes with another one's booklet is
// captured for that.
func (p *Pages) theirs(ctx context.Context, filing, person string) (string, error) {
	all, err := room.OfFiling(ctx, p.Journal.Store, filing)
	last := room.OrderID(filing, person)
	for _, o := range all {
		switch {
		case o.Person != person || o.Type == dossier.HKMacauPermit:
		case o.Waits():
			return o.ID, err
		default:
			last = o.ID
		}
	}
	if err != nil || slices.ContainsFunc(all, func(o room.Row) bool { return o.ID == last }) {
		return last, err
	}
	theirs, err := room.OfPerson(ctx, p.Journal.Store, person)
	for _, o := range theirs {
		if o.Waits() {
			return o.ID, err
		}
	}
	return last, err
}

// short is the number that is called out, without its day.
func short(number string) string {
	if _, rest, ok := strings.Cut(number, "-"); ok {
		return rest
	}
	return number
}

func (p *Pages) getDesk(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	v := deskView{}
	err := p.day(ctx, web.Who(r), &v)
	if err == nil {
		err = p.waiting(ctx, web.Who(r), &v)
	}
	if err == nil {
		v.Lost, err = p.losses(ctx)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Main: "wrap stack desk"}, deskPage(v))
}

// day fills in who comes.
func (p *Pages) day(ctx context.Context, who access.Who, v *deskView) error {
	list, err := p.expected(ctx)
	if err != nil {
		return err
	}
	done, here := 0, 0
	v.Today = ui.Table{Caption: ui.T(ctx, "making.desk.list"), Keys: true, Groups: []ui.Group{{}}, Empty: ui.Empty{Text: ui.T(ctx, "making.desk.nobody")},
		Columns: []ui.Column{{Text: ui.T(ctx, "making.col.time")}, {Text: ui.T(ctx, "making.col.person")}, {Text: ui.T(ctx, "making.col.stage")}}}
	for _, c := range list {
		id, err := p.theirs(ctx, c.Filing, c.Person)
		if err != nil {
			return err
		}
		o, _, err := p.order(ctx, id)
		row := ui.Row{Cells: []ui.Cell{{Show: called(ui.Clock(c.At.On(p.Journal.Today())), short(c.Number))}, {Text: ui.T(ctx, "making.desk.unheard"), Head: true}, {Tag: ui.Tag{State: ui.Wait, Word: ui.T(ctx, "making.desk.no_order"), Long: true}}}}
		switch {
		case fault.IsNotFound(err): // the office's wish for a booklet hasn't come yet
		case err != nil:
			return err
		default:
			row.Cells[1] = ui.Cell{Text: nameOf(o.Identity), URL: orderURL(id), Head: true, Sub: beside(ctx, o.Identity)}
			row.Cells[2].Tag = stageTag(ctx, o.Stage, o.Why)
			if o.Stage == room.IsOrdered {
				if who.May(access.CapturePerson) {
					row.Cells[1].URL = captureURL(id)
				}
				if c.Here {
					here++
					row.Cells[2].Tag = ui.Tag{State: ui.Warn, Word: ui.T(ctx, "making.is_here")}
				} else {
					row.Cells[2].Tag = ui.Tag{State: ui.Wait, Word: ui.T(ctx, "making.not_here")}
				}
			} else {
				done++
			}
		}
		v.Today.Groups[0].Rows = append(v.Today.Groups[0].Rows, row)
	}
	v.Head = ui.Head{Title: ui.T(ctx, "making.desk.title", "Count", len(list)), Lead: ui.T(ctx, "making.desk.lead", "Day", p.Journal.Today(), "Weekday", ui.Weekday(ctx, p.Journal.Today()))}
	v.Came = ui.T(ctx, "making.desk.came", "Done", done, "Here", here)
	return nil
}

// waiting fills in what waits for somebody here, and what is late.
func (p *Pages) waiting(ctx context.Context, who access.Who, v *deskView) error {
	counts, err := room.Counts(ctx, p.Journal.Store)
	if err != nil {
		return err
	}
	// ui:keys making.work.*
	for _, s := range []room.Stage{room.IsOrdered, room.IsCaptured, room.IsMade, room.IsChecked} {
		t := ui.Task{Name: ui.T(ctx, "making.work."+string(s)), Note: ui.T(ctx, "making.work."+string(s)+".note"), URL: "/orders?show=" + string(s), State: ui.Tag{State: ui.Info, Word: ui.T(ctx, "making.people", "Count", counts[s])}}
		if counts[s] == 0 {
			t.State, t.Status = ui.Tag{}, ui.T(ctx, "making.work.none")
		}
		v.Works = append(v.Works, t)
	}
	if who.May(access.KeepStock) {
		balances, err := room.Balances(ctx, p.Journal.Store)
		if err != nil {
			return err
		}
		left := 0
		var out []string
		for _, t := range room.Types() {
			left += balances[t].Remaining
			if balances[t].Remaining == 0 {
				out = append(out, typeName(ctx, t))
			}
		}
		t := ui.Task{Name: ui.T(ctx, "making.work.stock"), Note: ui.T(ctx, "making.work.stock.note"), URL: "/stock", Status: ui.T(ctx, "making.blanks", "Count", left)}
		if len(out) > 0 {
			// What is gone, and how many of the others are left, are two sentences.
			t.Note = ui.T(ctx, "making.work.stock.out", "Types", ui.List(ctx, out))
			if left > 0 {
				t.Note = ui.T(ctx, "making.work.stock.some", "Types", ui.List(ctx, out), "Count", left)
			}
			t.State, t.Status = ui.Tag{State: ui.Warn, Word: ui.T(ctx, "making.work.stock.receive")}, ""
		}
		v.Works = append(v.Works, t)
	}
	late, more, err := room.Find(ctx, p.Journal.Store, room.Filter{Stages: open, Before: p.Journal.Today()}, nil)
	if err != nil {
		return err
	}
	const shown = 8
	n := len(late)
	if n > shown {
		late, more = late[:shown], true
	}
	if v.Late, err = p.table(ctx, late, ui.T(ctx, "making.desk.none_late")); err != nil {
		return err
	}
	if more {
		total, err := room.Late(ctx, p.Journal.Store, p.Journal.Today())
		if err != nil {
			return err
		}
		v.Late.Groups[0].More = ui.Link{Text: ui.T(ctx, "making.desk.all_late", "Count", total), URL: "/orders?show=late"}
	}
	return nil
}
