package letter

import (
	"yitang/internal/approval"
	"yitang/internal/document"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Wish is a command that follows by rule from an event.
type Wish struct {
	Order   journal.Order
	Command journal.Command[Letter]
}

// React ends the letters of a case whose approval no longer holds. all are the
// case's. A notice stays what it was: it told what was wrong.
func React(e journal.Event, all []Row) []Wish {
	reason := ""
	switch b := e.Body.(type) {
	case approval.Revoked:
		reason = fault.Because("document_revoked", b.Reason)
		if b.Number == "" { // no document had come of the decision
			reason = fault.Because("decision_revoked", b.Reason)
		}
	case approval.Withdrawn:
		reason = fault.Because("withdrawn")
	default:
		return nil
	}
	var ws []Wish
	for _, r := range all {
		if r.Status == document.InForce && r.Kind != document.KindOneTimeNotice {
			ws = append(ws, Wish{journal.Order{Subject: r.Letter, Key: e.ID + ":letter.revoke:" + r.Letter, Cause: e.ID}, Revoke{Reason: reason}})
		}
	}
	return ws
}
