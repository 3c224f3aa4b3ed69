package sheet

import (
	"math"
	"strconv"
	"time"

	"yitang/internal/calendar"
)

// Kind is what a cell holds as it is stored, whatever its column shows.
type Kind byte

const (
	Empty  Kind = iota
	Text        // typed as text
	Number      // a number without a format of dates
	Day         // a number that is shown as a date or time
	Truth       // TRUE or FALSE
	Failed      // #N/A, #REF! …
)

// Cell is one cell as stored.
type Cell struct {
	Kind     Kind
	Formula  bool // the value is the one that was computed when it was saved
	External bool // by a formula that looks into another file
	Merged   bool // repeated from the first cell of a merged range
	Text     string
	Num      float64
}

// Row is a row that holds something.
type Row struct {
	Number int // as the program shows it, from 1
	Hidden bool
	Cells  []Cell
}

// At gives a cell; one beyond the row's end is empty.
func (r Row) At(col int) Cell {
	if col < 0 || col >= len(r.Cells) {
		return Cell{}
	}
	return r.Cells[col]
}

// Sheet is one sheet of a book.
type Sheet struct {
	Name    string
	Hidden  bool
	Rows    []Row
	Columns []int // those that are hidden
}

// Book is a file as read.
type Book struct {
	Format   string // xlsx, csv or paste
	Encoding string // of a text file
	Since04  bool   // days are counted from 1904, as old Macintosh files do
	Sheets   []Sheet
}

// Ref names a cell as programs do: B7.
func Ref(col, row int) string { return Letters(col) + strconv.Itoa(row) }

// Letters names a column: 0 is A, 27 is AB.
func Letters(col int) string {
	var b []byte
	for col++; col > 0; col = (col - 1) / 26 {
		b = append([]byte{byte('A' + (col-1)%26)}, b...)
	}
	return string(b)
}

// place reads B7; ok is false for anything else.
func place(ref string) (col, row int, ok bool) {
	i := 0
	for i < len(ref) && ref[i] >= 'A' && ref[i] <= 'Z' {
		if col = col*26 + int(ref[i]-'A') + 1; col > 1<<15 {
			return 0, 0, false
		}
		i++
	}
	row, err := strconv.Atoi(ref[i:])
	return col - 1, row, err == nil && i > 0 && row > 0 && row <= 1<<21
}

// day is the date of a serial number. The 1900 system counts a 29 February
// 1900 that never was: days before it are off by one.
func day(serial float64, since04 bool) (calendar.Date, bool) {
	n := int(math.Floor(serial))
	switch {
	case since04:
		if n < 0 || n > 71000 {
			return calendar.Date{}, false
		}
		return calendar.On(1904, time.January, 1).AddDays(n), true
	case n < 1 || n == 60 || n > 73050:
		return calendar.Date{}, false
	case n < 60:
		return calendar.On(1899, time.December, 31).AddDays(n), true
	}
	return calendar.On(1899, time.December, 30).AddDays(n), true
}

// whole gives a stored number as the digits that somebody typed, where it
// still holds them all: beyond 15 digits it doesn't.
func (c Cell) whole() (string, bool) {
	if c.Kind != Number && c.Kind != Day || c.Num != math.Trunc(c.Num) || math.Abs(c.Num) >= 1e15 {
		return "", false
	}
	return strconv.FormatFloat(c.Num, 'f', 0, 64), true
}

// Show is a cell as a preview shows it.
func (b Book) Show(c Cell) string {
	switch c.Kind {
	case Number:
		if s, ok := c.whole(); ok {
			return s
		}
		if math.Abs(c.Num) < 1e15 {
			return plain(c.Num)
		}
		return strconv.FormatFloat(c.Num, 'E', 5, 64)
	case Day:
		d, ok := day(c.Num, b.Since04)
		if !ok || c.Num < 1 {
			return c.Text
		}
		if frac := c.Num - math.Floor(c.Num); frac > 1.0/86400 {
			m := int(math.Round(frac * 1440))
			return d.String() + " " + pad(m/60) + ":" + pad(m%60)
		}
		return d.String()
	}
	return c.Text
}

// plain spells a number with the fifteen digits that spreadsheets keep, so
// that a computed 0.30000000000000004 is 0.3.
func plain(n float64) string {
	if short, err := strconv.ParseFloat(strconv.FormatFloat(n, 'g', 15, 64), 64); err == nil {
		n = short
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

func pad(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}
