package hall

import (
	"context"
	"strings"
	"testing"

	"yitang/internal/access"
	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/filing"
	room "yitang/internal/hall"
	"yitang/internal/passport"
	state "yitang/internal/progress"
	"yitang/internal/requirement"
	"yitang/internal/visa"
	"yitang/internal/visit"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
	"yitang/internal/zone"
)

// A mission that wants the booklet early makes a capture come too late: the
// people may still come, and read what it endangers.
func TestWhoIsTooLateMayComeAllTheSame(t *testing.T) {
	day := func(n int) calendar.Date { return calendar.On(2026, 11, 24).AddDays(n) }
	in := visit.Input{
		Members: []visit.Member{{Name: "甲"}},
		Acts:    []visit.Act{{ID: "a", Kind: visit.Capture, Minutes: 15, Earliest: day(0), Latest: day(-3), Ways: visit.Capture.Ways()}},
		Workday: func(calendar.Date) bool { return true },
	}
	for n := range 30 {
		in.Hall = append(in.Hall, visit.HallDay{Date: day(n), Room: map[visit.Counter]visit.Room{visit.Capture.Counter(): {Minutes: 60}}})
	}
	if p := visit.Propose(in); len(p.Visits) != 0 || len(p.Stuck) != 1 {
		t.Fatalf("the planner alone gives %+v", p)
	}
	p := propose(in, day(20))
	if len(p.Visits) != 1 || len(p.Stuck) != 1 || p.Visits[0].Day.After(day(19)) {
		t.Fatalf("nobody could come any more: %+v", p)
	}
	in.Hall = in.Hall[25:]
	if p := propose(in, day(20)); len(p.Visits) != 0 || len(p.Stuck) != 1 {
		t.Fatalf("a visit after the departure: %+v", p)
	}
}

// Nothing is planned here for whom another authority was asked about, whatever
// the case says of their jurisdiction.
func TestWhoIsInAnotherAuthoritysChargeNeverComes(t *testing.T) {
	fl := filing.Filing{Members: []filing.Traveller{{Person: "guest"}, {Person: "declined"}, {Person: "ours"}},
		Dossier: dossier.Case{Members: []dossier.Member{{FamilyName: "甲"}, {FamilyName: "乙"}, {FamilyName: "丙"}}}}
	asked := approval.Approval{Inquiries: []approval.Inquiry{{Authority: "渝州市人民政府外事办公室（虚构）", Persons: []string{"guest"}}}}
	decided := asked
	decided.Verdicts = []approval.Verdict{{Person: "guest", Approved: true}, {Person: "declined"}, {Person: "ours", Approved: true}}
	for want, a := range map[string]approval.Approval{"乙丙": asked, "丙": decided} {
		var n Needs
		index, got := n.take(fl, a), ""
		for _, m := range n.Members {
			got += m.Name
		}
		if at, is := index[2]; got != want || !is || n.Members[at].ID != "ours" {
			t.Errorf("planned for %s, the third at %v, want %s", got, index, want)
		}
	}
}

// How often somebody must come is said the same way before and after: what
// can't be done in time is no visit saved.
func TestAPlanInShort(t *testing.T) {
	ctx := ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHans})
	had := Needs{Had: []room.Visit{{ID: "v1"}}}
	missed := Needs{Had: []room.Visit{{ID: "v1", Presence: room.NotCome}}}
	stuck := []visit.Stuck{{Act: visit.Act{Kind: visit.SignBooklet}}}
	for _, c := range []struct {
		n    Needs
		plan visit.Plan
		says string
	}{
		{Needs{}, visit.Plan{Class: visit.NoVisit}, "不用跑"},
		{had, visit.Plan{Class: visit.NoVisit}, "不用再来"},
		{missed, visit.Plan{Class: visit.NoVisit}, "不用跑"},
		{had, visit.Plan{Class: visit.NoVisit, Stuck: stuck}, "有1件排不进时限"},
		{Needs{}, visit.Plan{Class: visit.OneVisit, Visits: make([]visit.Visit, 1), Stuck: stuck}, "只跑一次"},
		{Needs{}, visit.Plan{Class: visit.SeveralVisits, Visits: make([]visit.Visit, 3)}, "要到场3次"},
	} {
		if got := inShort(ctx, c.n, c.plan); got != c.says {
			t.Errorf("%+v says %q instead of %q", c.plan, got, c.says)
		}
	}
}

func TestWhatCantBeDoneInTimeIsNamedOnceWithWhoseItIs(t *testing.T) {
	ctx := ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHans})
	form := func(id visit.ActID, member int, why string) visit.Stuck {
		return visit.Stuck{Act: visit.Act{ID: id, Kind: visit.SignVisaForm, Member: member}, Why: visit.Message{Key: why, Args: map[string]any{"act": visit.SignVisaForm, "first": visit.SignVisaForm, "latest": calendar.On(2026, 11, 23)}}}
	}
	p := &Visits{Progress: &progress.Pages{}}
	lines := p.stuck(ctx, Needs{Members: []Member{{Name: "单于飞"}, {Name: "江明远"}}}, visit.Plan{Stuck: []visit.Stuck{
		form("a", 0, "visit.stuck.wait"), form("b", 0, "visit.stuck.wait"), form("c", 0, "visit.stuck.after"), form("d", 1, "visit.stuck.wait"), form("e", visit.WholeUnit, "visit.stuck.after")}})
	if len(lines) != 2 || !strings.HasPrefix(lines[0].What, "单于飞") || !strings.HasPrefix(lines[1].What, "江明远") {
		t.Errorf("%+v", lines)
	}
}

// Who goes to a mission is told until they were there or the visa came without;
// whom fingerprints of an earlier visa spare is told, with until when.
func TestWhoGoesToAMissionAndWhomEarlierFingerprintsSpare(t *testing.T) {
	given, until := calendar.On(2024, 1, 10), calendar.On(2028, 12, 10)
	at := func(member int) requirement.Act {
		return requirement.Act{Act: visit.Act{Kind: visit.MissionPresence, Member: member, Country: "DEU"}}
	}
	reqs := []requirement.Requirement{{What: at(0), Status: requirement.Held{Since: given, Until: until}}, {What: at(1), Status: requirement.Missing{}}, {What: at(2), Status: requirement.Held{Since: given, Until: until}}}
	members := []Member{{ID: "a"}, {ID: "b"}} // the third isn't approved
	n := Needs{Members: members, Acts: requirement.Acts(reqs), Spared: spared(reqs, []string{"a", "b", "c"}, members)}
	if len(n.Spared) != 1 || n.Spared[0].Person != "a" || n.Spared[0].Given != given || n.Spared[0].Until != until {
		t.Fatalf("spared: %+v", n.Spared)
	}
	if w := n.wanted(); len(w) != 1 || w[0].Person != "b" || w[0].Country != "DEU" {
		t.Fatalf("wanted: %+v", w)
	}
	for _, c := range []struct {
		o    visa.Row
		done bool
	}{{visa.Row{Stage: visa.IsSent}, false}, {visa.Row{Stage: visa.IsSent, Mission: visa.Mission{Seen: given}}, true}, {visa.Row{Stage: visa.IsGranted}, true}, {visa.Row{Stage: visa.IsRefused}, false}} {
		c.o.Person, c.o.Apply = "b", "DEU"
		n.Orders = []visa.Row{c.o}
		if n.done(n.Acts[0], state.State{}) != c.done {
			t.Errorf("%+v is done: %v", c.o, !c.done)
		}
	}
	form := visit.Act{Kind: visit.SignVisaForm, Member: 1, Country: "DEU"}
	for stage, signed := range map[visa.Stage]bool{visa.IsPlanned: false, visa.KitIsReady: false, visa.IsSent: true, visa.IsGranted: true, visa.IsReleased: true} {
		n.Orders = []visa.Row{{Person: "b", Apply: "DEU", Stage: stage}}
		if n.done(form, state.State{}) != signed {
			t.Errorf("with a visa that is %s the form is signed: %v", stage, !signed)
		}
	}
	page := &progress.Pages{Country: func(code, lang string) string { return "德国" }}
	ctx := ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHans})
	for want, m := range map[string]progress.AtMission{
		"不用去：2024年1月10日办签证时给过指纹，用到2028年12月10日":    n.Spared[0],
		"使领馆要本人去录指纹或面谈，外办大厅代替不了。日子还没定，外办约好会写在这里。": {},
		"1月10日已去过": {Is: visa.Mission{Seen: given}},
	} {
		if got := page.WhyAtMission(ctx, m); got != want {
			t.Errorf("%q instead of %q", got, want)
		}
	}
}

// The plan says which paper is brought, each country's by itself, as the pass does.
func TestThePlanSaysWhichPaperIsBrought(t *testing.T) {
	p := &Visits{Progress: &progress.Pages{Country: func(code, lang string) string { return map[string]string{"DEU": "德国", "JPN": "日本"}[code] }}}
	ctx := ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHans})
	var steps []visit.Step
	b := room.Booking{}
	for _, id := range []string{"act.paperOriginal#DEU", "act.paperOriginal#JPN"} {
		steps = append(steps, visit.Step{Act: visit.Act{ID: visit.ActID(id), Kind: visit.PaperOriginal, Member: visit.WholeUnit}, Way: visit.ByOther})
		b.Acts = append(b.Acts, room.Act{ID: id, Kind: visit.PaperOriginal})
	}
	lines := p.together(ctx, Needs{}, steps)
	pass, _ := p.Progress.Bring(ctx, b)
	if len(lines) != 2 || len(pass) != 3 {
		t.Fatalf("planned %+v, on the pass %v", lines, pass)
	}
	for i, l := range lines {
		if !strings.Contains(l.Note, pass[i+1]) || !strings.Contains(l.Note, "纸质原件") {
			t.Errorf("the plan says %q, the pass %q", l.Note, pass[i+1])
		}
	}
}

// A booklet and a visa that come sooner than promised change nothing of the way in
// which the unit was told that the booklet would come.
func TestWhatComesSoonerThanPromisedIsHandedOverAsWasTold(t *testing.T) {
	day := func(n int) calendar.Date { return calendar.On(2026, 11, n) }
	book, err := calendar.NewBook()
	if err != nil {
		t.Fatal(err)
	}
	takes := func(string) calendar.Workdays { return 5 }
	made := func(stage passport.Stage, due calendar.Date) passport.Row {
		return passport.Row{Person: "a", Stage: stage, Type: dossier.PublicAffairs, Due: due}
	}
	for _, c := range []struct {
		what  string
		made  []passport.Row
		visas []visa.Row
		want  calendar.Date
	}{
		{"nothing", nil, nil, calendar.Date{}},
		{"being made", []passport.Row{made(passport.IsCaptured, day(20))}, nil, day(20)},
		{"made before the day", []passport.Row{made(passport.IsHandedOver, day(20))}, nil, day(20)},
		{"its holder hasn't come yet", []passport.Row{made(passport.IsOrdered, day(20))}, nil, calendar.Date{}},
		{"stopped", []passport.Row{made(passport.IsStopped, day(20))}, nil, calendar.Date{}},
		{"a visa that came back the next day", nil, []visa.Row{{Person: "a", Stage: visa.IsReleased, SentOn: day(16), Back: day(17)}}, day(23)},
		{"another's", nil, []visa.Row{{Person: "b", SentOn: day(16)}}, calendar.Date{}},
	} {
		if got := promised(book, "a", c.made, c.visas, takes); got != c.want {
			t.Errorf("%s: %s instead of %s", c.what, got, c.want)
		}
	}
}

// What is needed since a visit was booked, as after a booklet was lost, isn't taken
// for a part of it, and what isn't needed any more is told of.
func TestABookedVisitIsComparedWithWhatIsNeededNow(t *testing.T) {
	act := func(k visit.Kind, member int) visit.Act { return visit.Act{Kind: k, Member: member} }
	capture, handIn := room.Act{Kind: visit.Capture, Person: "a"}, room.Act{Kind: visit.HandIn, Person: "a"}
	for _, c := range []struct {
		name         string
		booked       []room.Act
		needed, here []visit.Act
		more, less   int
		says         string
	}{
		{"as booked", []room.Act{capture}, []visit.Act{act(visit.Capture, 0)}, []visit.Act{act(visit.Capture, 0)}, 0, 0, ""},
		{"a capture since", []room.Act{handIn}, []visit.Act{act(visit.Capture, 0), act(visit.HandIn, 0)}, []visit.Act{act(visit.Capture, 0), act(visit.HandIn, 0)}, 1, 0, "visits.changed.anew"},
		{"another than booked", []room.Act{handIn}, []visit.Act{act(visit.Capture, 0)}, []visit.Act{act(visit.Capture, 0)}, 1, 1, "visits.changed.anew"},
		{"of another member", []room.Act{capture}, []visit.Act{act(visit.Capture, 0), act(visit.Capture, 1)}, []visit.Act{act(visit.Capture, 0), act(visit.Capture, 1)}, 1, 0, "visits.changed.anew"},
		{"nothing any more", []room.Act{handIn}, nil, nil, 0, 1, "visits.changed.none"},
		{"less", []room.Act{capture, handIn}, []visit.Act{act(visit.Capture, 0)}, []visit.Act{act(visit.Capture, 0)}, 0, 1, "visits.changed.stays"},
		{"possible without coming", []room.Act{handIn}, []visit.Act{act(visit.HandIn, 0)}, nil, 0, 0, ""},
	} {
		n := Needs{Filing: "c", Members: []Member{{ID: "a", Name: "甲"}, {ID: "b", Name: "乙"}}, Acts: c.needed}
		var plan visit.Plan
		if len(c.here) > 0 {
			v := visit.Visit{}
			for _, a := range c.here {
				v.Steps = append(v.Steps, visit.Step{Act: a})
			}
			plan.Visits = []visit.Visit{v}
		}
		b := room.Booking{Acts: c.booked}
		if more, less := sinceBooked(n, b, plan); len(more) != c.more || len(less) != c.less {
			t.Errorf("%s: more %v, less %v", c.name, more, less)
		}
		ctx := ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHans})
		p := &Visits{Progress: &progress.Pages{}}
		note := p.changed(ctx, n, b, plan, true)
		if (note.Text == "") != (c.says == "") || c.says != "" && !strings.Contains(note.Text, ui.T(ctx, c.says)) {
			t.Errorf("%s says %q", c.name, note.Text)
		}
		if offers := note.Link.URL != ""; offers != (c.says != "" && c.says != "visits.changed.stays") {
			t.Errorf("%s leads to %q", c.name, note.Link.URL)
		}
	}
}

// Who only travels reads of a plan what is about themselves and the whole delegation, and
// nothing of what a colleague has to do at a mission or lacks; the unit reads all.
func TestAPlanShowsATravellerTheirOwnAlone(t *testing.T) {
	n := Needs{Members: []Member{{"p1", "甲"}, {"p2", "乙"}}, Spared: []progress.AtMission{{Person: "p2"}}, Shared: []progress.Shared{{Person: "p1"}, {Person: "p2"}},
		Orders: []visa.Row{{Person: "p1"}, {Person: "p2"}}, Other: []string{"乙", "丙"}}
	step := func(member int) visit.Step {
		return visit.Step{Act: visit.Act{Kind: visit.MissionPresence, Member: member}}
	}
	plan := visit.Plan{Without: []visit.Step{step(visit.WholeUnit), step(0), step(1)}, Missions: []visit.Step{step(1)}, Stuck: []visit.Stuck{{Act: visit.Act{Member: 0}}, {Act: visit.Act{Member: 1}}}}
	for _, c := range []struct {
		who                                                  access.Who
		without, missions, stuck, spared, shared, orders, of int
	}{
		{access.Who{Person: "p1", Account: "a", Unit: "u", Zone: zone.Internet, Roles: []access.Role{access.Traveller}}, 2, 0, 1, 0, 1, 1, 1},
		{access.Who{Person: "p2", Account: "a", Unit: "u", Zone: zone.Internet, Roles: []access.Role{access.Traveller}}, 2, 1, 1, 1, 1, 1, 2},
		{access.Who{Person: "p9", Account: "a", Unit: "u", Zone: zone.Internet, Roles: []access.Role{access.Liaison}}, 3, 1, 2, 1, 2, 2, 2},
	} {
		m, got := shownTo(c.who, n, plan)
		if len(got.Without) != c.without || len(got.Missions) != c.missions || len(got.Stuck) != c.stuck || len(m.Spared) != c.spared || len(m.Shared) != c.shared || len(m.Orders) != c.orders || len(m.Other) != c.of {
			t.Errorf("%s: %+v %+v", c.who.Person, m, got)
		}
	}
	if len(plan.Without) != 3 || plan.Without[2].Act.Member != 1 {
		t.Error("the plan itself is changed")
	}
}
