package progress

import (
	"context"
	"fmt"

	"yitang/internal/dossier"
	"yitang/internal/filing"
	"yitang/internal/web/ui"
)

// Changed is one difference between two rounds of a case, as people tell it, and
// the place that it belongs to.
type Changed struct {
	ui.Change
	path    string
	paper   *dossier.Material // as it is now, or was
	members []dossier.Member  // among whom its owner is
}

// Path is the field that differs; of a paper the place where it stands, or stood.
func (x Changed) Path() string { return x.path }

// Answers tells which defects it answers.
func (x Changed) Answers(defects []filing.Defect) []int {
	if x.paper != nil {
		return filing.AnsweredByPaper(defects, x.path, *x.paper, x.members)
	}
	return filing.Answered(defects, x.path)
}

// Differences lists what differs between two rounds, in people's words.
func Differences(ctx context.Context, was, is dossier.Case, country func(code, lang string) string) []Changed {
	var out []Changed
	values, papers := dossier.Told(was, is)
	for _, d := range values {
		c := is
		if d.Is == "" {
			c = was // what is gone is named as it was
		}
		x := Changed{path: d.Path, Change: ui.Change{Label: Place(ctx, c, d.Path), Was: Value(ctx, d.Path, d.Was, country), Is: Value(ctx, d.Path, d.Is, country)}}
		if x.Was == x.Is { // a masked number
			x.Is = ui.T(ctx, "review.changed.masked")
		}
		out = append(out, x)
	}
	for _, d := range papers {
		x := Changed{path: d.Path()} // what was sent back was the paper that stood there
		if d.Is >= 0 {
			x.Label, x.Is = Place(ctx, is, fmt.Sprintf("materials[%d]", d.Is)), is.Materials[d.Is].File
			x.paper, x.members = &is.Materials[d.Is], is.Members
		}
		if d.Was >= 0 {
			x.Label, x.Was = Place(ctx, was, x.path), was.Materials[d.Was].File
			x.paper, x.members = &was.Materials[d.Was], was.Members
		}
		if x.Was == x.Is {
			x.Is = ui.T(ctx, "review.changed.another", "Name", x.Is)
		}
		out = append(out, x)
	}
	return out
}
