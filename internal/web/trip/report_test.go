package trip

import (
	"testing"

	"yitang/internal/blob"
	"yitang/internal/material"
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
