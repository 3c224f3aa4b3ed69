package filing

import (
	"slices"
	"testing"

	"yitang/internal/dossier"
)

// What changed is told beside the defect that asked for it, and beside no other.
func TestAChangeAnswersTheDefectThatAskedForIt(t *testing.T) {
	members := []dossier.Member{{FamilyName: "江", GivenName: "明远"}, {FamilyName: "陈", GivenName: "晓楠"}}
	defects := []Defect{
		{Field: "materials", Words: "缺陈晓楠的数码照片"},
		{Field: "invitations[0].translation", Words: "缺邀请函译文"},
		{Field: "materials", Words: "邀请函没有盖章"},
		{Field: "materials[4]", Words: "看不清"},
		{Field: "materials", Words: "材料不全"},
		{Field: "invitations", Words: "与行程不符"},
	}
	for _, c := range []struct {
		name, path string
		paper      dossier.Material
		want       []int
	}{
		{"the photo that was asked for", "materials", dossier.Material{Kind: "M26", Owner: "members[1]"}, []int{0}},
		{"somebody else's photo", "materials", dossier.Material{Kind: "M26", Owner: "members[0]"}, []int{4}},
		{"the translation, which another place asked for", "materials", dossier.Material{Kind: "M05", Owner: "case"}, []int{1}},
		{"the letter, not its translation", "materials[1]", dossier.Material{Kind: "M04", Owner: "case"}, []int{2}},
		{"the paper that was sent back itself", "materials[4]", dossier.Material{Kind: "M09", Owner: "case"}, []int{3}},
		{"what no defect names", "materials", dossier.Material{Kind: "M01", Owner: "case"}, []int{4}},
		{"a value, at the closest place", "invitations[0].translation", dossier.Material{}, []int{1}},
		{"a value of the list", "invitations[1].contact", dossier.Material{}, []int{5}},
		{"a value that nobody asked for", "case.purpose", dossier.Material{}, nil},
	} {
		got := Answered(defects, c.path)
		if c.paper.Kind != "" {
			got = AnsweredByPaper(defects, c.path, c.paper, members)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
