package trip_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/journal"
	"yitang/internal/journal/journaltest"
	"yitang/internal/keys"
	"yitang/internal/passport"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
	"yitang/internal/trip"
	"yitang/internal/visa"
	"yitang/internal/zone"
)

func TestMain(m *testing.M) { storetest.Main(m) }

func book(t testing.TB) *calendar.Book {
	t.Helper()
	b, err := calendar.NewBook(calendar.Year{Year: 2026, Holidays: []calendar.Holiday{{Zh: "清明节", En: "Qingming", From: calendar.On(2026, 4, 4), To: calendar.On(2026, 4, 6)}}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// on is a moment of that day.
func on(t testing.TB, day string) journal.Moment {
	m := journaltest.Moment(zone.Internet, 0)
	m.Today, m.Book = calendar.MustParse(day), book(t)
	m.Now = m.Today.Begins()
	return m
}

func d(s string) calendar.Date { return calendar.MustParse(s) }

var (
	cleared  = trip.Cleared{Unit: "u", Members: []string{"p1", "p2"}, Depart: d("2026-03-20"), Return: d("2026-03-25")}
	departed = trip.Departed{On: d("2026-03-20")}
	asked    = trip.CameHome{On: d("2026-03-25"), BookletsDue: d("2026-04-01"), ReportDue: d("2026-04-16"), NoticeDue: d("2026-04-25")}
	home     = trip.CameHome{On: d("2026-03-25"), BookletsDue: d("2026-04-01"), ReportDue: d("2026-04-16")}
	filed    = trip.ReportFiled{Material: "m"}
	notLeft  = trip.DepartureTakenBack{On: d("2026-03-20")}
	goes     = trip.CallOffTakenBack{BookletsDue: d("2026-04-01")}
	off      = trip.NotDeparted{On: d("2026-03-19"), Reason: "推迟", BookletsDue: d("2026-03-26")}
)

func ready(change ...func(*trip.Ready)) trip.Ready {
	r := trip.Ready{Unit: "u", Depart: d("2026-03-20"), Return: d("2026-03-25"), Issued: true, Members: []trip.Member{{Person: "p1", Booklet: true}, {Person: "p2", Booklet: true}}}
	for _, f := range change {
		f(&r)
	}
	return r
}

func TestVerbsOfATrip(t *testing.T) {
	for _, c := range []struct {
		name  string
		given []any
		when  journal.Command[trip.Trip]
		day   string
		then  string
	}{
		{"all are ready", nil, trip.Clear{Ready: ready()}, "2026-03-15", "trip.Cleared"},
		{"one booklet is missing", nil, trip.Clear{Ready: ready(func(r *trip.Ready) { r.Members[1].Booklet = false })}, "2026-03-15", ""},
		{"one visa is open", nil, trip.Clear{Ready: ready(func(r *trip.Ready) { r.Members[0].OpenVisas = []string{"SCHENGEN"} })}, "2026-03-15", ""},
		{"no approval in force", nil, trip.Clear{Ready: ready(func(r *trip.Ready) { r.Issued = false })}, "2026-03-15", ""},
		{"nobody approved", nil, trip.Clear{Ready: ready(func(r *trip.Ready) { r.Members = nil })}, "2026-03-15", ""},
		{"cleared twice", []any{cleared}, trip.Clear{Ready: ready()}, "2026-03-15", ""},

		{"departs", []any{cleared}, trip.Depart{On: d("2026-03-20")}, "2026-03-21", "trip.Departed"},
		{"departs later", []any{cleared}, trip.Depart{On: d("2026-03-22")}, "2026-03-22", "trip.Departed"},
		{"departs earlier than approved", []any{cleared}, trip.Depart{On: d("2026-03-19")}, "2026-03-20", "invalid: on: AMD-003 trip.depart.early"},
		{"departs tomorrow", []any{cleared}, trip.Depart{On: d("2026-03-21")}, "2026-03-20", "invalid: on: trip.on.future"},
		{"departs on no day", []any{cleared}, trip.Depart{}, "2026-03-20", "invalid: on: trip.on.missing"},
		{"departs uncleared", nil, trip.Depart{On: d("2026-03-20")}, "2026-03-20", "not now: trip.depart.not_now"},
		{"a booklet wasn't handed out after all", []any{cleared}, trip.TakeClearanceBack{}, "2026-03-19", "trip.ClearanceTakenBack"},
		{"a booklet wasn't handed out, they have left", []any{cleared, departed}, trip.TakeClearanceBack{}, "2026-03-21", ""},
		{"departs after the clearance was taken back", []any{cleared, trip.ClearanceTakenBack{}}, trip.Depart{On: d("2026-03-20")}, "2026-03-20", "not now: trip.depart.not_now"},
		{"departs twice", []any{cleared, departed}, trip.Depart{On: d("2026-03-20")}, "2026-03-20", "not now: trip.depart.not_now while abroad"},

		{"other places in the same days, all is there", []any{cleared}, trip.Amend{Members: cleared.Members, Depart: cleared.Depart, Return: cleared.Return, Ready: true}, "2026-03-15", ""},
		{"other places in the same days want a visa", []any{cleared}, trip.Amend{Members: cleared.Members, Depart: cleared.Depart, Return: cleared.Return}, "2026-03-15", "trip.Amended"},
		{"departs before the visa of other places is there", []any{cleared, trip.Amended{Members: cleared.Members, Depart: cleared.Depart, Return: cleared.Return}}, trip.Depart{On: d("2026-03-20")}, "2026-03-20", "not now: trip.depart.not_now"},
		{"a permit of other places isn't there", nil, trip.Clear{Ready: ready(func(r *trip.Ready) { r.Members[0].Awaits = true })}, "2026-03-15", ""},
		{"deviates abroad", []any{cleared, departed}, trip.Amend{Members: cleared.Members, Depart: cleared.Depart, Return: cleared.Return}, "2026-03-22", ""},

		{"called off", []any{cleared}, trip.CallOff{Reason: "邀请方推迟", ReturnDays: 7}, "2026-03-19", "trip.NotDeparted"},
		{"called off without a reason", []any{cleared}, trip.CallOff{ReturnDays: 7}, "2026-03-19", "invalid: reason: trip.call_off.reason"},
		{"called off abroad", []any{cleared, departed}, trip.CallOff{Reason: "x"}, "2026-03-21", "not now: trip.call_off.not_now while abroad"},

		{"hasn't left after all", []any{cleared, departed}, trip.TakeDepartureBack{}, "2026-03-21", "trip.DepartureTakenBack"},
		{"hasn't left, and somebody has come home", []any{cleared, departed}, trip.TakeDepartureBack{CameBack: 1}, "2026-03-21", "not now: trip.take_departure_back.settled while abroad"},
		{"hasn't left, and nobody said so", []any{cleared}, trip.TakeDepartureBack{}, "2026-03-21", "not now: trip.take_departure_back.not_now while cleared"},
		{"hasn't left, and is home", []any{cleared, departed, home}, trip.TakeDepartureBack{}, "2026-03-26", "not now: trip.take_departure_back.not_now while home"},
		{"departs on another day", []any{cleared, departed, notLeft}, trip.Depart{On: d("2026-03-22")}, "2026-03-22", "trip.Departed"},
		{"called off at the border", []any{cleared, departed, notLeft}, trip.CallOff{Reason: "航班取消", ReturnDays: 7}, "2026-03-21", "trip.NotDeparted"},
		{"goes after all", []any{cleared, off}, trip.TakeCallOffBack{InForce: true, ReturnDays: 7}, "2026-03-20", "trip.CallOffTakenBack"},
		{"goes after all, and it is revoked", []any{cleared, off}, trip.TakeCallOffBack{ReturnDays: 7}, "2026-03-20", "not now: trip.take_call_off_back.revoked while not_departed"},
		{"goes after all, and it is closed", []any{cleared, off, trip.Closed{}}, trip.TakeCallOffBack{InForce: true, ReturnDays: 7}, "2026-03-20", "not now: trip.take_call_off_back.not_now while closed"},
		{"departs after all", []any{cleared, off, goes}, trip.Depart{On: d("2026-03-20")}, "2026-03-20", "trip.Departed"},

		{"comes home", []any{cleared, departed}, trip.ComeHome{On: d("2026-03-25"), ReturnDays: 7, ReportIn: 15}, "2026-03-26", "trip.CameHome"},
		{"stays longer", []any{cleared, departed}, trip.ComeHome{On: d("2026-03-26"), ReturnDays: 7}, "2026-03-26", "invalid: deviation: POST-004 trip.come_home.longer"},
		{"stays longer and says why", []any{cleared, departed}, trip.ComeHome{On: d("2026-03-26"), ReturnDays: 7, Deviation: "航班取消"}, "2026-03-26", "trip.CameHome"},
		{"home before leaving", []any{cleared, departed}, trip.ComeHome{On: d("2026-03-19")}, "2026-03-26", "invalid: on: trip.come_home.before_departure"},
		{"home tomorrow", []any{cleared, departed}, trip.ComeHome{On: d("2026-03-25")}, "2026-03-24", "invalid: on: trip.on.future"},
		{"home without leaving", []any{cleared}, trip.ComeHome{On: d("2026-03-25")}, "2026-03-26", "not now: trip.come_home.not_now while cleared"},

		{"home on another day than was told", []any{cleared, departed, home}, trip.ComeHome{On: d("2026-03-24"), ReturnDays: 7, ReportIn: 15}, "2026-03-26", "trip.CameHome"},
		{"home as it was told", []any{cleared, departed, home}, trip.ComeHome{On: d("2026-03-25"), ReturnDays: 7, ReportIn: 15}, "2026-03-26", ""},
		{"home on another day, a booklet is back", []any{cleared, departed, home}, trip.ComeHome{On: d("2026-03-24"), ReturnDays: 7, ReportIn: 15, BackIn: 1}, "2026-03-26", "not now: trip.come_home.settled while home"},
		{"not home yet", []any{cleared, departed, home}, trip.TakeHomeBack{ReturnDays: 7}, "2026-03-26", "trip.HomeTakenBack"},
		{"not home yet, a booklet is back", []any{cleared, departed, home}, trip.TakeHomeBack{ReturnDays: 7, BackIn: 1}, "2026-03-26", "not now: trip.come_home.settled while home"},
		{"not home yet, the report is filed", []any{cleared, departed, home, filed}, trip.TakeHomeBack{ReturnDays: 7}, "2026-03-26", "not now: trip.take_back.reported while home"},
		{"not home yet, abroad", []any{cleared, departed}, trip.TakeHomeBack{ReturnDays: 7}, "2026-03-26", "not now: trip.take_back.not_now while abroad"},
		{"home after it was taken back", []any{cleared, departed, home, trip.HomeTakenBack{On: d("2026-03-25")}}, trip.ComeHome{On: d("2026-03-25"), ReturnDays: 7, ReportIn: 15}, "2026-03-26", "trip.CameHome"},

		{"report", []any{cleared, departed, home}, trip.FileReport{Material: "m"}, "2026-03-30", "trip.ReportFiled"},
		{"same report", []any{cleared, departed, home, filed}, trip.FileReport{Material: "m"}, "2026-03-30", ""},
		{"better report", []any{cleared, departed, home, filed}, trip.FileReport{Material: "m2"}, "2026-03-30", "trip.ReportFiled"},
		{"no report", []any{cleared, departed, home}, trip.FileReport{}, "2026-03-30", "invalid: report: trip.report.missing"},
		{"report from abroad", []any{cleared, departed}, trip.FileReport{Material: "m"}, "2026-03-22", "not now: trip.report.not_now while abroad"},

		{"nothing owed", []any{cleared, departed, home, filed}, trip.Conclude{Owed: trip.Owed{Rated: true}}, "2026-03-30", "trip.Closed"},
		{"a booklet is out", []any{cleared, departed, home, filed}, trip.Conclude{Owed: trip.Owed{Booklets: 1, Rated: true}}, "2026-03-30", ""},
		{"no report yet", []any{cleared, departed, home}, trip.Conclude{Owed: trip.Owed{Rated: true}}, "2026-03-30", ""},
		{"the notice, before the report", []any{cleared, departed, asked}, trip.FileNotice{Material: "n"}, "2026-03-30", "trip.NoticeFiled"},
		{"the same notice", []any{cleared, departed, asked, trip.NoticeFiled{Material: "n"}}, trip.FileNotice{Material: "n"}, "2026-03-30", ""},
		{"no notice", []any{cleared, departed, asked}, trip.FileNotice{}, "2026-03-30", "invalid: notice: trip.notice.missing"},
		{"a notice while they are abroad", []any{cleared, departed}, trip.FileNotice{Material: "n"}, "2026-03-21", "not now: trip.notice.not_now while abroad"},
		{"home, and now a notice is asked", []any{cleared, departed, home}, trip.ComeHome{On: d("2026-03-25"), ReturnDays: 7, ReportIn: 15, NoticeIn: 1}, "2026-03-26", "trip.CameHome"},
		{"no notice yet", []any{cleared, departed, asked, filed}, trip.Conclude{Owed: trip.Owed{Rated: true}}, "2026-03-30", ""},
		{"the notice is there", []any{cleared, departed, asked, filed, trip.NoticeFiled{Material: "n"}}, trip.Conclude{Owed: trip.Owed{Rated: true}}, "2026-03-30", "trip.Closed"},
		{"no rating yet", []any{cleared, departed, home, filed}, trip.Conclude{}, "2026-03-30", ""},
		{"a paper of an urgent case is owed", []any{cleared, departed, home, filed}, trip.Conclude{Owed: trip.Owed{Rated: true, Papers: 1}}, "2026-03-30", ""},
		{"a change of the approval is under way", []any{cleared, departed, home, filed}, trip.Conclude{Owed: trip.Owed{Rated: true, Changes: 1}}, "2026-03-30", ""},
		{"still abroad", []any{cleared, departed}, trip.Conclude{Owed: trip.Owed{Rated: true}}, "2026-03-21", ""},
		{"called off, booklets back", []any{cleared, off}, trip.Conclude{}, "2026-03-30", "trip.Closed"},
		{"called off, one is out", []any{cleared, off}, trip.Conclude{Owed: trip.Owed{Booklets: 1}}, "2026-03-30", ""},
		{"closed twice", []any{cleared, departed, home, filed, trip.Closed{Departed: true}}, trip.Conclude{Owed: trip.Owed{Rated: true}}, "2026-03-30", ""},
	} {
		var s trip.Trip
		for _, b := range c.given {
			var err error
			if s, err = trip.Room.Evolve(s, journal.Event{Body: b}); err != nil {
				t.Fatal(err)
			}
		}
		es, err := c.when.Decide(s, on(t, c.day))
		got := ""
		for _, e := range es {
			got += fmt.Sprintf("%T ", e.Body)
		}
		if err != nil {
			got = err.Error()
		}
		if strings.TrimSpace(got) != c.then {
			t.Errorf("%s: got %q, want %q", c.name, got, c.then)
		}
	}
}

func TestDeadlinesAfterComingHome(t *testing.T) {
	s := trip.Trip{Stage: trip.IsAbroad, Depart: d("2026-03-20"), Return: d("2026-03-25"), Departed: d("2026-03-20")}
	es, err := trip.ComeHome{On: d("2026-03-25"), ReturnDays: 7, ReportIn: 15, NoticeIn: 1}.Decide(s, on(t, "2026-03-26"))
	if err != nil {
		t.Fatal(err)
	}
	// Seven days count holidays; fifteen working days leave out Qingming.
	if got := es[0].Body.(trip.CameHome); got.BookletsDue != d("2026-04-01") || got.ReportDue != d("2026-04-16") {
		t.Fatalf("booklets by %s, report by %s", got.BookletsDue, got.ReportDue)
	}
}

func TestNewsOfBookletsAndVisasClearAndCloseATrip(t *testing.T) {
	wishes := func(body any, owed trip.Owed) string {
		var out []string
		for _, w := range trip.React(journal.Event{ID: "e", Subject: journal.Ref{Kind: "x", ID: "f"}, Body: body}, ready(), owed) {
			out = append(out, fmt.Sprintf("%s %T", w.Order.Subject, w.Command))
		}
		return strings.Join(out, ", ")
	}
	for _, c := range []struct {
		body any
		want string
	}{
		{custody.Lent{Filing: "f"}, "f trip.Clear"},
		{visa.Checked{Filing: "f"}, "f trip.Clear"},
		{visa.Released{Filing: "f"}, "f trip.Clear"},
		{approval.DocumentIssued{}, "f trip.Clear"},
		{approval.ConfirmationTaken{}, "f trip.Clear"},
		{custody.Received{Filing: "f"}, "f trip.Clear"},
		{passport.Checked{Filing: "f", Only: true}, "f trip.Clear"},
		{passport.Checked{Filing: "f"}, ""}, // it is to be handed over yet
		{passport.Stopped{Filing: "f"}, "f trip.Clear"},
		{custody.HandedIn{Filing: "f"}, "f trip.TakeLossBack, f trip.Conclude"},
		{custody.HandInTakenBack{Filing: "f"}, "f trip.Clear"},
		{custody.LoanTakenBack{Filing: "f"}, "f trip.TakeClearanceBack, f trip.Conclude"},
		{custody.ReportedLost{Filing: "f"}, "f trip.TakeClearanceBack, f trip.Conclude"},
		{visa.Replanned{Plan: visa.Planned{Filing: "f"}}, "f trip.Clear"}, // none is needed any more
		{trip.ReportFiled{Material: "m"}, "f trip.Conclude"},
		{trip.NoticeFiled{Material: "m"}, "f trip.Conclude"},
		{trip.NotDeparted{}, "f trip.Conclude"},
		{goes, ""},               // all booklets are in hand still
		{custody.HandedIn{}, ""}, // an older booklet, of no case
		{trip.Departed{}, ""},
	} {
		if got := wishes(c.body, trip.Owed{}); got != c.want {
			t.Errorf("%T: %q, want %q", c.body, got, c.want)
		}
	}
	wanting := ready(func(r *trip.Ready) { r.Members[0].OpenVisas = []string{"SCHENGEN"} })
	for _, body := range []any{visa.Planned{Filing: "f"}, visa.Replanned{Plan: visa.Planned{Filing: "f"}}} {
		ws := trip.React(journal.Event{ID: "e", Body: body}, wanting, trip.Owed{})
		if len(ws) != 1 || ws[0].Command != journal.Command[trip.Trip](trip.TakeClearanceBack{}) {
			t.Errorf("%T with a visa to come: %+v", body, ws)
		}
	}
	short := ready(func(r *trip.Ready) { r.Members[0].Booklet = false })
	if ws := trip.React(journal.Event{ID: "e", Subject: journal.Ref{Kind: "trip", ID: "f"}, Body: goes}, short, trip.Owed{}); len(ws) != 1 || ws[0].Command != journal.Command[trip.Trip](trip.TakeClearanceBack{}) {
		t.Errorf("they go after all, and a booklet was handed in: %+v", ws)
	}
	ws := trip.Recalling(journal.Event{ID: "e", Subject: journal.Ref{Kind: "trip", ID: "f"}, Body: off}, approval.Approval{}, trip.Trip{}, []custody.Row{{Booklet: "b1", Person: "p1", Place: custody.IsLent}, {Booklet: "b2", Person: "p2", Place: custody.InStore}}, 7)
	if len(ws) != 1 || ws[0].Order.Subject != "p1" || ws[0].Command.(custody.Recall).Due != off.BookletsDue {
		t.Fatalf("%+v", ws)
	}
	if ws := trip.Archiving(journal.Event{ID: "e", Subject: journal.Ref{Kind: "trip", ID: "f"}, Body: trip.Closed{}}); len(ws) != 1 || ws[0].Order.Subject != "f" {
		t.Fatalf("%+v", ws)
	}
}

// Who holds the booklet tells of its loss once, with day and place; the office's word
// ends the time in which it can be taken back.
func TestALossIsToldOfWhatIsOutAndTakenBackUntilTheOfficeActs(t *testing.T) {
	m := on(t, "2026-03-22")
	m.Subject = "f"
	out := custody.Row{Booklet: "b", Person: "p1", Filing: "f", Place: custody.IsLent, Since: d("2026-03-18").Begins().UnixMicro()}
	tell := func(change func(*trip.TellLoss)) trip.TellLoss {
		cmd := trip.TellLoss{Row: out, On: d("2026-03-21"), Where: "柏林地铁", To: []trip.Authority{trip.Police}}
		change(&cmd)
		return cmd
	}
	plain := func(*trip.TellLoss) {}
	said := trip.LossTold{Booklet: "b", Person: "p1", Lent: d("2026-03-18")}
	for _, c := range []struct {
		name  string
		given []any
		when  journal.Command[trip.Trip]
		then  string
	}{
		{"lost abroad", []any{cleared, departed}, tell(plain), "trip.LossTold"},
		{"lost before anybody was cleared", nil, tell(plain), "trip.LossTold"},
		{"told twice", []any{cleared, departed, said}, tell(plain), "not now: trip.loss.twice while lent"},
		{"told, and then cleared", []any{said, cleared}, tell(plain), "not now: trip.loss.twice while lent"},
		{"of another loan of it", []any{trip.LossTold{Booklet: "b", Person: "p1", Lent: d("2026-01-01")}}, tell(plain), "trip.LossTold"},
		{"told, taken back, and lost for good", []any{said, trip.LossTakenBack{Booklet: "b"}}, tell(plain), "trip.LossTold"},
		{"in the store", nil, tell(func(c *trip.TellLoss) { c.Row.Place = custody.InStore }), "not now: trip.loss.not_lent while store"},
		{"out for another trip", nil, tell(func(c *trip.TellLoss) { c.Row.Filing = "g" }), "not now: trip.loss.not_lent while lent"},
		{"tomorrow", nil, tell(func(c *trip.TellLoss) { c.On = d("2026-03-23") }), "invalid: on: trip.loss.future"},
		{"before it was handed out", nil, tell(func(c *trip.TellLoss) { c.On = d("2026-03-17") }), "invalid: on: trip.loss.before"},
		{"nowhere, on no day", nil, tell(func(c *trip.TellLoss) { c.On, c.Where = calendar.Date{}, " " }), "invalid: on: trip.loss.on; where: trip.loss.where"},
		{"to nobody yet", nil, tell(func(c *trip.TellLoss) { c.To = nil }), "trip.LossTold"},
		{"to somebody unheard of", nil, tell(func(c *trip.TellLoss) { c.To = []trip.Authority{"mayor"} }), "invalid: to: trip.loss.to"},
		{"found", []any{said}, trip.TakeLossBack{Booklet: "b", Words: "在行李里"}, "trip.LossTakenBack"},
		{"found, and the office has acted", []any{said}, trip.TakeLossBack{Booklet: "b", Acted: true}, "not now: trip.loss.acted while lost"},
		{"found what wasn't lost", nil, trip.TakeLossBack{Booklet: "b"}, "not now: trip.loss.not_told"},
		{"handed in, though told to be lost", []any{said}, trip.TakeLossBack{Booklet: "b", ByRule: true}, "trip.LossTakenBack"},
		{"handed in as any other", nil, trip.TakeLossBack{Booklet: "b", ByRule: true}, ""},
	} {
		var tr trip.Trip
		for _, body := range c.given {
			var err error
			if tr, err = trip.Room.Evolve(tr, journal.Event{Body: body}); err != nil {
				t.Fatal(err)
			}
		}
		es, err := c.when.Decide(tr, m)
		got := ""
		if len(es) > 0 {
			got = fmt.Sprintf("%T", es[0].Body)
		}
		if err != nil {
			got = err.Error()
		}
		if got != c.then {
			t.Errorf("%s: %q, want %q", c.name, got, c.then)
		}
	}
}

// What was said last counts, and the office's word over its holder's.
func TestALossStandsAsWasSaidLast(t *testing.T) {
	for want, l := range map[trip.Standing]trip.Lost{
		trip.IsTold:  {Told: 1},
		trip.IsBack:  {Told: 1, Back: 2},
		trip.IsNoted: {Told: 1, Back: 3, Noted: 2},
		trip.IsFound: {Told: 1, Noted: 2, Found: 3},
	} {
		if got := l.Standing(); got != want || l.SaidFound() != (want == trip.IsNoted) {
			t.Errorf("%+v stands as %s, said to be found: %v", l, got, l.SaidFound())
		}
	}
}

func TestALostBookletTakesTheClearanceBackBeforeTheDayOfLeaving(t *testing.T) {
	cleared := trip.Trip{Stage: trip.IsCleared, Depart: d("2026-03-20"), Return: d("2026-03-25")}
	for day, back := range map[string]bool{"2026-03-18": true, "2026-03-20": false, "2026-03-22": false} {
		es, err := trip.TakeClearanceBack{Lost: true}.Decide(cleared, on(t, day))
		if err != nil || len(es) == 1 != back {
			t.Errorf("lost on %s: %v, %v", day, es, err)
		}
	}
}

// However long the news takes to this zone, the days count from the office's word.
func TestBookletsOfARevokedTripAreDueAsTheOfficeCounts(t *testing.T) {
	revoked := on(t, "2026-03-15")
	ws := trip.Stopping(journal.Event{ID: "e", At: revoked.Now, Subject: journal.Ref{Kind: "approval", ID: "f"}, Body: approval.Revoked{}}, approval.Approval{}, 7)
	if len(ws) != 1 {
		t.Fatal(ws)
	}
	// Nobody had left, it turns out: it is called off then, where it is revoked.
	back := journal.Event{ID: "e", At: revoked.Now, Subject: journal.Ref{Kind: "trip", ID: "f"}, Body: notLeft}
	if n := len(trip.Stopping(back, approval.Approval{Stage: approval.IsRevoked}, 7)); n != 1 {
		t.Errorf("revoked, nobody had left: %d wishes", n)
	}
	if n := len(trip.Stopping(back, approval.Approval{Stage: approval.IsIssued}, 7)); n != 0 {
		t.Errorf("in force, nobody had left: %d wishes", n)
	}
	es, err := ws[0].Command.Decide(trip.Trip{Stage: trip.IsCleared}, on(t, "2026-03-17"))
	if err != nil || es[0].Body.(trip.NotDeparted).BookletsDue != d("2026-03-22") {
		t.Fatal(es, err)
	}
}

// A case whose approval was revoked lies in the archive once nothing of it is out:
// whatever the last news of that is.
func TestARevokedCaseEndsWithTheLastBookletInAnyWay(t *testing.T) {
	out := custody.Row{Booklet: "b", Place: custody.IsLent, Filing: "f"}
	for _, c := range []struct {
		name string
		body any
		t    trip.Trip
		out  []custody.Row
		ends bool
	}{
		{"the last is handed in", custody.HandedIn{Filing: "f"}, trip.Trip{}, nil, true},
		{"the last is lost", custody.ReportedLost{Filing: "f"}, trip.Trip{}, nil, true},
		{"the last never went out", custody.LoanTakenBack{Filing: "f"}, trip.Trip{}, nil, true},
		{"another is out", custody.LoanTakenBack{Filing: "f"}, trip.Trip{}, []custody.Row{out}, false},
		{"they were cleared, as far as is heard", custody.LoanTakenBack{Filing: "f"}, trip.Trip{Stage: trip.IsCleared}, nil, false},
		{"and aren't any more", trip.ClearanceTakenBack{}, trip.Trip{}, nil, true},
		{"another journey that they aren't ready for", trip.Amended{}, trip.Trip{}, nil, true},
		{"not cleared, and one is out", trip.ClearanceTakenBack{}, trip.Trip{}, []custody.Row{out}, false},
	} {
		e := journal.Event{ID: "e", Subject: journal.Ref{Kind: "trip", ID: "f"}, Body: c.body}
		if trip.Ends(e) != "f" {
			t.Errorf("%s: is news of %q", c.name, trip.Ends(e))
		}
		ws := trip.Ending(e, approval.Approval{Stage: approval.IsRevoked}, c.t, c.out)
		if len(ws) == 1 != c.ends || c.ends && ws[0].Order.Subject != "f" {
			t.Errorf("%s: %+v", c.name, ws)
		}
		if ws := trip.Ending(e, approval.Approval{Stage: approval.IsIssued}, c.t, c.out); len(ws) > 0 {
			t.Errorf("%s, in force: %+v", c.name, ws)
		}
	}
}

func TestRebuiltTripsEqualKept(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		ctx := context.Background()
		j := journaltest.Open(t, journaltest.Options{Store: open(), Zone: zone.Internet, Book: book(t),
			Kinds: slices.Concat(trip.Kinds, approval.Kinds, custody.Kinds, visa.Kinds),
			Projections: func(*keys.Ring) []journal.Projection {
				return slices.Concat(trip.Projections, custody.Projections, visa.Projections)
			}})
		today := calendar.DateOf(journaltest.Morning)
		n := 0
		rapid.Check(t, func(rt *rapid.T) {
			n++
			id := fmt.Sprintf("f%d", n)
			r := ready(func(r *trip.Ready) { r.Depart, r.Return = today.AddDays(-5), today.AddDays(-2) })
			for _, cmd := range []journal.Command[trip.Trip]{trip.Clear{Ready: r}, trip.Depart{On: today.AddDays(-5)}, trip.TakeDepartureBack{}, trip.Depart{On: today.AddDays(-4)}, trip.CallOff{Reason: "x", ReturnDays: 7}, trip.TakeCallOffBack{InForce: true, ReturnDays: 7}, trip.ComeHome{On: today, ReturnDays: 7, ReportIn: 15, NoticeIn: 1},
				trip.ComeHome{On: today.AddDays(-2), ReturnDays: 7, ReportIn: 15}, trip.TakeHomeBack{ReturnDays: 7}, trip.FileReport{Material: "m"}, trip.FileNotice{Material: "n"}, trip.Conclude{Owed: trip.Owed{Rated: true}}} {
				if rapid.IntRange(0, 4).Draw(rt, "skip") > 0 {
					_, _ = journal.Do(ctx, j.Journal, trip.Room, journal.Order{Subject: id}, cmd) // refusals are part of life
				}
			}
			s, v, err := journal.Load(ctx, j.Journal, trip.Room, id)
			row, ok, rerr := trip.One(ctx, j.Store, id)
			if err != nil || rerr != nil || ok != (v > 0) || row.Stage != s.Stage || row.Home != s.Home || row.Departed != s.Departed || row.BookletsDue != s.BookletsDue || row.Report != s.Report || row.NoticeDue != s.NoticeDue || row.Notice != s.Notice {
				rt.Fatalf("%+v %+v %v %v", s, row, err, rerr)
			}
		})
		journaltest.RebuiltEqualsKept(t, j.Journal)
		if ready, err := trip.ReadyOf(ctx, j.Journal, nil, "f1", today, today); err != nil || ready.Issued {
			t.Fatal(ready, err)
		}
		if _, err := trip.ReportsLate(ctx, j.Store, "u", today); err != nil {
			t.Fatal(err)
		}
		if _, err := trip.InStage(ctx, j.Store, trip.IsHome, "", "", 10); err != nil {
			t.Fatal(err)
		}
	})
}

// Whoever comes home earlier hands booklets in earlier, and later when it was a
// mistake: the office counts from the day on which they came home.
func TestBookletsAreDueFromTheDayOnWhichTheyCameHome(t *testing.T) {
	out := []custody.Row{{Person: "p1", Booklet: "b1", Place: custody.IsLent, Due: d("2026-04-01")}, {Person: "p2", Booklet: "b2", Place: custody.AtMission}}
	for _, c := range []struct {
		body    any
		revoked bool
		due     string
	}{
		{trip.CameHome{On: d("2026-03-20"), BookletsDue: d("2026-03-27")}, false, "2026-03-27"},
		{trip.HomeTakenBack{On: d("2026-03-20"), BookletsDue: d("2026-04-01")}, false, "2026-04-01"},
		{trip.CallOffTakenBack{BookletsDue: d("2026-04-01")}, false, "2026-04-01"},
		{trip.Departed{On: d("2026-03-20")}, true, "2026-04-01"}, // the office had wanted them back before it heard that they left
		{trip.Departed{On: d("2026-03-20")}, false, ""},
	} {
		a := approval.Approval{Stage: approval.IsIssued}
		if c.revoked {
			a.Stage = approval.IsRevoked
		}
		ws := trip.Recalling(journal.Event{ID: "e", Subject: journal.Ref{Kind: "trip", ID: "f"}, Body: c.body}, a, trip.Trip{Return: d("2026-03-25")}, out, 7)
		if c.due == "" && len(ws) == 0 {
			continue
		}
		if len(ws) != 1 || ws[0].Command != journal.Command[custody.Holder](custody.Redate{Booklet: "b1", Filing: "f", Due: d(c.due)}) {
			t.Errorf("%T: %+v", c.body, ws)
		}
	}
	// Before the office's word is here, the pages count from the same day.
	home := trip.Trip{Stage: trip.IsHome, BookletsDue: d("2026-03-27")}
	if got := home.DueBack(out[0]); got != d("2026-03-27") {
		t.Errorf("home: due %s", got)
	}
	if got := (trip.Trip{Stage: trip.IsAbroad}).DueBack(out[0]); got != d("2026-04-01") {
		t.Errorf("abroad: due %s", got)
	}
	// A trip that is called off gives days, and none beyond those that there were.
	for told, want := range map[string]string{"2026-03-26": "2026-03-26", "2026-04-08": "2026-04-01"} {
		if got := (trip.Trip{Stage: trip.DidNotGo, BookletsDue: d(told)}).DueBack(out[0]); got != d(want) {
			t.Errorf("called off, with days until %s: due %s", told, got)
		}
	}
}
