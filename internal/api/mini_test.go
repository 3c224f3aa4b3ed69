package api_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"yitang/internal/drill"
	"yitang/internal/feedback"
	"yitang/internal/web"
	rating "yitang/internal/web/feedback"
)

// The mini program's own pages, in the simulator that npm offers, against real
// offices: one whose case is approved, one that sent it back, one that may leave
// today, one that is home.
func TestTheMiniProgramWorksWithARealOffice(t *testing.T) {
	jest, err := filepath.Abs("../../node_modules/.bin/jest")
	if _, gone := os.Stat(jest); err != nil || gone != nil {
		if os.Getenv("YITANG_CI") != "" {
			t.Fatal("jest isn't installed: make install")
		}
		t.Skip("jest isn't installed: make install")
	}
	offices := map[string]any{"password": password}
	for name, upTo := range map[string]drill.Name{"approved": drill.Document, "returned": drill.SendBack, "cleared": drill.Lend, "home": drill.ComeHome} {
		s := told(t, upTo)
		o := object{"server": strings.TrimSuffix(s.url, web.APIPath), "id": s.ID}
		switch name {
		case "approved":
			s.opens("hall2", "江南路1号")
			o["code"] = s.code()
			o["phones"] = object{"he": s.phone("何"), "bai": s.phone("白"), "qin": s.phone("秦")}
			o["link"], o["digits"], _ = s.link(s.People[drill.Head])
		case "home": // the office answers how its visit was rated when the phone is told to wait for it
			desk := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if err := s.answered("已增开一个窗口。"); err != nil {
					http.Error(w, err.Error(), http.StatusInternalServerError)
				}
			}))
			t.Cleanup(desk.Close)
			o["visit"], o["answers"] = s.Booking, desk.URL
		case "cleared":
			depart := s.as("he").ask("GET", "/cases/"+s.ID, nil, 200)["depart"].(string)
			day, err := time.ParseInLocation(time.DateOnly, depart, s.Clock.Now().Location())
			if err != nil {
				t.Fatal(err)
			}
			s.Clock.Set(day.Add(10 * time.Hour))
			link, err := rating.CodeURL(t.Context(), s.Internet.Journal, s.Booking, feedback.WindowCode)
			if err != nil {
				t.Fatal(err)
			}
			_, o["shown"], _ = strings.Cut(link, "?code=")
			o["depart"], o["visit"] = depart, s.Booking
		}
		offices[name] = o
	}
	told, err := json.Marshal(offices)
	if err != nil {
		t.Fatal(err)
	}
	run := exec.Command(jest, "--config", "miniprogram/jest.config.cjs")
	run.Dir = "../.."
	run.Env = append(os.Environ(), "YITANG_OFFICES="+string(told), "CI=1")
	out, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if strings.Contains(string(out), "skipped") {
		t.Fatalf("nothing was tried against an office:\n%s", out)
	}
}
