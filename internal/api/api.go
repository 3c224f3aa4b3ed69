package api

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/web"
	rating "yitang/internal/web/feedback"
	"yitang/internal/web/filing"
	visits "yitang/internal/web/hall"
	"yitang/internal/web/me"
	"yitang/internal/web/progress"
	travel "yitang/internal/web/trip"
	"yitang/internal/web/ui"
	"yitang/internal/web/verify"
	"yitang/internal/web/wechat"
	"yitang/internal/zone"
)

// version of the interface: its last number grows with what is added, the first
// with what is taken away, and then so does the path.
const version = "1.0.0"

// Rooms are what the interface leads to: the pages' own doors.
type Rooms struct {
	Site     *web.Site
	Journal  *journal.Journal
	Progress *progress.Pages
	Me       *me.Pages
	Visits   *visits.Visits
	Filing   *filing.Pages
	Trips    *travel.Pages
	Ratings  *rating.Pages
	Chat     *wechat.Pages // the mini program's identities; nil: the office has no account at WeChat
	Verify   func(ctx context.Context, code string) (verify.Answer, error)
}

// API is the interface: its routes for the site's table, and its document.
type API struct {
	Rooms
	huma   huma.API
	routes []web.Route
	right  access.Right // of the operation that is being added
	limit  *limits
}

// New makes the interface.
func New(r Rooms) *API {
	a := &API{Rooms: r, limit: newLimits()}
	config := huma.DefaultConfig("一趟 Yitang", version)
	config.Info.Description = "One application for approval, passport and visa: progress, the visit, corrections and the rating, as the mini program asks for them. 任务批件、因公护照、签证一次申报：供小程序查进度、约时间、改退回、评服务。"
	config.OpenAPIPath, config.DocsPath, config.SchemasPath, config.CreateHooks = "", "", "", nil
	idle, whole := account.Lasts(zone.Internet)
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{bearer: {Type: "http", Scheme: "bearer", Description: fmt.Sprintf("The token of POST /tokens. It ends after %g hours without a request, and after %g in any case.", idle.Hours(), whole.Hours())}}
	a.huma = humago.NewWithPrefix((*table)(a), web.APIPath, config)
	a.signing()
	a.chat()
	a.cases()
	a.visit()
	a.corrections()
	a.journey()
	a.rating()
	a.public()
	return a
}

const bearer = "token"

// Routes are the addresses of the interface.
func (a *API) Routes() []web.Route { return a.routes }

// Document is the OpenAPI document.
func (a *API) Document() *huma.OpenAPI { return a.huma.OpenAPI() }

// table takes what the library would serve by itself to the site's table, so
// that the guard of all pages stands before it.
type table API

func (t *table) HandleFunc(pattern string, h func(http.ResponseWriter, *http.Request)) {
	a := (*API)(t)
	t.routes = append(t.routes, web.Route{Pattern: pattern, Right: t.right, Handle: func(w http.ResponseWriter, r *http.Request) {
		if p := a.limit.refuses(r, a.Journal.Now()); p != nil {
			p.Write(w)
			return
		}
		h(w, r.WithContext(context.WithValue(r.Context(), addressKey{}, web.Address(r))))
	}})
}

type addressKey struct{}

// addressOf is where a request comes from.
func addressOf(ctx context.Context) string {
	address, _ := ctx.Value(addressKey{}).(string)
	return address
}

func (t *table) ServeHTTP(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }

// may adds an operation and the right that it takes.
func may[I, O any](a *API, right access.Right, op huma.Operation, do func(context.Context, *I) (*O, error)) {
	a.right = right
	op.OperationID = opID(op)
	if right != access.Public {
		op.Security = []map[string][]string{{bearer: {}}}
		op.Errors = append(op.Errors, http.StatusUnauthorized, http.StatusForbidden)
	}
	if strings.Contains(op.Path, "{") {
		op.Errors = append(op.Errors, http.StatusNotFound)
	}
	if right != access.Public {
		op.Errors = append(op.Errors, http.StatusConflict)
	}
	op.Errors = append(op.Errors, http.StatusUnprocessableEntity, http.StatusTooManyRequests, http.StatusInternalServerError)
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := do(ctx, in)
		if err != nil {
			return nil, a.Site.ProblemOf(ctx, op.Method, op.Path, err)
		}
		return out, nil
	})
}

// opID is the name of an operation: getCasesCaseVisit.
func opID(op huma.Operation) string {
	id := strings.ToLower(op.Method)
	for _, part := range strings.FieldsFunc(op.Path, func(r rune) bool { return strings.ContainsRune("/{}.-", r) }) {
		id += strings.ToUpper(part[:1]) + part[1:]
	}
	return id
}

// What is wrong with the form of a request is found by the library; it is said
// as everything else is.
func init() {
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		return malformed(context.Background(), status, msg, errs)
	}
	huma.NewErrorWithContext = func(c huma.Context, status int, msg string, errs ...error) huma.StatusError {
		return malformed(c.Context(), status, msg, errs)
	}
}

func malformed(ctx context.Context, status int, msg string, errs []error) *web.Problem {
	p := &web.Problem{Type: "/problems/request", Status: status, Title: ui.T(ctx, "api.request"), Detail: msg}
	for _, err := range errs {
		f := web.ProblemField{Message: err.Error()}
		if d, ok := err.(huma.ErrorDetailer); ok {
			f.Field, f.Message = strings.TrimPrefix(d.ErrorDetail().Location, "body."), d.ErrorDetail().Message
		}
		p.Errors = append(p.Errors, f)
	}
	return p
}

// Keyed is what each request that changes something may carry, so that sending
// it twice does it once.
type Keyed struct {
	Key string `header:"Idempotency-Key" maxLength:"80" doc:"A word of the sender's own: the same word does the same thing once"`
}

// Resolve keeps the words of one address apart from those of others: of another
// operation, and of the same one on another case.
func (k *Keyed) Resolve(c huma.Context) []error {
	if k.Key != "" {
		u := c.URL()
		k.Key = c.Method() + " " + u.Path + " " + k.Key
	}
	return nil
}

// OfCase names a case in the address.
type OfCase struct {
	Case string `path:"case" maxLength:"80"`
}

// dateOf is a day, as 2026-12-10; "" for none.
func dateOf(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// day reads a day; what it is of is named where it can't be read.
func day(field, text string) (calendar.Date, error) {
	if text == "" {
		return calendar.Date{}, nil
	}
	d, err := calendar.Parse(text)
	if err != nil {
		return d, fault.Field(field, "form.date.unreadable", nil)
	}
	return d, nil
}
