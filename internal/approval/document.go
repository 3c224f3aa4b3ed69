package approval

import (
	"encoding/binary"
	"strings"
	"time"

	"github.com/gofrs/uuid/v5"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// PrepareDocument fixes number, code and moment of the approval document
// before it is laid out.
type PrepareDocument struct {
	Number string
	Until  calendar.Date // by which what it rests on ends; zero for no day of its own
	Under  string        // number of the approval for a term under which the trip is declared; ""
}

// Decide gives again what is prepared already: a restart in the middle of
// issuing finds the same number and code.
func (cmd PrepareDocument) Decide(a Approval, m journal.Moment) ([]journal.Event, error) {
	if a.Prepared != nil {
		return nil, nil
	}
	p := a.prepared(cmd.Number, m)
	p.ValidUntil = earliest(p.ValidUntil, cmd.Until)
	if cmd.Under != "" {
		p.Under = cmd.Under
	}
	switch {
	case a.IsAmendment():
		return nil, fault.NotNow("approval.document.not_now", a.Stage) // the case that it changes has the document
	case a.Stage == IsIssued && a.Reprint:
		p.Replaces, p.Reason = a.Document.Number, a.Why
	case a.Stage != IsDecided:
		return nil, fault.NotNow("approval.document.not_now", a.Stage)
	}
	return journal.Happened(p), nil
}

// ByChange tells whether a document that replaces another was made because a change
// wants it, which people have been told of, and not because the office put the one in
// force right. history is the approval's, up to and with the issuing.
func ByChange(history []journal.Event, issued string) bool {
	changed := false
	for _, e := range history {
		switch b := e.Body.(type) {
		case Amended:
			changed = changed || b.Reprint
		case DocumentIssued:
			if e.ID == issued {
				return changed
			}
			changed = false
		}
	}
	return false
}

// Supersede begins a new edition of the document: the one in force is replaced
// when the new one is issued, never overwritten.
type Supersede struct {
	Number string
	Until  calendar.Date // how long what the document rests on holds; zero: as long as the decision
	Reason string
	Self   string
}

// Decide wants a document in force, a director and a reason.
func (cmd Supersede) Decide(a Approval, m journal.Moment) ([]journal.Event, error) {
	if a.Stage != IsIssued {
		return nil, fault.NotNow("approval.supersede.not_now", a.Stage)
	}
	if err := a.notOwn(cmd.Self); err != nil {
		return nil, err
	}
	if a.Prepared != nil {
		return nil, nil
	}
	if m.Actor.Role != "director" {
		return nil, fault.Forbidden("superseding")
	}
	if strings.TrimSpace(cmd.Reason) == "" {
		return nil, fault.Field("reason", "approval.supersede.reason", nil)
	}
	p := a.prepared(cmd.Number, m)
	p.ValidUntil = earliest(p.ValidUntil, cmd.Until)
	p.Replaces, p.Reason = a.Document.Number, cmd.Reason
	return journal.Happened(p), nil
}

func (a Approval) prepared(number string, m journal.Moment) DocumentPrepared {
	return DocumentPrepared{Edition: a.Editions + 1, Number: number, Code: Code(m.Fresh()), On: m.Today, ValidUntil: a.ValidUntil,
		At: m.Now.Truncate(time.Second), Under: a.under}
}

// earliest is the earlier of two days; one that is absent binds nobody.
func earliest(x, y calendar.Date) calendar.Date {
	if y.IsZero() || !x.IsZero() && x.Before(y) {
		return x
	}
	return y
}

// Code makes a verification code out of the random part of a fresh id: twelve
// characters (60 bits) without letters that are read wrongly.
func Code(fresh string) string {
	const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	id := uuid.FromStringOrNil(fresh)
	n := binary.BigEndian.Uint64(id[8:]) // 2 bits of variant, 62 of chance
	var b strings.Builder
	for i := range 12 {
		if i > 0 && i%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(crockford[n&31])
		n >>= 5
	}
	return b.String()
}

// IssueDocument gives out the prepared document, laid out, logged and signed.
type IssueDocument struct {
	Edition int
	Digest  string // document.Digest
	File    string // material id of the PDF
}

// Decide wants the edition that was prepared.
func (cmd IssueDocument) Decide(a Approval, _ journal.Moment) ([]journal.Event, error) {
	p := a.Prepared
	if p == nil || p.Edition != cmd.Edition || a.Stage != IsDecided && a.Stage != IsIssued {
		return nil, fault.NotNow("approval.issue.not_prepared", a.Stage)
	}
	out := journal.Happened(DocumentIssued{Number: p.Number, On: p.On, ValidUntil: p.ValidUntil, Digest: cmd.Digest, Code: p.Code, File: cmd.File, Replaces: p.Replaces})
	if p.Replaces != "" && len(a.Asked) > 0 {
		out = append(out, journal.Happened(DocumentSuperseded{Number: p.Number, Replaces: p.Replaces, On: p.On})...)
	}
	return out, nil
}
