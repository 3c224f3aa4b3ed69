package custody

import (
	"fmt"
	"testing"

	"yitang/internal/approval"
	"yitang/internal/calendar"
)

// What is counted for the keeper's day is all of it, however many pages it has; a
// case that leaves later isn't read for it.
func TestAllThatLeavesSoonIsCounted(t *testing.T) {
	day := calendar.On(2026, 12, 1)
	p := &Pages{AheadDays: func() int { return 5 }}
	var pages [][]outRow
	for i := range 3 {
		var rows []outRow
		for k := range approval.PageSize {
			rows = append(rows, outRow{QueueRow: approval.QueueRow{Filing: fmt.Sprintf("f%d-%02d", i, k), Depart: day.AddDays(i * 3)}, Ready: k % 2})
		}
		pages = append(pages, rows)
	}
	pages = append(pages, nil)
	read := 0
	rows, err := p.soon(day, func(after approval.Leaving) ([]outRow, bool, error) {
		if last := pages[max(read-1, 0)]; read > 0 && after.Filing != last[len(last)-1].Filing {
			t.Errorf("page %d goes on after %+v", read, after)
		}
		read++
		return pages[read-1], read < len(pages), nil
	})
	if err != nil || len(rows) != approval.PageSize || read != 3 {
		t.Errorf("counted are %d on %d pages, %v", len(rows), read, err)
	}
}
