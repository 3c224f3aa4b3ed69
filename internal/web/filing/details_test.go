package filing_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"yitang/internal/dossier"
	room "yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/person"
)

// sendable are the paths that a rule's finding names or that lie in what a reviewer
// may send back, of the first of each list.
func sendable(t *testing.T) []string {
	t.Helper()
	var out []string
	files, err := filepath.Glob("../../../ref/rules/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?m)^ +field: "?([a-zA-Z.\[\]{}0-9]+)"?`).FindAllStringSubmatch(string(b), -1) {
			out = append(out, regexp.MustCompile(`\[\{[a-z.]+\}\]`).ReplaceAllString(m[1], "[0]"))
		}
	}
	for _, part := range []string{"members[0]", "legs[0]", "itinerary[0]", "invitations[0]", "budget.lines[0]", "budget", "notice"} {
		out = append(append(out, part), dossier.Parts(part)...)
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(p string) bool { return strings.ContainsAny(p, "{}") })
}

// Whatever can be sent back is called by its name on the notice, never by its path.
func TestWhateverCanBeSentBackHasAName(t *testing.T) {
	w := newTown(t)
	he, luo := w.as("he"), w.as("luo")
	at, id := he.presented("valid-germany-5-days")
	luo.done("/sign/"+id+"/submit", luo.form(luo.ok("/sign/"+id), "/sign/"+id+"/submit"))
	paths := sendable(t)
	if len(paths) < 100 || !slices.Contains(paths, "members[0].homeAddress") || !slices.Contains(paths, "members[0].passport.type") {
		t.Fatalf("%d paths: %q", len(paths), paths)
	}
	var all []room.Defect
	for _, path := range paths {
		all = append(all, room.Defect{Field: path, Words: "请核对"})
	}
	give(t, context.Background(), w.n.Journal, room.Room, id, room.Reopen{Defects: all})
	page := he.ok(at + "/notice").body
	if raw := regexp.MustCompile(`⟦[^⟧]*⟧`).FindAllString(page, -1); len(raw) > 0 {
		t.Errorf("shown as keys: %q", raw)
	}
	if strings.Contains(page, `name="members[0].passport`) || strings.Contains(page, `name="members[0].homeAddress"`) {
		t.Error("what another place holds is asked for")
	}
}

// What somebody told for the forms is mended where their record holds it: the notice
// shows it and leads there, and there it is cured.
func TestDetailsThatWereSentBackAreMendedInTheRecord(t *testing.T) {
	w, ctx := newTown(t), context.Background()
	he, luo := w.as("he"), w.as("luo")
	at, id := he.presented("valid-germany-5-days")
	luo.done("/sign/"+id+"/submit", luo.form(luo.ok("/sign/"+id), "/sign/"+id+"/submit"))
	people := w.filing(id).Persons()
	for _, who := range people[:2] {
		give(t, journal.WithActor(ctx, journal.Actor{Role: "liaison", Account: "he"}), w.n.Journal, person.Room, who, person.Detail{Details: person.Details{Province: "50", HomeAddress: "云江市学府路1号"}, Source: "liaison"})
	}
	const path = "members[1].homeAddress"
	give(t, ctx, w.n.Journal, room.Room, id, room.Reopen{Defects: []room.Defect{{Field: path, Rule: "MEM-013", Words: "家庭住址相同，疑似亲属同行"}}})
	p := he.ok(at + "/notice")
	to := "/people/" + people[1] + "/details"
	if says := text(p.body); !strings.Contains(says, "的家庭住址") || !strings.Contains(says, "现在登记的：云江市学府路1号") || strings.Contains(says, "原来没有填") || !strings.Contains(p.body, to+"?case="+id+"&amp;step=notice") {
		t.Fatalf("the notice says %s", says)
	}
	if got := he.post(at+"/notice", with(he.form(p, at+"/notice"), path, "云江市别处2号")); got.status == 303 {
		t.Error("the address is taken where nobody reads it")
	}
	details := to + "?case=" + id + "&step=notice"
	if back := he.done(to, with(he.form(he.ok(details), to), "details.homeAddress", "云江市江北大道9号")); !strings.HasPrefix(back, at+"/notice") {
		t.Errorf("leads to %s", back)
	}
	if rec, _, err := journal.Load(ctx, w.n.Journal, person.Room, people[1]); err != nil || rec.Details.HomeAddress != "云江市江北大道9号" {
		t.Errorf("the record holds %q, %v", rec.Details.HomeAddress, err)
	}
	if says := text(he.ok(at + "/notice").body); !strings.Contains(says, "现在登记的：云江市江北大道9号") {
		t.Errorf("afterwards: %s", says)
	}
	he.done(at+"/correct", with(he.form(he.ok(at+"/notice"), at+"/notice"), "replies."+path, "住址已更正"))
	if got := w.filing(id); got.Stage != room.IsSubmitted || got.Dossier.Members[1].HomeAddress != "" {
		t.Errorf("%s: %q", got.Stage, got.Dossier.Members[1].HomeAddress)
	}
}

// What is held and was looked over too long ago isn't called missing: it is there,
// and is to be looked over. The list of tasks counts the two apart.
func TestDetailsThatAreOldAreNotCalledMissing(t *testing.T) {
	w, ctx := newTown(t), context.Background()
	he := w.as("he")
	at := he.begin("valid-germany-5-days")
	who := w.draft(strings.TrimPrefix(at, "/cases/")).Paper.People[0]
	give(t, journal.WithActor(ctx, journal.Actor{Role: "liaison", Account: "he"}), w.n.Journal, person.Room, who, person.Detail{Details: person.Details{HomeAddress: "云江市学府路1号"}, Source: "liaison"})
	lead := func() string {
		_, says, _ := strings.Cut(he.ok(at+"/members").body, `data-lead="m-`+who+`"`)
		says, _, _ = strings.Cut(says, "</p>")
		return says
	}
	if says := lead(); strings.Contains(says, "家庭住址") && !strings.Contains(says, "家庭住址（英文）") || strings.Contains(says, "满一年") {
		t.Errorf("on the day itself: %s", says)
	}
	w.days.Add(370)
	he = w.as("he")
	says := lead()
	gone, old, _ := strings.Cut(says, "批准前填好")
	if !strings.Contains(gone, "出生地") || strings.Contains(gone, "、家庭住址、") || strings.Contains(gone, "：家庭住址") || !strings.Contains(old, "家庭住址上次核对是2026年3月10日，满一年了，请看一遍还对不对") {
		t.Errorf("a year later: %s", says)
	}
	if says := text(he.ok(at).body); !strings.Contains(says, "1人办证要用的资料满一年，要再核对") {
		t.Errorf("the tasks say %s", says)
	}
}
