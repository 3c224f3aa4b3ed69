package ui

import (
	"context"
	"slices"
	"strings"
	"testing"

	"yitang/internal/fault"
	"yitang/internal/requirement"
	"yitang/internal/visit"
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
	for _, texts := range []map[string]fault.Text{requirement.Texts(), visit.Texts()} {
		for _, text := range texts {
			all = append(all, text.Zh)
		}
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
