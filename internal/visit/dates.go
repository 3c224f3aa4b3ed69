package visit

import (
	"fmt"
	"time"

	"yitang/internal/calendar"
)

// epoch is where counting begins; any fixed day would do.
var epoch = calendar.On(2000, 1, 1)

// number and fromNumber go between days and whole numbers.
func number(d calendar.Date) int     { return epoch.DaysUntil(d) }
func fromNumber(n int) calendar.Date { return epoch.AddDays(n) }

// mondayToFriday stands in where no calendar of holidays is given.
func mondayToFriday(d calendar.Date) bool {
	return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
}

func spellDate(d calendar.Date, in tongue) string {
	if in == chinese {
		return fmt.Sprintf("%d月%d日", d.Month(), d.Day())
	}
	return fmt.Sprintf("%d %s", d.Day(), d.Month())
}
