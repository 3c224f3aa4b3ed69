// Package packs carries the cities that come with the program as data: each
// folder is a configuration pack (docs/packs.md). The demo city's is what an
// office without a pack of its own has.
package packs

import (
	"embed"
	"io/fs"
	"sort"
)

// Demo is the fictional city of Yunjiang.
//
//go:embed demo
var Demo embed.FS

//go:embed demo hailan
var all embed.FS

// Named is a pack by the name of its folder.
func Named(name string) (fs.FS, bool) {
	if info, err := fs.Stat(all, name); err != nil || !info.IsDir() {
		return nil, false
	}
	sub, err := fs.Sub(all, name)
	return sub, err == nil
}

// Names lists the packs that come with the program.
func Names() []string {
	entries, err := fs.ReadDir(all, ".")
	if err != nil {
		return nil // an embedded folder is always there
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	sort.Strings(out)
	return out
}
