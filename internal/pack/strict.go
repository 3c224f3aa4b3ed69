package pack

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"yitang/internal/dossier"
	"yitang/internal/fault"
)

// read takes a file of a pack strictly into a value: an unknown key, a value
// of the wrong kind or a word outside its list is a mistake with its place,
// and all of them come at once.
func read(file string, text []byte, into any) Mistakes {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return Mistakes{{File: file, Text: fault.Text{Zh: "不是有效的 YAML：" + plainYAML(err), En: "this is no YAML: " + plainYAML(err)}}}
	}
	if len(doc.Content) == 0 {
		return nil // empty, or nothing but comments: it says nothing
	}
	r := reader{file: file}
	r.value(doc.Content[0], reflect.TypeOf(into).Elem(), "")
	if len(r.wrong) > 0 {
		return r.wrong
	}
	if err := doc.Decode(into); err != nil {
		return Mistakes{{File: file, Text: fault.Text{Zh: "读不懂：" + plainYAML(err), En: "can't be read: " + plainYAML(err)}}}
	}
	return nil
}

func plainYAML(err error) string { return strings.TrimPrefix(err.Error(), "yaml: ") }

type reader struct {
	file  string
	wrong Mistakes
}

func (r *reader) fail(n *yaml.Node, key, nearest, zh, en string) {
	r.wrong = append(r.wrong, Mistake{File: r.file, Key: key, Line: n.Line, Text: fault.Text{Zh: zh, En: en}, Nearest: nearest})
}

var (
	yamlType  = reflect.TypeFor[yaml.Unmarshaler]()
	textType  = reflect.TypeFor[encoding.TextUnmarshaler]()
	wordsType = reflect.TypeFor[interface{ Words() []string }]()
)

func (r *reader) value(n *yaml.Node, t reflect.Type, key string) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Tag == "!!null" {
		return
	}
	switch {
	case t.Kind() == reflect.Pointer:
		r.value(n, t.Elem(), key)
	case reflect.PointerTo(t).Implements(yamlType), reflect.PointerTo(t).Implements(textType):
		r.decoded(n, t, key)
	case t.Kind() == reflect.Struct:
		r.object(n, t, key)
	case t.Kind() == reflect.Slice:
		if n.Kind != yaml.SequenceNode {
			r.fail(n, key, "", "应为列表（每项以 - 开头，或写在 [ ] 里）", "must be a list, of lines with - or within [ ]")
			return
		}
		for i, item := range n.Content {
			r.value(item, t.Elem(), fmt.Sprintf("%s[%d]", key, i))
		}
	case t.Kind() == reflect.Map:
		if n.Kind != yaml.MappingNode {
			r.fail(n, key, "", "应为“键: 值”", "must be pairs of a key and a value")
			return
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			r.value(n.Content[i], t.Key(), join(key, n.Content[i].Value))
			r.value(n.Content[i+1], t.Elem(), join(key, n.Content[i].Value))
		}
	case t.Kind() == reflect.Interface:
	default:
		r.decoded(n, t, key)
	}
}

func (r *reader) decoded(n *yaml.Node, t reflect.Type, key string) {
	if n.Kind != yaml.ScalarNode && !reflect.PointerTo(t).Implements(yamlType) {
		r.fail(n, key, "", "应为单个值", "must be a single value")
		return
	}
	v := reflect.New(t)
	if err := n.Decode(v.Interface()); err != nil {
		zh, en := "读不懂 "+n.Value, n.Value+" can't be read"
		switch t.Kind() {
		case reflect.Int, reflect.Int64:
			zh, en = "应为整数，不是 "+n.Value, "must be a whole number, not "+n.Value
		case reflect.Bool:
			zh, en = "应为 true 或 false，不是 "+n.Value, "must be true or false, not "+n.Value
		case reflect.Struct:
			if n.Kind == yaml.ScalarNode && strings.Contains(t.String(), "Date") {
				zh, en = "应为日期，如 2027-01-31，不是 "+n.Value, "must be a day such as 2027-01-31, not "+n.Value
			}
		}
		r.fail(n, key, "", zh, en)
		return
	}
	if !t.Implements(wordsType) || t.Kind() != reflect.String {
		return
	}
	if words := v.Elem().Interface().(interface{ Words() []string }).Words(); n.Value != "" && !slices.Contains(words, n.Value) {
		near := dossier.Nearest(n.Value, words)
		r.fail(n, key, near, fmt.Sprintf("没有 %s 这个词，最接近的是 %s", n.Value, near), fmt.Sprintf("%s is none of the known words; the nearest is %s", n.Value, near))
	}
}

func (r *reader) object(n *yaml.Node, t reflect.Type, key string) {
	if n.Kind != yaml.MappingNode {
		r.fail(n, key, "", "应为“键: 值”", "must be pairs of a key and a value")
		return
	}
	fields := map[string]reflect.Type{}
	var names []string
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if name == "" {
			name = strings.ToLower(f.Name)
		}
		if name != "-" && f.IsExported() {
			fields[name] = f.Type
			names = append(names, name)
		}
	}
	given := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name := n.Content[i].Value
		ft, known := fields[name]
		switch {
		case !known:
			near := dossier.Nearest(name, names)
			r.fail(n.Content[i], join(key, name), near, "没有这个键，最接近的是 "+near, "no such key; the nearest is "+near)
			continue
		case given[name]:
			r.fail(n.Content[i], join(key, name), "", "这个键写了两次", "the key is given twice")
		}
		given[name] = true
		r.value(n.Content[i+1], ft, join(key, name))
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
