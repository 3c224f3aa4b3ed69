package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"yitang/internal/access"
	"yitang/internal/calendar"
	"yitang/internal/fault"
	state "yitang/internal/progress"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// Me is who asks and what is next for them.
type Me struct {
	Name    string   `json:"name"`
	Login   string   `json:"login"`
	Roles   []string `json:"roles"`
	Current *Case    `json:"current,omitempty" doc:"Their trip that is under way and leaves first"`
	Others  []InList `json:"others" doc:"Their other trips, those under way in front"`
}

// InList is a case as lists show it.
type InList struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Depart string `json:"depart,omitempty" format:"date"`
	Return string `json:"return,omitempty" format:"date"`
	Stage  string `json:"stage"`
	Over   bool   `json:"over"`
}

// Case is how far one has come.
type Case struct {
	InList
	Lead     string `json:"lead,omitempty" doc:"When, and how many travel"`
	Document string `json:"document,omitempty" doc:"Number of the approval"`
	Line     Line   `json:"line" doc:"一: the three links on one line"`
	Next     Next   `json:"next" doc:"The one next step"`
}

// Line is the three links.
type Line struct {
	Approval Station `json:"approval"`
	Passport Station `json:"passport"`
	Visa     Station `json:"visa"`
}

// Station is how far one link has come.
type Station struct {
	State  string `json:"state" enum:"empty,on,here,you,done" doc:"on: prepared ahead of its turn; here: with the office; you: it waits for who asks"`
	Tenths int    `json:"tenths" minimum:"0" maximum:"10"`
	Says   string `json:"says"`
}

// Next is the one next step, as who asks sees it.
type Next struct {
	Turn  string   `json:"turn" enum:"yours,theirs,none"`
	Owes  string   `json:"owes,omitempty" doc:"Who it waits for"`
	By    string   `json:"by,omitempty" doc:"By when, in words"`
	Act   string   `json:"act"`
	When  string   `json:"when,omitempty"`
	Text  string   `json:"text,omitempty"`
	Place string   `json:"place,omitempty"`
	Bring []string `json:"bring,omitempty" doc:"What to take along"`
	Spare []string `json:"spare,omitempty" doc:"What not to"`
	Do    string   `json:"do,omitempty" doc:"Which part of the case it is done on: visit, correct, after, rate, …"`
}

// Happened is one entry of a case's timeline.
type Happened struct {
	At   time.Time `json:"at"`
	What string    `json:"what"`
	Who  string    `json:"who,omitempty"`
	Zone string    `json:"zone" enum:"internet,office,passport"`
	Note string    `json:"note,omitempty"`
}

// Detail is a case with what happened to it.
type Detail struct {
	Case
	Timeline []Happened `json:"timeline" doc:"What happened last stands in front"`
}

type listAsk struct {
	Over  bool   `query:"over" doc:"Those that are over instead of those under way"`
	After string `query:"after" maxLength:"120" doc:"next of the page before"`
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"20"`
}

type listOut struct {
	Body struct {
		Cases []InList `json:"cases"`
		Next  string   `json:"next,omitempty" doc:"Where the list goes on; nothing where it ends"`
	}
}

type (
	meOut   struct{ Body Me }
	caseOut struct{ Body Detail }
)

// happenings is how many entries of a timeline come.
const happenings = 50

func (a *API) cases() {
	may(a, access.Self, huma.Operation{Method: http.MethodGet, Path: "/me", Summary: "Who I am, my trip, its next step", Tags: []string{"cases"}}, a.me)
	may(a, access.SeeCase, huma.Operation{Method: http.MethodGet, Path: "/cases", Summary: "My unit's cases, or those that I travel with", Tags: []string{"cases"}}, a.list)
	may(a, access.SeeCase, huma.Operation{Method: http.MethodGet, Path: "/cases/{case}", Summary: "How far a case has come", Tags: []string{"cases"}}, a.detail)
}

func (a *API) me(ctx context.Context, _ *struct{}) (*meOut, error) {
	who := web.WhoOf(ctx)
	out := &meOut{Me{Name: who.Name, Login: who.Login, Others: []InList{}}}
	for _, r := range who.Roles {
		out.Body.Roles = append(out.Body.Roles, string(r))
	}
	current, others, err := a.Me.Trips(ctx, who.Person)
	if err != nil {
		return nil, err
	}
	if current != nil {
		c, err := a.caseOf(ctx, *current)
		if err != nil {
			return nil, err
		}
		out.Body.Current = &c
	}
	for _, s := range others {
		out.Body.Others = append(out.Body.Others, inList(ctx, s))
	}
	return out, nil
}

func (a *API) list(ctx context.Context, in *listAsk) (*listOut, error) {
	who := web.WhoOf(ctx)
	out := &listOut{}
	out.Body.Cases = []InList{}
	if !who.May(access.SeeUnit) { // a traveller's own: one page holds them
		current, others, err := a.Me.Trips(ctx, who.Person)
		if err != nil {
			return nil, err
		}
		if current != nil {
			others = append([]state.State{*current}, others...)
		}
		for _, s := range others {
			if s.Stage.Over() == in.Over {
				out.Body.Cases = append(out.Body.Cases, inList(ctx, s))
			}
		}
		return out, nil
	}
	var after state.After
	if in.After != "" {
		on, id, _ := strings.Cut(in.After, "~")
		d, err := calendar.Parse(on)
		if err != nil || id == "" {
			return nil, fault.Field("after", "api.after", nil)
		}
		after = state.After{Depart: d, Filing: id}
	}
	all, err := state.OfUnit(ctx, a.Journal.Store, who.Unit, in.Over, after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	if len(all) > in.Limit {
		all = all[:in.Limit]
		last := all[in.Limit-1]
		out.Body.Next = last.Depart.String() + "~" + last.Filing
	}
	for _, s := range all {
		out.Body.Cases = append(out.Body.Cases, inList(ctx, s))
	}
	return out, nil
}

func (a *API) detail(ctx context.Context, in *OfCase) (*caseOut, error) {
	s, ok, err := state.Of(ctx, a.Journal.Store, in.Case)
	if err != nil {
		return nil, err
	}
	if !ok { // a draft: nothing has happened yet
		return nil, fault.NotFound("how far " + in.Case + " has come")
	}
	c, err := a.caseOf(ctx, s)
	if err != nil {
		return nil, err
	}
	out := &caseOut{Detail{Case: c, Timeline: []Happened{}}}
	happened, err := a.Progress.Timeline(ctx, in.Case, happenings)
	if err != nil {
		return nil, err
	}
	for _, h := range happened {
		out.Body.Timeline = append(out.Body.Timeline, Happened{h.At, h.What, h.Who, string(h.Zone), h.Note})
	}
	return out, nil
}

func inList(ctx context.Context, s state.State) InList {
	out := InList{ID: s.Filing, Title: s.Title, Depart: dateOf(s.Depart), Return: dateOf(s.Return), Stage: string(s.Stage), Over: s.Stage.Over()}
	if out.Title == "" {
		out.Title = ui.T(ctx, "progress.untitled")
	}
	return out
}

func (a *API) caseOf(ctx context.Context, s state.State) (Case, error) {
	line, err := a.Progress.Line(ctx, s.Filing)
	if err != nil {
		return Case{}, err
	}
	next, _, err := a.Progress.Next(ctx, s.Filing, web.WhoOf(ctx))
	if err != nil {
		return Case{}, err
	}
	out := Case{InList: inList(ctx, s), Lead: a.Progress.Head(ctx, s).Lead, Document: s.Document,
		Line: Line{station(line.Approval), station(line.Passport), station(line.Visa)},
		Next: Next{Turn: string(next.Turn), Owes: next.Owes, By: next.By, Act: next.Act, When: next.When, Text: next.Text, Place: next.Place, Bring: next.Bring, Spare: next.Spare, Do: state.Next(s, a.Journal.Now()).Page}}
	return out, nil
}

func station(s ui.Station) Station { return Station{string(s.State), s.Filled, s.Says} }
