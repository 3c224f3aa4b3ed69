package filing

import (
	"encoding/json"
	"os"
	"slices"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	room "yitang/internal/filing"
	"yitang/internal/pack"
	"yitang/internal/precheck"
	"yitang/internal/requirement"
)

// What one box answers is to be done once, however many findings it is about.
func TestWarningsOfOneRuleAreOneThingToExplain(t *testing.T) {
	warn := func(rule, field string) precheck.Finding {
		return precheck.Finding{Rule: rule, Field: field, Severity: precheck.Warn}
	}
	found := precheck.Findings{List: []precheck.Finding{warn("ITN-014", "itinerary[0]"), warn("ITN-014", "itinerary[2]"), warn("ITN-014", "itinerary[4]"), warn("BUD-007", "budget.lines[0]"), warn("INV-003", "invitations[0].issued")}}
	if !found.List[0].Warns() {
		t.Fatal("they are no warnings")
	}
	open := unanswered(found, map[string]string{"INV-003/invitations[0].issued": "来函日期以原件为准"})
	if len(open) != 2 || open[0].Field != "answers.ITN-014/*" || open[1].Field != "answers.BUD-007/budget.lines[0]" {
		t.Errorf("to explain: %+v", open)
	}
	if open = unanswered(found, map[string]string{"ITN-014/*": "对方书面确认", "BUD-007/budget.lines[0]": "同上", "INV-003/invitations[0].issued": "同上"}); len(open) != 0 {
		t.Errorf("all is explained, and still: %+v", open)
	}
}

// Of letters that are too few it is said where those of their country lie, and what is
// given there when they were sent back comes beside the one that is there (INV-015).
func TestAMissingLetterIsGivenBesideTheOneThatIsThere(t *testing.T) {
	set, err := pack.Built()
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile("../../../testdata/cases/valid-france-italy-8-days.json")
	if err != nil {
		t.Fatal(err)
	}
	f := &File{ID: "c"}
	c := &f.Now.Case
	if err := json.Unmarshal(b, c); err != nil {
		t.Fatal(err)
	}
	c.Materials = append(c.Materials, dossier.Material{Kind: "M04", Owner: "case", File: "M04-2.pdf"}) // as it came, one letter stands for both hosts
	short := func() (out []precheck.Finding) {
		return slices.DeleteFunc(set.Checks.Check(*c, precheck.Submit, calendar.On(2026, 3, 10)).List, func(x precheck.Finding) bool { return x.Rule != "INV-015" })
	}
	letters := slot{Kind: "M04"}
	if len(short()) > 0 || f.lettersShort(letters) {
		t.Fatal("each host has its letter, and they are too few")
	}
	c.Materials[1].Country, c.Materials[15].Country = "FRA", "ITA"
	second := c.Invitations[1]
	second.Issuer = "佛罗伦萨示范大学"
	c.Invitations = append(c.Invitations, second)
	found := short()
	if len(found) != 1 || found[0].Field != "materials" || f.mendedAt(found[0]) != "materials[15]" || !f.lettersShort(letters) || f.lettersShort(slot{Kind: "M06"}) {
		t.Errorf("two hosts in Italy, one letter: %+v", found)
	}
	f.Filing.Stage = room.IsSentBack // its places are those of the notice
	if f.mendedAt(found[0]) != "materials" {
		t.Error("what was sent back leads away from the notice")
	}
	c.Materials[15].Kind = "M06" // of Italy none at all: its own place asks for it
	if found := short(); len(found) > 0 {
		t.Errorf("none of Italy: %+v", found)
	}
	d := room.Defect{Field: "materials", Rule: "INV-015", Words: "填了 2 家的邀请，邀请函只交了 1 份。"}
	if !d.Asks("M04", requirement.OfCase, c.Members) || d.Asks("M05", requirement.OfCase, c.Members) {
		t.Error("the office's words open no place for a letter, or another paper's")
	}
}
