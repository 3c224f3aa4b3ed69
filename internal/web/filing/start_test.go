package filing_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"mime/multipart"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"yitang/internal/dossier"
	room "yitang/internal/filing"
)

// tables is every row that the node keeps, but for sessions, whose clock goes on.
func (w *town) tables() map[string]string {
	w.t.Helper()
	ctx := context.Background()
	var names []string
	rows, err := w.n.Store.Query(ctx, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '%session%'`)
	if err != nil {
		w.t.Fatal(err)
	}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			w.t.Fatal(err)
		}
		names = append(names, name)
	}
	if err := rows.Close(); err != nil {
		w.t.Fatal(err)
	}
	out := map[string]string{}
	for _, name := range names {
		var n int64
		if err := w.n.Store.QueryRow(ctx, `SELECT count(*) FROM `+name).Scan(&n); err != nil {
			w.t.Fatal(err)
		}
		out[name] = fmt.Sprint(n)
	}
	return out
}

// files is everything in the node's folder.
func (w *town) files(look func(path string, b []byte)) {
	w.t.Helper()
	err := filepath.WalkDir(w.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		look(path, b)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// A secret mission is referred before anything is kept: no row, no file, no
// line of the log, by whichever of the ways it is tried.
func TestOfASecretMissionNothingIsKept(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	draft := he.blank()
	f := he.form(he.ok("/cases/new"), "/cases/new")
	before := w.tables()
	log := w.log.Len()
	revision := w.draft(strings.TrimPrefix(draft, "/cases/")).Revision

	const mark = "绝不可存之事七四一九"
	p := he.post("/cases/new", with(f, "kind", "secret", "case.purpose", mark))
	if p.status != 200 || p.to != "" || !strings.Contains(text(p.body), "当面办理") || strings.Contains(p.body, mark) {
		t.Errorf("chosen: %d %s", p.status, text(p.body))
	}
	if got := p.head.Get("Cache-Control"); !strings.Contains(got, "no-store") {
		t.Errorf("the answer may stay in the browser: %q", got)
	}
	file := strings.Replace(caseText(t, "valid-germany-5-days"), `"secret": false`, `"secret": true, "offPlanReason": "`+mark+`"`, 1)
	for what, file := range map[string]string{"says so": file, "says so and can't be read": file[:len(file)/2]} {
		p = he.post("/cases/new", with(f, "from", "file", "text", file))
		if p.status != 200 || !strings.Contains(text(p.body), "当面办理") || strings.Contains(p.body, mark) {
			t.Errorf("a case file that %s: %d", what, p.status)
		}
	}
	for what, file := range map[string]string{"can be read": file, "doesn't begin like one": "case = " + file} { // chosen, not pasted
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		_ = m.WriteField("_id", f.Get("_id"))
		_ = m.WriteField("_key", f.Get("_key"))
		_ = m.WriteField("from", "file")
		part, err := m.CreateFormFile("file", "case.json")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = part.Write([]byte(file))
		m.Close()
		p = he.answer(he.c.Post(he.url+"/cases/new", m.FormDataContentType(), &b))
		if p.status != 200 || !strings.Contains(text(p.body), "当面办理") || strings.Contains(p.body, mark) {
			t.Errorf("a chosen file that %s: %d %s", what, p.status, text(p.body))
		}
	}
	// A forged form on a draft that is there: nothing of it is saved.
	p = he.post(draft+"/mission", url.Values{"_key": {"k"}, "revision": {fmt.Sprint(revision)}, "case.secret": {"true"}, "case.purpose": {mark}})
	if p.status == 303 || w.draft(strings.TrimPrefix(draft, "/cases/")).Revision != revision {
		t.Errorf("a draft was marked secret: %d", p.status)
	}

	after := w.tables()
	for name, n := range after {
		if before[name] != n {
			t.Errorf("%s had %s rows and has %s", name, before[name], n)
		}
	}
	if said := w.log.String()[log:]; strings.Contains(said, mark) || strings.Contains(said, "secret") {
		t.Errorf("the log says %s", said)
	}
	w.files(func(path string, b []byte) {
		if bytes.Contains(b, []byte(mark)) {
			t.Errorf("%s holds it", path)
		}
	})
}

// Taiwan is another office's; every other kind begins a draft of that kind.
func TestEachKindBeginsAsItselfAndTaiwanIsReferred(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	f := he.form(he.ok("/cases/new"), "/cases/new")
	p := he.post("/cases/new", with(f, "kind", "taiwan"))
	if p.status != 200 || !strings.Contains(text(p.body), "台湾事务办公室") {
		t.Errorf("Taiwan: %d %s", p.status, text(p.body))
	}
	if p := he.post("/cases/new", with(f, "kind", "holiday")); p.status != 422 || !strings.Contains(text(p.body), "没有这一种") {
		t.Errorf("a kind that is none: %d %s", p.status, text(p.body))
	}
	all, err := w.n.Drafts.List(context.Background(), "u1")
	if err != nil || len(all) != 0 {
		t.Fatalf("%d drafts were begun, %v", len(all), err)
	}
	for _, kind := range []string{"own", "joined", "organisedCross", "hkMacau", "multiTrip", "training"} {
		at := he.done("/cases/new", with(he.form(he.ok("/cases/new"), "/cases/new"), "kind", kind))
		trip := w.draft(strings.TrimPrefix(at, "/cases/")).Paper.Case.Trip
		if string(trip.Kind) != kind || (trip.Category == dossier.Training) != (kind == "training") {
			t.Errorf("%s began as %q with the category %q", kind, trip.Kind, trip.Category)
		}
		if kind != "multiTrip" {
			continue
		}
		page, task := he.ok(at+"/trip").body, he.ok(at).body
		for _, asked := range []string{`name="case.daysEach"`, `name="case.trips"`, "期限至", `name="legs[0].city"`} {
			if !strings.Contains(page, asked) {
				t.Errorf("an approval for a term doesn't ask for %s", asked)
			}
		}
		for _, not := range []string{`name="legs[0].arrive"`, `id="itinerary"`} {
			if strings.Contains(page, not) {
				t.Errorf("an approval for a term asks for %s", not)
			}
		}
		if strings.Contains(task, at+"/budget") || strings.Contains(task, at+"/invitations") || !strings.Contains(task, at+"/notice") {
			t.Error("an approval for a term has other steps")
		}
	}

	// A trip is declared from the page of its approval, never chosen here.
	if p := he.post("/cases/new", with(f, "kind", "declared")); p.status != 422 {
		t.Errorf("a declared trip without its approval: %d", p.status)
	}
	c := dossier.Case{Trip: dossier.Trip{Kind: dossier.MultiTrip, Category: dossier.Trade, Purpose: "安装调试"}, Legs: []dossier.Leg{{Country: "DEU", City: "柏林"}}}
	if _, err := w.n.Drafts.Begin(context.Background(), "declared1", "u1", room.Declare("term1", c, nil)); err != nil {
		t.Fatal(err)
	}
	mission, task := he.ok("/cases/declared1/mission").body, he.ok("/cases/declared1").body
	if strings.Contains(mission, `name="case.planLine"`) || !strings.Contains(mission, "安装调试") || strings.Contains(task, "/cases/declared1/notice") || !strings.Contains(task, "/cases/declared1/budget") {
		t.Error("what was settled with the approval for the term is asked again")
	}
	if says := text(he.ok("/cases/declared1/check").body); !strings.Contains(says, "没有有效的一次审批") && !strings.Contains(says, "有效的一次审批、多次有效批件") {
		t.Error("a trip under no approval isn't stopped")
	}
}

// What the unit's own record brings along is no work that was done: of an empty
// case there is its kind alone.
func TestOfAnEmptyCaseOnlyItsKindIsThereYet(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	if page := text(he.ok(he.blank()).body); !strings.Contains(page, "出访任务 已有 1 项，自动带出 7 项") {
		t.Errorf("an empty case says %s", page)
	}
}
