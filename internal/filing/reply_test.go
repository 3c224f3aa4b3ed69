package filing_test

import (
	"encoding/json"
	"testing"

	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/journal"
)

// Of two papers that the office chose each is answered by itself, and what wasn't is
// named with whose it is.
func TestOneReplyExcusesOnePaperAlone(t *testing.T) {
	f, a := sentBack(t, "materials")
	photo := func(owner string) filing.Defect {
		return filing.Defect{Field: "materials", Words: "请补交照片", Paper: "M26", Owner: owner}
	}
	f.Defects = []filing.Defect{photo("members[0]"), photo("members[1]")}
	named := func(replies map[string]string) string {
		_, err := run(f, filing.Correct{Application: a, Replies: replies})
		out := ""
		for _, x := range fault.Findings(err) {
			if x.Key == "filing.correct.unanswered" {
				out += x.Field + " "
			}
		}
		return out
	}
	if got := named(nil); got != "materials.M26.members[0] materials.M26.members[1] " {
		t.Errorf("without words missing is %q", got)
	}
	if got := named(map[string]string{"materials": "没有"}); got != "materials.M26.members[0] materials.M26.members[1] " {
		t.Errorf("words on all papers leave %q", got)
	}
	one := map[string]string{photo("members[0]").Place(): "已随护照交过"}
	if got := named(one); got != "materials.M26.members[1] " {
		t.Errorf("words on one leave %q", got)
	}
	one[photo("members[1]").Place()] = "本人在国外"
	is, err := run(f, filing.Correct{Application: a, Replies: one})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"已随护照交过", "本人在国外"} {
		if got := f.Defects[i].Reply(is.Answers); got != want {
			t.Errorf("defect %d is answered by %q", i, got)
		}
	}
}

// In corrections of before, words on papers were said of each that was chosen.
func TestWordsOfBeforeAnswerEachPaper(t *testing.T) {
	registry, err := journal.NewRegistry(filing.Kinds...)
	if err != nil {
		t.Fatal(err)
	}
	body, err := registry.Read("filing.corrected", 1, map[string]json.RawMessage{"answers": json.RawMessage(`{"materials":"随后寄来","case.purpose":"照旧"}`)})
	if err != nil {
		t.Fatal(err)
	}
	answers := body.(filing.Corrected).Answers
	for _, d := range []filing.Defect{{Field: "materials"}, {Field: "materials", Paper: "M26", Owner: "members[1]"}} {
		if got := d.Reply(answers); got != "随后寄来" {
			t.Errorf("%s is answered by %q", d.Place(), got)
		}
	}
	if got := (filing.Defect{Field: "materials", Paper: "M26", Owner: "members[1]"}).Reply(map[string]string{"materials": "译文已签"}); got != "" {
		t.Errorf("words of today on the other papers answer a chosen one: %q", got)
	}
}
