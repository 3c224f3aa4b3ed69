package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"yitang/internal/access"
	"yitang/internal/hall"
	visits "yitang/internal/web/hall"
)

// Visit is what has to be done in person, and the booking for it.
type Visit struct {
	Short    string   `json:"short" doc:"只跑一次"`
	Lead     string   `json:"lead,omitempty"`
	Names    []string `json:"names" doc:"Who comes"`
	Steps    []Step   `json:"steps"`
	Minutes  int      `json:"minutes"`
	First    string   `json:"first,omitempty" format:"date" doc:"The proposed day"`
	Last     string   `json:"last,omitempty" format:"date" doc:"The latest day that serves"`
	Bookable bool     `json:"bookable" doc:"A time may be Chosen now"`
	Again    bool     `json:"again" doc:"They came before: booking wants a cause"`
	Booking  *Booking `json:"booking,omitempty"`
	Past     []Past   `json:"past" doc:"Visits that are over, the latest first"`
	Halls    []Hall   `json:"halls,omitempty" doc:"Between which there is a choice; left out where the office has one"`
}

// Hall is one of an office's halls.
type Hall struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Place string `json:"place"`
}

// Past is a visit that is over: it may be rated, or was.
type Past struct {
	ID    string `json:"id" doc:"Of /visits/{attendance}/rating"`
	When  string `json:"when" doc:"Its day in words"`
	Rated bool   `json:"rated"`
}

// Step is one thing to do there.
type Step struct {
	What string `json:"what"`
	Note string `json:"note,omitempty"`
}

// Booking is a time that is booked, as its pass shows it.
type Booking struct {
	Number string   `json:"number"`
	Code   string   `json:"code" doc:"What the hall reads at the entrance"`
	Day    string   `json:"day" format:"date"`
	Time   string   `json:"time" example:"09:30"`
	Ends   string   `json:"ends" example:"10:30" doc:"When their places end"`
	When   string   `json:"when" doc:"Day and time in words"`
	Place  string   `json:"place"`
	State  string   `json:"state" enum:"booked,arrived,left,cancelled,missed,excused"`
	Word   string   `json:"word" doc:"The state in words"`
	Bring  []string `json:"bring,omitempty"`
	Spare  []string `json:"spare,omitempty"`
}

// Day is a day of the hall with its times.
type Day struct {
	Day   string `json:"day" format:"date"`
	Open  bool   `json:"open"`
	Why   string `json:"why,omitempty" doc:"Why it is closed"`
	Left  int    `json:"left" doc:"Places in the times that fit"`
	Times []Time `json:"times"`
}

// Time is one time of a day.
type Time struct {
	Time string `json:"time" example:"09:30"`
	Left int    `json:"left" doc:"Places; 0 where these people don't fit in"`
	Ends string `json:"ends,omitempty" example:"10:30" doc:"When all of them are through, where they fit in: who takes longer than one slot has several in a row"`
}

type (
	visitOut struct{ Body Visit }
	timesAsk struct {
		OfCase
		From string `query:"from" format:"date" doc:"The first day; the earliest that serves where it is left out"`
		Days int    `query:"days" minimum:"1" maximum:"14" default:"5"`
		Hall string `query:"hall" maxLength:"40" doc:"Of the halls between which there is a choice; the first that can do it where it is left out, and not found where there is no such"`
	}
	timesOut struct {
		Body struct {
			Days []Day `json:"days"`
		}
	}
	Chosen struct {
		Day  string `json:"day" format:"date"`
		Time string `json:"time" maxLength:"5" example:"9:30"`
		Hall string `json:"hall,omitempty" maxLength:"40" doc:"Of the halls between which there is a choice; the first that can do it where it is left out, and not found where there is no such. What is booked moves within its hall"`
	}
	holdAsk struct {
		OfCase
		Keyed
		Body Chosen
	}
	holdOut struct {
		Body struct {
			Until time.Time `json:"until" doc:"Until when the time is kept"`
		}
	}
	bookAsk struct {
		OfCase
		Keyed
		Body struct {
			Chosen
			Cause string `json:"cause,omitempty" maxLength:"500" doc:"Why they come again"`
		}
	}
	cancelAsk struct {
		OfCase
		Keyed
		Reason string `query:"reason" maxLength:"500"`
	}
)

func (a *API) visit() {
	tags := []string{"visit"}
	may(a, access.SeeCase, huma.Operation{Method: http.MethodGet, Path: "/cases/{case}/visit", Summary: "What has to be done in person, and the booking", Tags: tags},
		func(ctx context.Context, in *OfCase) (*visitOut, error) { return a.coming(ctx, in.Case) })
	may(a, access.BookVisit, huma.Operation{Method: http.MethodGet, Path: "/cases/{case}/visit/times", Summary: "Free times", Tags: tags}, a.times)
	may(a, access.BookVisit, huma.Operation{Method: http.MethodPost, Path: "/cases/{case}/visit/hold", Summary: "Keep a time for ten minutes", Tags: tags, DefaultStatus: http.StatusCreated}, a.hold)
	may(a, access.BookVisit, huma.Operation{Method: http.MethodPost, Path: "/cases/{case}/visit", Summary: "Book a time", Tags: tags, DefaultStatus: http.StatusCreated},
		func(ctx context.Context, in *bookAsk) (*visitOut, error) {
			if err := a.Visits.Book(ctx, in.Case, placeOf(in.Body.Chosen), in.Body.Cause, in.Key); err != nil {
				return nil, err
			}
			return a.coming(ctx, in.Case)
		})
	may(a, access.BookVisit, huma.Operation{Method: http.MethodPut, Path: "/cases/{case}/visit", Summary: "Move the booked visit; the old time is free once the new one is sure", Tags: tags},
		func(ctx context.Context, in *holdAsk) (*visitOut, error) {
			if err := a.Visits.Move(ctx, in.Case, placeOf(in.Body), in.Key); err != nil {
				return nil, err
			}
			return a.coming(ctx, in.Case)
		})
	may(a, access.BookVisit, huma.Operation{Method: http.MethodDelete, Path: "/cases/{case}/visit", Summary: "Give the booked time back", Tags: tags},
		func(ctx context.Context, in *cancelAsk) (*visitOut, error) {
			if err := a.Visits.Cancel(ctx, in.Case, in.Reason, in.Key); err != nil {
				return nil, err
			}
			return a.coming(ctx, in.Case)
		})
}

func placeOf(c Chosen) visits.Place { return visits.Place{Day: c.Day, Slot: c.Time, Hall: c.Hall} }

func (a *API) coming(ctx context.Context, filing string) (*visitOut, error) {
	c, err := a.Visits.Coming(ctx, filing)
	if err != nil {
		return nil, err
	}
	out := &visitOut{Visit{Short: c.Short, Lead: c.Lead, Names: orNone(c.Names), Steps: []Step{}, Minutes: c.Minutes, First: dateOf(c.First), Last: dateOf(c.Last), Bookable: c.Bookable, Again: c.Again, Past: []Past{}}}
	past, err := a.Ratings.PastOf(ctx, filing)
	if err != nil {
		return nil, err
	}
	for _, x := range past {
		out.Body.Past = append(out.Body.Past, Past(x))
	}
	for _, s := range c.Steps {
		out.Body.Steps = append(out.Body.Steps, Step(s))
	}
	for _, h := range c.Halls {
		out.Body.Halls = append(out.Body.Halls, Hall(h))
	}
	if b := c.Booked; b != nil {
		out.Body.Booking = &Booking{Number: b.Number, Code: b.Code, Day: b.Day.String(), Time: b.Slot.String(), Ends: b.Ends.String(), When: b.When, Place: strings.TrimSpace(b.Place), State: string(b.State), Word: b.Word, Bring: b.Bring, Spare: b.Spare}
	}
	return out, nil
}

func (a *API) times(ctx context.Context, in *timesAsk) (*timesOut, error) {
	from, err := day("from", in.From)
	if err != nil {
		return nil, err
	}
	days, err := a.Visits.Times(ctx, in.Case, in.Hall, from, in.Days)
	if err != nil {
		return nil, err
	}
	out := &timesOut{}
	out.Body.Days = []Day{}
	for _, d := range days {
		x := Day{Day: d.Day.String(), Open: d.Open, Why: d.Why, Left: d.Left(), Times: []Time{}}
		for _, s := range d.Slots {
			at := Time{Time: s.Slot.String(), Left: left(s)}
			if s.Fits {
				at.Ends = s.Until.String()
			}
			x.Times = append(x.Times, at)
		}
		out.Body.Days = append(out.Body.Days, x)
	}
	return out, nil
}

// left is what people read beside a time: none but the one that is their own is one.
func left(s hall.Free) int {
	if !s.Fits {
		return 0
	}
	return max(1, s.Places)
}

func (a *API) hold(ctx context.Context, in *holdAsk) (*holdOut, error) {
	if err := a.Visits.Hold(ctx, in.Case, placeOf(in.Body), in.Key); err != nil {
		return nil, err
	}
	var err error
	out := &holdOut{}
	out.Body.Until, err = a.Visits.Held(ctx, in.Case, placeOf(in.Body))
	return out, err
}

func orNone(names []string) []string {
	if names == nil {
		return []string{}
	}
	return names
}
