package dossier

import (
	"encoding"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // legs are compared in UTC on machines without a zone database too
	"unicode/utf8"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/money"
)

// FieldError is one place in a file that can't be read.
type FieldError struct {
	Field   string
	Message fault.Text
	Nearest string // the known key or word most like the one found
}

// ReadError lists everything in a file that can't be read.
type ReadError struct{ Errors []FieldError }

func (e *ReadError) Error() string {
	parts := make([]string, len(e.Errors))
	for i, f := range e.Errors {
		parts[i] = f.Message.En
		if f.Field != "" {
			parts[i] = f.Field + ": " + f.Message.En
		}
	}
	return "unreadable case file: " + strings.Join(parts, "; ")
}

// Findings gives the same as faults, for pages.
func (e *ReadError) Findings() []fault.Finding {
	out := make([]fault.Finding, len(e.Errors))
	for i, f := range e.Errors {
		out[i] = fault.Finding{Field: f.Field, Text: f.Message}
		if f.Nearest != "" {
			out[i].Fix = fault.Text{Zh: "是否为 " + f.Nearest + "？", En: "Did you mean " + f.Nearest + "?"}
		}
	}
	return out
}

// Read takes a case file strictly: an unknown key, a value of the wrong kind, a
// date that isn't one or a word outside its list is an error with its path, and
// all of them come at once as a *ReadError. Text is normalised (see fold).
func Read(r io.Reader) (Case, error) {
	tree, err := parseTree(r)
	if err != nil {
		return Case{}, err
	}
	if tree.kind != '{' {
		return Case{}, unreadable("", "案卷文件应是一个 JSON 对象", "a case file is one JSON object")
	}
	var c Case
	var in reader
	in.value(tree, reflect.ValueOf(&c).Elem(), "", "")
	if len(in.errs) == 0 {
		in.references(&c)
	}
	if len(in.errs) > 0 {
		return Case{}, &ReadError{Errors: in.errs}
	}
	return c, nil
}

type reader struct {
	errs []FieldError
}

func (in *reader) fail(field, near, zh, en string) {
	in.errs = append(in.errs, FieldError{Field: field, Message: fault.Text{Zh: zh, En: en}, Nearest: near})
}

// ignored are top-level keys that belong to whoever tests with the file.
var ignored = map[string]bool{"expect": true}

var (
	dateType    = reflect.TypeFor[calendar.Date]()
	localType   = reflect.TypeFor[calendar.LocalTime]()
	decimalType = reflect.TypeFor[money.Decimal]()
	flagType    = reflect.TypeFor[Flag]()
)

func (in *reader) value(n node, v reflect.Value, path string, tag reflect.StructTag) {
	if n.kind == '0' {
		return // null is absent
	}
	t := v.Type()
	switch {
	case t == dateType, t == localType, t == decimalType:
		in.parsed(n, v, path, tag)
	case t == flagType:
		in.flag(n, v, path)
	case t.Kind() == reflect.Pointer:
		fresh := reflect.New(t.Elem())
		in.value(n, fresh.Elem(), path, tag)
		v.Set(fresh)
	case t.Kind() == reflect.Struct:
		in.object(n, v, path)
	case t.Kind() == reflect.Slice:
		in.list(n, v, path, tag)
	case t.Kind() == reflect.String:
		in.text(n, v, path, tag)
	case t.Kind() == reflect.Bool:
		if n.kind != 'b' {
			in.fail(path, "", "应为 true 或 false（不加引号）", "must be true or false, without quotes")
			return
		}
		v.SetBool(n.yes)
	case t.Kind() == reflect.Int:
		i, err := strconv.Atoi(n.text)
		if n.kind != 'n' || err != nil || i < 0 || i > maxInt {
			in.fail(path, "", "应为不小于 0 的整数", "must be a whole number, 0 or more")
			return
		}
		v.SetInt(int64(i))
	}
}

const maxInt = 1_000_000_000

func (in *reader) object(n node, v reflect.Value, path string) {
	if n.kind != '{' {
		in.fail(path, "", "应为对象 {…}", "must be an object {…}")
		return
	}
	fields := keysOf(v.Type())
	given := map[string]bool{}
	for i, key := range n.keys {
		given[key] = n.items[i].kind != '0'
		index, known := fields.index[key]
		if !known {
			if path == "" && ignored[key] {
				continue
			}
			near := Nearest(key, fields.names)
			in.fail(join(path, key), near, fmt.Sprintf("没有这个键，最接近的是 %s", near),
				fmt.Sprintf("no such key; the nearest is %s", near))
			continue
		}
		f := v.Type().Field(index)
		in.value(n.items[i], v.Field(index), join(path, key), f.Tag)
	}
	for _, key := range fields.required {
		if !given[key] {
			in.fail(join(path, key), "", "缺少必需的键", "this key must be there")
		}
	}
}

type keys struct {
	names, required []string
	index           map[string]int
}

var keysSeen sync.Map // reflect.Type → keys

// keysOf reads a struct's keys from its tags, once for each struct: whoever
// looks for a field of a case asks it for every step of its path.
func keysOf(t reflect.Type) keys {
	if k, known := keysSeen.Load(t); known {
		return k.(keys)
	}
	k := keys{index: map[string]int{}}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		k.names = append(k.names, name)
		k.index[name] = i
		if t.Field(i).Tag.Get("required") != "" {
			k.required = append(k.required, name)
		}
	}
	keysSeen.Store(t, k)
	return k
}

func (in *reader) list(n node, v reflect.Value, path string, tag reflect.StructTag) {
	if n.kind != '[' {
		in.fail(path, "", "应为列表 […]", "must be a list […]")
		return
	}
	if most := limitOf(tag); len(n.items) > most {
		in.fail(path, "", fmt.Sprintf("最多 %d 项", most), fmt.Sprintf("at most %d items", most))
		return
	}
	out := reflect.MakeSlice(v.Type(), len(n.items), len(n.items))
	for i, item := range n.items {
		in.value(item, out.Index(i), at(path, i), itemTag(tag))
	}
	v.Set(out)
}

// itemTag is what holds for each item of a list: how to fold it, not how many.
func itemTag(tag reflect.StructTag) reflect.StructTag {
	return reflect.StructTag(fmt.Sprintf(`fold:%q limit:"400"`, tag.Get("fold")))
}

const plainLimit = 5000

func limitOf(tag reflect.StructTag) int {
	if n, err := strconv.Atoi(tag.Get("limit")); err == nil {
		return n
	}
	return plainLimit
}

func (in *reader) text(n node, v reflect.Value, path string, tag reflect.StructTag) {
	if n.kind != 's' {
		in.fail(path, "", "应为文本（加引号）：数字会丢失位数", "must be text in quotes: a number would lose digits")
		return
	}
	if most := limitOf(tag); utf8.RuneCountInString(n.text) > most {
		in.fail(path, "", fmt.Sprintf("最多 %d 个字", most), fmt.Sprintf("at most %d characters", most))
		return
	}
	s := fold(tag.Get("fold"), n.text)
	if w, closed := v.Interface().(word); closed && s != "" {
		in.word(s, w, path)
	}
	if p := tag.Get("pattern"); p != "" && s != "" && !pattern(p).MatchString(s) {
		zh, en := patternWords(p)
		in.fail(path, "", fmt.Sprintf("%q %s", s, zh), fmt.Sprintf("%q %s", s, en))
		return
	}
	if path != "" && strings.HasSuffix(path, ".zone") && s != "" {
		if _, err := time.LoadLocation(s); err != nil || s == "Local" {
			in.fail(path, "", fmt.Sprintf("没有 %q 这个时区", s), fmt.Sprintf("there is no time zone %q; use an IANA name such as Europe/Berlin", s))
		}
	}
	if path == "format" && s != Format {
		in.fail(path, Format, "格式应为 "+Format, "the format must be "+Format)
	}
	v.SetString(s)
}

func (in *reader) word(s string, w word, path string) {
	words := w.Words()
	for _, known := range words {
		if known == s {
			return
		}
	}
	near := Nearest(s, words)
	list := strings.Join(words, "、")
	if len(words) > 20 {
		list = words[0] + " … " + words[len(words)-1]
	}
	in.fail(path, near, fmt.Sprintf("%q 不在可选值之内（%s），最接近的是 %s", s, list, near),
		fmt.Sprintf("%q is none of %s; the nearest is %s", s, strings.ReplaceAll(list, "、", ", "), near))
}

func (in *reader) flag(n node, v reflect.Value, path string) {
	switch n.kind {
	case 'b':
		if n.yes {
			v.SetString("true")
		}
	case 's':
		if utf8.RuneCountInString(n.text) > flagLimit {
			in.fail(path, "", "最多 400 个字", "at most 400 characters")
			return
		}
		v.SetString(FoldText(n.text))
	default:
		in.fail(path, "", "应为 true、false 或文本", "must be true, false or text")
	}
}

// parsed reads dates, local times and decimal numbers, which know their own form.
func (in *reader) parsed(n node, v reflect.Value, path string, tag reflect.StructTag) {
	zh := map[reflect.Type]string{dateType: "应为 YYYY-MM-DD 的日期", localType: "应为 YYYY-MM-DDTHH:MM 的当地时间",
		decimalType: "应为十进制数的文本，如 \"7.80\""}[v.Type()]
	if n.kind != 's' {
		in.fail(path, "", zh, "must be text in quotes")
		return
	}
	err := v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(strings.TrimSpace(halfWidth(n.text))))
	if err != nil {
		in.fail(path, "", fmt.Sprintf("%s，而不是 %q", zh, n.text), err.Error())
		return
	}
	if digits, asked := tag.Lookup("digits"); asked {
		most, _ := strconv.Atoi(digits)
		if d := v.Interface().(money.Decimal); !d.Fits(most) {
			in.fail(path, "", fmt.Sprintf("最多 %d 位小数", most), fmt.Sprintf("at most %d digits after the point", most))
		}
	}
}

var (
	alpha3  = regexp.MustCompile("^[A-Z]{3}$")
	owners  = regexp.MustCompile(`^(case|unit|members\[[0-9]+\])$`)
	digests = regexp.MustCompile("^[0-9a-f]{64}$")
)

// pattern compiles the few patterns of the tags once.
func pattern(p string) *regexp.Regexp {
	switch p {
	case alpha3.String():
		return alpha3
	case owners.String():
		return owners
	case digests.String():
		return digests
	}
	return regexp.MustCompile(p)
}

func patternWords(p string) (zh, en string) {
	switch p {
	case alpha3.String():
		return "应为三个字母的代码，如 DEU 或 EUR", "must be a code of three letters such as DEU or EUR"
	case owners.String():
		return "应为 case、unit 或 members[0]", "must be case, unit or members[0]"
	}
	return "应为 64 位十六进制小写数字", "must be 64 hexadecimal digits in lower case"
}

// references checks what points from one part of the file to another.
func (in *reader) references(c *Case) {
	inside := func(path string, i int) {
		if i >= len(c.Members) {
			in.fail(path, "", fmt.Sprintf("没有 members[%d]，名单只有 %d 人", i, len(c.Members)),
				fmt.Sprintf("there is no members[%d]: the list has %d", i, len(c.Members)))
		}
	}
	if c.Budget != nil {
		for i, line := range c.Budget.Lines {
			if line.Member != nil {
				inside(join(at("budget.lines", i), "member"), *line.Member)
			}
		}
	}
	for i, m := range c.Materials {
		if who, of := m.OfMember(); of {
			inside(join(at("materials", i), "owner"), who)
		}
	}
}

// AsReadError gives the list in err, if it is one.
func AsReadError(err error) (*ReadError, bool) {
	var e *ReadError
	return e, errors.As(err, &e)
}
