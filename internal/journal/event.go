package journal

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
	"sort"
	"strings"
	"time"

	"yitang/internal/zone"
)

// Position is an event's place in one node's journal: 1, 2, 3 without gaps.
type Position int64

// Version counts the events of one subject: 0 before the first.
type Version int64

// Ref names a subject.
type Ref struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
}

func (r Ref) String() string { return r.Kind + "/" + r.ID }

// Actor is who did something. It travels to every zone that hears of the
// event, so it holds a role and an account's id, never a name.
type Actor struct {
	Role    string `json:"role"`
	Account string `json:"account"`
	For     string `json:"for,omitempty"` // the account stood in for (代)
}

// System is the actor of what follows by rule from something else.
var System = Actor{Role: "system"}

func (a Actor) String() string {
	s := a.Role
	if a.Account != "" {
		s += "/" + a.Account
	}
	if a.For != "" {
		s += "/" + a.For
	}
	return s
}

func parseActor(s string) Actor {
	p := strings.SplitN(s, "/", 3)
	a := Actor{Role: p[0]}
	if len(p) > 1 {
		a.Account = p[1]
	}
	if len(p) > 2 {
		a.For = p[2]
	}
	return a
}

// Event is one thing that happened.
type Event struct {
	Position Position // in this node's journal
	ID       string   // UUIDv7
	Origin   zone.Zone
	From     Position // its number there: the position, until the origin began another life (BeginLife)
	Subject  Ref
	Version  Version
	Kind     string
	At       time.Time // UTC, microseconds
	Actor    Actor
	Cause    string // id of the event that this follows from, or ""
	Body     any    // the kind's struct

	kindVersion int
	fields      map[string]stored
	digest      [32]byte
	chain       [32]byte
}

// Digest is what chains and signatures cover.
func (e Event) Digest() [32]byte { return e.digest }

// Chain is the node's chain up to and with this event.
func (e Event) Chain() [32]byte { return e.chain }

// Happened wraps what a Decide found to have happened.
func Happened(bodies ...any) []Event {
	out := make([]Event, len(bodies))
	for i, b := range bodies {
		out[i] = Event{Body: b}
	}
	return out
}

// commit fills fields from the body, with fresh salts.
func (e *Event) commit(k Kind, salts io.Reader) error {
	e.Kind, e.kindVersion = k.Name, k.Version
	e.fields = make(map[string]stored, len(k.fields))
	v := reflect.ValueOf(e.Body)
	for _, s := range k.fields {
		fv := v.Field(s.Index)
		if m, ok := fv.Interface().(withholdable); ok && !m.held() {
			continue // never filled: an optional field
		}
		b, err := canonical(fv.Interface())
		if err != nil {
			return fmt.Errorf("writing %s.%s: %w", k.Name, s.Name, err)
		}
		salt := make([]byte, saltSize)
		if _, err := io.ReadFull(salts, salt); err != nil {
			return fmt.Errorf("drawing a salt: %w", err)
		}
		e.fields[s.Name] = stored{Salt: salt, plain: b}
	}
	return nil
}

func (f stored) commitmentOf(name string) []byte {
	if f.H != nil {
		return f.H
	}
	return commitment(name, f.Salt, f.plain)
}

// header is the part of an event that every zone sees.
type header struct {
	ID      string `json:"id"`
	Origin  string `json:"origin"`
	From    int64  `json:"from"`
	Subject string `json:"subject"`
	Version int64  `json:"version"`
	Kind    string `json:"kind"`
	KindVer int    `json:"kindVersion"`
	At      int64  `json:"at"` // microseconds since 1970, UTC
	Actor   string `json:"actor"`
	Cause   string `json:"cause,omitempty"`
}

func (e Event) header() header {
	return header{ID: e.ID, Origin: string(e.Origin), From: int64(e.From), Subject: e.Subject.String(), Version: int64(e.Version),
		Kind: e.Kind, KindVer: e.kindVersion, At: e.At.UnixMicro(), Actor: e.Actor.String(), Cause: e.Cause}
}

// computeDigest is SHA-256 over the header and every field's commitment, in
// the order of names.
func (e Event) computeDigest() ([32]byte, error) {
	hd, err := canonical(e.header())
	if err != nil {
		return [32]byte{}, err
	}
	h := sha256.New()
	fmt.Fprintf(h, "yitang.event/1\n%d:", len(hd))
	h.Write(hd)
	names := make([]string, 0, len(e.fields))
	for n := range e.fields {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		fmt.Fprintf(h, "%d:%s", len(n), n)
		h.Write(e.fields[n].commitmentOf(n))
	}
	return [32]byte(h.Sum(nil)), nil
}

func nextChain(prev, digest [32]byte) [32]byte {
	return sha256.Sum256(append(append([]byte("yitang.chain/1\n"), prev[:]...), digest[:]...))
}

// record is the form in which an event travels.
type record struct {
	Header header            `json:"header"`
	Fields map[string]stored `json:"fields"`
	Digest []byte            `json:"digest"`
}

// EncodeFor writes the event for another zone: what that zone may not hold is
// left as its commitment. ok is false when the zone
// doesn't hear of it at all, or said it itself.
func (r *Registry) EncodeFor(e Event, to zone.Zone) (b []byte, ok bool, err error) {
	k, known := r.byName[e.Kind]
	if !known {
		return nil, false, fmt.Errorf("event %s is of the unknown kind %s", e.ID, e.Kind)
	}
	if e.Origin == to || !k.reaches(e.Origin, to) {
		return nil, false, nil
	}
	b, err = e.write(func(field string) bool { return k.mayHold(field, e.Origin, to) })
	return b, true, err
}

// Record writes the event as it is held here, in the form in which it travels: what
// was withheld from this zone is left as its commitment. Where it came from another
// zone these are the bytes that came.
func (e Event) Record() ([]byte, error) { return e.write(func(string) bool { return true }) }

// write writes the fields that may be told, and of the others their commitments.
func (e Event) write(may func(field string) bool) ([]byte, error) {
	out := record{Header: e.header(), Fields: map[string]stored{}, Digest: e.digest[:]}
	for n, f := range e.fields {
		if f.H != nil || !may(n) {
			out.Fields[n] = stored{H: f.commitmentOf(n)}
			continue
		}
		out.Fields[n] = stored{Salt: f.Salt, V: f.plain}
	}
	return canonical(out)
}

// mayHold tells whether a field may lie in z. A field that today's kind no
// longer has stays at its origin.
func (k Kind) mayHold(field string, origin, z zone.Zone) bool {
	for _, s := range k.fields {
		if s.Name == field {
			return s.reach(origin).Has(z)
		}
	}
	return z == origin
}

func (k Kind) has(field string) bool {
	return slices.ContainsFunc(k.fields, func(s fieldSpec) bool { return s.Name == field })
}

// Decode reads a record that travelled to zone z, and refuses one that says
// more than z may hold, that is no one's to write where it claims to come
// from, or whose digest doesn't fit.
func (r *Registry) Decode(b []byte, z zone.Zone) (Event, error) {
	var rec record
	dec := json.NewDecoder(strings.NewReader(string(b)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&rec); err != nil {
		return Event{}, fmt.Errorf("reading a record: %w", err)
	}
	k, known := r.byName[rec.Header.Kind]
	if !known {
		return Event{}, newer("record %s is of the unknown kind %s", rec.Header.ID, rec.Header.Kind)
	}
	origin, err := zone.Parse(rec.Header.Origin)
	if err != nil {
		return Event{}, err
	}
	if !k.Home.Has(origin) {
		return Event{}, fmt.Errorf("record %s: %s may not be written in the %s zone", rec.Header.ID, k.Name, origin)
	}
	if !k.reaches(origin, z) {
		return Event{}, fmt.Errorf("record %s: %s is not for the %s zone", rec.Header.ID, k.Name, z)
	}
	kind, id, ok := strings.Cut(rec.Header.Subject, "/")
	if !ok || len(rec.Digest) != 32 {
		return Event{}, fmt.Errorf("record %s is malformed", rec.Header.ID)
	}
	e := Event{ID: rec.Header.ID, Origin: origin, From: Position(rec.Header.From), Subject: Ref{kind, id}, Version: Version(rec.Header.Version),
		Kind: k.Name, kindVersion: rec.Header.KindVer, At: time.UnixMicro(rec.Header.At).UTC(), Actor: parseActor(rec.Header.Actor), Cause: rec.Header.Cause,
		fields: map[string]stored{}, digest: [32]byte(rec.Digest)}
	for n, f := range rec.Fields {
		switch {
		case f.H != nil && f.V == nil && f.Salt == nil:
			e.fields[n] = stored{H: f.H}
		case f.V != nil && f.H == nil && len(f.Salt) == saltSize && f.E == nil:
			if !k.mayHold(n, origin, z) {
				if !k.has(n) {
					return Event{}, newer("record %s: %s has a field %s that is unknown here", e.ID, k.Name, n)
				}
				return Event{}, fmt.Errorf("record %s: field %s of %s may not be held in the %s zone", e.ID, n, k.Name, z)
			}
			e.fields[n] = stored{Salt: f.Salt, plain: f.V}
		default:
			return Event{}, fmt.Errorf("record %s: field %s is malformed", e.ID, n)
		}
	}
	d, err := e.computeDigest()
	if err != nil {
		return Event{}, err
	}
	if d != e.digest {
		return Event{}, fmt.Errorf("record %s was altered: its digest doesn't fit its content", e.ID)
	}
	if e.Body, err = k.decode(e.kindVersion, e.fields); err != nil {
		return Event{}, err
	}
	return e, nil
}

// Sealer keeps sensitive values unreadable at rest. keys.Keys is one.
type Sealer interface {
	Seal(context string, plain []byte) ([]byte, error)
	Open(context string, sealed []byte) ([]byte, error)
}

func (e Event) sealContext(field string) string { return e.ID + "/" + field }

// atRest gives the fields' column: sealed where the kind says so.
func (e Event) atRest(k Kind, s Sealer) ([]byte, error) {
	sealed := map[string]bool{}
	for _, f := range k.fields {
		sealed[f.Name] = f.Sealed
	}
	out := make(map[string]stored, len(e.fields))
	for n, f := range e.fields {
		switch {
		case f.H != nil:
			out[n] = stored{H: f.H}
		case sealed[n]:
			b, err := s.Seal(e.sealContext(n), f.plain)
			if err != nil {
				return nil, fmt.Errorf("sealing %s.%s: %w", k.Name, n, err)
			}
			out[n] = stored{Salt: f.Salt, E: b}
		default:
			out[n] = stored{Salt: f.Salt, V: f.plain}
		}
	}
	return canonical(out)
}

func openFields(e *Event, column []byte, s Sealer) error {
	if err := json.Unmarshal(column, &e.fields); err != nil {
		return fmt.Errorf("reading the fields of event %d: %w", e.Position, err)
	}
	for n, f := range e.fields {
		switch {
		case f.V != nil:
			f.plain, f.V = f.V, nil
		case f.E != nil:
			p, err := s.Open(e.sealContext(n), f.E)
			if err != nil {
				return fmt.Errorf("opening %s of event %d: %w", n, e.Position, err)
			}
			f.plain, f.E = p, nil
		}
		e.fields[n] = f
	}
	return nil
}

type ctxKey struct{}

// WithActor marks a context with who acts.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, ctxKey{}, a)
}

// ActorOf tells who acts; System when nobody was named.
func ActorOf(ctx context.Context) Actor {
	if a, ok := ctx.Value(ctxKey{}).(Actor); ok {
		return a
	}
	return System
}
