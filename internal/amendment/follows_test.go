package amendment_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"yitang/internal/amendment"
	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/filing"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/journal/journaltest"
	"yitang/internal/passport"
	"yitang/internal/trip"
	"yitang/internal/visa"
	"yitang/internal/zone"
)

var stages = []visa.Stage{visa.IsPlanned, visa.KitIsReady, visa.IsSent, visa.IsGranted, visa.IsRefused, visa.IsChecked, visa.IsReleased, visa.NoneNeeded, visa.IsWithdrawn}

func subset(t *rapid.T, of []string, label string) []string {
	var out []string
	for _, p := range of {
		if rapid.Bool().Draw(t, label+p) {
			out = append(out, p)
		}
	}
	return out
}

// Whatever is under way, each thing on the list that was shown becomes one
// command to the room whose it is, and no command is given that wasn't shown.
func TestWhatIsShownIsWhatIsDone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		everybody := []string{"a", "b", "c", "d"}
		today := calendar.MustParse("2026-04-01")
		depart := today.AddDays(rapid.IntRange(10, 60).Draw(t, "depart"))
		people := subset(t, everybody[:3], "was-")
		if len(people) == 0 {
			people = []string{"a"}
		}
		may := subset(t, everybody, "is-")
		if len(may) == 0 {
			may = people[:1]
		}
		c := func(who []string, d calendar.Date, days int) dossier.Case {
			x := dossier.Case{Trip: dossier.Trip{Depart: d, Return: d.AddDays(days)}}
			for range who {
				x.Members = append(x.Members, dossier.Member{Role: dossier.Ordinary})
			}
			return x
		}
		s := amendment.Standing{Filing: "f", Today: today, ReturnDays: 7, Case: c(people, depart, 5), People: people, Document: "1号", Counted: len(people), Asked: subset(t, people, "asked-")}
		moved := depart.AddDays(rapid.IntRange(-5, 9).Draw(t, "shift"))
		w := amendment.Wanted{Kind: filing.AmendMembers, Case: c(may, moved, 5), People: may, Approved: may, Reprint: rapid.Bool().Draw(t, "reprint"), Notice: 5}
		for _, p := range people {
			for _, area := range []string{"SCHENGEN", "JPN"} {
				if !rapid.Bool().Draw(t, "visa-"+p+area) {
					continue
				}
				s.Visas = append(s.Visas, visa.Row{ID: visa.OrderID("f", p, area), Filing: "f", Person: p, Area: area, From: depart, To: depart.AddDays(4), Days: 5, Depart: depart,
					Stage: rapid.SampledFrom(stages).Draw(t, "stage"), ValidFrom: depart, ValidTo: depart.AddDays(rapid.IntRange(4, 20).Draw(t, "valid")), Stay: 10})
			}
			if rapid.Bool().Draw(t, "lent-"+p) {
				s.Booklets = append(s.Booklets, custody.Row{Booklet: "k" + p, Person: p, Place: custody.IsLent, Filing: "f", Due: s.Case.Trip.Return.AddDays(7)})
			}
			if slices.Contains(s.Asked, p) {
				s.Passports = append(s.Passports, passport.Row{ID: passport.OrderID("f", p), Person: p, Stage: rapid.SampledFrom(passport.Stages()).Draw(t, "order")})
			}
		}
		if rapid.Bool().Draw(t, "booked") {
			s.Bookings = append(s.Bookings, hall.Booking{ID: "v", Hall: "h", Day: today.AddDays(2), State: hall.IsBooked, People: people})
		}
		for _, p := range may {
			for _, area := range []string{"SCHENGEN", "JPN"} {
				if rapid.Bool().Draw(t, "plan-"+p+area) {
					w.Plans = append(w.Plans, visa.Plan{Planned: visa.Planned{Filing: "f", Person: p, Area: area, From: moved, To: moved.AddDays(4), Days: 5, Depart: moved,
						Needed: rapid.Bool().Draw(t, "needed"), Reason: "免签"}})
				}
			}
		}
		shown := amendment.Follows(s, w)
		b := approval.Amended{Amendment: "f~1", Kind: w.Kind, Follows: shown, Why: "任务变更", Facts: approval.Facts{Depart: moved, Return: w.Case.Trip.Return}}
		e := journal.Event{ID: "e", Subject: journal.Ref{Kind: "approval", ID: "f"}, Body: b}

		var want, did []string
		for _, f := range shown {
			switch f.Do {
			case approval.WithdrawVisa, approval.PlanVisa, approval.RedoVisa, approval.RedateVisa, approval.NoVisaNeeded:
				want = append(want, "visa "+f.Ref)
			case approval.KeepVisa: // a traveller's own isn't written to
				if i := slices.IndexFunc(s.Visas, func(r visa.Row) bool { return r.ID == f.Ref }); s.Visas[i].Stage != visa.IsReleased {
					want = append(want, "visa "+f.Ref)
				}
			case approval.RecallBooklet, approval.RedateBooklet:
				want = append(want, "booklet "+f.Person)
			case approval.CancelBooking, approval.ShortenBooking:
				want = append(want, "place "+f.Person)
			}
		}
		for _, x := range amendment.Visas(e, b, w.Plans, s.Visas) {
			did = append(did, "visa "+x.Order.Subject)
			o := visa.Order{}
			if i := slices.IndexFunc(s.Visas, func(r visa.Row) bool { return r.ID == x.Order.Subject }); i >= 0 {
				r := s.Visas[i]
				o = visa.Order{Stage: r.Stage, Plan: visa.Planned{Filing: "f", Person: r.Person, Area: r.Area, From: r.From, To: r.To, Days: r.Days, Depart: r.Depart}}
			}
			m := journaltest.Moment(zone.Office, 1)
			m.Subject = x.Order.Subject
			if events, err := x.Command.Decide(o, m); err != nil || len(events) == 0 {
				t.Fatalf("%T to an order that is %q does nothing: %v", x.Command, o.Stage, err)
			}
		}
		for _, x := range amendment.Booklets(e, b) {
			did = append(did, "booklet "+x.Order.Subject)
		}
		for _, f := range shown {
			if len(s.Bookings) == 0 {
				break
			}
			if _, do := amendment.Place(e, b, f, s.Bookings[0]); do {
				did = append(did, "place "+f.Person)
			}
		}
		slices.Sort(want)
		slices.Sort(did)
		if fmt.Sprint(want) != fmt.Sprint(did) {
			t.Fatalf("shown was %v and done %v", want, did)
		}
		told := false
		for _, f := range shown {
			told = told || f.Do == approval.RedateOrder
			if f.Do == approval.RedateOrder && (f.Day != moved || slices.Contains(amendment.Stopped(shown), f.Person)) {
				t.Fatalf("the booklet of %s, who stays at home or not, is for %s", f.Person, f.Day)
			}
		}
		if is := amendment.Changed(s, w, shown); (is != nil) != told || told && is.Depart != moved {
			t.Fatalf("the passport network is told %+v", is)
		}
		for _, p := range amendment.Stopped(shown) {
			if slices.Contains(may, p) {
				t.Fatalf("%s may travel and gets no booklet", p)
			}
		}
		if amendment.Digest(shown) != amendment.Digest(amendment.Follows(s, w)) {
			t.Fatal("the same facts give two lists")
		}
		s.Trip = trip.Trip{Stage: trip.IsCleared}
		for _, f := range amendment.Ends(s, approval.CancelDocument) {
			if f.Do == approval.PlanVisa || f.Do == approval.AskBooklet {
				t.Fatalf("a mission that is given up begins %s", f.Do)
			}
		}
	})
}

// A booklet is its holder's also under the id of a record that has become theirs:
// whoever stays at home hands it in, under the id by which it is kept.
func TestABookletUnderAnotherIdIsAskedBackFromWhoStaysAtHome(t *testing.T) {
	today := calendar.MustParse("2026-04-01")
	c := dossier.Case{Trip: dossier.Trip{Depart: today.AddDays(20), Return: today.AddDays(25)}, Members: []dossier.Member{{}}}
	s := amendment.Standing{Filing: "f", Today: today, ReturnDays: 7, Case: c, People: []string{"a", "b"}, Document: "1号",
		Booklets: []custody.Row{{Booklet: "k", Person: "b2", Place: custody.IsLent, Filing: "f", Due: today.AddDays(32)}}, Holders: map[string]string{"b2": "b"}}
	follows := amendment.Follows(s, amendment.Wanted{Kind: filing.AmendMembers, Case: c, People: []string{"a"}, Approved: []string{"a"}})
	if i := slices.IndexFunc(follows, func(f approval.Follow) bool { return f.Do == approval.RecallBooklet }); i < 0 || follows[i].Person != "b2" || follows[i].Ref != "k" {
		t.Fatalf("%+v", follows)
	}
}

// A journey that moves into another year leaves the plan of the one and takes a place
// of the other.
func TestAShiftAcrossTheYearSaysWhatBecomesOfBothPlans(t *testing.T) {
	c := func(depart calendar.Date) dossier.Case {
		return dossier.Case{Trip: dossier.Trip{Depart: depart, Return: depart.AddDays(5), PlanLine: "7"}, Members: []dossier.Member{{}}}
	}
	s := amendment.Standing{Filing: "f", Case: c(calendar.On(2026, 12, 10)), People: []string{"a"}, Document: "1号", Counted: 1}
	for depart, want := range map[calendar.Date]string{
		calendar.On(2026, 12, 20): "[]",
		calendar.On(2027, 1, 10):  "[quota.leaves 7 2026 quota.enters  2027]",
	} {
		var got []string
		for _, f := range amendment.Follows(s, amendment.Wanted{Kind: filing.AmendShift, Case: c(depart), People: []string{"a"}, Approved: []string{"a"}}) {
			if f.Do == approval.LeaveYear || f.Do == approval.EnterYear {
				got = append(got, fmt.Sprintf("%s %s %d", f.Do, f.Ref, f.N))
			}
		}
		if fmt.Sprint(got) != want {
			t.Errorf("leaving on %s: %v, want %s", depart, got, want)
		}
	}
}

// Whoever was cleared and may still go does, with who comes in by this change; who
// stayed at home before goes on doing so, though approved.
func TestAChangeTakesNobodyAlongWhoStaysAtHome(t *testing.T) {
	today := calendar.MustParse("2026-04-01")
	c := func(days int, n int) dossier.Case {
		return dossier.Case{Trip: dossier.Trip{Depart: today.AddDays(20 + days), Return: today.AddDays(25 + days)}, Members: make([]dossier.Member, n)}
	}
	trips := trip.Trip{Stage: trip.IsCleared, Members: []string{"a", "b"}, Depart: today.AddDays(20), Return: today.AddDays(25)}
	for name, x := range map[string]struct{ may, goes []string }{
		"other days":  {[]string{"a", "b", "c"}, []string{"a", "b"}},
		"a newcomer":  {[]string{"a", "b", "c", "d"}, []string{"a", "b", "d"}},
		"one is less": {[]string{"b", "c"}, []string{"b"}},
	} {
		s := amendment.Standing{Filing: "f", Today: today, ReturnDays: 7, Case: c(0, 3), People: []string{"a", "b", "c"}, Document: "1号", Counted: 3, Trip: trips}
		w := amendment.Wanted{Kind: filing.AmendMembers, Case: c(3, len(x.may)), People: x.may, Approved: x.may}
		follows := amendment.Follows(s, w)
		i := slices.IndexFunc(follows, func(f approval.Follow) bool { return f.Do == approval.AmendTrip })
		if i < 0 || follows[i].N != int64(len(x.goes)) {
			t.Errorf("%s: shown is %+v", name, follows)
		}
		b := approval.Amended{Amendment: "f~1", Follows: follows, Facts: approval.Facts{Depart: w.Case.Trip.Depart, Return: w.Case.Trip.Return}}
		for _, p := range x.may {
			b.Verdicts = append(b.Verdicts, approval.Verdict{Person: p, Approved: true})
		}
		for _, wish := range amendment.Journey(journal.Event{ID: "e", Subject: journal.Ref{ID: "f"}, Body: b}, b, trips, trip.Ready{}) {
			if cmd, is := wish.Command.(trip.Amend); is && !slices.Equal(cmd.Members, x.goes) {
				t.Errorf("%s: there go %v", name, cmd.Members)
			}
		}
	}
}

// Other places in the same days: what they want isn't there yet, so who was cleared
// waits for it, and news of it clears them again.
func TestWhoIsToGoToOtherPlacesWaitsForWhatTheyWant(t *testing.T) {
	stands := trip.Trip{Stage: trip.IsCleared, Members: []string{"a"}, Depart: calendar.On(2026, 4, 1), Return: calendar.On(2026, 4, 5)}
	ready := trip.Ready{Issued: true, Members: []trip.Member{{Person: "a", Booklet: true}}}
	for act, waits := range map[approval.Act]bool{approval.PlanVisa: true, approval.RedoVisa: true, approval.AskBooklet: true, approval.AskEndorsement: true, approval.WidenPermit: true,
		approval.NoVisaNeeded: false, approval.RedateVisa: false, approval.ReplaceDocument: false} {
		b := approval.Amended{Kind: filing.AmendPlaces, Facts: approval.Facts{Depart: stands.Depart, Return: stands.Return}, Verdicts: []approval.Verdict{{Person: "a", Approved: true}}, Follows: []approval.Follow{{Do: act, Person: "a"}}}
		is := stands
		for _, w := range amendment.Journey(journal.Event{ID: "e", Subject: journal.Ref{ID: "f"}}, b, stands, ready) {
			es, err := w.Command.Decide(is, journal.Moment{})
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range es {
				if is, err = trip.Room.Evolve(is, e); err != nil {
					t.Fatal(err)
				}
			}
		}
		if want := map[bool]trip.Stage{true: trip.Nothing, false: trip.IsCleared}[waits]; is.Stage != want {
			t.Errorf("after %s they are %q, want %q", act, is.Stage, want)
		}
	}
}

// A granted visa that covers the new days is told with its end and its days of stay;
// an insurance that doesn't is to be renewed, one that does is not.
func TestAShiftTellsWhatStillCoversAndWhatDoesNot(t *testing.T) {
	day := calendar.On(2026, 12, 28)
	is := func(from calendar.Date) dossier.Case {
		c := dossier.Case{Trip: dossier.Trip{Depart: from, Return: from.AddDays(4)}}
		for i, until := range []int{4, 30} {
			c.Materials = append(c.Materials, dossier.Material{Kind: "M35", Owner: dossier.Owner(i), SHA256: fmt.Sprint(i), ValidFrom: day, ValidUntil: day.AddDays(until)})
		}
		return c
	}
	o := visa.Row{ID: visa.OrderID("f", "a", "SCHENGEN"), Person: "a", Area: "SCHENGEN", Stage: visa.IsChecked, From: day, To: day.AddDays(4), Days: 5, Depart: day, ValidFrom: day, ValidTo: day.AddDays(29), Stay: 12}
	later := day.AddDays(7)
	shown := amendment.Follows(amendment.Standing{Filing: "f", Case: is(day), People: []string{"a", "b"}, Counted: 2, Visas: []visa.Row{o}},
		amendment.Wanted{Kind: filing.AmendShift, Case: is(later), People: []string{"a", "b"}, Approved: []string{"a", "b"},
			Plans: []visa.Plan{{Planned: visa.Planned{Filing: "f", Person: "a", Area: "SCHENGEN", From: later, To: later.AddDays(4), Days: 5, Depart: later, Needed: true}}}})
	for _, want := range []approval.Follow{{Do: approval.KeepVisa, Person: "a", Area: "SCHENGEN", Ref: o.ID, Day: o.ValidTo, N: 12}, {Do: approval.RenewPaper, Person: "a", Ref: "M35"}} {
		if !slices.Contains(shown, want) {
			t.Errorf("%+v isn't told in %+v", want, shown)
		}
	}
	if slices.Contains(shown, approval.Follow{Do: approval.RenewPaper, Person: "b", Ref: "M35"}) {
		t.Errorf("an insurance that covers the new days is to be renewed: %+v", shown)
	}
}
