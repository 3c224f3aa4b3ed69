package guidance

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/zone"
)

// Matter is what somebody tells the office about a page.
type Matter string

// Matters lists them as they are offered.
func Matters() []Matter { return []Matter{"wrong", "wish", "question"} }

// Said is whether a remark was made, as a subject's state.
type Said struct{ Made bool }

// Remarks is a remark about a page (意见建议) as a subject. Its home is the zone in
// which it was made; what the office answers is a subject of the office's own.
var Remarks = journal.Subject[Said]{Kind: "guidance_remark", Evolve: func(s Said, e journal.Event) (Said, error) {
	switch e.Body.(type) {
	case Remarked, RemarkedInside, RemarkedAtPassports:
		return Said{Made: true}, nil
	}
	return s, fmt.Errorf("%T is nothing that happens to a remark", e.Body)
}}

const (
	RemarkLimit  = 1000 // characters of what is written
	ReplyLimit   = 500  // characters of the answer
	ChangeLimit  = 200  // characters of what was changed, for the public list
	contextLimit = 200  // characters of a page's address or title, or of a browser's name
)

// Context is from where a remark was made: what the form shows that it carries.
type Context struct {
	Page    string // address, without what was asked for
	Title   string
	Role    string
	Unit    string
	Browser string // as it names itself
	Size    string // of its window; "" where no script runs
}

// Give makes a remark (提意见).
type Give struct {
	Matter Matter
	Words  string
	On     Context
	Name   string // of who signs in; "" for somebody who doesn't
	// Picture of what is meant; zero for none. Its bytes are kept already.
	Picture Picture
}

// Decide takes it once. A program's words about itself are shortened, not refused.
func (cmd Give) Decide(s Said, m journal.Moment) ([]journal.Event, error) {
	if s.Made {
		return nil, nil
	}
	words, wrong := written("words", cmd.Words, RemarkLimit)
	if !slices.Contains(Matters(), cmd.Matter) {
		wrong = append(wrong, fault.Finding{Field: "matter", Key: "guidance.matter"})
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	on := cmd.On
	b := Remarked{Matter: cmd.Matter, Words: words, Page: clipped(on.Page), Title: clipped(on.Title), Role: clipped(on.Role), Unit: on.Unit, Browser: clipped(on.Browser), Size: clipped(on.Size), Name: journal.Of(cmd.Name), Picture: cmd.Picture}
	switch m.Zone {
	case zone.Office:
		return journal.Happened(RemarkedInside(b)), nil
	case zone.Passport:
		return journal.Happened(RemarkedAtPassports(b)), nil
	}
	return journal.Happened(b), nil
}

// clipped is one line, as long as a list can show it.
func clipped(s string) string {
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s))
	if r := []rune(s); len(r) > contextLimit {
		return string(r[:contextLimit]) + "…"
	}
	return s
}

// Progress is how far the office is with a remark.
type Progress string

const (
	Fresh    Progress = ""         // nobody has looked
	Looking  Progress = "looking"  // 正在看
	Done     Progress = "done"     // 已办
	Declined Progress = "declined" // 不采纳
)

// Steps lists them as they follow.
func Steps() []Progress { return []Progress{Fresh, Looking, Done, Declined} }

// Answering is what the office has made of a remark.
type Answering struct {
	At      Progress
	Changed bool // something was changed because of it, and everybody reads what
}

// Answers is that as a subject; its id is the remark's.
var Answers = journal.Subject[Answering]{Kind: "guidance_answer", Evolve: func(a Answering, e journal.Event) (Answering, error) {
	switch b := e.Body.(type) {
	case Handled:
		a.At = b.At
	case HandledInside:
		a.At = b.At
	case HandledAtPassports:
		a.At = b.At
	case Changed:
		a.Changed = true
	default:
		return a, fmt.Errorf("%T is nothing that becomes of a remark", e.Body)
	}
	return a, nil
}}

// Look says that somebody is looking at a remark.
type Look struct{ Of RemarkRow }

// Decide is content when a colleague was quicker.
func (cmd Look) Decide(a Answering, m journal.Moment) ([]journal.Event, error) {
	if a.At != Fresh {
		return nil, nil
	}
	return handled(cmd.Of, Handled{At: Looking}), nil
}

// Tell answers a remark (答复): it was done, or won't be, and why. The newest answer
// holds.
type Tell struct {
	Of    RemarkRow
	At    Progress
	Words string
}

// Decide wants words either way: who took the trouble reads what became of it.
func (cmd Tell) Decide(a Answering, m journal.Moment) ([]journal.Event, error) {
	words, wrong := written("reply", cmd.Words, ReplyLimit)
	if cmd.At != Done && cmd.At != Declined {
		wrong = append(wrong, fault.Finding{Field: "at", Key: "guidance.remark.at"})
	}
	if a.Changed && cmd.At == Declined {
		wrong = append(wrong, fault.Finding{Field: "at", Key: "guidance.remark.changed"})
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return handled(cmd.Of, Handled{At: cmd.At, Words: words}), nil
}

// handled is told in the zone in which the remark was made, and in no other beside
// the office.
func handled(of RemarkRow, b Handled) []journal.Event {
	switch of.Zone {
	case zone.Office:
		return journal.Happened(HandledInside(b))
	case zone.Passport:
		return journal.Happened(HandledAtPassports(b))
	}
	return journal.Happened(b)
}

// Mark says what was changed because of a remark, in words for everybody (因意见而改).
// They name nobody; who writes them sees that they don't.
type Mark struct{ What fault.Text }

// Decide takes it once the remark is done; later words take the place of earlier ones.
func (cmd Mark) Decide(a Answering, m journal.Moment) ([]journal.Event, error) {
	if a.At != Done {
		return nil, fault.NotNow("guidance.remark.undone", a.At)
	}
	zh, wrong := written("what", cmd.What.Zh, ChangeLimit)
	en := ""
	if strings.TrimSpace(cmd.What.En) != "" {
		var bad []fault.Finding
		en, bad = written("what_en", cmd.What.En, 2*ChangeLimit)
		wrong = append(wrong, bad...)
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return journal.Happened(Changed{What: zh, WhatEn: en}), nil
}
