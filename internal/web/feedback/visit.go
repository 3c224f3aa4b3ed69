package feedback

import (
	"cmp"
	"context"
	"crypto/hmac"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofrs/uuid/v5"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/fault"
	room "yitang/internal/feedback"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/visit"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// VisitURL is where a visit to the hall is rated. Whoever works at the window knows its
// id, so that opens nothing by itself: see CodeURL. The page names neither people nor
// case, and what was said of the visit is shown in the browser that said it, and to
// nobody else.
func VisitURL(visit string) string { return "/rate/" + url.PathEscape(visit) }

// CodeURL is where who isn't signed in rates a visit, by one way that leads there; ""
// while it isn't over.
func CodeURL(ctx context.Context, j *journal.Journal, visit string, by room.Via) (string, error) {
	a, _, err := journal.Load(ctx, j, hall.Attendances, visit)
	if err != nil || a.Closing == "" {
		return "", err
	}
	return VisitURL(visit) + "?" + url.Values{codeIn: {room.Code(a.Closing, by)}}.Encode(), nil
}

// codeIn names the code in an address.
const codeIn = "code"

// Coming is how somebody comes to the rating of a visit.
type Coming struct {
	Code    string // that the address carries; "" for none
	Receipt string // of who has rated it without signing in; ""
	Browser string // its own mark; "" for one that keeps none
	Program bool   // by the API: where no browser is, the network alone is counted
	Address string
}

func coming(r *http.Request) Coming {
	in := Coming{Code: r.URL.Query().Get(codeIn), Receipt: receipt(r, r.PathValue("attendance")), Address: web.Address(r)}
	if c, err := r.Cookie(raterCookie); err == nil && len(c.Value) == 24 {
		in.Browser = c.Value
	}
	return in
}

// raterCookie marks a browser that rates without signing in, so that one doesn't rate
// the visits of many; it names nobody.
const raterCookie = "yitang_rater"

// mark gives a browser its mark.
func mark(w http.ResponseWriter, r *http.Request) {
	if web.Who(r).Account == "" && coming(r).Browser == "" {
		http.SetCookie(w, &http.Cookie{Name: raterCookie, Value: web.NewKey(), Path: "/rate", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.TLS != nil, MaxAge: int(keptFor.Seconds())})
	}
}

// via is the way by which somebody may rate a visit that is over; "" for none: whoever
// is signed in as one of its case, or brings a code.
func (p *Pages) via(ctx context.Context, x hall.Ratable, code string) (room.Via, error) {
	if who := web.WhoOf(ctx); who.Somebody() {
		o, err := p.Site.Objects["case"](ctx, x.Filing)
		if err != nil && !fault.IsNotFound(err) {
			return "", err
		}
		if err == nil && o != (access.Object{}) && access.Check(who, access.Rate, o) == nil {
			return room.SignedIn, nil
		}
	}
	a, _, err := journal.Load(ctx, p.Journal, hall.Attendances, x.ID)
	return room.CameBy(a.Closing, code), err
}

// from is where a rating comes from, as it is counted: by marks of this one day, of
// which no other day's are recognised.
func (p *Pages) from(ctx context.Context, in Coming) (room.From, error) {
	today, network := p.Journal.Today(), account.Network(in.Address)
	// Browsers that keep no mark are one.
	browser, net := p.Mark("feedback.browser", today.String()+" "+cmp.Or(in.Browser, network)), p.Mark("feedback.network", today.String()+" "+network)
	if in.Program {
		browser = ""
	}
	return room.Today(ctx, p.Journal.Store, today, browser, net)
}

// visited reads a visit, and what was said of it.
func (p *Pages) visited(ctx context.Context, id string) (hall.Ratable, room.Rating, error) {
	x, there, err := hall.RatableOf(ctx, p.Journal.Store, id)
	if err == nil && !there {
		err = fault.NotFound("visit " + id)
	}
	if err != nil {
		return x, room.Rating{}, err
	}
	rating, _, err := journal.Load(ctx, p.Journal, room.Room, x.ID)
	return x, rating, err
}

// WellFormed tells whether a visit could have that id. Of one that nobody made the same
// is said as of one that the hall hasn't told of yet: who guesses learns nothing.
func WellFormed(id string) bool {
	u, err := uuid.FromString(id)
	return err == nil && u.Version() == uuid.V7 && u.String() == id
}

// keptFor is for how long the browser that rated a visit reads the answer to it: as
// long as a poor rating may take, with all that follows.
const keptFor = 180 * 24 * time.Hour

func ratedCookie(visit string) string { return "yitang_rated_" + visit[max(0, len(visit)-12):] }

// Receipt is what who rated a visit without signing in shows, to read what becomes of it.
func (p *Pages) Receipt(visit string) string { return p.Mark("feedback.visit", visit) }

// receipt is the one that a browser keeps; "" for none.
func receipt(r *http.Request, visit string) string {
	c, err := r.Cookie(ratedCookie(visit))
	if err != nil {
		return ""
	}
	return c.Value
}

// said tells whether it was this reader who rated a visit.
func (p *Pages) said(ctx context.Context, visit string, rating room.Rating, receipt string) bool {
	if rating.By != "" {
		return rating.By == web.WhoOf(ctx).Account
	}
	return hmac.Equal([]byte(receipt), []byte(p.Receipt(visit)))
}

func (p *Pages) getVisit(w http.ResponseWriter, r *http.Request) { p.showVisit(w, r, nil) }

// showVisit asks how a visit went, or says what became of the answer.
func (p *Pages) showVisit(w http.ResponseWriter, r *http.Request, failed error) {
	ctx := r.Context()
	x, rating, err := p.visited(ctx, r.PathValue("attendance"))
	if fault.IsNotFound(err) && WellFormed(r.PathValue("attendance")) {
		head := ui.Head{Title: ui.T(ctx, "rating.visit.title")}
		p.Site.ShowAs(w, r, http.StatusNotFound, ui.Page{Title: head.Title, Phone: true}, page(view{Head: head, Done: ui.Note{State: ui.Wait, Text: ui.T(ctx, "rating.visit.unheard")}}))
		return
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	in := coming(r)
	v := view{Errors: ui.Summarise(ctx, failed), Action: VisitURL(x.ID), Key: web.NewKey(), Head: ui.Head{Title: ui.T(ctx, "rating.visit.title")}}
	switch {
	case x.Presence != hall.Left:
		v.Done = ui.Note{State: ui.Wait, Text: ui.T(ctx, "rating.visit.later")}
	case rating.Answer == room.WasGiven && !p.said(ctx, x.ID, rating, in.Receipt):
		v.Done = ui.Note{State: ui.Info, Text: ui.T(ctx, "rating.visit.given")}
	case rating.Answer == room.WasGiven:
		v.Done = ui.Note{State: ui.OK, Text: ui.T(ctx, "rating.visit.thanks", "Grade", ui.T(ctx, "rating.grade."+grade(rating.Grade)))}
		if rating.Poor() {
			var row room.Row
			if row, _, err = room.Of(ctx, p.Journal.Store, x.ID); err == nil {
				err = p.afterwards(r, &v, row, rating, failed)
			}
		}
	default:
		var by room.Via
		if by, err = p.via(ctx, x, in.Code); err != nil {
			break
		}
		if by == "" {
			v.Done = ui.Note{State: ui.Info, Text: ui.T(ctx, "rating.visit.closed")}
			if web.Who(r).Account == "" {
				v.Done.Link = ui.Link{Text: ui.T(ctx, "rating.visit.sign_in"), URL: "/login?" + url.Values{"next": {VisitURL(x.ID)}}.Encode()}
			}
			break
		}
		mark(w, r)
		if in.Code != "" {
			v.Action += "?" + url.Values{codeIn: {in.Code}}.Encode()
		}
		v.Head.Lead = p.visitLead(ctx, x)
		p.ask(r, &v, ui.T(ctx, "rating.visit.title"), failed)
		v.Acts = p.actFields(r, x.Done, failed)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	status := http.StatusOK
	if failed != nil {
		status = http.StatusUnprocessableEntity
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Phone: true, Errors: len(v.Errors.Errors)}, page(v))
}

// actFields ask of each act, where several were done, how it went; who says nothing
// of one said it with the whole.
func (p *Pages) actFields(r *http.Request, done []visit.Kind, failed error) []ui.Field {
	if len(done) < 2 {
		return nil
	}
	ctx, beside := r.Context(), ui.FieldErrors(r.Context(), failed)
	var out []ui.Field
	for _, kind := range done {
		name := "act." + string(kind)
		f := ui.Field{Kind: ui.Select, Name: name, Label: progress.ActName(ctx, string(kind)), Optional: true, Error: beside[name],
			Options: []ui.Option{{Text: ui.T(ctx, "rating.act.same")}}}
		for g := 5; g >= 1; g-- {
			f.Options = append(f.Options, ui.Option{Value: grade(g), Text: ui.T(ctx, "rating.grade."+grade(g)), Chosen: r.PostFormValue(f.Name) == grade(g)})
		}
		out = append(out, f)
	}
	return out
}

func (p *Pages) postVisit(w http.ResponseWriter, r *http.Request) {
	id, given, acts := r.PathValue("attendance"), entered(r), map[visit.Kind]int{}
	for name := range r.PostForm {
		if kind, is := strings.CutPrefix(name, "act."); is {
			if n, e := strconv.Atoi(r.PostFormValue(name)); e == nil {
				acts[visit.Kind(kind)] = n
			}
		}
	}
	err := p.GiveVisit(r.Context(), id, given, acts, coming(r), web.Key(r))
	if err == nil && web.Who(r).Account == "" {
		http.SetCookie(w, &http.Cookie{Name: ratedCookie(id), Value: p.Receipt(id), Path: VisitURL(id), HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil, MaxAge: int(keptFor.Seconds())})
	}
	p.answerVisit(w, r, err)
}

// GiveVisit takes the rating of a visit. Of an act that isn't among those that were
// done nothing is kept.
func (p *Pages) GiveVisit(ctx context.Context, id string, g Given, acts map[visit.Kind]int, in Coming, key string) error {
	x, _, err := p.visited(ctx, id)
	if err != nil {
		return err
	}
	by, err := p.via(ctx, x, in.Code)
	if err != nil {
		return err
	}
	from, err := p.from(ctx, in)
	if err != nil {
		return err
	}
	if err := g.complete(); err != nil {
		return err
	}
	cmd := room.RateVisit{Visit: x.ID, Filing: x.Filing, Unit: x.Unit, Window: x.Window, Left: x.Presence == hall.Left, Acts: x.Done,
		Grade: g.Grade, Grades: acts, Tags: g.Tags, Words: g.Words, Anonymous: g.Anonymous, Via: by, From: from}
	_, err = journal.Do(ctx, p.Journal, room.Room, journal.Order{Subject: x.ID, Key: key}, journal.Command[room.Rating](cmd))
	return err
}

// postVisitAgain takes the second rating of a visit, after the office's answer.
func (p *Pages) postVisitAgain(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("attendance")
	p.answerVisit(w, r, p.GiveVisitAgain(r.Context(), id, receipt(r, id), graded(r), r.PostFormValue("words"), web.Key(r)))
}

// GiveVisitAgain takes the second rating of a visit from who gave the first.
func (p *Pages) GiveVisitAgain(ctx context.Context, id, receipt string, grade int, words, key string) error {
	x, rating, err := p.visited(ctx, id)
	if err != nil {
		return err
	}
	if !p.said(ctx, x.ID, rating, receipt) {
		return fault.NotNow("feedback.again.other", rating.Answer)
	}
	return p.again(ctx, x.ID, x.Filing, grade, words, key)
}

func (p *Pages) answerVisit(w http.ResponseWriter, r *http.Request, err error) {
	if fault.Findings(err) != nil {
		p.showVisit(w, r, err)
		return
	}
	p.Site.Answer(w, r, err, VisitURL(r.PathValue("attendance")))
}

// again takes a second rating of a case or a visit.
func (p *Pages) again(ctx context.Context, subject, filing string, grade int, words, key string) error {
	row, _, err := room.Of(ctx, p.Journal.Store, subject)
	if err != nil {
		return err
	}
	_, err = journal.Do(ctx, p.Journal, room.Room, journal.Order{Subject: subject, Key: key},
		journal.Command[room.Rating](room.RateAgain{Filing: filing, Replied: row.Duty.Reply != "", Grade: grade, Words: words}))
	return err
}
