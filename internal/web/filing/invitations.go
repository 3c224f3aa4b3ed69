package filing

import (
	"strconv"
	"strings"

	"yitang/internal/web/ui"
)

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
	n := max(1, len(b.f.Draft.Paper.Case.Invitations))
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
		country := b.derived(at("issuerCountry"), "invitations")
		if country.Derived != "" {
			country.Derived = b.country(country.Derived)
		} else {
			b.visited(&country)
		}
		s := sheet{Title: ui.T(ctx, "cases.invitation", "Count", i+1), ID: "invitation" + strconv.Itoa(i), Rows: [][]ui.Field{
			{b.at(at("issuer")), country}, b.all(at("issuerKind")), b.all(at("signatory"), at("signatoryTitle")), b.all(at("contact")), b.all(at("about")),
			b.all(at("issued"), at("from"), at("to")), b.all(at("language")), b.all(at("purpose")), {invited}, b.all(at("costBearer")), b.all(at("translator")),
		}}
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
		if len(b.f.Draft.Paper.Case.Invitations) > 1 {
			s.Actions = append(s.Actions, ui.Button{Text: ui.T(ctx, "cases.invitation.drop", "Count", i+1), Name: "_drop", Value: index("invitations", i), Kind: ui.Plain, Loose: true})
		}
		v.Sheets = append(v.Sheets, s)
	}
	last := &v.Sheets[len(v.Sheets)-1]
	last.Actions = append(last.Actions, ui.Button{Text: ui.T(ctx, "cases.invitation.add"), Name: "_add", Value: "invitations", Kind: ui.Second, Loose: true})
}
