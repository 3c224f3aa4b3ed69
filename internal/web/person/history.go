package person

import (
	"context"
	"net/http"

	"yitang/internal/account"
	"yitang/internal/calendar"
	"yitang/internal/journal"
	room "yitang/internal/person"
	"yitang/internal/unit"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// historyView is all versions of a record, newest first.
type historyView struct {
	Head    ui.Head
	Only    ui.Note // one datum alone
	Entries []version
	Empty   ui.Empty
}

// version is one entry: when, who, what kind of change, and what changed.
type version struct {
	When    string
	Who     string
	How     []string
	Changes ui.Changes
}

func (p *Pages) getHistory(w http.ResponseWriter, r *http.Request) {
	ctx, who := r.Context(), web.Who(r)
	rec, _, err := p.load(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	only := r.FormValue("of")
	v := historyView{Head: ui.Head{Title: ui.T(ctx, "people.history.title", "Name", rec.Name()), Lead: ui.T(ctx, "people.history.lead")}, Empty: ui.Empty{Text: ui.T(ctx, "people.history.none")}}
	if v.Entries, err = p.history(ctx, rec.ID, only, who.Unit); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if only != "" {
		v.Only = ui.Note{State: ui.Info, Title: ui.T(ctx, "people.history.only", "Field", label(ctx, only)), Link: ui.Link{Text: ui.T(ctx, "people.history.all"), URL: personURL(rec.ID) + "/history"}}
	}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Tabs: progress.Tabs(ctx, who, ""), Crumbs: p.crumbs(ctx, ui.Link{Text: rec.Name(), URL: personURL(rec.ID)}, ui.Link{Text: ui.T(ctx, "people.history")})}, historyPage(v, personURL(rec.ID)+"/history"))
}

// history tells what happened to a record, newest first, of one datum or all.
// Who did it is named where they are of the unit that reads; of others, their
// unit.
func (p *Pages) history(ctx context.Context, id, only, reader string) ([]version, error) {
	events, err := p.Site.Journal.History(ctx, journal.Ref{Kind: room.Room.Kind, ID: id})
	if err != nil {
		return nil, err
	}
	units, err := unit.Names(ctx, p.Site.Journal.Store)
	if err != nil {
		return nil, err
	}
	var out []version
	var was room.Person
	for _, e := range events {
		is, err := room.Room.Evolve(was, e)
		if err != nil {
			return nil, err
		}
		v := version{When: ui.At(ctx, e.At), How: p.what(ctx, e, units), Changes: p.changes(ctx, was.Facts, is.Facts)}
		if a, is := e.Body.(room.Announced); is {
			v.Changes = p.changes(ctx, was.Facts, was.Facts.With(room.Told(room.Recorded(a))))
		}
		was = is
		if only != "" {
			var of ui.Changes
			for _, c := range v.Changes {
				if c.Label == label(ctx, only) {
					of = append(of, c)
				}
			}
			if v.Changes = of; len(of) == 0 {
				continue
			}
		}
		if v.Who, err = p.actor(ctx, e.Actor, reader, units); err != nil {
			return nil, err
		}
		out = append([]version{v}, out...)
	}
	return out, nil
}

// actor names who did something.
func (p *Pages) actor(ctx context.Context, a journal.Actor, reader string, units map[string]string) (string, error) {
	role := progress.RoleName(ctx, a.Role)
	if a.Account == "" || a.Role == "traveller" {
		return role, nil
	}
	names, err := account.Names(ctx, p.Site.Journal.Store, []string{a.Account})
	if err != nil || names[a.Account] == "" {
		return role, err
	}
	e, err := account.One(ctx, p.Site.Journal.Store, a.Account)
	if err != nil {
		return role, err
	}
	if e.Unit != "" && reader != "" && e.Unit != reader {
		return ui.T(ctx, "people.actor", "Role", role, "Name", units[e.Unit]), nil
	}
	return ui.T(ctx, "people.actor", "Role", role, "Name", names[a.Account]), nil
}

// ui:keys people.event.*
// ui:keys people.nature.*
// ui:keys people.source.*
//
// what says in words what an event was.
func (p *Pages) what(ctx context.Context, e journal.Event, units map[string]string) []string {
	var out []string
	say := func(key string, args ...any) { out = append(out, ui.T(ctx, "people.event."+key, args...)) }
	told := func(b room.Recorded) {
		if b.Nature != "" {
			out = append(out, ui.T(ctx, "people.nature."+string(b.Nature)))
		}
		if !b.From.IsZero() {
			out = append(out, ui.T(ctx, "people.nature.from", "Day", ui.Date(ctx, b.From)))
		}
		source := string(b.Source)
		if source == "" && b.Filing != "" {
			source = "case"
		}
		if source == "" {
			source = "unit"
		}
		out = append(out, ui.T(ctx, "people.source."+source))
	}
	switch b := e.Body.(type) {
	case room.Recorded:
		say("recorded", "Unit", units[b.In])
		told(b)
	case room.Changed:
		told(room.Recorded(b))
	case room.Announced:
		say("announced")
		told(room.Recorded(b))
	case room.AnnouncementDropped:
		say("announcement_dropped", "Day", ui.Date(ctx, b.From))
	case room.Detailed:
		say("detailed")
	case room.Confirmed:
		say("confirmed")
	case room.Left:
		say("left", "Day", ui.Date(ctx, b.On))
	case room.CameBack:
		say("came_back")
	case room.Offered:
		say("offered", "Unit", units[b.To])
	case room.OfferEnded:
		say("offer_ended", "Unit", units[b.By])
		if b.Why != "" {
			out = append(out, b.Why)
		}
	case room.AskedFor:
		say("asked_for", "Unit", units[b.By])
	case room.Transferred:
		say("transferred", "Unit", units[b.To])
	case room.Absorbed:
		say("absorbed")
	case room.Merged:
		say("merged")
	case room.Unmerged:
		say("unmerged")
	case room.Separated:
		say("separated")
	}
	return out
}

// changes is what differs between two versions of a record, as people read it.
func (p *Pages) changes(ctx context.Context, was, is room.Facts) ui.Changes {
	var out ui.Changes
	for _, name := range room.Differing(was, is) {
		out = append(out, ui.Change{Label: label(ctx, name), Was: p.value(ctx, was, name), Is: p.value(ctx, is, name)})
	}
	return out
}

// ui:keys field.members.*
func label(ctx context.Context, name string) string {
	if key := "field.members." + name; ui.Known(key) {
		return ui.T(ctx, key)
	}
	return name
}

// words are the lists that a datum's value is one of.
var words = map[string]string{"sex": "sex", "rank": "rank", "principal": "principal", "employment": "employment", "vetting.status": "vettingStatus", "cleared": "cleared"}

// ui:keys word.*
//
// value is a datum as people read it; the identity number is masked.
func (p *Pages) value(ctx context.Context, f room.Facts, name string) string {
	is := f.Masked(name)
	switch {
	case words[name] != "" && is != "":
		return ui.T(ctx, "word."+words[name]+"."+is)
	case name == "nationality" && is != "":
		lang := "zh"
		if !ui.LangOf(ctx).Chinese() {
			lang = "en"
		}
		return p.Countries().Name(is, lang)
	case name == "foreignResidence" || name == "academic" || name == "leadershipTeam":
		if is == "true" {
			return ui.T(ctx, "people.yes")
		}
		return ""
	}
	if d, err := calendar.Parse(is); err == nil {
		return ui.Date(ctx, d)
	}
	return is
}
