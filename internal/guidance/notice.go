package guidance

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"yitang/internal/access"
	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/zone"
)

// Sort is what a notice tells of.
type Sort string

const (
	Notice  Sort = "notice"  // 公告
	Feature Sort = "feature" // 新功能
	Changes Sort = "changes" // 更新记录
)

// Sorts lists them as they are offered.
func Sorts() []Sort { return []Sort{Notice, Feature, Changes} }

// Audience is for whom a notice is: units, roles, or everybody where neither is named.
type Audience struct {
	Units []string
	Roles []string
}

// All tells whether it is for everybody, signed in or not.
func (a Audience) All() bool { return len(a.Units) == 0 && len(a.Roles) == 0 }

// Has tells whether somebody is among them. The office's people read all that the
// office says.
func (a Audience) Has(w access.Who) bool {
	if a.All() || w.Zone == zone.Office {
		return true
	}
	if len(a.Units) > 0 {
		return w.Unit != "" && slices.Contains(a.Units, w.Unit)
	}
	return slices.ContainsFunc(w.Roles, func(r access.Role) bool { return slices.Contains(a.Roles, string(r)) })
}

// AudienceRoles are the roles that a notice may be for: all who do the work.
func AudienceRoles() []string {
	var out []string
	for _, z := range []zone.Zone{zone.Internet, zone.Office} {
		for _, r := range access.Roles(z) {
			if r != access.Administrator && r != access.Auditor {
				out = append(out, string(r))
			}
		}
	}
	return out
}

// ofUnits tells whether a notice reaches people who work for a unit, who alone
// are asked to take note.
func (a Audience) ofUnits() bool {
	return a.All() || len(a.Units) > 0 || slices.Contains(a.Roles, string(access.Liaison)) || slices.Contains(a.Roles, string(access.Signatory))
}

// Stand is how far a notice is.
type Stand string

const (
	Unpublished Stand = ""
	Out         Stand = "published"
	Back        Stand = "withdrawn"
)

// State is one notice.
type State struct {
	Stand   Stand
	Edition int
}

// Room is a notice as a subject.
var Room = journal.Subject[State]{Kind: "guidance", Evolve: func(s State, e journal.Event) (State, error) {
	switch b := e.Body.(type) {
	case Published:
		return State{Stand: Out, Edition: b.Edition}, nil
	case Withdrawn:
		s.Stand = Back
		return s, nil
	}
	return s, fmt.Errorf("%T is nothing that happens to a notice", e.Body)
}}

const (
	TitleLimit  = 60   // characters
	BodyLimit   = 5000 // characters
	ReasonLimit = 200  // characters
)

// Publish brings a notice out (发布), or its next edition in place of the one that
// is out (替换).
type Publish struct {
	Sort  Sort
	Title string
	Body  string
	For   Audience
	From  calendar.Date
	Until calendar.Date
	Asks  bool
	// Chosen tells that the audience is chosen ones: then somebody must be.
	Chosen bool
}

// Decide lists everything that is wrong. The edition before holds until the next
// one is out, so what replaces it holds at once.
func (cmd Publish) Decide(s State, m journal.Moment) ([]journal.Event, error) {
	if s.Stand == Back {
		return nil, fault.NotNow("guidance.withdrawn", s.Stand)
	}
	var wrong []fault.Finding
	text := func(field, given string, most int) string {
		kept, bad := written(field, given, most)
		wrong = append(wrong, bad...)
		return kept
	}
	title, body := text("title", cmd.Title, TitleLimit), text("body", cmd.Body, BodyLimit)
	if !slices.Contains(Sorts(), cmd.Sort) {
		wrong = append(wrong, fault.Finding{Field: "sort", Key: "guidance.sort"})
	}
	if cmd.Chosen && cmd.For.All() || slices.ContainsFunc(cmd.For.Roles, func(r string) bool { return !slices.Contains(AudienceRoles(), r) }) {
		wrong = append(wrong, fault.Finding{Field: "to", Key: "guidance.to"})
	}
	if cmd.Asks && !cmd.For.ofUnits() {
		wrong = append(wrong, fault.Finding{Field: "asks", Key: "guidance.asks"})
	}
	switch {
	case cmd.From.IsZero():
		wrong = append(wrong, fault.Finding{Field: "from", Key: "guidance.from"})
	case s.Edition > 0 && cmd.From.After(m.Today):
		wrong = append(wrong, fault.Finding{Field: "from", Key: "guidance.from.replaced"})
	}
	if !cmd.Until.IsZero() && (cmd.Until.Before(cmd.From) || cmd.Until.Before(m.Today)) {
		wrong = append(wrong, fault.Finding{Field: "until", Key: "guidance.until"})
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return journal.Happened(Published{Edition: s.Edition + 1, Sort: cmd.Sort, Title: title, Body: body, Units: cmd.For.Units, Roles: cmd.For.Roles,
		From: cmd.From, Until: cmd.Until, Asks: cmd.Asks}), nil
}

// written is what somebody must write, as it is kept, or what is wrong with it.
func written(field, given string, most int) (string, []fault.Finding) {
	kept := strings.TrimSpace(strings.ReplaceAll(given, "\r\n", "\n"))
	if kept == "" {
		return "", []fault.Finding{{Field: field, Key: "guidance.empty"}}
	}
	if n := utf8.RuneCountInString(kept); n > most {
		return "", []fault.Finding{{Field: field, Key: "guidance.long", Args: map[string]any{"Count": n, "Limit": most}}}
	}
	return kept, nil
}

// Withdraw takes a notice back (撤回): it stays readable, with the reason.
type Withdraw struct{ Reason string }

// Decide wants a reason that can be read beside the notice.
func (cmd Withdraw) Decide(s State, m journal.Moment) ([]journal.Event, error) {
	if s.Stand != Out {
		return nil, fault.NotNow("guidance.withdrawn", s.Stand)
	}
	reason, wrong := written("reason", cmd.Reason, ReasonLimit)
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return journal.Happened(Withdrawn{Reason: reason}), nil
}
