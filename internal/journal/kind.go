package journal

import (
	"encoding/json"
	"fmt"
	"reflect"
	"sort"
	"strings"

	"yitang/internal/zone"
)

// Kind is one thing that can have happened, named in the past tense.
type Kind struct {
	Name    string
	Version int
	Home    zone.Set // zones that may write it
	Reach   zone.Set // zones that hear of it at all
	Own     bool     // heard nowhere but where it was written

	goType reflect.Type
	fields []fieldSpec
	lift   Lift
	err    error
}

// Lift turns the stored fields of an older version into today's. It gets the
// stored version and may add, drop and rename values, by their stored names
// (fieldName). A sample of every version lies in node/testdata/events.
type Lift func(version int, fields map[string]json.RawMessage) error

// Declare makes a kind from its Go struct, whose fields carry `reach` (zone
// names, "all", or "home") and maybe `sealed:"yes"` tags.
func Declare[T any](k Kind) Kind {
	k.goType = reflect.TypeFor[T]()
	if k.Version == 0 {
		k.Version = 1
	}
	if k.Home == 0 {
		k.err = fmt.Errorf("kind %s has no home", k.Name)
		return k
	}
	k.fields, k.err = specsOf(k.goType, k.Reach, k.Own)
	if k.err == nil && !k.Own && k.Home&k.Reach == 0 {
		k.err = fmt.Errorf("kind %s is not heard at its own home", k.Name)
	}
	if k.err != nil {
		k.err = fmt.Errorf("kind %s: %w", k.Name, k.err)
	}
	return k
}

// WithLift adds the lift of older versions.
func (k Kind) WithLift(l Lift) Kind { k.lift = l; return k }

// Empty is a body of this kind in which nothing is said. Tests hold whoever
// tells kinds apart to knowing all of them.
func (k Kind) Empty() any { return reflect.Zero(k.goType).Interface() }

// reaches tells whether an event of origin is heard in z.
func (k Kind) reaches(origin, z zone.Zone) bool {
	if k.Own {
		return z == origin
	}
	return k.Reach.Has(z)
}

// Registry is the one list of kinds a node knows.
type Registry struct {
	byName map[string]Kind
	byType map[reflect.Type]Kind
}

// NewRegistry collects kinds and says everything that is wrong with them.
func NewRegistry(kinds ...Kind) (*Registry, error) {
	r := &Registry{byName: map[string]Kind{}, byType: map[reflect.Type]Kind{}}
	for _, k := range kinds {
		if k.err != nil {
			return nil, k.err
		}
		if k.goType == nil {
			return nil, fmt.Errorf("kind %s was not declared with a type", k.Name)
		}
		if _, dup := r.byName[k.Name]; dup {
			return nil, fmt.Errorf("kind %s is declared twice", k.Name)
		}
		if old, dup := r.byType[k.goType]; dup {
			return nil, fmt.Errorf("%s and %s share the type %s", old.Name, k.Name, k.goType)
		}
		r.byName[k.Name], r.byType[k.goType] = k, k
	}
	return r, nil
}

// Kinds lists all kinds by name.
func (r *Registry) Kinds() []Kind {
	out := make([]Kind, 0, len(r.byName))
	for _, k := range r.byName {
		out = append(out, k)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// Reaches tells whether a zone hears of what another one says of a kind.
func (r *Registry) Reaches(kind string, from, to zone.Zone) bool {
	k, known := r.byName[kind]
	return known && k.reaches(from, to)
}

// Golden is the list that a reviewer reads when what may leave a zone changes.
func (r *Registry) Golden() string {
	var b strings.Builder
	for _, k := range r.Kinds() {
		reach := k.Reach.String()
		if k.Own {
			reach = "own zone"
		}
		fmt.Fprintf(&b, "%s v%d home=%s reach=%s", k.Name, k.Version, strings.ReplaceAll(k.Home.String(), " ", ","), strings.ReplaceAll(reach, " ", ","))
		b.WriteByte('\n')
		for _, f := range k.fields {
			fr := f.Reach.String()
			if f.Home {
				fr = "own zone"
			}
			fmt.Fprintf(&b, "  %s: %s", f.Name, fr)
			if f.Sealed {
				b.WriteString(" sealed")
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func (r *Registry) of(body any) (Kind, error) {
	t := reflect.TypeOf(body)
	k, ok := r.byType[t]
	if !ok {
		return Kind{}, fmt.Errorf("no event kind is declared for %v", t)
	}
	return k, nil
}

// Read gives today's body of what an event of some version says.
func (r *Registry) Read(kind string, version int, fields map[string]json.RawMessage) (any, error) {
	k, ok := r.byName[kind]
	if !ok {
		return nil, fmt.Errorf("no event kind is called %s", kind)
	}
	held := make(map[string]stored, len(fields))
	for n, v := range fields {
		held[n] = stored{plain: v}
	}
	return k.decode(version, held)
}

// decode makes the Go value of an event from its opened fields.
func (k Kind) decode(version int, fields map[string]stored) (any, error) {
	raw := make(map[string]json.RawMessage, len(fields))
	for n, f := range fields {
		if f.plain != nil {
			raw[n] = f.plain
		}
	}
	if version > k.Version {
		return nil, newer("%s is written in version %d, and version %d is the last one known here", k.Name, version, k.Version)
	}
	if version != k.Version {
		if k.lift == nil {
			return nil, fmt.Errorf("%s version %d is stored, version %d is known, and nothing lifts it", k.Name, version, k.Version)
		}
		if err := k.lift(version, raw); err != nil {
			return nil, fmt.Errorf("lifting %s from version %d: %w", k.Name, version, err)
		}
	}
	v := reflect.New(k.goType)
	for _, s := range k.fields {
		b, ok := raw[s.Name]
		if !ok {
			continue
		}
		if err := json.Unmarshal(b, v.Elem().Field(s.Index).Addr().Interface()); err != nil {
			return nil, fmt.Errorf("reading %s.%s: %w", k.Name, s.Name, err)
		}
	}
	return v.Elem().Interface(), nil
}
