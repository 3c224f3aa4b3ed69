package document

import (
	"errors"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// prose draws text as applications hold it: ideographs, marks, numbers, words.
func prose() *rapid.Generator[string] {
	piece := rapid.OneOf(
		rapid.SampledFrom([]string{"，", "。", "、", "（", "）", "《", "》", "“", "”", "：", "——", "……", "〔", "〕", "·", "%"}),
		rapid.StringOfN(rapid.SampledFrom([]rune("赴日本执行公务应邀参加产业合作对接会考察港口物流设施")), 1, 9, -1),
		rapid.SampledFrom([]string{"2026", "12.5", "Stuttgart", "10:30", "EU-China", " ", "7"}),
	)
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(piece, 1, 60).Draw(t, "pieces"), "")
	})
}

func TestLinesKeepTheRulesForMarksAndLoseNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := prose().Draw(t, "text")
		room := cellPitch * perMM * float64(rapid.IntRange(8, 28).Draw(t, "cells"))
		l := newLayout()
		cells := l.cells([]span{{text, body}}, size3)
		lines := breakLines(cells, room, 2*cellPitch*perMM)

		var back strings.Builder
		for i, ln := range lines {
			back.WriteString(ln.text())
			first, last := ln.cells[0], ln.cells[len(ln.cells)-1]
			width := room
			if i == 0 {
				width -= 2 * cellPitch * perMM
			}
			sum := 0.0
			for _, c := range ln.cells {
				sum += c.width
			}
			if sum > width+0.1 && len(ln.cells) > 1 {
				t.Fatalf("line %d %q is %.1f points wide, there is room for %.1f", i+1, ln.text(), sum, width)
			}
			// A line that is one unbroken row of marks or one long word can't
			// keep the rules; any other must.
			if i > 0 && first.class == closing && breakable(lines[i-1]) {
				t.Errorf("line %d starts with %c: %q after %q", i+1, first.r, ln.text(), lines[i-1].text())
			}
			if i+1 < len(lines) && last.class == opening && breakable(ln) {
				t.Errorf("line %d ends with %c: %q", i+1, last.r, ln.text())
			}
		}
		if strip(back.String()) != strip(text) {
			t.Fatalf("%q became %q", text, back.String())
		}
	})
}

func breakable(l line) bool {
	for i := 1; i < len(l.cells); i++ {
		if mayBreak(l.cells[i-1], l.cells[i]) {
			return true
		}
	}
	return false
}

func strip(s string) string { return strings.ReplaceAll(s, " ", "") }

// A word is parted after its hyphen, and within only where it is longer than a line.
func TestALongNameIsPartedAfterItsHyphen(t *testing.T) {
	broken := func(text string, cells float64) []string {
		l := newLayout()
		var out []string
		for _, ln := range breakLines(l.cells([]span{{text, body}}, size3), cells*cellPitch*perMM, 0) {
			out = append(out, ln.text())
		}
		return out
	}
	if got := broken("Fraunhofer-Gesellschaft", 8); len(got) != 2 || got[0] != "Fraunhofer-" || got[1] != "Gesellschaft" {
		t.Errorf("%q", got)
	}
	if got := broken("赴会2026-05-11", 5.5); len(got) != 2 || got[1] != "2026-05-11" {
		t.Errorf("a number is parted: %q", got)
	}
}

func TestJustifiedLinesEndAtTheRightEdge(t *testing.T) {
	l := newLayout()
	text := strings.Repeat("应邀赴柏林参加会议，2026年12月与Siemens公司洽谈；", 6)
	room := 28 * cellPitch * perMM
	lines := breakLines(l.cells([]span{{text, body}}, size3), room, 0)
	for i, ln := range lines[:len(lines)-1] {
		sum := 0.0
		for _, c := range ln.cells {
			sum += c.width
		}
		if math.Abs(sum-room) > 0.05 {
			t.Errorf("line %d is %.2f points wide instead of %.2f: %q", i+1, sum, room, ln.text())
		}
	}
}

func TestRareCharactersOfNamesAreDrawn(t *testing.T) {
	for _, r := range "㛃䶮淏𬴂𬱖堃喆昇燚赟犇骉㐂𠮷𡢃𪧘𤣱\U0002CEB0\U0002EBE0" {
		err := Drawable(string(r))
		if err != nil {
			t.Errorf("%c: %v", r, err)
		}
	}
	a := anApproval(2)
	a.Members[0].Name, a.Members[1].Name = "王㛃", "李𬴂𠮷"
	a.Unit = "䶮山县人民政府（虚构）" // in the bold title face of nobody: the rare face has one weight
	a.Office = "䶮𪧘县人民政府外事办公室"
	pdf, err := Render(a)
	if err != nil {
		t.Fatal(err)
	}
	text := squeezed(readBack(t, pdf))
	for _, want := range []string{"王㛃", "李𬴂𠮷", "䶮𪧘县人民政府外事办公室"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s isn't in the text", want)
		}
	}
}

// What the list says without opening a face is what the faces draw, in each weight.
func TestTheListOfDrawnCharactersIsTrue(t *testing.T) {
	n := 0
	for r := rune(0x20); r < 0x40000; r++ {
		_, light, err := draw(r, body)
		if err != nil {
			t.Fatal(err)
		}
		_, heavy, err := draw(r, title)
		if err != nil {
			t.Fatal(err)
		}
		if isDrawn(r) != (light && heavy) {
			t.Errorf("%c (U+%04X): the list says %v, the faces %v and %v", r, r, isDrawn(r), light, heavy)
		}
		if light {
			n++
		}
	}
	// GB 18030-2022 asks for 87,887 ideographs at its third level; those of
	// extensions G to I came later, and a few dozen of B to F are missing.
	if n < 88_000 {
		t.Errorf("%d characters are drawn", n)
	}
}

func TestACharacterThatCannotBeDrawnIsRefusedByName(t *testing.T) {
	a := anApproval(2)
	a.Members[1].Name = "王\U00030000\uE000e\u0301"
	_, err := Render(a)
	var undrawable *UndrawableError
	if !errors.As(err, &undrawable) {
		t.Fatalf("Render gave %v", err)
	}
	if !strings.Contains(err.Error(), "\U00030000 (U+30000)") {
		t.Errorf("the error doesn't name the character: %v", err)
	}
	if Drawable("王\U00030000") == nil {
		t.Error("Drawable passes what Render refuses")
	}
}

func TestAPaperWithHolesIsRefusedWithAllOfThemNamed(t *testing.T) {
	a := anApproval(2)
	a.Number, a.Purpose, a.Members[1].Name = "", "", ""
	_, err := Render(a)
	if err == nil || !strings.Contains(err.Error(), "number") || !strings.Contains(err.Error(), "purpose") || !strings.Contains(err.Error(), "members[1].name") {
		t.Errorf("Render gave %v", err)
	}
	for _, p := range []Paper{Approval{}, OneTimeNotice{}, ExitCertificate{}, NoteVerbale{}} {
		if _, err := Render(p); err == nil {
			t.Errorf("an empty %T was laid out", p)
		}
	}
}

func TestDaysAreWrittenAsInOfficialDocuments(t *testing.T) {
	a := anApproval(1)
	for _, c := range []struct{ from, to, want string }{
		{"2026-12-14", "2026-12-18", "2026年12月14日至18日"},
		{"2026-09-30", "2026-10-04", "2026年9月30日至10月4日"},
		{"2026-12-30", "2027-01-02", "2026年12月30日至2027年1月2日"},
		{"2026-03-05", "2026-03-05", "2026年3月5日"},
	} {
		err := errors.Join(a.Depart.UnmarshalText([]byte(c.from)), a.Return.UnmarshalText([]byte(c.to)))
		if err != nil {
			t.Fatal(err)
		}
		if got := Days(a.Depart, a.Return); got != c.want {
			t.Errorf("%s to %s is written %s", c.from, c.to, got)
		}
	}
}
