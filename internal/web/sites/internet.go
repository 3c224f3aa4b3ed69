package sites

import (
	"context"

	"yitang/internal/access"
	"yitang/internal/node"
	"yitang/internal/unit"
	"yitang/internal/web"
	applying "yitang/internal/web/filing"
	people "yitang/internal/web/person"
	"yitang/internal/web/verify"
)

// Internet is the site of units, travellers and the public.
func Internet(n *node.Internet) *web.Site {
	s := common(n.Node, n.Accounts, internetBar)
	s.Add(verify.Routes(n.Node, s)...)
	work := applying.NewWork(n)
	cases := &applying.Pages{Site: s, Work: work}
	s.Objects = cases.Objects()
	s.Add(cases.Routes()...)
	s.Add((&people.Pages{Site: s, Work: work, Countries: work.Ref.Countries}).Routes()...)
	s.Place = func(ctx context.Context, w access.Who) string {
		if w.Unit == "" {
			return ""
		}
		u, err := unit.One(ctx, n.Store, w.Unit)
		if err != nil {
			return "" // an account whose unit hasn't been heard of yet
		}
		return u.Name
	}
	return s
}

var internetBar = bar{
	{access.SignCase, "/sign", "to_sign"},
	{access.SeeUnit, "/cases", "cases"},
	{access.SeePeople, "/people", "people"},
	{access.Self, "/node", "node"},
}
