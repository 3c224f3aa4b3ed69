package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"yitang/internal/fault"
	"yitang/internal/web/ui"
)

// APIPath is where programs ask: they bring their token in the Authorization
// header instead of a cookie, and read problems as documents.
const APIPath = "/api/v1"

func forPrograms(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, APIPath+"/") }

// Bearer is the token in an Authorization header; "" for none.
func Bearer(authorization string) string {
	scheme, token, _ := strings.Cut(authorization, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// Problem is what went wrong, as programs read it (RFC 9457), in the words that
// people would read.
type Problem struct {
	Type    string          `json:"type" doc:"Which kind of problem, as a path of this interface" enum:"/problems/invalid,/problems/unauthorized,/problems/forbidden,/problems/not-found,/problems/changed,/problems/not-now,/problems/too-large,/problems/too-many,/problems/unavailable,/problems/defect,/problems/request"`
	Title   string          `json:"title" doc:"What it is in short, in the reader's language"`
	Status  int             `json:"status" doc:"The HTTP status"`
	Detail  string          `json:"detail,omitempty" doc:"What it is about this time"`
	Report  string          `json:"report,omitempty" doc:"The number under which the office finds a defect in its log"`
	Errors  []ProblemField  `json:"errors,omitempty" doc:"What is wrong, field by field"`
	Changes []ProblemChange `json:"changes,omitempty" doc:"What somebody else did meanwhile"`
	Nearest []string        `json:"nearest,omitempty" doc:"Times that are still free, nearest first: 2026-12-10 9:30"`

	RetryAfter string `json:"-"` // seconds, for the header of who asks too often
}

// ProblemField is one thing that is wrong with one field.
type ProblemField struct {
	Field   string `json:"field" doc:"Path of the field, as in the case file"`
	Message string `json:"message" doc:"What is wrong"`
	Fix     string `json:"fix,omitempty" doc:"What to do"`
	Rule    string `json:"rule,omitempty" doc:"Which rule of the catalogue says so"`
	Basis   string `json:"basis,omitempty" doc:"Its legal basis"`
}

// ProblemChange is one thing that somebody else changed.
type ProblemChange struct {
	What string    `json:"what"`
	Was  string    `json:"was,omitempty"`
	Is   string    `json:"is,omitempty"`
	Who  string    `json:"who,omitempty"`
	At   time.Time `json:"at"`
}

// Error makes a problem an error that a handler can give back.
func (p *Problem) Error() string { return p.Title }

// GetStatus and ContentType are asked by the library that writes answers.
func (p *Problem) GetStatus() int            { return p.Status }
func (p *Problem) ContentType(string) string { return problemType }

const (
	problemType   = "application/problem+json"
	problemNotNow = "/problems/not-now"
)

// ProblemOf is the document of an error.
func (s *Site) ProblemOf(ctx context.Context, method, path string, err error) *Problem {
	if p := new(Problem); errors.As(err, &p) {
		return p
	}
	told := s.told(ctx, method, path, err)
	p := &Problem{Status: told.Status, Title: told.Heading(ctx), Detail: told.Text, Report: told.Incident, Type: problemKind(told.Status, err)}
	if p.Type == problemNotNow {
		p.Title = ui.T(ctx, "api.not_now")
	}
	for _, f := range fault.Findings(err) {
		p.Errors = append(p.Errors, FieldOf(ctx, f))
	}
	for _, c := range told.Changes {
		p.Changes = append(p.Changes, ProblemChange{What: c.Label, Was: c.Was, Is: c.Is, Who: c.Who, At: c.At})
	}
	var conflict *fault.ConflictError
	if errors.As(err, &conflict) {
		for _, place := range conflict.Nearest {
			p.Nearest = append(p.Nearest, strings.Replace(place, "T", " ", 1))
		}
	}
	return p
}

// FieldOf is one finding as programs read it.
func FieldOf(ctx context.Context, f fault.Finding) ProblemField {
	return ProblemField{Field: f.Field, Message: ui.Sentence(ctx, f), Fix: ui.Say(ctx, f.Fix), Rule: f.Rule, Basis: f.Basis}
}

func problemKind(status int, err error) string {
	switch {
	case fault.IsConflict(err):
		return "/problems/changed"
	case status == http.StatusConflict:
		return problemNotNow
	}
	return "/problems/" + map[int]string{
		http.StatusUnprocessableEntity: "invalid", http.StatusUnauthorized: "unauthorized", http.StatusForbidden: "forbidden", http.StatusNotFound: "not-found",
		http.StatusRequestEntityTooLarge: "too-large", http.StatusTooManyRequests: "too-many", http.StatusServiceUnavailable: "unavailable", http.StatusInternalServerError: "defect",
	}[status]
}

// Write answers a program.
func (p *Problem) Write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", problemType)
	if p.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="yitang"`)
	}
	if p.RetryAfter != "" {
		w.Header().Set("Retry-After", p.RetryAfter)
	}
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // whoever hung up reads nothing
}

// Unauthorized is said to a program that brings no token, or one that has ended.
func Unauthorized(ctx context.Context) *Problem {
	return &Problem{Type: "/problems/unauthorized", Status: http.StatusUnauthorized, Title: ui.T(ctx, "api.unauthorized"), Detail: ui.T(ctx, "api.unauthorized.text")}
}
