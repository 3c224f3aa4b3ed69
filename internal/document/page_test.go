package document

import (
	"fmt"
	"image"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"yitang/internal/calendar"
)

// tolerance of everything that the standard gives in millimetres.
const tolerance = 0.5

// dots is a length on the picture.
func dots(mm float64) int { return int(mm * dotsPerMM) }

// plain is a paper of one paragraph, to measure the page with.
type plain struct{ text string }

func (plain) check() error { return nil }
func (plain) name() string { return "试样" }
func (plain) mark() string { return "" }
func (plain) facts() Facts {
	return Facts{Format: factsFormat, Kind: KindApproval, Number: "试1号", Office: "试", Issued: calendar.On(2026, 1, 1), At: issueMoment}
}

func (p plain) lay(l *layout) {
	st := running()
	st.indent = 0
	l.paragraph(st, span{p.text, body})
}

func isInk(p image.Image, x, y int) bool {
	r, g, b, _ := p.At(x, y).RGBA()
	return r+g+b < 3*0x8000
}

func isRed(p image.Image, x, y int) bool {
	r, g, b, _ := p.At(x, y).RGBA()
	return r > 0x9000 && g < 0x7000 && b < 0x7000
}

// bounds is the smallest box around all pixels of a kind inside a part of the
// page, in millimetres: left, top, right, bottom.
func bounds(p image.Image, top, bottom float64, is func(image.Image, int, int) bool) (b [4]float64, found bool) {
	b = [4]float64{math.MaxFloat64, math.MaxFloat64, 0, 0}
	for y := dots(top); y < min(dots(bottom), p.Bounds().Dy()); y++ {
		for x := range p.Bounds().Dx() {
			if is(p, x, y) {
				b[0], b[1] = min(b[0], float64(x)/dotsPerMM), min(b[1], float64(y)/dotsPerMM)
				b[2], b[3] = max(b[2], float64(x+1)/dotsPerMM), max(b[3], float64(y+1)/dotsPerMM)
				found = true
			}
		}
	}
	return b, found
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > tolerance {
		t.Errorf("%s is at %.2f mm instead of %.2f", what, got, want)
	}
}

func TestAFullPageHas22LinesOf28CharactersInsideTheTypeArea(t *testing.T) {
	pdf, err := Render(plain{strings.Repeat("国", linesPerPage*cellsPerLine)})
	if err != nil {
		t.Fatal(err)
	}
	pages := pictures(t, pdf)
	if len(pages) != 1 {
		t.Fatalf("%d pages for what fills one", len(pages))
	}
	p := pages[0]
	near(t, "the paper's right edge", float64(p.Bounds().Dx())/dotsPerMM, paperWidth)
	near(t, "the paper's bottom edge", float64(p.Bounds().Dy())/dotsPerMM, paperHeight)
	box, _ := bounds(p, 0, typeBottom+3, isInk)
	// 国 leaves some of its cell white on each side.
	em := bodyEm
	near(t, "the left of the text", box[0]-0.099*em, marginLeft)
	near(t, "the top of the text", box[1]-0.059*em, typeTop)
	near(t, "the right of the text", box[2]+0.056*em, typeRight)
	near(t, "the bottom of the text", box[3]+0.042*em, typeBottom)

	bands := func(n int, inkAt func(i int) bool) int {
		count, inside := 0, false
		for i := range n {
			if is := inkAt(i); is != inside {
				inside = is
				if is {
					count++
				}
			}
		}
		return count
	}
	lines := bands(dots(typeBottom+3), func(y int) bool {
		for x := range p.Bounds().Dx() {
			if isInk(p, x, y) {
				return true
			}
		}
		return false
	})
	if lines != linesPerPage {
		t.Errorf("%d lines on the page", lines)
	}
	first := dots(typeTop + bodyEm)
	columns := bands(p.Bounds().Dx(), func(x int) bool {
		for y := range first {
			if isInk(p, x, y) {
				return true
			}
		}
		return false
	})
	if columns != cellsPerLine {
		t.Errorf("%d characters on the first line", columns)
	}

	pdf, err = Render(plain{strings.Repeat("国", linesPerPage*cellsPerLine+1)})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(pictures(t, pdf)); n != 2 {
		t.Errorf("one character more gives %d pages", n)
	}
}

func TestTheHeadStandsWhereTheStandardPutsIt(t *testing.T) {
	pages := pictures(t, anOffice(t, 1).issue(t, anApproval(4)))
	p := pages[0]
	red, ok := bounds(p, 0, typeBottom, isRed)
	if !ok {
		t.Fatal("nothing red on the first page")
	}
	// The mark's characters begin a little below the top of their cells.
	near(t, "the top of the organ mark", red[1], typeTop+35+0.4)
	near(t, "the left end of the red rule", red[0], marginLeft)
	near(t, "the right end of the red rule", red[2], typeRight)
	number, _ := bounds(p, red[3]-12, red[3]-2, isInk)
	near(t, "the red rule below the number", red[3]-redRule-number[3], 4)

	last := pages[len(pages)-1]
	foot, _ := bounds(last, typeBottom-3, typeBottom+3, isInk)
	near(t, "the last rule of the colophon", foot[3], typeBottom)
	near(t, "its left end", foot[0], marginLeft)
	near(t, "its right end", foot[2], typeRight)
	seal, ok := bounds(last, typeTop, typeBottom, isRed)
	if !ok {
		t.Fatal("no seal")
	}
	near(t, "the seal's width", seal[2]-seal[0], sealDiameter)
	near(t, "the seal's height", seal[3]-seal[1], sealDiameter)

	for i, p := range pages {
		number, ok := bounds(p, typeBottom+3, paperHeight, isInk)
		if !ok {
			t.Fatalf("page %d has no number", i+1)
		}
		em := size4 / perMM
		if i%2 == 0 {
			near(t, fmt.Sprintf("the number of page %d", i+1), number[2], typeRight-em)
		} else {
			near(t, fmt.Sprintf("the number of page %d", i+1), number[0], marginLeft+em)
		}
	}
}

func TestNothingIsPrintedOutsideTheTypeAreaButThePageNumber(t *testing.T) {
	for name, p := range papers() {
		t.Run(name, func(t *testing.T) {
			letter := name == "certificate" || name == "note"
			for i, page := range pictures(t, anOffice(t, 1).issue(t, p)) {
				bottom := typeBottom
				if letter && i == 0 {
					bottom = letterBottom
				}
				top := 0.0
				if letter && i == 0 {
					top = 50 // a letter's head stands above the type area
				}
				box, ok := bounds(page, top, bottom+2, isInk)
				if !ok {
					t.Fatalf("page %d is empty", i+1)
				}
				if box[0] < marginLeft-tolerance || box[2] > typeRight+tolerance || box[3] > bottom+tolerance ||
					top == 0 && box[1] < typeTop-tolerance {
					t.Errorf("page %d: print from %.1f,%.1f to %.1f,%.1f", i+1, box[0], box[1], box[2], box[3])
				}
			}
		})
	}
}

func TestThePhoneReadsTheCodeOnThePrintedPage(t *testing.T) {
	for name, p := range papers() {
		t.Run(name, func(t *testing.T) {
			pages := pictures(t, anOffice(t, 1).issue(t, p))
			var read []string
			for _, page := range pages {
				bmp, err := gozxing.NewBinaryBitmapFromImage(page)
				if err != nil {
					t.Fatal(err)
				}
				r, err := qrcode.NewQRCodeReader().Decode(bmp, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
				if err == nil {
					read = append(read, r.GetText())
				}
			}
			want := "https://wb.yunjiang.example/v/" + strings.ReplaceAll(p.facts().Code, "-", "")
			if len(read) != 1 || read[0] != want {
				t.Errorf("read %q instead of %q", read, want)
			}
		})
	}
}

// A document's bytes may not depend on when it is made: the second hour is a
// bubble's, a quarter of a century ago.
func TestTheSamePaperGivesTheSameBytesAtAnyHour(t *testing.T) {
	for name, p := range papers() {
		now := anOffice(t, 1).issue(t, p)
		var then []byte
		atAnotherHour(t, func(t *testing.T) {
			if time.Now().Year() > 2001 {
				t.Fatal("the clock in the bubble is the real one")
			}
			then = anOffice(t, 1).issue(t, p)
		})
		if string(now) != string(then) {
			t.Errorf("%s: bytes differ", name)
		}
	}
}

// The first page is filled before the second is begun, and the seal needs no third.
// Its members stand on one page, and the sentences before them fill the other.
func TestAnOrdinaryApprovalHasTwoPages(t *testing.T) {
	for n := 1; n <= 6; n++ {
		a := anApproval(n)
		for i := range a.Members {
			a.Members[i].Post = fmt.Sprintf("职务甲%d乙", i+1)
		}
		pdf, err := Render(a)
		if err != nil {
			t.Fatal(err)
		}
		pages, err := PageText(pdf)
		if err != nil || len(pages) != 2 || !strings.Contains(squeezed(pages[0]), "经费来源") {
			t.Errorf("with %d members it has %d pages, %v", n, len(pages), err)
			continue
		}
		for _, p := range pages {
			p = squeezed(p)
			if rows := strings.Count(p, "职务甲"); strings.Contains(p, "团组成员") != (rows > 0) || rows > 0 && rows != n {
				t.Errorf("of %d members %d stand on a page of the list", n, rows)
			}
		}
	}
}

// A list that no page holds starts where it stands and names its columns again.
func TestALongListNamesItsColumnsOnEachPage(t *testing.T) {
	pdf, err := Render(anApproval(60))
	if err != nil {
		t.Fatal(err)
	}
	pages, err := PageText(pdf)
	if err != nil {
		t.Fatal(err)
	}
	held := 0
	for _, p := range pages {
		p = squeezed(p)
		rows := strings.Contains(p, "团员")
		if rows {
			held++
		}
		if rows != strings.Contains(p, "序号姓名性别职务团内身份") {
			t.Errorf("a page names its columns though it has no row, or the other way: %s", p)
		}
	}
	if held < 2 {
		t.Errorf("sixty members stand on %d pages", held)
	}
}

func TestTablesOfAnyLengthShowEverybodyOnce(t *testing.T) {
	for _, n := range []int{1, 2, 3, 5, 6, 7, 26, 27, 28, 29, 40, 59, 60} {
		a := anApproval(n)
		for i := range a.Members {
			a.Members[i].Post = fmt.Sprintf("职务甲%d乙", i+1)
		}
		pdf, err := Render(a)
		if err != nil {
			t.Fatal(err)
		}
		text := squeezed(readBack(t, pdf))
		for i := range a.Members {
			if c := strings.Count(text, fmt.Sprintf("职务甲%d乙", i+1)); c != 1 {
				t.Errorf("of %d members, number %d stands there %d times", n, i+1, c)
			}
		}
	}
}
