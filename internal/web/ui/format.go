package ui

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/money"
)

// Day is anything that knows its calendar day: calendar.Date, time.Time. One
// that isn't given (zero) is written as nothing.
type Day interface {
	Year() int
	Month() time.Month
	Day() int
	IsZero() bool
}

// beijing is the office's clock. China has kept one offset and no summer time
// since 1991, so no zone data is needed beside the binary.
var beijing = time.FixedZone("CST", 8*60*60)

// Local gives an instant as the office's clock shows it.
func Local(t time.Time) time.Time { return t.In(beijing) }

// dayOf reads instants on the office's clock and leaves days alone.
func dayOf(d Day) (int, time.Month, int) {
	if t, ok := d.(time.Time); ok {
		return Local(t).Date()
	}
	return d.Year(), d.Month(), d.Day()
}

// Date writes a day in running text: 2027年1月12日, 12 January 2027.
func Date(ctx context.Context, d Day) string {
	if d.IsZero() {
		return ""
	}
	y, m, day := dayOf(d)
	if LangOf(ctx).Chinese() {
		return fmt.Sprintf("%d年%d月%d日", y, int(m), day)
	}
	return fmt.Sprintf("%d %s %d", day, m, y)
}

type todayKey struct{}

// WithToday says which day it is for the reader. A day of another year is then
// written with its year; where nobody says it, the year is taken for plain.
func WithToday(ctx context.Context, today calendar.Date) context.Context {
	return context.WithValue(ctx, todayKey{}, today)
}

// thisYear tells whether a day's year goes without saying.
func thisYear(ctx context.Context, d Day) bool {
	today, known := ctx.Value(todayKey{}).(calendar.Date)
	y, _, _ := dayOf(d)
	return !known || y == today.Year()
}

// MonthDay writes a day of this year without the year: 1月12日, 12 January; one
// of another year as Date does.
func MonthDay(ctx context.Context, d Day) string {
	if d.IsZero() {
		return ""
	}
	if !thisYear(ctx, d) {
		return Date(ctx, d)
	}
	return monthDay(ctx, d)
}

func monthDay(ctx context.Context, d Day) string {
	_, m, day := dayOf(d)
	if LangOf(ctx).Chinese() {
		return fmt.Sprintf("%d月%d日", int(m), day)
	}
	return fmt.Sprintf("%d %s", day, m)
}

// Short writes a day for a dense column: 01-12; of another year 2025-01-12.
func Short(ctx context.Context, d Day) string {
	if d.IsZero() || !thisYear(ctx, d) {
		return ISO(d)
	}
	_, m, day := dayOf(d)
	return fmt.Sprintf("%02d-%02d", int(m), day)
}

// ISO writes a day as forms and machines read it: 2027-01-12.
func ISO(d Day) string {
	if d.IsZero() {
		return ""
	}
	y, m, day := dayOf(d)
	return fmt.Sprintf("%04d-%02d-%02d", y, int(m), day)
}

// Weekday names the day of the week: 星期四, Thursday.
func Weekday(ctx context.Context, d Day) string {
	y, m, day := dayOf(d)
	w := time.Date(y, m, day, 0, 0, 0, 0, time.UTC).Weekday()
	if LangOf(ctx).Chinese() {
		return "星期" + string([]rune("日一二三四五六")[w])
	}
	return w.String()
}

// Span writes first and last day without saying anything twice:
// 2027年1月12日–19日, 2027年1月29日–2月3日, 12–19 January 2027.
func Span(ctx context.Context, from, to Day) string {
	if from.IsZero() || to.IsZero() {
		return Date(ctx, from) + Date(ctx, to)
	}
	y1, m1, d1 := dayOf(from)
	y2, m2, d2 := dayOf(to)
	if y1 == y2 && m1 == m2 && d1 == d2 {
		return Date(ctx, from)
	}
	if LangOf(ctx).Chinese() {
		switch {
		case y1 == y2 && m1 == m2:
			return fmt.Sprintf("%s–%d日", Date(ctx, from), d2)
		case y1 == y2:
			return Date(ctx, from) + "–" + monthDay(ctx, to)
		}
		return Date(ctx, from) + "–" + Date(ctx, to)
	}
	switch {
	case y1 == y2 && m1 == m2:
		return fmt.Sprintf("%d–%s", d1, Date(ctx, to))
	case y1 == y2:
		return monthDay(ctx, from) + " – " + Date(ctx, to)
	}
	return Date(ctx, from) + " – " + Date(ctx, to)
}

// Clock writes the time of day: 9:30, 17:05.
func Clock(t time.Time) string {
	t = Local(t)
	return fmt.Sprintf("%d:%02d", t.Hour(), t.Minute())
}

// At writes day and time: 2026年11月24日 10:42.
func At(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	if LangOf(ctx).Chinese() {
		return Date(ctx, t) + " " + Clock(t)
	}
	return Date(ctx, t) + ", " + Clock(t)
}

// Count writes a whole number with thousands commas; there is no "99+".
func Count(n int) string {
	s := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, s = "−", s[1:]
	}
	var b strings.Builder
	for i, r := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(r)
	}
	return sign + b.String()
}

// Yuan writes a sum in CNY given in fen: 158,400元, 158,400.50元, CNY 158,400.
func Yuan(ctx context.Context, fen int64) string {
	return Money(ctx, money.Amount{Minor: fen, Currency: money.CNY})
}

// Money writes a sum: yuan as people do, other currencies with their code.
// What is whole shows no digits after the point.
func Money(ctx context.Context, a money.Amount) string { return figure(ctx, a.Number(), a.Currency) }

// Price is what one of something costs, in the digits in which it is written;
// "" while nobody has written it.
func Price(ctx context.Context, d money.Decimal, c money.Currency) string {
	if d.IsZero() {
		return ""
	}
	return figure(ctx, d.String(), c)
}

func figure(ctx context.Context, number string, c money.Currency) string {
	if c == money.CNY && LangOf(ctx).Chinese() {
		return money.Figure(number) + "元"
	}
	return strings.TrimSpace(string(c) + " " + money.Figure(number))
}

// Size writes a file's length in the units that the limits are set in (an MB
// is 1,048,576 bytes): 340 kB, 1.2 MB.
func Size(bytes int64) string {
	switch {
	case bytes < 1<<10:
		return fmt.Sprintf("%d B", bytes)
	case bytes < 1<<20:
		return fmt.Sprintf("%d kB", (bytes+1<<9)>>10)
	}
	return strings.TrimSuffix(strconv.FormatFloat(float64(bytes)/(1<<20), 'f', 1, 64), ".0") + " MB"
}

// Ago says how long something has been: 刚刚, 5 分钟前, 昨天 10:42, else the day.
func Ago(ctx context.Context, now, t time.Time) string {
	switch d := now.Sub(t); {
	case d < time.Minute:
		return T(ctx, "ui.time.just_now")
	case d < time.Hour:
		return T(ctx, "ui.time.minutes_ago", "Count", int(d.Minutes()))
	}
	switch days := daysBetween(t, now); {
	case days == 0:
		return T(ctx, "ui.time.today", "Clock", Clock(t))
	case days == 1:
		return T(ctx, "ui.time.yesterday", "Clock", Clock(t))
	case days < 300:
		return MonthDay(ctx, Local(t)) + " " + Clock(t)
	}
	return At(ctx, t)
}

// Spans writes numbers in order as people say them: 2、4–6.
func Spans(ctx context.Context, of []int64) string {
	var all []string
	for i := 0; i < len(of); {
		j := i
		for j+1 < len(of) && of[j+1] == of[j]+1 {
			j++
		}
		if one := strconv.FormatInt(of[i], 10); i == j {
			all = append(all, one)
		} else {
			all = append(all, one+"–"+strconv.FormatInt(of[j], 10))
		}
		i = j + 1
	}
	return List(ctx, all)
}

// Lasting writes a length of time: 2 分钟, 5 小时 12 分, 3 天.
func Lasting(ctx context.Context, d time.Duration) string {
	switch {
	case d < time.Minute:
		return T(ctx, "ui.time.moment")
	case d < time.Hour:
		return T(ctx, "ui.time.minutes", "Count", int(d.Minutes()))
	case d < 24*time.Hour:
		h, m := int(d.Hours()), int(d.Minutes())%60
		if m == 0 || h >= 10 {
			return T(ctx, "ui.time.hours", "Count", h)
		}
		return T(ctx, "ui.time.hours_minutes", "Hours", h, "Minutes", m)
	}
	return T(ctx, "ui.time.days", "Count", int(d/(24*time.Hour)))
}

// Left says how much time a clock still has, or by how much it was missed.
func Left(ctx context.Context, now, due time.Time) string {
	if now.After(due) {
		return T(ctx, "ui.time.over", "Time", Lasting(ctx, now.Sub(due)))
	}
	return Lasting(ctx, due.Sub(now))
}

func daysBetween(a, b time.Time) int {
	ya, ma, da := Local(a).Date()
	yb, mb, db := Local(b).Date()
	return int(time.Date(yb, mb, db, 0, 0, 0, 0, time.UTC).Sub(time.Date(ya, ma, da, 0, 0, 0, 0, time.UTC)).Hours() / 24)
}

// Clauses joins what stands side by side in one line, leaving out what is empty:
// 甲，乙; A, B.
func Clauses(ctx context.Context, parts ...string) string {
	parts = slices.DeleteFunc(slices.Clone(parts), func(s string) bool { return s == "" })
	if LangOf(ctx).Chinese() {
		return strings.Join(parts, "，")
	}
	return strings.Join(parts, ", ")
}

// MayMove says beside a day counted in working days that it may be another one:
// it lies in a year, or behind one, whose holidays nobody has announced yet. ""
// where all are.
func MayMove(ctx context.Context, book *calendar.Book, from, to calendar.Date) string {
	year := book.Unannounced(from, to)
	if year == 0 {
		return ""
	}
	return T(ctx, "date.may_move", "Year", strconv.Itoa(year))
}

// Sentences joins texts with full stops, which those that end with one keep:
// 甲。乙。; A. B.
func Sentences(ctx context.Context, parts ...string) string {
	stop, between := ".", " "
	if LangOf(ctx).Chinese() {
		stop, between = "。", ""
	}
	var out []string
	for _, s := range parts {
		if s = strings.TrimRight(s, ".。 "); s != "" {
			out = append(out, s+stop)
		}
	}
	return strings.Join(out, between)
}

// List joins words as the language does: 甲、乙、丙; A, B and C.
func List(ctx context.Context, items []string) string {
	if LangOf(ctx).Chinese() {
		return strings.Join(items, "、")
	}
	switch n := len(items); n {
	case 0, 1:
		return strings.Join(items, "")
	default:
		return strings.Join(items[:n-1], ", ") + " and " + items[n-1]
	}
}
