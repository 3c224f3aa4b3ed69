// Package guidance is what the office says to everybody (公告指南): notices,
// guides, frequent questions, and its answers to what people would like
// otherwise. Home: office; internet for who has taken note of a notice.
//
//	notice:  published ─▶ replaced (edition 2, 3 …) ─▶ withdrawn
//
// Nothing that was published is ever deleted: a replaced edition stays readable
// as superseded, a withdrawn notice with its reason. New features and the change
// log in people's words are sorts of notice, not things of their own.
//
// It tells nobody by mail or phone: that is notify's.
package guidance
