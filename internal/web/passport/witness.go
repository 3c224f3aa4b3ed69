package passport

import (
	"context"
	"net/http"
	"strings"

	"yitang/internal/access"
	"yitang/internal/fault"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// witnessFields ask for the second of two people. Their password stands for
// their being there: a name alone could be typed by anybody.
func witnessFields(ctx context.Context, beside map[string]string, typed string) []ui.Field {
	return []ui.Field{
		{Name: "witness", Label: ui.T(ctx, "making.witness"), Hint: ui.T(ctx, "making.witness.hint"), Error: beside["witness"], Value: typed, Width: "mid", Complete: "off"},
		{Kind: ui.Password, Name: "witness_password", Label: ui.T(ctx, "making.witness.password"), Width: "mid", Complete: "off"},
	}
}

// two are the accounts of those who stand by: whoever is signed in, and the
// colleague who has given name and password. Without a name it is one alone,
// which the commands refuse.
func (p *Pages) two(r *http.Request) ([]string, error) {
	ctx, me := r.Context(), web.Who(r).Account
	login := strings.TrimSpace(r.PostFormValue("witness"))
	if login == "" {
		return []string{me}, nil
	}
	token, err := p.Site.Door.SignIn(ctx, login, r.PostFormValue("witness_password"), web.Address(r))
	if fs := fault.Findings(err); len(fs) > 0 {
		return nil, fault.Field("witness", fs[0].Key, fs[0].Args)
	}
	if err != nil {
		return nil, err
	}
	who, err := p.Site.Door.Who(ctx, token)
	if out := p.Site.Door.SignOut(ctx, token); err == nil {
		err = out // the colleague only vouched; nobody goes on in their name
	}
	if err != nil {
		return nil, err
	}
	if !who.May(access.MakeBooklet) {
		return nil, fault.Field("witness", "making.witness.right", nil)
	}
	return []string{me, who.Account}, nil
}
