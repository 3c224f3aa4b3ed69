package trip

import (
	"strings"

	"yitang/internal/fault"
	"yitang/internal/journal"
)

// FileReport hands in the report on the trip (出访报告), a paper that is held
// already. A better one may follow until the trip is closed.
type FileReport struct {
	Material string
	SpentFen int             // actual cost; 0 where nobody says
	Over     string          // who approved what went beyond the budget
	Why      string          // why it is filed in spite of a warning
	Wrong    []fault.Finding // what the rules of reporting say against it
}

// Decide wants them home first.
func (cmd FileReport) Decide(t Trip, m journal.Moment) ([]journal.Event, error) {
	if t.Stage != IsHome {
		return nil, fault.NotNow("trip.report.not_now", t.Stage)
	}
	if cmd.Material == "" {
		return nil, fault.Field("report", "trip.report.missing", nil)
	}
	if len(cmd.Wrong) > 0 {
		return nil, fault.Invalid(cmd.Wrong...)
	}
	if t.Report == cmd.Material {
		return nil, nil
	}
	return journal.Happened(ReportFiled{Material: cmd.Material, Late: max(0, m.Today.Sub(t.ReportDue)),
		SpentFen: cmd.SpentFen, Over: strings.TrimSpace(cmd.Over), Why: strings.TrimSpace(cmd.Why)}), nil
}

// FileNotice hands in the evidence of the notice after the trip (事后公示), a paper
// that is held already. A better one may follow until the trip is closed.
type FileNotice struct{ Material string }

// Decide wants them home first; the report may come before it or after.
func (cmd FileNotice) Decide(t Trip, m journal.Moment) ([]journal.Event, error) {
	if t.Stage != IsHome {
		return nil, fault.NotNow("trip.notice.not_now", t.Stage)
	}
	if cmd.Material == "" {
		return nil, fault.Field("notice", "trip.notice.missing", nil)
	}
	if t.Notice == cmd.Material {
		return nil, nil
	}
	late := 0
	if !t.NoticeDue.IsZero() {
		late = max(0, m.Today.Sub(t.NoticeDue))
	}
	return journal.Happened(NoticeFiled{Material: cmd.Material, Late: late}), nil
}

// Owed is what still keeps a trip open.
type Owed struct {
	Booklets int  // lent for it and not handed in
	Papers   int  // of an urgent case, that were to follow and haven't
	Changes  int  // of the approval, handed in and not decided: once the case is archived nobody can
	Rated    bool // or declined, or the time for it is over
}

// Conclude closes a trip when nothing of it is owed any more (办结). It is given
// by rule whenever something has come in.
type Conclude struct{ Owed Owed }

// Decide says nothing while anything is open, and nothing the second time.
func (cmd Conclude) Decide(t Trip, m journal.Moment) ([]journal.Event, error) {
	switch {
	case cmd.Owed.Booklets > 0:
		return nil, nil
	case t.Stage == DidNotGo: // what was to be made good is void with the trip
		return journal.Happened(Closed{}), nil
	case t.Stage == IsHome && t.Report != "" && !t.OwesNotice() && cmd.Owed.Rated && cmd.Owed.Papers == 0 && cmd.Owed.Changes == 0:
		return journal.Happened(Closed{Departed: true}), nil
	}
	return nil, nil
}
