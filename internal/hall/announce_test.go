package hall_test

import (
	"testing"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/hall"
	"yitang/internal/journal/journaltest"
	"yitang/internal/zone"
)

func TestWhoBookedSaysThatTheyAreThereOnTheDayAndOnce(t *testing.T) {
	on := calendar.On(2026, 3, 12)
	booked := hall.Booked{Booking: "k", Filing: "f", Hall: "main", Day: on, Slot: hall.At(9, 30), Window: "A1", People: []string{"p"}}
	m := journaltest.Moment(zone.Internet, 1)
	m.Now = hall.At(9, 20).On(on)
	d := day(t, booked)
	e, err := hall.Announce{Booking: "k", Day: on}.Decide(d, m)
	if err != nil || len(e) != 1 {
		t.Fatalf("there: %v, %v", e, err)
	}
	if e, err := (hall.Announce{Booking: "k", Day: on}).Decide(day(t, booked, hall.Announced{Booking: "k", Filing: "f", Day: on}), m); err != nil || len(e) != 0 {
		t.Errorf("said twice: %v, %v", e, err)
	}
	if _, err := (hall.Announce{Booking: "x", Day: on}).Decide(d, m); !fault.IsNotNow(err) {
		t.Errorf("a booking that isn't there: %v", err)
	}
	m.Now = m.Now.Add(-24 * time.Hour)
	if _, err := (hall.Announce{Booking: "k", Day: on}).Decide(d, m); !fault.IsNotNow(err) {
		t.Errorf("the day before: %v", err)
	}
	for text, want := range map[string]string{"29.57342, 106.57136": "29.573420,106.571360", "２９.５，１０６.５": "29.500000,106.500000", "106.57,29.57": "", "29.5": "", "over there": ""} {
		if got, ok := hall.ReadSpot(text); got != want || ok != (want != "") {
			t.Errorf("%s is read as %q, %v", text, got, ok)
		}
	}
}
