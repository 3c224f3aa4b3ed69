package node

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/pack"
)

// checkRelease finds what a release policy calls by a name that nothing has: a
// slip of the pen would hold what it was to let go.
func checkRelease(r pack.Release) (wrong pack.Mistakes) {
	var known []string
	for _, k := range Kinds() {
		room, _, _ := strings.Cut(k.Name, ".")
		known = append(known, k.Name)
		if whole := room + ".*"; !slices.Contains(known, whole) {
			known = append(known, whole)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.Streams)) {
		rule := r.Streams[name]
		for _, part := range []struct {
			key      string
			patterns []string
		}{{"may", rule.May}, {"hold", rule.Hold}} {
			for i, p := range part.patterns {
				if slices.Contains(known, p) {
					continue
				}
				near := dossier.Nearest(p, known)
				wrong = append(wrong, pack.Mistake{File: pack.ReleaseFile, Key: fmt.Sprintf("streams.%s.%s[%d]", name, part.key, i), Nearest: near,
					Text: fault.Text{Zh: fmt.Sprintf("没有 %s 这种记录，最接近的是 %s", p, near), En: fmt.Sprintf("no record is of the kind %s; the nearest is %s", p, near)}})
			}
		}
	}
	return wrong
}
