package filing

import (
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Submit hands the application to the office (提交). What blocks is told in one
// go. The unit's signatory gives it, for others' trips alone.
type Submit struct {
	Self     string // the signatory as a traveller; "" when they are none
	Revision int64  // of the draft that Application was assembled from
	Application
}

// Decide submits exactly what was presented.
func (cmd Submit) Decide(f Filing, m journal.Moment) ([]journal.Event, error) {
	if f.Stage != IsPresented {
		return nil, fault.NotNow("filing.submit.not_now", f.Stage)
	}
	if cmd.Self != "" && f.IsMember(cmd.Self) {
		return nil, fault.Field("", "filing.sign.own_trip", nil)
	}
	if cmd.Revision != f.Revision {
		return nil, fault.Conflict("filing.submit.another_draft")
	}
	if err := cmd.check(); err != nil {
		return nil, err
	}
	if !cmd.whole() {
		return nil, fault.Field("members", "filing.members.not_on_file", nil)
	}
	if cmd.Amending != nil { // first what it changes, so that no zone takes it for an application
		return journal.Happened(cmd.Amending.requested(cmd.Application), cmd.submitted(f.Unit, 1)), nil
	}
	return journal.Happened(append([]any{cmd.submitted(f.Unit, 1)}, f.putOff(cmd.Application, m)...)...), nil
}
