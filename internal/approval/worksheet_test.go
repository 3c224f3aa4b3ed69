package approval

import (
	"fmt"
	"testing"

	"yitang/internal/journal"
)

func TestWorksheetSpeaksOfOneRoundAlone(t *testing.T) {
	w := Worksheet{}
	do := func(cmd journal.Command[Worksheet]) {
		t.Helper()
		events, err := cmd.Decide(w, moment(t, "reviewer", "r"))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			e.Actor.Account = "r"
			if w, err = WorksheetRoom.Evolve(w, e); err != nil {
				t.Fatal(err)
			}
		}
	}
	inv := Defect{Field: "invitations[0]", Rule: "INV-013", Words: "职级不对等"}
	do(ListDefect{inv, 1})
	do(ListDefect{Defect{Field: "notice.to", Words: "公示少一天"}, 1})
	inv.Words = "邀请人职级与团长不对等"
	do(ListDefect{inv, 1}) // the same finding with better words
	do(ListDefect{Defect{Field: "notice.to", Words: "公示没有写明经费"}, 1})
	do(TakeOffDefect{Defect{Field: "notice.to", Words: "公示少一天"}, 1})
	if len(w.Defects) != 2 || !w.Lists("INV-013", "invitations[0]") || w.Defects[0].Words != inv.Words {
		t.Fatalf("%+v", w.Defects)
	}
	do(AcceptExplanation{"INV-013", "invitations[0]", 1})
	do(AcceptExplanation{"INV-013", "invitations[0]", 1})
	if f, ok := w.Judged("INV-013", "invitations[0]"); !ok || f.By != "r" || len(w.Holds) != 1 || w.Lists("INV-013", "invitations[0]") {
		t.Fatalf("%+v", w)
	}
	if next := w.For(2); len(next.Defects)+len(next.Holds) != 0 {
		t.Fatalf("the second round begins with %+v", next)
	}
	do(ListDefect{inv, 2})
	if fmt.Sprint(w.Round, len(w.Defects), len(w.Holds)) != "2 1 0" {
		t.Fatalf("%+v", w)
	}
	if _, err := (ListDefect{Defect{}, 2}).Decide(w, moment(t, "reviewer", "r")); outcome(err) != "field=approval.send_back.no_field words=approval.send_back.no_words" {
		t.Fatal(err)
	}
}
