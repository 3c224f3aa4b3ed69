package verify

import (
	"context"
	"strings"
	"testing"
	"time"

	"yitang/internal/document"
	"yitang/internal/letter"
	"yitang/internal/web/ui"
)

// What has become of a genuine document is said by name: a line that names what
// should be so and fails is a riddle.
func TestWhatIsNoLongerInForceSaysWhatHasBecomeOfIt(t *testing.T) {
	ctx := ui.With(context.Background(), ui.Prefs{})
	for answer, want := range map[document.Answer]struct {
		state ui.State
		name  string
		text  string
	}{
		document.IsSuperseded:  {ui.Warn, "已被替代", "已被云外办出〔2026〕2号替代"},
		document.IsRevoked:     {ui.Stop, "已撤销", "撤销"},
		document.IsCancelled:   {ui.Stop, "任务已取消", "注销"},
		document.Expired:       {ui.Warn, "已过有效期", "有效期已过"},
		document.StatusUnknown: {ui.Stop, "名录里没有", "名录里没有"},
	} {
		v := document.Verdict{Answer: answer, Checks: []document.Check{{ID: document.CheckLog, OK: true}, {ID: document.CheckStatus}}}
		if answer == document.IsSuperseded {
			v.By = "云外办出〔2026〕2号"
		}
		out := view(ctx, v, time.Now())
		if c := out.Checks[1]; c.State != want.state || c.Name != want.name || !strings.Contains(c.Text, want.text) {
			t.Errorf("%s: %+v", answer, c)
		}
		if out.Seal.Word != "是真的，但不能凭它办事" {
			t.Errorf("%s is called %q", answer, out.Seal.Word)
		}
	}
}

// A public check names each kind of document in every language.
func TestEachKindOfDocumentIsNamedWhereItIsVerified(t *testing.T) {
	for _, lang := range ui.Langs() {
		ctx := ui.With(context.Background(), ui.Prefs{Lang: lang})
		for _, k := range document.Kinds() {
			said := known(ctx, letter.Row{Kind: k, Status: document.InForce}, time.Now()).Seal.Title
			if !ui.Known("letter.kind."+string(k)) || said == "" || strings.Contains(said, string(k)) && k != document.KindApproval {
				t.Errorf("%s is called %q", k, said)
			}
		}
	}
}
