package pack

import (
	"bytes"
	"fmt"
	"io/fs"
	"slices"

	"go.yaml.in/yaml/v3"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
)

// Paths are the review paths of an office, in the order in which they are tried.
type Paths struct {
	IntakeWorkdays     calendar.Workdays // to answer what has come in
	CorrectionWorkdays calendar.Workdays // for the unit to mend what was sent back
	DocumentMonths     int               // how long an approval document holds
	Conditions         []string          // sentences that an approval document carries unless they are changed
	List               []Path
}

// Path is one way through the office.
type Path struct {
	ID    string
	Name  fault.Text
	When  Conditions
	Steps []Step
}

// Conditions are what a case must meet; empty ones ask for nothing.
type Conditions struct {
	MinRank   dossier.Rank       // of the highest member
	Countries []string           // one of them is visited
	Kinds     []dossier.CaseKind // the case is one of them
}

// Step is one station.
type Step struct {
	Role     string // access.Role
	Name     fault.Text
	Workdays calendar.Workdays
	FourEyes bool
}

type text struct{ Zh, En string }

type pathsFile struct {
	Intake, Correction struct{ Workdays int }
	Document           struct {
		Months     int
		Conditions []string
	}
	Paths []struct {
		ID   string
		Name text
		When struct {
			MinRank   dossier.Rank       `yaml:"minRank"`
			Countries []string           `yaml:"countries"`
			Kinds     []dossier.CaseKind `yaml:"kinds"`
		}
		Steps []struct {
			Role     string
			Name     text
			Workdays int
			FourEyes bool `yaml:"fourEyes"`
		}
	}
}

// LoadPaths reads path.yaml of a pack.
func LoadPaths(pack fs.FS) (Paths, error) {
	b, err := fs.ReadFile(pack, "path.yaml")
	if err != nil {
		return Paths{}, fmt.Errorf("reading the review paths: %w", err)
	}
	return ParsePaths(b)
}

// ParsePaths reads and checks review paths; every mistake is named with its path.
func ParsePaths(b []byte) (Paths, error) {
	var f pathsFile
	dec := yaml.NewDecoder(bytes.NewReader(b))
	dec.KnownFields(true)
	if err := dec.Decode(&f); err != nil {
		return Paths{}, fmt.Errorf("reading the review paths: %w", err)
	}
	out := Paths{IntakeWorkdays: calendar.Workdays(f.Intake.Workdays), CorrectionWorkdays: calendar.Workdays(f.Correction.Workdays), DocumentMonths: f.Document.Months, Conditions: f.Document.Conditions}
	if out.IntakeWorkdays < 1 || out.CorrectionWorkdays < 1 || out.DocumentMonths < 1 {
		return Paths{}, fmt.Errorf("review paths: intake, correction and document each need a clock of at least 1")
	}
	seen := map[string]bool{}
	for i, p := range f.Paths {
		at := fmt.Sprintf("review path %d (%s)", i+1, p.ID)
		path := Path{ID: p.ID, Name: fault.Text(p.Name), When: Conditions{MinRank: p.When.MinRank, Countries: p.When.Countries, Kinds: p.When.Kinds}}
		switch {
		case p.ID == "" || seen[p.ID]:
			return Paths{}, fmt.Errorf("%s: it needs an id of its own", at)
		case p.Name.Zh == "" || p.Name.En == "":
			return Paths{}, fmt.Errorf("%s: it needs a name in both languages", at)
		case len(p.Steps) == 0:
			return Paths{}, fmt.Errorf("%s: it has no step", at)
		case path.When.MinRank != "" && !slices.Contains(path.When.MinRank.Words(), string(path.When.MinRank)):
			return Paths{}, fmt.Errorf("%s: %q is no rank", at, path.When.MinRank)
		case i < len(f.Paths)-1 && path.When.none():
			return Paths{}, fmt.Errorf("%s: it has no condition, so that the paths after it are never taken", at)
		case i == len(f.Paths)-1 && !path.When.none():
			return Paths{}, fmt.Errorf("%s: the last path must have no condition, or some cases have none", at)
		}
		seen[p.ID] = true
		for _, k := range path.When.Kinds {
			if !slices.Contains(k.Words(), string(k)) {
				return Paths{}, fmt.Errorf("%s: %q is no kind of case", at, k)
			}
		}
		for j, s := range p.Steps {
			if !slices.Contains([]string{"intake", "reviewer", "chief", "director"}, s.Role) {
				return Paths{}, fmt.Errorf("%s: step %d: %q takes no step", at, j+1, s.Role)
			}
			if s.Workdays < 1 || s.Name.Zh == "" || s.Name.En == "" {
				return Paths{}, fmt.Errorf("%s: step %d needs a clock and a name in both languages", at, j+1)
			}
			path.Steps = append(path.Steps, Step{Role: s.Role, Name: fault.Text(s.Name), Workdays: calendar.Workdays(s.Workdays), FourEyes: s.FourEyes})
		}
		if last := path.Steps[len(path.Steps)-1]; last.Role != "director" {
			return Paths{}, fmt.Errorf("%s: the last step decides and is the director's", at)
		}
		out.List = append(out.List, path)
	}
	if len(out.List) == 0 {
		return Paths{}, fmt.Errorf("review paths: there is none")
	}
	return out, nil
}

func (c Conditions) none() bool { return c.MinRank == "" && len(c.Countries) == 0 && len(c.Kinds) == 0 }

// For chooses the path of a case.
func (p Paths) For(c dossier.Case) Path {
	for _, path := range p.List {
		if path.When.hold(c) {
			return path
		}
	}
	return p.List[len(p.List)-1]
}

func (c Conditions) hold(k dossier.Case) bool {
	if c.MinRank != "" && Highest(k).Order() < c.MinRank.Order() {
		return false
	}
	if len(c.Kinds) > 0 && !slices.Contains(c.Kinds, k.Trip.Kind) {
		return false
	}
	return len(c.Countries) == 0 || slices.ContainsFunc(k.Countries(), func(s string) bool { return slices.Contains(c.Countries, s) })
}

// Highest is the highest rank in the group: it decides who must sign.
func Highest(c dossier.Case) dossier.Rank {
	best := dossier.NoRank
	for _, m := range c.Members {
		if m.Rank.Order() > best.Order() {
			best = m.Rank
		}
	}
	return best
}
