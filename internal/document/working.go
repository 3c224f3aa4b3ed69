package document

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"rsc.io/qr"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
)

// Working is a paper that is made on the spot for whoever needs it (申报表,
// 人员名单, 日程表 and others of the list of materials). It is no document of the
// office: nobody signs it, it is kept nowhere, and its foot says from which state
// of the case it was made. The same case gives the same bytes.
type Working struct {
	Kind    dossier.MaterialKind
	Title   string
	About   string // whose it is, under the title
	By      string // the unit or office that makes it
	English bool
	State   State
	Foot    string // says so on each page
	Mark    string // across each page; "" for none
	Parts   []Part
	// Code stands as a QR code above the title, with lines beside it; "" for none.
	Code     string
	CodeSays []string
}

// State is the state of a case from which a paper is made.
type State struct {
	Round     int           // the n-th time that it was handed in; 0 while it is being written
	Otherwise bool          // the approval says something else since
	Granted   bool          // with those alone whom the office approved
	Changed   bool          // by a change that was granted since
	On        calendar.Date // when that was
	Approval  string        // number of the approval, where the paper is made from an order on it
}

// english is a day as letters abroad write it.
func english(d calendar.Date) string {
	return fmt.Sprintf("%d %s %d", d.Day(), d.Month(), d.Year())
}

// From is what working papers are made from: the case as it stands and, for a
// paper of one member, what is known of them beyond it.
type From struct {
	Case     dossier.Case
	Member   int
	Personal Personal
	Booklets []Booklet // those that members are to get
	Visa     Visa      // for which a form is filled in
	State    State
	By       string // who makes it
	Office   string // to which the unit writes
	Unit     string // whose case it is, in the paper's language; "" where only the case's own name is known
	Employer string // of a member from another unit, likewise
	English  bool
	Country  Country // in the paper's language
	// Word spells a word of the case file's closed lists in the paper's language.
	Word    func(list, word string) string
	Wording Wording // the office's own
}

// say is a sentence, in the English form that it has for an English paper.
func (f From) say(key string, args ...any) string {
	if _, has := SentenceOf(key + inEnglish); f.English && has {
		key += inEnglish
	}
	return f.Wording.say(key, args...)
}

func (f From) columns(all ...string) []string {
	var out []string
	for _, c := range all {
		out = append(out, f.say("column."+c))
	}
	return out
}

// foot says what a paper is and from which state of the case it was made.
func (f From) foot() string {
	state, on := "submitted", f.day(f.State.On)
	switch {
	case f.State.Approval != "":
		state = "ordered"
	case f.State.Changed:
		state = "changed"
	case f.State.Granted:
		state = "granted"
	case f.State.Otherwise:
		state = "asked"
	case f.State.Round == 0:
		state = "written"
	}
	return f.say("working.foot", "State", f.say("working.state."+state, "Date", on, "Round", f.State.Round, "Approval", f.State.Approval))
}

// Booklet is one that a member is to get.
type Booklet struct {
	Member int
	Type   string // dossier.PassportType
	Why    string // in words
	Old    string // end of the number of the one that it replaces
	Due    calendar.Date
}

// Personal is what the forms for booklets and visas want of somebody beyond the
// case.
type Personal struct {
	BirthPlace  string
	FormerName  string
	HomeAddress string
	BornAbroad  bool
	// In Latin letters, for forms in English; "" where nobody gave them.
	BirthPlaceEn, FormerLatin, HomeEn, PostEn string

	Marital   string
	Email     string // as it stands in the file: a case may have been handed in without
	Mobile    string
	Family    []Kin
	Schooling []Span
	Jobs      []Span
	Confirmed calendar.Date // when it was last said to be right
}

// Kin is one of the family.
type Kin struct {
	Relation string
	Name     string
	Born     calendar.Date
	Work     string
}

// Span is a time at a school or in a job, in months: 2019-09.
type Span struct{ From, To, Where, What string }

// maker makes one kind of working paper. While ready says no, the case lacks
// what the paper would say.
type maker struct {
	ready func(From) bool
	make  func(From) Working
}

var makers = map[dossier.MaterialKind]maker{
	"M02": {hasPeople, applicationForm},
	"M03": {hasPeople, memberList},
	"M07": {hasDays, itinerary},
	"M18": {hasPeople, teamSheet},
	"M27": {hasMember, bookletForm},
	"M33": {hasForm, visaForm},
	"M38": {hasHistory, personalSheet},
}

// pledges are made ready for the hand or the seal of whom they are of, who signs them
// and gives them back: unlike the others they have still to be given.
var pledges = map[dossier.MaterialKind]maker{
	"M01": {hasTask, request},
	"M09": {hasBudget, budgetForm},
	"M13": {hasMember, commitment},
}

// ToSign tells whether a kind of paper is made ready to be signed.
func ToSign(kind dossier.MaterialKind) bool { return pledges[kind].make != nil }

// Makes tells whether a kind of paper is made on the spot.
func Makes(kind dossier.MaterialKind) bool { return makers[kind].make != nil }

// Make makes a paper; false while the case lacks what it would say.
func Make(kind dossier.MaterialKind, f From) (Working, bool) {
	m, is := pledges[kind]
	if !is {
		m = makers[kind]
	}
	if m.make == nil || !m.ready(f) {
		return Working{}, false
	}
	w := m.make(f)
	w.Kind, w.By, w.English, w.State, w.Foot, w.Mark = kind, f.By, f.English, f.State, f.foot(), f.Wording[markKey]
	return w, true
}

// Print lays a working paper out.
func (w Working) Print() ([]byte, error) {
	if w.Title == "" || w.State.On.IsZero() {
		return nil, fmt.Errorf("laying out %s: it has no title, or its state no day", w.Kind)
	}
	l := newLayout()
	if w.English {
		l.lang = "en"
	}
	if w.Code != "" {
		w.code(l)
	}
	w.lay(l)
	l.number()
	w.foot(l)
	l.mark(w.Mark)
	if err := l.refusal(); err != nil {
		return nil, fmt.Errorf("laying out %s: %w", w.Kind, err)
	}
	return l.file(notOurs(w.By, w.State.On), w.Title)
}

// aboveTitle is the side of a code in the margin above the title, in mm.
const aboveTitle = 20.0

func (w Working) code(l *layout) {
	q, err := qr.Encode(w.Code, qr.M)
	if err != nil {
		l.err = cmp.Or(l.err, fmt.Errorf("drawing the code for %q: %w", w.Code, err))
		return
	}
	y := (marginTop - aboveTitle) / 2
	l.drawCode(q, marginLeft, y, aboveTitle, w.Code)
	keep := l.top
	l.top = y
	st := small()
	st.left, st.width = aboveTitle+4, typeWidth-aboveTitle-4
	for _, says := range w.CodeSays {
		l.paragraph(st, span{says, body})
	}
	l.top = keep
}

func small() style {
	return style{tag: "P", size: sizeS, pitch: tablePitch + 0.6, width: typeWidth, align: ragged, ink: black}
}

func (w Working) lay(l *layout) {
	l.balanced(titleStyle(), span{w.Title, title})
	if w.About != "" {
		st := small()
		st.align = centred
		l.paragraph(st, span{w.About, body})
	}
	for _, p := range w.Parts {
		l.top += tablePitch / 2
		head, text := small(), small()
		head.tag, head.size, text.indent, text.align = "H2", size4, 2, justified
		if w.English {
			text.indent, text.align = 0, ragged
		}
		head.pitch += 1
		if p.Head == "" {
			head.pitch = 0
		}
		table, least := table{}, text.pitch
		if len(p.Rows) > 0 {
			table = l.newTable(columnsOf(p), p.Rows)
			least = table.start()
		}
		if !l.room(head.pitch + least) {
			l.newPage()
		}
		if p.Head != "" {
			l.paragraph(head, span{p.Head, heading})
		}
		if len(p.Rows) > 0 {
			l.table(table)
		} else {
			for _, t := range strings.Split(strings.TrimSpace(p.Text), "\n") {
				l.paragraph(text, span{t, body})
			}
		}
	}
}

// columnsOf shares the page out: names beside their values, else to each column
// what its longest line wants, and the rest among those that want more.
func columnsOf(p Part) []column {
	if len(p.Cols) == 0 {
		if len(p.Rows[0]) > 2 {
			return []column{{"", 27, true}, {"", 51, false}, {"", 27, true}, {"", 51, false}}
		}
		return []column{{"", 36, true}, {"", 120, false}}
	}
	cols, open, left := make([]column, len(p.Cols)), len(p.Cols), typeWidth
	for i, head := range p.Cols {
		cols[i] = column{head: head, centre: i == 0}
	}
	for fixed := true; fixed && open > 0; {
		fixed = false
		for i := range cols {
			wants := ems(p, i)*sizeS/perMM + 2*tablePad + 1
			if cols[i].width == 0 && wants <= left/float64(open) {
				cols[i].width, left, open, fixed = wants, left-wants, open-1, true
			}
		}
	}
	for i := range cols {
		if cols[i].width == 0 {
			cols[i].width = left / float64(open)
		}
	}
	return cols
}

// foot stands on each page. A reader hears it once.
func (w Working) foot(l *layout) {
	st := style{size: size9, width: typeWidth, align: ragged}
	lines := l.broken(st, []span{{w.Foot, body}})
	e := l.root.add("P")
	for i, c := range l.pages {
		draw := func() {
			y := typeBottom + 14.0
			for _, ln := range lines {
				c.line(l, ln, marginLeft+(typeWidth-ln.width/perMM)/2, y, size9)
				y += 4.2
			}
		}
		if i > 0 {
			c.artifact(draw)
			continue
		}
		c.mark(e, i)
		draw()
		c.unmark()
	}
}

// sheet gathers values with their names, and leaves out what isn't there.
type sheet struct {
	of    From
	lines [][]string
}

func (f From) sheet() sheet { return sheet{of: f} }

func (s *sheet) add(field, value string) {
	if value = strings.TrimSpace(value); value != "" {
		s.lines = append(s.lines, []string{s.of.say("field." + field), value})
	}
}

// rows gives one value a row, or two where all are short.
func (s sheet) rows() [][]string {
	for _, x := range s.lines {
		if len([]rune(x[0])) > 6 || len([]rune(x[1])) > 22 {
			return s.lines
		}
	}
	var out [][]string
	for i := 0; i < len(s.lines); i += 2 {
		next := []string{"", ""}
		if i+1 < len(s.lines) {
			next = s.lines[i+1]
		}
		out = append(out, append(slices.Clone(s.lines[i]), next...))
	}
	return out
}

// parts gathers those that say something.
type parts []Part

func (ps *parts) sheet(head string, s sheet) {
	if len(s.lines) > 0 {
		*ps = append(*ps, Part{Head: head, Rows: s.rows()})
	}
}

func (ps *parts) table(head string, cols []string, rows [][]string) {
	if len(rows) > 0 {
		*ps = append(*ps, Part{Head: head, Cols: cols, Rows: rows})
	}
}

func (ps *parts) text(head, text string) {
	if strings.TrimSpace(text) != "" {
		*ps = append(*ps, Part{Head: head, Text: text})
	}
}

func hasPeople(f From) bool { return len(f.Case.Members) > 0 }

// word spells what may be absent.
func (f From) word(list string, w string) string {
	if w == "" {
		return ""
	}
	return f.Word(list, w)
}

func day(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return chinese(d)
}

// short is a day for a narrow column.
func short(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d.%02d.%02d", d.Year(), int(d.Month()), d.Day())
}
