// Package program is the releases of the program itself (程序更新): what the maker
// publishes, how it comes to networks that nothing reaches but bundles, and which
// one each network runs.
//
//	office    offered ─▶ withdrawn
//	each zone chosen ─▶ runs, or went back
//
// A release travels as a file of parts behind an event, like any paper. Whether it
// is the maker's is judged by each zone for itself, by the key that was carried to
// it and compared by telephone: an office that somebody has taken over can offer
// what it likes, and no other network runs it. Nothing here runs, writes or
// replaces a program: package node lays it down, cmd/yitang hands over to it.
package program

// Number and Version are this program's: releases are counted, and the version is
// for people. Networks may be one number apart and still understand each other.
const (
	Number  = 1
	Version = "2026.11"
)
