package told

import (
	"strings"
	"testing"

	"yitang/internal/hall"
	"yitang/internal/notify"
	"yitang/internal/pack"
	"yitang/internal/visit"
	"yitang/internal/web/ui"
)

// Who is told of a visit reads in the message which originals are brought.
func TestAMessageOfAVisitSaysWhichPapersAreBrought(t *testing.T) {
	set, err := pack.Built()
	if err != nil {
		t.Fatal(err)
	}
	w := &Words{Pack: func() *pack.Set { return set }}
	b := hall.Booking{Acts: []hall.Act{{ID: "act.capture@members[0]", Kind: visit.Capture}, {ID: "act.paperOriginal@unit#DEU", Kind: visit.PaperOriginal}}}
	if got := w.bring(w.in(string(ui.ZhHans)), b); len(got) != 2 || !strings.Contains(got[0], "身份证") || !strings.Contains(got[1], "德国") || !strings.Contains(got[1], "纸质原件") {
		t.Errorf("%q", got)
	}
}

// Whose people stay away often reads it with the message of the last time, the traveller
// doesn't.
func TestAUnitIsRemindedThatItStaysAwayOften(t *testing.T) {
	set, err := pack.Built()
	if err != nil {
		t.Fatal(err)
	}
	w := &Words{Pack: func() *pack.Set { return set }}
	for _, c := range []struct {
		role, count string
		often       bool
	}{{"liaison", "2", false}, {"liaison", "3", true}, {"liaison", "4", true}, {"traveller", "4", false}} {
		for lang, says := range map[ui.Lang][2]string{ui.ZhHans: {"请打开页面重新约一个时间", "本季度第" + c.count + "次"}, ui.En: {"book another time", "has missed " + c.count}} {
			m := notify.Row{Message: notify.Message{What: "visit.missed", Role: c.role, Fills: map[string]string{"Title": "赴柏林团组", "Day": "2026-11-30", "Slot": "09:30", "Count": c.count}}}
			_, text := w.said(w.in(string(lang)), m, "")
			text = strings.ReplaceAll(text, "\u2009", "")
			if !strings.Contains(text, says[0]) || !strings.Contains(text, "9:30") || strings.Contains(text, says[1]) != c.often {
				t.Errorf("%s, %s times: %q", c.role, c.count, text)
			}
		}
	}
}

// Of each kind of change its message says which it is and what is otherwise now, in
// the reader's language.
func TestTheMessageOfAChangeSaysWhatWasApproved(t *testing.T) {
	set, err := pack.Built()
	if err != nil {
		t.Fatal(err)
	}
	w := &Words{Pack: func() *pack.Set { return set }}
	for _, c := range []struct {
		name  string
		what  pack.TellEvent
		fills map[string]string
		zh    []string
		en    []string
		not   []string
	}{
		{"somebody stays at home", "case.approved", map[string]string{"Kind": "drop", "Left": "贾云飞", "Count": "2", "Day": "2026-11-30", "Reprint": "1"},
			[]string{"变更（减员）：赴柏林团组", "2026年11月30日起", "不再参团：贾云飞", "共2人", "换发新的"}, []string{"Not going any more: 贾云飞", "Going now: 2 people", "new document"}, []string{"行程为", "照旧有效", "新参团"}},
		{"other days", "case.approved", map[string]string{"Kind": "shift", "Count": "1", "Day": "2026-11-30", "Depart": "2026-12-03", "Return": "2026-12-08"},
			[]string{"变更（改期）", "行程为2026年12月3日", "照旧有效，不换发"}, []string{"The journey is", "Going now: 1 person"}, []string{"不再参团", "换发新的"}},
		{"others go", "case.approved", map[string]string{"Kind": "members", "Count": "3", "Day": "2026-11-30", "Left": "甲", "Come": "乙、丙", "Declined": "1", "Reprint": "1"},
			[]string{"不再参团：甲", "1人没有批准，点开看是谁", "新参团：乙、丙"}, []string{"Going too: 乙"}, nil},
		{"refused", "case.refused", map[string]string{"Kind": "places"}, []string{"变更（变更国家", "原来批准的内容照旧有效"}, []string{"goes on holding"}, nil},
		{"given up", "case.revoked", map[string]string{"Kind": "cancel"}, []string{"已按单位的申请取消"}, []string{"cancelled as the unit asked"}, []string{"变更（", "已撤销"}},
		{"to be signed", "case.to_sign", map[string]string{"Kind": "drop"}, []string{"变更（减员）：赴柏林团组"}, []string{"赴柏林团组"}, nil},
		{"the mission itself", "case.approved", map[string]string{}, []string{"“赴柏林团组”已批准，批件在网上可以下载"}, []string{"the document can be downloaded"}, []string{"变更", "起按"}},
	} {
		c.fills["Title"] = "赴柏林团组"
		for lang, says := range map[ui.Lang][]string{ui.ZhHans: c.zh, ui.En: c.en} {
			subject, text := w.said(w.in(string(lang)), notify.Row{Message: notify.Message{What: c.what, Role: "liaison", Fills: c.fills}}, "")
			all := strings.ReplaceAll(subject+" "+text, "\u2009", "")
			for _, x := range says {
				if !strings.Contains(all, x) {
					t.Errorf("%s (%s): %q doesn't say %q", c.name, lang, all, x)
				}
			}
			for _, x := range c.not {
				if strings.Contains(all, x) {
					t.Errorf("%s (%s): %q says %q", c.name, lang, all, x)
				}
			}
		}
	}
}

// What a phone shows at a glance, twenty characters, has number and window; an older
// pack without names for its windows has their sign.
func TestTheMessageOfACallBeginsWithNumberAndWindow(t *testing.T) {
	set, err := pack.Built()
	if err != nil {
		t.Fatal(err)
	}
	w := &Words{Pack: func() *pack.Set { return set }}
	fills := map[string]string{"Title": "赴柏林团组", "Ticket": "001", "Window": "A1窗口", "WindowEn": "Window A1"}
	for lang, begins := range map[ui.Lang]string{ui.ZhHans: "001 请到A1窗口", ui.En: "001: please go to Window A1"} {
		subject, text := w.said(w.in(string(lang)), notify.Row{Message: notify.Message{What: "visit.called", Role: "traveller", Fills: fills}}, "")
		if subject != begins || !strings.HasPrefix(text, begins) {
			t.Errorf("%s: %q, %q", lang, subject, text)
		}
	}
}
