package verify

import (
	"context"
	"strings"
	"time"

	"yitang/internal/document"
	"yitang/internal/web/ui"
)

type askView struct {
	Code      string
	CodeError string
	FileError string
}

type verdictView struct {
	Seal   ui.Seal
	Facts  ui.Facts
	Checks []checkView
}

type checkView struct {
	OK   bool
	Name string
	Text string
}

// view puts a verdict into words. Names are masked already: the facts in the
// document hold only what anybody may read.
//
// ui:keys verify.answer.*
// ui:keys verify.check.*
func view(ctx context.Context, v document.Verdict, now time.Time) verdictView {
	state, word := ui.Stop, ui.T(ctx, "verify.failed")
	switch v.Answer {
	case document.Genuine:
		state, word = ui.OK, ui.T(ctx, "verify.passed")
	case document.IsSuperseded, document.Expired, document.StatusUnknown:
		state, word = ui.Warn, ui.T(ctx, "verify.not_in_force")
	}
	out := verdictView{Seal: ui.Seal{State: state, Word: word, Title: ui.T(ctx, "verify.answer."+string(v.Answer)), Text: ui.T(ctx, "verify.at", "When", ui.At(ctx, now))}}
	if f := v.Facts; f != nil {
		add := func(key, value string) {
			if value != "" {
				out.Facts = append(out.Facts, ui.Fact{Term: ui.T(ctx, key), Value: value})
			}
		}
		add("verify.number", f.Number)
		add("verify.office", f.Office)
		add("verify.issued", ui.Date(ctx, f.Issued))
		add("verify.delegation", f.Delegation)
		add("verify.people", ui.List(ctx, f.People))
		if !f.Depart.IsZero() {
			add("verify.span", ui.Span(ctx, f.Depart, f.Return))
		}
		if !f.ValidUntil.IsZero() {
			add("verify.until", ui.Date(ctx, f.ValidUntil))
		}
		add("verify.by", strings.TrimSpace(v.By))
	}
	for _, c := range v.Checks {
		cv := checkView{OK: c.OK, Name: ui.T(ctx, "verify.check."+string(c.ID))}
		if c.OK {
			cv.Text = ui.T(ctx, "verify.check."+string(c.ID)+".ok")
		} else {
			cv.Text = ui.T(ctx, "verify.check."+string(c.ID)+".bad")
		}
		out.Checks = append(out.Checks, cv)
	}
	return out
}
