package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"yitang/internal/access"
	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/feedback"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/material"
	"yitang/internal/requirement"
	"yitang/internal/trip"
	"yitang/internal/visa"
	"yitang/internal/web/progress"
	"yitang/internal/zone"
)

// eachVisa does something for each of a case's visa orders at a stage.
func (t *teller) eachVisa(ctx context.Context, p *Plan, at visa.Stage, do func(visa.Row) error) error {
	orders, err := visa.Of(ctx, t.zones.Office.Store, p.ID)
	return Each(orders, err, func(o visa.Row) bool { return o.Stage == at }, do)
}

func tellKit(ctx context.Context, t *teller, p *Plan, _ int) error {
	ctx = t.desk(ctx, access.Visa, p)
	return t.eachVisa(ctx, p, visa.IsPlanned, func(o visa.Row) error {
		var looked []string
		for _, it := range o.Kit {
			looked = append(looked, it.ID)
		}
		return give(ctx, t.zones.Office.Journal, visa.Room, o.ID, journal.Command[visa.Order](visa.CompleteKit{Items: looked, Papers: t.papersOf(o)}))
	})
}

// papersOf is what the officer reads from the papers of a kit that is in order.
func (t *teller) papersOf(o visa.Row) visa.Papers {
	out := visa.Papers{Note: string([]rune(t.city.Name.Zh)[:1]) + "外签字" + o.Filing[max(0, len(o.Filing)-6):] + o.Area}
	for _, it := range o.Kit {
		switch it.Key {
		case "M35":
			out.InsuredFrom, out.InsuredUntil, out.InsuredArea, out.InsuredCover = o.From.Prev(), o.To.Next(), o.Area, 300_000
		case "M36":
			out.BookedIn, out.BookedOut = o.From, o.To
		}
	}
	return out
}

// inStore is the booklet of a kind that a person takes on the trip; "" when it
// doesn't lie in the store.
func (t *teller) inStore(ctx context.Context, p *Plan, person, kind string) (string, error) {
	orders, err := visa.Of(ctx, t.zones.Office.Store, p.ID)
	if err != nil {
		return "", err
	}
	b, _, err := custody.Trip{Filing: p.ID, Type: kind, Bears: visa.Bears(orders, []string{person})}.Booklet(ctx, t.zones.Office.Store, person)
	if b.Place != custody.InStore {
		return "", err
	}
	return b.Booklet, err
}

// tellSendsVisa gives each booklet to one mission; who needs two visas has the
// second one applied for when the booklet is back.
func tellSendsVisa(ctx context.Context, t *teller, p *Plan, _ int) error {
	ctx = t.desk(ctx, access.Visa, p)
	if err := t.missionDays(ctx, p); err != nil {
		return err
	}
	batch := fmt.Sprintf("%s-%02d", t.zones.Office.Journal.Today(), int(p.ID[len(p.ID)-1])%7+1)
	return t.eachVisa(ctx, p, visa.KitIsReady, func(o visa.Row) error {
		booklet, err := t.inStore(ctx, p, o.Person, o.With)
		if err != nil {
			return err
		}
		if booklet == "" {
			return t.isAway(ctx, p, o.Person)
		}
		return give(ctx, t.zones.Office.Journal, custody.Room, o.Person, journal.Command[custody.Holder](custody.SendToMission{Booklet: booklet, Filing: p.ID, Visa: o.ID, Batch: batch}))
	})
}

// atMission does something for each visa under way for which its mission wants to
// see the traveller. Of the years before nobody asks any more.
func (t *teller) atMission(ctx context.Context, p *Plan, at visa.Stage, do func(visa.Row) error) error {
	if p.Fate.Upto == Closes {
		return nil
	}
	all, err := t.finder.Missions(ctx, p.ID)
	if err != nil {
		return err
	}
	return t.eachVisa(ctx, p, at, func(o visa.Row) error {
		if !slices.ContainsFunc(all, func(m progress.AtMission) bool { return m.Person == o.Person && m.Country == o.Apply && !m.Spared() }) {
			return nil
		}
		return do(o)
	})
}

// missionDays are told to the desk with the applications, three working days ahead.
func (t *teller) missionDays(ctx context.Context, p *Plan) error {
	j := t.zones.Office.Journal
	return t.atMission(ctx, p, visa.KitIsReady, func(o visa.Row) error {
		cmd := visa.SetMissionDay{On: j.Book().AddWorkdays(j.Today(), 3), Words: "上午九点，带护照、预约单和证件照。"}
		return give(ctx, j, visa.Room, o.ID, journal.Command[visa.Order](cmd))
	})
}

// isAway is an error unless a booklet is with another mission for this trip.
func (t *teller) isAway(ctx context.Context, p *Plan, person string) error {
	out, err := custody.OutFor(ctx, t.zones.Office.Store, p.ID)
	if err != nil {
		return err
	}
	for _, b := range out {
		if b.Person == person {
			return nil
		}
	}
	return fmt.Errorf("no booklet of %s lies in the store", t.city.People[p.memberOf(t, person)].Facts.Name())
}

// tellGetsVisa records what the mission says. Who is refused stays at home: the
// other orders of that member are given up, unless the desk is still thinking.
func tellGetsVisa(ctx context.Context, t *teller, p *Plan, _ int) error {
	ctx = t.desk(ctx, access.Visa, p)
	j := t.zones.Office.Journal
	unwanted := map[string]bool{}
	for _, m := range p.Fate.NoVisa {
		unwanted[t.city.People[p.Members[m]].ID] = true
	}
	err := t.atMission(ctx, p, visa.IsSent, func(o visa.Row) error {
		if o.Mission.Day.IsZero() || o.Mission.Day.After(j.Today()) {
			return nil
		}
		return give(ctx, j, visa.Room, o.ID, journal.Command[visa.Order](visa.SeeMission{On: o.Mission.Day}))
	})
	if err != nil {
		return err
	}
	err = t.eachVisa(ctx, p, visa.IsSent, func(o visa.Row) error {
		b, _, err := custody.One(ctx, t.zones.Office.Store, o.Booklet)
		if err != nil {
			return err
		}
		cmd := journal.Command[visa.Order](visa.Grant{Printed: visa.Printed{From: o.From.AddDays(-3), Until: o.To.AddDays(20), Entries: 1, Days: o.Days + 5, Name: b.LatinName, Tail: b.Tail}})
		if unwanted[o.Person] {
			cmd = visa.Refuse{Reason: "使领馆未说明原因。"}
		}
		return give(ctx, j, visa.Room, o.ID, cmd)
	})
	if err != nil || p.Fate.Upto == GetsVisa {
		return err
	}
	orders, err := visa.Of(ctx, t.zones.Office.Store, p.ID)
	if err != nil {
		return err
	}
	for _, o := range orders {
		if unwanted[o.Person] && (o.Stage == visa.IsRefused || o.Stage.Open()) {
			if err := give(ctx, j, visa.Room, o.ID, journal.Command[visa.Order](visa.Withdraw{Reason: "拒签，该团员不再出行。"})); err != nil {
				return err
			}
		}
	}
	return nil
}

func tellChecksVisa(ctx context.Context, t *teller, p *Plan, _ int) error {
	ctx = t.second(ctx, access.Visa, p)
	return t.eachVisa(ctx, p, visa.IsGranted, func(o visa.Row) error {
		return give(ctx, t.zones.Office.Journal, visa.Room, o.ID, journal.Command[visa.Order](visa.Check{}))
	})
}

func (t *teller) parameters() requirement.Parameters {
	return t.zones.Internet.Packs.Now().Needs(t.zones.Internet.Journal.Today())
}

// tellLends gives the booklets out by courier, to everybody who goes.
func tellLends(ctx context.Context, t *teller, p *Plan, _ int) error {
	ctx = t.desk(ctx, access.Custodian, p)
	office := t.zones.Office
	a, _, err := journal.Load(ctx, office.Journal, approval.Room, p.ID)
	if err != nil {
		return err
	}
	if a.Document == nil {
		return fmt.Errorf("the case has no approval document at stage %q", a.Stage)
	}
	orders, err := visa.Of(ctx, office.Store, p.ID)
	if err != nil {
		return err
	}
	home := map[string]bool{}
	for _, o := range orders {
		home[o.Person] = home[o.Person] || o.Stage == visa.IsWithdrawn
	}
	for _, person := range a.Approved() {
		if home[person] {
			continue
		}
		who := t.city.People[p.memberOf(t, person)]
		kind := t.city.entitled(t.city.Units[p.Unit], who.Facts.Rank)
		if p.Case.Trip.Kind == dossier.HKMacau {
			kind = dossier.HKMacauPermit
		}
		booklet, err := t.inStore(ctx, p, person, string(kind))
		if err != nil {
			return err
		}
		if booklet == "" {
			return fmt.Errorf("no booklet of %s (%s) lies in the store", who.Facts.Name(), kind)
		}
		cmd := custody.Lend{Booklet: booklet, Filing: p.ID, Unit: a.Unit, Approval: a.Document.Number, Return: p.Case.Trip.Return,
			ReturnDays: t.parameters().PassportReturnDays, OpenVisas: visa.OpenAreas(orders, []string{person}), By: custody.Courier}
		if err := give(ctx, office.Journal, custody.Room, person, journal.Command[custody.Holder](cmd)); err != nil {
			return err
		}
	}
	return nil
}

func (t *teller) ofTrip(ctx context.Context, p *Plan, cmd journal.Command[trip.Trip]) error {
	return give(t.ofUnit(ctx, access.Liaison, p.Officer), t.zones.Internet.Journal, trip.Room, p.ID, cmd)
}

func tellStaysHome(ctx context.Context, t *teller, p *Plan, _ int) error {
	return t.ofTrip(ctx, p, trip.CallOff{Reason: p.Fate.Why, ReturnDays: t.parameters().PassportReturnDays})
}

func tellDeparts(ctx context.Context, t *teller, p *Plan, _ int) error {
	return t.ofTrip(ctx, p, trip.Depart{On: p.Case.Trip.Depart})
}

func tellComesHome(ctx context.Context, t *teller, p *Plan, _ int) error {
	return t.ofTrip(ctx, p, trip.ComeHome{On: p.Case.Trip.Return, ReturnDays: t.parameters().PassportReturnDays, ReportIn: calendar.Workdays(t.parameters().ReportDays), NoticeIn: t.parameters().SecondNoticeMonths})
}

func tellHandsIn(ctx context.Context, t *teller, p *Plan, _ int) error {
	ctx = t.desk(ctx, access.Custodian, p)
	out, err := custody.OutFor(ctx, t.zones.Office.Store, p.ID)
	if err != nil {
		return err
	}
	for _, b := range out {
		if err := give(ctx, t.zones.Office.Journal, custody.Room, b.Person, journal.Command[custody.Holder](custody.HandIn{Booklet: b.Booklet, By: custody.Courier})); err != nil {
			return err
		}
	}
	return nil
}

func tellReports(ctx context.Context, t *teller, p *Plan, _ int) error {
	ctx = t.ofUnit(ctx, access.Liaison, p.Officer)
	file := PDF(titles["M46"], p.Case.Trip.Title, p.Case.Unit.Name, p.Case.Trip.ExpectedResults, "演示材料，内容均为虚构")
	if err := t.upload(ctx, p, material.Add{Kind: "M46", OwnerKind: material.OfCase, Owner: p.ID, Name: t.city.filer(p.Unit).ofCase("M46", p.Case.Legs[0].City)}, file); err != nil {
		return err
	}
	if err := t.ofTrip(ctx, p, trip.FileReport{Material: paperID(p.ID, "M46", p.ID)}); err != nil || p.Fate.Upto == Reports {
		return err // whose notice is still owed
	}
	file = PDF(titles["M11"], p.Case.Trip.Title, p.Case.Unit.Name, p.Case.Trip.ExpectedResults, "演示材料，内容均为虚构")
	if err := t.upload(ctx, p, material.Add{Kind: "M11", OwnerKind: material.OfCase, Owner: p.ID, Name: t.city.filer(p.Unit).ofCase("M11", p.Case.Legs[0].City)}, file); err != nil {
		return err
	}
	return t.ofTrip(ctx, p, trip.FileNotice{Material: paperID(p.ID, "M11", p.ID)})
}

func tellRates(ctx context.Context, t *teller, p *Plan, _ int) error {
	visits, err := hall.VisitsOf(ctx, t.zones.Internet.Store, p.ID)
	if err != nil {
		return err
	}
	cmd := feedback.Rate{Filing: p.ID, Unit: t.city.Units[p.Unit].ID, Served: true, Grade: p.Fate.Grade, Tags: p.Fate.Tags, Words: p.Fate.Words}
	if len(visits) > 0 {
		cmd.Visit = visits[0].ID
	}
	if err := give(t.ofUnit(ctx, access.Liaison, p.Officer), t.zones.Internet.Journal, feedback.Room, p.ID, journal.Command[feedback.Rating](cmd)); err != nil {
		return err
	}
	for i, v := range visits { // at the window most say something too, and none of it is bad enough to be answered
		if i%3 == 2 || v.Presence != hall.Left {
			continue
		}
		x, _, err := hall.RatableOf(ctx, t.zones.Internet.Store, v.ID)
		if err != nil {
			return err
		}
		at := feedback.RateVisit{Visit: x.ID, Filing: p.ID, Unit: x.Unit, Window: x.Window, Left: true, Acts: x.Done, Grade: max(feedback.Poor+1, p.Fate.Grade), Via: feedback.Vias()[i%2]}
		if err := give(journal.WithActor(ctx, journal.Actor{Role: "public"}), t.zones.Internet.Journal, feedback.Room, x.ID, journal.Command[feedback.Rating](at)); err != nil {
			return err
		}
	}
	return nil
}

// tellAnswers answers a poor rating and rings whoever gave it.
func tellAnswers(ctx context.Context, t *teller, p *Plan, _ int) error {
	return t.ofRating(ctx, p, "chief1", func(of feedback.Row) []journal.Command[feedback.Duty] {
		return []journal.Command[feedback.Duty]{
			feedback.Reply{Of: of, Treatment: feedback.Mended, Words: "经核实，当天窗口排班不足。已增加上午时段的窗口，签证进度改为当天更新，感谢指正。"},
			feedback.Call{Of: of, Outcome: feedback.Content, Words: "专管员接听，认可答复。"},
		}
	})
}

// tellSettles ends what a poor rating obliged to.
func tellSettles(ctx context.Context, t *teller, p *Plan, _ int) error {
	return t.ofRating(ctx, p, "director1", func(of feedback.Row) []journal.Command[feedback.Duty] {
		return []journal.Command[feedback.Duty]{feedback.Conclude{Of: of, Stands: 5}}
	})
}

func (t *teller) ofRating(ctx context.Context, p *Plan, login string, commands func(feedback.Row) []journal.Command[feedback.Duty]) error {
	office := t.zones.Office
	of, there, err := feedback.Of(ctx, office.Store, p.ID)
	if err != nil || !there {
		return errors.Join(err, fmt.Errorf("the office has heard of no rating of %s: %v", p.ID, there))
	}
	for _, c := range commands(of) {
		if err := give(t.as(ctx, zone.Office, login), office.Journal, feedback.DutyRoom, of.ID, c); err != nil {
			return err
		}
	}
	return nil
}
