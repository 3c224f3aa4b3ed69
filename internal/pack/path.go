package pack

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/requirement"
)

// Paths are the review paths of an office, in the order in which they are tried.
type Paths struct {
	IntakeWorkdays     calendar.Workdays // to answer what has come in
	CorrectionWorkdays calendar.Workdays // for the unit to mend what was sent back
	DocumentMonths     int               // how long an approval document holds
	Conditions         []string          // sentences that an approval document carries unless they are changed
	Regions            []string          // the same for Hong Kong and Macau, where it speaks of permits and not of passports
	Academic           []string          // those of the academic regime in addition
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
	Urgent    bool               // the case is urgent
	Amends    []Change           // it isn't decided anew but changes an approval in one of these ways
}

// Change is how an approved mission is changed: filing.AmendmentKind, as the
// path of one may be another than that of a new case.
type Change string

// Words are those that the whole review may be taken by; the others are filed.
func (Change) Words() []string {
	return []string{"members", "shift", "days", "places", "delayed"}
}

// Step is one station.
type Step struct {
	Role     string // access.Role
	Name     fault.Text
	Workdays calendar.Workdays
	FourEyes bool
}

type text struct {
	Zh string `yaml:"zh"`
	En string `yaml:"en"`
}

func (t text) said() fault.Text { return fault.Text{Zh: t.Zh, En: t.En} }

func (t text) one() bool { return t.Zh == "" || t.En == "" }

type clock struct {
	Workdays int `yaml:"workdays"`
}

// PathFile is path.yaml as it is written.
type PathFile struct {
	Intake     clock         `yaml:"intake"`
	Correction clock         `yaml:"correction"`
	Document   DocumentClock `yaml:"document"`
	Paths      []PathLine    `yaml:"paths"`
}

// DocumentClock is how long an approval holds and what it says beside the case.
type DocumentClock struct {
	Months     int      `yaml:"months"`
	Conditions []string `yaml:"conditions,omitempty"`
	Regions    []string `yaml:"regions,omitempty"`
	Academic   []string `yaml:"academic,omitempty"`
}

// PathLine is one path of the file.
type PathLine struct {
	ID    string     `yaml:"id"`
	Name  text       `yaml:"name,flow"`
	When  PathWhen   `yaml:"when,omitempty,flow"`
	Steps []PathStep `yaml:"steps"`
}

// PathWhen is when a path is taken.
type PathWhen struct {
	MinRank   dossier.Rank       `yaml:"minRank,omitempty"`
	Countries []string           `yaml:"countries,omitempty,flow"`
	Kinds     []dossier.CaseKind `yaml:"kinds,omitempty,flow"`
	Urgent    bool               `yaml:"urgent,omitempty"`
	Amends    []Change           `yaml:"amends,omitempty,flow"`
}

// PathStep is one station of a path.
type PathStep struct {
	Role     string `yaml:"role"`
	Workdays int    `yaml:"workdays"`
	FourEyes bool   `yaml:"fourEyes,omitempty"`
	Name     text   `yaml:"name,flow"`
}

const pathFile = "path.yaml"

// StepRoles are the roles that may take a step.
func StepRoles() []string { return []string{"intake", "reviewer", "chief", "director"} }

// ParsePaths reads and checks review paths; every mistake is named with its key.
func ParsePaths(b []byte) (Paths, Mistakes) {
	var f PathFile
	if wrong := read(pathFile, b, &f); len(wrong) > 0 {
		return Paths{}, wrong
	}
	return f.paths()
}

func (f PathFile) paths() (Paths, Mistakes) {
	var wrong Mistakes
	out := Paths{IntakeWorkdays: calendar.Workdays(f.Intake.Workdays), CorrectionWorkdays: calendar.Workdays(f.Correction.Workdays), DocumentMonths: f.Document.Months, Conditions: f.Document.Conditions, Regions: f.Document.Regions, Academic: f.Document.Academic}
	for key, n := range map[string]int{"intake.workdays": f.Intake.Workdays, "correction.workdays": f.Correction.Workdays, "document.months": f.Document.Months} {
		if n < 1 || n > 250 {
			wrong.add(pathFile, key, "时限应为 1 到 250 的整数", "this clock must be at least 1, and 250 at most")
		}
	}
	wrong = append(wrong, f.Document.unknownNumbers()...)
	seen := map[string]bool{}
	for i, p := range f.Paths {
		at := fmt.Sprintf("paths[%d]", i)
		path := Path{ID: p.ID, Name: p.Name.said(), When: Conditions(p.When)}
		last := i == len(f.Paths)-1
		switch {
		case p.ID == "" || seen[p.ID]:
			wrong.add(pathFile, at+".id", "每条流程要有自己的 id", "it needs an id of its own")
		case p.Name.one():
			wrong.add(pathFile, at+".name", "名称中文和英文都要写", "it needs a name in both languages")
		case !last && path.When.none():
			wrong.add(pathFile, at+".when", "没有条件，排在它后面的流程永远轮不到", "it has no condition, so that the paths after it are never taken")
		case last && !path.When.none():
			wrong.add(pathFile, at+".when", "最后一条流程不能有条件，否则有的案件没有流程可走", "the last path must have no condition, or some cases have none")
		}
		seen[p.ID] = true
		if len(p.Steps) == 0 {
			wrong.add(pathFile, at+".steps", "一个步骤也没有", "it has no step")
			continue
		}
		for j, s := range p.Steps {
			step := fmt.Sprintf("%s.steps[%d]", at, j)
			if !slices.Contains(StepRoles(), s.Role) {
				near := dossier.Nearest(s.Role, StepRoles())
				wrong = append(wrong, Mistake{File: pathFile, Key: step + ".role", Nearest: near,
					Text: fault.Text{Zh: fmt.Sprintf("%q 不能办步骤，最接近的是 %s", s.Role, near), En: fmt.Sprintf("%q takes no step; the nearest is %s", s.Role, near)}})
			}
			if s.Workdays < 1 || s.Workdays > 250 {
				wrong.add(pathFile, step+".workdays", "要有时限，1 到 250 个工作日", "needs a clock, of 1 to 250 working days")
			}
			if s.Name.one() {
				wrong.add(pathFile, step+".name", "名称中文和英文都要写", "needs a name in both languages")
			}
			path.Steps = append(path.Steps, Step{Role: s.Role, Name: s.Name.said(), Workdays: calendar.Workdays(s.Workdays), FourEyes: s.FourEyes})
		}
		if path.Steps[len(path.Steps)-1].Role != "director" {
			wrong.add(pathFile, fmt.Sprintf("%s.steps[%d].role", at, len(p.Steps)-1), "最后一步是决定，须由 director 办", "the last step decides and is the director's")
		}
		out.List = append(out.List, path)
	}
	if len(f.Paths) == 0 {
		wrong.add(pathFile, "paths", "一条流程也没有", "there is none")
	}
	slices.SortStableFunc(wrong, func(a, b Mistake) int { return strings.Compare(a.Key, b.Key) })
	if len(wrong) > 0 {
		return Paths{}, wrong
	}
	return out, nil
}

// Sentences are what the document of a case says unless it is changed: with the
// numbers that are in force on a day, so that it gives the same deadlines as
// every page does.
func (s *Set) Sentences(c dossier.Case, on calendar.Date) []string {
	p, needs := s.Paths, s.Needs(on)
	all := p.Conditions
	if len(p.Regions) > 0 && c.ToRegionsOnly() {
		all = p.Regions
	}
	if c.Trip.AcademicRegime {
		all = slices.Concat(p.Academic, all)
	}
	out := make([]string, len(all))
	for i, text := range all {
		out[i] = placeholder.ReplaceAllStringFunc(text, func(name string) string {
			if n, known := numbers[strings.Trim(name, "{}")]; known {
				return strconv.Itoa(n(needs))
			}
			return name
		})
	}
	return out
}

// numbers are what a sentence of the document may name, in either language, as
// {还证天数}.
var numbers = map[string]func(requirement.Parameters) int{
	"还证天数": booklets, "returnDays": booklets,
	"报告工作日": report, "reportDays": report,
	"事后公示月数": notice, "noticeMonths": notice,
}

func booklets(p requirement.Parameters) int { return p.PassportReturnDays }
func report(p requirement.Parameters) int   { return p.ReportDays }
func notice(p requirement.Parameters) int   { return p.SecondNoticeMonths }

var placeholder = regexp.MustCompile(`\{[^{}]*\}`)

// unknownNumbers names what no sentence can be filled in with.
func (f DocumentClock) unknownNumbers() (wrong Mistakes) {
	known := slices.Sorted(maps.Keys(numbers))
	for key, all := range map[string][]string{"conditions": f.Conditions, "regions": f.Regions, "academic": f.Academic} {
		for i, text := range all {
			for _, name := range placeholder.FindAllString(text, -1) {
				if !slices.Contains(known, strings.Trim(name, "{}")) {
					wrong.add(pathFile, fmt.Sprintf("document.%s[%d]", key, i), fmt.Sprintf("%s 不是能填的数；能填的有 {%s}", name, strings.Join(known, "}、{")), fmt.Sprintf("%s is no number that can be filled in; there are {%s}", name, strings.Join(known, "}, {")))
				}
			}
		}
	}
	return wrong
}

func (c Conditions) none() bool {
	return c.MinRank == "" && len(c.Countries) == 0 && len(c.Kinds) == 0 && len(c.Amends) == 0 && !c.Urgent
}

// For chooses the path of a new case.
func (p Paths) For(c dossier.Case) Path { return p.Changing(c, "") }

// Changing chooses the path of a case that changes an approved mission.
func (p Paths) Changing(c dossier.Case, change Change) Path {
	for _, path := range p.List {
		if path.When.hold(c, change) {
			return path
		}
	}
	return p.List[len(p.List)-1]
}

func (c Conditions) hold(k dossier.Case, change Change) bool {
	if len(c.Amends) > 0 && !slices.Contains(c.Amends, change) {
		return false
	}
	if c.MinRank != "" && Highest(k).Order() < c.MinRank.Order() {
		return false
	}
	if c.Urgent && !k.Trip.Urgent {
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
