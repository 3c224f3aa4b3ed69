package trip

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"yitang/internal/blob"
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/material"
	"yitang/internal/pack"
	"yitang/internal/precheck"
	"yitang/internal/web/ui"
)

// A report is read: what the page says of its file is what it takes.
func TestAReportIsAText(t *testing.T) {
	for typ, want := range map[blob.Type]bool{blob.PDF: true, blob.DOCX: true, blob.JPEG: false, blob.PNG: false, blob.XLSX: false} {
		if got := material.IsText("M46") && material.Serves("M46", typ); got != want {
			t.Errorf("%s serves as a report: %v", typ, got)
		}
	}
	if got := material.Accept("M46"); got != ".pdf,.docx" {
		t.Errorf("the file picker offers %s", got)
	}
}

// What is late after a trip is to be done, and not to be explained: each leads to
// where it is done, as long as that is on the page.
func TestWhatIsOwedAfterATripLeadsToWhereItIsDone(t *testing.T) {
	set, err := pack.Built()
	if err != nil {
		t.Fatal(err)
	}
	day := func(s string) calendar.Date {
		d, err := calendar.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	found := set.Checks.Check(dossier.Case{}, precheck.After, day("2026-07-20"), precheck.Happened(precheck.Aftermath{Step: precheck.StepLook, Departed: day("2026-05-11"), Home: day("2026-05-15"), ReportDue: day("2026-06-05")}))
	ctx := context.Background()
	for _, may := range []bool{true, false} {
		v := view{Found: owedPanel(ctx, found)}
		if may {
			v.Report, v.Notice = &reportForm{}, &reportForm{}
		}
		v.leadToParts()
		var b bytes.Buffer
		if err := v.Found.Render(ctx, &b); err != nil {
			t.Fatal(err)
		}
		if says := b.String(); strings.Contains(says, "须说明") || !strings.Contains(says, "要补办 2") {
			t.Errorf("the page says %s", says)
		}
		for _, at := range []string{"#report", "#notice"} {
			if strings.Contains(b.String(), `href="`+at+`"`) != may {
				t.Errorf("leads to %s: not %v", at, may)
			}
		}
	}
	if owedPanel(ctx, precheck.Findings{}) != (*ui.Findings)(nil) {
		t.Error("nothing is owed, and a panel says so")
	}
}
