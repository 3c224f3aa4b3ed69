package approval

import (
	"fmt"
	"testing"

	"yitang/internal/journal"
)

func TestWorksheetSpeaksOfOneRoundAlone(t *testing.T) {
	w, a := Worksheet{}, play(t, received, accepted)
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
	do(ListDefect{inv, 1, a, ""})
	do(ListDefect{Defect{Field: "notice.to", Words: "公示少一天"}, 1, a, ""})
	inv.Words = "邀请人职级与团长不对等"
	do(ListDefect{inv, 1, a, ""}) // the same finding with better words
	do(ListDefect{Defect{Field: "notice.to", Words: "公示没有写明经费"}, 1, a, ""})
	do(TakeOffDefect{Defect{Field: "notice.to", Words: "公示少一天"}, 1, a, ""})
	if len(w.Defects) != 2 || !w.Lists("INV-013", "invitations[0]") || w.Defects[0].Words != inv.Words {
		t.Fatalf("%+v", w.Defects)
	}
	do(AcceptExplanation{"INV-013", "invitations[0]", 1, a, "", false})
	do(AcceptExplanation{"INV-013", "invitations[0]", 1, a, "", false})
	if f, ok := w.Judged("INV-013", "invitations[0]"); !ok || f.By != "r" || len(w.Holds) != 1 || w.Lists("INV-013", "invitations[0]") {
		t.Fatalf("%+v", w)
	}
	// What was judged stays said, with the round that it was said of.
	if next := w.For(2); len(next.Defects) != 0 || len(next.Holds) != 1 || next.Holds[0].Round != 1 {
		t.Fatalf("the second round begins with %+v", next)
	}
	do(ListDefect{inv, 2, a, ""})
	if fmt.Sprint(w.Round, len(w.Defects), len(w.Holds)) != "2 1 1" {
		t.Fatalf("%+v", w)
	}
	do(AcceptExplanation{"INV-013", "invitations[0]", 2, a, "", false}) // judged again: the finding has changed
	if f, _ := w.Judged("INV-013", "invitations[0]"); len(w.Holds) != 2 || f.Round != 2 {
		t.Fatalf("%+v", w.Holds)
	}
	undo := AcceptExplanation{"INV-013", "invitations[0]", 2, a, "", true}
	do(undo) // by mistake: it is open again, and taken back once
	if es, err := undo.Decide(w, moment(t, "reviewer", "r")); err != nil || es != nil || len(w.Holds) != 0 {
		t.Fatalf("%+v %v %v", w.Holds, es, err)
	}
	if _, err := (ListDefect{Defect{}, 2, a, ""}).Decide(w, moment(t, "reviewer", "r")); outcome(err) != "field=approval.send_back.no_field words=approval.send_back.no_words" {
		t.Fatal(err)
	}
}

// Papers that nobody gave are told apart by whose they are, whatever the words.
func TestTwoMissingPapersWithTheSameWordsAreTwo(t *testing.T) {
	a := play(t, received, accepted)
	photo := func(owner string) Defect {
		return Defect{Field: "materials", Words: "请补交照片", Paper: "M26", Owner: owner}
	}
	w := Worksheet{Round: 1}
	do := func(cmd journal.Command[Worksheet]) {
		t.Helper()
		events, err := cmd.Decide(w, moment(t, "reviewer", "r"))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			if w, err = WorksheetRoom.Evolve(w, e); err != nil {
				t.Fatal(err)
			}
		}
	}
	do(ListDefect{photo("members[0]"), 1, a, ""})
	do(ListDefect{photo("members[1]"), 1, a, ""})
	do(ListDefect{photo("members[1]"), 1, a, ""}) // again
	if len(w.Defects) != 2 || w.Defects[0].Owner == w.Defects[1].Owner {
		t.Fatalf("two photos are wanted, listed is %+v", w.Defects)
	}
	do(TakeOffDefect{photo("members[0]"), 1, a, ""})
	if len(w.Defects) != 1 || w.Defects[0].Owner != "members[1]" {
		t.Fatalf("after the first was taken off: %+v", w.Defects)
	}
	if w.ListsPoint(Point{Defect: photo("members[0]")}) || !w.ListsPoint(Point{Defect: photo("members[1]")}) {
		t.Error("a point is taken for that of another member")
	}
}

// An explanation is found wanting apart from the notice only once the application went
// back: before, the finding is listed.
func TestWhatIsNotExplainedIsListedBeforeTheApplicationWasSentBack(t *testing.T) {
	reject := func(a Approval, takeBack bool) string {
		_, err := RejectExplanation{"INV-013", "x", 1, a, "", takeBack}.Decide(Worksheet{}, moment(t, "reviewer", "r"))
		return outcome(err)
	}
	fresh := play(t, received, accepted)
	if got := reject(fresh, false); got != "notNow:approval.explanation.list_first" {
		t.Errorf("before it was sent back: %q", got)
	}
	if got := reject(fresh, true); got != "" {
		t.Errorf("taking back: %q", got)
	}
	if got := reject(play(t, received, sentBack, mended, accepted), false); got != "" {
		t.Errorf("after it was sent back: %q", got)
	}
}

func TestWorksheetIsForTheDeskWhoseTurnItIsAndNeverForATraveller(t *testing.T) {
	d := Defect{Field: "notice.to", Words: "公示少一天"}
	for _, c := range []struct {
		what, by string
		at       Approval
		self     string
		want     string
	}{
		{"intake at intake", "intake", play(t, received), "", ""},
		{"the reviewer at intake", "reviewer", play(t, received), "", "forbidden"},
		{"intake under review", "intake", play(t, received, accepted), "", "forbidden"},
		{"the reviewer's turn", "reviewer", play(t, received, accepted), "p9", ""},
		{"a reviewer who travels", "reviewer", play(t, received, accepted), "p2", "forbidden"},
		{"a chief before their turn", "chief", play(t, received, accepted), "", ""},
		{"a director who travels", "director", play(t, received, accepted), "p1", "forbidden"},
		{"while the unit mends it", "intake", play(t, received, sentBack), "", "notNow:approval.send_back.not_now"},
		{"after the decision", "director", play(t, received, accepted, reviewed, chiefed, decided), "", "notNow:approval.send_back.not_now"},
	} {
		for _, cmd := range []journal.Command[Worksheet]{ListDefect{d, 1, c.at, c.self}, TakeOffDefect{d, 1, c.at, c.self}, AcceptExplanation{"INV-013", "x", 1, c.at, c.self, false}} {
			if _, err := cmd.Decide(Worksheet{}, moment(t, c.by, "x")); outcome(err) != c.want {
				t.Errorf("%s, %T: %q, want %q", c.what, cmd, outcome(err), c.want)
			}
		}
	}
}
