package sheet

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"yitang/internal/calendar"
)

// Words are the texts of a workbook that is handed out, in its reader's language.
type Words struct {
	English bool
	Say     func(key string) string
}

// TemplateRows is how many rows of a template are prepared.
const TemplateRows = 2000

// Template makes an empty workbook for a form: a head, cells that keep digits,
// lists to choose from, checks while typing, and a sheet that explains.
//
// ui:keys sheet.form.*
// ui:keys sheet.help.*
// ui:keys sheet.back.*
func Template(f Form, countries []string, w Words) ([]byte, error) {
	def := vocab().Forms[f]
	if def == nil {
		return nil, fmt.Errorf("there is no template for %q", f)
	}
	x := excelize.NewFile()
	defer x.Close()
	name, help, lists := w.Say("sheet.form."+string(f)), w.Say("sheet.help.title"), w.Say("sheet.help.lists")
	b := book{File: x, sheet: name}
	b.do(x.SetSheetName("Sheet1", name))
	for _, s := range []string{help, lists} {
		_, err := x.NewSheet(s)
		b.do(err)
	}
	head := b.style(excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"EFF1EE"}}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"}})
	text, date := b.style(excelize.Style{NumFmt: 49}), b.style(excelize.Style{CustomNumFmt: new("yyyy-mm-dd")})
	b.do(x.SetSheetRow(help, "A1", &[]any{w.Say("sheet.help.column"), w.Say("sheet.help.how")}))
	for i, n := range def.Template {
		col, k := Letters(i), vocab().Fields[n].Kind
		range_ := col + "2:" + col + strconv.Itoa(TemplateRows+1)
		b.do(x.SetCellStr(name, col+"1", Label(n, w.English)))
		b.do(x.SetColStyle(name, col, map[bool]int{true: date, false: text}[k == asDate || k == asUntil || k == asBirth]))
		b.do(x.SetCellStyle(name, col+"1", col+"1", head))
		b.do(x.SetColWidth(name, col, col, width(k)))
		how := w.Say("sheet.help." + string(k))
		b.do(x.SetSheetRow(help, "A"+strconv.Itoa(i+2), &[]any{Label(n, w.English), how}))
		choose := labels(string(k), w.English)
		if k == asCountry {
			choose = countries
		}
		v := excelize.NewDataValidation(true) // its formulas are written as they stand: < is &lt; here
		v.SetSqref(range_)
		v.SetInput(clipped(Label(n, w.English), 32), clipped(how, 255))
		v.SetError(excelize.DataValidationErrorStyleStop, clipped(Label(n, w.English), 32), clipped(how, 255))
		switch {
		case len(choose) > 0:
			for row, c := range choose {
				b.do(x.SetCellStr(lists, col+strconv.Itoa(row+2), c))
			}
			b.do(x.SetCellStr(lists, col+"1", Label(n, w.English)+" ·")) // no head that a reader would take for a table's
			v.SetSqrefDropList(fmt.Sprintf("'%s'!$%s$2:$%s$%d", lists, col, col, len(choose)+1))
		case k == asNumber:
			v.Type, v.Formula1 = "custom", fmt.Sprintf("AND(ISTEXT(%s2),LEN(%s2)=18)", col, col)
		case k == asDate || k == asUntil || k == asBirth:
			b.do(v.SetRange(1, 73050, excelize.DataValidationTypeDate, excelize.DataValidationOperatorBetween))
		case k == asCount:
			b.do(v.SetRange(1, 99999, excelize.DataValidationTypeWhole, excelize.DataValidationOperatorBetween))
		case k == asAmount:
			v.Type, v.Formula1 = "custom", fmt.Sprintf("ISNUMBER(VALUE(%s2))", col)
			b.do(x.SetCellStr(name, col+"1", Label(n, w.English)+map[bool]string{true: " (yuan)", false: "（元）"}[w.English]))
		case k == asPhone:
			v.Type, v.Formula1 = "custom", fmt.Sprintf("LEN(%s2)&gt;=7", col)
		default:
			v.Type, v.Formula1 = "custom", fmt.Sprintf("LEN(%s2)&lt;=240", col)
		}
		b.do(x.AddDataValidation(name, v))
	}
	b.do(x.SetPanes(name, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
	b.do(x.SetColWidth(help, "A", "A", 24))
	b.do(x.SetColWidth(help, "B", "B", 90))
	return b.bytes()
}

// width of a column, in characters.
func width(k kind) float64 {
	switch k {
	case asNumber, asEmail, asCleared:
		return 24
	case asText, asCountries:
		return 28
	}
	return 16
}

func clipped(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// book collects the first error of many calls.
type book struct {
	*excelize.File
	sheet string
	err   error
}

func (b *book) do(err error) {
	if b.err == nil {
		b.err = err
	}
}

func (b *book) style(s excelize.Style) int {
	id, err := b.NewStyle(&s)
	b.do(err)
	return id
}

func (b *book) bytes() ([]byte, error) {
	if b.err != nil {
		return nil, fmt.Errorf("writing a workbook: %w", b.err)
	}
	var out bytes.Buffer
	if _, err := b.WriteTo(&out); err != nil {
		return nil, fmt.Errorf("writing a workbook: %w", err)
	}
	return out.Bytes(), nil
}

// Back makes the workbook that goes back to whoever sent it: the rows of these
// records as they stood, what is wrong beside them, and their cells marked.
// It can be mended and sent again as it is.
func (rd Reading) Back(records []Record, say func(Doubt) (why, fix string), w Words) ([]byte, error) {
	x := excelize.NewFile()
	defer x.Close()
	b := book{File: x}
	b.do(x.SetSheetName("Sheet1", w.Say("sheet.back.title")))
	s, err := x.NewStreamWriter(w.Say("sheet.back.title"))
	if err != nil {
		return nil, fmt.Errorf("writing a workbook: %w", err)
	}
	head := b.style(excelize.Style{Font: &excelize.Font{Bold: true}, NumFmt: 49})
	text := b.style(excelize.Style{NumFmt: 49})
	bad := b.style(excelize.Style{NumFmt: 49, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"F6D5D3"}}})
	wrap := b.style(excelize.Style{NumFmt: 49, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	var cols []Column
	for _, c := range rd.Columns {
		if c.Left != "back" && c.Left != "sequence" { // the reasons of last time, and numbers that no longer run
			cols = append(cols, c)
		}
	}
	b.do(s.SetColWidth(1, len(cols)+1, 18))
	b.do(s.SetColWidth(len(cols)+1, len(cols)+2, 50))
	row := make([]any, 0, len(cols)+2)
	for _, c := range cols {
		title := c.Title
		if title == "" && c.Field != "" || rd.Top == 0 {
			title = Label(c.Field, w.English)
		}
		if c.Field == "amount" {
			title = rd.withUnit(title)
		}
		row = append(row, excelize.Cell{StyleID: head, Value: title})
	}
	back := vocab().Fields["back"].Names
	at := map[bool]int{true: 1, false: 0}[w.English]
	row = append(row, excelize.Cell{StyleID: head, Value: back[at]}, excelize.Cell{StyleID: head, Value: back[2+at]})
	b.do(s.SetRow("A1", row))
	n := 1
	for i := 0; i < len(records); i++ {
		r := records[i]
		doubts := r.Doubts
		for i+1 < len(records) && records[i+1].Row == r.Row { // several people of one row
			i++
			doubts = append(slices.Clone(doubts), records[i].Doubts...)
		}
		var whys, fixes []string
		marked := map[string]bool{}
		for _, d := range doubts {
			if !d.Stops {
				continue
			}
			why, fix := say(d)
			if why = d.Cell + " " + why; !slices.Contains(whys, why) {
				whys = append(whys, why)
			}
			if !slices.Contains(fixes, fix) {
				fixes = append(fixes, fix)
			}
			marked[d.Cell] = true
		}
		source, _ := slices.BinarySearchFunc(rd.sheet.Rows, r.Row, func(row Row, n int) int { return row.Number - n })
		row = row[:0]
		for _, c := range cols {
			style := text
			if marked[Ref(c.Index, r.Row)] {
				style = bad
			}
			row = append(row, excelize.Cell{StyleID: style, Value: rd.book.Show(rd.sheet.Rows[source].At(c.Index))})
		}
		n++
		b.do(s.SetRow("A"+strconv.Itoa(n), append(row, excelize.Cell{StyleID: wrap, Value: strings.Join(whys, "\n")}, excelize.Cell{StyleID: wrap, Value: strings.Join(fixes, "\n")})))
	}
	b.do(s.Flush())
	return b.bytes()
}

// withUnit writes the unit of sums into the title, where it stood above the
// table and would be lost.
func (rd Reading) withUnit(title string) string {
	for _, n := range rd.Notes {
		if unit, ok := strings.CutPrefix(n.Reason, "file.unit."); ok && !strings.Contains(title, "元") {
			return title + map[string]string{"wan": "（万元）", "yuan": "（元）"}[unit]
		}
	}
	return title
}

// Taken makes a workbook of the records that are in order, as understood.
func (rd Reading) Taken(records []Record, w Words) ([]byte, error) {
	var cols []Title
	fields := vocab().Forms[rd.Form].Template
	for _, n := range fields {
		t := Title{Text: Label(n, w.English), Width: width(vocab().Fields[n].Kind)}
		if n == "amount" {
			t.Text += map[bool]string{true: " (yuan)", false: "（元）"}[w.English]
		}
		cols = append(cols, t)
	}
	return Export(w.Say("sheet.form."+string(rd.Form)), cols, func(yield func([]string) bool) {
		for _, r := range records {
			row := make([]string, len(fields))
			for i, n := range fields {
				row[i] = WordLabel(n, r.Get(n), w.English)
			}
			if !yield(row) {
				return
			}
		}
	})
}

// Title is a column of an export.
type Title struct {
	Text  string
	Width float64 // characters
	Day   bool    // its values are days as 2026-03-05, and are written as such
}

// Export writes rows as a workbook. Every value is text with a format of text,
// so that digits stay and what begins with = + - or @ is never computed;
// only days are days.
func Export(name string, titles []Title, rows func(yield func([]string) bool)) ([]byte, error) {
	x := excelize.NewFile()
	defer x.Close()
	b := book{File: x}
	b.do(x.SetSheetName("Sheet1", name))
	s, err := x.NewStreamWriter(name)
	if err != nil {
		return nil, fmt.Errorf("writing a workbook: %w", err)
	}
	head := b.style(excelize.Style{Font: &excelize.Font{Bold: true}, NumFmt: 49})
	text, days := b.style(excelize.Style{NumFmt: 49}), b.style(excelize.Style{CustomNumFmt: new("yyyy-mm-dd")})
	line := make([]any, len(titles))
	for i, t := range titles {
		line[i] = excelize.Cell{StyleID: head, Value: t.Text}
		if t.Width > 0 {
			b.do(s.SetColWidth(i+1, i+1, t.Width))
		}
	}
	b.do(s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
	b.do(s.SetRow("A1", line))
	n := 1
	for values := range rows {
		for i, v := range values {
			line[i] = excelize.Cell{StyleID: text, Value: v}
			if d, err := calendar.Parse(v); titles[i].Day && err == nil {
				line[i] = excelize.Cell{StyleID: days, Value: time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, time.UTC)}
			}
			if v == "" {
				line[i] = nil
			}
		}
		n++
		b.do(s.SetRow("A"+strconv.Itoa(n), line))
	}
	b.do(s.Flush())
	return b.bytes()
}
