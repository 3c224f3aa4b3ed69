package sheet

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"yitang/internal/dossier"
)

// Choice is what somebody has decided about a file; its zero value lets
// everything be found.
type Choice struct {
	Sheet   string         `json:"sheet,omitempty"`   // name; "" for the one found
	Header  int            `json:"header,omitempty"`  // last row of the header; 0 for the one found, -1 for none
	Columns map[int]string `json:"columns,omitempty"` // field of a column; "-" for none
	Hidden  bool           `json:"hidden,omitempty"`  // hidden rows count too
}

// Column is one column of the table.
type Column struct {
	Index  int
	Title  string // as written over it
	Field  string // "" for one that isn't taken
	Known  bool   // its title is known, taken or not
	Left   string // known and never taken: why, the end of sheet.left.*
	Twice  bool   // another column has its field
	Hidden bool
	Sample string
}

// table is where the rows are.
type table struct {
	sheet   *Sheet
	top     int // number of the header's first row; 0 for none
	bottom  int
	columns []Column
	score   int
	titles  map[int]string // foldTitle of the header by column, to know it again
}

const headerDepth = 40 // rows that may stand above a header

// find picks the sheet and the header that name the most fields.
func find(b *Book, f Form, choice Choice) (table, error) {
	def := vocab().Forms[f]
	var best table
	for i := range b.Sheets {
		s := &b.Sheets[i]
		if choice.Sheet != "" && s.Name != choice.Sheet || choice.Sheet == "" && s.Hidden {
			continue
		}
		t, ok := headerIn(s, def, choice.Header)
		if !ok && choice.Header <= 0 {
			t, ok = bare(s, f)
		}
		if ok && (best.sheet == nil || t.score > best.score) {
			best = t
		}
	}
	if best.sheet == nil {
		return table{}, noTable(b, f, choice)
	}
	best.choose(def, choice)
	if best.top > 0 && !def.met(best.columns) && choice.Header == 0 && len(choice.Columns) == 0 {
		return table{}, noTable(b, f, choice)
	}
	return best, nil
}

// noTable says where a header was looked for and what is needed.
func noTable(b *Book, f Form, choice Choice) error {
	var hidden []string
	for _, s := range b.Sheets {
		if s.Hidden {
			hidden = append(hidden, s.Name)
		}
	}
	if len(hidden) == len(b.Sheets) && choice.Sheet == "" {
		return refuse("all_hidden", map[string]any{"Sheet": hidden[0]})
	}
	return refuse("no_table."+string(f), nil)
}

func (f *form) met(cs []Column) bool {
	has := map[string]bool{}
	for _, c := range cs {
		has[c.Field] = true
	}
	return slices.ContainsFunc(f.Needs, func(need []string) bool {
		return !slices.ContainsFunc(need, func(n string) bool { return !has[n] })
	})
}

// headerIn looks for the one to three rows that name the most fields.
func headerIn(s *Sheet, def *form, at int) (table, bool) {
	var best table
	bestDepth := 0
	for i := 0; i < len(s.Rows) && i < headerDepth; i++ {
		for depth := 1; depth <= 3 && i+depth <= len(s.Rows); depth++ {
			last := s.Rows[i+depth-1].Number
			if at > 0 && last != at || last-s.Rows[i].Number >= 4 {
				continue
			}
			t := table{sheet: s, top: s.Rows[i].Number, bottom: last}
			t.columns = titles(s.Rows[i : i+depth])
			fields := map[string]bool{}
			known := 0
			for k := range t.columns {
				c := &t.columns[k]
				name := def.match(strings.Split(c.Title, titleBreak))
				if name == "" {
					continue
				}
				c.Known = true
				known++
				if vocab().Fields[name].Kind == notTaken {
					c.Left = name
					continue
				}
				c.Field = name
				fields[name] = true
			}
			for k := range t.columns {
				c := &t.columns[k]
				if n := def.second[foldTitle(lastOf(c.Title))]; c.Field != "" && n != "" && !fields[n] {
					delete(fields, c.Field)
					c.Field, fields[n] = n, true
				}
			}
			t.score = 100*len(fields) + known
			// Of two that name as much the shallower: a title above isn't part of it.
			better := t.score > best.score || t.score == best.score && depth < bestDepth
			if len(fields) > 0 && better && (def.met(t.columns) || best.sheet == nil) {
				best, bestDepth = t, depth
			}
		}
	}
	if best.sheet == nil && at > 0 { // said by somebody who sees it, whatever its titles
		for i, r := range s.Rows {
			if r.Number == at {
				return table{sheet: s, top: at, bottom: at, columns: titles(s.Rows[i : i+1])}, true
			}
		}
	}
	if best.sheet == nil || at == 0 && !def.met(best.columns) {
		return table{}, false
	}
	return best, true
}

// titleBreak stands between the levels of a title, where no title has it.
const titleBreak = "\x1f"

// titles joins the levels of a header for each column.
func titles(rows []Row) []Column {
	width := 0
	for _, r := range rows {
		width = max(width, len(r.Cells))
	}
	var out []Column
	for c := range width {
		var levels []string
		for _, r := range rows {
			cell := r.At(c)
			text := strings.TrimSpace(cell.Text)
			if cell.Kind == Empty || text == "" || len(levels) > 0 && levels[len(levels)-1] == text {
				continue
			}
			levels = append(levels, text)
		}
		if len(levels) > 0 {
			out = append(out, Column{Index: c, Title: strings.Join(levels, titleBreak)})
		}
	}
	return out
}

// match finds the field of a title of several levels: all of them together,
// the lowest, then the highest, which stands over one column alone.
func (f *form) match(levels []string) string {
	last := levels[len(levels)-1]
	if len(levels) > 1 {
		for i := range len(levels) - 1 {
			if n := f.titles[foldTitle(aside.ReplaceAllString(levels[i], ""))+"/"+foldTitle(aside.ReplaceAllString(last, ""))]; n != "" {
				return n
			}
		}
	}
	if n := f.fieldOf(last); n != "" {
		return n
	}
	return f.fieldOf(levels[0])
}

// choose lays what somebody decided over what was found.
func (t *table) choose(def *form, choice Choice) {
	hidden := map[int]bool{}
	for _, c := range t.sheet.Columns {
		hidden[c] = true
	}
	t.titles = map[int]string{}
	width := 0
	for _, r := range t.sheet.Rows {
		width = max(width, len(r.Cells))
	}
	titled := map[int]bool{}
	for _, c := range t.columns {
		titled[c.Index] = true
		t.titles[c.Index] = foldTitle(lastOf(c.Title))
	}
	for c := range width {
		if !titled[c] {
			t.columns = append(t.columns, Column{Index: c})
		}
	}
	slices.SortFunc(t.columns, func(a, b Column) int { return a.Index - b.Index })
	for i := range t.columns {
		c := &t.columns[i]
		c.Title, c.Hidden = strings.ReplaceAll(c.Title, titleBreak, " / "), hidden[c.Index]
		c.Sample = t.sample(c.Index)
		if name, chosen := choice.Columns[c.Index]; chosen {
			c.Left = ""
			if c.Field = ""; slices.Contains(slices.Concat(def.Template, def.Also), name) {
				c.Field, c.Known = name, true
			}
		}
	}
	t.columns = slices.DeleteFunc(t.columns, func(c Column) bool { return c.Title == "" && c.Sample == "" })
	t.scripts(def, choice)
	t.once()
}

// once leaves each field to one column: of several that name it to the first
// in which anything stands.
func (t *table) once() {
	best := map[string]int{}
	for i, c := range t.columns {
		if was, taken := best[c.Field]; !taken || t.columns[was].Sample == "" && c.Sample != "" {
			best[c.Field] = i
		}
	}
	for i := range t.columns {
		if c := &t.columns[i]; c.Field != "" && best[c.Field] != i {
			c.Field, c.Twice = "", true
		}
	}
}

func lastOf(title string) string {
	levels := strings.Split(title, titleBreak)
	return levels[len(levels)-1]
}

func (t *table) sample(col int) string {
	for _, r := range t.sheet.Rows {
		if r.Number <= t.bottom {
			continue
		}
		if c := r.At(col); c.Kind != Empty && !c.Merged && c.Kind != Failed {
			return c.Text
		}
	}
	return ""
}

// scripts puts right which of two columns has the name in Chinese: "Name" and
// "Surname" mean either, and the cells below tell.
func (t *table) scripts(def *form, choice Choice) {
	swap := map[string]string{"latin": "name", "latinSurname": "familyName", "latinGivenNames": "givenName", "name": "latin", "familyName": "latinSurname", "givenName": "latinGivenNames"}
	has := map[string]bool{}
	for _, c := range t.columns {
		has[c.Field] = true
	}
	for i := range t.columns {
		c := &t.columns[i]
		other, either := swap[c.Field]
		if _, chosen := choice.Columns[c.Index]; !either || chosen || has[other] && c.Field != other {
			continue
		}
		han, latin := 0, 0
		for _, r := range t.sheet.Rows {
			if r.Number <= t.bottom {
				continue
			}
			switch text := r.At(c.Index).Text; {
			case strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }):
				han++
			case strings.ContainsFunc(text, unicode.IsLetter):
				latin++
			}
			if han+latin == 50 {
				break
			}
		}
		isLatin := strings.HasPrefix(c.Field, "latin")
		if isLatin && han > latin || !isLatin && latin > 2*han && latin > 0 && (has["name"] && c.Field != "name" || has["familyName"] && c.Field != "familyName") {
			has[c.Field], has[other] = false, true
			c.Field = other
		}
	}
}

var (
	hanName  = regexp.MustCompile(`^[\p{Han}·•]{2,15}$`)
	mobileRE = regexp.MustCompile(`^1[3-9]\d{9}$`)
)

// bare reads a list without any header, as people paste it: by what the cells
// look like.
func bare(s *Sheet, f Form) (table, bool) {
	if f != People && f != Members {
		return table{}, false
	}
	t := table{sheet: s}
	width := 0
	for _, r := range s.Rows {
		width = max(width, len(r.Cells))
	}
	taken := map[string]bool{}
	for c := range min(width, 30) {
		seen := map[string]int{}
		n := 0
		for _, r := range s.Rows[:min(len(s.Rows), 200)] {
			cell := r.At(c)
			text := dossier.FoldCode(cell.Text)
			if cell.Kind != Text || text == "" {
				continue
			}
			n++
			switch {
			case len(text) == 18 && strings.Trim(text[:17], "0123456789") == "" || dossier.ReadID(text).Verdict == dossier.IDDestroyed:
				seen["idNumber"]++
			case mobileRE.MatchString(text):
				seen["mobile"]++
			case len(several(cell.Text)) > 0 && !slices.ContainsFunc(several(cell.Text), func(s string) bool {
				return !hanName.MatchString(s) || utf8.RuneCountInString(s) > 4 && !strings.ContainsAny(s, "·•")
			}):
				seen["name"]++
			}
		}
		for _, name := range []string{"idNumber", "mobile", "name"} {
			if !taken[name] && n > 0 && seen[name]*5 >= n*4 {
				t.columns = append(t.columns, Column{Index: c, Field: name})
				taken[name] = true
				t.score += 10
				break
			}
		}
	}
	return t, taken["name"] || taken["idNumber"]
}
