package ui

import (
	"context"

	"yitang/internal/fault"
)

// FieldErrors gives, for a form that came back, the words beside each field.
// Several findings about one field are told one after the other.
func FieldErrors(ctx context.Context, err error) map[string]string {
	m := map[string]string{}
	for _, f := range fault.Findings(err) {
		if m[f.Field] != "" {
			m[f.Field] += " "
		}
		m[f.Field] += said(ctx, f)
	}
	return m
}

// Summarise gives the list on top of a form that came back.
func Summarise(ctx context.Context, err error) ErrorSummary {
	var s ErrorSummary
	for _, f := range fault.Findings(err) {
		s.Errors = append(s.Errors, FieldError{Field: f.Field, Text: said(ctx, f)})
	}
	return s
}

// said is what a finding says, and what to do where a rule tells it.
func said(ctx context.Context, f fault.Finding) string {
	if fix := Say(ctx, f.Fix); fix != "" {
		return Sentences(ctx, Sentence(ctx, f), fix)
	}
	return Sentence(ctx, f)
}

// Sentence is what a finding says: its own text, or the message under its key.
func Sentence(ctx context.Context, f fault.Finding) string {
	if f.Text.Zh != "" {
		return Say(ctx, f.Text)
	}
	return TMap(ctx, f.Key, f.Args)
}

// FromFault shows a fault's finding as a component. Whether it blocks is the
// caller's to say: a fault as such always does.
func FromFault(ctx context.Context, f fault.Finding, state State) Finding {
	return Finding{
		State: state, Title: Sentence(ctx, f), Field: f.Field,
		Basis: f.Basis, Read: f.Read, Rule: Link{Text: f.Rule}, Fix: Say(ctx, f.Fix), Asked: leadOf(ctx, f.Rule),
	}
}

type leadsKey struct{}

// WithLeads puts where components find it which question of many explains a rule.
func WithLeads(ctx context.Context, of func(rule string) Link) context.Context {
	return context.WithValue(ctx, leadsKey{}, of)
}

func leadOf(ctx context.Context, rule string) Link {
	of, _ := ctx.Value(leadsKey{}).(func(string) Link)
	if of == nil || rule == "" {
		return Link{}
	}
	return of(rule)
}
