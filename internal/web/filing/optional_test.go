package filing_test

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"

	room "yitang/internal/filing"
	"yitang/internal/precheck"
	applying "yitang/internal/web/filing"
	"yitang/internal/web/ui"
)

var optional = regexp.MustCompile(`<label[^>]* for="([^"]+)"[^>]*>[^<]*<span class="opt"`)

// A field that says 可不填 stays so when it is left: emptied, it stops no case.
func TestWhatMayBeLeftIsWantedByNoRule(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	work := applying.NewWork(w.n)
	looked := map[string]bool{}
	for _, name := range []string{"valid-germany-5-days", "valid-france-italy-8-days", "off-plan-no-reason", "academics-at-a-conference-over-a-weekend", "suite-and-banquet", "member-of-another-unit"} {
		at := he.begin(name)
		id := strings.TrimPrefix(at, "/cases/")
		for _, step := range []string{"/mission", "/trip", "/members", "/invitations", "/budget", "/budget?lines=1", "/notice"} {
			p := he.ok(at + step)
			paths := map[string]string{}
			for path := range he.form(p, at+step) {
				paths[ui.FieldID(path)] = path
			}
			for _, m := range optional.FindAllStringSubmatch(p.body, -1) {
				path := paths[m[1]]
				if path == "" || strings.HasPrefix(path, "costs.") || strings.HasPrefix(path, "budget.lines") { // lines follow from other answers
					continue
				}
				looked[path] = true
				kept := w.draft(id).Paper
				if _, err := w.n.Drafts.Change(context.Background(), id, w.draft(id).Revision, func(p *room.Paper) error { return p.Put(path, "") }); err != nil {
					t.Fatal(path, err)
				}
				f, err := work.Open(context.Background(), id)
				if err != nil {
					t.Fatal(err)
				}
				for _, x := range work.Check(f, precheck.Submit).List {
					if x.Field == path && x.Severity == precheck.Block && x.Waived == nil {
						t.Errorf("%s: %s says 可不填, and %s stops the case: %s", name, path, x.Rule, x.Message.Zh)
					}
				}
				if _, err := w.n.Drafts.Change(context.Background(), id, w.draft(id).Revision, func(p *room.Paper) error { return p.Put(path, kept.Text(path)) }); err != nil {
					t.Fatal(path, err)
				}
			}
		}
	}
	for _, path := range []string{"legs[0].number", "notice.contact"} {
		if !looked[path] {
			t.Errorf("%s isn't among the optional fields: %v", path, looked)
		}
	}
	// Of the plan nothing was said yet: neither its line nor the reason for having none
	// is owed; once it is said that there is none the reason is.
	blank := he.blank()
	offPlan := func() bool {
		return slices.ContainsFunc(optional.FindAllStringSubmatch(he.ok(blank+"/mission").body, -1), func(m []string) bool { return m[1] == ui.FieldID("case.offPlanReason") })
	}
	if !offPlan() {
		t.Error("the reason for being off the plan is wanted before anybody said that the trip is")
	}
	he.done(blank+"/mission", with(he.form(he.ok(blank+"/mission"), blank+"/mission"), "case.purpose", "会谈"))
	if offPlan() {
		t.Error("the reason for being off the plan says 可不填")
	}
	// What the letter's rules want is never called optional.
	at := he.blank()
	for _, m := range optional.FindAllStringSubmatch(he.ok(at+"/invitations").body, -1) {
		if m[1] == ui.FieldID("invitations[0].signatoryTitle") || m[1] == ui.FieldID("invitations[0].translator") {
			t.Errorf("%s says 可不填", m[1])
		}
	}
}
