package progress_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"testing"

	"yitang/internal/approval"
	"yitang/internal/custody"
	"yitang/internal/feedback"
	"yitang/internal/filing"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/ledger"
	"yitang/internal/passport"
	"yitang/internal/trip"
	"yitang/internal/visa"
)

// unmoved are the kinds that leave the line and the next step of a case as they
// are, and why.
var unmoved = map[string]string{
	"filing.WaiverAsked":          "the case stands where it stood",
	"filing.WaiverTakenBack":      "the case stands where it stood",
	"approval.WaiverGranted":      "the case stands where it stood",
	"approval.WaiverRefused":      "the case stands where it stood",
	"feedback.VisitRated":         "the whole case is rated by itself",
	"feedback.RatedAgain":         "the case stands where it stood",
	"feedback.Replied":            "the case stands where it stood",
	"filing.Reopened":             "the office's sending back says it first",
	"filing.Concluded":            "the office's decision says it first",
	"approval.LeaderApproved":     "the case stands where it stood",
	"approval.BookletsChanged":    "the passport zone's order follows, and says so",
	"approval.BookletsStopped":    "the passport zone stops the order, and says so",
	"approval.RequestTaken":       "the decision answers it, whether it was entered or not",
	"approval.NoticeTaken":        "the confirmation that follows moves the case",
	"approval.DocumentPrepared":   "nobody has the document before it is issued",
	"approval.DocumentSuperseded": "the document that takes its place says it",
	"custody.Voided":              "a booklet is voided in the store or after its loss, and serves no case then",
	"custody.Announced":           "the passport zone's handing over says it already",
	"custody.Replaced":            "the old booklet is no case's any more; the new one's receipt is heard",
	"custody.Completed":           "a signature or an endorsement is added while the booklet lies in the store",
	"hall.Announced":              "who says that they are there is not checked in yet",
	"hall.Held":                   "places are kept while a form is filled in; only booking one moves the case",
	"hall.WaitBegun":              "who waits for a place has none yet",
	"hall.Offered":                "the place is kept and not booked",
	"hall.WaitEnded":              "a booking says it where there is one",
	"hall.TicketGiven":            "a turn at a window is no step of the case",
	"hall.Called":                 "a turn at a window is no step of the case",
	"hall.PassedOver":             "a turn at a window is no step of the case",
	"hall.Requeued":               "a turn at a window is no step of the case",
	"hall.TicketOver":             "the visit says it",
	"hall.ActClosed":              "the visit goes on until it is closed",
	"visa.PaperAsked":             "what a case still wants is read from its orders",
}

// The state of a case is told from its events by one long switch, and what the
// switch leaves out changes nothing. A new kind must be put in there or above.
func TestStateOfACaseHearsEachKind(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "state.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	heard := map[string]bool{}
	for _, d := range file.Decls {
		f, is := d.(*ast.FuncDecl)
		if !is || f.Name.Name != "hear" {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if c, is := n.(*ast.CaseClause); is {
				for _, x := range c.List {
					if s, is := x.(*ast.SelectorExpr); is {
						heard[fmt.Sprintf("%s.%s", s.X, s.Sel)] = true
					}
				}
			}
			return true
		})
	}
	excused := map[string]bool{}
	for _, kinds := range [][]journal.Kind{filing.Kinds, approval.Kinds, passport.Kinds, custody.Kinds, visa.Kinds, hall.Kinds, trip.Kinds, feedback.Kinds} {
		for _, k := range kinds {
			body := k.Empty()
			_, ofCase := body.(ledger.OfCase)
			name := fmt.Sprintf("%T", body)
			if !ofCase && !ownOfCase(k.Name) {
				continue
			}
			_, why := unmoved[name]
			excused[name] = why
			if heard[name] == why {
				t.Errorf("%s (%s): the state hears it: %v; it is said to move nothing: %v", k.Name, name, heard[name], why)
			}
		}
	}
	for name := range unmoved {
		if !excused[name] {
			t.Errorf("%s is no kind any more", name)
		}
	}
	if len(heard) < 40 {
		t.Errorf("only %d kinds were found in the switch", len(heard))
	}
}

// ownOfCase tells kinds whose subject is the case itself from others.
func ownOfCase(name string) bool {
	var room string
	for i, r := range name {
		if r == '.' {
			room = name[:i]
			break
		}
	}
	return ledger.CaseOf(journal.Event{Subject: journal.Ref{Kind: room, ID: "f"}}) != ""
}
