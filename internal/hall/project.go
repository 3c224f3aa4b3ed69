package hall

import (
	"context"
	"encoding/json"
	"fmt"

	"yitang/internal/journal"
	"yitang/internal/store"
)

// Projections are the hall's reading tables: plans, bookings, places taken,
// and who came.
var Projections = []journal.Projection{{
	Name: "hall", Version: 11, Tables: []string{"hall_plan", "hall_plan_was", "hall_booking", "hall_number", "hall_booking_person", "hall_place", "hall_wait", "hall_ticket", "hall_attendance", "hall_act"},
	Schema: `
CREATE TABLE hall_plan (
  hall TEXT PRIMARY KEY,
  plan TEXT NOT NULL
);
CREATE TABLE hall_plan_was (
  hall TEXT NOT NULL,
  since INTEGER NOT NULL,
  plan TEXT NOT NULL,
  PRIMARY KEY (hall, since)
);
CREATE TABLE hall_ticket (
  visit TEXT PRIMARY KEY,
  hall TEXT NOT NULL,
  day TEXT NOT NULL,
  filing TEXT NOT NULL,
  number INTEGER NOT NULL,
  counter TEXT NOT NULL,
  first TEXT NOT NULL,
  due INTEGER NOT NULL,
  came INTEGER NOT NULL,
  state TEXT NOT NULL,
  wicket TEXT NOT NULL,
  calls INTEGER NOT NULL,
  called INTEGER NOT NULL,
  waited INTEGER NOT NULL
);
CREATE INDEX hall_ticket_by_day ON hall_ticket (hall, day, number);
CREATE TABLE hall_booking (
  booking TEXT PRIMARY KEY,
  hall TEXT NOT NULL,
  day TEXT NOT NULL,
  slot INTEGER NOT NULL,
  ends INTEGER NOT NULL,
  wicket TEXT NOT NULL,
  counter TEXT NOT NULL,
  number TEXT NOT NULL,
  code TEXT NOT NULL,
  filing TEXT NOT NULL,
  unit TEXT NOT NULL,
  people TEXT NOT NULL,
  acts TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  state TEXT NOT NULL,
  cause TEXT NOT NULL,
  reason TEXT NOT NULL,
  made INTEGER NOT NULL,
  here INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX hall_booking_by_day ON hall_booking (hall, day, slot, number);
CREATE INDEX hall_booking_by_filing ON hall_booking (filing, day, booking);
CREATE INDEX hall_booking_by_unit ON hall_booking (unit, day, booking);
CREATE INDEX hall_booking_by_number ON hall_booking (number);
CREATE INDEX hall_booking_by_code ON hall_booking (code);
CREATE TABLE hall_number (
  number TEXT NOT NULL,
  booking TEXT NOT NULL,
  PRIMARY KEY (number, booking)
);
CREATE TABLE hall_booking_person (
  booking TEXT NOT NULL,
  person TEXT NOT NULL,
  PRIMARY KEY (booking, person)
);
CREATE INDEX hall_booking_by_person ON hall_booking_person (person, booking);
CREATE TABLE hall_place (
  day TEXT NOT NULL,
  id TEXT NOT NULL,
  slot INTEGER NOT NULL,
  wicket TEXT NOT NULL,
  places INTEGER NOT NULL,
  filing TEXT NOT NULL,
  unit TEXT NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (day, id, slot)
);
CREATE INDEX hall_place_by_filing ON hall_place (filing, until);
CREATE TABLE hall_wait (
  wait TEXT PRIMARY KEY,
  hall TEXT NOT NULL,
  day TEXT NOT NULL,
  counter TEXT NOT NULL,
  filing TEXT NOT NULL,
  unit TEXT NOT NULL,
  people TEXT NOT NULL,
  minutes TEXT NOT NULL,
  first TEXT NOT NULL,
  since INTEGER NOT NULL,
  state TEXT NOT NULL,
  slot INTEGER NOT NULL,
  wicket TEXT NOT NULL,
  until INTEGER NOT NULL
);
CREATE INDEX hall_wait_by_day ON hall_wait (state, hall, day);
CREATE INDEX hall_wait_by_filing ON hall_wait (filing, day);
CREATE TABLE hall_attendance (
  attendance TEXT PRIMARY KEY,
  booking TEXT NOT NULL,
  number TEXT NOT NULL,
  hall TEXT NOT NULL,
  filing TEXT NOT NULL,
  unit TEXT NOT NULL,
  day TEXT NOT NULL,
  came INTEGER NOT NULL,
  went INTEGER NOT NULL,
  people TEXT NOT NULL,
  cause TEXT NOT NULL,
  presence TEXT NOT NULL
);
CREATE INDEX hall_attendance_by_day ON hall_attendance (day, came);
CREATE INDEX hall_attendance_by_filing ON hall_attendance (filing, day);
CREATE TABLE hall_act (
  attendance TEXT NOT NULL,
  act TEXT NOT NULL,
  nth INTEGER NOT NULL,
  kind TEXT NOT NULL,
  person TEXT NOT NULL,
  minutes INTEGER NOT NULL,
  result TEXT NOT NULL,
  note TEXT NOT NULL,
  originals INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (attendance, act)
)`,
	Apply: apply,
}}

// The row of the highest sequence holds, whatever order moves arrive in; of two
// with the same sequence, the first in the journal. News from two zones cross: who
// moved or cancelled in time missed nothing, and who is there is there.
const insertBooking = `INSERT INTO hall_booking
(booking, hall, day, slot, ends, wicket, counter, number, code, filing, unit, people, acts, sequence, state, cause, reason, made)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'booked', $15, '', $16)`

// Of each number that a booking has had it is known whose it is: an old pass leads there too.
const insertNumber = `INSERT INTO hall_number (number, booking) VALUES ($1, $2) ON CONFLICT (number, booking) DO NOTHING`

const moveBooking = `UPDATE hall_booking
SET hall = $2, day = $3, slot = $4, ends = $5, wicket = $6, number = $7, sequence = $8, state = 'booked', here = 0
WHERE booking = $1 AND sequence < $8 AND state IN ('booked', 'missed', 'excused')`

const cancelBooking = `UPDATE hall_booking
SET sequence = $2, state = 'cancelled', reason = $3
WHERE booking = $1 AND sequence < $2 AND state IN ('booked', 'missed', 'excused')`

// It ends as much earlier as its places do; of a day that it has left, nothing changes.
const shortenBooking = `UPDATE hall_booking
SET people = $2, acts = $3, sequence = $4, ends = ends - COALESCE((SELECT MAX(slot) FROM hall_place WHERE day = $5 AND id = $1), $6) + $6
WHERE booking = $1 AND sequence < $4`

// A day on which nobody came is missed only by who was booked for that day.
const missBooking = `UPDATE hall_booking SET state = 'missed' WHERE booking = $1 AND day = $2 AND state = 'booked'`

const excuseBooking = `UPDATE hall_booking SET state = 'excused' WHERE booking = $1 AND day = $2 AND state = 'missed'`

const bookedWaits = `UPDATE hall_wait SET state = 'booked' WHERE filing = $1 AND hall = $2 AND day = $3 AND state = 'waiting'`

const insertPlace = `INSERT INTO hall_place (day, id, slot, wicket, places, filing, unit, until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (day, id, slot) DO UPDATE SET wicket = excluded.wicket, places = excluded.places, until = excluded.until`

const insertAttendance = `INSERT INTO hall_attendance
(attendance, booking, number, filing, unit, day, came, went, people, cause, presence, hall)
VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $10, $11)
ON CONFLICT (attendance) DO UPDATE SET number = excluded.number, day = excluded.day, came = excluded.came, people = excluded.people, cause = excluded.cause, presence = excluded.presence, hall = excluded.hall` // of another day, which it was moved to

func apply(ctx context.Context, tx store.Tx, e journal.Event) error {
	at := e.At.UnixMicro()
	exec := func(query string, args ...any) error {
		_, err := tx.Exec(ctx, query, args...)
		return err
	}
	use := func(day, id, window, filing, unit string, until int64, uses []Use) error {
		for _, u := range uses {
			if err := exec(insertPlace, day, id, int64(u.Slot), window, u.Places, filing, unit, until); err != nil {
				return err
			}
		}
		return nil
	}
	free := func(day, id string) error {
		return exec(`DELETE FROM hall_place WHERE day = $1 AND id = $2`, day, id)
	}
	switch b := e.Body.(type) {
	case Planned:
		doc, err := json.Marshal(b.Plan(e.Subject.ID))
		if err != nil {
			return err
		}
		err = exec(`INSERT INTO hall_plan_was (hall, since, plan) VALUES ($1, $2, $3) ON CONFLICT (hall, since) DO UPDATE SET plan = excluded.plan`, e.Subject.ID, at, string(doc))
		if err != nil {
			return err
		}
		return exec(`INSERT INTO hall_plan (hall, plan) VALUES ($1, $2) ON CONFLICT (hall) DO UPDATE SET plan = excluded.plan`, e.Subject.ID, string(doc))
	case Held:
		return use(e.Subject.ID, b.Hold, b.Window, b.Filing, b.Unit, b.Until.UnixMicro(), b.Uses)
	case Released:
		if b.Hold != "" {
			return free(e.Subject.ID, b.Hold)
		}
		return free(e.Subject.ID, b.Booking)
	case Booked:
		people, acts, err := lists(b.People, b.Acts)
		if err != nil {
			return err
		}
		err = exec(insertBooking, b.Booking, b.Hall, b.Day.String(), int64(b.Slot), int64(b.Until), b.Window, b.Counter, b.Number, b.Code, b.Filing, b.Unit,
			people, acts, b.Sequence, b.Cause, at)
		if err != nil {
			return err
		}
		if err := exec(insertNumber, b.Number, b.Booking); err != nil {
			return err
		}
		for _, who := range b.People {
			if err := exec(`INSERT INTO hall_booking_person (booking, person) VALUES ($1, $2) ON CONFLICT (booking, person) DO NOTHING`, b.Booking, who); err != nil {
				return err
			}
		}
		if err := exec(`DELETE FROM hall_place WHERE day = $1 AND filing = $2`, e.Subject.ID, b.Filing); err != nil {
			return err
		}
		if err := exec(bookedWaits, b.Filing, b.Hall, b.Day.String()); err != nil {
			return err
		}
		return use(e.Subject.ID, b.Booking, b.Window, b.Filing, b.Unit, 0, b.Uses)
	case Moved:
		if err := exec(insertNumber, b.Number, b.Booking); err != nil {
			return err
		}
		if err := exec(moveBooking, b.Booking, b.Hall, b.Day.String(), int64(b.Slot), int64(b.Until), b.Window, b.Number, b.Sequence); err != nil {
			return err
		}
		if err := exec(`DELETE FROM hall_place WHERE day = $1 AND filing = $2`, e.Subject.ID, b.Filing); err != nil {
			return err
		}
		if err := exec(bookedWaits, b.Filing, b.Hall, b.Day.String()); err != nil {
			return err
		}
		return use(e.Subject.ID, b.Booking, b.Window, b.Filing, b.Unit, 0, b.Uses)
	case WaitBegun:
		people, _, err := lists(b.People, nil)
		if err != nil {
			return err
		}
		minutes, err := json.Marshal(append([]int{}, b.Minutes...))
		if err != nil {
			return err
		}
		return exec(`INSERT INTO hall_wait (wait, hall, day, counter, filing, unit, people, minutes, first, since, state, slot, wicket, until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'waiting', 0, '', 0)`,
			b.Wait, b.Hall, b.Day.String(), b.Counter, b.Filing, b.Unit, people, string(minutes), string(b.First), at)
	case Offered:
		err := exec(`UPDATE hall_wait SET slot = $2, wicket = $3, until = $4 WHERE wait = $1`, b.Wait, int64(b.Slot), b.Window, b.Until.UnixMicro())
		if err != nil {
			return err
		}
		return use(e.Subject.ID, b.Wait, b.Window, b.Filing, b.Unit, b.Until.UnixMicro(), b.Uses)
	case WaitEnded:
		if err := exec(`UPDATE hall_wait SET state = $2 WHERE wait = $1`, b.Wait, string(b.Why)); err != nil {
			return err
		}
		return free(e.Subject.ID, b.Wait)
	case Shortened:
		people, acts, err := lists(b.People, b.Acts)
		if err != nil {
			return err
		}
		if len(b.Uses) > 0 {
			last := int64(b.Uses[len(b.Uses)-1].Slot)
			if err := exec(shortenBooking, b.Booking, people, acts, b.Sequence, e.Subject.ID, last); err != nil {
				return err
			}
			for _, u := range b.Uses {
				if err := exec(`UPDATE hall_place SET places = $4 WHERE day = $1 AND id = $2 AND slot = $3`, e.Subject.ID, b.Booking, int64(u.Slot), u.Places); err != nil {
					return err
				}
			}
			return exec(`DELETE FROM hall_place WHERE day = $1 AND id = $2 AND slot > $3`, e.Subject.ID, b.Booking, last)
		}
		if err := exec(`UPDATE hall_booking SET people = $2, acts = $3, sequence = $4 WHERE booking = $1 AND sequence < $4`, b.Booking, people, acts, b.Sequence); err != nil {
			return err
		}
		last := `WHERE day = $1 AND id = $2 AND slot = (SELECT MAX(slot) FROM hall_place WHERE day = $1 AND id = $2)`
		if err := exec(`UPDATE hall_place SET places = places - 1 `+last, e.Subject.ID, b.Booking); err != nil {
			return err
		}
		return exec(`DELETE FROM hall_place WHERE day = $1 AND id = $2 AND places < 1`, e.Subject.ID, b.Booking)
	case Announced:
		return exec(`UPDATE hall_booking SET here = $2 WHERE booking = $1`, b.Booking, at)
	case Cancelled:
		if err := exec(cancelBooking, b.Booking, b.Sequence, b.Reason); err != nil {
			return err
		}
		return free(e.Subject.ID, b.Booking)
	case CheckedIn:
		people, _, err := lists(b.People, nil)
		if err != nil {
			return err
		}
		if err := exec(insertAttendance, e.Subject.ID, b.Booking, b.Number, b.Filing, b.Unit, b.Day.String(), at, people, b.Cause, string(Arrived), b.Hall); err != nil {
			return err
		}
		for i, a := range b.Acts {
			err := exec(`INSERT INTO hall_act (attendance, act, nth, kind, person, minutes, result, note, originals, at) VALUES ($1, $2, $3, $4, $5, $6, '', '', 0, 0)`,
				e.Subject.ID, a.ID, i, string(a.Kind), a.Person, a.Minutes)
			if err != nil {
				return err
			}
		}
		return exec(`UPDATE hall_booking SET state = 'arrived' WHERE booking = $1`, b.Booking)
	case ActClosed:
		return exec(`UPDATE hall_act SET result = $3, note = $4, originals = $5, at = $6 WHERE attendance = $1 AND act = $2`,
			e.Subject.ID, b.Act, string(b.Result), b.Note, b.Originals, at)
	case Closed:
		if err := exec(`UPDATE hall_attendance SET presence = $2, went = $3 WHERE attendance = $1`, e.Subject.ID, string(Left), at); err != nil {
			return err
		}
		return exec(`UPDATE hall_booking SET state = 'left' WHERE booking = $1`, e.Subject.ID)
	case TicketGiven:
		id, day, _ := DayOf(e.Subject.ID)
		return exec(`INSERT INTO hall_ticket (visit, hall, day, filing, number, counter, first, due, came, state, wicket, calls, called, waited) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waits', '', 0, 0, 0)`,
			b.Visit, id, day.String(), b.Filing, b.Number, b.Counter, string(b.First), b.Due.UnixMicro(), b.Came.UnixMicro())
	case Called:
		return exec(`UPDATE hall_ticket SET state = 'called', wicket = $2, calls = $3, called = $4, waited = CASE WHEN waited = 0 THEN $4 ELSE waited END WHERE visit = $1`, b.Visit, b.Window, b.Calls, at)
	case PassedOver:
		return exec(`UPDATE hall_ticket SET state = 'absent' WHERE visit = $1`, b.Visit)
	case Requeued:
		return exec(`UPDATE hall_ticket SET state = 'waits', due = $2, calls = 0 WHERE visit = $1`, b.Visit, at)
	case TicketOver:
		return exec(`UPDATE hall_ticket SET state = 'over' WHERE visit = $1`, b.Visit)
	case Missed:
		if err := exec(insertAttendance, e.Subject.ID, b.Booking, "", b.Filing, b.Unit, b.Day.String(), at, "[]", "", string(NotCome), ""); err != nil {
			return err
		}
		return exec(missBooking, b.Booking, b.Day.String())
	case MissTakenBack:
		if err := exec(`DELETE FROM hall_attendance WHERE attendance = $1 AND presence = 'missed'`, e.Subject.ID); err != nil {
			return err
		}
		return exec(excuseBooking, b.Booking, b.Day.String())
	}
	return nil
}

func lists(people []string, acts []Act) (p, a string, err error) {
	if people == nil {
		people = []string{}
	}
	if acts == nil {
		acts = []Act{}
	}
	pb, err := json.Marshal(people)
	if err != nil {
		return "", "", fmt.Errorf("writing the people of a booking: %w", err)
	}
	ab, err := json.Marshal(acts)
	return string(pb), string(ab), err
}
