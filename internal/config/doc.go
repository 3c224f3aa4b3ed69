// Package config is the history of the office's configuration packs (配置):
// which was saved by whom and why, and which is in force from what day. Home:
// office; the other zones hear of it, so that all judge by the same.
//
//	saved ─▶ in force from a day ─▶ (a later one is in force)
//	             └─▶ taken back, before that day
//
// A version is never changed: going back to an earlier one saves it anew. A
// pack whose rules or examples don't hold is kept, and refused when it is to
// be put in force. No day lies behind: what was in force on a past day stays
// what it was. The data that the program brings is on record too, because a
// pack is laid over it and it changes with the program.
//
// It doesn't read packs: that is pack's.
package config
