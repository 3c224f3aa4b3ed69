package document

import (
	"fmt"

	"yitang/internal/calendar"
)

// chinese is a day as official documents write it: no leading zeros.
// Source: GB/T 9704-2012, 7.3.5.
func chinese(d calendar.Date) string {
	return fmt.Sprintf("%d年%d月%d日", d.Year(), int(d.Month()), d.Day())
}

// Days is a stretch of days with nothing said twice: 2026年12月14日至18日.
func Days(from, to calendar.Date) string {
	a := chinese(from)
	switch {
	case from == to:
		return a
	case from.Year() != to.Year():
		return a + "至" + chinese(to)
	case from.Month() != to.Month():
		return fmt.Sprintf("%s至%d月%d日", a, int(to.Month()), to.Day())
	}
	return fmt.Sprintf("%s至%d日", a, to.Day())
}
