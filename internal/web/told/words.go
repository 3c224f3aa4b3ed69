// Package told is what people are told (通知), as they read it: on their own page,
// in mails and text messages, and on the case, who was told what. Here they also say
// how they are reached, and what they don't want to hear.
package told

import (
	"context"
	"strconv"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/notify"
	"yitang/internal/pack"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
	"yitang/internal/zone"
)

// Words puts messages into words, in the office's own where it has them.
type Words struct {
	Journal *journal.Journal
	Pack    func() *pack.Set
	URL     string // the site's address, which links in mails begin with; "" leaves them out
}

// ui:keys told.subject.*
// ui:keys told.text.*
// ui:keys told.change.*
// ui:keys rating.grade.*
//
// said gives a message's subject and text in the reader's language.
func (w *Words) said(ctx context.Context, m notify.Row, place string) (subject, text string) {
	args := map[string]any{"Place": place}
	for name, v := range m.Fills {
		args[name] = filled(v)
	}
	if area := m.Fills["Area"]; area != "" {
		args["Area"] = (&progress.Pages{Country: w.Pack().Country}).Area(ctx, area)
	}
	if g := m.Fills["Grade"]; g != "" {
		args["Grade"] = ui.T(ctx, "rating.grade."+g)
	}
	if z := m.Fills["Zone"]; z != "" {
		args["Zone"] = ui.ZoneName(ctx, zone.Zone(z))
	}
	if en := m.Fills["WindowEn"]; en != "" {
		args["Window"] = ui.Name(ctx, fault.Text{Zh: m.Fills["Window"], En: en})
	}
	if m.Fills["Title"] == "" {
		args["Title"] = ui.T(ctx, "progress.untitled")
	}
	for _, name := range tellable(m.What).Fills { // what an older message didn't say
		if _, there := args[name]; !there {
			args[name] = ""
		}
	}
	key := string(m.What)
	subject, of := "told.subject."+key, "told.text."+key
	switch kind := filing.AmendmentKind(m.Fills["Kind"]); {
	case kind == "":
	case kind == filing.AmendCancel && ui.Known(of+".cancel"): // the mission itself
		subject, of = subject+".cancel", of+".cancel"
	default:
		args["Kind"] = progress.KindName(ctx, kind)
		args["Title"] = ui.T(ctx, "told.change.title", "Kind", args["Kind"], "Title", args["Title"])
		if change := of + ".change"; ui.Known(change) {
			of = change
		}
	}
	if m.Fills["Names"] != "" && ui.Known("told.text."+key+".of") { // of several people's, for their unit
		return ui.TMap(ctx, "told.subject."+key, args), ui.TMap(ctx, "told.text."+key+".of", args)
	}
	if part := of + ".part"; m.Fills["Refused"] != "" && ui.Known(part) {
		of = part
	}
	if again := of + ".again"; m.Fills["Again"] != "" && ui.Known(again) { // after an answer
		of = again
	}
	if one := of + ".one"; m.Fills["Who"] != "" && ui.Known(one) { // of one person, while the others go
		of = one
	}
	if theirs := of + "." + m.Role; ui.Known(theirs) { // who is to act reads something else than who is told of it
		of = theirs
	}
	text = ui.TMap(ctx, of, args)
	if m.What == "case.approved" && m.Fills["Kind"] != "" {
		text = ui.Sentences(ctx, append([]string{text}, changes(ctx, m.Fills)...)...)
	}
	if n, err := strconv.Atoi(m.Fills["Count"]); m.What == "visit.missed" && m.Role == "liaison" && err == nil && n >= hall.MissesToRemind {
		text = ui.Sentences(ctx, text, ui.T(ctx, "told.missed.often", "Count", n))
	}
	return ui.TMap(ctx, subject, args), text
}

// changes says of a change that was approved what is otherwise now.
func changes(ctx context.Context, fills map[string]string) []string {
	var out []string
	for _, x := range []struct{ place, key string }{{"Left", "told.change.left"}, {"Come", "told.change.come"}} {
		if names := fills[x.place]; names != "" {
			out = append(out, ui.T(ctx, x.key, "Names", ui.List(ctx, strings.Split(names, "、"))))
		}
	}
	if n, err := strconv.Atoi(fills["Declined"]); err == nil {
		out = append(out, ui.T(ctx, "told.change.declined", "Count", n))
	}
	depart, err := calendar.Parse(fills["Depart"])
	back, err2 := calendar.Parse(fills["Return"])
	if err == nil && err2 == nil {
		out = append(out, ui.T(ctx, "told.change.days", "Days", ui.Span(ctx, depart, back)))
	}
	if n, err := strconv.Atoi(fills["Count"]); err == nil {
		out = append(out, ui.T(ctx, "told.change.going", "Count", n))
	}
	document := "told.change.keep"
	if fills["Reprint"] != "" {
		document = "told.change.reprint"
	}
	return append(out, ui.T(ctx, document), ui.T(ctx, "told.change.follows"))
}

func tellable(e pack.TellEvent) pack.Tellable {
	t, _ := pack.TellableOf(e)
	return t
}

// filled reads what fills a place: days and whole numbers are written as the reader's
// language writes them.
func filled(v string) any {
	if d, err := calendar.Parse(v); err == nil {
		return d
	}
	if n, err := strconv.Atoi(v); err == nil && strconv.Itoa(n) == v && len(v) < 8 { // 001 is a number to be called by
		return n
	}
	if len(v) == 5 && v[0] == '0' && v[2] == ':' { // as on every page: 9:00
		return v[1:]
	}
	return v
}

// in is a context in which pages and mails speak a language with the office's words.
func (w *Words) in(lang string) context.Context {
	ctx := ui.With(context.Background(), ui.Prefs{Lang: ui.Match(lang, "")})
	return ui.WithOwn(ctx, ui.NewOwn(w.Pack().Texts))
}

// Write words messages for a way: one, or several as one.
func (w *Words) Write(ctx context.Context, lang string, ms []notify.Row) (notify.Outgoing, error) {
	reader := w.in(lang)
	office := ui.Name(reader, w.Pack().Office.Name)
	var o notify.Outgoing
	var parts []string
	var h hall.Plan // of which the last one tells
	var place string
	var err error
	for _, m := range ms {
		b, visits, bad := w.visit(ctx, m)
		if bad != nil {
			return o, bad
		}
		if h, place, err = w.hall(ctx, reader, b); err != nil {
			return o, err
		}
		subject, text := w.said(reader, m, place)
		o.Subject = subject
		if visits && m.What != "visit.cancelled" {
			text = ui.Sentences(reader, append([]string{text}, w.bring(reader, b)...)...)
		}
		part := text
		if w.URL != "" && m.Link != "" {
			part += "\n" + strings.TrimRight(w.URL, "/") + m.Link
		}
		if len(ms) > 1 {
			part = subject + "\n" + part
		}
		parts = append(parts, part)
	}
	if len(ms) > 1 {
		o.Subject = ui.T(reader, "told.digest", "Count", len(ms))
	}
	foot := ui.T(reader, "told.foot", "Office", office)
	o.Text = strings.Join(parts, "\n\n") + "\n\n-- \n" + foot + "\n"
	if len(ms) == 1 {
		if w.URL != "" && ms[0].Link != "" {
			o.Link = strings.TrimRight(w.URL, "/") + ms[0].Link
		}
		o.Params = w.params(reader, ms[0], place)
		if o.Calendar, err = w.calendar(ctx, reader, ms[0], place); err == nil {
			err = w.inShort(ctx, reader, ms[0], h, &o)
		}
	}
	return o, err
}

// hall is the one of a booking, or the office's first, with where it is.
func (w *Words) hall(ctx, reader context.Context, b hall.Booking) (hall.Plan, string, error) {
	h, there, err := hall.HallOf(ctx, w.Journal.Store, b.Hall)
	if err != nil || !there {
		return h, "", err
	}
	return h, progress.HallAt(reader, h), nil
}

// params is what may fill a template that a provider has approved.
func (w *Words) params(reader context.Context, m notify.Row, place string) []notify.Param {
	var out []notify.Param
	for _, name := range tellable(m.What).Fills {
		value := m.Fills[name]
		if d, err := calendar.Parse(value); err == nil {
			value = ui.Date(reader, d)
		}
		switch {
		case name == "Place":
			value = place
		case name == "Kind" && value != "":
			value = progress.KindName(reader, filing.AmendmentKind(value))
		case name == "Window" && m.Fills["WindowEn"] != "":
			value = ui.Name(reader, fault.Text{Zh: value, En: m.Fills["WindowEn"]})
		case name == "Grade" && value != "":
			value = ui.T(reader, "rating.grade."+value)
		case name == "Zone" && value != "":
			value = ui.ZoneName(reader, zone.Zone(value))
		case name == "Area" && value != "":
			value = (&progress.Pages{Country: w.Pack().Country}).Area(reader, value)
		}
		out = append(out, notify.Param{Name: name, Value: value})
	}
	return out
}

// visit is the booking of which a message tells.
func (w *Words) visit(ctx context.Context, m notify.Row) (hall.Booking, bool, error) {
	if !strings.HasPrefix(string(m.What), "visit.") || m.What == "visit.rate" || m.What == "visit.called" || m.What == "visit.missed" { // what is over, or now, goes into no calendar
		return hall.Booking{}, false, nil
	}
	id, _, _ := strings.Cut(m.Of, "@")
	return hall.BookingOf(ctx, w.Journal.Store, id)
}

// inShort is when a visit is, what to bring and where, for a form that cuts after twenty
// characters.
func (w *Words) inShort(ctx, reader context.Context, m notify.Row, h hall.Plan, o *notify.Outgoing) error {
	b, known, err := w.visit(ctx, m)
	if err != nil || !known {
		return err
	}
	o.At = b.Slot.On(b.Day)
	if m.What == "visit.cancelled" {
		return nil
	}
	brought := w.bring(reader, b)
	what := brought[0]
	if n := len(brought); n > 1 {
		what = ui.T(reader, "told.short.bring", "Count", n)
	}
	o.Short = ui.Clauses(reader, what, ui.Name(reader, fault.Text{Zh: h.Place, En: h.PlaceEn}))
	return nil
}

// bring is what is brought to a visit, as its pass lists it, and names nobody.
func (w *Words) bring(reader context.Context, b hall.Booking) []string {
	out, _ := (&progress.Pages{Country: w.Pack().Country}).Bring(reader, b)
	return out
}

// calendar is the entry of a visit to the hall: the same one that its page gives, so
// that a calendar which has it changes it.
func (w *Words) calendar(ctx, reader context.Context, m notify.Row, place string) (*hall.Entry, error) {
	b, known, err := w.visit(ctx, m)
	if err != nil || !known {
		return nil, err
	}
	brought := w.bring(reader, b)
	url := ""
	if w.URL != "" {
		url = strings.TrimRight(w.URL, "/") + m.Link
	}
	return &hall.Entry{Booking: b, Summary: ui.T(reader, "visits.calendar.summary", "Number", b.Number), Place: place, Text: ui.Sentences(reader, brought...), URL: url, Now: w.Journal.Now(),
		Office: ui.Name(reader, w.Pack().Office.Name), Organizer: w.URL}, nil
}

// Code words the message that proves an address.
func (w *Words) Code(lang, code string) notify.Outgoing {
	reader := w.in(lang)
	office := ui.Name(reader, w.Pack().Office.Name)
	return notify.Outgoing{Subject: ui.T(reader, "told.code.subject"), Text: ui.T(reader, "told.code.text", "Code", code) + "\n\n-- \n" + office + "\n",
		Params: []notify.Param{{Name: "Code", Value: code}}}
}

// Page words the mail that leads to a page on a computer.
func (w *Words) Page(lang, title, address string) notify.Outgoing {
	reader := w.in(lang)
	return notify.Outgoing{Subject: ui.T(reader, "told.send.subject", "Title", title), Text: ui.T(reader, "told.send.text", "Title", title) + "\n" + address + "\n\n-- \n" + ui.Name(reader, w.Pack().Office.Name) + "\n", Link: address}
}

// told is a short name of what somebody was told of, for the lists of it.
//
// ui:keys told.event.*
func event(ctx context.Context, e pack.TellEvent) string { return ui.T(ctx, "told.event."+string(e)) }

// ui:keys told.way.*
func way(ctx context.Context, name string) string { return ui.T(ctx, "told.way."+name) }
