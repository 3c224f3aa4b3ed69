package me_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/drill"
	"yitang/internal/progress"
	"yitang/internal/store"
	"yitang/internal/web/ui"
)

// gone puts on record how long one case took from its last coming in to its document.
func (s *story) gone(name string, took calendar.Workdays) {
	s.t.Helper()
	began := s.Internet.Journal.Today().AddDays(-60)
	err := s.Internet.Store.Write(context.Background(), func(tx store.Tx) error {
		_, err := tx.Exec(context.Background(), `INSERT INTO case_walk (filing, stretch, whose, began, ended) VALUES ($1, $2, '', $3, $4)`,
			name, string(progress.ToApproval), began.String(), s.Internet.Journal.Book().AddWorkdays(began, took).String())
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func TestWhoWaitsReadsByWhenTheApprovalUsuallyComes(t *testing.T) {
	s := told(t, drill.Review)
	const nine = "十件中有九件"
	squeezed := func(path string) string { return strings.Join(strings.Fields(text(s.as("he").ok(path).body)), "") }
	at := "/cases/" + s.ID
	for i := range progress.Enough {
		if i == progress.Enough-1 { // nine say nothing of the next
			for _, path := range []string{at, "/cases"} {
				if says := squeezed(path); strings.Contains(says, nine) || strings.Contains(says, "批件预计") {
					t.Errorf("with %d on record %s says %s", i, path, says)
				}
			}
		}
		s.gone(fmt.Sprint("past", i), calendar.Workdays(i+11))
	}
	walks, err := progress.UnderWay(context.Background(), s.Internet.Store, s.ID)
	if err != nil || len(walks) != 1 {
		t.Fatalf("%+v, %v", walks, err)
	}
	by := s.Internet.Journal.Book().AddWorkdays(walks[0].Began, 19) // the ninth of 11 … 20
	zh := ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHans})
	squeeze := func(x string) string { return strings.Join(strings.Fields(x), "") }
	whole := squeeze("批件预计 " + ui.Date(zh, by) + "前，十件中有九件不晚于此（按近一年办好的 10 件算）。")
	for path, want := range map[string]string{at: whole, "/cases": squeeze("批件预计 " + ui.MonthDay(zh, by) + "前")} {
		if says := squeezed(path); !strings.Contains(says, want) {
			t.Errorf("%s doesn't say %s:\n%s", path, want, says)
		}
	}
	s.Clock.Set(by.Next().Begins())
	late := squeeze("批件比往常久：近一年办好的 10 件里，十件中有九件不超过 19 个工作日。")
	if says := squeezed(at); !strings.Contains(says, late) || strings.Contains(says, "批件预计") {
		t.Errorf("the day after %s doesn't say that it takes long:\n%s", by, says)
	}
	if says := squeezed("/cases"); strings.Contains(says, "批件预计") {
		t.Errorf("a day that has passed is still expected: %s", says)
	}
}
