package demo

import (
	"testing"

	"yitang/internal/guidance"
)

// What people typed and found nothing for, though it stood there; and what they found
// besides, by words that tell nothing.
func TestWhatPeopleTypeFindsTheQuestionThatAnswersIt(t *testing.T) {
	var all []guidance.Question
	for _, q := range (City{}).questions() {
		all = append(all, guidance.Question{ID: q.id, Ask: q.ask.Zh, AskEn: q.ask.En, Answer: q.answer.Zh, AnswerEn: q.answer.En})
	}
	for _, c := range []struct {
		typed, first string
		most         int // found at most
	}{
		{"护照丢失", "lost", 2},
		{"护照掉了", "lost", 2},
		{"护照掉了怎么办", "lost", 2},
		{"护照不见了", "lost", 2},
		{"證照遺失", "lost", 2},
		{"签证要多久", "how-long", 5},
		{"审批要多久", "how-long", 4},
		{"几天能批", "how-long", 4},
		{"办护照要几天", "how-long", 8},
		{"公示几天", "notice-days", 4},
		{"公示要贴多长时间", "notice-days", 4},
		{"照片要求", "photo", 4},
		{"补正", "sent-back", 2},
		{"材料被打回来了怎么办", "sent-back", 3},
		{"忘记密码", "sign-in", 3},
		{"换人改日期", "someone-else", 3},
		{"天数怎么算", "days", 3},
		{"迟到了怎么办", "late", 2},
		{"邀请函怎么写", "invitation", 3},
		{"lost my passport", "lost", 3},
		{"how long does the visa take", "how-long", 6},
	} {
		found := guidance.Find(all, c.typed)
		var ids []string
		for _, q := range found {
			ids = append(ids, q.ID)
		}
		if len(ids) == 0 || ids[0] != c.first || len(ids) > c.most {
			t.Errorf("%q finds %q, not %s first and %d at most", c.typed, ids, c.first, c.most)
		}
	}
	// Where nothing fits, what shares something is offered, and no more than asked for.
	if got := guidance.Find(all, "护照封面颜色"); len(got) != 0 {
		t.Errorf("found %d", len(got))
	}
	if got := guidance.Nearest(all, "护照封面颜色", 3); len(got) != 3 {
		t.Errorf("%d are near", len(got))
	}
	if got := guidance.Nearest(all, "食堂", 3); len(got) != 0 {
		t.Errorf("%d are near to what nobody answers", len(got))
	}
}
