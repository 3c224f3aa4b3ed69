package precheck

import (
	"slices"
	"testing"

	"yitang/internal/dossier"
)

func TestEachCopyOfAPaperIsToldAndNoneTwice(t *testing.T) {
	paper := func(kind, owner, sha string) dossier.Material {
		return dossier.Material{Kind: dossier.MaterialKind(kind), Owner: owner, SHA256: sha}
	}
	c := &dossier.Case{Materials: []dossier.Material{
		paper("M09", "members[0]", "x"), paper("M09", "members[1]", "x"), paper("M09", "members[2]", "x"), // one letter for three people
		paper("M04", "case", "y"), paper("M04", "case", "y"), // the same heading twice
		paper("M05", "case", ""), paper("M06", "case", ""), // not looked at
	}}
	if got := twins(c); !slices.Equal(got, []Twin{{1, 0}, {2, 0}}) {
		t.Errorf("copies %v", got)
	}
}
