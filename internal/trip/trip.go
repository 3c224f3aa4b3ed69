package trip

import (
	"fmt"

	"yitang/internal/calendar"
	"yitang/internal/journal"
)

// Stage is where a trip stands.
type Stage string

const (
	Nothing   Stage = ""
	IsCleared Stage = "cleared"
	IsAbroad  Stage = "abroad"
	IsHome    Stage = "home"
	DidNotGo  Stage = "not_departed"
	IsClosed  Stage = "closed"
)

// Trip is one delegation's journey.
type Trip struct {
	Stage       Stage
	Unit        string
	Members     []string
	Depart      calendar.Date // as approved
	Return      calendar.Date
	Departed    calendar.Date // as told
	Home        calendar.Date
	BookletsDue calendar.Date
	ReportDue   calendar.Date
	NoticeDue   calendar.Date // zero: none is asked after this trip
	Notice      string        // material, its evidence; "" while it isn't filed
	Report      string        // material; "" while it isn't filed
	SpentFen    int           // actual cost, as told with it; 0 where nobody said
	Over        string        // who approved what went beyond the budget
	Deviation   string        // how it differed from what was approved, as told; ""
	Elsewhere   string        // stamps of places that aren't approved; ""
	Private     bool          // somebody left on a private passport
	Losses      []Loss        // that were told of
}

// Ended tells whether nobody travels on it any more: they are home, or never left.
func (t Trip) Ended() bool { return t.Stage == IsHome || t.Stage == DidNotGo || t.Stage == IsClosed }

// CalledOff tells whether the mission doesn't take place: it stands in nobody's
// way any more, whatever became of its case.
func (t Trip) CalledOff() bool {
	return t.Stage == DidNotGo || t.Stage == IsClosed && t.Departed.IsZero()
}

// OwesNotice tells whether the notice after the trip is asked for and not there.
func (t Trip) OwesNotice() bool { return !t.NoticeDue.IsZero() && t.Notice == "" }

// Room is the trip as a subject; its id is the filing's.
var Room = journal.Subject[Trip]{Kind: "trip", Evolve: evolve}

func evolve(t Trip, e journal.Event) (Trip, error) {
	switch b := e.Body.(type) {
	case Cleared:
		t = Trip{Stage: IsCleared, Unit: b.Unit, Members: b.Members, Depart: b.Depart, Return: b.Return, Losses: t.Losses}
	case Amended:
		t.Members, t.Depart, t.Return = b.Members, b.Depart, b.Return
		if !b.Cleared {
			t.Stage = Nothing
		}
	case ClearanceTakenBack:
		t.Stage = Nothing
	case Departed:
		t.Stage, t.Departed = IsAbroad, b.On
	case DepartureTakenBack:
		t.Stage, t.Departed = IsCleared, calendar.Date{}
	case NotDeparted:
		t.Stage, t.BookletsDue = DidNotGo, b.BookletsDue
	case CallOffTakenBack:
		t.Stage, t.BookletsDue = IsCleared, calendar.Date{}
	case CameHome:
		t.Stage, t.Home, t.BookletsDue, t.ReportDue = IsHome, b.On, b.BookletsDue, b.ReportDue
		t.NoticeDue = b.NoticeDue
		t.Deviation, t.Elsewhere, t.Private = b.Deviation, b.Elsewhere, b.Private
	case HomeTakenBack:
		t = Trip{Stage: IsAbroad, Unit: t.Unit, Members: t.Members, Depart: t.Depart, Return: t.Return, Departed: t.Departed, Losses: t.Losses}
	case ReportFiled:
		t.Report, t.SpentFen, t.Over = b.Material, b.SpentFen, b.Over
	case NoticeFiled:
		t.Notice = b.Material
	case Closed:
		t.Stage = IsClosed
	case LossTold:
		t.Losses = append(without(t.Losses, b.Booklet), Loss{b.Booklet, b.Person, b.Lent})
	case LossTakenBack:
		t.Losses = without(t.Losses, b.Booklet)
	default:
		return t, fmt.Errorf("%T is nothing that happens to a trip", e.Body)
	}
	return t, nil
}
