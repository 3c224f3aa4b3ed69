package document

import "yitang/internal/calendar"

// verification is what a reader needs to check a document.
type verification struct{ url, code, caseNumber string }

// closing sets the last paragraph, the signature with its seal, the code and
// the colophon. They stay together: a page that holds only a signature may
// not be (GB/T 9704-2012, 7.3.5.5).
func (l *layout) closing(last, organ string, date calendar.Date, copies []string, v verification) {
	st := running()
	foot := 7.0
	if len(copies) > 0 {
		foot += 7
	}
	if need := l.height(st, span{last, body}) + signatureHeight + foot + 3; !l.room(need) {
		l.newPage()
	}
	l.paragraph(st, span{last, body})
	y := l.top + linePitch + 2
	l.signature(organ, date, true)
	if v.url != "" {
		beside := []string{"扫码核验真伪与效力"}
		if v.code != "" {
			beside = append(beside, "核验码 "+v.code)
		}
		if v.caseNumber != "" {
			beside = append(beside, "案件编号 "+v.caseNumber)
		}
		l.code(v.url, marginLeft, y, beside)
	}
	l.colophon(copies, organ, date)
}
