package sheet

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
)

// Doubt is what can't be read for certain, or is worth knowing. Its words are
// sheet.doubt.<Reason> and sheet.fix.<Reason>.
type Doubt struct {
	Sheet  string
	Cell   string // B7; "" where it concerns a whole row or file
	Field  string
	Reason string
	Raw    string // as the cell stands
	Args   map[string]any
	Stops  bool // the row can't go in
}

// Value is one field of a record, as read.
type Value struct {
	Field string
	Cell  string
	Raw   string // as the cell shows it
	Text  string // as it is understood: days as 2026-03-05, words as the case file spells them
}

// Record is one person, half-day or trip.
type Record struct {
	Row    int
	Part   int // of a row that holds several people, from 0
	Parts  int // 1 for most
	Hidden bool
	Values []Value
	Doubts []Doubt
}

// Get gives a field as understood.
func (r Record) Get(name string) string {
	for _, v := range r.Values {
		if v.Field == name {
			return v.Text
		}
	}
	return ""
}

// Cell gives the cell in which a field stands.
func (r Record) Cell(name string) string {
	for _, v := range r.Values {
		if v.Field == name {
			return v.Cell
		}
	}
	return ""
}

// Stopped tells whether something keeps the record from going in.
func (r Record) Stopped() bool {
	return slices.ContainsFunc(r.Doubts, func(d Doubt) bool { return d.Stops })
}

// Left is a row that is no record, and why: the end of sheet.row.*
type Left struct {
	Row  int
	Why  string
	Text string // how it begins
}

// Why a row is left out.
//
// ui:keys sheet.row.*
// ui:keys sheet.left.*
const (
	leftSubtotal = "subtotal"
	leftNote     = "note"
	leftHeader   = "header"
	leftExample  = "example"
	leftHidden   = "hidden"
	leftNothing  = "nothing"
)

// Reading is a file as understood.
type Reading struct {
	Form     Form
	Format   string
	Encoding string
	Sheet    string
	Top      int // rows of the header; 0 for none
	Bottom   int
	Columns  []Column
	Records  []Record
	Left     []Left
	Notes    []Doubt // about the whole file
	Sheets   []SheetNote

	book  *Book
	sheet *Sheet
}

// Named tells whether people gave the sheet its name: a text file has none.
func (r Reading) Named() bool { return r.Format == "xlsx" }

// SheetNote is a sheet that may be chosen.
type SheetNote struct {
	Name   string
	Hidden bool
	Rows   int
}

// Known is what a reading may know beyond the file.
type Known struct {
	Today   calendar.Date
	Around  [2]calendar.Date         // days of the trip
	Country func(name string) string // code of a country; "" for none
	Unit    string                   // the reader's own, in full
}

// MaxRecords is how many rows one file may bring.
const MaxRecords = 60_000

// Read understands a book. What it refuses is a fault.Invalid about "file".
func Read(b Book, f Form, choice Choice, known Known) (Reading, error) {
	t, err := find(&b, f, choice)
	if err != nil {
		return Reading{}, err
	}
	out := Reading{Form: f, Format: b.Format, Encoding: b.Encoding, Sheet: t.sheet.Name, Top: t.top, Bottom: t.bottom, Columns: t.columns, book: &b, sheet: t.sheet}
	for _, s := range b.Sheets {
		out.Sheets = append(out.Sheets, SheetNote{s.Name, s.Hidden, len(s.Rows)})
	}
	r := reader{known: known, table: t, out: &out, fields: map[string]int{}}
	for _, c := range t.columns {
		if c.Field != "" {
			r.fields[c.Field] = c.Index
		}
	}
	r.unit = r.moneyUnit()
	hidden := 0
	for _, row := range t.sheet.Rows {
		if row.Number <= t.bottom {
			continue
		}
		if row.Hidden {
			if hidden++; !choice.Hidden {
				out.Left = append(out.Left, Left{row.Number, leftHidden, beginning(row)})
				continue
			}
		}
		if why := r.noRecord(row); why != "" {
			if why != leftNothing || beginning(row) != "" {
				out.Left = append(out.Left, Left{row.Number, why, beginning(row)})
			}
			continue
		}
		out.Records = append(out.Records, r.row(row)...)
		if len(out.Records) > MaxRecords {
			return Reading{}, refuse("long", map[string]any{"Limit": MaxRecords, "Sheet": t.sheet.Name, "Cell": Ref(0, row.Number)})
		}
	}
	if len(out.Records) == 0 && len(out.Left) == 0 {
		return Reading{}, refuse("no_rows", nil)
	}
	r.twice()
	r.tellFile(&b, choice, hidden)
	return out, nil
}

type reader struct {
	known  Known
	table  table
	out    *Reading
	fields map[string]int
	unit   string            // of money: yuan, wan or ""
	above  map[string]string // of an itinerary, what was said of day and place
}

func beginning(row Row) string {
	var parts []string
	for i, c := range row.Cells {
		if c.Kind == Empty || c.Merged && i > 0 && row.Cells[i-1].Text == c.Text {
			continue
		}
		if parts = append(parts, strings.TrimSpace(c.Text)); len(parts) == 4 {
			break
		}
	}
	s := []rune(strings.Join(strings.Fields(strings.Join(parts, " ")), " "))
	if len(s) > 40 {
		return string(s[:40]) + "…"
	}
	return string(s)
}

var (
	subtotalRE = regexp.MustCompile(`^(?:[一二三四五六七八九十]、)?(?:.{0,12}(?:合计|小计|总计|共计|累计)|total|subtotal|grandtotal|sum|共计?[0-9]+[人个项团].*)(?:[:：(（].*)?$`)
	noteRE     = regexp.MustCompile(`^(?:注|备注|说明|填表|填报|制表|审核|审批|经办|联系人|单位负责人|负责人签字|单位[(（]?盖章|盖章|填写|日期|以上|以下|note|remark)`)
	exampleRE  = regexp.MustCompile(`^(?:示例|样例|例[:：如]|填写示例|样表|example)`)
)

// noRecord tells why a row is none; "" when it is one.
func (r *reader) noRecord(row Row) string {
	filled, mapped, same := 0, 0, true
	text, firstCell := "", ""
	for i, c := range row.Cells {
		if c.Kind == Empty {
			continue
		}
		if filled++; filled == 1 {
			text, firstCell = strings.TrimSpace(c.Text), foldTitle(c.Text)
		}
		same = same && c.Text == row.Cells[0].Text
		for _, col := range r.table.columns {
			if col.Index == i && col.Field != "" && !(c.Merged && len(row.Cells) > 0 && same && i > 0) {
				mapped++
			}
		}
	}
	if filled == 0 {
		return leftNothing
	}
	if r.repeatsHeader(row) {
		return leftHeader
	}
	numbered := len(dossier.FoldCode(r.cellOf(row, "idNumber").Text)) >= 15
	named := r.cellOf(row, "name").Text + r.cellOf(row, "familyName").Text + r.cellOf(row, "idNumber").Text
	for i := 0; i < len(row.Cells) && i < 3; i++ {
		if t := foldTitle(row.Cells[i].Text); row.Cells[i].Kind == Text && subtotalRE.MatchString(t) && !numbered {
			return leftSubtotal
		}
	}
	switch {
	case exampleRE.MatchString(text):
		return leftExample
	case filled > 1 && same, filled == 1 && (noteRE.MatchString(firstCell) || utf8.RuneCountInString(text) > 40), filled <= 4 && noteRE.MatchString(firstCell) && !numbered:
		return leftNote
	case mapped == 0:
		return leftNothing
	case r.out.Form == Rates && r.cellOf(row, "lodging").Kind == Empty && r.cellOf(row, "meals").Kind == Empty && r.cellOf(row, "incidentals").Kind == Empty:
		return leftNote // the heading of a continent
	case (r.out.Form == People || r.out.Form == Members) && strings.TrimSpace(named) == "" && mapped < 2:
		return leftNothing
	}
	return ""
}

// repeatsHeader knows the header again where it is printed on each page.
func (r *reader) repeatsHeader(row Row) bool {
	if r.table.top == 0 {
		return false
	}
	same, filled := 0, 0
	for i, c := range row.Cells {
		if c.Kind == Empty {
			continue
		}
		filled++
		if t := foldTitle(c.Text); t != "" && t == r.table.titles[i] {
			same++
		}
	}
	return same >= 2 && same*10 >= filled*8
}

func (r *reader) cellOf(row Row, name string) Cell {
	if i, ok := r.fields[name]; ok {
		return row.At(i)
	}
	return Cell{}
}

// several takes the people of one cell apart: by lines, 、 and the like, and by
// blanks between names that are whole by themselves ("张 三" is one).
func several(s string) []string {
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("、，,;；/／\n\r|", r) })
	parts = slices.DeleteFunc(parts, func(p string) bool { return strings.TrimSpace(p) == "" })
	if len(parts) == 1 {
		words := dossier.WithSurnames(strings.Fields(dossier.FoldText(parts[0])))
		if len(words) > 1 && !slices.ContainsFunc(words, func(w string) bool { return utf8.RuneCountInString(w) < 2 || !hanName.MatchString(w) }) {
			return words
		}
		if len(words) == 1 {
			return words
		}
	}
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

// row reads one row; several people in it become several records.
func (r *reader) row(row Row) []Record {
	if r.out.Form != People && r.out.Form != Members {
		return r.plain(row)
	}
	col, named := r.fields["name"]
	if !named {
		return []Record{r.record(row, row.Cells, 0, 1)}
	}
	who := row.At(col)
	names := several(who.Text)
	if who.Kind != Text || len(names) < 2 {
		return []Record{r.record(row, row.Cells, 0, 1)}
	}
	var out []Record
	for i, name := range names {
		cells := slices.Clone(row.Cells)
		var uneven []int
		for _, c := range r.table.columns {
			cell := row.At(c.Index)
			if c.Field == "" || c.Index == col || cell.Kind == Empty {
				continue
			}
			own := slices.DeleteFunc(strings.FieldsFunc(cell.Text, func(r rune) bool { return strings.ContainsRune("、；;\n\r/", r) }), func(p string) bool { return strings.TrimSpace(p) == "" })
			switch {
			case cell.Kind == Text && len(own) == len(names):
				cells[c.Index] = Cell{Kind: Text, Text: strings.TrimSpace(own[i])}
			case !personal(c.Field) && len(own) < 2:
			default:
				uneven = append(uneven, c.Index)
				cells[c.Index] = Cell{}
			}
		}
		cells[col] = Cell{Kind: Text, Text: name}
		rec := r.record(row, cells, i, len(names))
		rec.Doubts = append(rec.Doubts, r.doubt(col, row.Number, "name", "several", who.Text, false, map[string]any{"Count": len(names)}))
		for _, c := range uneven {
			rec.Doubts = append(rec.Doubts, r.doubt(c, row.Number, r.fieldAt(c), "several.uneven", row.At(c).Text, true, map[string]any{"Count": len(names)}))
		}
		out = append(out, rec)
	}
	return out
}

func (r *reader) fieldAt(col int) string {
	for _, c := range r.table.columns {
		if c.Index == col {
			return c.Field
		}
	}
	return ""
}

// personal are the fields that two people never share.
func personal(name string) bool {
	switch name {
	case "idNumber", "mobile", "email", "idExpires", "dateOfBirth", "sex", "latin", "latinSurname", "latinGivenNames", "familyName", "givenName", "role":
		return true
	}
	return false
}

func (r *reader) doubt(col, row int, name, reason, raw string, stops bool, args map[string]any) Doubt {
	return Doubt{Sheet: r.table.sheet.Name, Cell: Ref(col, row), Field: name, Reason: reason, Raw: clip(raw), Args: args, Stops: stops}
}

// clip keeps a quotation short.
func clip(s string) string {
	if r := []rune(strings.TrimSpace(s)); len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return strings.TrimSpace(s)
}

// record reads the cells of one person.
func (r *reader) record(row Row, cells []Cell, part, parts int) Record {
	rec := Record{Row: row.Number, Part: part, Parts: parts, Hidden: row.Hidden}
	for _, c := range r.table.columns {
		if c.Field != "" && c.Index < len(cells) && cells[c.Index].Kind != Empty {
			r.value(&rec, c.Field, c.Index, cells[c.Index])
		}
	}
	r.whole(&rec)
	return rec
}

// plain reads a row of an itinerary or a plan.
func (r *reader) plain(row Row) []Record {
	cells := slices.Clone(row.Cells)
	rec := r.record(row, cells, 0, 1)
	switch r.out.Form {
	case Rates:
		return r.places(rec)
	case Plan:
		return []Record{rec}
	}
	// Day and place stand once and hold for the rows below, as people read them.
	if r.above == nil {
		r.above = map[string]string{}
	}
	for _, name := range []string{"date", "country", "city"} {
		_, has := r.fields[name]
		switch {
		case !has:
		case rec.Get(name) != "":
			r.above[name] = rec.Get(name)
			if name == "date" {
				delete(r.above, "half")
			}
		case r.above[name] != "" && !slices.ContainsFunc(rec.Doubts, func(d Doubt) bool { return d.Field == name }):
			rec.Values = append(rec.Values, Value{Field: name, Cell: Ref(r.fields[name], row.Number), Text: r.above[name]})
			if name == "date" {
				rec.Doubts = append(rec.Doubts, r.doubt(r.fields[name], row.Number, name, "above", "", false, map[string]any{"Day": r.above[name]}))
			}
		}
	}
	if rec.Get("date") == "" && !rec.Stopped() {
		rec.Doubts = append(rec.Doubts, r.doubt(r.fields["date"], row.Number, "date", "date.missing", "", true, nil))
	}
	return r.halves(rec)
}

// places makes of a row of rates one for each city that it names. A country
// and its currency stand once and hold for the rows below, until the next.
func (r *reader) places(rec Record) []Record {
	if r.above == nil || rec.Cell("country") != "" {
		r.above = map[string]string{} // one that can't be read holds for nothing below
	}
	for _, name := range []string{"country", "currency"} {
		switch {
		case rec.Get(name) != "":
			r.above[name] = rec.Get(name)
		case rec.Cell(name) == "" && r.above[name] != "":
			rec.Values = append(rec.Values, Value{Field: name, Cell: Ref(r.fields[name], rec.Row), Text: r.above[name]})
		}
	}
	for _, name := range []string{"country", "currency", "lodging", "meals", "incidentals"} {
		if rec.Get(name) == "" && !slices.ContainsFunc(rec.Doubts, func(d Doubt) bool { return d.Field == name }) {
			rec.Doubts = append(rec.Doubts, r.doubt(r.fields[name], rec.Row, name, "rate.missing", "", true, nil))
		}
	}
	cities := several(rec.Get("city"))
	if len(cities) == 0 {
		return []Record{rec}
	}
	var out []Record
	for i, city := range cities {
		one := rec
		one.Part, one.Parts = i, len(cities)
		one.Values = slices.DeleteFunc(slices.Clone(rec.Values), func(v Value) bool { return v.Field == "city" })
		if !elsewhereRE.MatchString(foldTitle(city)) { // the rest of a country is the row without a city
			one.Values = append(one.Values, Value{Field: "city", Cell: rec.Cell("city"), Raw: city, Text: city})
		}
		out = append(out, one)
	}
	return out
}

var elsewhereRE = regexp.MustCompile(`^(?:其他|其它|其余|other|allother|rest)(?:城市|地区|cities|places)?$`)

// halves makes of a row the half-days that it speaks of.
func (r *reader) halves(rec Record) []Record {
	split := func(half, activity string) Record {
		out := rec
		out.Values = slices.DeleteFunc(slices.Clone(rec.Values), func(v Value) bool {
			return v.Field == "half" || v.Field == "morning" || v.Field == "afternoon" || activity != "" && v.Field == "activity"
		})
		out.Doubts = slices.Clone(rec.Doubts)
		cell := cmp.Or(rec.Cell("half"), rec.Cell("date"), Ref(0, rec.Row))
		if activity != "" {
			from := map[string]string{"am": "morning", "pm": "afternoon"}[half]
			cell = rec.Cell(from)
			out.Values = append(out.Values, Value{Field: "activity", Cell: cell, Raw: activity, Text: activity})
		}
		out.Values = append(out.Values, Value{Field: "half", Cell: cell, Text: half})
		return out
	}
	am, pm := rec.Get("morning"), rec.Get("afternoon")
	var out []Record
	switch half := rec.Get("half"); {
	case am != "" || pm != "":
		if am != "" {
			out = append(out, split("am", am))
		}
		if pm != "" {
			out = append(out, split("pm", pm))
		}
	case half == "day":
		out = append(out, split("am", ""), split("pm", ""))
	case half != "" || rec.Stopped():
		return []Record{rec}
	default:
		rec.Doubts = append(rec.Doubts, Doubt{Sheet: r.table.sheet.Name, Cell: cmp.Or(rec.Cell("date"), Ref(0, rec.Row)), Field: "half", Reason: "half.whole"})
		out = append(out, split("am", ""), split("pm", ""))
	}
	for i := range out {
		out[i].Part, out[i].Parts = i, len(out)
		if i > 0 {
			out[i].Doubts = slices.DeleteFunc(slices.Clone(out[i].Doubts), func(d Doubt) bool { return !d.Stops })
		}
	}
	return out
}

// whole looks at what the fields of one record say of each other.
func (r *reader) whole(rec *Record) {
	if r.out.Form == Plan {
		return
	}
	if r.out.Form != People && r.out.Form != Members {
		return
	}
	if rec.Get("familyName")+rec.Get("givenName") == "" && rec.Get("idNumber") == "" && !rec.Stopped() {
		rec.Doubts = append(rec.Doubts, r.doubt(r.nameColumn(), rec.Row, "name", "name.missing", "", true, nil))
	}
	id := dossier.ReadID(rec.Get("idNumber"))
	if id.Verdict != dossier.IDGood {
		return
	}
	if born := rec.Get("dateOfBirth"); born != "" && born != id.Birth.String() {
		r.contradicts(rec, "dateOfBirth", "birth.contradicts", map[string]any{"Day": id.Birth.String()})
	}
	if sex := rec.Get("sex"); sex != "" && sex != string(id.Sex) {
		r.contradicts(rec, "sex", "sex.contradicts", nil)
	}
}

func (r *reader) nameColumn() int {
	for _, name := range []string{"name", "familyName", "givenName", "idNumber"} {
		if c, ok := r.fields[name]; ok {
			return c
		}
	}
	return 0
}

func (r *reader) contradicts(rec *Record, name, reason string, args map[string]any) {
	for _, v := range rec.Values {
		if v.Field == name {
			rec.Doubts = append(rec.Doubts, Doubt{Sheet: r.table.sheet.Name, Cell: v.Cell, Field: name, Reason: reason, Raw: clip(v.Raw), Args: args, Stops: true})
		}
	}
}

// twice finds one person in two rows, by the identity number or, where a row has
// none, by the name: the same again is left out, a difference stops the later one.
func (r *reader) twice() {
	if r.out.Form != People && r.out.Form != Members {
		return
	}
	numbers, names := map[string]int{}, map[string]int{}
	kept := r.out.Records[:0]
	for _, rec := range r.out.Records {
		number, name := rec.Get("idNumber"), rec.Get("familyName")+rec.Get("givenName")
		i, was := numbers[number]
		field, reason := "idNumber", "duplicate.differs"
		if !was && name != "" && rec.Cell("idNumber") == "" || !was && nameless(kept, names, name) {
			i, was = names[name]
			field, reason = "familyName", "duplicate.name"
		}
		if !was {
			if number != "" && !rec.Stopped() {
				numbers[number] = len(kept)
			}
			if _, had := names[name]; name != "" && !had && !rec.Stopped() {
				names[name] = len(kept)
			}
			kept = append(kept, rec)
			continue
		}
		first := kept[i]
		if sameValues(first, rec) {
			kept[i].Doubts = append(kept[i].Doubts, Doubt{Sheet: r.table.sheet.Name, Cell: rec.Cell(field), Field: field, Reason: "duplicate.same", Args: map[string]any{"Row": rec.Row}})
			continue
		}
		rec.Doubts = append(rec.Doubts, Doubt{Sheet: r.table.sheet.Name, Cell: rec.Cell(field), Field: field, Reason: reason, Args: map[string]any{"Row": first.Row, "Cell": first.Cell(field)}, Stops: true})
		kept = append(kept, rec)
	}
	r.out.Records = kept
}

// nameless tells whether a row above has this name and no number: whether both
// mean one person, nobody can tell.
func nameless(kept []Record, names map[string]int, name string) bool {
	i, was := names[name]
	return was && kept[i].Cell("idNumber") == ""
}

func sameValues(a, b Record) bool {
	values := func(r Record) map[string]string {
		m := map[string]string{}
		for _, v := range r.Values {
			m[v.Field] = v.Text
		}
		return m
	}
	return maps.Equal(values(a), values(b))
}

// tellFile says what of the file isn't read, or was read in a certain way.
func (r *reader) tellFile(b *Book, choice Choice, hidden int) {
	note := func(reason string, args map[string]any) {
		r.out.Notes = append(r.out.Notes, Doubt{Sheet: r.table.sheet.Name, Reason: reason, Args: args})
	}
	for _, s := range b.Sheets {
		if s.Hidden && s.Name != r.table.sheet.Name && len(s.Rows) > 0 {
			note("file.hidden_sheet", map[string]any{"Name": s.Name, "Count": len(s.Rows)})
		}
	}
	if hidden > 0 {
		note(map[bool]string{true: "file.hidden_rows_taken", false: "file.hidden_rows"}[choice.Hidden], map[string]any{"Count": hidden})
	}
	for _, c := range r.out.Columns {
		switch {
		case c.Hidden && c.Field != "":
			note("file.hidden_column", map[string]any{"Column": Letters(c.Index), "Title": c.Title})
		case c.Twice && c.Sample != "": // an empty one loses nothing
			note("file.twice", map[string]any{"Column": Letters(c.Index), "Title": c.Title})
		}
	}
	if r.table.top == 0 {
		note("file.bare", nil)
	}
	if b.Since04 {
		note("file.since04", nil)
	}
	if r.out.Encoding == "GB18030" {
		note("file.gb18030", nil)
	}
	external := 0
	for _, row := range r.table.sheet.Rows {
		for _, c := range row.Cells {
			if c.External {
				external++
			}
		}
	}
	if external > 0 {
		note("file.external", map[string]any{"Count": external})
	}
	if r.out.Form == Plan && r.unit != "" {
		note("file.unit."+r.unit, nil)
	}
}

// String is for tests and logs: no value of a person is in it.
func (d Doubt) String() string {
	return fmt.Sprintf("%s!%s %s: %s", d.Sheet, d.Cell, d.Field, d.Reason)
}
