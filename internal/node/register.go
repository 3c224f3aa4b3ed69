package node

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/config"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/pack"
	"yitang/internal/unit"
)

// register brings the register of units and the hall's plan to what the pack in
// force says, once for each time that a version begins: what people change
// afterwards stays until another begins. Nothing is ever taken off. What was so
// already is put in force too, or somebody's first change of it would seem to be
// what the pack hasn't yet brought.
func (n *Office) register(ctx context.Context) error {
	begin, begun, err := n.begun(ctx)
	if err != nil || !begun {
		return err
	}
	set, err := n.Packs.At(ctx, n.Journal.Now())
	if err != nil {
		return err
	}
	changes, err := n.changes(ctx, set)
	if err != nil {
		return err
	}
	key := fmt.Sprintf("pack:%d:%d:", begin.Number, begin.At.UnixMicro())
	var all error // what can't be done keeps nothing else from it
	for _, c := range changes {
		if err := c.do(ctx, key); err != nil {
			all = errors.Join(all, fmt.Errorf("putting version %d of the configuration into effect: %s: %w", begin.Number, c.says.En, err))
		}
	}
	return all
}

// begun is the version in force, with the time when its day was said.
func (n *Office) begun(ctx context.Context) (config.Begin, bool, error) {
	all, err := config.Begins(ctx, n.Store)
	if err != nil {
		return config.Begin{}, false, err
	}
	today := n.Journal.Today()
	var last config.Begin
	for _, b := range all {
		if b.Back.IsZero() && !b.On.After(today) && !b.On.Before(last.On) {
			last = b
		}
	}
	return last, last.Number > 0, nil
}

// change is one thing of which a pack speaks.
type change struct {
	says fault.Text // empty: it is so already
	do   func(ctx context.Context, key string) error
}

// settled is a command that changes nothing and is known by its key from then on.
type settled[S any] struct{}

// Decide finds nothing to do.
func (settled[S]) Decide(S, journal.Moment) ([]journal.Event, error) { return nil, nil }

// changes compares a pack with the register and the hall as they are.
func (n *Office) changes(ctx context.Context, set *pack.Set) ([]change, error) {
	var out []change
	known, err := unit.List(ctx, n.Store)
	if err != nil {
		return nil, err
	}
	for _, u := range set.Units {
		i := slices.IndexFunc(known, func(k unit.Unit) bool { return k.USCC == dossier.FoldCode(u.USCC) })
		if i < 0 {
			out = append(out, n.opens(u))
		} else {
			out = append(out, n.updates(known[i], u)...)
		}
	}
	others, err := n.unnamed(ctx, set)
	if err != nil {
		return nil, err
	}
	for _, h := range set.Halls {
		id := cmp.Or(h.ID, hall.Main)
		now, planned, err := hall.PlanOf(ctx, n.Store, id)
		if err != nil {
			return nil, err
		}
		if !planned {
			now = hall.Plan{ID: id}
		}
		out = append(out, n.plans(now, h, others))
	}
	return out, nil
}

// unnamed are the halls that are planned and of which a pack says nothing: the office
// opened them itself.
func (n *Office) unnamed(ctx context.Context, set *pack.Set) ([]hall.Plan, error) {
	all, err := hall.AllPlans(ctx, n.Store)
	return slices.DeleteFunc(all, func(p hall.Plan) bool {
		return slices.ContainsFunc(set.Halls, func(h pack.Hall) bool { return cmp.Or(h.ID, hall.Main) == p.ID })
	}), err
}

// takenWindows are windows of a pack's halls that are called as one of a hall which the
// office opened itself is: a booking's number, and whoever looks it up, tell them apart
// by that alone.
func (n *Office) takenWindows(ctx context.Context, set *pack.Set) (pack.Mistakes, error) {
	others, err := n.unnamed(ctx, set)
	var out pack.Mistakes
	for _, h := range set.Halls {
		for _, w := range h.Windows {
			for _, o := range others {
				if _, taken := o.Window(w.ID); taken {
					out = append(out, pack.Mistake{File: "hall.yaml", Key: "windows", Text: fault.Text{
						Zh: "窗口“" + w.ID + "”的编号，" + o.Name + "已在用，请换一个", En: fmt.Sprintf("window %s: %s, a hall that this office opened, has a window of that id; give it another", w.ID, cmp.Or(o.NameEn, o.Name))}})
				}
			}
		}
	}
	return out, err
}

// Brings says what would change on the register and in the hall if a pack began
// now.
func (n *Office) Brings(ctx context.Context, set *pack.Set) ([]fault.Text, error) {
	changes, err := n.changes(ctx, set)
	var out []fault.Text
	for _, c := range changes {
		if c.says != (fault.Text{}) {
			out = append(out, c.says)
		}
	}
	return out, err
}

func (n *Office) opens(u pack.Unit) change {
	return change{says: fault.Text{Zh: "新增单位：" + u.Called().Zh, En: "a unit is added: " + u.Called().Zh}, do: func(ctx context.Context, key string) error {
		ans, err := journal.Do(ctx, n.Journal, unit.Room, journal.Order{Subject: n.Journal.NewID(), Key: key + u.USCC}, journal.Command[unit.Unit](unit.Open{Name: u.Called().Zh, NameEn: u.Called().En,
			USCC: u.USCC, Type: u.Type, Address: u.Address, LeaveFromRank: u.Leave}))
		if err != nil || u.Until.IsZero() {
			return err
		}
		return n.confirms(ctx, ans.Subject.ID, key, u)
	}}
}

func (n *Office) confirms(ctx context.Context, id, key string, u pack.Unit) error {
	_, err := journal.Do(ctx, n.Journal, unit.Room, journal.Order{Subject: id, Key: key + u.USCC + ":officer"}, journal.Command[unit.Unit](unit.ConfirmOfficer{ValidUntil: u.Until, Signatory: u.Signatory}))
	return err
}

// updates is what a pack says of a unit on the register. What it leaves open
// stays.
func (n *Office) updates(is unit.Unit, u pack.Unit) []change {
	var out []change
	cmd := unit.Change{Name: dossier.FoldText(u.Called().Zh), NameEn: dossier.FoldText(u.Called().En), Type: u.Type, Address: u.Address, LeaveFromRank: u.Leave}
	if cmd.NameEn == "" {
		cmd.NameEn = is.NameEn
	}
	if cmd.Address == "" {
		cmd.Address = is.Address
	}
	if cmd.LeaveFromRank == "" {
		cmd.LeaveFromRank = is.LeaveFromRank
	}
	var zh, en []string
	for _, f := range []struct{ zh, en, was, will string }{
		{"名称", "name", is.Name, cmd.Name}, {"英文名称", "English name", is.NameEn, cmd.NameEn}, {"类型", "type", string(is.Type), string(cmd.Type)}, {"地址", "address", is.Address, cmd.Address}, {"须请假的职级", "rank from which leave is needed", string(is.LeaveFromRank), string(cmd.LeaveFromRank)},
	} {
		if f.was != f.will {
			zh, en = append(zh, fmt.Sprintf("%s由“%s”改为“%s”", f.zh, f.was, f.will)), append(en, fmt.Sprintf("%s from %q to %q", f.en, f.was, f.will))
		}
	}
	of := change{do: func(ctx context.Context, key string) error {
		_, err := journal.Do(ctx, n.Journal, unit.Room, journal.Order{Subject: is.ID, Key: key + u.USCC}, journal.Command[unit.Unit](cmd))
		return err
	}}
	if len(zh) > 0 {
		of.says = fault.Text{Zh: is.Name + "：" + strings.Join(zh, "，"), En: is.Name + ": " + strings.Join(en, ", ")}
	}
	out = append(out, of)
	if u.Signatory == "" {
		u.Signatory = is.Signatory
	}
	switch {
	case u.Until.IsZero():
	case u.Until == is.Officer && u.Signatory == is.Signatory:
		out = append(out, change{do: func(ctx context.Context, key string) error {
			_, err := journal.Do(ctx, n.Journal, unit.Room, journal.Order{Subject: is.ID, Key: key + u.USCC + ":officer"}, journal.Command[unit.Unit](settled[unit.Unit]{}))
			return err
		}})
	default:
		out = append(out, change{says: fault.Text{Zh: fmt.Sprintf("%s：专管员备案至%s，签批人%s", is.Name, u.Until, u.Signatory), En: fmt.Sprintf("%s: liaison officer confirmed until %s, signatory %s", is.Name, u.Until, u.Signatory)},
			do: func(ctx context.Context, key string) error { return n.confirms(ctx, is.ID, key, u) }})
	}
	return out
}

// plans is the hall's plan of a pack.
func (n *Office) plans(now hall.Plan, h pack.Hall, others []hall.Plan) change {
	p, of := HallOf(h, now), "hall"+h.ID
	if now.Name != "" && reflect.DeepEqual(p, now.Planned()) {
		return change{do: func(ctx context.Context, key string) error {
			_, err := journal.Do(ctx, n.Journal, hall.Plans, journal.Order{Subject: now.ID, Key: key + of}, journal.Command[hall.Plan](settled[hall.Plan]{}))
			return err
		}}
	}
	places := 0
	for _, w := range p.Windows {
		places += w.Places
	}
	hours := fault.Text{Zh: strings.Join(h.Open, "、"), En: strings.Join(h.Open, ", ")}
	for _, d := range h.Weekly() {
		zh, en := strings.Join(d.Open, "、"), " "+strings.Join(d.Open, ", ")
		if len(d.Open) == 0 {
			zh, en = "不开", " closed"
		}
		hours.Zh += "，星期" + string([]rune("日一二三四五六")[d.Day]) + zh
		hours.En += ", " + d.Day.String() + en
	}
	return change{
		says: fault.Text{Zh: fmt.Sprintf("大厅按配置包开放：%s，%d个窗口、每时段%d人，%s，每%d分钟一个时段；已有的预约不变", p.Name, len(p.Windows), places, hours.Zh, p.Minutes),
			En: fmt.Sprintf("the hall is opened as the pack says: %s, %d windows for %d people a slot, %s, slots of %d minutes; bookings stay", p.NameEn, len(p.Windows), places, hours.En, p.Minutes)},
		do: func(ctx context.Context, key string) error {
			_, err := journal.Do(ctx, n.Journal, hall.Plans, journal.Order{Subject: now.ID, Key: key + of}, journal.Command[hall.Plan](hall.SetPlan{Planned: p, Others: others}))
			return err
		},
	}
}

// HallOf is a pack's hall as a plan. Since when it receives people, and on which
// days it is closed or has hours of its own, is as it was; so are the limits of a day of
// which the pack says nothing.
func HallOf(h pack.Hall, now hall.Plan) hall.Planned {
	p := hall.Planned{Name: h.Called().Zh, NameEn: h.Called().En, Place: h.At().Zh, PlaceEn: h.At().En, Minutes: h.Minutes, Lead: calendar.Workdays(h.Lead), Horizon: h.Horizon, Closed: now.Closed, From: now.From, Phone: h.Phone, Locker: h.LockerAt().Zh, LockerEn: h.LockerAt().En,
		Offer: cmp.Or(h.Offer, hall.OfferMinutes), Elder: cmp.Or(h.Elder, hall.ElderYears), Spot: cmp.Or(h.Spot, now.Spot),
		Special: now.Special, UnitDay: now.UnitDay, PersonDay: now.PersonDay, Each: now.Each, Week: now.Week}
	if h.UnitDay != nil {
		p.UnitDay = *h.UnitDay
	}
	if h.PersonDay != nil {
		p.PersonDay = *h.PersonDay
	}
	if h.Each != nil {
		p.Each = *h.Each
	}
	p.Open = spansOf(h.Open)
	if h.Week != nil {
		p.Week = nil
		for _, d := range h.Weekly() {
			p.Week = append(p.Week, hall.WeekdayHours{Day: d.Day, Open: spansOf(d.Open)})
		}
	}
	for _, w := range h.Windows {
		p.Windows = append(p.Windows, hall.Window{ID: w.ID, Counters: w.Serves(), Name: w.Called().Zh, NameEn: w.Called().En, Places: w.Places, Kept: w.Kept, Open: spansOf(w.Open)})
	}
	return p
}

// spansOf reads hours that the pack's check has seen.
func spansOf(open []string) []hall.Span {
	var out []hall.Span
	for _, o := range open {
		from, to, _ := strings.Cut(o, "-")
		var s hall.Span
		s.From, _ = hall.ParseClock(from)
		s.To, _ = hall.ParseClock(to)
		out = append(out, s)
	}
	return out
}
