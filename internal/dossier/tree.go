package dossier

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"yitang/internal/fault"
)

// node is JSON as it was written: keys in order, numbers as their text. The
// standard decoder would drop doubled keys and unknown ones without a word.
type node struct {
	kind  byte // '{', '[', 's', 'n', 'b' or '0' for null
	text  string
	yes   bool
	keys  []string
	items []node // of an object, in the order of keys
}

const (
	maxBytes = 8 << 20
	maxDepth = 16
)

// parseTree reads one JSON value and nothing after it.
func parseTree(r io.Reader) (node, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	if err != nil {
		return node{}, fmt.Errorf("reading the case file: %w", err)
	}
	if len(text) > maxBytes {
		return node{}, unreadable("", "文件超过 8 MB，不是案卷文件", "the file is larger than 8 MB: no case file is")
	}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	if len(bytes.TrimSpace(text)) == 0 {
		return node{}, unreadable("", "文件是空的", "the file is empty")
	}
	if !utf8.Valid(text) {
		return node{}, unreadable("", "文件不是 UTF-8 编码，请另存为 UTF-8", "the file isn't UTF-8: save it as UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	n, err := value(d, "", 0)
	var told *ReadError
	if errors.As(err, &told) {
		return node{}, err
	}
	if err != nil {
		return node{}, syntax(text, d, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return node{}, syntax(text, d, errors.New("text after the end of the object"))
	}
	return n, nil
}

func value(d *json.Decoder, path string, depth int) (node, error) {
	if depth > maxDepth {
		return node{}, unreadable(path, "嵌套过深", "nested too deeply")
	}
	token, err := d.Token()
	if err != nil {
		return node{}, err
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '{' {
			return object(d, path, depth)
		}
		return list(d, path, depth)
	case string:
		return node{kind: 's', text: t}, nil
	case json.Number:
		return node{kind: 'n', text: t.String()}, nil
	case bool:
		return node{kind: 'b', yes: t}, nil
	}
	return node{kind: '0'}, nil
}

func object(d *json.Decoder, path string, depth int) (node, error) {
	n := node{kind: '{'}
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return node{}, err
		}
		key, _ := token.(string) // an object's key is always a string
		if seen[key] {
			return node{}, unreadable(join(path, key), "同一键出现两次", "this key is given twice")
		}
		seen[key] = true
		item, err := value(d, join(path, key), depth+1)
		if err != nil {
			return node{}, err
		}
		n.keys, n.items = append(n.keys, key), append(n.items, item)
	}
	_, err := d.Token()
	return n, err
}

func list(d *json.Decoder, path string, depth int) (node, error) {
	n := node{kind: '['}
	for d.More() {
		item, err := value(d, at(path, len(n.items)), depth+1)
		if err != nil {
			return node{}, err
		}
		n.items = append(n.items, item)
	}
	_, err := d.Token()
	return n, err
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func at(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

// syntax says where the text stops being JSON, by line and column, as an editor
// shows them.
func syntax(text []byte, d *json.Decoder, err error) error {
	offset := d.InputOffset()
	var se *json.SyntaxError
	if errors.As(err, &se) {
		offset = se.Offset
	}
	before := string(text[:min(int(offset), len(text))])
	line := strings.Count(before, "\n") + 1
	column := utf8.RuneCountInString(before[strings.LastIndex(before, "\n")+1:])
	what := err.Error()
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return unreadable("", fmt.Sprintf("文件在第 %d 行突然结束，可能没有传完整", line),
			fmt.Sprintf("the file ends in the middle, on line %d: it may be cut off", line))
	}
	return unreadable("", fmt.Sprintf("第 %d 行第 %d 列不是正确的 JSON：%s", line, column, what),
		fmt.Sprintf("line %d, column %d is not JSON: %s", line, column, what))
}

func unreadable(field, zh, en string) error {
	return &ReadError{Errors: []FieldError{{Field: field, Message: fault.Text{Zh: zh, En: en}}}}
}
