package custody

import (
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Register takes an older booklet, which its holder hands over, into the
// office's keeping (入库). One that was just made is received instead.
type Register struct {
	Booklet      string // a fresh id
	Unit         string
	Type         string
	Number       string // withheld from the internet
	Issued       calendar.Date
	Expires      calendar.Date
	BlankPages   int
	LatinName    string
	CaptureUntil calendar.Date
	Unsigned     bool
	Endorsements []string
}

// Decide registers each booklet once.
func (cmd Register) Decide(h Holder, m journal.Moment) ([]journal.Event, error) {
	if h.index(cmd.Booklet) >= 0 {
		return nil, fault.NotNow("custody.register.twice", InStore)
	}
	var wrong []fault.Finding
	number := strings.ToUpper(strings.TrimSpace(cmd.Number))
	if len(number) < 6 {
		wrong = append(wrong, fault.Finding{Field: "number", Key: "custody.register.number"})
	}
	if cmd.Type == "" {
		wrong = append(wrong, fault.Finding{Field: "type", Key: "custody.register.type"})
	}
	if cmd.Expires.IsZero() || cmd.Expires.Before(m.Today) {
		wrong = append(wrong, fault.Finding{Field: "expires", Key: "custody.register.expired"})
	}
	if !cmd.Issued.IsZero() && cmd.Issued.After(cmd.Expires) {
		wrong = append(wrong, fault.Finding{Field: "issued", Key: "custody.register.issued"})
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return journal.Happened(Registered{Booklet: cmd.Booklet, Person: m.Subject, Unit: cmd.Unit, Type: cmd.Type, Tail: dossier.Tail(number), Issued: cmd.Issued, Expires: cmd.Expires,
		BlankPages: cmd.BlankPages, CaptureUntil: cmd.CaptureUntil,
		LatinName: cmd.LatinName, Number: journal.Of(number), Unsigned: cmd.Unsigned, Endorsements: cmd.Endorsements}), nil
}

// Void ends a booklet (注销): its holder left, it expired or is replaced, or it
// was lost.
type Void struct {
	Booklet string
	Reason  string
}

// Decide refuses while the booklet is out.
func (cmd Void) Decide(h Holder, m journal.Moment) ([]journal.Event, error) {
	if _, err := h.at(cmd.Booklet, "custody.void.not_now", InStore, IsLost); err != nil {
		return nil, err
	}
	if strings.TrimSpace(cmd.Reason) == "" {
		return nil, fault.Field("reason", "custody.reason", nil)
	}
	return journal.Happened(Voided{Booklet: cmd.Booklet, Person: m.Subject, Reason: cmd.Reason}), nil
}

// ReportLost records a holder's statement that a booklet is gone (挂失).
type ReportLost struct {
	Booklet string
	Reason  string // time, place, cause
}

// Decide takes the statement wherever the booklet was.
func (cmd ReportLost) Decide(h Holder, m journal.Moment) ([]journal.Event, error) {
	b, err := h.at(cmd.Booklet, "custody.lost.not_now", OnItsWay, InStore, AtMission, IsLent)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(cmd.Reason) == "" {
		return nil, fault.Field("reason", "custody.reason", nil)
	}
	return journal.Happened(ReportedLost{Booklet: cmd.Booklet, Person: m.Subject, Filing: b.Filing, Reason: cmd.Reason}), nil
}

// ReportFound says that a booklet which was reported lost is here after all.
type ReportFound struct {
	Booklet string
	Reason  string // where and how it was found
}

// Decide is for the time before it is voided; one that is void is handed in and
// serves nobody. It lies in the store then, and no trip takes it up by itself: what
// followed by rule from the loss, another booklet and visas in that, goes on, and
// when the other one is there it takes this one's place as any newer one does.
func (cmd ReportFound) Decide(h Holder, m journal.Moment) ([]journal.Event, error) {
	b, err := h.Booklet(cmd.Booklet)
	switch {
	case err != nil:
		return nil, err
	case b.Place == IsVoid:
		return nil, fault.NotNow("custody.found.void", b.Place)
	case b.Place != IsLost:
		return nil, fault.NotNow("custody.found.not_lost", b.Place)
	case strings.TrimSpace(cmd.Reason) == "":
		return nil, fault.Field("reason", "custody.reason", nil)
	}
	return journal.Happened(TurnedUp{Booklet: b.ID, Person: m.Subject, Reason: cmd.Reason}), nil
}
