// Package filing is the pages of the liaison officer and of the signatory: the
// cases of a unit, a case as a list of tasks, its steps, checking and
// presenting it, signing, and mending what was sent back.
//
// Every page is a form that is whole without script; pauses in typing are
// saved and checked where script runs. Nothing is decided here.
package filing

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"yitang/internal/access"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	room "yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/letter"
	"yitang/internal/material"
	"yitang/internal/person"
	"yitang/internal/requirement"
	"yitang/internal/web"
	"yitang/internal/web/guidance"
	visits "yitang/internal/web/hall"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// Pages is what these pages need of the internet node.
type Pages struct {
	Site     *web.Site
	Work     *Work
	Progress *progress.Pages
	Visits   *visits.Visits
	// Board is what the home shows of the office's notices.
	Board func(context.Context, access.Who) (guidance.Board, error)
}

// Routes are the addresses of these pages.
func (p *Pages) Routes() []web.Route {
	all := []web.Route{
		{Pattern: "GET /cases", Right: access.SeeUnit, Handle: p.getCases},
		{Pattern: "GET /cases/new", Right: access.EditCase, Handle: p.getNew},
		{Pattern: "POST /cases/new", Right: access.EditCase, Handle: p.postNew, Files: true},
		{Pattern: "GET /cases/{case}", Right: access.SeeUnit, Handle: p.getCase},
		{Pattern: "GET /cases/{case}/findings", Right: access.EditCase, Handle: p.getFindings},
		{Pattern: "POST /cases/{case}/fix", Right: access.EditCase, Handle: p.postFix},
		{Pattern: "POST /cases/{case}/unfix", Right: access.EditCase, Handle: p.postUnfix},
		{Pattern: "GET /cases/{case}/waiver", Right: access.EditCase, Handle: p.getWaiver},
		{Pattern: "POST /cases/{case}/waiver", Right: access.EditCase, Handle: p.postWaiver},
		{Pattern: "POST /cases/{case}/waiver/back", Right: access.EditCase, Handle: p.postWaiverBack},
		{Pattern: "GET /cases/{case}/later", Right: access.SeeUnit, Handle: p.getLater},
		{Pattern: "POST /cases/{case}/later", Right: access.EditCase, Handle: p.postLater, Files: true},
		{Pattern: "GET /cases/{case}/check", Right: access.SeeUnit, Handle: p.getCheck},
		{Pattern: "POST /cases/{case}/answers", Right: access.EditCase, Handle: p.postAnswers},
		{Pattern: "POST /cases/{case}/present", Right: access.EditCase, Handle: p.postPresent},
		{Pattern: "POST /cases/{case}/takeback", Right: access.EditCase, Handle: p.postTakeBack},
		{Pattern: "GET /cases/{case}/withdraw", Right: access.EditCase, Handle: p.getWithdraw},
		{Pattern: "POST /cases/{case}/withdraw", Right: access.EditCase, Handle: p.postWithdraw},
		{Pattern: "POST /cases/{case}/restore", Right: access.EditCase, Handle: p.postRestore},
		{Pattern: "GET /cases/{case}/people", Right: access.EditCase, Handle: p.getFindPeople},
		{Pattern: "POST /cases/{case}/members/add", Right: access.EditCase, Handle: p.postAddMember},
		{Pattern: "POST /cases/{case}/members/drop", Right: access.EditCase, Handle: p.postTurnMember((*room.Paper).DropPerson)},
		{Pattern: "POST /cases/{case}/members/restore", Right: access.EditCase, Handle: p.postTurnMember((*room.Paper).RestorePerson)},
		{Pattern: "GET /cases/{case}/members/new", Right: access.EditCase, Handle: p.getNewMember},
		{Pattern: "POST /cases/{case}/members/new", Right: access.EditCase, Handle: p.postNewMember},
		{Pattern: "GET /cases/{case}/members/{person}", Right: access.EditCase, Handle: p.getMember},
		{Pattern: "POST /cases/{case}/members/{person}", Right: access.EditCase, Handle: p.postMember},
		{Pattern: "POST /cases/{case}/papers", Right: access.EditCase, Handle: p.postPaper, Files: true},
		{Pattern: "POST /cases/{case}/papers/{material}/use", Right: access.EditCase, Handle: p.postUse},
		{Pattern: "POST /cases/{case}/papers/{material}/drop", Right: access.EditCase, Handle: p.postDropPaper},
		{Pattern: "POST /cases/{case}/papers/{material}/restore", Right: access.EditCase, Handle: p.postRestorePaper},
		{Pattern: "GET /cases/{case}/papers/{material}", Right: access.SeeUnit, Handle: p.getPaper},
		{Pattern: "GET /cases/{case}/made", Right: access.SeeUnit, Handle: p.getMade},
		{Pattern: "GET /cases/{case}/made/{person}", Right: access.EditPeople, Handle: p.getMade},
		{Pattern: "GET /cases/{case}/letters/{letter}", Right: access.SeeUnit, Handle: p.getLetter},
		{Pattern: "GET /cases/{case}/approval", Right: access.SeeCase, Handle: p.getApproval},
		{Pattern: "GET /cases/{case}/notice/print", Right: access.SeeUnit, Handle: p.getNotice},
		{Pattern: "GET /cases/{case}/visit", Right: access.SeeUnit, Handle: p.getVisit},
		{Pattern: "GET /cases/{case}/correct", Right: access.EditCase, Handle: p.getCorrect},
		{Pattern: "POST /cases/{case}/correct", Right: access.EditCase, Handle: p.postCorrect},
		{Pattern: "GET /sign", Right: access.SignCase, Handle: p.getSignList},
		{Pattern: "GET /sign/{case}", Right: access.SignCase, Handle: p.getSign},
		{Pattern: "POST /sign/{case}/submit", Right: access.SignCase, Handle: p.postSubmit},
		{Pattern: "POST /sign/{case}/back", Right: access.SignCase, Handle: p.postHandBack},
	}
	all = append(all, p.amendRoutes()...)
	for _, s := range steps {
		all = append(all,
			web.Route{Pattern: "GET /cases/{case}/" + s, Right: access.EditCase, Handle: p.getStep(s)},
			web.Route{Pattern: "POST /cases/{case}/" + s, Right: access.EditCase, Handle: p.postStep(s)})
	}
	for i, x := range all {
		switch _, of, _ := strings.Cut(x.Pattern, "/cases/{case}"); {
		case !strings.Contains(x.Pattern, "/cases/{case}"), of == "/restore", x.Pattern == "POST /cases/{case}/withdraw":
		default:
			all[i].Handle = p.there(x.Handle)
		}
	}
	return all
}

// steps are the parts of an application, in the order in which they are asked.
var steps = []string{"mission", "trip", "members", "invitations", "budget", "notice", "documents"}

// stepOf is the step on which a field stands.
func stepOf(path string) string {
	head := dossier.Generic(path)
	switch {
	case strings.HasPrefix(head, "amendment"):
		return "amendment"
	case head == "case.depart", head == "case.return", head == "case.daysAbroad", head == "case.leavesChina", head == "case.connectionNote", head == "case.safetyPlan", strings.HasPrefix(head, "legs"), strings.HasPrefix(head, "itinerary"):
		return "trip"
	case strings.HasPrefix(head, "case"):
		return "mission"
	case strings.HasPrefix(head, "members"):
		return "members"
	case strings.HasPrefix(head, "invitations"):
		return "invitations"
	case strings.HasPrefix(head, "budget"), strings.HasPrefix(head, "fx"), strings.HasPrefix(head, "rates."), strings.HasPrefix(head, "costs"):
		return "budget"
	case strings.HasPrefix(head, "notice"):
		return "notice"
	case strings.HasPrefix(head, "materials"):
		return "documents"
	}
	return ""
}

// Objects tells whose the things in these pages' addresses are.
func (p *Pages) Objects() map[string]func(ctx context.Context, id string) (access.Object, error) {
	r := p.Work.Journal.Store
	return map[string]func(ctx context.Context, id string) (access.Object, error){
		"case": func(ctx context.Context, id string) (access.Object, error) {
			var o access.Object
			var err error
			if o.Unit, err = p.Work.Drafts.Find(ctx, id); err == nil && o.Unit == "" {
				var e room.Entry
				e, err = room.One(ctx, r, id)
				if o.Unit = e.Unit; fault.IsNotFound(err) {
					if g, gone, looking := p.Work.Drafts.Gone(ctx, id); looking != nil || gone {
						o.Unit, err = g.Unit, looking
					}
				}
			}
			// A traveller may follow the cases that they travel with.
			if self := web.WhoOf(ctx).Person; self != "" && err == nil {
				var goes bool
				if goes, err = room.Travels(ctx, r, id, self); goes {
					o.Person = self
				}
			}
			return o, err
		},
		"person": func(ctx context.Context, id string) (access.Object, error) {
			e, err := person.One(ctx, r, id)
			return access.Object{Unit: e.Unit, Person: id}, err
		},
		"material": func(ctx context.Context, id string) (access.Object, error) {
			m, err := material.One(ctx, r, id)
			o := access.Object{Unit: m.Unit}
			if err != nil || m.OwnerKind != material.OfPerson {
				return o, err
			}
			// A person's papers are their unit's, whichever that is now.
			e, err := person.One(ctx, r, m.Owner)
			o.Unit, o.Person = e.Unit, m.Owner
			if err == nil {
				var used bool
				if used, err = p.Work.handedIn(ctx, web.CaseIn(ctx), m); used {
					o.Unit = m.Unit
					var c room.Entry
					if c, err = room.One(ctx, r, web.CaseIn(ctx)); err == nil {
						o.Unit = c.Unit
					}
				}
			}
			return o, err
		},
		"letter": func(ctx context.Context, code string) (access.Object, error) {
			l, ok, err := letter.ByCode(ctx, r, code)
			if err == nil && !ok {
				err = fault.NotFound("letter " + code)
			}
			return access.Object{Unit: l.Unit}, err
		},
	}
}

func caseURL(id string) string { return "/cases/" + url.PathEscape(id) }

// place is where a field is written: the page and the place on it.
func (f *File) place(path string) string {
	step := stepOf(path)
	if strings.HasPrefix(path, "answers.") {
		return caseURL(f.ID) + "/check#" + ui.FieldID(path)
	}
	if who := f.ofDetails(path); who != "" {
		return detailsURL(f, who)
	}
	if f.Filing.Stage == room.IsSentBack {
		return caseURL(f.ID) + "/notice#" + ui.FieldID(path)
	}
	if _, _, is := paperOf(path); is {
		return caseURL(f.ID) + "/documents#" + path
	}
	if paper := f.paperPlace(path); paper != "" {
		return caseURL(f.ID) + "/documents#" + paper
	}
	switch {
	case path == "unit.signatory": // who signs is no field of ours, who travels is
		return caseURL(f.ID) + "/members#pick"
	case ofUnit(path):
		return "/cases#lock"
	}
	if step == "" {
		return caseURL(f.ID)
	}
	at := caseURL(f.ID) + "/" + step
	var i int
	if step == "members" {
		if n, field, ok := memberField(path); ok && n < len(f.Now.Persons) && f.Now.Persons[n] != "" {
			i = n
			if !ofTrip[field] && !onRecord(field) && field != "" {
				return at + "/" + url.PathEscape(f.Now.Persons[i]) + "#" + ui.FieldID(path)
			}
			return at + "#m-" + f.Now.Persons[i]
		}
	}
	if fx := f.exchange(path); fx != "" {
		return at + "#" + ui.FieldID(fx)
	}
	if box := f.ownRateOf(path); box != "" {
		return at + "#" + ui.FieldID(box)
	}
	if step == "budget" && strings.HasPrefix(path, "budget.lines") {
		at += "?lines=1"
	}
	return at + "#" + anchor(path)
}

// exchange is the field in which a line's rate of exchange, or its day, is
// written: once for a currency, unless the unit has lines of its own.
func (f *File) exchange(path string) string {
	name, ok := map[string]string{"budget.lines.fxRate": "rate", "budget.lines.fxDate": "date"}[dossier.Generic(path)]
	if !ok || f.Now.Case.Budget == nil || f.Draft.Paper.OwnLines {
		return ""
	}
	var i int
	if _, err := fmt.Sscanf(path, "budget.lines[%d]", &i); err != nil || i < 0 || i >= len(f.Now.Case.Budget.Lines) {
		return ""
	}
	return "fx." + string(f.Now.Case.Budget.Lines[i].Currency) + "." + name
}

// anchor is the place on a step's page where a path is written: its field, or
// the sheet of what is no single field.
func anchor(path string) string {
	switch path {
	case "legs", "invitations":
		return strings.TrimSuffix(path, "s") + "0"
	case "itinerary", "notice":
		return path
	case "notice.items": // told by the text, not by somebody
		return "notice-text"
	case "materials":
		return "now"
	case "members":
		return "pick"
	case "case.daysAbroad":
		return "days"
	case "budget":
		return "fund"
	case "budget.totalCny", "budget.lines":
		return "lines"
	}
	for list, sheet := range map[string]string{"legs[": "leg", "invitations[": "invitation", "budget.lines[": "line"} {
		if i, one := strings.CutPrefix(path, list); one && strings.HasSuffix(i, "]") {
			return sheet + strings.TrimSuffix(i, "]")
		}
	}
	return ui.FieldID(path)
}

// ofTrip are the fields of a member that belong to the trip and not to the person.
var ofTrip = map[string]bool{"role": true, "paper": true, "dispatchConsent": true, "commitment": true}

// onRecord are fields that the office's records tell and nobody types.
func onRecord(field string) bool {
	return field == "tripsThisYear" || strings.HasPrefix(field, "passport")
}

// memberField takes a path of a member apart: index and field.
func memberField(path string) (int, string, bool) {
	rest, ok := strings.CutPrefix(path, "members[")
	if !ok {
		return 0, "", false
	}
	number, field, _ := strings.Cut(rest, "]")
	i, err := strconv.Atoi(number)
	return i, strings.TrimPrefix(field, "."), err == nil && i >= 0
}

// ofDetails is whose details a path lies in; "" where it lies in none. Home and family
// are held by the record alone: a case reads them there, and there they are mended.
func (f *File) ofDetails(path string) string {
	n, field, ok := memberField(path)
	if field, _, _ = strings.Cut(field, "["); !ok || n >= len(f.Now.Persons) || field != "family" && field != "homeAddress" {
		return ""
	}
	return f.Now.Persons[n]
}

// whereIs names what a defect is tied to.
func (f *File) whereIs(ctx context.Context, d room.Defect) string {
	if d.Field == "materials" {
		return progress.DefectPlace(ctx, f.Now.Case, d)
	}
	return f.where(ctx, d.Field)
}

// where names a field, or a paper's place, for people: 沈知行的身份证号.
func (f *File) where(ctx context.Context, path string) string {
	if kind, owner, is := paperOf(path); is {
		name := PaperName(ctx, kind)
		if i := slices.Index(f.Now.Persons, owner); i >= 0 {
			return ui.T(ctx, "cases.paper.of", "Name", name, "Who", f.Now.Case.Members[i].Name())
		}
		if country, of := strings.CutPrefix(owner, f.ID+"-"); of && requirement.OfCountry(kind) {
			return ui.T(ctx, "cases.paper.of", "Name", name, "Who", f.countryName(ctx, country))
		}
		return name
	}
	if strings.HasPrefix(path, "answers.") { // what is answered stands in the words
		return ""
	}
	if box := f.ownRateOf(path); box != "" {
		path = box
	}
	if at, what, is := ownRate(path); is {
		for _, l := range f.unrated() {
			if room.RatePlace(l.Country, l.City) == at {
				return ui.T(ctx, "budget.rates.of", "Place", f.placeNames(ctx, []dossier.Leg{l})[0], "What", ui.T(ctx, "budget.rates."+what))
			}
		}
	}
	if box := moneyBox(ctx, path); box != "" {
		return box
	}
	return progress.Place(ctx, f.Now.Case, path)
}

// ui:keys word.costKind.*
//
// moneyBox names a box of the budget's page that is no field of the case: a cost that
// is the same for each, or a rate of exchange; "" for another path.
func moneyBox(ctx context.Context, path string) string {
	if kind, is := strings.CutPrefix(path, "costs."); is && ui.Known("word.costKind."+kind) {
		return ui.T(ctx, "word.costKind."+kind)
	}
	rest, is := strings.CutPrefix(path, "fx.")
	currency, what, cut := strings.Cut(rest, ".")
	switch {
	case !is || !cut:
		return ""
	case what == "date":
		return ui.T(ctx, "cases.fx.date")
	}
	return ui.T(ctx, "cases.fx.rate", "Currency", currency)
}

// stepFor is the step on which somebody mends what is wrong with a field.
func (f *File) stepFor(path string) string {
	if f.paperPlace(path) != "" {
		return "documents"
	}
	return stepOf(path)
}

// about says something with the field that it is about, unless it names that itself.
func (f *File) about(ctx context.Context, path, text string) string {
	if path == "" {
		return text
	}
	return about(ctx, f.where(ctx, path), text)
}

func about(ctx context.Context, where, text string) string {
	if where == "" || strings.Contains(text, where) {
		return text
	}
	return ui.T(ctx, "cases.place.error", "Where", where, "Text", text)
}

// open reads the case in the address.
func (p *Pages) open(r *http.Request) (*File, error) {
	return p.Work.Open(r.Context(), r.PathValue("case"))
}

// writing reads the case in the address for a change of its draft.
func (p *Pages) writing(r *http.Request) (*File, error) {
	f, err := p.open(r)
	if err != nil {
		return nil, err
	}
	if !f.HasDraft {
		return nil, fault.NotFound("draft " + f.ID)
	}
	if !f.Filing.Stage.MayEdit() {
		return nil, fault.NotNow("filing.draft.standing", f.Filing.Stage)
	}
	return f, nil
}

func base(r *http.Request) int64 {
	n, err := strconv.ParseInt(r.PostFormValue("revision"), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// keyed is an order with a form's key; what comes from one case follows nobody's event.
func keyed(r *http.Request, subject string) journal.Order {
	return journal.Order{Subject: subject, Key: web.Key(r)}
}

// crumbs lead back.
func (p *Pages) crumbs(ctx context.Context, f *File, here string) []ui.Link {
	return []ui.Link{{Text: ui.T(ctx, "cases.crumb"), URL: "/cases"}, {Text: f.title(ctx), URL: caseURL(f.ID)}, {Text: here}}
}

// title is what the case is called, also before it has a name.
func (f *File) title(ctx context.Context) string {
	t := f.Now.Case.Trip.Title
	if t == "" {
		t = ui.T(ctx, "cases.untitled")
	}
	if kind := f.amendmentKind(); kind != "" {
		return ui.T(ctx, "amend.head", "Kind", progress.KindName(ctx, kind), "Title", t)
	}
	return t
}

// called is the title of a case in a list; an amendment says that it is one.
func (p *Pages) called(ctx context.Context, id, title string) string {
	if _, is := room.AmendmentOf(id); is {
		return ui.T(ctx, "amend.titled", "Title", title)
	}
	return title
}

// ui:keys cases.said.*
func (p *Pages) said(r *http.Request) ui.Banner {
	switch r.URL.Query().Get("said") {
	case "discarded", "change_discarded":
		return p.saidGone(r)
	}
	if key := "cases.said." + r.URL.Query().Get("said"); ui.Known(key) {
		return ui.Banner{Text: ui.T(r.Context(), key)}
	}
	return ui.Banner{}
}

// fragment tells whether a script asks for a piece of a page.
func fragment(r *http.Request) bool {
	return r.FormValue("_fragment") != "" || r.FormValue("_autosave") != "" || r.FormValue("fragment") != ""
}
