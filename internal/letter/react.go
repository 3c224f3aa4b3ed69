package letter

import (
	"yitang/internal/approval"
	"yitang/internal/document"
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
		reason = "任务批件已撤销：" + b.Reason
		if b.Number == "" { // no document had come of the decision
			reason = "审批决定已撤销：" + b.Reason
		}
	case approval.Withdrawn:
		reason = "申报已撤回"
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
