package document

import (
	"fmt"

	"rsc.io/qr"

	"yitang/internal/calendar"
)

// CodeSheets are sheets of QR codes that carry data on paper, four to a sheet. They
// are working papers: nobody signs them, and what they carry is signed for itself.
type CodeSheets struct {
	Title  string
	By     string
	On     calendar.Date
	Lines  []string // under the title of each sheet
	Foot   string
	Sheets [][4]string // the texts of each sheet's codes, row by row
}

const (
	sheetCode  = 74.0 // mm
	sheetGap   = 8.0
	sheetCodes = 88.0 // mm from the top of the paper, where the codes begin
)

// Print lays the sheets out, each with its number.
func (s CodeSheets) Print() ([]byte, error) {
	if s.Title == "" || s.On.IsZero() || len(s.Sheets) == 0 {
		return nil, fmt.Errorf("laying out sheets of codes: there is no title, no day or no sheet")
	}
	l := newLayout()
	for n, codes := range s.Sheets {
		if n > 0 {
			l.newPage()
		}
		l.balanced(titleStyle(), span{s.Title, title})
		which := small()
		which.tag, which.size, which.align, which.pitch = "H2", size4, centred, 8
		l.paragraph(which, span{fmt.Sprintf("第 %d 张，共 %d 张　Sheet %d of %d", n+1, len(s.Sheets), n+1, len(s.Sheets)), heading})
		for _, line := range s.Lines {
			st := small()
			st.align = centred
			l.paragraph(st, span{line, body})
		}
		if l.top > sheetCodes-2 {
			return nil, fmt.Errorf("laying out sheets of codes: the lines leave no room")
		}
		for i, text := range codes {
			q, err := qr.Encode(text, qr.M)
			if err != nil {
				return nil, fmt.Errorf("drawing a code of sheet %d: %w", n+1, err)
			}
			x, y := marginLeft+float64(i%2)*(sheetCode+sheetGap), sheetCodes+float64(i/2)*(sheetCode+sheetGap)
			l.drawCode(q, x, y, sheetCode, fmt.Sprintf("二维码，第%d张的第%d个", n+1, i+1))
		}
	}
	Working{Foot: s.Foot}.foot(l)
	if err := l.refusal(); err != nil {
		return nil, fmt.Errorf("laying out sheets of codes: %w", err)
	}
	return l.file(notOurs(s.By, s.On), s.Title)
}
