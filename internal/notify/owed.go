package notify

import (
	"slices"
	"strings"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/pack"
)

// Fact is something of which somebody may be told.
type Fact struct {
	What    pack.TellEvent
	About   string          // case; "" for none
	Unit    string          // whose liaison officers and signatories hear of it
	Of      string          // the thing that it is about, and what tells it from the like: an event, a booklet and its day
	Step    string          // of several about one thing: "1" of overdue for one day
	Account string          // who alone hears of it, whatever they are; "" for whom the roles name
	People  []string        // travellers whom it concerns, by their records
	Roles   []pack.TellRole // of the office: whose turn it is; nil where the pack's rule says it alone
	Who     string          // whose name its words fill in, by their record; "" for nobody's
	// Whose are whose names its words fill in, by the place: several people's each.
	Whose map[string][]string
	Fills map[string]string // what the words may fill in: days as 2026-03-12, whole numbers
	// NotBefore is the moment before which it leaves the house by no way; zero: at once.
	NotBefore time.Time
	// Opens is what the address of its page carries for who isn't signed in; "" for nothing.
	Opens string
}

// Recipient is somebody who may be told.
type Recipient struct {
	Account string
	Role    pack.TellRole
	Off     []string // of what they don't want to hear by any way
}

// Message is one fact for one account.
type Message struct {
	Key     string
	What    pack.TellEvent
	About   string
	Unit    string
	Account string
	Role    string
	Of      string
	Link    string
	Fills   map[string]string
	Ways    []string
	Due     time.Time
	Digest  bool
	Legal   bool
}

// Owed gives the messages that a fact owes, each with a key that is the same
// whenever the fact is looked at. An account in two roles is told once, as the role
// that the pack's rule tells with the most ways.
func Owed(f Fact, all []Recipient, t pack.Telling, book *calendar.Book, now time.Time) []Message {
	rule, of := t.Events[f.What], tellable(f.What)
	if now.Before(f.NotBefore) {
		now = f.NotBefore
	}
	var out []Message
	for _, r := range all {
		tell, hears := rule.To[r.Role]
		if !hears {
			continue
		}
		m := Message{What: f.What, About: f.About, Unit: f.Unit, Account: r.Account, Role: string(r.Role), Of: f.Of, Link: Page(f.What, r.Role, f.About, f.Of) + f.Opens, Fills: f.Fills, Legal: of.Legal}
		m.Key = strings.Join([]string{string(f.What), f.Of, f.Step, r.Account}, ":")
		if of.Legal || !slices.Contains(r.Off, string(f.What)) {
			for _, w := range tell.Ways {
				m.Ways = append(m.Ways, string(w))
			}
		}
		m.Due, m.Digest = Due(tell.When, t, book, now), tell.When == pack.InDigest
		if i := slices.IndexFunc(out, func(o Message) bool { return o.Account == r.Account }); i >= 0 {
			if len(m.Ways) > len(out[i].Ways) {
				out[i] = m
			}
			continue
		}
		out = append(out, m)
	}
	return out
}

func tellable(e pack.TellEvent) pack.Tellable {
	of, _ := pack.TellableOf(e)
	return of
}

// Due is the first moment at which somebody may be told, on the office's clock.
// Holidays and the working days that make up for them are the calendar's to say.
func Due(when pack.TellWhen, t pack.Telling, book *calendar.Book, now time.Time) time.Time {
	if when == pack.AtOnce {
		return now
	}
	day, hour := calendar.DateOf(now), hourOf(now)
	if when == pack.InDigest {
		if hour > t.Digest || hour == t.Digest && !now.Equal(at(day, t.Digest)) || !book.IsWorkday(day) {
			day = nextWorkday(book, day)
		}
		return at(day, t.Digest)
	}
	due := now
	if end, quiet := quietUntil(t.Quiet, day, hour); quiet {
		due = end
	}
	if when == pack.OnWorkday && !book.IsWorkday(calendar.DateOf(due)) {
		due = at(nextWorkday(book, calendar.DateOf(due)), t.Quiet.Until)
	}
	return due
}

// quietUntil tells when the quiet hours end in which an hour of a day lies. They
// may go over midnight; equal hours are none.
func quietUntil(q pack.Quiet, day calendar.Date, hour pack.Hour) (time.Time, bool) {
	switch {
	case q.From < q.Until && q.From <= hour && hour < q.Until:
		return at(day, q.Until), true
	case q.From > q.Until && hour >= q.From:
		return at(day.Next(), q.Until), true
	case q.From > q.Until && hour < q.Until:
		return at(day, q.Until), true
	}
	return time.Time{}, false
}

func nextWorkday(book *calendar.Book, d calendar.Date) calendar.Date {
	for d = d.Next(); !book.IsWorkday(d); d = d.Next() {
	}
	return d
}

func at(d calendar.Date, h pack.Hour) time.Time {
	return d.Begins().Add(time.Duration(h) * time.Minute)
}

func hourOf(now time.Time) pack.Hour {
	return pack.Hour(now.Sub(calendar.DateOf(now).Begins()) / time.Minute)
}
