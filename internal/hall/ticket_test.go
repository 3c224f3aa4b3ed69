package hall_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
	"yitang/internal/visit"
	"yitang/internal/zone"
)

func inQueue(t testing.TB, happened ...any) hall.Queue {
	t.Helper()
	var q hall.Queue
	for _, b := range happened {
		var err error
		if q, err = hall.Queues.Evolve(q, journal.Event{Body: b, At: now()}); err != nil {
			t.Fatal(err)
		}
	}
	return q
}

func ticket(n int, minute int, first hall.First) hall.TicketGiven {
	return hall.TicketGiven{Visit: fmt.Sprintf("v%d", n), Number: n, Counter: string(visit.CaptureCounter), First: first, Due: now().Add(time.Duration(minute) * time.Minute), Came: now()}
}

func TestWindowsCallInTurn(t *testing.T) {
	a, b := hall.Window{ID: "A", Counters: []visit.Counter{visit.CaptureCounter}}, hall.Window{ID: "B", Counters: []visit.Counter{visit.CaptureCounter}}
	visaWindow := hall.Window{ID: "C", Counters: []visit.Counter{visit.VisaCounter}}
	both := hall.Window{ID: "D", Counters: []visit.Counter{visit.CaptureCounter, visit.VisaCounter}}
	forVisa := func(n, minute int) hall.TicketGiven {
		g := ticket(n, minute, "")
		g.Counter = string(visit.VisaCounter)
		return g
	}
	called := func(visit, window string, n int) hall.Called {
		return hall.Called{Visit: visit, Window: window, Calls: n}
	}
	for _, x := range []struct {
		name string
		had  []any
		cmd  journal.Command[hall.Queue]
		want string
	}{
		{"nobody waits", nil, hall.CallNext{Window: a}, "hall.call.nobody"},
		{"nobody waits for this kind of window", []any{ticket(1, 0, "")}, hall.CallNext{Window: visaWindow}, "hall.call.nobody"},
		{"by their hour, and not by their number", []any{ticket(1, 30, ""), ticket(2, 0, "")}, hall.CallNext{Window: a}, "v2 to A, 1"},
		{"of the same hour by their number", []any{ticket(1, 0, ""), ticket(2, 0, "")}, hall.CallNext{Window: a}, "v1 to A, 1"},
		{"urgent and old people first", []any{ticket(1, 0, ""), ticket(2, 30, hall.IsElder)}, hall.CallNext{Window: a}, "v2 to A, 1"},
		{"another window has them already", []any{ticket(1, 0, ""), ticket(2, 0, ""), called("v1", "A", 1)}, hall.CallNext{Window: b}, "v2 to B, 1"},
		{"the next ends the one before", []any{ticket(1, 0, ""), ticket(2, 0, ""), called("v1", "A", 1)}, hall.CallNext{Window: a}, "v1 over; v2 to A, 1"},
		{"once more", []any{ticket(1, 0, ""), called("v1", "A", 1)}, hall.CallAgain{Visit: "v1"}, "v1 to A, 2"},
		{"nobody is called again who wasn't", []any{ticket(1, 0, "")}, hall.CallAgain{Visit: "v1"}, "hall.call.over"},
		{"two calls are too few", []any{ticket(1, 0, ""), called("v1", "A", 2)}, hall.PassOver{Visit: "v1"}, "hall.call.too_few"},
		{"three will do", []any{ticket(1, 0, ""), called("v1", "A", 3)}, hall.PassOver{Visit: "v1"}, "v1 passed over"},
		{"who was passed over isn't called", []any{ticket(1, 0, ""), called("v1", "A", 3), hall.PassedOver{Visit: "v1"}}, hall.CallNext{Window: a}, "hall.call.nobody"},
		{"and is again once they are there", []any{ticket(1, 0, ""), called("v1", "A", 3), hall.PassedOver{Visit: "v1"}, hall.Requeued{Visit: "v1"}}, hall.CallNext{Window: a}, "v1 to A, 1"},
		{"who is served without a call is out", []any{ticket(1, 0, ""), hall.TicketOver{Visit: "v1"}}, hall.CallNext{Window: a}, "hall.call.nobody"},
		{"a window that serves two calls for both by their hour", []any{ticket(1, 30, ""), forVisa(2, 0)}, hall.CallNext{Window: both}, "v2 to D, 1"},
		{"and then the other", []any{ticket(1, 30, ""), forVisa(2, 0), called("v2", "D", 1)}, hall.CallNext{Window: both}, "v2 over; v1 to D, 1"},
		{"one number for one visit", []any{ticket(1, 0, "")}, hall.GiveTicket{Visit: "v1"}, ""},
		{"the next number", []any{ticket(7, 0, "")}, hall.GiveTicket{Visit: "v8"}, "v8 has 008"},
	} {
		t.Run(x.name, func(t *testing.T) {
			es, err := x.cmd.Decide(inQueue(t, x.had...), moment(t))
			var out []string
			for _, e := range es {
				switch b := e.Body.(type) {
				case hall.Called:
					out = append(out, fmt.Sprintf("%s to %s, %d", b.Visit, b.Window, b.Calls))
				case hall.PassedOver:
					out = append(out, b.Visit+" passed over")
				case hall.TicketOver:
					out = append(out, b.Visit+" over")
				case hall.TicketGiven:
					out = append(out, b.Visit+" has "+hall.TicketNumber(b.Number))
				}
			}
			got := strings.Join(out, "; ")
			var not *fault.NotNowError
			if fault.IsNotNow(err) {
				not = err.(*fault.NotNowError)
				got = not.Key
			} else if err != nil {
				t.Fatal(err)
			}
			if got != x.want {
				t.Errorf("%q, want %q", got, x.want)
			}
		})
	}
}

func TestTurnsGoByTheBookedHourUnlessSomebodyIsLate(t *testing.T) {
	b := hall.Booking{ID: "b", Day: monday, Slot: hall.At(9, 30)}
	at := func(h, m int) time.Time { return hall.At(h, m).On(monday) }
	for _, x := range []struct {
		booking    hall.Booking
		came, want time.Time
	}{
		{b, at(9, 0), at(9, 30)},
		{b, at(9, 45), at(9, 30)},
		{b, at(9, 46), at(9, 46)},
		{hall.Booking{}, at(9, 10), at(9, 10)},
	} {
		if got := hall.DueAt(x.booking, x.came); !got.Equal(x.want) {
			t.Errorf("came %s: by %s, want %s", x.came, got, x.want)
		}
	}
}

func TestTheTablesOfAQueueAreThoseOfItsHistory(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, openStore func() *store.Store) {
		at := now()
		j := open(t, openStore(), zone.Office, func() time.Time { return at })
		id := hall.DayID("yz", monday)
		do := func(cmd journal.Command[hall.Queue]) {
			t.Helper()
			if _, err := journal.Do(ctx, j, hall.Queues, journal.Order{Subject: id}, cmd); err != nil {
				t.Fatal(err)
			}
			at = at.Add(time.Minute)
		}
		for i := range 3 {
			do(hall.GiveTicket{Visit: fmt.Sprintf("v%d", i), Counter: visit.CaptureCounter, Due: at, Came: at})
		}
		a := hall.Window{ID: "A", Counters: []visit.Counter{visit.CaptureCounter}}
		do(hall.CallNext{Window: a})
		do(hall.CallAgain{Visit: "v0"})
		do(hall.CallAgain{Visit: "v0"})
		do(hall.PassOver{Visit: "v0"})
		do(hall.CallNext{Window: a})
		do(hall.Requeue{Visit: "v0"})
		do(hall.EndTicket{Visit: "v1"})
		do(hall.CallNext{Window: hall.Window{ID: "B", Counters: []visit.Counter{visit.CaptureCounter}}})
		q, _, err := journal.Load(ctx, j, hall.Queues, id)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := hall.TicketsOn(ctx, j.Store, "yz", calendar.DateOf(now()))
		if err != nil || len(rows) != 3 {
			t.Fatal(rows, err)
		}
		for _, r := range rows {
			h := q.Tickets[r.Visit]
			if fmt.Sprint(r.State, r.Window, r.Calls, r.Number, r.Waited.Unix(), r.Due.Unix()) != fmt.Sprint(h.State, h.Window, h.Calls, h.Number, h.Waited.Unix(), h.Due.Unix()) {
				t.Errorf("the table has %+v, the history %+v", r, h)
			}
		}
		if last := hall.LastCalled(rows); len(last) != 1 || last[0].Visit != "v2" || last[0].Window != "B" {
			t.Errorf("on the screen stands %+v", last)
		}
	})
}
