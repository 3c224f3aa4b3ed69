package filing

import (
	"sort"
	"strings"
)

// Asked lists what somebody typed for this case. Papers are asked for when
// they are uploaded (material.Added), not again here.
func (e Submitted) Asked() []string { return typed(e.Origins) }

// Mended lists what was typed again in a correction.
func (e Corrected) Mended() []string { return typed(e.Origins) }

func typed(origins map[string]Origin) []string {
	var out []string
	for path, o := range origins {
		if o == Typed && !strings.HasPrefix(path, "materials[") {
			out = append(out, path)
		}
	}
	sort.Strings(out)
	return out
}
