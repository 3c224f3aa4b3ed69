package sites

import (
	"yitang/internal/access"
	"yitang/internal/node"
	"yitang/internal/web"
)

// Passport is the site of the e-passport network.
func Passport(n *node.Passport) *web.Site {
	s := common(n.Node, n.Accounts, passportBar)
	s.Place = place("sites.place.passport")
	return s
}

var passportBar = bar{
	{access.Self, "/node", "node"},
}
