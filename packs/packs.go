// Package packs carries the configuration packs that come with the program:
// a city's review paths, clocks and texts as data.
package packs

import "embed"

// Demo is the fictional city of Yunjiang.
//
//go:embed demo
var Demo embed.FS
