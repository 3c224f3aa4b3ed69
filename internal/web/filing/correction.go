package filing

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yitang/internal/dossier"
	"yitang/internal/fault"
	room "yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/material"
	"yitang/internal/money"
	"yitang/internal/precheck"
	"yitang/internal/requirement"

	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// showCorrection is the one-time notice: each defect with its field to mend,
// and all the rest, which stays as it is, to be read.
func (p *Pages) showCorrection(w http.ResponseWriter, r *http.Request, f *File, failed error) {
	ctx := r.Context()
	f.Draft.Paper.Reopened(f.Filing)
	f.assemble()
	found := p.Work.Check(f, precheck.Submit)
	b := p.fields(ctx, f, found)
	v := stepView{Draft: p.draft(r, f, "notice"), Live: caseURL(f.ID) + "/findings", Panel: p.mending(ctx, f, found)}
	status := http.StatusOK
	if failed != nil {
		status = http.StatusUnprocessableEntity
		b.errors = ui.FieldErrors(ctx, failed)
		v.Errors = ui.Summarise(ctx, failed)
		for i := range v.Errors.Errors {
			e := &v.Errors.Errors[i]
			var where []string // of all that share the place
			for _, d := range f.Filing.Defects {
				if at := f.whereIs(ctx, d); b.inWords(d) && d.Place() == e.Field && !slices.Contains(where, at) {
					where = append(where, at)
				}
			}
			if len(where) > 0 {
				e.Text, e.Field = about(ctx, ui.List(ctx, where), e.Text), "replies."+e.Field
				continue
			}
			e.Text = f.about(ctx, e.Field, e.Text)
			if !f.mends(e.Field) { // not to be mended here: said, not linked
				e.Field = ""
			}
		}
		var c *fault.ConflictError
		if errors.As(failed, &c) {
			status, v.Stale, b.typed = http.StatusConflict, p.stale(r, f, c), typed(r.PostForm)
			v.Draft.Unsaved = true
		}
	}
	changed := p.done(ctx, f)
	seen, answered := map[string]bool{}, map[string]bool{} // by field, and by place
	// An upload is a form of its own, and no form stands in another: up to the last
	// of them the sheets stand before the draft, in the office's order, and their
	// fields go with it.
	outside := len(f.Filing.Defects)
	for outside > 0 && !dossier.Within(f.Filing.Defects[outside-1].Field, "materials") {
		outside--
	}
	before, help, dated := 0, papersKinds(ctx), false
	for i, d := range f.Filing.Defects {
		s := sheet{Title: d.Words, ID: "defect" + strconv.Itoa(i), Lead: f.whereIs(ctx, d)}
		if changed[i] {
			s.Note = ui.T(ctx, "cases.correct.changed")
		}
		s.Lead = ui.Sentences(ctx, s.Lead, d.Basis, d.Fix)
		if i, is := number(d.Field); is && dossier.Within(d.Field, "budget.lines") {
			s.Lead = ui.Sentences(ctx, b.lineTitle(i), s.Lead)
		}
		var lines []sheet
		first := !seen[d.Field]
		seen[d.Field] = true
		if dossier.Within(d.Field, "materials") {
			reply, own := []ui.Field{}, !answered[d.Place()] // one that was chosen has words of its own
			answered[d.Place()] = true
			if own {
				box := b.replyTo(d.Place())
				box.Error = b.errors[d.Place()]
				reply = append(reply, box)
				goWithDraft([][]ui.Field{reply})
			}
			open, rest := p.openPapers(ctx, f, i, first)
			if !own && len(open) == 0 {
				s.Lead = ui.Sentences(ctx, s.Lead, ui.T(ctx, "cases.correct.same_place"))
			}
			s.Show = sentBackPaper(help, open, rest, reply)
			help = ""
			v.Sheets = append(v.Sheets, s)
			before = len(v.Sheets)
			continue
		}
		if first {
			s.Rows = p.openFields(b, d.Field)
			var days [][]ui.Field
			if d.MovesTrip() && !dated {
				dated, days = true, openDays(b)
				s.Rows = append(s.Rows, days...)
			}
			if (d.Field == "budget" || d.Field == "budget.lines") && f.Now.Case.Budget != nil {
				s.Note = ui.T(ctx, "cases.lines.total", "Sum", ui.Yuan(ctx, money.Yuan(f.Now.Case.Budget.TotalCny).Minor))
				lines = p.openLines(b)
			}
			if list := growing(d.Field); list != "" && lines == nil {
				s.Actions = append(s.Actions, ui.Button{Text: ui.T(ctx, "cases.correct.add"), Name: "_add", Value: list, Kind: ui.Second, Loose: true})
			}
			reply := b.replyTo(d.Field)
			if b.inWords(d) {
				reply.Error = b.errors[d.Field]
			}
			if d.Field == "itinerary" && f.Draft.Paper.Correction.Length("itinerary") > 0 {
				halves := p.openHalves(b)
				if i < outside {
					for k := range halves {
						v.Draft.Send, halves[k].Send = append(v.Draft.Send, halves[k].Send...), nil
						goWithDraft(append(halves[k].Before, halves[k].Row))
					}
					reply.Form = ui.DraftForm
				}
				s.Rows, s.Show = days, openItinerary(halves, reply)
			} else {
				if who := f.ofDetails(d.Field); who != "" { // the record holds it, and is mended there
					said, do := f.inDetails(ctx, d.Field, who)
					s.Lead, s.Actions = ui.Sentences(ctx, s.Lead, said), append(s.Actions, do)
					reply.Optional, reply.Label = false, ui.T(ctx, "cases.correct.reply.details")
				} else if len(s.Rows) == 0 && lines == nil && len(s.Actions) == 0 { // nothing can be mended here: a word is all there is
					reply.Optional, reply.Label = false, ui.T(ctx, "cases.correct.reply.only")
				}
				s.Rows = append(s.Rows, []ui.Field{reply})
			}
		} else { // mended and answered once
			s.Lead = ui.Sentences(ctx, s.Lead, ui.T(ctx, "cases.correct.same_place"))
		}
		for _, s := range append([]sheet{s}, lines...) {
			if i < outside {
				s = goesWithDraft(s)
			}
			v.Sheets = append(v.Sheets, s)
		}
	}
	if before > 0 {
		v.Before, v.Sheets = sheetsOf(v.Sheets[:before]), v.Sheets[before:]
	}
	p.outgrown(b, &v)
	p.unfit(b, &v)
	p.papersByDays(b, &v, help)
	v.Offers = b.offers()
	v.Head = ui.Head{Title: ui.T(ctx, "cases.correct.title", "Count", len(f.Filing.Defects)), Lead: ui.T(ctx, "cases.correct.lead")}
	if !f.Filing.Until.IsZero() {
		v.Head.Lead = ui.T(ctx, "cases.correct.lead_by", "Day", ui.Date(ctx, f.Filing.Until))
	}
	v.Head.Actions = p.openNotice(ctx, f.ID)
	v.Draft.Send = append(v.Draft.Send, b.boxes...)
	v.Effect = ui.T(ctx, "cases.correct.effect")
	v.Buttons = []ui.Button{{Text: ui.T(ctx, "cases.correct.submit"), To: caseURL(f.ID) + "/correct"}, {Text: ui.T(ctx, "cases.correct.save"), Name: "_stay", Value: "1", Kind: ui.Second, Loose: true}}
	rest := p.parts(ctx, f, false)
	v.After = templ.Join(orNothing(v.After), unchanged(ui.T(ctx, "cases.correct.rest"), ui.T(ctx, "cases.correct.rest_lead"), rest))
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Errors: len(v.Errors.Errors), Crumbs: p.crumbs(ctx, f, ui.T(ctx, "cases.correct.crumb"))}, stepPage(v))
}

// outgrown shows the notice, where what was mended no longer fits it, with the
// ways to put it up anew. Until then its places are kept: a pause in typing fills
// them.
func (p *Pages) outgrown(b *fields, v *stepView) {
	f := b.f
	if f.Filing.Open("notice") != "" || f.Filing.Open("notice.from") != "" || f.Filing.Dossier.Notice == nil {
		return
	}
	if !f.noticeOutgrown() {
		v.Sheets = append(v.Sheets, sheet{ID: "notice-text", Follows: true}, sheet{ID: "notice", Follows: true})
		return
	}
	p.notice(b, v)
	for i := range v.Sheets {
		s := &v.Sheets[i]
		switch s.ID {
		case "notice-text":
			if len(s.Says) > 0 {
				s.Title, s.Lead = ui.T(b.ctx, "cases.correct.notice"), ui.Sentences(b.ctx, ui.T(b.ctx, "cases.correct.notice.lead"), s.Lead)
			}
			for k := range s.Says {
				s.Says[k].State = ui.Warn
			}
		case "notice":
			s.Follows = true
		}
	}
}

// noticeOutgrown tells whether what was mended so far no longer fits the notice
// that was handed in.
func (f *File) noticeOutgrown() bool {
	return f.Filing.Stage == room.IsSentBack && f.Filing.Outgrown(f.Now.Case)
}

// mends tells whether a path may be changed by who mends what was sent back: it
// was itself, or it is of a notice that no longer fits, or right or wrong by days
// that are others now. What was written of a notice that fits again, or on days that
// are the old ones again, is kept aside, and isn't handed in.
func (f *File) mends(path string) bool {
	if f.Filing.Open(path) != "" {
		return true
	}
	c := f.Draft.Paper.Correction
	if f.Filing.ByDays(path) && f.Filing.MovesTrip() {
		return f.Filing.Moved(f.Now.Case) || c != nil && c.Text(path) != f.Filing.Dossier.Text(path)
	}
	return dossier.Within(path, "notice") && (f.noticeOutgrown() || c != nil && !reflect.DeepEqual(c.Notice, f.Filing.Dossier.Notice))
}

// mending is the panel beside a notice: what the unit can do something about,
// at its open places, and what blocks wherever it is. The office has seen the
// rest and let it stand.
func (p *Pages) mending(ctx context.Context, f *File, found precheck.Findings) ui.Findings {
	found.List = slices.DeleteFunc(slices.Clone(found.List), func(x precheck.Finding) bool {
		return !x.Blocks() && !f.mends(x.Field)
	})
	fs := p.panel(ctx, f, found.Counted())
	fs.None = ui.T(ctx, "cases.correct.nothing_found")
	return fs
}

func orNothing(c templ.Component) templ.Component {
	if c == nil {
		return templ.NopComponent
	}
	return c
}

// done tells which defects something was done about, by what changed.
func (p *Pages) done(ctx context.Context, f *File) map[int]bool {
	out := map[int]bool{}
	for _, x := range progress.Differences(ctx, f.Filing.Dossier, f.Now.Case, p.Work.Pack().Country) {
		for _, i := range x.Answers(f.Filing.Defects) {
			out[i] = true
		}
	}
	return out
}

// inWords tells whether a defect has no one field to lead to: a paper, or a part of
// many fields. Its words are the place then that stands for all of it.
func (b *fields) inWords(d room.Defect) bool {
	form, is := dossier.FormOf(d.Field)
	return dossier.Within(d.Field, "materials") || !is || form.Kind == dossier.PartForm || !b.asked(d.Field) || b.f.ofDetails(d.Field) != ""
}

// replyTo is what may be said to a defect, by its place.
func (b *fields) replyTo(place string) ui.Field {
	return ui.Field{Name: "replies." + place, Kind: ui.Area, Rows: 2, Optional: true, Label: ui.T(b.ctx, "cases.correct.reply"), Value: b.reply(place), Max: 500}
}

// goesWithDraft lets the fields of a sheet that stands before the draft go with it.
func goesWithDraft(s sheet) sheet {
	goWithDraft(s.Rows)
	for k := range s.Actions {
		s.Actions[k].Form = ui.DraftForm
	}
	return s
}

func goWithDraft(rows [][]ui.Field) {
	for _, row := range rows {
		for k := range row {
			row[k].Form = ui.DraftForm
		}
	}
}

func (b *fields) reply(place string) string {
	if t, ok := b.typed["replies."+place]; ok {
		return t
	}
	return b.f.Draft.Paper.Replies[place]
}

// openFields are the fields of one that was sent back: itself, or all that
// lies below it.
func (p *Pages) openFields(b *fields, field string) [][]ui.Field {
	if dossier.Within(field, "materials") || field == "members" {
		return nil
	}
	form, ok := dossier.FormOf(field)
	if !ok || b.f.ofDetails(field) != "" {
		return nil
	}
	if form.Kind != dossier.PartForm {
		if !b.asked(field) {
			return nil
		}
		return rows(b.at(field))
	}
	if field == "budget.lines" {
		return nil // a sheet for each (openLines)
	}
	if n := b.f.Draft.Paper.Correction.Length(field); n > 0 || growing(field) != "" {
		var out [][]ui.Field
		for i := range max(n, 1) {
			out = append(out, abreast(p.partFields(b, index(field, i)))...)
		}
		return out
	}
	return abreast(p.partFields(b, field))
}

// asked tells whether some form asks for a field. What only registers, other cases or
// sums tell is answered in words: nobody can type it otherwise.
func (b *fields) asked(field string) bool {
	g := dossier.Generic(field)
	for _, of := range []string{"members.passport", "members.otherTrips", "members.tripsThisYear", "members.secretLevel", "otherCases", "unit."} {
		if strings.HasPrefix(g, of) {
			return false
		}
	}
	return ui.Known("field." + g)
}

// inDetails says what somebody's details tell of a field, and leads to where they are
// mended.
func (f *File) inDetails(ctx context.Context, field, who string) (string, ui.Button) {
	d, i := f.Held.People[who].Details, slices.Index(f.Now.Persons, who)
	held := d.HomeAddress
	if dossier.Generic(field) != "members.homeAddress" {
		var all []string
		for _, r := range d.Family {
			all = append(all, ui.T(ctx, "word.relation."+string(r.Relation))+" "+r.Name)
		}
		held = ui.List(ctx, all)
	}
	said := ui.T(ctx, "cases.correct.details")
	if held != "" {
		said = ui.Sentences(ctx, ui.T(ctx, "cases.correct.details.held", "Value", held), said)
	}
	return said, ui.Button{Text: ui.T(ctx, "cases.correct.details.do", "Name", f.Now.Case.Members[i].Name()), URL: detailsURL(f, who), Kind: ui.Second}
}

// openHalves are the half-days of an itinerary that was sent back, laid out as
// its ordinary page has them: each under its day, with where people are. Day and
// half stand as fields only where they aren't in order: on a line that was just
// added, or where something is said about them; so does the country.
func (p *Pages) openHalves(b *fields) []half {
	c := b.f.Now.Case
	var out []half
	for i := range b.f.Draft.Paper.Correction.Length("itinerary") {
		at := func(name string) string { return index("itinerary", i) + "." + name }
		var h half
		var own []ui.Field
		for _, x := range p.partFields(b, index("itinerary", i)) {
			switch strings.TrimPrefix(x.Name, index("itinerary", i)+".") {
			case "activity", "host", "official":
				h.Row = append(h.Row, x)
			default:
				own = append(own, x)
			}
		}
		if i >= len(c.Itinerary) || !b.dayFits(at, b.f.Draft.Paper.Correction.Itinerary[i]) {
			h.Title, h.Before = ui.T(b.ctx, "cases.half.undated"), abreast(own)
		} else {
			day := c.Itinerary[i]
			h.Title, h.Day, h.Says = b.halfTitle(day), b.dayTitle(day), day.Activity
			h.Send = []ui.Hidden{{Name: at("date"), Value: day.Date.String()}, {Name: at("half"), Value: string(day.Half)}}
			own = slices.DeleteFunc(own, func(x ui.Field) bool {
				return x.Name == at("date") || x.Name == at("half") || x.Derived != "" || len(c.Countries()) < 2 && x.Error == "" && len(x.Says) == 0
			})
			h.Row = append(h.Row, own...)
		}
		out = append(out, h)
	}
	return out
}

// dayFits tells whether the day and the half of a line are told, within the
// journey, and nothing about them stops the case.
func (b *fields) dayFits(at func(string) string, h dossier.HalfDay) bool {
	t := b.f.Now.Case.Trip
	if h.Date.IsZero() || h.Half == "" || h.Date.Before(t.Depart) || h.Date.After(t.Return) {
		return false
	}
	for _, path := range []string{at("date"), at("half")} {
		if _, came := b.typed[path]; came || b.error(path) != "" || slices.ContainsFunc(b.found.List, func(x precheck.Finding) bool { return x.Field == path && x.Blocks() }) {
			return false
		}
	}
	return true
}

// abreast lays the fields of a part out as its ordinary page does: what belongs
// together side by side, everything else on a line of its own.
func abreast(fields []ui.Field) [][]ui.Field {
	var out [][]ui.Field
	of := -1
	for _, f := range fields {
		name := f.Name[strings.LastIndexByte(f.Name, '.')+1:]
		group := slices.IndexFunc(together, func(names []string) bool { return slices.Contains(names, name) })
		if group >= 0 && group == of {
			out[len(out)-1] = append(out[len(out)-1], f)
		} else {
			out = append(out, []ui.Field{f})
		}
		of = group
	}
	return out
}

// together are the fields that stand side by side.
var together = [][]string{{"country", "city", "cityEn"}, {"arrive", "leave"}, {"carrier", "number"}, {"date", "half"}, {"issuer", "issuerZh", "issuerCountry"}, {"signatory", "signatoryTitle"}, {"issued", "from", "to"},
	{"depart", "return"}, {"familyName", "givenName"}, {"latinSurname", "latinGivenNames"}, {"units", "rate", "currency"}, {"fxRate", "fxDate"}}

// openLines are the lines of a budget that was sent back, each with whose it is,
// its number and its sum, and where another is added. One that wasn't handed in
// may be anybody's and is taken away again.
func (p *Pages) openLines(b *fields) []sheet {
	ctx, budget := b.ctx, b.f.Now.Case.Budget
	handedIn := b.f.Filing.Dossier.Length("budget.lines")
	var out []sheet
	for i, l := range budget.Lines {
		path := index("budget.lines", i)
		s := sheet{ID: "line" + strconv.Itoa(i), Title: b.lineTitle(i), Note: progress.AmountOf(ctx, l, money.Yuan(l.AmountCny).Minor), Rows: abreast(p.partFields(b, path))}
		if i >= handedIn {
			whose := b.whose(path+".member", b.value(path+".member"), func(k int) string { return strconv.Itoa(k) })
			s.Rows = append([][]ui.Field{{whose}}, s.Rows...)
			s.Actions = []ui.Button{{Text: ui.T(ctx, "cases.line.drop"), Name: "_drop", Value: path, Kind: ui.Plain, Loose: true}}
		}
		out = append(out, s)
	}
	add := ui.Button{Text: ui.T(ctx, "cases.line.add"), Name: "_add", Value: "budget.lines", Kind: ui.Second, Loose: true}
	if len(out) == 0 {
		return []sheet{{ID: "lines", Title: ui.T(ctx, "cases.sheet.lines"), Actions: []ui.Button{add}}}
	}
	out[len(out)-1].Actions = append(out[len(out)-1].Actions, add)
	return out
}

// partFields are the fields of one object; what follows by itself is left out.
func (p *Pages) partFields(b *fields, path string) []ui.Field {
	var out []ui.Field
	travels := false
	if i, is := number(path); is && dossier.Within(path, "itinerary") && i < len(b.f.Now.Case.Itinerary) {
		travels = dossier.OnTheWay(b.f.Now.Case.Legs, b.f.Now.Case.Itinerary[i])
	}
	for _, leaf := range dossier.Parts(path) {
		switch g := dossier.Generic(leaf); {
		case travels && g == "itinerary.country": // nowhere yet, or no longer
		case travels && g == "itinerary.city":
			out = append(out, ui.Field{Name: leaf, Label: ui.T(b.ctx, "field."+g), Derived: ui.T(b.ctx, "cases.half.travel"), Says: b.says(leaf)})
		case g == "budget.lines.cabin" && !slices.Contains([]string{"", string(dossier.Airfare), string(dossier.Intercity)}, b.value(path+".kind")):
		case g == "budget.lines.room" && !slices.Contains([]string{"", string(dossier.Lodging)}, b.value(path+".kind")):
		case g == "case.daysAbroad", g == "budget.totalCny", g == "budget.lines.amountCny", g == "budget.lines.member", strings.HasPrefix(g, "members.passport"),
			g == "members.sex", g == "members.dateOfBirth", g == "members.homeAddress", g == "members.tripsThisYear", g == "members.secretLevel", otherKinds(g, dossier.CaseKind(b.f.Draft.Paper.Text("case.kind"))):
		case slices.Contains(byPaper, g), g == "notice.items" && !b.f.madeOutside(): // the paper answers, the text tells
		case ui.Known("field." + g):
			out = append(out, b.at(leaf))
		}
	}
	return out
}

// byPaper are statements that no form asks for: the paper that shows them is
// uploaded. A case file may carry them.
var byPaper = []string{"budget.financeReviewed", "invitations.translation", "members.commitment", "members.dispatchConsent"}

// otherKinds tells whether a field belongs to a kind that this case isn't of.
func otherKinds(g string, kind dossier.CaseKind) bool {
	for _, of := range []string{"case.missionNotice", "case.opinionRequest", "case.organis"} {
		if strings.HasPrefix(g, of) {
			return kind != dossier.Joined
		}
	}
	return g == "members.jurisdiction" && kind != dossier.OrganisedCross
}

// growing is the list that rows may be added to, when it was sent back whole.
func growing(field string) string {
	if slices.Contains([]string{"legs", "itinerary", "invitations", "budget.lines"}, field) {
		return field
	}
	return ""
}

// openPapers are the places for papers that a defect is about. Where it names
// some, those come, whether the office would ordinarily want them yet or not;
// where it names none, what is missing. The rest is good as it is and waits
// folded under the first that speaks of all papers.
func (p *Pages) openPapers(ctx context.Context, f *File, nth int, first bool) (open, rest []dropView) {
	all, err := material.OfFiling(ctx, p.Work.Journal.Store, f.ID)
	if err != nil {
		p.Site.Log.Warn("listing papers", "case", f.ID, "err", err)
	}
	defect := f.Filing.Defects[nth]
	if defect.Field == "materials" {
		members, named, chosen := f.Now.Case.Members, len(defect.Papers()) > 0, f.Filing.ChosenPapers()
		elsewhere := func(s slot) bool {
			return slices.ContainsFunc(f.Filing.Defects, func(d room.Defect) bool {
				return d.Field == "materials" && d.Asks(s.Kind, s.Owner, members)
			})
		}
		for _, s := range f.wanted(p.Work.slots(f), defect) {
			d := p.mendedDrop(ctx, f, s, all)
			switch {
			case defect.Asks(s.Kind, s.Owner, members):
				open = append(open, d.asked(ctx, f.anew(s)))
			case !first || elsewhere(s) || chosen:
			case f.anew(s), !named && s.lacksNow():
				open = append(open, d)
			default:
				for i := range d.Files {
					d.Files[i].Remove = ui.Button{} // the office has let it stand
				}
				for i := range d.Drop.Files {
					d.Drop.Files[i].Remove = ui.Button{}
				}
				rest = append(rest, d)
			}
		}
		return open, rest
	}
	i, ok := number(defect.Field)
	if !ok || i >= len(f.Filing.Dossier.Materials) {
		return nil, nil
	}
	return []dropView{p.paperAt(ctx, f, i, all)}, nil
}

// paperAt is the place where another paper is given for one that was handed in.
func (p *Pages) paperAt(ctx context.Context, f *File, i int, all []material.Material) dropView {
	was, is := f.Filing.Dossier.Materials[i], f.Now.Case.Materials[i]
	owner := requirement.OfCase
	if k, of := was.OfMember(); of {
		owner = requirement.OfMember(k)
	}
	d := p.dropOf(ctx, f, slot{Kind: was.Kind, Owner: owner, Country: f.tiedTo(was.Kind, was.Country)}, all)
	d.Tag = ui.Tag{State: ui.Wait, Word: is.File}
	if was.SHA256 != is.SHA256 {
		d.Tag = ui.Tag{State: ui.OK, Word: ui.T(ctx, "cases.correct.paper_now", "Name", is.File)}
	}
	d.replaces(is, all, f.Now.Persons)
	return d
}

// asked makes a place say that the office wants its paper: what is there hasn't
// done, whatever the catalogue thinks of it.
func (d dropView) asked(ctx context.Context, anew bool) dropView {
	if anew {
		return d
	}
	d.Tag, d.Why = ui.Tag{State: ui.Wait, Word: ui.T(ctx, "cases.paper.missing")}, ui.T(ctx, "cases.correct.paper_asked")
	if d.Held || len(d.Drop.Files) > 0 {
		d.Tag.Word, d.Why = ui.T(ctx, "cases.correct.paper_again"), ui.T(ctx, "cases.correct.paper_again.why")
	}
	if d.Held { // its upload isn't folded
		d.Held, d.Drop.Files, d.Files = false, d.Files, nil
	}
	return d
}

// mendedDrop is a place for a paper where all papers were sent back: what is
// given there takes the place of the one that is there.
func (p *Pages) mendedDrop(ctx context.Context, f *File, s slot, all []material.Material) dropView {
	d := p.dropOf(ctx, f, s, all)
	if len(s.Held) == 1 && !f.lettersShort(s) {
		d.replaces(f.Now.Case.Materials[s.Held[0]], all, f.Now.Persons)
	}
	if f.anew(s) {
		d.Tag = ui.Tag{State: ui.OK, Word: ui.T(ctx, "cases.correct.changed")}
	}
	return d
}

// lettersShort tells whether a place is for letters of which there are fewer than
// hosts: what is given there comes beside what it holds.
func (f *File) lettersShort(s slot) bool {
	if s.Kind != "M04" {
		return false
	}
	letters, hosts := 0, 0
	for _, m := range f.Now.Case.Materials {
		if m.Kind == s.Kind && (s.Country == "" || m.For(s.Country)) {
			letters++
		}
	}
	for _, inv := range f.Now.Case.Invitations {
		if s.Country == "" || inv.IssuerCountry == s.Country {
			hosts++
		}
	}
	return letters < hosts
}

// replaces makes a place take one file, instead of the paper that is there.
func (d *dropView) replaces(is dossier.Material, all []material.Material, people []string) {
	for _, m := range all {
		if !m.Gone && room.SamePaper(is, m, people) {
			d.Drop.Send = append(d.Drop.Send, ui.Hidden{Name: "replaces", Value: m.ID})
			d.Drop.One = true
			return
		}
	}
}

// anew tells whether a place holds a paper that wasn't handed in yet.
func (f *File) anew(s slot) bool {
	return slices.ContainsFunc(s.Held, func(i int) bool {
		return !slices.ContainsFunc(f.Filing.Dossier.Materials, func(was dossier.Material) bool {
			is := f.Now.Case.Materials[i]
			return was.Kind == is.Kind && was.Owner == is.Owner && was.Country == is.Country && was.SHA256 == is.SHA256
		})
	})
}

// lacksNow tells whether a place stands empty that an application has filled.
func (s slot) lacksNow() bool {
	if s.Need.Key == "" {
		return len(s.Held) == 0
	}
	return (s.Need.IsMissing() || len(s.Held) == 0) && s.Need.Need == requirement.AtSubmission && !s.Need.Advised
}

// wanted adds the places of papers that a defect names and nothing else calls
// for: what the office asks for can be given.
func (f *File) wanted(slots []slot, defect room.Defect) []slot {
	for _, x := range defect.Wanted(f.Now.Case.Members) {
		if !slices.ContainsFunc(slots, func(s slot) bool {
			return s.Kind == x.Kind && (s.Owner == x.Owner || x.Owner == requirement.OfCase && s.Owner == requirement.OfUnit)
		}) {
			slots = append(slots, slot{Kind: x.Kind, Owner: x.Owner})
		}
	}
	return slots
}

// saveCorrection writes what was typed into the fields that were sent back;
// anything else in the form is refused by name.
func (p *Pages) saveCorrection(w http.ResponseWriter, r *http.Request, f *File) {
	d, err := p.keepCorrection(r.Context(), f, r.PostForm, base(r))
	if r.PostFormValue("_autosave") != "" {
		p.saved(w, r, f, d, err)
		return
	}
	f.Draft = d
	switch {
	case err != nil && (fault.IsConflict(err) || fault.Findings(err) != nil):
		p.showCorrection(w, r, f, err)
	default:
		to := "?said=saved"
		if r.PostFormValue("_fill") != "" {
			to = "#notice"
		}
		if strings.HasPrefix(r.PostFormValue("_add")+r.PostFormValue("_drop"), "budget.lines") {
			to = "#line" + strconv.Itoa(max(0, d.Paper.Correction.Length("budget.lines")-1))
		}
		p.Site.Answer(w, r, err, caseURL(f.ID)+"/notice"+to)
	}
}

// keepCorrection writes what was typed of a form, that was shown at a revision of
// the draft; 0 for none in particular.
func (p *Pages) keepCorrection(ctx context.Context, f *File, form url.Values, shown int64) (room.Draft, error) {
	var wrong []fault.Finding
	for name, values := range form {
		if _, is := dossier.FormOf(name); !is || f.mends(name) && f.ofDetails(name) == "" || f.Filing.Dossier.Text(name) == strings.Join(values, "\n") {
			continue
		}
		wrong = append(wrong, fault.Finding{Field: name, Key: "filing.correct.not_sent_back"})
	}
	if len(wrong) > 0 {
		slices.SortFunc(wrong, func(a, b fault.Finding) int { return natural(a.Field, b.Field) })
		return f.Draft, fault.Invalid(wrong...)
	}
	return p.Work.Drafts.Change(ctx, f.ID, shown, func(paper *room.Paper) error {
		paper.Reopened(f.Filing)
		was := paper.Correction.Clone().Notice
		if err := p.write(paper, form, f); err != nil {
			return err
		}
		paper.FitDays(f.Filing, f.Held.HalfDaysUpTo())
		if f.mends("notice.from") {
			p.putUp(paper, was, form, f)
		}
		return restructure(paper, form)
	})
}

// getCorrect is where messages lead who is to mend: to the notice while it is open, and
// to the case once it was answered.
func (p *Pages) getCorrect(w http.ResponseWriter, r *http.Request) {
	f, err := p.open(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	to := caseURL(f.ID)
	if f.Filing.Stage == room.IsSentBack {
		to += "/notice"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// postCorrect hands in what was mended.
func (p *Pages) postCorrect(w http.ResponseWriter, r *http.Request) {
	f, err := p.open(r)
	if err == nil {
		err = r.ParseForm()
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	f, err = p.correct(r.Context(), f, r.PostForm, base(r), web.Key(r))
	if fault.Findings(err) != nil || fault.IsConflict(err) && f.Filing.Stage == room.IsSentBack {
		p.showCorrection(w, r, f, err)
		return
	}
	p.Site.Answer(w, r, err, caseURL(r.PathValue("case"))+"?said=corrected")
}

// correct keeps what was typed last and hands all of it in; the case as it was
// read last comes with an error too.
func (p *Pages) correct(ctx context.Context, f *File, form url.Values, shown int64, key string) (*File, error) {
	if f.Filing.Stage == room.IsSentBack && f.HasDraft {
		d, err := p.keepCorrection(ctx, f, form, shown)
		f.Draft = d
		if err != nil {
			return f, err
		}
		again, err := p.Work.Open(ctx, f.ID)
		if err != nil {
			return f, err
		}
		f = again
	}
	_, err := p.Work.Correct(ctx, journal.Order{Subject: f.ID, Key: key}, f)
	return f, err
}
