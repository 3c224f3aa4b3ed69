package approval

import (
	"testing"

	"yitang/internal/document"
)

// A new kind of letter stays closed to reviewers until somebody has said that it
// holds no passport numbers.
func TestReviewersOpenOnlyLettersThatAreKnownToHoldNoPassportNumbers(t *testing.T) {
	shut := map[document.Kind]bool{document.KindNoteVerbale: true, document.KindExitCertificate: true, document.KindApproval: true} // the approval has its own way
	for _, k := range append(document.Kinds(), "aNewKind") {
		if want := !shut[k] && k != "aNewKind"; opens(k) != want {
			t.Errorf("a reviewer opens %s: %v", k, !want)
		}
	}
}
