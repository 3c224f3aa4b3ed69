package pack

import (
	"reflect"
	"slices"
	"strings"

	"yitang/ref"
)

// Changed are the rules that one set has otherwise than another: written anew,
// taken out, put in, or with another figure in a threshold that they read.
func Changed(was, will *Set) []ref.Rule {
	before := judged(was)
	after := judged(will)
	var out []ref.Rule
	for id, r := range after {
		if old, had := before[id]; !had || !reflect.DeepEqual(old, r) || !slices.EqualFunc(figures(was, old), figures(will, r), equal) {
			out = append(out, r)
		}
	}
	for id, r := range before {
		if _, stays := after[id]; !stays {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b ref.Rule) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// judged are the rules of a set that aren't switched off.
func judged(s *Set) map[string]ref.Rule {
	out := map[string]ref.Rule{}
	for _, r := range s.Ref.Rules {
		if !slices.ContainsFunc(s.Off, func(o RuleOff) bool { return o.Rule == r.ID }) {
			out[r.ID] = r
		}
	}
	return out
}

// figures are the thresholds that a rule reads, with all their days.
func figures(s *Set, r ref.Rule) []ref.Parameter {
	keys := r.Reads(s.Ref.Parameters)
	var out []ref.Parameter
	for _, p := range s.Ref.Parameters {
		if slices.Contains(keys, p.Key) {
			out = append(out, p)
		}
	}
	return out
}

func equal(a, b ref.Parameter) bool {
	return a.Key == b.Key && a.Value == b.Value && slices.Equal(a.Words, b.Words) && a.From == b.From && a.To == b.To
}
