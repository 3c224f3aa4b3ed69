package precheck

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"yitang/internal/dossier"
)

// Apply puts the values of a fix into a copy of the case (采用). It fails where a
// path leads nowhere or the result can't be read.
func Apply(c dossier.Case, set map[string]any) (dossier.Case, error) {
	return patch(c, set, nil)
}

// patch works on the case as JSON, so that paths are those of the file.
func patch(c dossier.Case, set map[string]any, remove []string) (dossier.Case, error) {
	var text bytes.Buffer
	if err := dossier.Write(&text, c); err != nil {
		return dossier.Case{}, err
	}
	d := json.NewDecoder(&text)
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil {
		return dossier.Case{}, fmt.Errorf("reading a case that was just written: %w", err)
	}
	for _, path := range remove {
		if err := change(tree, path, func(holder map[string]any, key string) { delete(holder, key) }, func([]any, int) error {
			return fmt.Errorf("%s: an item of a list can't be removed", path)
		}); err != nil {
			return dossier.Case{}, err
		}
	}
	// In the order of the file: the item after a list's end must be made before
	// the one after that.
	for _, path := range slices.SortedFunc(maps.Keys(set), inFileOrder) {
		value := set[path]
		if err := change(tree, path, func(holder map[string]any, key string) { holder[key] = value }, func(list []any, i int) error {
			list[i] = value
			return nil
		}); err != nil {
			return dossier.Case{}, err
		}
	}
	changed, err := json.Marshal(tree)
	if err != nil {
		return dossier.Case{}, fmt.Errorf("writing the changed case: %w", err)
	}
	out, err := dossier.Read(bytes.NewReader(changed))
	if err != nil {
		return dossier.Case{}, fmt.Errorf("reading the changed case: %w", err)
	}
	return out, nil
}

func inFileOrder(a, b string) int {
	as, _ := stepsOf(a) // paths that are none come out in some fixed order and fail later
	bs, _ := stepsOf(b)
	return slices.CompareFunc(as, bs, func(x, y step) int {
		return cmp.Or(strings.Compare(x.key, y.key), cmp.Compare(x.index, y.index))
	})
}

// change walks to the last step of a path such as members[2].passport.expires.
// Objects on the way that aren't there yet are made, and so is the item just
// after the end of a list.
func change(tree any, path string, inObject func(map[string]any, string), inList func([]any, int) error) error {
	steps, err := stepsOf(path)
	if err != nil {
		return err
	}
	at := tree
	var grow func([]any) // puts a longer list where the present one is
	for n, s := range steps {
		last := n == len(steps)-1
		switch holder := at.(type) {
		case map[string]any:
			if s.key == "" {
				return fmt.Errorf("%s: an object has no item %d", path, s.index)
			}
			if last {
				inObject(holder, s.key)
				return nil
			}
			if holder[s.key] == nil {
				if steps[n+1].key == "" {
					holder[s.key] = []any{}
				} else {
					holder[s.key] = map[string]any{}
				}
			}
			key := s.key
			grow = func(longer []any) { holder[key] = longer }
			at = holder[s.key]
		case []any:
			if s.key != "" || s.index > len(holder) {
				return fmt.Errorf("%s leads nowhere", path)
			}
			if s.index == len(holder) {
				holder = append(holder, map[string]any{})
				grow(holder)
			}
			if last {
				return inList(holder, s.index)
			}
			at = holder[s.index]
		default:
			return fmt.Errorf("%s leads nowhere", path)
		}
	}
	return nil
}

type step struct {
	key   string // or, if empty,
	index int
}

func stepsOf(path string) ([]step, error) {
	var out []step
	for _, part := range strings.Split(path, ".") {
		key, rest, _ := strings.Cut(part, "[")
		if key == "" {
			return nil, fmt.Errorf("%q is no path", path)
		}
		out = append(out, step{key: key})
		for rest != "" {
			number, after, closed := strings.Cut(rest, "]")
			i, err := strconv.Atoi(number)
			if !closed || err != nil || i < 0 {
				return nil, fmt.Errorf("%q is no path", path)
			}
			out = append(out, step{index: i})
			rest = strings.TrimPrefix(after, "[")
		}
	}
	return out, nil
}
