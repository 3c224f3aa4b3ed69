package visa

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"yitang/internal/account"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	room "yitang/internal/visa"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// printed are the fields for what stands on a visa. Where something of it doesn't
// serve the trip, it is asked whether the visa does say so.
func printed(ctx context.Context, is room.Printed, beside map[string]string) []ui.Field {
	days := ""
	if is.Days > 0 {
		days = strconv.Itoa(is.Days)
	}
	fields := []ui.Field{
		{Name: "name", Label: ui.T(ctx, "visadesk.grant.name"), Value: is.Name, Lang: "zh-Latn"},
		{Name: "tail", Label: ui.T(ctx, "visadesk.grant.tail"), Value: is.Tail, Width: "short"},
		{Kind: ui.DateKind, Name: "from", Label: ui.T(ctx, "visadesk.grant.from"), Value: is.From.String()},
		{Kind: ui.DateKind, Name: "until", Label: ui.T(ctx, "visadesk.grant.until"), Value: is.Until.String()},
		{Kind: ui.Radio, Name: "entries", Label: ui.T(ctx, "visadesk.grant.entries"), Across: true},
		{Kind: ui.Number, Name: "days", Label: ui.T(ctx, "visadesk.grant.days"), Value: days},
	}
	for _, n := range []int{1, 2, 0} { // the value is what the order keeps, 0 for any number
		fields[4].Options = append(fields[4].Options, ui.Option{Value: strconv.Itoa(n), Text: entries(ctx, n), Chosen: n == is.Entries})
	}
	if beside["asIs"] != "" {
		fields = append(fields, ui.Field{Kind: ui.Check, Name: "asIs", Label: ui.T(ctx, "visadesk.grant.as_is"), Hint: ui.T(ctx, "visadesk.grant.as_is.hint")})
	}
	return fields
}

// entries says how often a visa lets its holder in.
//
// ui:keys visadesk.grant.entries.*
func entries(ctx context.Context, n int) string {
	if key := fmt.Sprintf("visadesk.grant.entries.%d", n); ui.Known(key) {
		return ui.T(ctx, key)
	}
	return strconv.Itoa(n)
}

// postGrant records the visa, and with it the traveller's visit to the mission.
func (p *Pages) postGrant(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("order")
	is, wrong := readPrinted(r)
	cmd := room.Grant{Unseen: text(r, "unseen")}
	var err error
	if cmd.Went, err = day(r, "went"); err != nil {
		wrong = append(wrong, fault.Findings(err)...)
	}
	err = p.judged(ctx, id, is, wrong, func(o room.Order, is room.Printed) error {
		cmd.Printed, cmd.Wanted = is, p.mission(ctx, o)
		_, err := journal.Do(ctx, p.Journal, room.Room, web.Order(r, id), cmd)
		return err
	})
	p.answered(w, r, err, id)
}

// postCorrect mends what was typed of a visa.
func (p *Pages) postCorrect(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("order")
	is, wrong := readPrinted(r)
	err := p.judged(ctx, id, is, wrong, func(o room.Order, is room.Printed) error {
		gone, err := p.out(ctx, o)
		if err == nil {
			_, err = journal.Do(ctx, p.Journal, room.Room, web.Order(r, id), room.Correct{Printed: is, Out: gone})
		}
		return err
	})
	p.answered(w, r, err, id)
}

// judged asks the rules of handing out about a visa as it is typed, before it is
// given on; what couldn't be read is told first.
func (p *Pages) judged(ctx context.Context, id string, is room.Printed, wrong []fault.Finding, then func(room.Order, room.Printed) error) error {
	o, version, err := journal.Load(ctx, p.Journal, room.Room, id)
	if err == nil && version == 0 {
		err = fault.NotFound("visa order " + id)
	}
	if err == nil && len(wrong) > 0 {
		err = fault.Invalid(wrong...)
	}
	if err == nil {
		is.Misfits, err = p.judgeSticker(ctx, o, is.Of(o.Plan))
	}
	if err != nil {
		return err
	}
	return then(o, is)
}

// readPrinted reads the visa's page; what can't be read is told beside its field.
func readPrinted(r *http.Request) (room.Printed, []fault.Finding) {
	is := room.Printed{Name: text(r, "name"), Tail: text(r, "tail"), AsIs: text(r, "asIs") != ""}
	var wrong []fault.Finding
	for _, d := range []struct {
		name string
		into *calendar.Date
	}{{"from", &is.From}, {"until", &is.Until}} {
		var err error
		if *d.into, err = day(r, d.name); err != nil { // one that is missing is the command's to tell
			wrong = append(wrong, fault.Findings(err)...)
		}
	}
	if text(r, "entries") == "" {
		wrong = append(wrong, fault.Finding{Field: "entries", Key: "visa.grant.entries"})
	}
	for _, n := range []struct {
		name string
		into *int
	}{{"entries", &is.Entries}, {"days", &is.Days}} {
		if s := text(r, n.name); s != "" {
			var err error
			if *n.into, err = strconv.Atoi(dossier.FoldCode(s)); err != nil {
				wrong = append(wrong, fault.Finding{Field: n.name, Key: "form.number.unreadable"})
			}
		}
	}
	return is, wrong
}

// against says what keeps a recorded visa from serving the trip, in sentences; it
// is what the check would refuse it for.
func (p *Pages) against(ctx context.Context, o room.Order) ([]string, error) {
	found, err := p.judgeSticker(ctx, o, o.Visa)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, f := range o.Unfit(found) {
		out = append(out, ui.Sentence(ctx, f))
	}
	return out, nil
}

// out tells whether the booklet of an order was handed out.
func (p *Pages) out(ctx context.Context, o room.Order) (bool, error) {
	b, there, err := custody.One(ctx, p.Journal.Store, o.Booklet)
	return there && b.Place == custody.IsLent, err
}

// mended tells of each correction what it changed, who made it and when.
func (p *Pages) mended(ctx context.Context, o room.Order) ([]string, error) {
	var accounts []string
	for _, m := range o.Mended {
		accounts = append(accounts, m.By)
	}
	names, err := account.Names(ctx, p.Journal.Store, accounts)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, m := range o.Mended {
		values := map[string][2]string{
			"name": {m.Was.Name.Or(""), m.Is.Name.Or("")}, "tail": {m.Was.Tail, m.Is.Tail}, "from": {ui.Date(ctx, m.Was.From), ui.Date(ctx, m.Is.From)},
			"until": {ui.Date(ctx, m.Was.Until), ui.Date(ctx, m.Is.Until)}, "entries": {entries(ctx, m.Was.Entries), entries(ctx, m.Is.Entries)}, "days": {strconv.Itoa(m.Was.Days), strconv.Itoa(m.Is.Days)},
		}
		var all []string
		for _, field := range room.Differs(m.Was, m.Is) {
			v := values[field]
			for i, s := range v {
				if s == "" {
					v[i] = ui.T(ctx, "visadesk.mended.nothing")
				}
			}
			// ui:keys visadesk.grant.*
			all = append(all, ui.T(ctx, "visadesk.mended.one", "Field", ui.T(ctx, "visadesk.grant."+field), "Was", v[0], "Is", v[1]))
		}
		out = append(out, ui.T(ctx, "visadesk.mended", "When", ui.At(ctx, m.At), "Who", names[m.By], "What", ui.Clauses(ctx, all...)))
	}
	return out, nil
}
