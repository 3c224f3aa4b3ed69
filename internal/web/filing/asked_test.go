package filing_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"yitang/internal/dossier"
	"yitang/internal/material"
	"yitang/internal/precheck"
	"yitang/internal/requirement"
	applying "yitang/internal/web/filing"
	"yitang/internal/web/ui"
)

// What a rule wants to know of a trip is asked on its page, and only there.
func TestWhatARuleWantsToKnowOfATripIsAsked(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.done("/cases/new", with(he.form(he.ok("/cases/new"), "/cases/new"), "from", "file", "text", caseText(t, "brazil-6-days-unexplained")))
	form := he.form(he.ok(at+"/trip"), at+"/trip")
	if _, asked := form["case.connectionNote"]; !asked {
		t.Fatal("nobody is asked how the flights connect")
	}
	if _, asked := form["case.safetyPlan"]; asked {
		t.Error("a safety plan is asked for Brazil")
	}
	check := he.ok(at + "/check").body
	if !strings.Contains(text(check), "没有说明航班衔接不便") {
		t.Fatal("the check doesn't want it")
	}
	if !strings.Contains(check, at+"/trip?back=precheck#"+ui.FieldID("case.connectionNote")) {
		t.Error("the finding doesn't open the page that asks")
	}
	he.done(at+"/trip", with(form, "case.connectionNote", "每周仅两班经停航班，当日无返程航班"))
	if strings.Contains(text(he.ok(at+"/check").body), "没有说明航班衔接不便") {
		t.Error("what was said isn't heard")
	}
	if got := he.form(he.ok(at+"/trip"), at+"/trip").Get("case.connectionNote"); got != "每周仅两班经停航班，当日无返程航班" {
		t.Errorf("the page has %q", got)
	}
}

// Whatever the list of what a case needs wants at submission keeps the case from
// the signatory while it isn't there, and is one line of the refusal; what local
// practice only advises keeps nothing. The home of the case, its list, the check
// and the refusal count the same.
func TestWhatIsWantedAtSubmissionMustBeThereAndWhatIsAdvisedNeedNot(t *testing.T) {
	w := newTown(t)
	he, ctx := w.as("he"), context.Background()
	at := he.begin("valid-germany-5-days")
	id := strings.TrimPrefix(at, "/cases/")
	work := applying.NewWork(w.n)
	open := func() *applying.File {
		t.Helper()
		f, err := work.Open(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	present := func() page { return he.post(at+"/present", reasoned(he.form(he.ok(at+"/check"), at+"/present"))) }
	lines := func(p page) []string { return refusal.FindAllString(between(t, p.body, `class="errors"`, "</ul>"), -1) }
	// says opens the pages that count, and looks whether each says so many.
	says := func(what string, n int) {
		t.Helper()
		for path, want := range map[string]string{"": fmt.Sprintf("还有 %d 处要填，先填", n), "/check": fmt.Sprintf("还有 %d 处要填，还不能交签批", n)} {
			if p := text(he.ok(at + path).body); !strings.Contains(p, want) {
				t.Errorf("%s: %q doesn't say %s: %s", what, path, want, p)
			}
		}
		refused := present()
		if refused.status != http.StatusUnprocessableEntity {
			t.Fatalf("%s: presented: %d %s", what, refused.status, refused.to)
		}
		if got := lines(refused); len(got) != n {
			t.Errorf("%s: %d are wanted, the refusal tells %d: %s", what, n, len(got), got)
		}
	}
	wanted := 0
	for _, x := range work.Application(open(), precheck.Submit).Blocking {
		wanted++
		if x.Field == "" || x.Key == "" && x.Text.Zh == "" {
			t.Errorf("what is wanted has no place or no words: %+v", x)
		}
	}
	says("before anything is given", wanted)

	he.supply(at)
	if left := work.Application(open(), precheck.Submit).Blocking; len(left) > 0 {
		t.Fatalf("with all papers given it isn't ready: %v", left)
	}
	must, advised := map[dossier.MaterialKind]bool{}, map[dossier.MaterialKind]bool{}
	for _, m := range open().Held.Materials {
		kind := dossier.MaterialKind(m.Kind)
		if must[kind] || advised[kind] {
			continue
		}
		need := func(r requirement.Requirement) bool {
			paper, is := r.What.(requirement.Material)
			return is && paper.Kind == kind && r.Need == requirement.AtSubmission
		}
		if !slices.ContainsFunc(work.Requirements(open()), need) {
			continue
		}
		he.done(at+"/papers/"+m.ID+"/drop", url.Values{"_key": {m.ID}})
		f := open()
		missing := slices.DeleteFunc(work.Requirements(f), func(r requirement.Requirement) bool { return !need(r) || !r.IsMissing() })
		blocking := work.Application(f, precheck.Submit).Blocking
		switch {
		case len(missing) == 0: // a statement in the case stands for it
			if len(blocking) > 0 {
				t.Errorf("without %s: %v", kind, blocking)
			}
		case missing[0].Advised:
			advised[kind] = true
			if len(blocking) > 0 {
				t.Errorf("%s is advised, and its absence stops the case: %v", kind, blocking)
			}
		default:
			must[kind] = true
			if len(blocking) != 1 {
				t.Errorf("without %s: %v", kind, blocking)
				break
			}
			says("without "+string(kind), 1)
			refused := present()
			if place := at + "/documents?back=precheck#paper-" + string(kind) + "-"; !strings.Contains(refused.body, `href="`+place) || !strings.Contains(text(refused.body), "还没有交。在“材料”页它的位置上传") && len(blocking[0].Text.Zh) == 0 {
				t.Errorf("the refusal without %s doesn't lead to %s: %s", kind, place, text(refused.body))
			}
		}
		give(t, ctx, w.n.Journal, material.Room, w.n.Journal.NewID(), material.Add{Kind: kind, OwnerKind: m.OwnerKind, Owner: m.Owner, Unit: "u1", Case: id, Name: m.Name, Size: m.Size, Type: m.Type, Digest: m.Digest})
	}
	for _, kind := range []dossier.MaterialKind{"M01", "M04", "M10"} {
		if !must[kind] {
			t.Errorf("%s isn't wanted: %v", kind, must)
		}
	}
	if !advised["M06"] {
		t.Errorf("the host's profile isn't advised: %v", advised)
	}
	he.presents(at)
	// What is gone by the time of signing is wanted then.
	for _, m := range open().Held.Materials {
		if m.Kind == "M01" {
			give(t, ctx, w.n.Journal, material.Room, m.ID, material.Replace{Case: id})
		}
	}
	luo := w.as("luo")
	if p := luo.post("/sign/"+id+"/submit", luo.form(luo.ok("/sign/"+id), "/sign/"+id+"/submit")); p.status != http.StatusUnprocessableEntity || !strings.Contains(text(p.body), "请示：还没有交") {
		t.Errorf("signed without its request letter: %d %s", p.status, text(p.body))
	}
}

var refusal = regexp.MustCompile(`<li>`)

// What somebody gave for one trip is asked for again on the next; what lasts
// is not.
func TestAPaperOfOneTripIsNotThereForTheNext(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	first := he.begin("valid-germany-5-days")
	who := w.draft(strings.TrimPrefix(first, "/cases/")).Paper.People[0]
	ofTrip, lasting := map[string]string{"M36": "机票和酒店预订单", "M35": "境外医疗保险", "M37": "在职证明（派遣函）", "M13": "承诺书"}, map[string]string{"M25": "户口页"}
	all := maps.Clone(ofTrip)
	maps.Copy(all, lasting)
	for kind, name := range all {
		give(t, context.Background(), w.n.Journal, material.Room, w.n.Journal.NewID(), material.Add{Kind: dossier.MaterialKind(kind), OwnerKind: material.OfPerson, Owner: who, Unit: "u1", Case: strings.TrimPrefix(first, "/cases/"),
			Name: name + "一.pdf", Size: 10, Type: "application/pdf", Digest: strings.Repeat(kind[1:], 32)})
	}
	second := he.blank()
	he.done(second+"/members/add", url.Values{"person": {who}, "_key": {"again"}})
	for _, step := range []string{"/members", "/documents"} {
		was, now := he.ok(first+step).body, he.ok(second+step).body
		for _, name := range ofTrip {
			if !strings.Contains(was, name+"一.pdf") || strings.Contains(now, name+"一.pdf") {
				t.Errorf("%s: %s is there on its own trip: %v, on the next: %v", step, name, strings.Contains(was, name+"一.pdf"), strings.Contains(now, name+"一.pdf"))
			}
		}
		for _, name := range lasting {
			if !strings.Contains(now, name+"一.pdf") {
				t.Errorf("%s: %s isn't there on the next trip", step, name)
			}
		}
	}
	if says := text(he.ok("/papers").body); !strings.Contains(says, "机票和酒店预订单一.pdf 只用于一次出访") {
		t.Errorf("the unit's papers: %s", says)
	}
}

// Who joins another's delegation is asked for no letter: it stands in the organiser's
// application. What is told of one isn't lost.
func TestWhoJoinsAnothersDelegationIsAskedForNoInvitation(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	var c dossier.Case
	if err := json.Unmarshal([]byte(caseText(t, "valid-germany-5-days")), &c); err != nil {
		t.Fatal(err)
	}
	c.Invitations = nil
	c.Trip.Kind, c.Trip.Organiser, c.Trip.OrganisingAuthority = dossier.Joined, "渝州市商务局（虚构）", "渝州市外办（虚构）"
	c.Trip.MissionNotice = &dossier.MissionNotice{Number: "渝外办任通〔2026〕12号"}
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	at := he.done("/cases/new", with(he.form(he.ok("/cases/new"), "/cases/new"), "from", "file", "text", string(b)))
	page := he.ok(at + "/invitations")
	if says := text(page.body); !strings.Contains(says, "组团方的邀请函") || strings.Contains(page.body, `name="invitations[0].issuer"`) {
		t.Errorf("the page of letters: %s", says)
	}
	asks := func(when string) {
		t.Helper()
		f, err := applying.NewWork(w.n).Open(context.Background(), strings.TrimPrefix(at, "/cases/"))
		if err != nil {
			t.Fatal(err)
		}
		all := applying.NewWork(w.n).Check(f, precheck.Submit).List
		for _, x := range all {
			if x.Rule == "ITN-020" || strings.HasPrefix(x.Rule, "INV-") || x.Rule == "DOC-003" {
				t.Errorf("%s the check says %s of %s", when, x.Rule, x.Field)
			}
		}
	}
	asks("without a letter")
	he.done(at+"/invitations", with(he.form(page, at+"/invitations"), "_add", "invitations"))
	he.done(at+"/invitations", with(he.form(he.ok(at+"/invitations"), at+"/invitations"), "invitations[0].issuer", "柏林示范大学"))
	asks("with a letter of which one thing is told")
}

// Whatever the rules warn of is mended, or has its reason, before the signatory sees
// the case: the refusal leads to each box, and nothing that was written is lost.
func TestAWarningIsMendedOrExplainedBeforeTheCaseIsPresented(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.begin("valid-germany-5-days")
	he.supply(at)
	check := he.ok(at + "/check")
	form := he.form(check, at+"/present")
	box := ""
	for name := range form {
		if strings.HasPrefix(name, "answers.ITN-014/") {
			box = name
		}
	}
	if says := text(check.body); box == "" || !strings.Contains(says, "还有 1 条须说明，写明理由再交签批") || strings.Contains(says, "可以交签批了") {
		t.Fatalf("the check of a case with a warning: %q %s", box, says)
	}
	refused := he.post(at+"/present", form)
	if refused.status != http.StatusUnprocessableEntity || !strings.Contains(refused.body, at+"/check#"+ui.FieldID(box)) || !strings.Contains(text(refused.body), "还没有写理由") {
		t.Errorf("presented without a reason: %d %s", refused.status, text(refused.body))
	}
	// What is written is kept at every pause, before anybody presses a button; nothing
	// but the words goes that way.
	pause := he.post(at+"/answers", with(he.form(refused, at+"/present"), box, "对方书面确认", "case.purpose", "另一件事", "_autosave", "1"))
	if pause.status != http.StatusOK || pause.head.Get("Revision") == "" {
		t.Fatalf("a pause on the check: %d %s", pause.status, pause.body)
	}
	kept := he.ok(at + "/check")
	if f := he.form(kept, at+"/present"); f.Get(box) != "对方书面确认" || f.Get("revision") != pause.head.Get("Revision") || strings.Contains(kept.body, "另一件事") {
		t.Errorf("kept of a pause: %v", f)
	}
	if stale := he.post(at+"/answers", with(he.form(refused, at+"/present"), box, "较早的页面", "_autosave", "1")); stale.status != http.StatusConflict || !strings.Contains(stale.body, "对方书面确认") {
		t.Errorf("an earlier page writes over it: %d %s", stale.status, stale.body)
	}
	he.done(at+"/present", with(he.form(kept, at+"/present"), box, "对方书面确认当日照常接待"))
	luo := w.as("luo")
	if sign := luo.ok("/sign/" + strings.TrimPrefix(at, "/cases/")); !strings.Contains(text(sign.body), "对方书面确认当日照常接待") {
		t.Error("who signs doesn't see the reason")
	}
}
