// Package custody is the pages of the booklet store: where each one is, what
// is overdue, lending and handing in, by courier, locker or window.
package custody

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"yitang/internal/access"
	"yitang/internal/approval"
	"yitang/internal/calendar"
	room "yitang/internal/custody"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/person"
	"yitang/internal/precheck"
	"yitang/internal/unit"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// Pages is what these pages need of the office node.
type Pages struct {
	Site       *web.Site
	Journal    *journal.Journal
	ReturnDays func() int // parameter passport.returnDays, calendar days
	AheadDays  func() int // parameter passport.handOutDays, calendar days before the departure
	Country    func(code, lang string) string
	Rules      func() *precheck.Engine                                              // in force now
	Planned    func(ctx context.Context, filing string) (map[string]room.By, error) // how each traveller's booklet is to be fetched, by the plan of the visits
	Promised   func(ctx context.Context, filing string) (map[string]room.By, error) // how it is to be handed in, by the same plan
	Follow     *progress.Pages
}

// areas names visa areas in the reader's language.
func (p *Pages) areas(ctx context.Context, codes []string) []string {
	var out []string
	for _, c := range codes {
		if c == "SCHENGEN" {
			out = append(out, ui.T(ctx, "keeping.schengen"))
			continue
		}
		out = append(out, ui.Country(ctx, p.Country, c))
	}
	return out
}

// Routes are the addresses of these pages.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		{Pattern: "GET /booklets", Right: access.SeeBooklets, Handle: p.getList},
		{Pattern: "GET /booklets/overdue", Right: access.SeeBooklets, Handle: p.getOverdue},
		{Pattern: "GET /booklets/coming", Right: access.SeeBooklets, Handle: p.getComing},
		{Pattern: "POST /booklets/coming", Right: access.KeepBooklet, Handle: p.postComing},
		{Pattern: "GET /booklets/out", Right: access.SeeBooklets, Handle: p.getOut},
		{Pattern: "GET /booklets/out/{case}", Right: access.SeeBooklets, Handle: p.getLend},
		{Pattern: "POST /booklets/out/{case}", Right: access.KeepBooklet, Handle: p.postLend},
		{Pattern: "POST /booklets/out/undo", Right: access.KeepBooklet, Handle: p.postUndoLoan},
		{Pattern: "GET /booklets/in", Right: access.SeeBooklets, Handle: p.getIn},
		{Pattern: "POST /booklets/in", Right: access.KeepBooklet, Handle: p.postIn},
		{Pattern: "POST /booklets/in/undo", Right: access.KeepBooklet, Handle: p.postUndoHandIn},
		{Pattern: "GET /booklets/new", Right: access.KeepBooklet, Handle: p.getNew},
		{Pattern: "POST /booklets/new", Right: access.KeepBooklet, Handle: p.postNew},
		{Pattern: "GET /booklets/b/{booklet}", Right: access.SeeBooklets, Handle: p.getOne},
		{Pattern: "POST /booklets/b/{booklet}/back", Right: access.KeepBooklet, Handle: p.postBack},
		{Pattern: "POST /booklets/b/{booklet}/lost", Right: access.KeepBooklet, Handle: p.postLost},
		{Pattern: "POST /booklets/b/{booklet}/found", Right: access.KeepBooklet, Handle: p.postFound},
		{Pattern: "POST /booklets/b/{booklet}/complete", Right: access.KeepBooklet, Handle: p.postComplete},
		{Pattern: "POST /booklets/b/{booklet}/void", Right: access.KeepBooklet, Handle: p.postVoid},
	}
}

// ui:keys keeping.place.*
func placeName(ctx context.Context, place room.Place) string {
	return ui.T(ctx, "keeping.place."+string(place))
}

// ui:keys visadesk.with.*
func typeName(ctx context.Context, typ string) string {
	if key := "visadesk.with." + typ; ui.Known(key) {
		return ui.T(ctx, key)
	}
	return typ
}

// people gives names to person ids, each read once.
type people struct {
	p     *Pages
	ctx   context.Context
	names map[string]string
}

func (p *Pages) people(ctx context.Context) *people {
	return &people{p, ctx, map[string]string{}}
}

func (n *people) of(id string) string {
	if name, ok := n.names[id]; ok {
		return name
	}
	name := ui.T(n.ctx, "keeping.unnamed")
	e, err := person.One(n.ctx, n.p.Journal.Store, id)
	if n.p.Site.Missed(n.ctx, "a person's name", id, err); err == nil {
		name = e.Name()
	}
	n.names[id] = name
	return name
}

func (p *Pages) units(ctx context.Context) map[string]string {
	names, err := unit.Names(ctx, p.Journal.Store)
	if err != nil {
		p.Site.Log.Warn("reading names of units", "err", err)
	}
	return names
}

func (p *Pages) title(ctx context.Context, filing string) string {
	if filing == "" {
		return ""
	}
	row, ok, err := approval.Row(ctx, p.Journal.Store, filing)
	if err != nil || !ok {
		return ""
	}
	return row.Title
}

// placeTag says where a booklet is.
func placeTag(ctx context.Context, b room.Row) ui.Tag {
	switch {
	case b.Place == room.InStore && b.ReplacedBy != "":
		return ui.Tag{State: ui.Warn, Word: placeName(ctx, b.Place)} // that it was replaced stands beside its number
	case b.Place == room.InStore:
		return ui.Tag{State: ui.OK, Word: placeName(ctx, b.Place)}
	case b.Place == room.IsLent:
		return ui.Tag{State: ui.Info, Word: placeName(ctx, b.Place)}
	}
	return ui.Tag{State: ui.Wait, Word: placeName(ctx, b.Place)}
}

// standTag is where one booklet stands now: of a lent one, until when.
func standTag(ctx context.Context, b room.Row, today calendar.Date) ui.Tag {
	switch {
	case b.Overdue(today):
		return ui.Tag{State: ui.Stop, Word: ui.T(ctx, "keeping.late", "Count", b.DaysLate(today))}
	case b.Place == room.IsLent:
		return ui.Tag{State: ui.Info, Word: ui.T(ctx, "keeping.due", "When", ui.Date(ctx, b.Due))}
	}
	return placeTag(ctx, b)
}

// replacedMark marks a booklet whose successor is in the store.
func replacedMark(ctx context.Context, b room.Row) string {
	if b.ReplacedBy == "" {
		return ""
	}
	return ui.T(ctx, "keeping.replaced")
}

// words says what a fault says, a sentence for each thing.
func words(ctx context.Context, err error) string {
	if fs := fault.Findings(err); fs != nil {
		var all []string
		for _, f := range fs {
			all = append(all, ui.Sentence(ctx, f), ui.Say(ctx, f.Fix))
		}
		return ui.Sentences(ctx, all...)
	}
	var n *fault.NotNowError
	if errors.As(err, &n) && ui.Known(n.Key) {
		return ui.TMap(ctx, n.Key, n.Args)
	}
	return ui.T(ctx, "keeping.not_found")
}

// tellable is what a batch tells about one of its booklets, and goes on.
func tellable(err error) bool {
	return fault.Findings(err) != nil || fault.IsNotNow(err) || fault.IsNotFound(err)
}

func ways(ctx context.Context, chosen string) ui.Field {
	f := ui.Field{Kind: ui.Radio, Name: "by", Label: ui.T(ctx, "keeping.by"), Across: true}
	// ui:keys keeping.by.*
	for _, way := range room.Ways() {
		by := string(way.By)
		f.Options = append(f.Options, ui.Option{Value: by, Text: ui.T(ctx, "keeping.by."+by), Chosen: chosen == by})
	}
	return f
}

// chosenWay is how a booklet is to be handed over: as it was chosen just now, or
// as it was planned; by courier where nobody planned anything.
func chosenWay(r *http.Request, booklet string, planned room.By) room.By {
	if r.PostForm.Has("by." + booklet) {
		return room.By(r.PostForm.Get("by." + booklet))
	}
	return cmp.Or(planned, room.Courier)
}

// batchView is a table of booklets to choose from, and one way for all.
type batchView struct {
	Head     ui.Head
	Action   string
	Key      string
	Promised string // the way chosen beforehand: as long as nobody chose another, it follows what is ticked
	Told     []string
	Done     []string // what was done, in words
	Claimed  []string // what other trips want a booklet sooner
	Taken    []taken  // what was taken in or given out just now, with the way back
	Table    ui.Table
	Fold     string   // the word behind which the table is folded on a phone; "": it stands open
	Scan     ui.Field // ticks what is scanned; Name "" where nothing is
	Fields   []ui.Field
	Button   string
	May      bool
	None     ui.Empty // says so when there is nothing to choose, and where to go on
	Finder   string   // address of a search among them; "" for none
	Query    string
	Back     ui.Link // to the other groups; Text "" where there are none
}

// taken is one booklet that was taken in or given out just now.
type taken struct {
	Text string
	Undo ui.Button // Text "" where it can't be taken back any more
}

// choosing tells whether there is anything to choose: without, nobody is asked
// how it is handed over.
func (v batchView) choosing() bool {
	for _, g := range v.Table.Groups {
		if slices.ContainsFunc(g.Rows, func(r ui.Row) bool { return r.Choose != "" }) {
			return true
		}
	}
	return false
}

// day reads a date; an empty one is zero.
func day(r *http.Request, name string) (calendar.Date, error) {
	s := strings.TrimSpace(r.PostFormValue(name))
	if s == "" {
		return calendar.Date{}, nil
	}
	d, err := calendar.Parse(s)
	if err != nil {
		return calendar.Date{}, fault.Field(name, "visadesk.date_unreadable", nil)
	}
	return d, nil
}

func number(r *http.Request, name string) (int, error) {
	s := strings.TrimSpace(r.PostFormValue(name))
	if s == "" {
		return 0, nil
	}
	var n int
	if _, err := fmt.Sscanf(s, "%d", &n); err != nil || n < 0 {
		return 0, fault.Field(name, "form.number.unreadable", nil)
	}
	return n, nil
}
