package filing

import (
	"slices"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Owed is a paper that an urgent case was handed in without, the day by which it
// must follow (补办), and the paper once it has.
type Owed struct {
	Kind     dossier.MaterialKind `json:"kind"`
	Due      calendar.Date        `json:"due"`
	Material string               `json:"material,omitempty"` // "" while it is owed
	On       calendar.Date        `json:"on,omitzero"`        // when it came
}

// PutOff: an urgent case was handed in before these papers were there. After a
// correction it is told anew; the days of what is still owed stay as they were.
type PutOff struct {
	Unit   string `reach:"internet office"`
	Papers []Owed `reach:"internet office"` // all that the case has owed, supplied ones too
}

// Supplied: a paper that was put off is there.
type Supplied struct {
	Kind     dossier.MaterialKind `reach:"internet office"`
	Material string               `reach:"internet office"`
	On       calendar.Date        `reach:"internet office"`
	Late     int                  `reach:"internet office"` // days
}

// owing is what an application owes once it is handed in as it is now.
func (f Filing) owing(a Application, m journal.Moment) []Owed {
	out := slices.DeleteFunc(slices.Clone(f.Later), func(o Owed) bool { return o.Material == "" && !slices.Contains(a.Later, o.Kind) })
	for _, kind := range a.Later {
		if !slices.ContainsFunc(out, func(o Owed) bool { return o.Kind == kind && o.Material == "" }) {
			out = slices.DeleteFunc(out, func(o Owed) bool { return o.Kind == kind })
			out = append(out, Owed{Kind: kind, Due: m.Book.AddWorkdays(m.Today, a.LaterIn)})
		}
	}
	return out
}

// putOff is the event, when what is owed isn't what was.
func (f Filing) putOff(a Application, m journal.Moment) []any {
	if now := f.owing(a, m); !slices.Equal(now, f.Later) {
		return []any{PutOff{Unit: f.Unit, Papers: now}}
	}
	return nil
}

// Supply hands in a paper that an urgent case was sent without. It is a paper
// of the case that is held already.
type Supply struct {
	Kind     dossier.MaterialKind
	Material string
}

// Decide wants a paper that is owed, and one only: what came is there.
func (cmd Supply) Decide(f Filing, m journal.Moment) ([]journal.Event, error) {
	i := slices.IndexFunc(f.Later, func(o Owed) bool { return o.Kind == cmd.Kind })
	switch {
	case f.Stage == IsWithdrawn || i < 0:
		return nil, fault.NotNow("filing.later.not_owed", f.Stage)
	case f.Later[i].Material != "":
		return nil, fault.NotNow("filing.later.supplied", f.Stage)
	case cmd.Material == "":
		return nil, fault.Field("file", "upload.none", nil)
	}
	return journal.Happened(Supplied{Kind: cmd.Kind, Material: cmd.Material, On: m.Today, Late: max(0, m.Today.Sub(f.Later[i].Due))}), nil
}

// Open are those that are still owed.
func Open(all []Owed) []Owed {
	return slices.DeleteFunc(slices.Clone(all), func(o Owed) bool { return o.Material != "" })
}

// Came is what was owed, with what has come since.
func Came(all []Owed, b Supplied) []Owed {
	out := slices.Clone(all)
	for i := range out {
		if out[i].Kind == b.Kind {
			out[i].Material, out[i].On = b.Material, b.On
		}
	}
	return out
}
