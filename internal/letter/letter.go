package letter

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/document"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Letter is one document and its editions.
type Letter struct {
	Editions   []Issued
	Prepared   *Prepared // an edition that is being made
	PreparedAt time.Time // when that began: its letterhead is that of this moment
	Content    Content   // of the edition that was prepared last
	Revoked    bool
}

// Room is the letter as a subject; its id says what it is about.
var Room = journal.Subject[Letter]{Kind: "letter", Evolve: evolve}

// AboutReturn names the notice of a case's n-th sending back.
func AboutReturn(filing string, n int) string { return fmt.Sprintf("%s.notice.%d", filing, n) }

// AboutArea names a group's letter of a kind for one visa area.
func AboutArea(kind document.Kind, filing, area string) string {
	return filing + "." + string(kind) + "." + area
}

// EditionOf names an edition of a letter in its series.
func EditionOf(letter string, edition int) string { return fmt.Sprintf("%s.%d", letter, edition) }

func evolve(l Letter, e journal.Event) (Letter, error) {
	switch b := e.Body.(type) {
	case Prepared:
		l.Prepared, l.PreparedAt = &b, e.At
		l.Content, _ = b.Content.Value()
	case Issued:
		l.Prepared, l.Revoked = nil, false
		l.Editions = append(slices.Clone(l.Editions), b)
	case Revoked:
		l.Prepared, l.Revoked = nil, true
	default:
		return l, fmt.Errorf("%T is nothing that happens to a letter", e.Body)
	}
	return l, nil
}

// InForce is the edition that holds.
func (l Letter) InForce() (Issued, bool) {
	if l.Revoked || len(l.Editions) == 0 {
		return Issued{}, false
	}
	return l.Editions[len(l.Editions)-1], true
}

// Says tells whether the edition in force says the same.
func (l Letter) Says(c Content) bool {
	_, ok := l.InForce()
	return ok && reflect.DeepEqual(l.Content, c)
}

// Prepare begins an edition: the first, or one that takes the place of the one
// in force, which is superseded when the new one is issued.
type Prepare struct {
	Kind       document.Kind
	Filing     string
	Unit       string // id
	Number     string
	ValidUntil calendar.Date
	Reason     string // why the one in force is replaced
	Content    Content
}

// Decide gives again what is prepared already, refuses an edition that says
// nothing new, and wants a reason for one that does.
func (cmd Prepare) Decide(l Letter, m journal.Moment) ([]journal.Event, error) {
	if l.Prepared != nil {
		return nil, nil
	}
	if cmd.Number == "" || cmd.Filing == "" {
		return nil, fault.Field("number", "letter.number", nil)
	}
	p := Prepared{Kind: cmd.Kind, Filing: cmd.Filing, Unit: cmd.Unit, Edition: len(l.Editions) + 1, Number: cmd.Number, Code: approval.Code(m.Fresh()), On: m.Today,
		ValidUntil: cmd.ValidUntil, At: m.Now.Truncate(time.Second), Content: journal.Of(cmd.Content)}
	if now, ok := l.InForce(); ok {
		if l.Says(cmd.Content) {
			return nil, fault.NotNow("letter.same", "issued")
		}
		if strings.TrimSpace(cmd.Reason) == "" {
			return nil, fault.Field("reason", "letter.reason", nil)
		}
		p.Replaces, p.Reason = now.Number, strings.TrimSpace(cmd.Reason)
	}
	return journal.Happened(p), nil
}

// Issue gives out the edition that was prepared.
type Issue struct {
	Edition int
	Digest  string // document.Digest
	File    string // SHA-256 of the PDF
	Size    int64
}

// Decide wants the edition that was prepared. Only a notice is shared: all else
// holds passport numbers.
func (cmd Issue) Decide(l Letter, _ journal.Moment) ([]journal.Event, error) {
	p := l.Prepared
	if p == nil || p.Edition != cmd.Edition {
		return nil, fault.NotNow("letter.not_prepared", "issued")
	}
	b := Issued{Kind: p.Kind, Filing: p.Filing, Unit: p.Unit, Number: p.Number, On: p.On, ValidUntil: p.ValidUntil, Digest: cmd.Digest, Code: p.Code, Replaces: p.Replaces, Size: cmd.Size}
	if p.Kind == document.KindOneTimeNotice {
		b.Shared = cmd.File
	} else {
		b.Held = journal.Of(cmd.File)
	}
	return journal.Happened(b), nil
}

// Revoke ends a letter whose approval no longer holds.
type Revoke struct{ Reason string }

// Decide says nothing where nothing holds.
func (cmd Revoke) Decide(l Letter, _ journal.Moment) ([]journal.Event, error) {
	now, ok := l.InForce()
	if !ok {
		return nil, nil
	}
	if strings.TrimSpace(cmd.Reason) == "" {
		return nil, fault.Field("reason", "letter.reason", nil)
	}
	return journal.Happened(Revoked{Filing: now.Filing, Kind: now.Kind, Number: now.Number, Reason: cmd.Reason}), nil
}
