package sheet

import (
	"bytes"
	"encoding/binary"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// openText reads a text file with a separator, or what was pasted.
func openText(data []byte, format string) (Book, error) {
	text, encoding, err := decode(data)
	if err != nil {
		return Book{}, err
	}
	head := strings.ToLower(strings.TrimSpace(text[:min(len(text), 512)]))
	switch {
	case strings.HasPrefix(head, "<?xml") && strings.Contains(head, "spreadsheet"):
		return Book{}, refuse("xml", nil)
	case strings.HasPrefix(head, "<!doctype html"), strings.HasPrefix(head, "<html"), strings.HasPrefix(head, "<table"), strings.HasPrefix(head, "<meta"):
		return Book{}, refuse("html", nil) // many systems call such a file .xls
	case strings.HasPrefix(head, "<?xml"), strings.HasPrefix(head, "{\\rtf"), strings.HasPrefix(head, "{\""), strings.HasPrefix(head, "id;p"):
		return Book{}, refuse("unknown", nil)
	}
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	sep := byte(0)
	if line, rest, _ := strings.Cut(text, "\n"); len(line) == 5 && strings.HasPrefix(line, "sep=") {
		sep, text = line[4], "\n"+rest // the line stays a row, so that numbers agree with what the program shows
	}
	separator := string(sep)
	if sep == 0 {
		separator = separatorOf(text)
	}
	rows, err := split(text, separator)
	if err != nil {
		return Book{}, err
	}
	s := Sheet{Name: strings.ToUpper(format), Rows: rows}
	if len(rows) == 0 {
		return Book{}, refuse("empty", nil)
	}
	return Book{Format: format, Encoding: encoding, Sheets: []Sheet{s}}, nil
}

// decode finds out how a text is written: by its mark, as UTF-8 where it is
// valid, as UTF-16 where every second byte of ASCII is zero, else as GB18030,
// which contains GBK and GB2312.
func decode(data []byte) (text, encoding string, err error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xEF\xBB\xBF")):
		data = data[3:]
		if !utf8.Valid(data) {
			return "", "", refuse("encoding", map[string]any{"Line": lineOf(data, badByte(data))})
		}
		return zeroless(string(data), "UTF-8")
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}):
		return wide(data[2:], binary.LittleEndian)
	case bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		return wide(data[2:], binary.BigEndian)
	}
	if order := looksWide(data); order != nil {
		return wide(data, order)
	}
	if utf8.Valid(data) {
		return zeroless(string(data), "UTF-8")
	}
	out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
	if i := bytes.IndexRune(out, utf8.RuneError); err != nil || i >= 0 {
		return "", "", refuse("encoding", map[string]any{"Line": lineOf(out, max(i, 0))})
	}
	return zeroless(string(out), "GB18030")
}

func zeroless(text, encoding string) (string, string, error) {
	if i := strings.IndexByte(text, 0); i >= 0 {
		return "", "", refuse("unknown", nil)
	}
	return text, encoding, nil
}

func badByte(data []byte) int {
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return 0
}

func lineOf(data []byte, at int) int { return 1 + bytes.Count(data[:at], []byte("\n")) }

// looksWide tells UTF-16 without a mark by its zero bytes: separators and line
// ends are ASCII in every file.
func looksWide(data []byte) binary.ByteOrder {
	if len(data) < 4 || len(data)%2 != 0 {
		return nil
	}
	var even, odd int
	head := data[:min(len(data), 4096)]
	for i, b := range head {
		if b == 0 && i%2 == 0 {
			even++
		} else if b == 0 {
			odd++
		}
	}
	switch {
	case odd > len(head)/40 && even == 0:
		return binary.LittleEndian
	case even > len(head)/40 && odd == 0:
		return binary.BigEndian
	}
	return nil
}

func wide(data []byte, order binary.ByteOrder) (string, string, error) {
	if len(data)%2 != 0 {
		return "", "", refuse("cut", nil)
	}
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	text := string(utf16.Decode(units))
	if i := strings.IndexRune(text, utf8.RuneError); i >= 0 {
		return "", "", refuse("encoding", map[string]any{"Line": 1 + strings.Count(text[:i], "\n")})
	}
	return zeroless(text, "UTF-16")
}

// separatorOf is the character that stands most evenly in the first lines.
func separatorOf(text string) string {
	best, most := ",", 0
	for _, sep := range []string{"\t", ",", ";", "|", "，"} {
		lines, with, least := 0, 0, 1<<30
		quoted := false
		n := 0
		end := func() {
			if lines++; n > 0 {
				with++
				least = min(least, n)
			}
			n = 0
		}
		for i := 0; i < len(text) && lines < 30; i++ {
			switch {
			case text[i] == '"':
				quoted = !quoted
			case text[i] == '\n' && !quoted:
				end()
			case !quoted && strings.HasPrefix(text[i:], sep):
				n++
			}
		}
		if n > 0 {
			end()
		}
		if with == 0 {
			continue
		}
		score := 1000*with/max(lines, 1) + 10*least
		if sep == "，" {
			score -= 900 // it is punctuation first
		}
		if score > most {
			best, most = sep, score
		}
	}
	return best
}

// excelText is how people keep digits in a text file: ="440981199003070018".
var excelText = regexp.MustCompile(`^="([^"]*)"$`)

// split cuts text into rows of cells. A quote opens a cell only at its
// beginning; one that is never closed would swallow the rest, and is refused.
func split(text, sep string) ([]Row, error) {
	var out []Row
	cells, kept := 0, 0
	i, number := 0, 0
	for i < len(text) {
		var row Row
		number++
		row.Number = number
		for {
			var value string
			from := i
			for i < len(text) && text[i] == ' ' && sep != " " {
				i++ // blanks before a quote
			}
			if i < len(text) && text[i] == '"' {
				v, next, ok := quoted(text, i)
				if !ok {
					return nil, refuse("quote", map[string]any{"Cell": Ref(len(row.Cells), number)})
				}
				value, i = v, next
			} else {
				i = from
			}
			rest := i
			for i < len(text) && text[i] != '\n' && !strings.HasPrefix(text[i:], sep) {
				i++
			}
			value += text[rest:i]
			if m := excelText.FindStringSubmatch(value); m != nil {
				value = m[1]
			}
			c := Cell{}
			if strings.TrimSpace(value) != "" {
				c = Cell{Kind: Text, Text: value}
				kept += len(value)
			}
			if len(row.Cells) == maxColumns {
				if c.Kind != Empty {
					return nil, refuse("wide", map[string]any{"Cell": Ref(maxColumns, number)})
				}
			} else {
				row.Cells = append(row.Cells, c)
			}
			if i < len(text) && text[i] != '\n' {
				i += len(sep)
				continue
			}
			i++ // the line's end
			break
		}
		for len(row.Cells) > 0 && row.Cells[len(row.Cells)-1].Kind == Empty {
			row.Cells = row.Cells[:len(row.Cells)-1]
		}
		if len(row.Cells) == 0 {
			continue
		}
		cells += len(row.Cells)
		switch {
		case number > maxRows:
			return nil, refuse("long", map[string]any{"Limit": maxRows})
		case cells > maxCells || kept > maxStrings:
			return nil, refuse("much", map[string]any{"Cell": Ref(0, number)})
		}
		out = append(out, row)
	}
	return out, nil
}

// quoted reads from a quote to the one that closes it.
func quoted(text string, i int) (string, int, bool) {
	var b strings.Builder
	for i++; i < len(text); i++ {
		switch {
		case text[i] != '"':
			b.WriteByte(text[i])
		case i+1 < len(text) && text[i+1] == '"':
			b.WriteByte('"')
			i++
		default:
			return b.String(), i + 1, true
		}
	}
	return "", i, false
}
