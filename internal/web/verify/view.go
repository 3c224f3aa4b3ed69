package verify

import (
	"context"
	"strings"
	"time"

	"yitang/internal/document"
	"yitang/internal/letter"
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
	State ui.State
	Name  string
	Text  string
	Do    ui.Link
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
	case document.IsRevoked, document.IsCancelled:
		word = ui.T(ctx, "verify.not_in_force")
	}
	out := verdictView{Seal: ui.Seal{State: state, Word: word, Title: ui.T(ctx, "verify.answer."+string(v.Answer)), Text: ui.T(ctx, "verify.at", "When", ui.At(ctx, now))}}
	if f := v.Facts; f != nil && f.Kind != document.KindApproval {
		// ui:keys letter.answer.*
		if key := "letter.answer." + string(v.Answer); ui.Known(key) {
			out.Seal.Title = ui.T(ctx, key, "Kind", ui.T(ctx, "letter.kind."+string(f.Kind)))
		}
	}
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
		cv := checkView{State: ui.OK, Name: ui.T(ctx, "verify.check."+string(c.ID)), Text: ui.T(ctx, "verify.check."+string(c.ID)+".ok")}
		switch {
		case c.OK:
		case c.ID == document.CheckStatus:
			cv = standing(ctx, v)
		default:
			cv.State, cv.Text = ui.Stop, ui.T(ctx, "verify.check."+string(c.ID)+".bad")
		}
		out.Checks = append(out.Checks, cv)
	}
	return out
}

// standing says what has become of a genuine document that isn't in force.
//
// ui:keys verify.standing.*
func standing(ctx context.Context, v document.Verdict) checkView {
	key := "verify.standing." + string(v.Answer)
	out := checkView{State: ui.Stop, Name: ui.T(ctx, key), Text: ui.T(ctx, key+".text")}
	if v.Answer == document.IsSuperseded || v.Answer == document.Expired {
		out.State = ui.Warn
	}
	if by := strings.TrimSpace(v.By); v.Answer == document.IsSuperseded && by != "" {
		out.Text = ui.T(ctx, key+".by", "Number", by)
	}
	return out
}

// known is what the log says of a document whose file stays in the office,
// because it holds passport numbers: that it was issued, and whether it holds.
// Whether a paper in somebody's hand says the same, only its file shows.
//
// ui:keys letter.kind.*
// ui:keys letter.status.*
func known(ctx context.Context, l letter.Row, now time.Time) verdictView {
	state := ui.OK
	if l.Status != document.InForce {
		state = ui.Warn
	}
	v := verdictView{Seal: ui.Seal{State: state, Word: ui.T(ctx, "letter.status."+string(l.Status), "By", l.By), Title: ui.T(ctx, "letter.known", "Kind", ui.T(ctx, "letter.kind."+string(l.Kind))), Text: ui.T(ctx, "letter.known.text", "When", ui.At(ctx, now))}}
	v.Facts = append(v.Facts, ui.Fact{Term: ui.T(ctx, "verify.number"), Value: l.Number}, ui.Fact{Term: ui.T(ctx, "verify.issued"), Value: ui.Date(ctx, l.Issued)})
	if !l.ValidUntil.IsZero() {
		v.Facts = append(v.Facts, ui.Fact{Term: ui.T(ctx, "verify.until"), Value: ui.Date(ctx, l.ValidUntil)})
	}
	return v
}

// registered is what the register says of a number: a true code stands on a forged
// print too, so nothing is said of the paper that somebody holds. What its
// signature would show is looked at where its file is given, and only there. A
// document on record that fails its own checks is told as any other that does.
//
// ui:keys verify.register.*
func registered(ctx context.Context, v verdictView, verdict document.Verdict) verdictView {
	key := "verify.register." + string(verdict.Answer)
	if verdict.Facts == nil || !ui.Known(key) {
		v.Seal.Text = ui.Sentences(ctx, ui.T(ctx, "verify.ours"), v.Seal.Text)
		return v
	}
	v.Seal.Title = ui.T(ctx, key, "Kind", ui.T(ctx, "letter.kind."+string(verdict.Facts.Kind)), "Number", verdict.Facts.Number)
	v.Seal.Word = ui.T(ctx, "verify.register.listed")
	v.Seal.Text = ui.Sentences(ctx, ui.T(ctx, "verify.ours"), v.Seal.Text)
	var checks []checkView
	for i, c := range verdict.Checks {
		if c.ID == document.CheckLog || c.ID == document.CheckStatus {
			checks = append(checks, v.Checks[i])
		}
	}
	v.Checks = append(checks, checkView{State: ui.Wait, Name: ui.T(ctx, "verify.register.paper"), Text: ui.T(ctx, "verify.register.paper.text"), Do: ui.Link{Text: ui.T(ctx, "verify.register.paper.do"), URL: "/verify#by-file"}})
	return v
}
