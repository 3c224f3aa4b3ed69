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

// A number alone says what the register has of it, and nothing of the paper that
// somebody holds; a document on record that fails its own checks is told as one.
func TestANumberAloneSaysNothingOfThePaperInHand(t *testing.T) {
	ctx := ui.With(context.Background(), ui.Prefs{})
	checks := []document.Check{{ID: document.CheckCoverage, OK: true}, {ID: document.CheckSignature, OK: true}, {ID: document.CheckAuthority, OK: true}, {ID: document.CheckLog, OK: true}, {ID: document.CheckStatus, OK: true}}
	facts := &document.Facts{Kind: document.KindApproval, Number: "云外办出〔2026〕12号"}
	for answer, want := range map[document.Answer]string{document.Genuine: "现在有效", document.IsSuperseded: "已被替代", document.IsRevoked: "已被撤销", document.IsCancelled: "取消", document.Expired: "已过有效期"} {
		verdict := document.Verdict{Answer: answer, Facts: facts, Checks: checks}
		out := registered(ctx, view(ctx, verdict, time.Now()), verdict)
		if !strings.Contains(out.Seal.Title, facts.Number) || !strings.Contains(out.Seal.Title, want) || !strings.Contains(out.Seal.Text, "不是您手里的这一份") {
			t.Errorf("%s: %+v", answer, out.Seal)
		}
		var ticked []string
		for _, c := range out.Checks {
			if c.State == ui.OK {
				ticked = append(ticked, c.Name)
			}
		}
		if strings.Join(ticked, " ") != "登记在册 未被替代或撤销" || out.Checks[len(out.Checks)-1].Name != "手里这一份没有核" {
			t.Errorf("%s ticks %v", answer, ticked)
		}
		if given := view(ctx, verdict, time.Now()); len(given.Checks) != len(checks) {
			t.Errorf("%s: of a given file %d of %d checks are told", answer, len(given.Checks), len(checks))
		}
	}
	verdict := document.Verdict{Answer: document.Altered, Checks: checks[:2]}
	verdict.Checks[1].OK = false
	if out := registered(ctx, view(ctx, verdict, time.Now()), verdict); out.Seal.State != ui.Stop || len(out.Checks) != 2 {
		t.Errorf("an altered copy on record: %+v", out)
	}
}
