package visa

import (
	"context"
	"slices"

	"yitang/internal/approval"
	"yitang/internal/document"
	"yitang/internal/fault"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/letter"
	"yitang/internal/material"
	room "yitang/internal/visa"
	"yitang/internal/visit"
	"yitang/internal/web/ui"
)

// The two papers of a kit that nobody has brought when it is planned: the form,
// which the traveller signs, and the note verbale, which the office issues.
const (
	theForm = "M33"
	theNote = "M41"
)

// made is what has come about for a case since its visas were planned.
type made struct {
	notes  map[string]letter.Letter // by area, those in force
	codes  map[string]string        // of those notes
	signed map[string]bool          // by person: the form
}

func (p *Pages) made(ctx context.Context, filing string) (made, error) {
	m := made{notes: map[string]letter.Letter{}, codes: map[string]string{}, signed: map[string]bool{}}
	issued, err := letter.Of(ctx, p.Journal.Store, filing)
	if err != nil {
		return m, err
	}
	orders, err := room.Of(ctx, p.Journal.Store, filing)
	if err != nil {
		return m, err
	}
	for _, row := range issued {
		if row.Kind != document.KindNoteVerbale || row.Status != document.InForce {
			continue
		}
		for _, o := range orders {
			if row.Letter != letter.AboutArea(row.Kind, filing, o.Area) {
				continue
			}
			if m.notes[o.Area], _, err = journal.Load(ctx, p.Journal, letter.Room, row.Letter); err != nil {
				return m, err
			}
			m.codes[o.Area] = row.Code
			break
		}
	}
	visits, err := hall.VisitsOf(ctx, p.Journal.Store, filing)
	for _, v := range visits {
		for _, act := range v.Acts {
			if act.Kind == visit.SignVisaForm && act.Result == hall.Done {
				m.signed[act.Person] = true
			}
		}
	}
	return m, err
}

// note is the note in force that names a traveller.
func (m made) note(person, area string) (letter.Issued, bool) {
	l, there := m.notes[area]
	if !there || !slices.ContainsFunc(l.Content.Bearers, func(b letter.Bearer) bool { return b.Person == person }) {
		return letter.Issued{}, false
	}
	return l.InForce()
}

// has tells whether an item of a kit is there.
func (m made) has(it room.Item, person, area string) bool {
	switch it.Key {
	case theForm:
		return m.signed[person]
	case theNote:
		_, there := m.note(person, area)
		return there
	}
	return it.Held
}

// lacks counts the items of an order's kit that aren't there.
func (m made) lacks(o room.Row) int {
	n := 0
	for _, it := range o.Kit {
		if !m.has(it, o.Person, o.Area) {
			n++
		}
	}
	return n
}

// shows are the kinds of papers, beside an item's own, in which it is seen.
var shows = map[string][]string{"M34": {"M26"}, "M04": {"M05"}}

// kit lists the items of an order with the papers in which each can be read.
func (p *Pages) kit(ctx context.Context, id string, o room.Order) ([]kitLine, error) {
	plan := o.Plan
	m, err := p.made(ctx, plan.Filing)
	if err != nil {
		return nil, err
	}
	a, _, err := journal.Load(ctx, p.Journal, approval.Room, plan.Filing)
	if err != nil {
		return nil, err
	}
	held, err := material.Of(ctx, p.Journal.Store, material.OfPerson, plan.Person)
	if err != nil {
		return nil, err
	}
	ofCase, err := material.Of(ctx, p.Journal.Store, material.OfCase, plan.Filing)
	if err != nil {
		return nil, err
	}
	held = append(held, ofCase...)
	var out []kitLine
	for _, it := range plan.Kit {
		line := kitLine{Item: it, Name: ui.Say(ctx, fault.Text{Zh: it.Zh, En: it.En})}
		for _, paper := range held {
			if paper.Serves(plan.Filing) && (paper.Kind == it.Key || slices.Contains(shows[it.Key], paper.Kind)) {
				line.Papers = append(line.Papers, ui.Link{Text: paper.Name, URL: "/c/" + plan.Filing + "/papers/" + paper.ID})
			}
		}
		line.Held = m.has(it, plan.Person, plan.Area) || len(line.Papers) > 0
		switch note, there := m.note(plan.Person, plan.Area); it.Key {
		case theNote:
			if there {
				line.Papers = []ui.Link{{Text: note.Number, URL: "/visa/" + id + "/letters/" + m.codes[plan.Area]}}
			}
		case "M17":
			if a.Document != nil {
				line.Papers = []ui.Link{{Text: a.Document.Number, URL: "/visa/" + id + "/approval"}}
			}
		case "M03", "M07":
			line.Papers = []ui.Link{{Text: ui.T(ctx, "visadesk.kit.in_case"), URL: "/c/" + plan.Filing}}
		}
		// ui:keys visadesk.kit.wait.*
		switch {
		case line.Held:
			line.Note = ui.T(ctx, "visadesk.kit.is_held")
		case it.Key == theForm || it.Key == theNote:
			line.Note = ui.T(ctx, "visadesk.kit.wait."+it.Key)
		default:
			line.Note = ui.T(ctx, "visadesk.kit.to_bring")
		}
		out = append(out, line)
	}
	return out, nil
}
