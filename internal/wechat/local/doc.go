// Package local is a server that speaks the published protocol of WeChat's
// official accounts, for the demo and the tests: the same addresses, the same
// numbers under HTTP 200, the same refusals. Its people are fictional, and a page
// shows the phone of each.
//
// It checks appid, secret, tokens and their age, signatures, template ids and the
// length of each value, whom a message may reach and who agreed to it, codes that
// serve once, the domain that a browser may be sent back to, and limits. What it
// can't show: WeChat's own review of accounts and templates, its risk control, how
// its clients draw a page, and any number that the documents leave open.
package local
