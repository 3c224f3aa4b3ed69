package ui_test

import (
	"context"
	"strings"
	"testing"

	"yitang/internal/pack"
	"yitang/internal/web/ui"
)

func TestAnOfficesWordsAreHeldAgainstThoseOfPages(t *testing.T) {
	for _, c := range []struct {
		key  string
		text pack.Text
		want string // part of the one mistake; "": none
	}{
		{"config.part.thresholds", pack.Text{Zh: "限额", En: "Limits"}, ""},
		{"config.own", pack.Text{Zh: "{{.Count}}项", En: "{{.Count|item|items}}"}, ""},
		{"config.part.threshold", pack.Text{Zh: "限额", En: "Limits"}, "config.part.threshold: no page says this; the nearest is config.part.thresholds"},
		{"config.own", pack.Text{Zh: "{{.Cuont}}项", En: "some"}, "config.own.zh: nothing fills {{.Cuont}} here; what is filled: {{.Count}}"},
		{"config.own", pack.Text{Zh: "几项", En: "{{.Count items"}, "config.own.en: "},
		{"config.own", pack.Text{Zh: "几项", En: "some", Hant: "{{.N}}項"}, "config.own.zhHant: nothing fills"},
	} {
		got := ui.CheckOwn(pack.Texts{c.key: c.text})
		if c.want == "" && len(got) > 0 || c.want != "" && (len(got) != 1 || !strings.Contains(got[0].String(), c.want)) {
			t.Errorf("%s %+v gives %v, want %q", c.key, c.text, got, c.want)
		}
	}
}

func TestOfficesWordsAreFilledInAndOthersStay(t *testing.T) {
	ctx := ui.WithOwn(ui.With(context.Background(), ui.Prefs{Lang: ui.En}), ui.NewOwn(pack.Texts{"config.own": {Zh: "共{{.Count}}", En: "{{.Count|thing|things}} of ours"}, "nobody.says": {Zh: "x", En: "x"}}))
	for want, got := range map[string]string{
		"1 thing of ours":      ui.T(ctx, "config.own", "Count", 1),
		"1,234 things of ours": ui.T(ctx, "config.own", "Count", 1234),
		"⟦nobody.says⟧":        ui.T(ctx, "nobody.says"),
		ui.T(ui.With(context.Background(), ui.Prefs{Lang: ui.En}), "config.title", "Office", "O", "Version", "v"): ui.T(ctx, "config.title", "Office", "O", "Version", "v"),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
