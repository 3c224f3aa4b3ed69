package progress

import (
	"yitang/internal/approval"
	"yitang/internal/custody"
	"yitang/internal/feedback"
	"yitang/internal/filing"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/ledger"
	"yitang/internal/letter"
	"yitang/internal/material"
	"yitang/internal/passport"
	"yitang/internal/trip"
	"yitang/internal/visa"
)

// said gives the arguments of an event's sentence, and whether the event is
// news of its case at all. The sentence's key is "happened." and the kind. Only
// what every reader of the case may know stands here.
func said(e journal.Event) (args map[string]any, news bool) {
	if ledger.CaseOf(e) == "" {
		return nil, false
	}
	switch b := e.Body.(type) {
	case filing.HandedBack:
		return map[string]any{"Words": b.Words}, true
	case filing.AmendmentPresented, filing.Amended, approval.BookletsStopped, approval.BookletsChanged, passport.Amended, approval.DocumentSuperseded:
		return nil, false // what is asked for and what holds have their own sentence
	case filing.AmendmentRequested:
		return map[string]any{"Kind": string(b.Kind), "Path": string(b.Path), "Reason": b.Reason, "Nth": b.Nth}, true
	case filing.Submitted:
		if ledger.SubjectOf(e) != ledger.CaseOf(e) {
			return nil, false // the request stands before it
		}
		return map[string]any{"Count": len(b.Members), "Round": b.Round}, true
	case filing.Corrected:
		return map[string]any{"Points": b.Points, "Count": b.Places, "Round": b.Round}, true
	case filing.PutOff:
		n := len(filing.Open(b.Papers))
		return map[string]any{"Count": n}, n > 0
	case filing.Supplied:
		return map[string]any{"Late": b.Late}, true
	case filing.Withdrawn:
		return map[string]any{"Reason": b.Reason}, true
	case filing.Reopened, filing.Concluded:
		return nil, false // the office's own word stands beside it
	case material.Added:
		return map[string]any{"Kind": b.Kind, "Name": b.Name}, true
	case material.Replaced, material.Restored:
		return nil, false
	case custody.Announced:
		return nil, false // the passport zone's handing over says it
	case approval.AmendmentReceived:
		return nil, false
	case approval.Filed:
		return map[string]any{"Number": b.Number}, true
	case approval.Amended:
		args := map[string]any{"Kind": string(b.Kind), "Count": len(b.Members), "Amendment": b.Amendment}
		if len(b.Declined) > 0 {
			args["Declined"] = b.Declined
		}
		if len(b.Left) > 0 {
			args["Left"] = b.Left
		}
		return args, true
	case approval.Cancelled:
		return map[string]any{"Number": b.Number}, true
	case filing.WaiverAsked:
		return map[string]any{"Rule": b.Rule}, true
	case approval.WaiverGranted:
		return map[string]any{"Reason": b.Reason.Or("")}, true
	case approval.WaiverRefused:
		return map[string]any{"Reason": b.Reason.Or("")}, true
	case approval.Accepted:
		return map[string]any{"Number": b.Number, "Day": b.Final}, true
	case approval.SentBack:
		return map[string]any{"Count": len(b.Defects), "Day": b.Until}, true
	case approval.CorrectionTaken:
		return map[string]any{"Count": len(b.Changed)}, true
	case approval.Reviewed:
		return map[string]any{"Role": b.Role, "Step": b.Step + 1}, true
	case approval.OpinionSought:
		return map[string]any{"Authority": b.Authority, "Count": len(b.Persons), "Day": b.Until}, true
	case approval.OpinionReplied:
		return map[string]any{"Authority": b.Authority, "Number": b.Number, "Answer": string(b.Answer)}, true
	case approval.ConfirmationTaken:
		return map[string]any{"Authority": b.Authority, "Number": b.Number}, true
	case approval.RequestTaken:
		return map[string]any{"Authority": b.Authority, "Number": b.Number}, true
	case approval.NoticeTaken:
		return map[string]any{"Authority": b.Authority, "Number": b.Number}, true
	case approval.LeaderApproved:
		return map[string]any{"Leader": b.Leader, "Day": b.On, "Paper": b.Paper}, true
	case approval.TakenBack:
		return map[string]any{"Role": b.Role}, true
	case approval.Decided:
		args := map[string]any{"Count": b.Approved, "Of": len(b.Members)}
		var not []string
		for _, v := range b.Members {
			if !v.Approved {
				not = append(not, v.Person)
			}
		}
		if len(not) > 0 {
			args["Declined"] = not
		}
		return args, true
	case approval.DocumentPrepared:
		return nil, false
	case approval.DocumentIssued:
		return map[string]any{"Number": b.Number, "Day": b.ValidUntil}, true
	case approval.BookletAsked:
		return map[string]any{"Person": b.Person, "Type": b.Type, "Other": b.From != "", "Again": b.Again()}, true
	case approval.Revoked:
		return map[string]any{"Reason": b.Reason, "Number": b.Number}, true
	case approval.Withdrawn:
		return map[string]any{"Reason": b.Reason}, true
	case letter.Prepared:
		return nil, false
	case letter.Issued:
		return map[string]any{"Letter": string(b.Kind), "Number": b.Number}, true
	case letter.Revoked:
		return map[string]any{"Letter": string(b.Kind), "Number": b.Number, "Reason": b.Reason}, true
	case passport.Ordered:
		return map[string]any{"Person": b.Person}, true // until when is known once they were captured
	case passport.Captured:
		if b.Due.IsZero() {
			return map[string]any{"Person": b.Person}, true
		}
		return map[string]any{"Person": b.Person, "Day": b.Due}, true
	case passport.Made:
		return map[string]any{"Person": b.Person, "Tail": b.Tail}, true
	case passport.Spoiled:
		return map[string]any{"Person": b.Person, "Reason": b.Reason}, true
	case passport.Checked:
		return map[string]any{"Person": b.Person}, true
	case passport.Endorsed:
		return map[string]any{"Person": b.Person}, true
	case passport.HandedOver:
		return map[string]any{"Person": b.Person, "Tail": b.Tail, "Day": b.Expires}, true
	case passport.Stopped:
		return map[string]any{"Person": b.Person, "Reason": b.Reason}, true
	case custody.Registered:
		return map[string]any{"Person": b.Person, "Tail": b.Tail}, true
	case custody.Received:
		return map[string]any{"Person": b.Person}, true
	case custody.Replaced:
		return map[string]any{"Person": b.Person}, true
	case custody.SentToMission:
		return map[string]any{"Person": b.Person}, true
	case custody.BackFromMission:
		return map[string]any{"Person": b.Person}, true
	case custody.Lent:
		return map[string]any{"Person": b.Person, "Day": b.Due, "By": string(b.By)}, true
	case custody.LoanTakenBack:
		return map[string]any{"Person": b.Person}, true
	case custody.Redated:
		return map[string]any{"Person": b.Person, "Day": b.Due}, true
	case custody.Recalled:
		return map[string]any{"Person": b.Person, "Day": b.Due, "Reason": b.Reason}, true
	case custody.HandInTakenBack:
		return map[string]any{"Person": b.Person}, true
	case custody.HandedIn:
		return map[string]any{"Person": b.Person, "By": string(b.By), "Late": b.Late, "On": b.On}, true
	case custody.ReportedLost:
		return map[string]any{"Person": b.Person}, true
	case custody.Voided:
		return map[string]any{"Person": b.Person}, true
	case custody.Completed:
		return map[string]any{"Person": b.Person}, true
	case visa.Planned:
		return map[string]any{"Person": b.Person, "Area": b.Area, "Needed": b.Needed, "Way": b.Way, "Reason": b.Reason, "ReasonEn": b.ReasonEn}, true
	case visa.PaperAsked:
		return map[string]any{"Person": b.Person, "Kind": b.Kind, "Words": b.Words, "Day": b.Until}, true
	case visa.MissionDaySet:
		return map[string]any{"Person": b.Person, "Day": b.On, "Words": b.Words}, true
	case visa.MissionSeen:
		return map[string]any{"Person": b.Person, "Day": b.On}, true
	case visa.Replanned:
		return map[string]any{"Person": b.Plan.Person, "Area": b.Plan.Area, "Needed": b.Plan.Needed, "Way": b.Plan.Way, "Reason": b.Plan.Reason, "ReasonEn": b.Plan.ReasonEn}, true
	case visa.Redated:
		return map[string]any{"Person": b.Person, "Area": areaOf(e), "Day": b.From}, true
	case visa.KitCompleted:
		return map[string]any{"Person": b.Person, "Area": areaOf(e)}, true
	case visa.Sent:
		return map[string]any{"Person": b.Person, "Area": areaOf(e), "Day": b.Back}, true
	case visa.Granted:
		return map[string]any{"Person": b.Person, "Area": areaOf(e), "Day": b.Until}, true
	case visa.Corrected:
		return map[string]any{"Person": b.Person, "Area": areaOf(e), "Day": b.Until}, true
	case visa.Refused:
		return map[string]any{"Person": b.Person, "Area": areaOf(e), "Reason": b.Reason}, true
	case visa.Checked:
		return map[string]any{"Person": b.Person, "Area": areaOf(e)}, true
	case visa.FoundWrong:
		return map[string]any{"Person": b.Person, "Area": areaOf(e), "Reason": b.What}, true
	case visa.Released:
		return map[string]any{"Person": b.Person, "Area": areaOf(e)}, true
	case visa.Withdrawn:
		return map[string]any{"Person": b.Person, "Area": areaOf(e), "Reason": b.Reason}, true
	case hall.Booked:
		return map[string]any{"Day": b.Day, "Slot": b.Slot.String(), "Number": b.Number, "Count": len(b.People)}, true
	case hall.Moved:
		return map[string]any{"Day": b.Day, "Slot": b.Slot.String(), "Number": b.Number}, true
	case hall.Shortened:
		return map[string]any{"Day": b.Day, "Person": b.Person}, true
	case hall.Announced:
		return map[string]any{"Day": b.Day}, true
	case hall.Cancelled:
		return map[string]any{"Day": b.Day, "Reason": b.Reason}, true
	case hall.WaitBegun:
		return map[string]any{"Day": b.Day}, true
	case hall.Offered:
		return map[string]any{"Day": b.Day, "Slot": b.Slot.String()}, true
	case hall.WaitEnded:
		return map[string]any{"Day": b.Day}, true
	case hall.CheckedIn:
		return map[string]any{"Count": len(b.People), "Number": b.Number}, true
	case hall.ActClosed:
		return map[string]any{"Act": b.Kind, "Person": b.Person, "Result": string(b.Result), "Note": b.Note}, true
	case hall.Closed:
		return map[string]any{"Count": b.Done}, true
	case hall.Missed:
		return map[string]any{"Day": b.Day}, true
	case hall.MissTakenBack:
		return map[string]any{"Day": b.Day}, true
	case trip.Cleared:
		return map[string]any{"Count": len(b.Members)}, true
	case trip.ClearanceTakenBack:
		return nil, true
	case trip.Amended:
		return map[string]any{"Count": len(b.Members), "Day": b.Depart, "Return": b.Return}, true
	case trip.Departed:
		return map[string]any{"Day": b.On}, true
	case trip.DepartureTakenBack:
		return map[string]any{"Day": b.On}, true
	case trip.CallOffTakenBack:
		return map[string]any{"Day": b.BookletsDue}, true
	case trip.NotDeparted:
		return map[string]any{"Reason": b.Reason, "Day": b.BookletsDue}, true
	case trip.CameHome:
		return map[string]any{"Day": b.On, "Due": b.BookletsDue}, true
	case trip.HomeTakenBack:
		return map[string]any{"Day": b.On}, true
	case trip.NoticeFiled:
		return map[string]any{"Late": b.Late}, true
	case trip.LossTold:
		return map[string]any{"Person": b.Person, "Day": b.On, "Where": b.Where}, true
	case trip.LossTakenBack:
		return map[string]any{"Person": b.Person}, true
	case trip.ReportFiled:
		return map[string]any{"Late": b.Late}, true
	case feedback.Rated:
		return map[string]any{"Grade": b.Grade}, !b.Anonymous // who rated without a name isn't given away by a timeline
	case feedback.VisitRated:
		return map[string]any{"Grade": b.Grade}, !b.Anonymous
	case feedback.RatedAgain:
		return map[string]any{"Grade": b.Grade}, true
	case feedback.Replied:
		return map[string]any{"Treatment": string(b.Treatment)}, true
	}
	return nil, true
}
