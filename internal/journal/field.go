package journal

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"yitang/internal/zone"
)

// Field is a value that may be withheld from a zone or erased later: then its
// commitment remains and Value says that nothing is there.
type Field[T any] struct {
	value T
	has   bool
}

// Of fills a field.
func Of[T any](v T) Field[T] { return Field[T]{value: v, has: true} }

// Value gives the value, and whether this zone holds it.
func (f Field[T]) Value() (T, bool) { return f.value, f.has }

// Or gives the value, or other where it is withheld.
func (f Field[T]) Or(other T) T {
	if f.has {
		return f.value
	}
	return other
}

// MarshalJSON writes the value; withheld fields never reach it.
func (f Field[T]) MarshalJSON() ([]byte, error) { return json.Marshal(f.value) }

// UnmarshalJSON reads the value of a field that is held.
func (f *Field[T]) UnmarshalJSON(b []byte) error {
	if err := json.Unmarshal(b, &f.value); err != nil {
		return err
	}
	f.has = true
	return nil
}

func (f Field[T]) held() bool { return f.has }

// withholdable is what the registry sees of a Field.
type withholdable interface{ held() bool }

const saltSize = 16

// stored is one field of an event as it lies in the journal or travels.
// Exactly one of V, E and H is set.
type stored struct {
	Salt  []byte          `json:"s,omitempty"`
	V     json.RawMessage `json:"v,omitempty"` // plain value
	E     []byte          `json:"e,omitempty"` // value sealed with this zone's key, only at rest
	H     []byte          `json:"h,omitempty"` // commitment alone: withheld or erased
	plain json.RawMessage // opened value, never marshalled
}

// commitment is SHA-256 over name, salt and canonical value. The salt keeps
// anybody from guessing a short value from its hash.
func commitment(name string, salt, value []byte) []byte {
	h := sha256.New()
	fmt.Fprintf(h, "yitang.field/1\n%d:%s", len(name), name)
	h.Write(salt)
	h.Write(value)
	return h.Sum(nil)
}

// canonical is the one JSON text of a value: Go's own order of keys, no HTML
// escapes, no blanks.
func canonical(v any) (json.RawMessage, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// fieldSpec is what a kind's Go struct says about one field.
type fieldSpec struct {
	Name   string
	Index  int
	Reach  zone.Set
	Home   bool // reach is the event's own zone, wherever that is
	Sealed bool
	Maybe  bool // a Field[T]
}

func (f fieldSpec) reach(origin zone.Zone) zone.Set {
	if f.Home {
		return zone.Of(origin)
	}
	return f.Reach
}

// fieldName is the stored name: the Go name with a small first letter.
func fieldName(go_ string) string {
	if strings.ToUpper(go_) == go_ {
		return strings.ToLower(go_)
	}
	return strings.ToLower(go_[:1]) + go_[1:]
}

func specsOf(t reflect.Type, whole zone.Set, home bool) ([]fieldSpec, error) {
	var specs []fieldSpec
	for i := range t.NumField() {
		sf := t.Field(i)
		if !sf.IsExported() {
			return nil, fmt.Errorf("field %s is not exported", sf.Name)
		}
		tag := sf.Tag.Get("reach")
		s := fieldSpec{Name: fieldName(sf.Name), Index: i, Sealed: sf.Tag.Get("sealed") == "yes"}
		if tag == "" {
			return nil, fmt.Errorf("field %s has no reach", sf.Name)
		}
		if tag == "home" {
			s.Home = true
		} else {
			set, err := zone.ParseSet(strings.Fields(tag))
			if err != nil {
				return nil, fmt.Errorf("field %s: %w", sf.Name, err)
			}
			s.Reach = set
			if !home && !set.Within(whole) {
				return nil, fmt.Errorf("field %s reaches %s, beyond its kind's %s", sf.Name, set, whole)
			}
		}
		_, s.Maybe = reflect.Zero(sf.Type).Interface().(withholdable)
		if narrower := s.Home != home || (!s.Home && s.Reach != whole); narrower && !s.Maybe {
			return nil, fmt.Errorf("field %s reaches fewer zones than its kind and must be a journal.Field", sf.Name)
		}
		specs = append(specs, s)
	}
	return specs, nil
}
