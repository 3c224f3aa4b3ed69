package document

import (
	"fmt"
	"strconv"
	"time"

	"yitang/internal/calendar"
)

// OneTimeNotice tells everything that is to be mended in an application, in
// one go (一次性告知书). It goes with the one return that the office has.
type OneTimeNotice struct {
	Office     string
	Number     string
	Issued     calendar.Date
	At         time.Time
	Unit       string
	Delegation string
	Defects    []Defect
	Until      calendar.Date // by when it should come back, absent for no day
	Case       string        // "" before it was accepted: it has no number yet
	Code       string        // verification code and address, "" for a notice without a QR code
	VerifyURL  string
	Wording    Wording
}

// Defect is one thing to mend.
type Defect struct {
	Where string // the field or paper, as people call it
	Wrong string
	Basis string // may be ""
	Fix   string
}

func (n OneTimeNotice) check() error {
	var r required
	r.text("office", n.Office)
	r.text("number", n.Number)
	r.text("unit", n.Unit)
	r.text("day of issue", n.Issued.String())
	r.time("moment of issue", n.At)
	if len(n.Defects) == 0 {
		r = append(r, "defects")
	}
	for i, d := range n.Defects {
		r.text(fmt.Sprintf("defects[%d].where", i), d.Where)
		r.text(fmt.Sprintf("defects[%d].wrong", i), d.Wrong)
	}
	return r.err()
}

func (n OneTimeNotice) name() string { return n.Wording.say("oneTimeNotice.title") }

func (n OneTimeNotice) mark() string { return n.Wording[markKey] }

func (n OneTimeNotice) facts() Facts {
	return Facts{
		Format: factsFormat, Kind: KindOneTimeNotice, Number: n.Number, Case: n.Case, Code: n.Code,
		Office: n.Office, Unit: n.Unit, Delegation: n.Delegation,
		Issued: n.Issued, At: n.At.UTC().Truncate(time.Second),
	}
}

func (n OneTimeNotice) lay(l *layout) {
	l.organMark(n.Office, n.Number)
	l.balanced(titleStyle(), span{n.name(), title})
	l.top += linePitch
	flush := running()
	flush.indent = 0
	l.paragraph(flush, span{n.Unit + "：", body})
	w, delegation, number := n.Wording, "", ""
	if n.Delegation != "" {
		delegation = "“" + n.Delegation + "”"
	}
	if n.Case != "" {
		number = w.say("oneTimeNotice.case", "Number", n.Case)
	}
	l.paragraph(running(), span{w.say("oneTimeNotice.opening", "Delegation", delegation, "Case", number, "Count", len(n.Defects)), body})

	cols := []column{{w.say("column.number"), 12, true}, {w.say("column.where"), 30, false}, {w.say("column.wrong"), 46, false}}
	basis := false
	for _, d := range n.Defects {
		basis = basis || d.Basis != ""
	}
	if basis {
		cols = append(cols, column{w.say("column.basis"), 30, false})
	}
	cols = append(cols, column{w.say("column.fix"), 38, false})
	var rows [][]string
	for i, d := range n.Defects {
		row := []string{strconv.Itoa(i + 1), d.Where, d.Wrong}
		if basis {
			row = append(row, d.Basis)
		}
		rows = append(rows, append(row, d.Fix))
	}
	l.top += linePitch - bodyEm
	l.table(l.newTable(cols, rows))
	last := w.say("oneTimeNotice.last")
	if !n.Until.IsZero() {
		last = w.say("oneTimeNotice.last.until", "Date", chinese(n.Until))
	}
	l.closing(last, n.Office, n.Issued, nil, verification{n.VerifyURL, n.Code, n.Case, w})
}
