// Package training is who has practised (练习): an officer of a unit takes a
// made-up case from the draft to the archive, in a house of its own that isn't
// this one (package practice). Home: internet; the office hears of it.
//
//	began ─▶ passed      and again, as often as somebody likes
//
// It knows nothing of the made-up case but how it went. It judges nobody: who
// has the certificate, and who hasn't, is for the office to read.
package training
