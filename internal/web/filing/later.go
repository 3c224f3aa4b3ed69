package filing

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"time"

	"yitang/internal/access"
	"yitang/internal/blob"
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	room "yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/material"
	"yitang/internal/person"
	state "yitang/internal/progress"
	"yitang/internal/requirement"
	"yitang/internal/visa"
	"yitang/internal/web"
	"yitang/internal/web/made"
	"yitang/internal/web/ui"
)

// laterView is what a case still wants after it was handed in, each with the
// day by which it must follow.
type laterView struct {
	Head   ui.Head
	Errors ui.ErrorSummary
	Papers []laterPaper
	Data   ui.Tasks // what is written into a person's record
	Help   string   // "" where nobody can give any of it here
	Bunch  bool     // many files at once find their places by name
	Made   []made.Line
}

type laterPaper struct {
	ID    string
	Name  string
	Note  string
	Words string // the office's, where it has asked
	Tag   ui.Tag
	Files []givenFile // once it is there
	Place *dropView   // where it is given; nil where nobody can give it here
}

// givenFile is one file that was given, and where another takes its place.
type givenFile struct {
	ui.File
	Replace *replaceView // nil where it stays as it is
}

// replaceView is the form by which a file is replaced.
type replaceView struct {
	ID     string // of the input
	Input  string
	Action string
	Key    string
	Accept string
	Fields []ui.Field
	Error  string
	Open   bool
}

func laterURL(id string) string { return caseURL(id) + "/later" }

// Later is one paper, or one datum, that a case wants after it was handed in:
// what an urgent case had put off, what booklets and visas are made from, and
// what the office's desk asked for. It is one list, whatever calls for it.
type Later struct {
	Kind    dossier.MaterialKind // "" for a datum
	Datum   requirement.Key      // "" for a paper
	Person  string               // whose; "" for the case's
	Country string               // whose host's; "" where one serves all
	Member  int                  // index of the person
	Due     calendar.Date        // zero while nothing waits for it
	Soon    bool                 // wanted once the case is approved, and taken before
	Why     string
	Owed    *room.Owed // of an urgent case
	Ask     *visa.Ask  // of the desk
	Came    string     // the paper that it is by now
	On      calendar.Date
	Given   []material.Material // what was given for it since the case was handed in
	Kept    bool                // what came is in the office's hands: none takes its place
}

// IsOpen tells whether somebody still has to see to it.
func (l Later) IsOpen() bool { return l.Came == "" }

func (l Later) same(o Later) bool {
	return l.Kind == o.Kind && l.Datum == o.Datum && l.Person == o.Person && l.Country == o.Country
}

// place names it on its page, and in the form that gives it.
func (l Later) place() string {
	if whose := l.Person + l.Country; whose != "" { // a paper of one country is nobody's own
		return string(l.Kind) + string(l.Datum) + "-" + whose
	}
	return string(l.Kind) + string(l.Datum)
}

// input is the name of its file in the form that gives it.
func (l Later) input() string { return "file-" + l.place() }

// givenAs reads what a file of the form is for from its name.
func givenAs(input string) (Later, bool) {
	rest, is := strings.CutPrefix(input, "file-")
	kind, who, _ := strings.Cut(rest, "-")
	l := Later{Kind: dossier.MaterialKind(kind), Person: who}
	if requirement.OfCountry(l.Kind) {
		l.Person, l.Country = "", who
	}
	return l, is && kind != ""
}

// name says what it is and whose.
func (l Later) name(ctx context.Context, f *File) string {
	name := PaperName(ctx, l.Kind)
	if l.Datum != "" {
		name = dataName(ctx, l.Datum)
	}
	if l.Person != "" && l.Member < len(f.Now.Case.Members) {
		name = ui.T(ctx, "cases.paper.of", "Name", name, "Who", f.Now.Case.Members[l.Member].Name())
	}
	if l.Country != "" {
		name = ui.T(ctx, "cases.paper.of", "Name", name, "Who", f.countryName(ctx, l.Country))
	}
	return name
}

// Later lists what a case that was handed in still wants, and what came of that.
// Before the approval it is what may follow; then what open orders wait for.
func (w *Work) Later(ctx context.Context, f *File) ([]Later, error) {
	var out []Later
	add := func(l Later) {
		i := slices.IndexFunc(out, l.same)
		switch {
		case i < 0:
			out = append(out, l)
		case l.Ask != nil && out[i].Ask == nil:
			out[i] = l
		case out[i].Due.IsZero() || !l.Due.IsZero() && l.Due.Before(out[i].Due):
			out[i].Due = l.Due
		}
	}
	for _, o := range f.Filing.Later {
		add(Later{Kind: o.Kind, Due: o.Due, Owed: &o, Why: ui.T(ctx, "later.why."+string(o.Kind)), Came: o.Material, On: o.On})
	}
	s, heard, err := state.Of(ctx, w.Journal.Store, f.ID)
	if err == nil && (s.Stage.OffCourse() || f.Filing.Stage == room.IsWithdrawn) {
		out = slices.DeleteFunc(out, Later.IsOpen)
	}
	if err != nil || !heard || f.Filing.Round == 0 || f.IsChange() || f.Filing.Stage == room.IsWithdrawn || s.Stage.Over() || s.ForTerm {
		for i := range out {
			out[i].Kept = true
		}
		return out, err
	}
	switch s.Stage {
	case state.OnTheWay, state.AtIntake, state.InReview, state.Decided:
		w.soon(ctx, f, func(i int) bool { return s.Stage != state.Decided || f.mayTravel(s, i) }, add)
	case state.Issued, state.Cleared:
		if err := w.ordered(ctx, f, s, add); err != nil {
			return nil, err
		}
	}
	if out, err = w.given(ctx, f, s, out); err != nil {
		return nil, err
	}
	f.inOrder(out)
	return out, nil
}

// inOrder puts what is open first, by its day; of one day what is the case's own, then
// each member's together, the head's first; of several countries the one first that
// the journey leads to first.
func (f *File) inOrder(all []Later) {
	c := f.Now.Case
	people, route := c.HeadFirst(), c.Countries()
	place := func(l Later) int {
		if l.Person == "" {
			return -1
		}
		if i := slices.Index(people, l.Member); i >= 0 {
			return i
		}
		return len(people)
	}
	turn := func(l Later) int {
		switch {
		case !l.IsOpen():
			return 2
		case l.Due.IsZero():
			return 1
		}
		return 0
	}
	slices.SortStableFunc(all, func(a, b Later) int {
		return cmp.Or(turn(a)-turn(b), a.Due.Compare(b.Due), place(a)-place(b), placeIn(route, a.Country)-placeIn(route, b.Country))
	})
}

// given adds what came since the case was handed in: it stays on the list when
// nothing wants it any more, or who gave it would look for it in vain.
func (w *Work) given(ctx context.Context, f *File, s state.State, out []Later) ([]Later, error) {
	orders, err := visa.Of(ctx, w.Journal.Store, f.ID)
	if err != nil {
		return nil, err
	}
	for _, m := range f.cameSince() {
		l := Later{Kind: dossier.MaterialKind(m.Kind), Country: m.Country, Came: m.ID, On: m.On()}
		if m.OwnerKind == material.OfPerson {
			l.Person, l.Member = m.Owner, slices.Index(f.Now.Persons, m.Owner)
		}
		i := slices.IndexFunc(out, l.same)
		if i < 0 {
			i, out = len(out), append(out, l)
		}
		x := &out[i]
		if x.IsOpen() {
			continue // what the office turned down isn't what is wanted
		}
		x.Given = append(x.Given, m)
		x.Kept = x.Owed == nil && x.Ask == nil && l.isKept(s.Stage, orders)
	}
	return out, nil
}

// cameSince are the papers that people gave for a case after it was handed in,
// oldest first.
func (f *File) cameSince() []material.Material {
	return slices.DeleteFunc(slices.Clone(f.Held.Materials), func(m material.Material) bool {
		e, _ := requirement.Lookup(requirement.Key(m.Kind))
		_, brought := requirement.Brought(e.Key)
		theirs := m.OwnerKind == material.OfCase || m.OwnerKind == material.OfPerson && slices.Contains(f.Now.Persons, m.Owner)
		return m.Gone || m.Case != f.ID || !theirs || !brought || e.Need == requirement.AfterTrip ||
			slices.ContainsFunc(f.Now.Case.Materials, func(was dossier.Material) bool { return room.SamePaper(was, m, f.Now.Persons) })
	})
}

// isKept tells whether what came has gone into the office's hands: the trip is
// cleared, or the visa kit that it belongs to is closed.
func (l Later) isKept(at state.Stage, orders []visa.Row) bool {
	switch at {
	case state.OnTheWay, state.AtIntake, state.InReview, state.Decided:
		return false
	case state.Issued:
		return slices.ContainsFunc(orders, func(o visa.Row) bool {
			return kitIsClosed(o.Stage) && (l.Person == "" || l.Person == o.Person) && slices.ContainsFunc(o.Kit, func(it visa.Item) bool {
				kind, _ := requirement.Brought(requirement.Key(it.Key))
				return kind == l.Kind
			})
		})
	}
	return true
}

// kitIsClosed tells whether a visa's papers have gone together, whatever came of it
// since: only a visa that is planned anew wants them again.
func kitIsClosed(at visa.Stage) bool {
	switch at {
	case visa.KitIsReady, visa.IsSent, visa.IsGranted, visa.IsRefused, visa.IsChecked, visa.IsReleased:
		return true
	}
	return false
}

func (f *File) mayTravel(s state.State, i int) bool {
	return i < len(f.Now.Persons) && slices.Contains(s.Approved(), f.Now.Persons[i])
}

// since is the case with the papers that came after it was handed in.
func (f *File) since() *File {
	return &File{ID: f.ID, Unit: f.Unit, Filing: f.Filing, Held: f.Held, Known: f.Known, work: f.work,
		Now: room.Assembled{Case: room.Since(f.Now.Case, f.Now.Persons, f.Held.Materials), Persons: f.Now.Persons}}
}

// wanting goes through what the engine finds missing that people bring for
// booklets and visas.
func (w *Work) wanting(f *File, each func(q requirement.Requirement, l Later)) {
	for _, q := range w.Requirements(f.since()) {
		if !q.IsMissing() || !q.AsksPeople() || q.Need == requirement.AtSubmission || q.Need == requirement.AfterTrip {
			continue
		}
		var l Later
		switch x := q.What.(type) {
		case requirement.Material:
			l.Kind = x.Kind
		case requirement.Datum:
			if !slices.Contains(beyond, q.Key) {
				continue
			}
			l.Datum = q.Key
		default:
			continue
		}
		if i, of := q.Owner.Member(); of && i < len(f.Now.Persons) {
			l.Person, l.Member = f.Now.Persons[i], i
		}
		each(q, l)
	}
}

// soon is what may follow after the decision.
func (w *Work) soon(ctx context.Context, f *File, goes func(int) bool, add func(Later)) {
	w.wanting(f, func(q requirement.Requirement, l Later) {
		if l.Person == "" || goes(l.Member) {
			l.Soon, l.Why = true, ui.Say(ctx, q.Condition.Text())
			add(l)
		}
	})
}

// ordered is what the open orders of booklets and visas wait for, and the e-visas
// that travellers apply for themselves.
func (w *Work) ordered(ctx context.Context, f *File, s state.State, add func(Later)) error {
	w.wanting(f, func(q requirement.Requirement, l Later) {
		m := s.People[l.Person]
		if m == nil || !m.Approved || m.Booklet != state.IsAsked && m.Booklet != state.IsOrdered || q.Need != requirement.AtOrder {
			return
		}
		l.Due, l.Why = m.Due, ui.Say(ctx, q.Condition.Text())
		add(l)
	})
	orders, err := visa.Of(ctx, w.Journal.Store, f.ID)
	if err != nil {
		return err
	}
	for _, o := range orders {
		i := slices.Index(f.Now.Persons, o.Person)
		if i < 0 || !o.Owed() {
			continue
		}
		have, err := visa.HaveOf(ctx, w.Journal, w.Pack().Checks, o, orders)
		if err != nil {
			return err
		}
		why := ui.T(ctx, "later.why.visa", "Country", w.Country(ctx, o.Apply))
		if o.SeenToByTraveller() {
			why = ui.Say(ctx, fault.Text{Zh: o.Reason, En: o.ReasonEn})
		}
		if came, is := have.EVisaOf(o); is && !came.Serves() {
			why = eVisaAgain(ctx, came)
		}
		for _, lack := range visa.Lacks(o, have, w.Journal.Book()) {
			l := Later{Kind: lack.Kind, Datum: lack.Datum, Country: lack.Country, Due: lack.Due, Ask: lack.Ask, Why: why}
			if !lack.OfCase {
				l.Person, l.Member = o.Person, i
			}
			if lack.Came != nil {
				l.Came, l.On = lack.Came.ID, calendar.DateOf(time.UnixMicro(lack.Came.At))
			}
			add(l)
		}
		if o.Stage != visa.IsPlanned {
			continue
		}
		keys := w.formLacks(f, i, o.Area)
		if slices.ContainsFunc(o.Kit, func(it visa.Item) bool { return it.Key == "person.family" }) && !f.Held.People[o.Person].Details.Holds("person.family") {
			keys = append(keys, "person.family")
		}
		for _, key := range keys {
			if !asksFamily(keys, key) {
				add(Later{Datum: key, Person: o.Person, Member: i, Due: o.GivenBy(w.Journal.Book()), Why: why})
			}
		}
	}
	return nil
}

// stillOwed counts what somebody has to see to now, and gives the day of the first.
func stillOwed(all []Later) (papers, data int, due calendar.Date) {
	for _, l := range all {
		if !l.IsOpen() || l.Soon {
			continue
		}
		if l.Kind != "" {
			papers++
		} else {
			data++
		}
		if !l.Due.IsZero() && (due.IsZero() || l.Due.Before(due)) {
			due = l.Due
		}
	}
	return papers, data, due
}

// laterTitle says in short what is still to be given.
func laterTitle(ctx context.Context, all []Later) string {
	papers, data, _ := stillOwed(all)
	soon := 0
	for _, l := range all {
		if l.IsOpen() && l.Soon {
			soon++
		}
	}
	switch {
	case papers > 0 && data > 0:
		return ui.T(ctx, "later.both.title", "Count", papers, "Data", data)
	case papers > 0:
		return ui.T(ctx, "later.title", "Count", papers)
	case data > 0:
		return ui.T(ctx, "later.data.title", "Count", data)
	case soon > 0:
		return ui.T(ctx, "later.soon.title", "Count", soon)
	}
	return ui.T(ctx, "later.none")
}

// dueTitle says what is due by the first day, and what after it or on no day yet: all that a case still
// wants isn't wanted by that day.
func dueTitle(ctx context.Context, all []Later, due calendar.Date) string {
	first, after := 0, 0
	for _, l := range all {
		switch {
		case !l.IsOpen() || l.Soon:
		case l.Due.IsZero() || l.Due.After(due):
			after++
		default:
			first++
		}
	}
	if due.IsZero() || after == 0 {
		return laterTitle(ctx, all)
	}
	return ui.T(ctx, "later.by", "Day", ui.MonthDay(ctx, due), "Count", first, "After", after)
}

// tag says how it stands: there, due, or late.
func (l Later) tag(ctx context.Context, today calendar.Date) ui.Tag {
	late := today.Sub(l.Due)
	switch {
	case l.Came != "":
		return ui.Tag{State: ui.OK, Word: ui.T(ctx, "later.came", "Day", ui.MonthDay(ctx, l.On))}
	case l.Soon:
		return ui.Tag{State: ui.Wait, Word: ui.T(ctx, "cases.paper.later")}
	case l.Due.IsZero():
		return ui.Tag{State: ui.Wait, Word: ui.T(ctx, "cases.paper.missing")}
	case late > 0:
		return ui.Tag{State: ui.Stop, Word: ui.T(ctx, "later.late", "Day", ui.MonthDay(ctx, l.Due), "Count", late)}
	}
	return ui.Tag{State: ui.Wait, Word: ui.T(ctx, "later.due", "Day", ui.MonthDay(ctx, l.Due))}
}

// words are what the office says of a paper that it asks for.
func (l Later) words(ctx context.Context) string {
	switch {
	case l.Ask == nil || !l.IsOpen():
		return ""
	case len(l.Ask.Had) > 0:
		return ui.T(ctx, "later.asked.again", "Words", l.Ask.Words)
	}
	return ui.T(ctx, "later.asked", "Words", l.Ask.Words)
}

// url is where it is given.
func (l Later) url(f *File) string {
	if l.Datum != "" {
		return detailsURL(f, l.Person)
	}
	return laterURL(f.ID) + "#paper-" + l.place()
}

// laterTasks lists on a case's own page what it still wants.
func (p *Pages) laterTasks(ctx context.Context, f *File, all []Later) ui.Tasks {
	var out ui.Tasks
	for _, l := range all {
		out = append(out, ui.Task{Name: l.name(ctx, f), URL: l.url(f), Note: l.words(ctx), State: l.tag(ctx, p.Work.Journal.Today())})
	}
	return out
}

// getLater shows what is owed, and where to give it.
//
// ui:keys later.why.*
func (p *Pages) getLater(w http.ResponseWriter, r *http.Request) { p.showLater(w, r, nil) }

// showLater shows the list; failed is what is wrong with the files of a form that
// came back, each by the name of its input.
func (p *Pages) showLater(w http.ResponseWriter, r *http.Request, failed error) {
	ctx := r.Context()
	f, err := p.open(r)
	if err == nil && f.Filing.Round == 0 {
		err = fault.NotFound("papers that case " + f.ID + " owes")
	}
	var all []Later
	if err == nil {
		all, err = p.Work.Later(ctx, f)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := laterView{Head: ui.Head{Title: laterTitle(ctx, all), Lead: laterLead(ctx, all)}, Errors: ui.Summarise(ctx, failed), Made: p.made(ctx, f)}
	may, wrong := web.Who(r).May(access.EditCase), ui.FieldErrors(ctx, failed)
	for _, l := range all {
		if l.Datum != "" {
			t := ui.Task{Name: l.name(ctx, f), Note: l.Why, State: l.tag(ctx, p.Work.Journal.Today())}
			if may {
				t.URL = l.url(f)
			}
			v.Data = append(v.Data, t)
			continue
		}
		x := laterPaper{ID: "paper-" + l.place(), Name: l.name(ctx, f), Note: l.Why, Words: l.words(ctx), Tag: l.tag(ctx, p.Work.Journal.Today())}
		if l.Came != "" {
			if x.Files, err = p.laterFiles(r, f, l, may, wrong); err != nil {
				p.Site.Fail(w, r, err)
				return
			}
		} else if may && f.Filing.Stage != room.IsWithdrawn {
			d, err := p.laterDrop(r, f, l, wrong)
			if err != nil {
				p.Site.Fail(w, r, err)
				return
			}
			x.Place, v.Help, v.Bunch = &d, papersKinds(ctx), v.Help != ""
		}
		for i, e := range v.Errors.Errors {
			if l.owns(e.Field) {
				v.Errors.Errors[i].Text = ui.T(ctx, "cases.place.error", "Where", x.Name, "Text", e.Text)
			}
		}
		v.Papers = append(v.Papers, x)
	}
	if v.Help != "" { // files go by themselves: a count would soon be of before
		v.Head.Title = ui.T(ctx, "later.papers")
	}
	status := http.StatusOK
	if failed != nil {
		status = http.StatusUnprocessableEntity
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Errors: len(v.Errors.Errors), Banner: p.said(r), Crumbs: p.crumbs(ctx, f, v.Head.Title)}, laterPage(v))
}

// laterFiles are the files that came for a paper, each to be opened, and replaced
// while the office hasn't used it.
func (p *Pages) laterFiles(r *http.Request, f *File, l Later, may bool, wrong map[string]string) ([]givenFile, error) {
	ctx, all := r.Context(), l.Given
	if len(all) == 0 {
		came, err := p.newest(ctx, l)
		if err != nil {
			return nil, err
		}
		all = came
	}
	var out []givenFile
	for _, m := range all {
		x := givenFile{File: laterFile(ctx, f.ID, m)}
		if may && !l.Kept && len(l.Given) > 0 {
			re := &replaceView{ID: ui.FieldID(replaceInput(m.ID)), Input: replaceInput(m.ID), Action: laterURL(f.ID), Key: web.NewKey(), Accept: material.Accept(l.Kind), Error: wrong[replaceInput(m.ID)]}
			var err error
			if re.Fields, err = p.termFields(r, f, l, replacePlace(m.ID), m.ID, wrong); err != nil {
				return nil, err
			}
			re.Open = re.Error != "" || slices.ContainsFunc(re.Fields, func(d ui.Field) bool { return d.Error != "" })
			x.Replace = re
		}
		out = append(out, x)
	}
	return out, nil
}

// laterFile is the line of a file that came.
func laterFile(ctx context.Context, id string, m material.Material) ui.File {
	what := ui.T(ctx, "later.given", "Day", ui.MonthDay(ctx, m.On()))
	if says := serves(ctx, m.Dossier("")); says != "" {
		what += " · " + says
	}
	return ui.File{Name: m.Name, What: what, Kind: kindOf(m.Type), Size: m.Size, State: ui.FileOK, Preview: caseURL(id) + "/papers/" + m.ID}
}

// replacePlace and replaceInput name the form that replaces a paper.
func replacePlace(id string) string { return "new-" + id }
func replaceInput(id string) string { return "file-" + replacePlace(id) }

// replaced reads which paper a file of the form is to replace from its name.
func replaced(input string) (string, bool) { return strings.CutPrefix(input, replaceInput("")) }

// termFields asks for the days of a paper, with what was typed and is wrong. replaces
// is the paper whose place it takes; "" for none.
func (p *Pages) termFields(r *http.Request, f *File, l Later, place, replaces string, wrong map[string]string) ([]ui.Field, error) {
	var areas []ui.Option
	if l.Kind == material.EVisaPaper {
		var err error
		if areas, err = p.Work.EVisaAreas(r.Context(), f.ID, material.OfPerson, l.Person, replaces); err != nil {
			return nil, err
		}
	}
	all := TermFields(r.Context(), l.Kind, place, f.Now.Case.Trip, p.insuredBeyond(), areas)
	for i, day := range all {
		if r.Form.Has(day.Name) {
			all[i].Value = r.FormValue(day.Name)
		}
		all[i].Error = wrong[day.Name]
	}
	return all, nil
}

// laterDrop is the place where a paper is given.
func (p *Pages) laterDrop(r *http.Request, f *File, l Later, wrong map[string]string) (dropView, error) {
	ctx := r.Context()
	d := dropView{ID: ui.FieldID(l.input()), Title: l.name(ctx, f), Kind: PaperName(ctx, l.Kind), Why: ui.Sentences(ctx, l.words(ctx), l.Why), Tag: l.tag(ctx, p.Work.Journal.Today())}
	if e, ok := requirement.Lookup(requirement.Key(l.Kind)); ok {
		d.Kind = e.Name.Zh + "|" + e.Name.En
	}
	if l.Kind == photo {
		d.Why = ui.Sentences(ctx, d.Why, ui.T(ctx, "upload.photo.format"))
	}
	if l.Person != "" && l.Member < len(f.Now.Case.Members) {
		d.Who = f.Now.Case.Members[l.Member].Name()
	}
	d.Drop = ui.FileDrop{Action: laterURL(f.ID), ID: d.ID, Name: l.input(), Label: d.Title, Help: papersHelp, Accept: material.Accept(l.Kind), One: true, Max: blob.Limit, Error: wrong[l.input()],
		Send: []ui.Hidden{{Name: "_key", Value: web.NewKey()}}}
	var err error
	d.Drop.Fields, err = p.termFields(r, f, l, l.place(), "", wrong)
	return d, err
}

// laterLead says what calls for what is open.
func laterLead(ctx context.Context, all []Later) string {
	var urgent, orders, soon bool
	for _, l := range all {
		if !l.IsOpen() {
			continue
		}
		urgent, soon = urgent || l.Owed != nil, soon || l.Soon
		orders = orders || l.Owed == nil && !l.Soon
	}
	var out []string
	if urgent {
		out = append(out, ui.T(ctx, "later.lead"))
	}
	if orders {
		out = append(out, ui.T(ctx, "later.lead.orders"))
	}
	if soon {
		out = append(out, ui.T(ctx, "later.lead.soon"))
	}
	return ui.Sentences(ctx, out...)
}

// postLater keeps each file that was chosen as a paper of its owner and hands it
// in; the others wait. Dying in between leaves papers that the next try finds.
func (p *Pages) postLater(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	if err := r.ParseMultipartForm(1 << 20); err != nil {
		if err = UnreadableBody(err); fragment(r) {
			p.refuseFile(w, r, "", err)
		} else {
			p.showLater(w, r, err)
		}
		return
	}
	defer r.MultipartForm.RemoveAll()
	var wrong []fault.Finding
	given, said := 0, "swapped"
	for _, input := range slices.Sorted(maps.Keys(r.MultipartForm.File)) {
		given++
		if id, is := replaced(input); is {
			fs, err := p.replaceGiven(r, id, r.MultipartForm.File[input][0])
			if err != nil {
				p.Site.Fail(w, r, err)
				return
			}
			wrong = append(wrong, fs...)
			continue
		}
		said = "supplied"
		l, is := givenAs(input)
		if !is { // kept nowhere, and so said: nobody would find it again
			if fragment(r) {
				p.refuseFile(w, r, r.MultipartForm.File[input][0].Filename, fault.Field("file", "upload.nowhere", nil))
				return
			}
			wrong = append(wrong, fault.Finding{Key: "upload.nowhere"})
			continue
		}
		f, err := p.open(r) // with what was given a moment ago
		if err == nil {
			o := keyed(r, f.ID)
			o.Key += ":" + input
			var days term
			if days, err = readTerm(r, l.Kind, l.place()); err == nil {
				err = p.supply(ctx, f, l, r.MultipartForm.File[input][0], days, o)
			}
		}
		if fragment(r) { // a script sends one file at a time
			p.suppliedNow(w, r, l, r.MultipartForm.File[input][0].Filename, err)
			return
		}
		for _, x := range fault.Findings(err) {
			wrong = append(wrong, besideFile(l.Kind, l.place(), input, x))
		}
		if err != nil && len(fault.Findings(err)) == 0 {
			p.Site.Fail(w, r, err)
			return
		}
	}
	if given == 0 {
		wrong = append(wrong, fault.Finding{Key: "later.nothing"})
	}
	if len(wrong) > 0 {
		p.showLater(w, r, fault.Invalid(wrong...))
		return
	}
	p.Site.Answer(w, r, nil, laterURL(r.PathValue("case"))+"?said="+said)
}

// suppliedNow answers a script for one file: its line, and what its place says of
// itself from now on.
func (p *Pages) suppliedNow(w http.ResponseWriter, r *http.Request, l Later, name string, err error) {
	ctx := r.Context()
	var all []Later
	if err == nil {
		var f *File
		if f, err = p.open(r); err == nil {
			all, err = p.Work.Later(ctx, f)
		}
	}
	if err != nil {
		p.refuseFile(w, r, name, err)
		return
	}
	line := ui.File{Name: name, State: ui.FileOK}
	l.Came, l.On = name, p.Work.Journal.Today() // what is wanted soon is off the list once it is there
	if i := slices.IndexFunc(all, l.same); i >= 0 && !all[i].IsOpen() {
		l.On = all[i].On
		if n := len(all[i].Given); n > 0 {
			line = laterFile(ctx, r.PathValue("case"), all[i].Given[n-1])
		}
	}
	p.Site.Fragment(w, r, http.StatusOK, taken(line, dropView{Tag: l.tag(ctx, p.Work.Journal.Today())}))
}

// asks tells whether a field is one of those that are asked beside a place's file.
func asks(place, field string) bool { return strings.HasSuffix(field, "."+place) }

// besideFile puts a finding beside the field that it is about, or else beside the file.
func besideFile(kind dossier.MaterialKind, place, input string, f fault.Finding) fault.Finding {
	switch {
	case asks(place, f.Field):
	case kind == material.EVisaPaper && slices.Contains(material.EVisaFields(), f.Field):
		f.Field += "." + place
	default:
		f.Field = input
	}
	return f
}

// owns tells whether a field of the form is about this paper.
func (l Later) owns(field string) bool {
	if field == l.input() || asks(l.place(), field) {
		return true
	}
	return slices.ContainsFunc(l.Given, func(m material.Material) bool {
		return field == replaceInput(m.ID) || asks(replacePlace(m.ID), field)
	})
}

// replaceGiven puts a file in the place of one that was given, as long as the page
// offers it. What is wrong with the file is said beside it.
func (p *Pages) replaceGiven(r *http.Request, id string, head *multipart.FileHeader) ([]fault.Finding, error) {
	ctx := r.Context()
	f, err := p.open(r)
	if err != nil {
		return nil, err
	}
	all, err := p.Work.Later(ctx, f)
	if err != nil {
		return nil, err
	}
	was, held := material.Material{ID: id}, func(m material.Material) bool { return m.ID == id }
	i := slices.IndexFunc(all, func(l Later) bool { return !l.Kept && slices.ContainsFunc(l.Given, held) })
	if i >= 0 {
		was = all[i].Given[slices.IndexFunc(all[i].Given, held)]
	} else if was, err = material.One(ctx, p.Work.Journal.Store, id); err != nil || was.Case != f.ID {
		return nil, fault.NotFound("paper " + id)
	} else if !was.Gone {
		return nil, fault.NotNow("later.replace.kept", "kept")
	}
	days, err := readTerm(r, dossier.MaterialKind(was.Kind), replacePlace(id))
	if err == nil {
		var src multipart.File
		if src, err = head.Open(); err != nil {
			return nil, err
		}
		defer src.Close()
		_, err = p.Work.Keep(ctx, material.Add{Kind: dossier.MaterialKind(was.Kind), OwnerKind: was.OwnerKind, Owner: was.Owner, Unit: f.Unit, Case: f.ID, Name: head.Filename, ValidFrom: days.From, ValidUntil: days.Until, Said: days.EVisa}, id, src, head.Size)
	}
	fs := slices.Clone(fault.Findings(err))
	if len(fs) == 0 {
		return nil, err
	}
	for i := range fs {
		fs[i] = besideFile(dossier.MaterialKind(was.Kind), replacePlace(id), replaceInput(id), fs[i])
	}
	return fs, nil
}

func (p *Pages) supply(ctx context.Context, f *File, given Later, head *multipart.FileHeader, days term, o journal.Order) error {
	all, err := p.Work.Later(ctx, f)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, given.same)
	urgent := i >= 0 && all[i].Owed != nil || given.Person == "" && slices.ContainsFunc(f.Filing.Later, func(o room.Owed) bool { return o.Kind == given.Kind })
	if i < 0 && (urgent || !p.hasJustCome(ctx, f, given)) {
		return fault.NotNow("filing.later.not_owed", f.Filing.Stage)
	}
	src, err := head.Open()
	if err != nil {
		return err
	}
	defer src.Close()
	to := material.Add{Kind: given.Kind, OwnerKind: material.OfCase, Owner: f.ID, Unit: f.Unit, Case: f.ID, Name: head.Filename, ValidFrom: days.From, ValidUntil: days.Until, Said: days.EVisa, Country: given.Country}
	if given.Person != "" {
		to.OwnerKind, to.Owner = material.OfPerson, given.Person
		if err := (upload{Kind: given.Kind, OwnerKind: to.OwnerKind, Owner: to.Owner}).fits(f); err != nil {
			return err
		}
	}
	if urgent && !all[i].IsOpen() {
		return p.instead(ctx, all[i], to, src, head.Size)
	}
	m, err := p.Work.Keep(ctx, to, "", src, head.Size)
	switch {
	case i < 0 || !all[i].IsOpen(): // it came a moment ago: the same file twice is a double click
		if isHeld(err) {
			return nil
		}
		return err
	case urgent && isHeld(err) && m.ID != "": // kept by a try that died right after
	case err != nil || !urgent:
		return err
	}
	o.Key += ":" + m.Digest // the same page may bring another file
	_, err = journal.Do(ctx, p.Work.Journal, room.Room, o, room.Supply{Kind: given.Kind, Material: m.ID})
	return err
}

// instead puts another file in the place of an urgent case's paper that has come: the
// page that somebody has before them may be a moment old. The same file twice is a
// double click.
func (p *Pages) instead(ctx context.Context, l Later, to material.Add, src multipart.File, size int64) error {
	had := l.Given
	if len(had) == 0 {
		came, err := p.newest(ctx, l)
		if err != nil {
			return err
		}
		had = came
	}
	content := sha256.New()
	if _, err := io.Copy(content, io.NewSectionReader(src, 0, size)); err != nil {
		return err
	}
	digest := hex.EncodeToString(content.Sum(nil))
	if slices.ContainsFunc(had, func(m material.Material) bool { return m.Digest == digest }) {
		return nil
	}
	if l.Kept || len(l.Given) == 0 {
		return fault.Field("file", "later.replace.kept", nil)
	}
	_, err := p.Work.Keep(ctx, to, l.Given[len(l.Given)-1].ID, src, size)
	return err
}

// newest are the files of a paper that was handed in with the case since.
func (p *Pages) newest(ctx context.Context, l Later) ([]material.Material, error) {
	ids, err := material.Newest(ctx, p.Work.Journal.Store, []string{l.Came})
	if err != nil {
		return nil, err
	}
	var out []material.Material
	for _, id := range ids {
		m, err := material.One(ctx, p.Work.Journal.Store, id)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

// hasJustCome tells whether a paper that isn't wanted any more was given for this
// case: then the page that somebody has before them is a moment old.
func (p *Pages) hasJustCome(ctx context.Context, f *File, given Later) bool {
	return slices.ContainsFunc(f.Held.Materials, func(m material.Material) bool {
		if m.Kind != string(given.Kind) || m.Case != f.ID {
			return false
		}
		return given.Person == "" && m.OwnerKind == material.OfCase || m.OwnerKind == material.OfPerson && m.Owner == given.Person
	})
}

// OwedFor leads from somebody's record to what their cases still want for them.
func (w *Work) OwedFor(ctx context.Context, who string) ([]ui.Note, error) {
	ids, err := person.Also(ctx, w.Journal.Store, who)
	if err != nil {
		return nil, err
	}
	e, err := person.One(ctx, w.Journal.Store, who)
	if err != nil {
		return nil, err
	}
	cases, err := room.OfPerson(ctx, w.Journal.Store, who, 20)
	if err != nil {
		return nil, err
	}
	var out []ui.Note
	for _, c := range cases {
		if c.Unit != e.Unit || c.Round == 0 || c.Stage == room.IsWithdrawn || !c.Outcome.Live() {
			continue
		}
		f, err := w.Open(ctx, c.ID)
		if err != nil {
			return nil, err
		}
		all, err := w.Later(ctx, f)
		if err != nil {
			return nil, err
		}
		n := 0
		for _, l := range all {
			if l.IsOpen() && !l.Soon && slices.Contains(ids, l.Person) {
				n++
			}
		}
		if n > 0 {
			out = append(out, ui.Note{State: ui.Warn, Title: ui.T(ctx, "later.of_person", "Count", n, "Case", f.title(ctx)), Link: ui.Link{Text: ui.T(ctx, "later.open"), URL: laterURL(c.ID)}})
		}
	}
	return out, nil
}
