// Package person is the pages about people: a unit's list and one record. Its
// form is used by the case's pages too, so that a record looks the same
// wherever it is written.
package person

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	room "yitang/internal/person"
	"yitang/internal/web/ui"
	"yitang/ref"
)

// Form is what is shown of a record for writing.
type Form struct {
	Facts  room.Facts
	Known  bool              // there is a record already: its number is masked
	Change string            // the derived or masked field that is to be written
	Here   string            // address of the page, for the links that open a field
	Prefix string            // before each field's name: "members[1]."
	Raw    map[string]string // what couldn't be read, by field
	Errors map[string]string
	Says   func(field string) []ui.Finding

	Countries ref.Countries // to choose a nationality from
}

// Group is fields that belong together; those of a row stand side by side
// where there is room.
type Group struct {
	Title string
	Rows  [][]ui.Field
}

// Groups are the fields of the form.
//
// ui:keys people.group.*
func (f Form) Groups(ctx context.Context) []Group {
	who := [][]ui.Field{{f.text(ctx, "familyName", f.Facts.FamilyName, 40), f.text(ctx, "givenName", f.Facts.GivenName, 40)}, f.latin(ctx),
		{f.number(ctx), f.date(ctx, "idExpires", f.Facts.IDExpires)}}
	if f.Facts.IDNumber == "" && f.Facts.Nationality != "" && f.Facts.Nationality != "CHN" {
		who = append(who, []ui.Field{f.word(ctx, "sex", "sex", string(f.Facts.Sex), dossier.Sex("").Words()), f.date(ctx, "dateOfBirth", f.Facts.DateOfBirth)})
	}
	who = append(who, []ui.Field{f.nationality(ctx)}, []ui.Field{f.check(ctx, "foreignResidence", f.Facts.ForeignResidence)})
	mobile, email := f.text(ctx, "mobile", f.Facts.Mobile, 30), f.text(ctx, "email", f.Facts.Email, 254)
	mobile.Kind, mobile.Complete, email.Kind, email.Optional, email.When = ui.Tel, "off", ui.Email, true, ui.T(ctx, "people.email.when")
	unit := f.text(ctx, "unit", f.Facts.Unit, 160)
	unit.Optional = true
	work := [][]ui.Field{
		{f.text(ctx, "department", f.Facts.Department, 160), f.text(ctx, "post", f.Facts.Post, 160)},
		{f.word(ctx, "rank", "rank", string(f.Facts.Rank), dossier.Rank("").Words()),
			f.word(ctx, "principal", "principal", f.Facts.Principal, append([]string{room.NoPrincipal}, dossier.Principal("").Words()...)),
			f.word(ctx, "employment", "employment", string(f.Facts.Employment), dossier.Employment("").Words())},
		{f.check(ctx, "leadershipTeam", f.Facts.Leadership)}, {f.check(ctx, "academic", f.Facts.Academic)}, {unit},
	}
	checked := [][]ui.Field{
		{f.word(ctx, "vetting.status", "vettingStatus", string(f.Facts.Vetting.Status), dossier.VettingStatus("").Words()), f.date(ctx, "vetting.validUntil", f.Facts.Vetting.ValidUntil)},
		{f.word(ctx, "cleared", "cleared", string(f.Facts.Cleared), []string{string(room.ClearanceNotNeeded), string(room.ClearanceGiven), string(room.ClearanceOpen)})},
	}
	return []Group{
		{ui.T(ctx, "people.group.identity"), who}, {ui.T(ctx, "people.group.contact"), [][]ui.Field{{mobile, email}}},
		{ui.T(ctx, "people.group.work"), work}, {ui.T(ctx, "people.group.vetting"), checked},
	}
}

// InOrder puts what is wrong into the order of the form, so that whoever mends it
// goes down the page once; what names no field of it stays in front.
func InOrder(form []Group, wrong []ui.FieldError) {
	place := map[string]int{}
	for _, g := range form {
		for _, row := range g.Rows {
			for _, f := range row {
				place[f.Name] = len(place) + 1
			}
		}
	}
	slices.SortStableFunc(wrong, func(a, b ui.FieldError) int { return place[a.Field] - place[b.Field] })
}

// nationality is chosen from the list of states, China first: nearly everybody
// who travels on duty is Chinese.
func (f Form) nationality(ctx context.Context) ui.Field {
	const china = "CHN"
	is := f.Facts.Nationality
	if is == "" && !f.Known {
		is = china
	}
	out := f.field(ctx, "nationality", is)
	out.Kind = ui.Select
	lang := "zh"
	if !ui.LangOf(ctx).Chinese() {
		lang = "en"
	}
	codes := f.Countries.Nationalities()
	reading := map[string]string{} // a Chinese page's list is in the order of pinyin
	for _, c := range codes {
		reading[c] = room.Read(f.Countries[c].Zh)
	}
	slices.SortFunc(codes, func(a, b string) int {
		switch china {
		case a:
			return -1
		case b:
			return 1
		}
		if lang == "zh" {
			return cmp.Compare(reading[a], reading[b])
		}
		return cmp.Compare(f.Countries[a].En, f.Countries[b].En)
	})
	for _, c := range codes {
		out.Options = append(out.Options, ui.Option{Value: c, Text: f.Countries.Name(c, lang), Chosen: c == out.Value})
	}
	if _, listed := f.Countries[out.Value]; !listed {
		out.Options = append([]ui.Option{{Value: out.Value, Text: cmp.Or(out.Value, ui.T(ctx, "people.choose")), Chosen: true}}, out.Options...)
	}
	return out
}

// ui:keys field.members.*
func (f Form) field(ctx context.Context, name, value string) ui.Field {
	out := ui.Field{Name: f.Prefix + name, Label: ui.T(ctx, "field.members."+name), Value: value, Error: f.Errors[name]}
	if hint := "hint.members." + name; ui.Known(hint) {
		out.Hint = ui.T(ctx, hint)
	}
	if raw, ok := f.Raw[name]; ok {
		out.Value = raw
	}
	if f.Says != nil {
		out.Says = f.Says(name)
	}
	return out
}

// ui:keys hint.members.*
func (f Form) text(ctx context.Context, name, value string, most int) ui.Field {
	out := f.field(ctx, name, value)
	out.Max, out.Complete = most, "off"
	return out
}

func (f Form) date(ctx context.Context, name string, d calendar.Date) ui.Field {
	out := f.field(ctx, name, d.String())
	out.Kind = ui.DateKind
	return out
}

func (f Form) check(ctx context.Context, name string, on bool) ui.Field {
	out := f.field(ctx, name, "")
	out.Kind = ui.Check
	if on {
		out.Value = "true"
	}
	return out
}

// ui:keys word.*
func (f Form) word(ctx context.Context, name, list, value string, words []string) ui.Field {
	out := f.field(ctx, name, value)
	out.Kind = ui.Select
	out.Options = []ui.Option{{Value: "", Text: ui.T(ctx, "people.choose")}}
	for _, w := range words {
		out.Options = append(out.Options, ui.Option{Value: w, Text: ui.T(ctx, "word."+list+"."+w), Chosen: w == value})
	}
	return out
}

// latin is a sentence as long as it follows from the name.
func (f Form) latin(ctx context.Context) []ui.Field {
	surname, given := f.text(ctx, "latinSurname", f.Facts.LatinSurname, 37), f.text(ctx, "latinGivenNames", f.Facts.LatinGivenNames, 37)
	surname.Lang, given.Lang = "zh-Latn", "zh-Latn"
	if f.Facts.LatinSurname != "" || f.Facts.LatinGivenNames != "" || f.Change == "latin" || surname.Error+given.Error != "" {
		return []ui.Field{surname, given}
	}
	s, g := room.Latin(f.Facts.FamilyName, f.Facts.GivenName)
	if s == "" || g == "" {
		surname.Optional, given.Optional = true, true
		return []ui.Field{surname, given}
	}
	surname.Label, surname.Derived, surname.ChangeURL = ui.T(ctx, "people.latin"), s+" "+g, f.open("latin")
	return []ui.Field{surname}
}

// number is masked once it is known.
func (f Form) number(ctx context.Context) ui.Field {
	out := f.text(ctx, "idNumber", "", 60)
	out.Lang, out.Value = "zh-Latn", f.Facts.IDNumber.Reveal()
	if raw, ok := f.Raw["idNumber"]; ok {
		out.Value = raw
	}
	if f.Known && f.Facts.IDNumber != "" && f.Change != "idNumber" && out.Error == "" {
		out.Derived, out.ChangeURL = f.Facts.IDNumber.String(), f.open("idNumber")
		return out
	}
	if f.Known && f.Change == "idNumber" && out.Error == "" {
		out.Value = "" // who changes it types the whole number; the old one isn't shown
	}
	return out
}

func (f Form) open(field string) string {
	return f.Here + "?change=" + url.QueryEscape(field) + "#" + ui.FieldID(f.Prefix+field)
}

// Read takes what was posted. Fields that the form didn't show stay as they
// were; what can't be read comes back in raw, with a finding.
func Read(r *http.Request, was room.Facts, prefix string) (f room.Facts, raw map[string]string, wrong []fault.Finding) {
	f, raw = was, map[string]string{}
	get := func(name string) (string, bool) {
		v, ok := r.PostForm[prefix+name]
		if !ok || len(v) == 0 {
			return "", false
		}
		return strings.TrimSpace(v[0]), true
	}
	text := func(name string, to *string) {
		if v, ok := get(name); ok {
			*to = v
		}
	}
	date := func(name string, to *calendar.Date) {
		v, ok := get(name)
		if !ok {
			return
		}
		var c dossier.Case
		if err := c.Put("members[0].idExpires", v); err != nil {
			raw[name] = v
			wrong = append(wrong, fault.Finding{Field: name, Key: "form.date.unreadable"})
			return
		}
		*to = c.Members[0].IDExpires
	}
	check := func(name string, to *bool) {
		if v, ok := get(name); ok {
			*to = v != ""
		} else if slices.Contains(r.PostForm["_boxes"], prefix+name) {
			*to = false
		}
	}
	text("familyName", &f.FamilyName)
	text("givenName", &f.GivenName)
	text("latinSurname", &f.LatinSurname)
	text("latinGivenNames", &f.LatinGivenNames)
	text("mobile", &f.Mobile)
	text("email", &f.Email)
	text("unit", &f.Unit)
	text("department", &f.Department)
	text("post", &f.Post)
	text("principal", &f.Principal)
	text("nationality", &f.Nationality)
	if v, ok := get("idNumber"); ok {
		f.IDNumber = room.IDNumber(v)
	}
	if v, ok := get("sex"); ok {
		f.Sex = dossier.Sex(v)
	}
	if v, ok := get("rank"); ok {
		f.Rank = dossier.Rank(v)
	}
	if v, ok := get("employment"); ok {
		f.Employment = dossier.Employment(v)
	}
	if v, ok := get("vetting.status"); ok {
		f.Vetting.Status = dossier.VettingStatus(v)
	}
	if v, ok := get("cleared"); ok {
		f.Cleared = room.Clearance(v)
	}
	date("idExpires", &f.IDExpires)
	date("dateOfBirth", &f.DateOfBirth)
	date("vetting.validUntil", &f.Vetting.ValidUntil)
	check("leadershipTeam", &f.Leadership)
	check("academic", &f.Academic)
	check("foreignResidence", &f.ForeignResidence)
	return f, raw, wrong
}

// Refused is everything that is wrong with a form at once: what couldn't be
// read, and what the record would refuse of the rest.
func Refused(f room.Facts, unread []fault.Finding, today calendar.Date) error {
	return fault.Invalid(append(unread, f.Wrong(today)...)...)
}

// Back is the form as it comes back for err, and everything to mend: a record
// may lack the boxes that stand empty, but who comes back anyway sees them too.
func (f Form) Back(ctx context.Context, err error) (Form, error) {
	f.Errors = ui.FieldErrors(ctx, err)
	out := slices.Clone(fault.Findings(err))
	for _, g := range f.Groups(ctx) {
		for _, x := range slices.Concat(g.Rows...) {
			if x.Value+x.Derived+x.Error == "" && !x.Optional && x.Kind != ui.Check {
				out = append(out, fault.Finding{Field: strings.TrimPrefix(x.Name, f.Prefix), Key: "person.empty", Args: map[string]any{"Field": x.Label}})
			}
		}
	}
	err = fault.Invalid(out...)
	f.Errors = ui.FieldErrors(ctx, err)
	return f, err
}

// Boxes names the form's check boxes, so that an unticked one is told from one
// that wasn't shown.
func Boxes(prefix string) []ui.Hidden {
	return []ui.Hidden{{Name: "_boxes", Value: prefix + "leadershipTeam"}, {Name: "_boxes", Value: prefix + "academic"}, {Name: "_boxes", Value: prefix + "foreignResidence"}}
}
