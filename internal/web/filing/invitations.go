package filing

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"yitang/internal/dossier"
	room "yitang/internal/filing"
	"yitang/internal/precheck"
	"yitang/internal/web/ui"
)

// hostCountry is where a host is: the country that the journey leads to, one of
// those it leads to, or any.
func (b *fields) hostCountry(path string) ui.Field {
	out, codes := b.derived(path, "invitations"), b.f.Now.Case.Countries()
	switch {
	case out.Derived != "":
		out.Derived = b.country(out.Derived)
	case out.Value == "" && out.Error == "" && len(codes) == 1: // no host is written yet
		if out.Value = b.country(codes[0]); b.change != path {
			out.Derived, out.ChangeURL = out.Value, withBack(caseURL(b.f.ID)+"/invitations?change="+path+"#"+ui.FieldID(path), b.back)
		}
	default:
		out.Value = b.country(out.Value)
		b.visited(&out)
	}
	return out
}

// visited offers the countries that the journey leads to; a host elsewhere is
// written on the way that the list names.
func (b *fields) visited(f *ui.Field) {
	codes := b.f.Now.Case.Countries()
	if len(codes) < 2 || b.change == f.Name || f.Error != "" {
		return
	}
	options, known := []ui.Option{{Text: ui.T(b.ctx, "cases.choose")}}, f.Value == ""
	for _, c := range codes {
		name := b.country(c)
		options, known = append(options, ui.Option{Value: name, Text: name, Chosen: name == f.Value}), known || name == f.Value
	}
	if !known {
		return
	}
	f.Kind, f.Options, f.Hint = ui.Select, options, ui.T(b.ctx, "cases.country.visited")
}

// invitations are the hosts' letters.
func (p *Pages) invitations(b *fields, v *stepView) {
	ctx := b.ctx
	joins := b.f.Draft.Paper.Case.Trip.Joins()
	n := len(b.f.Draft.Paper.Case.Invitations)
	if joins {
		v.Sheets = append(v.Sheets, sheet{Title: ui.T(ctx, "cases.letters.organiser"), ID: "organiser", Lead: ui.T(ctx, "cases.letters.organiser.why")})
	} else {
		n = max(1, n)
	}
	for i := range n {
		at := func(name string) string { return index("invitations", i) + "." + name }
		invited := b.at(at("invitees"))
		if invited.Value == "" { // everybody of the group, unless the letter says otherwise
			var names []string
			for _, m := range b.f.Now.Case.Members {
				if s := m.LatinName(); s != "" {
					names = append(names, s)
				}
			}
			invited.Value = strings.Join(names, "\n")
		}
		country := b.hostCountry(at("issuerCountry"))
		s := sheet{Title: ui.T(ctx, "cases.invitation", "Count", i+1), ID: "invitation" + strconv.Itoa(i), Rows: [][]ui.Field{
			{b.at(at("issuer")), country}, b.all(at("issuerZh")), b.all(at("issuerKind")), b.all(at("signatory"), at("signatoryTitle")), b.all(at("contact")), b.all(at("about")),
			b.all(at("issued"), at("from"), at("to")), b.all(at("language")), b.all(at("purpose")), {invited}, b.all(at("costBearer")), b.all(at("translator")),
		}}
		s.Rows = append(s.Rows, b.letterSays(i, &s, v)...)
		if country.Kind == ui.Select {
			s.Actions = append(s.Actions, ui.Button{Text: ui.T(ctx, "cases.country.other"), Name: "_stay", Value: "?change=" + at("issuerCountry") + "#" + ui.FieldID(at("issuerCountry")), Kind: ui.Plain, Loose: true})
		}
		if t := b.f.Now.Case.Trip; t.Days() > 0 && (b.value(at("from")) != t.Depart.String() || b.value(at("to")) != t.Return.String() || b.value(at("purpose")) == "") {
			trip := []string{ui.Span(ctx, t.Depart, t.Return)}
			if t.Category != "" {
				trip = append(trip, b.p.spell(ctx, "case.category", string(t.Category)))
			}
			s.Actions = append(s.Actions, ui.Button{Text: ui.T(ctx, "second.letter.trip", "Trip", ui.List(ctx, trip)), Name: "_fill", Value: at("from"), Kind: ui.Second, Loose: true})
		}
		if joins || len(b.f.Draft.Paper.Case.Invitations) > 1 {
			s.Actions = append(s.Actions, ui.Button{Text: ui.T(ctx, "cases.invitation.drop", "Count", i+1), Name: "_drop", Value: index("invitations", i), Kind: ui.Plain, Loose: true})
		}
		v.Sheets = append(v.Sheets, s)
	}
	last := &v.Sheets[len(v.Sheets)-1]
	last.Actions = append(last.Actions, ui.Button{Text: ui.T(ctx, "cases.invitation.add"), Name: "_add", Value: "invitations", Kind: ui.Second, Loose: true})
}

// letterSays is what a letter tells of each member beyond the name, for letters
// that do: written down as it stands there, to be held against the record
// (INV-009). Who it is goes along unseen.
func (b *fields) letterSays(i int, s *sheet, v *stepView) [][]ui.Field {
	list := index("invitations", i) + ".inviteeDetails"
	if b.f.Amends() != nil {
		return nil
	}
	said := b.f.Draft.Paper.Case.Length(list) > 0
	if _, came := b.typed[index(list, 0)+".name"]; !said && !came && b.change != list {
		if len(b.f.Now.Case.Members) > 0 {
			s.Actions = append(s.Actions, ui.Button{Text: ui.T(b.ctx, "cases.letter.says"), Name: "_stay", Value: "?change=" + list + "#" + ui.FieldID(index(list, 0)+".dateOfBirth"), Kind: ui.Plain, Loose: true})
		}
		return nil
	}
	var out [][]ui.Field
	for k, who := range b.lettered(i) {
		at := func(name string) string { return index(list, k) + "." + name }
		row := b.all(at("dateOfBirth"), at("post"))
		for n, of := range []string{"dateOfBirth", "post"} {
			row[n].Label = ui.T(b.ctx, "cases.letter.of", "Name", who, "Field", ui.T(b.ctx, "field.members."+of))
			row[n].Optional = true
		}
		v.Draft.Send = append(v.Draft.Send, ui.Hidden{Name: at("name"), Value: who})
		out = append(out, row)
	}
	return out
}

// lettered are the names of those of whom a letter may say more: as it was
// written down for whom it was, then everybody else of the group.
func (b *fields) lettered(i int) []string {
	var out []string
	if all := b.f.Draft.Paper.Case.Invitations; i < len(all) {
		for _, x := range all[i].InviteeDetails {
			out = append(out, x.Name)
		}
	}
	for _, m := range b.f.Now.Case.Members {
		if !slices.ContainsFunc(out, func(had string) bool { return precheck.Names(had, m) }) && m.Name() != "" {
			out = append(out, m.Name())
		}
	}
	return out
}

// writeLetterSays puts what a letter says of people, in the order of the form; a
// letter that says nothing of anybody has no such list.
func writeLetterSays(paper *room.Paper, form url.Values, i int) {
	if i >= len(paper.Case.Invitations) {
		return
	}
	list := index("invitations", i) + ".inviteeDetails"
	paper.Case.Invitations[i].InviteeDetails = nil
	maps.DeleteFunc(paper.Raw, func(path, _ string) bool { return dossier.Within(path, list) })
	said := false
	for k := 0; form.Has(index(list, k) + ".name"); k++ {
		for _, name := range []string{"name", "dateOfBirth", "post"} {
			path := index(list, k) + "." + name
			typed := form.Get(path)
			said = said || name != "name" && strings.TrimSpace(typed) != ""
			keepRaw(paper, path, typed, paper.Case.Put(path, typed))
		}
	}
	if !said {
		paper.Case.Invitations[i].InviteeDetails = nil
	}
}
