package guidance_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/guidance"
	"yitang/internal/journal"
	"yitang/internal/journal/journaltest"
	"yitang/internal/keys"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
	"yitang/internal/zone"
)

func aQuestion(but ...func(*guidance.Answer)) guidance.Answer {
	a := guidance.Answer{Topic: "booklet", Question: fault.Text{Zh: "护照在国外丢了怎么办？", En: "I lost my passport abroad"}, Answer: fault.Text{Zh: "先报警，再联系使领馆。", En: "Tell the police first."},
		Rules: "gen-021，PPT-007 GEN-021", Known: func(id string) bool { return strings.HasPrefix(id, "GEN-") || id == "PPT-007" }, Guides: []dossier.CaseKind{dossier.Own}}
	for _, b := range but {
		b(&a)
	}
	return a
}

func TestAFrequentQuestionIsPutOutChangedAndTakenBackAndSaysAllThatIsWrong(t *testing.T) {
	out, back := guidance.State{Stand: guidance.Out, Edition: 1}, guidance.State{Stand: guidance.Back, Edition: 2}
	for _, c := range []struct {
		name  string
		given guidance.State
		when  journal.Command[guidance.State]
		then  string
	}{
		{"put out", guidance.State{}, aQuestion(), "guidance.Answered"},
		{"Chinese alone", guidance.State{}, aQuestion(func(a *guidance.Answer) { a.Question.En, a.Answer.En = "", " " }), "guidance.Answered"},
		{"half of the English", guidance.State{}, aQuestion(func(a *guidance.Answer) { a.Answer.En = "" }), "invalid: answer_en: guidance.empty"},
		{"changed", out, aQuestion(), "guidance.Answered"},
		{"out again", back, aQuestion(), "guidance.Answered"},
		{"a rule that is none", guidance.State{}, aQuestion(func(a *guidance.Answer) { a.Rules = "GEN-021 ABC-1" }), "invalid: rules: guidance.rules"},
		{"nothing filled in", guidance.State{}, guidance.Answer{}, "invalid: question: guidance.empty; answer: guidance.empty; topic: guidance.topic"},
		{"a guide that is none", guidance.State{}, aQuestion(func(a *guidance.Answer) { a.Guides = []dossier.CaseKind{"holiday"} }), "invalid: guides: guidance.guides"},
		{"too long", guidance.State{}, aQuestion(func(a *guidance.Answer) { a.Question.Zh = strings.Repeat("问", 81) }), "invalid: question: guidance.long"},
		{"taken back", out, guidance.TakeBack{Reason: "规定改了"}, "guidance.TakenBack"},
		{"taken back without a reason", out, guidance.TakeBack{}, "invalid: reason: guidance.empty"},
		{"taken back twice", back, guidance.TakeBack{Reason: "规定改了"}, "not now: guidance.takenBack while withdrawn"},
	} {
		es, err := c.when.Decide(c.given, journaltest.Moment(zone.Office, 0))
		if got := kinds(es, err); got != c.then {
			t.Errorf("%s: got %q, want %q", c.name, got, c.then)
		}
		if c.name == "out again" && es[0].Body.(guidance.Answered).Edition != 3 {
			t.Errorf("it comes out again as %+v", es[0].Body)
		}
		if c.name == "put out" && !slices.Equal(es[0].Body.(guidance.Answered).Rules, []string{"GEN-021", "PPT-007"}) {
			t.Errorf("the rules are read as %v", es[0].Body.(guidance.Answered).Rules)
		}
	}
}

func TestABrowserCountsOnceADayAndNoNetworkForACrowd(t *testing.T) {
	full := guidance.Opinions{}
	for i := range guidance.PerNetwork {
		full.Browsers = append(full.Browsers, string(rune('a'+i)))
	}
	for _, c := range []struct {
		name  string
		given guidance.Opinions
		by    string
		then  string
	}{
		{"the first", guidance.Opinions{}, "x", "guidance.Helped"},
		{"another browser", guidance.Opinions{Browsers: []string{"y"}}, "x", "guidance.Helped"},
		{"the same once more", guidance.Opinions{Browsers: []string{"x"}}, "x", ""},
		{"one of a crowd", full, "x", "not now: guidance.help.many while published"},
	} {
		es, err := guidance.Help{Question: "q", Edition: 1, Yes: true, Browser: c.by}.Decide(c.given, journaltest.Moment(zone.Internet, 0))
		if got := kinds(es, err); got != c.then {
			t.Errorf("%s: got %q, want %q", c.name, got, c.then)
		}
	}
}

func TestAQuestionIsFoundByWordsScriptPinyinInitialsAndSentence(t *testing.T) {
	all := []guidance.Question{
		{ID: "lost", Ask: "护照在国外丢了怎么办？", AskEn: "I lost my passport abroad", Answer: "先报警，再找使领馆办旅行证。"},
		{ID: "days", Ask: "出访天数怎么算？", Answer: "出境和入境两天都算。"},
		{ID: "return", Ask: "证照什么时候交回？", Answer: "回国后 7 天内，护照交给专管员。"},
	}
	for typed, want := range map[string]string{
		"":            "lost days return",
		"天数":          "days",
		"護照":          "lost return",
		"護照　丟了":       "lost",
		"旅行证":         "lost",
		"PASSPORT":    "lost",
		"ｐａｓｓｐｏｒｔ":    "lost",
		"cfts":        "days",
		"tianshu":     "days",
		"chufangtian": "days",
		"t":           "",
		"sh":          "return", // 时候
		"护照丢了怎么办呀":    "lost",
		"我的护照在外面丢了":   "lost",
		"天数 交回":       "",
		"食堂":          "",
		"《》":          "lost days return",
	} {
		var got []string
		for _, q := range guidance.Find(all, typed) {
			got = append(got, q.ID)
		}
		if typed == "t" { // letters of the English text are words of it
			got = slices.DeleteFunc(got, func(id string) bool { return id == "lost" })
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q finds %q, not %q", typed, got, want)
		}
	}
}

// Words of letters mean what they mean as whole words: the ones that mean the same,
// that tell less and that tell nothing stand in many others.
func TestEnglishWordsAreReadWhole(t *testing.T) {
	all := []guidance.Question{
		{ID: "lost", Ask: "护照丢了怎么办？", AskEn: "I lost my passport", Answer: "先报警。", AnswerEn: "Tell the police first."},
		{ID: "long", Ask: "审批要多久？", AskEn: "How long does approval take?", Answer: "五个工作日。", AnswerEn: "Five working days."},
		{ID: "photo", Ask: "照片要什么样的？", AskEn: "Which photograph is taken?", Answer: "白底。", AnswerEn: "With a white background."},
		{ID: "word", Ask: "口令忘了怎么办？", AskEn: "Forgot the password", Answer: "重设。", AnswerEn: "Set a new one."},
	}
	for typed, want := range map[string]string{
		"lose the passport":         "lost",
		"what to do: passport lost": "lost",
		"how  long":                 "long",
		"how long is the approval":  "long",
		"working days of approval":  "long",
		"PHOTO":                     "photo",
		"is the photo":              "photo",
		"to the password":           "word",
		"what is the 口令":            "word",
		"closed":                    "", // lose
		"closes":                    "",
		"glost":                     "", // lost
		"disapproval":               "", // approval
		"telephotos":                "", // photo
		"passwordless":              "", // password
		"showing longer":            "", // how long
		"island":                    "", // is, an
		"éis":                       "",
	} {
		var got []string
		for _, q := range guidance.Find(all, typed) {
			got = append(got, q.ID)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q finds %q, not %q", typed, got, want)
		}
	}
}

// Of two that share as many pairs of characters, the one stands in front that has
// the rarer ones of what was typed.
func TestTheQuestionThatHasTheRareCharactersIsFirst(t *testing.T) {
	all := []guidance.Question{
		{ID: "late", Ask: "约好了来不了，或者迟到了怎么办？", Answer: "改约，旧的才放掉。"},
		{ID: "hand", Ask: "证照丢失以外的事怎么办？", Answer: "问专管员。"},
		{ID: "lost", Ask: "护照在国外丢了怎么办？", Answer: "先报警。"},
	}
	for _, typed := range []string{"护照丢了怎么办", "丢了怎么办"} {
		if got := guidance.Find(all, typed); len(got) == 0 || got[0].ID != "lost" {
			t.Errorf("%q finds first %+v", typed, got)
		}
	}
	if got := guidance.Find(all, "迟到了怎么办"); len(got) == 0 || got[0].ID != "late" {
		t.Errorf("being late finds first %+v", got)
	}
}

func TestAQuestionKeepsItsEditionsAndWhomTheyHelped(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		ctx := context.Background()
		// One journal that may hold both zones' events, to see all of the tables.
		all := slices.Clone(guidance.Kinds)
		for i := range all {
			all[i].Home = zone.Of(zone.Office)
		}
		j := journaltest.Open(t, journaltest.Options{Store: open(), Zone: zone.Office, Kinds: all,
			Projections: func(*keys.Ring) []journal.Projection { return guidance.Projections }})
		do := func(id string, cmd journal.Command[guidance.State]) {
			t.Helper()
			if _, err := journal.Do(ctx, j.Journal, guidance.Questions, journal.Order{Subject: id}, cmd); err != nil {
				t.Fatal(err)
			}
		}
		says := func(edition int, browser string, yes bool) {
			t.Helper()
			if _, err := journal.Do(ctx, j.Journal, guidance.Helps, journal.Order{Subject: guidance.OpinionID("q1", "2026-03-10", "n")}, guidance.Help{Question: "q1", Edition: edition, Yes: yes, Browser: browser}); err != nil {
				t.Fatal(err)
			}
		}
		do("q1", aQuestion())
		says(1, "a", true)
		says(1, "a", true)
		says(1, "b", false)
		do("q1", aQuestion(func(a *guidance.Answer) { a.Answer.Zh = "先找使领馆。" }))
		says(2, "c", true)
		do("q2", aQuestion(func(a *guidance.Answer) { a.Question.Zh = "另一问" }))
		do("q2", guidance.TakeBack{Reason: "规定改了"})
		now, err := guidance.CurrentQuestions(ctx, j.Store)
		if err != nil || len(now) != 1 || now[0].ID != "q1" || now[0].Answer != "先找使领馆。" || now[0].Yes != 1 || now[0].No != 0 || !slices.Equal(now[0].Rules, []string{"GEN-021", "PPT-007"}) || !slices.Equal(now[0].Guides, []dossier.CaseKind{dossier.Own}) {
			t.Fatalf("%v: %+v", err, now)
		}
		if all, err := guidance.AllQuestions(ctx, j.Store); err != nil || len(all) != 2 {
			t.Errorf("%v: %+v", err, all)
		}
		one, err := guidance.QuestionEditions(ctx, j.Store, "q1")
		if err != nil || len(one) != 2 || one[1].Yes != 1 || one[1].No != 1 || one[1].Last || one[1].Answer != "先报警，再联系使领馆。" {
			t.Errorf("%v: %+v", err, one)
		}
		back, err := guidance.QuestionEditions(ctx, j.Store, "q2")
		if err != nil || back[0].Now() || back[0].Reason != "规定改了" {
			t.Errorf("%v: %+v", err, back)
		}
		if _, err := guidance.QuestionEditions(ctx, j.Store, "none"); !fault.IsNotFound(err) {
			t.Errorf("one that isn't there: %v", err)
		}
		journaltest.RebuiltEqualsKept(t, j.Journal)
	})
}
