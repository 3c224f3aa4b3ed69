package dossier

import (
	"encoding"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"yitang/internal/fault"
)

// Leaf is one value of a case with its path: "legs[1].arrive".
type Leaf struct{ Path, Text string }

// Leaves lists every value that is given, in the order of the file. A list of
// plain texts gives one leaf for each.
func (c Case) Leaves() []Leaf {
	var out []Leaf
	walk(reflect.ValueOf(c), "", &out)
	return out
}

// Values is Leaves by path.
func (c Case) Values() map[string]string {
	leaves := c.Leaves()
	m := make(map[string]string, len(leaves))
	for _, l := range leaves {
		m[l.Path] = l.Text
	}
	return m
}

func walk(v reflect.Value, path string, out *[]Leaf) {
	t := v.Type()
	if isLeaf(t) {
		if !v.IsZero() {
			*out = append(*out, Leaf{path, leafText(v)})
		}
		return
	}
	switch t.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
		if isLeaf(t.Elem()) { // given, even when it is 0
			*out = append(*out, Leaf{path, leafText(v.Elem())})
			return
		}
		walk(v.Elem(), path, out)
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), at(path, i), out)
		}
	case reflect.Struct:
		for i := range t.NumField() {
			name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
			walk(v.Field(i), join(path, name), out)
		}
	}
}

func isLeaf(t reflect.Type) bool {
	switch {
	case t == dateType, t == localType, t == decimalType, t == flagType:
		return true
	case t.Kind() == reflect.String, t.Kind() == reflect.Bool, t.Kind() == reflect.Int:
		return true
	}
	return false
}

func leafText(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case reflect.Int:
		return strconv.FormatInt(v.Int(), 10)
	case reflect.String:
		return v.String()
	}
	b, err := v.Interface().(encoding.TextMarshaler).MarshalText()
	if err != nil {
		return "" // dates and decimals never fail
	}
	return string(b)
}

// ErrNoField reports a path that leads nowhere in a case file.
type ErrNoField struct{ Path string }

func (e *ErrNoField) Error() string { return "there is no field " + e.Path + " in a case file" }

// Put sets the field at a path to what was typed, normalised and checked as
// the reader does it: what can't be read is a *ReadError and changes nothing. "" clears it. A list
// takes an index up to its length, and grows by one then.
func (c *Case) Put(path, typed string) error {
	v, tag, err := locate(reflect.ValueOf(c).Elem(), path, true)
	if err != nil {
		return err
	}
	fresh := reflect.New(v.Type()).Elem()
	leaf := v.Type()
	if leaf.Kind() == reflect.Pointer {
		leaf = leaf.Elem()
	}
	if !isLeaf(leaf) {
		return &ErrNoField{path}
	}
	in := reader{}
	switch {
	case strings.TrimSpace(typed) == "":
	case leaf.Kind() == reflect.Bool:
		yes := typed == "true" || typed == "yes" || typed == "on"
		in.value(node{kind: 'b', yes: yes}, fresh, path, tag)
	case leaf == flagType && (typed == "true" || typed == "false"):
		in.value(node{kind: 'b', yes: typed == "true"}, fresh, path, tag)
	case leaf.Kind() == reflect.Int:
		in.value(node{kind: 'n', text: FoldCode(typed)}, fresh, path, tag)
	case leaf == localType: // people write a blank where the format has a T
		in.value(node{kind: 's', text: strings.Replace(strings.TrimSpace(typed), " ", "T", 1)}, fresh, path, tag)
	case leaf == decimalType:
		in.value(node{kind: 's', text: FoldNumber(typed)}, fresh, path, tag)
	default:
		in.value(node{kind: 's', text: typed}, fresh, path, tag)
	}
	if len(in.errs) > 0 {
		return &ReadError{Errors: in.errs}
	}
	v.Set(fresh)
	return nil
}

// PutList sets a list of plain texts at a path; empty ones are left out.
func (c *Case) PutList(path string, typed []string) error {
	v, tag, err := locate(reflect.ValueOf(c).Elem(), path, true)
	if err != nil {
		return err
	}
	if v.Kind() != reflect.Slice || !isLeaf(v.Type().Elem()) {
		return &ErrNoField{path}
	}
	n := node{kind: '['}
	for _, s := range typed {
		if strings.TrimSpace(s) != "" {
			n.items = append(n.items, node{kind: 's', text: s})
		}
	}
	in := reader{}
	fresh := reflect.New(v.Type()).Elem()
	in.value(n, fresh, path, tag)
	if len(in.errs) > 0 {
		return &ReadError{Errors: in.errs}
	}
	if fresh.Len() == 0 {
		fresh = reflect.Zero(v.Type())
	}
	v.Set(fresh)
	return nil
}

// Text is the value at a path as it would be typed; "" when it is absent or
// the path leads nowhere.
func (c Case) Text(path string) string {
	v, _, err := locate(reflect.ValueOf(&c).Elem(), path, false)
	if err != nil {
		return ""
	}
	if v.Kind() == reflect.Pointer && !v.IsNil() && isLeaf(v.Type().Elem()) {
		return leafText(v.Elem())
	}
	if !isLeaf(v.Type()) || v.IsZero() {
		return ""
	}
	return leafText(v)
}

// Length is how many items the list at a path has.
func (c Case) Length(path string) int {
	v, _, err := locate(reflect.ValueOf(&c).Elem(), path, false)
	if err != nil || v.Kind() != reflect.Slice {
		return 0
	}
	return v.Len()
}

// Drop takes an item out of a list: "legs[1]".
func (c *Case) Drop(path string) error {
	head, index, ok := cutIndex(path)
	if !ok {
		return &ErrNoField{path}
	}
	v, _, err := locate(reflect.ValueOf(c).Elem(), head, false)
	if err != nil {
		return err
	}
	if v.Kind() != reflect.Slice || index >= v.Len() {
		return &ErrNoField{path}
	}
	kept := reflect.MakeSlice(v.Type(), 0, v.Len())
	for i := range v.Len() {
		if i != index {
			kept = reflect.Append(kept, v.Index(i))
		}
	}
	v.Set(kept)
	return nil
}

func cutIndex(path string) (head string, index int, ok bool) {
	open := strings.LastIndexByte(path, '[')
	if open < 0 || !strings.HasSuffix(path, "]") {
		return path, 0, false
	}
	i, err := strconv.Atoi(path[open+1 : len(path)-1])
	return path[:open], i, err == nil && i >= 0
}

// Clone is a copy that shares nothing.
func (c Case) Clone() Case { return clone(reflect.ValueOf(c)).Interface().(Case) }

func clone(v reflect.Value) reflect.Value {
	switch {
	case isLeaf(v.Type()):
		return v
	case v.Kind() == reflect.Pointer && !v.IsNil():
		p := reflect.New(v.Type().Elem())
		p.Elem().Set(clone(v.Elem()))
		return p
	case v.Kind() == reflect.Slice && !v.IsNil():
		s := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			s.Index(i).Set(clone(v.Index(i)))
		}
		return s
	case v.Kind() == reflect.Struct:
		s := reflect.New(v.Type()).Elem()
		for i := range v.NumField() {
			s.Field(i).Set(clone(v.Field(i)))
		}
		return s
	}
	return v
}

// locate walks to the value at a path. With grow it makes what is absent on
// the way: pointers, and one more item at the end of a list.
func locate(v reflect.Value, path string, grow bool) (reflect.Value, reflect.StructTag, error) {
	var tag reflect.StructTag
	for _, part := range strings.Split(path, ".") {
		head, index, indexed := cutIndex(part)
		if indexed {
			part = head
		}
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				if !grow {
					return v, "", &ErrNoField{path}
				}
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		if v.Kind() != reflect.Struct || isLeaf(v.Type()) {
			return v, "", &ErrNoField{path}
		}
		i, known := keysOf(v.Type()).index[part]
		if !known {
			return v, "", &ErrNoField{path}
		}
		tag = v.Type().Field(i).Tag
		v = v.Field(i)
		if !indexed {
			continue
		}
		if v.Kind() != reflect.Slice {
			return v, "", &ErrNoField{path}
		}
		if index == v.Len() && grow && index < limitOf(tag) {
			v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
		}
		if index >= v.Len() {
			return v, "", &ErrNoField{path}
		}
		v, tag = v.Index(index), itemTag(tag)
	}
	return v, tag, nil
}

// Form says what a field takes, for forms.
type Form struct {
	Kind  FormKind
	Type  string   // name of the closed list: category, rank
	Words []string // of a closed list
	Limit int      // code points, of texts; items, of lists
	// Digits is how many there may be after the point of a decimal; 0: as many as can be kept.
	Digits int
}

// FormKind is what a field takes.
type FormKind string

const (
	TextForm    FormKind = "text"
	DateForm    FormKind = "date"
	TimeForm    FormKind = "time" // day and hour
	DecimalForm FormKind = "decimal"
	IntForm     FormKind = "int"
	BoolForm    FormKind = "bool"
	WordForm    FormKind = "word"  // one of Words
	TextsForm   FormKind = "texts" // a list of plain texts
	WordsForm   FormKind = "words" // any of Words
	PartForm    FormKind = "part"  // an object or a list of objects: no field of its own
)

var anyIndex = regexp.MustCompile(`\[[0-9]+\]`)

// Generic is a path without its numbers: "legs.arrive".
func Generic(path string) string { return anyIndex.ReplaceAllString(path, "") }

// FormOf says what the field at a path takes; false when there is no such field.
func FormOf(path string) (Form, bool) {
	var c Case
	v, tag, err := locate(reflect.ValueOf(&c).Elem(), anyIndex.ReplaceAllString(path, "[0]"), true)
	if err != nil {
		return Form{}, false
	}
	t := v.Type()
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	f := Form{Limit: limitOf(tag)}
	f.Digits, _ = strconv.Atoi(tag.Get("digits"))
	list := t.Kind() == reflect.Slice
	if list {
		t = t.Elem()
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	closed, isWord := reflect.Zero(t).Interface().(word)
	switch {
	case isWord:
		f.Kind, f.Type, f.Words = WordForm, strings.ToLower(t.Name()[:1])+t.Name()[1:], closed.Words()
	case t == dateType:
		f.Kind = DateForm
	case t == localType:
		f.Kind = TimeForm
	case t == decimalType:
		f.Kind = DecimalForm
	case t.Kind() == reflect.Int:
		f.Kind = IntForm
	case t.Kind() == reflect.Bool:
		f.Kind = BoolForm
	case t.Kind() == reflect.String:
		f.Kind = TextForm
	default:
		f.Kind = PartForm
	}
	switch {
	case list && f.Kind == WordForm:
		f.Kind = WordsForm
	case list && f.Kind == TextForm:
		f.Kind = TextsForm
	}
	return f, true
}

// Parts lists the leaves that an object at a path can have, in the order of
// the file, lists of objects left out: for legs[0], legs[0].country and so on.
func Parts(path string) []string {
	var c Case
	v, _, err := locate(reflect.ValueOf(&c).Elem(), anyIndex.ReplaceAllString(path, "[0]"), true)
	if err != nil {
		return nil
	}
	t := v.Type()
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || isLeaf(t) {
		return nil
	}
	var out []string
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		ft := t.Field(i).Type
		if ft.Kind() == reflect.Slice && !isLeaf(ft.Elem()) {
			continue
		}
		if ft.Kind() == reflect.Pointer {
			ft = ft.Elem()
		}
		if ft.Kind() == reflect.Struct && !isLeaf(ft) {
			out = append(out, Parts(join(path, name))...)
			continue
		}
		out = append(out, join(path, name))
	}
	return out
}

// Findings gives an unreadable field's errors as faults, for pages.
func Findings(err error) []fault.Finding {
	if e, ok := AsReadError(err); ok {
		return e.Findings()
	}
	return nil
}

// Within tells whether a path is a field or lies below it: legs[0].arrive is
// within legs[0] and within legs, not within legs[0].arriv.
func Within(path, field string) bool {
	rest, ok := strings.CutPrefix(path, field)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// Difference lists the paths whose values differ between two cases, in the
// order of the files, with both values.
func Difference(was, is Case) []Changed {
	before, after := was.Values(), is.Values()
	var out []Changed
	seen := map[string]bool{}
	for _, l := range append(is.Leaves(), was.Leaves()...) {
		if !seen[l.Path] && before[l.Path] != after[l.Path] {
			out = append(out, Changed{Path: l.Path, Was: before[l.Path], Is: after[l.Path]})
		}
		seen[l.Path] = true
	}
	return out
}

// Changed is one value that differs; "" is absent.
type Changed struct{ Path, Was, Is string }

// PaperChanged is a paper that went, one that came, or one that came in the
// place of another: their numbers among the materials of the two cases, -1 for
// none.
type PaperChanged struct{ Was, Is int }

// Path is where it stood in the case before; what only came belongs to them all.
func (p PaperChanged) Path() string {
	if p.Was < 0 {
		return "materials"
	}
	return fmt.Sprintf("materials[%d]", p.Was)
}

// Told is what differs between two cases as people tell it: each value beside
// the papers, and each paper once. An index of papers says nothing to people,
// and moves with every paper that comes before.
func Told(was, is Case) (values []Changed, papers []PaperChanged) {
	for _, d := range Difference(was, is) {
		if !Within(d.Path, "materials") {
			values = append(values, d)
		}
	}
	return values, papersChanged(was, is)
}

// Places counts what differs between two cases, as Told tells it: the one count
// of changes for pages, lists and histories.
func Places(was, is Case) int {
	values, papers := Told(was, is)
	return len(values) + len(papers)
}

// papersChanged pairs the papers that went with those of their kind, owner and country
// that came in their place.
func papersChanged(was, is Case) []PaperChanged {
	type place struct {
		kind           MaterialKind
		owner, country string
	}
	var order []place
	beyond := func(from, other Case) map[place][]int {
		held := map[Material]bool{}
		for _, m := range other.Materials {
			held[Material{Kind: m.Kind, Owner: m.Owner, Country: m.Country, SHA256: m.SHA256}] = true
		}
		out := map[place][]int{}
		for i, m := range from.Materials {
			if held[Material{Kind: m.Kind, Owner: m.Owner, Country: m.Country, SHA256: m.SHA256}] {
				continue
			}
			at := place{m.Kind, m.Owner, m.Country}
			if !slices.Contains(order, at) {
				order = append(order, at)
			}
			out[at] = append(out[at], i)
		}
		return out
	}
	left := beyond(was, is)
	came := beyond(is, was)
	var out []PaperChanged
	for _, at := range order {
		for n := range max(len(left[at]), len(came[at])) {
			x := PaperChanged{-1, -1}
			if n < len(left[at]) {
				x.Was = left[at][n]
			}
			if n < len(came[at]) {
				x.Is = came[at][n]
			}
			out = append(out, x)
		}
	}
	return out
}

func (c Changed) String() string { return fmt.Sprintf("%s: %q → %q", c.Path, c.Was, c.Is) }
