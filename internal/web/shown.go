package web

import (
	"net/http"
	"net/url"
	"strconv"

	"yitang/internal/document"
	"yitang/internal/web/ui"
)

type shownView struct {
	Head     ui.Head
	Sent     ui.Note // it was sent to their computer just now
	Pages    []shownPage
	Verify   string // what the code of its verification says; "" for none
	Computer ToComputer
}

type shownPage struct {
	URL   string
	Alt   string
	Text  string // what leads to it as text
	First bool
	Lines []string
}

// Shown gives a document to WeChat's own browser, which opens no files and keeps none,
// as a page: a picture of each of its pages and what is written there, the code by which
// it is verified, and a way to a computer. It tells whether it has answered; all other
// browsers take the file.
func (s *Site) Shown(w http.ResponseWriter, r *http.Request, name string, pdf []byte) bool {
	if !InsideWeChat(r) {
		return false
	}
	ctx := r.Context()
	d, err := document.Pictures(pdf)
	if err != nil { // it isn't ours to draw
		d = document.Shown{}
	}
	if n, err := strconv.Atoi(r.FormValue("page")); err == nil && n >= 1 && n <= len(d.Pages) {
		w.Header().Set("Content-Type", "image/svg+xml")
		w.Header().Set("Content-Security-Policy", "default-src 'none'")
		if _, err := w.Write(d.Pages[n-1].SVG); err != nil {
			s.Log.Warn("writing a page as a picture", "path", r.URL.Path, "err", err)
		}
		return true
	}
	v := shownView{Head: ui.Head{Title: name, Lead: ui.T(ctx, "web.shown.lead")}, Sent: SentToComputer(r), Computer: Computer(r, name)}
	if len(d.Pages) == 0 {
		v.Head.Lead = ui.T(ctx, "web.shown.not_here")
	}
	at := r.URL.Query()
	for i, p := range d.Pages {
		at.Set("page", strconv.Itoa(i+1))
		v.Pages = append(v.Pages, shownPage{URL: "?" + at.Encode(), Alt: ui.T(ctx, "web.shown.page", "Number", i+1, "Count", len(d.Pages)), Text: ui.T(ctx, "web.shown.text", "Number", i+1, "Count", len(d.Pages)), First: i == 0, Lines: p.Lines})
	}
	if d.Code != "" {
		v.Verify = Absolute(r, "/v/"+d.Code)
	}
	s.Show(w, r, ui.Page{Title: name, Phone: true}, shownDocument(v))
	return true
}

// ToComputer is how what a phone shows comes to a computer (发到电脑).
type ToComputer struct {
	Address string
	Title   string
	Send    ui.Button // by mail; without a text for whoever hasn't signed in
}

// Computer is that of what is asked for, whichever page of it.
func Computer(r *http.Request, title string) ToComputer {
	at, q := r.URL.Path, r.URL.Query()
	q.Del("page")
	q.Del(sentIn)
	if len(q) > 0 {
		at += "?" + q.Encode()
	}
	c := ToComputer{Address: Absolute(r, at), Title: title}
	if Who(r).Somebody() {
		c.Send = ui.Button{Text: ui.T(r.Context(), "web.shown.send"), Post: "/told/send", Full: true,
			Send: []ui.Hidden{{Name: "_key", Value: NewKey()}, {Name: "at", Value: at}, {Name: "title", Value: title}}}
	}
	return c
}

// sentIn says in an address that it was sent.
const sentIn = "sent"

// Sent is an address of the site that says that it was sent to a computer.
func Sent(at *url.URL) string {
	q := at.Query()
	q.Set(sentIn, "1")
	return at.Path + "?" + q.Encode()
}

// SentToComputer says that it was sent, after it was.
func SentToComputer(r *http.Request) ui.Note {
	if r.FormValue(sentIn) == "" {
		return ui.Note{}
	}
	return ui.Note{State: ui.OK, Text: ui.T(r.Context(), "web.shown.sent"), Live: true}
}
