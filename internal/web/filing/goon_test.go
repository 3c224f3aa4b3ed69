package filing_test

import (
	"strings"
	"testing"
)

// A home page that shows a draft doesn't say that there is nothing to do.
func TestHomeNamesTheDraftsToGoOnWith(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	if says := text(he.ok("/cases").body); !strings.Contains(says, "现在没有要您办的事") {
		t.Fatalf("nothing is there yet: %s", says)
	}
	he.begin("valid-germany-5-days")
	if says := text(he.ok("/cases").body); strings.Contains(says, "现在没有要您办的事") || !strings.Contains(says, "有 1 份草稿可以接着写") && !strings.Contains(says, "另有 1 份草稿可以接着写") {
		t.Errorf("with a draft it says %s", says)
	}
}
