package document

import "yitang/internal/calendar"

// verification is what a reader needs to check a document.
type verification struct {
	url, code, caseNumber string
	wording               Wording
}

// closing sets the last paragraph, the signature with its seal, the code and
// the colophon. They stay together: a page that holds only a signature may
// not be (GB/T 9704-2012, 7.3.5.5).
func (l *layout) closing(last, organ string, date calendar.Date, copies []string, v verification) {
	st := running()
	foot, end := 0.0, colophon{}
	if !l.letter {
		end = l.newColophon(copies, organ, date, v.wording)
		foot = end.height() + 3
	}
	free := l.freeLines(l.height(st, span{last, body}) + foot)
	l.paragraph(st, span{last, body})
	l.codeAt(v, l.top+linePitch+2)
	l.signature(organ, date, byName, free)
	if !l.letter {
		l.colophon(end)
	}
}

// freeLines is how many lines are left free above the signature when so many
// millimetres are needed besides; with too little room it turns the page.
func (l *layout) freeLines(besides float64) float64 {
	spare := (l.bottom() - l.top - besides - signatureHeight(0)) / linePitch
	if spare < freeLinesMin {
		l.newPage()
		return freeLines
	}
	return min(spare, freeLines)
}

// courtesy closes a note: the formula, the mission's name at the left and the
// code below it, date and seal at the right.
func (l *layout) courtesy(formula, mission, organ string, date calendar.Date, v verification) {
	st := running()
	st.indent, st.align, st.width = 0, ragged, typeWidth/2+8
	to := l.broken(st, []span{{mission, body}})
	left := float64(1+len(to))*linePitch + 2
	if v.url != "" {
		left += codeSize
	}
	if !l.room(linePitch + max(signatureHeight(freeLines), left)) {
		l.newPage()
	}
	l.paragraph(running(), span{formula, body})
	top := l.top
	l.signature(organ, date, bySeal, freeLines)
	end := l.top
	l.top = top + linePitch
	l.set(st, to, l.root)
	l.codeAt(v, l.top+2)
	l.top = max(top+left, end)
}

// codeAt puts the code and what is beside it at the left, so far down.
func (l *layout) codeAt(v verification, y float64) {
	if v.url == "" {
		return
	}
	beside := []string{v.wording.say("code.scan")}
	if v.code != "" {
		beside = append(beside, v.wording.say("code.code", "Code", v.code))
	}
	if v.caseNumber != "" {
		beside = append(beside, v.wording.say("code.case", "Number", v.caseNumber))
	}
	l.code(v.url, marginLeft, y, beside)
}
