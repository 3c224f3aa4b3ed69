package sites

import (
	"yitang/internal/access"
	"yitang/internal/node"
	"yitang/internal/precheck"
	"yitang/internal/requirement"
	"yitang/internal/web"
	making "yitang/internal/web/passport"
)

// Passport is the site of the e-passport network.
func Passport(n *node.Passport) *web.Site {
	s := common(n.Node, n.Accounts, passportBar)
	s.Place = place("sites.place.passport")
	s.Add((&making.Pages{Site: s, Journal: n.Journal, Blobs: n.Blobs, Pack: n.Packs.Now, Rules: func() *precheck.Engine { return n.Packs.Now().Checks }, LossWait: lossWait(n.Node), Needs: func() requirement.Parameters { return n.Packs.Now().Needs(n.Journal.Today()) }}).Routes()...)
	return s
}

var passportBar = bar{
	{access.SeeOrders, "/desk", "today"},
	{access.SeeOrders, "/orders", "orders"},
	{access.KeepStock, "/stock", "stock"},
	{access.SeeExchange, "/node", "node"},
	{access.SeeRefusals, "/refusals", "refusals"},
}
