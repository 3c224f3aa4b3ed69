package visit

import (
	"fmt"
	"strings"
	"testing"

	"yitang/internal/calendar"
)

var (
	approved = calendar.On(2026, 4, 1)
	departs  = calendar.On(2026, 5, 11)
	home     = calendar.On(2026, 5, 15)
)

// aCity opens its hall Monday to Friday with an hour and a half at each counter.
func aCity(names ...string) Input {
	in := Input{Offers: Offers{Courier: true, CourierWorkdays: 1}}
	for _, n := range names {
		in.Members = append(in.Members, Member{Name: n})
	}
	for d := approved; d.Before(departs.AddDays(30)); d = d.AddDays(1) {
		if !mondayToFriday(d) {
			continue
		}
		h := HallDay{Date: d, Room: map[Counter]Room{}}
		for _, c := range Counters() {
			h.Room[c] = Room{Minutes: 90}
		}
		in.Hall = append(in.Hall, h)
	}
	return in
}

// needsBooklet adds the acts of one member who gets a new booklet.
func needsBooklet(in *Input, m int, renew bool) {
	id := func(k Kind) ActID { return ActID(fmt.Sprintf("%s@%d", k, m)) }
	add := func(k Kind, from, to calendar.Date, after ...After) {
		in.Acts = append(in.Acts, Act{ID: id(k), Kind: k, Member: m, Minutes: 15, Earliest: from, Latest: to, After: after, Ways: k.Ways()})
	}
	latest := departs.AddDays(-14)
	add(ShowID, approved, latest)
	add(Capture, approved, latest, After{id(ShowID), 0})
	if renew {
		add(SurrenderOld, approved, latest)
		only(in, SurrenderOld, ByOther, Courier, Locker, Kit)
	}
	add(SignVisaForm, approved, latest)
	add(Collect, approved, departs.AddDays(-1), After{id(Capture), 5})
	add(SignBooklet, approved, departs.AddDays(-1), After{id(Collect), 0})
	add(HandIn, home, home.AddDays(7))
}

// only drops every way but these from the acts of one kind.
func only(in *Input, k Kind, ways ...Way) {
	for i := range in.Acts {
		if in.Acts[i].Kind == k {
			in.Acts[i].Ways = ways
		}
	}
}

func TestOneRenewalMakesOneVisitForOnePerson(t *testing.T) {
	in := aCity("江明远", "舒若兰", "冉启航")
	needsBooklet(&in, 1, true)
	p := Propose(in)
	if p.Class != OneVisit || len(p.Visits) != 1 {
		t.Fatalf("class %q, %d visits", p.Class, len(p.Visits))
	}
	v := p.Visits[0]
	if len(v.Members) != 1 || v.Members[0] != 1 {
		t.Errorf("members %v come, want only 1", v.Members)
	}
	rides := map[Kind]bool{}
	for _, s := range v.Steps {
		rides[s.Act.Kind] = s.RidesAlong
	}
	for _, k := range []Kind{SurrenderOld, SignVisaForm} {
		if !rides[k] {
			t.Errorf("%s doesn't ride along with the capture", k)
		}
	}
	ways := map[Kind]Way{}
	for _, s := range p.Without {
		ways[s.Act.Kind] = s.Way
		if s.Note.Text().Zh == "" {
			t.Errorf("%s doesn't say how it gets done", s.Act.Kind)
		}
	}
	if ways[Collect] != Courier || ways[HandIn] != Courier || ways[SignBooklet] != OwnDesk {
		t.Errorf("afterwards by %v", ways)
	}
	if v.Day != approved || v.To().Before(v.From()) || len(v.Days) < 10 {
		t.Errorf("on %s, may be booked on %d days", v.Day, len(v.Days))
	}
	// A hall that can be booked for a few days yet is no reason to come sooner.
	if v.Last != v.To() {
		t.Errorf("the last day is %s, of the days that serve %s", v.Last, v.To())
	}
	in.Hall = in.Hall[:3]
	if soon := Propose(in).Visits[0]; !soon.To().Before(v.To()) || soon.Last != departs.AddDays(-14) {
		t.Errorf("while three days can be booked the last day is %s, the last of those %s", soon.Last, soon.To())
	}
	if text := v.Why[0].Text(); !strings.Contains(text.Zh, "舒若兰") || !strings.Contains(text.En, "舒若兰") {
		t.Errorf("the reason names nobody: %+v", text)
	}
}

func TestNobodyComesWhenNothingNeedsABody(t *testing.T) {
	in := aCity("江明远")
	in.Acts = []Act{{ID: "handIn", Kind: HandIn, Minutes: 5, Earliest: home, Latest: home.AddDays(7), Ways: HandIn.Ways()}}
	if p := Propose(in); p.Class != NoVisit || len(p.Without) != 1 {
		t.Fatalf("class %q, %+v", p.Class, p.Without)
	}
}

func TestMissionAbroadIsListedApart(t *testing.T) {
	in := aCity("江明远")
	needsBooklet(&in, 0, false)
	in.Acts = append(in.Acts, Act{ID: "mission", Kind: MissionPresence, Member: 0, Country: "USA", Earliest: approved, Latest: departs,
		After: []After{{"collect@0", 2}}})
	p := Propose(in)
	if p.Class != OneVisitMission || len(p.Missions) != 1 || len(p.Visits) != 1 {
		t.Fatalf("class %q, missions %+v", p.Class, p.Missions)
	}
	if !strings.Contains(p.Missions[0].Note.Text().En, "can't be merged") {
		t.Errorf("note: %s", p.Missions[0].Note.Text().En)
	}
}

func TestSecondVisitSaysWhatKeepsItApart(t *testing.T) {
	for _, c := range []struct {
		name string
		make func() Input
		key  string
	}{
		{"signing at the hall waits for the booklet", func() Input {
			in := aCity("江明远")
			needsBooklet(&in, 0, false)
			only(&in, SignBooklet, InPerson)
			return in
		}, "visit.apart.wait"},
		{"one leaves before the other is back", func() Input {
			in := aCity("江明远", "舒若兰")
			needsBooklet(&in, 0, false)
			needsBooklet(&in, 1, false)
			in.Members[0].Away = []Span{{approved, approved.AddDays(10)}}
			in.Members[1].Away = []Span{{approved.AddDays(11), departs}}
			return in
		}, "visit.apart.away"},
		{"the counter is too small for six at once", func() Input {
			in := aCity("一", "二", "三", "四", "五", "六")
			for m := range 6 {
				needsBooklet(&in, m, false)
			}
			return in
		}, "visit.apart.room"},
		{"no courier, so the booklet is fetched", func() Input {
			in := aCity("江明远")
			needsBooklet(&in, 0, false)
			in.Offers = Offers{}
			only(&in, HandIn, Held)
			return in
		}, "visit.apart.wait"},
		{"handed in after the journey", func() Input {
			in := aCity("江明远")
			needsBooklet(&in, 0, false)
			in.Offers = Offers{Locker: true}
			only(&in, HandIn, ByOther)
			return in
		}, "visit.apart.window"},
	} {
		p := Propose(c.make())
		if len(p.Visits) != 2 || p.Class != SeveralVisits {
			t.Errorf("%s: %d visits, class %q, stuck %v", c.name, len(p.Visits), p.Class, p.Stuck)
			continue
		}
		found := false
		for _, m := range p.Visits[1].Why {
			found = found || m.Key == c.key
		}
		if !found {
			t.Errorf("%s: the second visit says %v, want %s", c.name, p.Visits[1].Why, c.key)
		}
	}
}

func TestCaptureDayAtTheUnitSparesTheVisit(t *testing.T) {
	in := aCity("江明远", "舒若兰")
	needsBooklet(&in, 0, true)
	needsBooklet(&in, 1, true)
	if p := Propose(in); len(p.Visits[0].Saves) != 1 || p.Visits[0].Saves[0].Key != "visit.why.save.kit" {
		t.Errorf("the plan doesn't say that a capture day would save the visit: %v", p.Visits[0].Saves)
	}
	in.Offers.KitDays = []KitDay{{approved.AddDays(5), 240}}
	p := Propose(in)
	if p.Class != NoVisit || len(p.AtUnit) != 1 || len(p.AtUnit[0].Members) != 2 {
		t.Fatalf("class %q, at the unit %+v", p.Class, p.AtUnit)
	}
}

func TestEqualDaysGoToTheEmptierOne(t *testing.T) {
	in := aCity("江明远")
	needsBooklet(&in, 0, false)
	// The finish is fixed by something else, so the capture may move.
	in.Acts = append(in.Acts, Act{ID: "late", Kind: PaperOriginal, Member: WholeUnit, Earliest: departs.AddDays(-2), Latest: departs.AddDays(-1), Ways: []Way{Courier}})
	in.Offers.CourierWorkdays = 0
	for i := range in.Hall {
		if in.Hall[i].Date != approved.AddDays(5) {
			in.Hall[i].Room[CaptureCounter] = Room{Minutes: 90, Booked: 45}
		}
	}
	if p := Propose(in); p.Visits[0].Day != approved.AddDays(5) {
		t.Errorf("proposed %s, the empty day is %s", p.Visits[0].Day, approved.AddDays(5))
	}
}

func TestWhatCannotBeDoneInTimeSaysWhy(t *testing.T) {
	for _, c := range []struct {
		key    string
		change func(*Input)
	}{
		{"visit.stuck.noDay", func(in *Input) { in.Hall = nil }},
		{"visit.stuck.late", func(in *Input) { in.Acts[0].Latest = approved.AddDays(-1) }},
		{"visit.stuck.wait", func(in *Input) { in.Acts[1].After[0].Workdays = 60 }},
		{"visit.stuck.waits", func(in *Input) { in.Acts[1].After = []After{{"nothing", 0}} }},
		{"visit.stuck.waits", func(in *Input) { in.Acts[0].After = []After{{in.Acts[1].ID, 0}} }},
		{"visit.stuck.after", func(in *Input) { in.Hall = nil }},
		{"visit.stuck.room", func(in *Input) {
			in.Hall = in.Hall[:1]
			in.Hall[0].Room = map[Counter]Room{CaptureCounter: {Minutes: 20}, PassportCounter: {Minutes: 90}}
		}},
	} {
		in := aCity("江明远")
		needsBooklet(&in, 0, false)
		c.change(&in)
		p := Propose(in)
		found := false
		for _, s := range p.Stuck {
			found = found || s.Why.Key == c.key
		}
		if !found {
			t.Errorf("want %s, got %v", c.key, p.Stuck)
		}
	}
}

func TestEverySentenceIsSpelledInBothLanguages(t *testing.T) {
	for key, text := range Texts() {
		if text.Zh == "" || text.En == "" {
			t.Errorf("%s lacks a language", key)
		}
	}
	for _, k := range Kinds() {
		if k.Text().En == "" {
			t.Errorf("kind %s has no words", k)
		}
	}
	in := aCity("一", "二", "三", "四", "五", "六")
	for m := range 6 {
		needsBooklet(&in, m, true)
	}
	for _, m := range Propose(in).Explain() {
		text := m.Text()
		if text.Zh == "" || text.En == "" || strings.ContainsAny(text.Zh+text.En, "{}") {
			t.Errorf("%s reads %q / %q", m.Key, text.Zh, text.En)
		}
	}
}

func BenchmarkSixMembers(b *testing.B) {
	in := aCity("一", "二", "三", "四", "五", "六")
	for m := range 6 {
		needsBooklet(&in, m, true)
	}
	for i := range in.Hall {
		for _, c := range Counters() {
			in.Hall[i].Room[c] = Room{Minutes: 400, Booked: 10 * (i % 7)}
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if p := Propose(in); len(p.Visits) != 1 {
			b.Fatal(len(p.Visits))
		}
	}
}

func BenchmarkSixMembersTwoVisits(b *testing.B) {
	in := aCity("一", "二", "三", "四", "五", "六")
	for m := range 6 {
		needsBooklet(&in, m, true)
	}
	only(&in, SignBooklet, InPerson)
	for i := range in.Hall {
		for _, c := range Counters() {
			in.Hall[i].Room[c] = Room{Minutes: 400}
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if p := Propose(in); len(p.Visits) != 2 {
			b.Fatal(len(p.Visits))
		}
	}
}

// The way of the handing over is told on the day of the approval, while the
// booklet is still to be made. It holds when the booklet lies there: what its
// holder does with it at home afterwards leaves as much time then as before.
func TestTheWayOfACollectionIsTheSameBeforeTheBookletIsMadeAndAfter(t *testing.T) {
	way := func(in Input) (Way, calendar.Date, calendar.Date) {
		var by Way
		var got, signed calendar.Date
		for _, s := range Propose(in).Without {
			switch s.Act.Kind {
			case Collect:
				by, got = s.Way, s.Day
			case SignBooklet:
				signed = s.Day
			}
		}
		return by, got, signed
	}
	before := aCity("江明远")
	before.Offers = Offers{Courier: true, CourierWorkdays: 2, Locker: true}
	needsBooklet(&before, 0, false)
	by, got, signed := way(before)
	if by != Courier || signed.Before(got) {
		t.Errorf("told %s for %s, to be signed at home on %s", by, got, signed)
	}
	after := before
	after.Acts = []Act{{ID: "collect", Kind: Collect, Earliest: approved.AddDays(9), Latest: departs.AddDays(-1), Ways: Collect.Ways()}}
	if then, _, _ := way(after); then != by {
		t.Errorf("told %s, preselected %s", by, then)
	}
}
