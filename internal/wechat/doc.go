// Package wechat speaks the published protocol of WeChat's official accounts
// (公众号) through a maintained client library, and knows which WeChat identity
// belongs to which account (绑定). Home: internet; nothing of it leaves that zone.
//
//	bound ─▶ unbound ─▶ bound again, maybe to another account
//
// It refuses a second account for one identity and a second identity for one
// account, messages that WeChat didn't sign, and those that come twice. What a
// message says isn't its to say, nor what somebody may do who came from WeChat.
//
// The library keeps its client in a package variable: wire.go sets it once and
// finds a request's server in its context, so that nothing else of ours is shared.
package wechat
