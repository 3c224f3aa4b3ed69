package dossier

import "testing"

func TestANumberIsReadAsPeopleWriteIt(t *testing.T) {
	for typed, want := range map[string]string{"９，８００元": "9800", "9,800.50": "9800.50", "9800元": "9800", "9,80元": "9,80", "元": ""} {
		if got := FoldNumber(typed); got != want {
			t.Errorf("%q is read as %q instead of %q", typed, got, want)
		}
	}
}
