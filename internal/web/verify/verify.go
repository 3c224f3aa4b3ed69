// Package verify is the public page that tells a genuine approval from an
// altered, superseded or revoked one (批件核验). It needs no account: whoever
// holds the paper may ask.
package verify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"yitang/internal/access"
	"yitang/internal/approval"
	"yitang/internal/blob"
	"yitang/internal/document"
	"yitang/internal/fault"
	"yitang/internal/letter"
	"yitang/internal/material"
	"yitang/internal/node"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// largest document that anybody may hand in here, in bytes.
const largest = 8 << 20

const (
	wrapping = 64 << 10 // what a form adds to its file, in bytes
	atOnce   = 4        // documents that are in memory and looked into at the same time
)

type pages struct {
	n    *node.Node
	s    *web.Site
	desk chan struct{} // places for a document that is looked into
}

// Routes are the public addresses of the internet site.
func Routes(n *node.Node, s *web.Site) []web.Route {
	p := pages{n, s, make(chan struct{}, atOnce)}
	return []web.Route{
		{Pattern: "GET /verify", Right: access.Public, Handle: p.ask},
		{Pattern: "POST /verify", Right: access.Public, Handle: p.file, Files: true},
		{Pattern: "GET /v/{code}", Right: access.Public, Handle: p.code},
	}
}

// ask shows the two ways: the file, or the code printed beside the QR code.
func (p pages) ask(w http.ResponseWriter, r *http.Request) {
	if code := strings.TrimSpace(r.FormValue("code")); code != "" {
		http.Redirect(w, r, "/v/"+approval.PlainCode(code), http.StatusSeeOther)
		return
	}
	if r.URL.Query().Has("code") {
		p.form(w, r, http.StatusUnprocessableEntity, askView{CodeError: ui.T(r.Context(), "verify.code.missing")})
		return
	}
	p.form(w, r, http.StatusOK, askView{})
}

func (p pages) form(w http.ResponseWriter, r *http.Request, status int, v askView) {
	title := ui.T(r.Context(), "verify.title")
	errors := 0
	if v.FileError != "" || v.CodeError != "" {
		errors = 1
	}
	p.s.ShowAs(w, r, status, ui.Page{Title: title, Errors: errors, Place: title}, askPage(v))
}

// file verifies what was handed in. Nothing of it is kept.
func (p pages) file(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	// Anybody may ask: what they send is held in memory up to a megabyte each, then on disk.
	r.Body = http.MaxBytesReader(w, r.Body, largest+wrapping)
	if large := new(http.MaxBytesError); errors.As(r.ParseMultipartForm(1<<20), &large) {
		p.form(w, r, http.StatusUnprocessableEntity, askView{FileError: ui.T(ctx, "verify.file.large", "Limit", ui.Size(largest))})
		return
	}
	f, _, err := r.FormFile("file")
	if err != nil {
		p.form(w, r, http.StatusUnprocessableEntity, askView{FileError: ui.T(ctx, "verify.file.missing")})
		return
	}
	defer f.Close()
	v, bad, err := p.judge(ctx, f)
	switch {
	case err != nil:
		p.s.Fail(w, r, err)
	case bad != "":
		p.form(w, r, http.StatusUnprocessableEntity, askView{FileError: bad})
	default:
		p.s.Show(w, r, ui.Page{Title: v.Seal.Title, Place: ui.T(ctx, "verify.title")}, verdictPage(v))
	}
}

// judge takes a document into memory when a place at the desk is free, and says
// what it comes to, or what is wrong with the file in the reader's language.
func (p pages) judge(ctx context.Context, f io.Reader) (v verdictView, bad string, err error) {
	select {
	case p.desk <- struct{}{}:
		defer func() { <-p.desk }()
	case <-ctx.Done():
		return v, "", ctx.Err()
	}
	pdf, err := io.ReadAll(io.LimitReader(f, largest+1))
	switch {
	case err != nil:
		return v, "", fmt.Errorf("reading the file to verify: %w", err)
	case len(pdf) == 0:
		return v, ui.T(ctx, "verify.file.empty"), nil
	case len(pdf) > largest:
		return v, ui.T(ctx, "verify.file.large", "Limit", ui.Size(largest)), nil
	}
	v, err = judged(ctx, p.n, pdf)
	return v, "", err
}

// code shows what the document comes to that this zone holds under a code.
func (p pages) code(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	v, err := byCode(ctx, p.n, r.PathValue("code"))
	if fault.IsNotFound(err) {
		p.form(w, r, http.StatusNotFound, askView{Code: r.PathValue("code"), CodeError: ui.T(ctx, "verify.code.unknown")})
		return
	}
	if err != nil {
		p.s.Fail(w, r, err)
		return
	}
	p.s.Show(w, r, ui.Page{Title: v.Seal.Title, Place: ui.T(ctx, "verify.title")}, verdictPage(v))
}

// Answer is what a document comes to, as other doors show it.
type Answer struct {
	Seal   ui.Seal
	Facts  ui.Facts
	Checks []Check
}

// Check is one thing that was looked at.
type Check struct {
	State ui.State
	Name  string
	Text  string
}

// ByCode tells what the document comes to that this zone holds under a code;
// NotFound for none.
func ByCode(ctx context.Context, n *node.Node, code string) (Answer, error) {
	v, err := byCode(ctx, n, approval.PlainCode(code))
	out := Answer{Seal: v.Seal, Facts: v.Facts}
	for _, c := range v.Checks {
		out.Checks = append(out.Checks, Check{c.State, c.Name, c.Text})
	}
	return out, err
}

// byCode verifies the bytes of what is on record like any other's.
func byCode(ctx context.Context, n *node.Node, code string) (verdictView, error) {
	if l, ok, err := letter.ByCode(ctx, n.Store, code); err != nil {
		return verdictView{}, err
	} else if ok && l.File == "" {
		return known(ctx, l, n.Journal.Now()), nil
	}
	pdf, err := held(ctx, n, code)
	if err != nil {
		return verdictView{}, err
	}
	v, verdict, err := looked(ctx, n, pdf)
	if err != nil {
		return verdictView{}, err
	}
	return registered(ctx, v, verdict), nil
}

func held(ctx context.Context, n *node.Node, code string) ([]byte, error) {
	d, ok, err := approval.DocumentByCode(ctx, n.Store, code)
	if err != nil {
		return nil, err
	}
	file := ""
	if ok {
		m, err := material.One(ctx, n.Store, d.File)
		if err != nil {
			return nil, err
		}
		file = m.Digest
	} else {
		l, ok, err := letter.ByCode(ctx, n.Store, code)
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, fault.NotFound("document")
		}
		file = l.File
	}
	digest, err := blob.ParseDigest(file)
	if err != nil {
		return nil, err
	}
	content, err := n.Blobs.Get(ctx, digest)
	if err != nil {
		return nil, err
	}
	defer content.Close()
	return io.ReadAll(content)
}

// judged tells what the bytes come to that somebody handed in.
func judged(ctx context.Context, n *node.Node, pdf []byte) (verdictView, error) {
	v, verdict, err := looked(ctx, n, pdf)
	if err != nil {
		return verdictView{}, err
	}
	of := ui.T(ctx, "verify.theirs")
	if verdict.Answer == document.NotADocument {
		of = ui.T(ctx, "verify.not_ours")
	}
	v.Seal.Text = ui.Sentences(ctx, of, v.Seal.Text)
	return v, nil
}

func looked(ctx context.Context, n *node.Node, pdf []byte) (verdictView, document.Verdict, error) {
	trust, err := approval.LiveTrust(ctx, n.Journal)
	if err != nil {
		return verdictView{}, document.Verdict{}, err
	}
	verdict := document.Verify(pdf, trust).On(n.Journal.Today())
	if verdict.Err != nil { // "not listed" would be a word on the document
		return verdictView{}, document.Verdict{}, fault.Unavailable("approval.trust.not_asked", verdict.Err)
	}
	return view(ctx, verdict, n.Journal.Now()), verdict, nil
}
