package ui

import (
	"context"

	"yitang/internal/precheck"
)

var severities = map[precheck.Severity]State{precheck.Block: Stop, precheck.Warn: Warn, precheck.Info: Info}

// StateOf is the shape of a finding.
func StateOf(f precheck.Finding) State { return severities[f.Shown()] }

// FromRule is a finding of the rules, which stands together with those like it.
func FromRule(ctx context.Context, f precheck.Finding) Finding {
	out := FromFault(ctx, f.Fault(), StateOf(f))
	out.Group = GroupOf(ctx, f.Field, f.Also, f.Title)
	return out
}

// Found is the panel of what the rules of a moment say about what is being
// done; nil if they say nothing.
func Found(ctx context.Context, found precheck.Findings) *Findings {
	if len(found.List) == 0 {
		return nil
	}
	fs := Findings{ID: "rules", Title: T(ctx, "ui.find.moment"), Heading: true}
	for _, f := range found.List {
		fs.List = append(fs.List, FromRule(ctx, f))
	}
	return &fs
}
