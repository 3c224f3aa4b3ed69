package progress

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"yitang/internal/approval"
	"yitang/internal/dossier"
	"yitang/internal/filing"
	"yitang/internal/money"
	"yitang/internal/web/ui"
)

// KindName is what a kind of amendment is called.
//
// ui:keys amend.kind.*
func KindName(ctx context.Context, k filing.AmendmentKind) string {
	return ui.T(ctx, "amend.kind."+string(k))
}

// PathTag says which way through the office an amendment takes.
//
// ui:keys amend.path.*
func PathTag(ctx context.Context, k filing.AmendmentKind, p filing.Path) ui.Tag {
	if p == filing.FullPath && k == filing.AmendDelayed { // people are abroad: it holds at once, and is ratified
		return ui.Tag{State: ui.Warn, Word: ui.T(ctx, "amend.path.afterwards")}
	}
	if p == "" {
		return ui.Tag{State: ui.Wait, Word: ui.T(ctx, "amend.path.either")}
	}
	state := ui.Info
	if p == filing.FullPath {
		state = ui.Warn
	}
	return ui.Tag{State: state, Word: ui.T(ctx, "amend.path."+string(p))}
}

// Follows is the list of all that follows from a change, in the words in which
// unit and office both read it before it is confirmed.
//
// ui:keys follow.*
func (p *Pages) Follows(ctx context.Context, all []approval.Follow, caption string) ui.Table {
	t := ui.Table{Caption: caption, Columns: []ui.Column{{Text: ui.T(ctx, "follow.col.what")}, {Text: ui.T(ctx, "follow.col.then")}}, Groups: []ui.Group{{}},
		Empty: ui.Empty{Text: ui.T(ctx, "follow.none")}}
	for _, f := range all {
		group, _, _ := strings.Cut(string(f.Do), ".")
		args := []any{"Ref", f.Ref, "Day", ui.Date(ctx, f.Day), "Count", f.N, "Name", "", "Area", "", "Year", f.N}
		if f.N < 0 {
			args[5] = -f.N
		}
		if f.Person != "" {
			args[7] = p.Name(ctx, f.Person)
		}
		switch {
		case f.Do == approval.AskBooklet, f.Do == approval.AskEndorsement:
			args[9] = ui.T(ctx, "word.passportType."+f.Area)
		case f.Area != "":
			args[9] = p.Area(ctx, f.Area)
		}
		key := "follow." + string(f.Do)
		if f.Do == approval.RenewPaper {
			args[1] = PaperName(ctx, f.Ref)
			if f.Person != "" {
				key += ".person"
			}
		}
		switch f.Do {
		case approval.LeaveYear:
			if f.Ref != "" {
				key += ".item"
			}
		case approval.GivePeople, approval.GiveGroup, approval.GiveMoney:
			if f.N < 0 {
				key += ".back"
			}
			if f.Do == approval.GiveMoney {
				args[5] = ui.Yuan(ctx, max(f.N, -f.N))
			}
		}
		row := ui.Row{Cells: []ui.Cell{{Text: ui.T(ctx, "follow.group."+group), Head: true}, {Text: ui.T(ctx, key, args...)}}}
		if f.Do == approval.NoticeAddendum || f.Do == approval.WrongBooklet {
			row.Cells[1].Sub = ui.T(ctx, key+".note")
		}
		if f.Apply != (approval.Application{}) {
			row.Cells[1].Sub = p.takes(ctx, f.Apply)
		}
		t.Groups[0].Rows = append(t.Groups[0].Rows, row)
	}
	return t
}

// takes says what a visa that is still to be had takes.
//
// ui:keys follow.takes.*
func (p *Pages) takes(ctx context.Context, a approval.Application) string {
	what := cmp.Or(string(a.Presence), "nothing")
	return ui.Sentences(ctx, ui.T(ctx, "follow.takes", "Country", ui.Country(ctx, p.Country, a.Country), "Count", a.Workdays), ui.T(ctx, "follow.takes."+what))
}

// manyHalves is up to how many half-days a change of the itinerary is told one
// by one; a journey that moves as a whole is told in one line.
const manyHalves = 6

// Differs lists what an amendment changes, member by member and field by field:
// as approved, and as wanted.
func (p *Pages) Differs(ctx context.Context, was dossier.Case, before []string, is dossier.Case, people []string) ui.Changes {
	var out ui.Changes
	member := func(c dossier.Case, of []string, who string) (string, bool) {
		i := slices.Index(of, who)
		if i < 0 || i >= len(c.Members) {
			return "", false
		}
		m := c.Members[i]
		return strings.TrimSpace(m.Name() + " " + m.Department + m.Post), true
	}
	whole := map[string]bool{}
	for _, who := range before {
		if text, there := member(was, before, who); there && !slices.Contains(people, who) {
			whole[who] = true
			out = append(out, ui.Change{Label: ui.T(ctx, "amend.member.gone"), Was: text, Is: ui.T(ctx, "amend.member.stays_home")})
		}
	}
	for _, who := range people {
		if text, there := member(is, people, who); there && !slices.Contains(before, who) {
			whole[who] = true
			out = append(out, ui.Change{Label: ui.T(ctx, "amend.member.come"), Was: ui.T(ctx, "amend.member.not_before"), Is: text})
		}
	}
	all := filing.Compare(was, before, is, people)
	halves := 0
	for _, d := range all {
		if strings.HasPrefix(d.Key, "half:") {
			halves++
		}
	}
	if halves > manyHalves {
		out = append(out, ui.Change{Label: ui.T(ctx, "cases.sheet.itinerary"), Was: span(ctx, was), Is: span(ctx, is)})
	}
	for _, d := range all {
		switch {
		case whole[d.Person], strings.HasPrefix(d.Key, "line:"), strings.HasPrefix(d.Key, "budget."), halves > manyHalves && strings.HasPrefix(d.Key, "half:"):
			continue
		}
		c := is
		if d.Is == "" {
			c = was
		}
		x := ui.Change{Label: Place(ctx, c, d.Path), Was: Value(ctx, d.Path, d.Was, p.Country), Is: Value(ctx, d.Path, d.Is, p.Country)}
		if x.Was == x.Is {
			x.Is = ui.T(ctx, "review.changed.masked")
		}
		if x.Was == "" {
			x.Was = ui.T(ctx, "amend.none")
		}
		if x.Is == "" {
			x.Is = ui.T(ctx, "amend.none")
		}
		out = append(out, x)
	}
	if a, b := total(was), total(is); a != b {
		out = append(out, ui.Change{Label: ui.T(ctx, "field.budget.totalCny"), Was: ui.Yuan(ctx, a), Is: ui.Yuan(ctx, b)})
	}
	return out
}

func span(ctx context.Context, c dossier.Case) string {
	return ui.Span(ctx, c.Trip.Depart, c.Trip.Return)
}

func total(c dossier.Case) int64 {
	if c.Budget == nil {
		return 0
	}
	return money.Yuan(c.Budget.TotalCny).Minor
}
