package filing_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/journal"
	"yitang/internal/trip"
)

// happened puts events where nothing but their having happened matters.
type happened[S any] struct{ bodies []any }

func (h happened[S]) Decide(S, journal.Moment) ([]journal.Event, error) {
	return journal.Happened(h.bodies...), nil
}

// A page with nothing on it is told once it is given, before anybody signs.
func TestABlankOrCoarseScanIsToldAtTheCheck(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.begin("valid-germany-5-days")
	id := strings.TrimPrefix(at, "/cases/")
	page := image.NewGray(image.Rect(0, 0, 400, 566)) // 48 dpi on A4
	draw.Draw(page, page.Bounds(), image.NewUniform(color.Gray{235}), image.Point{}, draw.Src)
	var file bytes.Buffer
	if err := png.Encode(&file, page); err != nil {
		t.Fatal(err)
	}
	before := text(he.ok(at + "/check").body)
	if p := he.upload(at, map[string]string{"kind": "M05", "owner": id, "ownerKind": "case", "_fragment": "1"}, "译文.png", file.Bytes()); p.status != 200 {
		t.Fatal(p.status, p.body)
	}
	if says := text(he.ok(at + "/check").body); strings.Contains(before, "空白") || !strings.Contains(says, "译文.png") || !strings.Contains(says, "有 1 页空白") {
		t.Errorf("a blank page isn't told:\n%s", says)
	}
	for x := 40; x < 360; x += 3 { // written on, and still coarse
		for y := 60; y < 300; y += 9 {
			draw.Draw(page, image.Rect(x, y, x+2, y+4), image.Black, image.Point{}, draw.Src)
		}
	}
	file.Reset()
	if err := png.Encode(&file, page); err != nil {
		t.Fatal(err)
	}
	if p := he.upload(at, map[string]string{"kind": "M01", "owner": id, "ownerKind": "case", "_fragment": "1"}, "请示.png", file.Bytes()); p.status != 200 {
		t.Fatal(p.status, p.body)
	}
	if says := text(he.ok(at + "/check").body); !strings.Contains(says, "请示.png") || !strings.Contains(says, "约 34 dpi") && !strings.Contains(says, "约 48 dpi") {
		t.Errorf("a coarse scan isn't told:\n%s", says)
	}
}

// A report or a notice after the trip that is overdue locks the unit, and opens the lock when it is there.
func TestALateReportLocksTheUnit(t *testing.T) {
	w := newTown(t)
	ctx := context.Background()
	give(t, ctx, w.n.Journal, trip.Room, "f0", happened[trip.Trip]{[]any{trip.Cleared{Unit: "u1", Members: []string{"p0"}, Depart: calendar.On(2026, 1, 26), Return: calendar.On(2026, 1, 30)},
		trip.Departed{On: calendar.On(2026, 1, 26)}, trip.CameHome{On: calendar.On(2026, 1, 30), BookletsDue: calendar.On(2026, 2, 6), ReportDue: calendar.On(2026, 2, 27), NoticeDue: calendar.On(2026, 2, 28)}}})
	if says := text(w.as("he").ok("/cases/new").body); !strings.Contains(says, "1 个团组未交出访报告") {
		t.Errorf("a late report isn't told:\n%s", says)
	}
	give(t, ctx, w.n.Journal, trip.Room, "f0", happened[trip.Trip]{[]any{trip.ReportFiled{Material: "m1", Late: 11}}})
	if says := text(w.as("he").ok("/cases/new").body); !strings.Contains(says, "未作事后公示") {
		t.Errorf("a late notice isn't told:\n%s", says)
	}
	give(t, ctx, w.n.Journal, trip.Room, "f0", happened[trip.Trip]{[]any{trip.NoticeFiled{Material: "m2", Late: 10}}})
	if p := w.as("he").ok("/cases/new"); strings.Contains(p.body, `id="lock"`) {
		t.Errorf("still locked:\n%s", text(p.body))
	}
}

// What is carried through signing in again stands there as people say it.
func TestWhatWasTypedBeforeSigningInAgainIsToldInWords(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.begin("valid-germany-5-days")
	f := he.form(he.ok(at+"/mission"), at+"/mission")
	jar, _ := cookiejar.New(nil)
	gone := reader{w, &http.Client{Jar: jar, CheckRedirect: he.c.CheckRedirect}}
	p := gone.post(at+"/mission", with(f, "case.necessity", "登录到时后写的"))
	if p.status != http.StatusUnauthorized {
		t.Fatalf("nobody is asked to sign in: %d", p.status)
	}
	p = gone.post("/login", with(gone.form(p, "/login"), "name", "he", "password", password))
	says := text(p.body)
	for _, want := range []string{"登录到时后写的", "任务类别 合作研究", "列入年度计划 是"} {
		if !strings.Contains(says, want) {
			t.Errorf("the page doesn't say %q: %s", want, says)
		}
	}
	if !strings.Contains(p.body, `name="case.category" value="research"`) {
		t.Error("the form doesn't send the answer on")
	}
}
