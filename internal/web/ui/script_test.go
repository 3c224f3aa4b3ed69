package ui

import (
	"context"
	"slices"
	"strings"
	"testing"

	"yitang/internal/fault"
	"yitang/internal/requirement"
	"yitang/ref"
)

// A reader of the traditional script reads rules and needs in it, and people's
// names as they are written.
func TestOurSentencesAreReadInTheTraditionalScriptAndNamesAsTheyAre(t *testing.T) {
	ctx := With(context.Background(), Prefs{Lang: ZhHant})
	late := fault.Filled("回国后 "+fault.Mark("后国强的")+" 个工作日内交出访报告。", "")
	if got := Say(ctx, late); got != "回國後 后国强的 個工作日內交出訪報告。" {
		t.Error(got)
	}
	if got := Say(context.Background(), late); got != "回国后 后国强的 个工作日内交出访报告。" {
		t.Error(got)
	}

	data, err := ref.Built()
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, r := range data.Rules {
		all = append(all, r.Title.Zh, r.Message.Zh, r.Fix.Zh)
		for _, v := range slices.Concat(r.Cases, some(r.Missing)) {
			all = append(all, v.Message.Zh, v.Fix.Zh)
		}
	}
	for _, text := range requirement.Texts() {
		all = append(all, text.Zh)
	}
	changed := 0
	for _, sentence := range all {
		for _, part := range strings.FieldsFunc(sentence, func(r rune) bool { return r == '{' || r == '}' }) {
			if strings.Contains(sentence, "{"+part+"}") {
				continue // a value
			}
			got, there := words().plain[ZhHant]["name:"+part]
			if !there {
				t.Errorf("%q of %q has no traditional form", part, sentence)
			}
			if got != part {
				changed++
			}
		}
	}
	if changed < len(all)/2 {
		t.Errorf("%d of %d sentences differ in the traditional script", changed, len(all))
	}
}

func some(v *ref.Variant) []ref.Variant {
	if v == nil {
		return nil
	}
	return []ref.Variant{*v}
}

func TestAFigureAndAShortWordStayWholeAndASentenceDoesNot(t *testing.T) {
	for text, whole := range map[string]bool{
		"2026年12月28日–2027年1月3日": true, "2027年1月25日–28日": true, "9:30–11:00": true, "待送签": true, "24,566.10 元": true,
		"90天以内（吕梁学院、华南理工大学规定）": false, "预审规则说了什么": false, "": false,
	} {
		if Whole(text) != whole {
			t.Errorf("%q stays whole: %v", text, !whole)
		}
	}
}
