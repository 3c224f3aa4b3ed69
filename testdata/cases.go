// Package testdata carries whole applications with what the pre-check says of
// them. Those in order are in the binary too: the examples of a rule change
// them, and an administrator's rule has examples as ours do.
package testdata

import "embed"

// Cases are the files below cases/.
//
//go:embed cases/*.json
var Cases embed.FS
