package exchange

import (
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"yitang/internal/journal"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// What the next release says that this one doesn't: a field more, a way of
// writing one kind that isn't this one's, and a kind of its own.
type (
	notedMore struct {
		Label string `reach:"all"`
		More  string `reach:"all"`
	}
	secretAnew struct {
		Label string `reach:"all"`
	}
	said struct {
		Label string `reach:"all"`
	}
)

var nextKinds = append(slices.Clone(letterKind),
	journal.Declare[notedMore](journal.Kind{Name: "diary.noted", Home: zone.Everywhere, Reach: zone.Everywhere}),
	journal.Declare[secretAnew](journal.Kind{Name: "diary.secret", Version: 2, Home: zone.Everywhere, Reach: zone.Everywhere}),
	journal.Declare[said](journal.Kind{Name: "diary.said", Home: zone.Everywhere, Reach: zone.Everywhere}))

func labelsOf(t *testing.T, p place) string {
	t.Helper()
	var out []string
	err := p.journal.Each(t.Context(), 0, func(e journal.Event) error {
		switch b := e.Body.(type) {
		case notedMore:
			out = append(out, b.Label+b.More)
		case secretAnew:
			out = append(out, b.Label)
		case said:
			out = append(out, b.Label)
		case noted:
			out = append(out, b.Label)
		case written:
			out = append(out, b.Label)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, " ")
}

// A zone that is a release behind takes in what it can read. What it can't is
// kept with that reason, what happened to the same subject afterwards behind it,
// nobody has to decide anything, and once that zone has the release too it is
// taken in by itself, in its order.
func TestWhatALaterReleaseSaysWaitsForThatReleaseAndNothingElse(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *store.Store) {
		a, b := twoZones(t)
		rule := Rule{May: []string{"letter.*", "diary.*"}}
		ahead, kept := aPlace(t, a, open(), nextKinds...).under(&rule), open()
		behind := aPlace(t, b, kept, policyKinds...).under(&rule)
		way := aFolder(t)
		ahead.say("a", said{"a1"})
		ahead.say("a", written{Label: "a2", Text: journal.Of("t")})
		ahead.say("b", notedMore{"b1", "+"})
		ahead.say("b", notedMore{"b2", ""})
		ahead.say("c", secretAnew{"c1"})
		ahead.say("d", written{Label: "d1", Text: journal.Of("t")})
		ahead.carry(behind, way)
		if got := labelsOf(t, behind); got != "d1" {
			t.Fatalf("a release behind, %s was taken in", got)
		}
		all, err := behind.Held(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var why []string
		for _, h := range all {
			why = append(why, h.Reason)
		}
		if got := strings.Join(why, " "); got != "newer behind newer behind newer" {
			t.Errorf("held because %s", got)
		}
		// The other way round everything is understood.
		behind.say("e", noted{"e1"})
		back := aFolder(t)
		behind.carry(ahead, back)
		if got := labelsOf(t, ahead); !strings.HasSuffix(got, "e1") {
			t.Errorf("the zone that is ahead heard %s", got)
		}
		// Looked at again and again, it stays, and nobody is told that they failed.
		ahead.say("d", written{Label: "d2", Text: journal.Of("t")})
		ahead.carry(behind, way)
		if now, err := behind.Held(t.Context()); err != nil || len(now) != len(all) || now[0].Stage != NobodyAsked {
			t.Errorf("then %+v, %v", now, err)
		}
		behind.journal.Close()

		updated := aPlace(t, b, kept, nextKinds...).under(&rule)
		ahead.say("d", written{Label: "d3", Text: journal.Of("t")})
		ahead.carry(updated, way)
		if got := labelsOf(t, updated); got != "d1 e1 d2 a1 a2 b1+ b2 c1 d3" {
			t.Errorf("with the release there are %s", got)
		}
		if all, err := updated.Held(t.Context()); err != nil || len(all) != 0 {
			t.Errorf("still held: %+v, %v", all, err)
		}
		updated.soundChain()
	})
}

// A disk that is full while what a later release said is taken in says nothing of
// that: there is space again, and it is taken in by itself.
func TestAFullDiskIsNoReasonAgainstARecord(t *testing.T) {
	a, b := twoZones(t)
	rule := Rule{May: []string{"letter.*", "diary.*"}}
	ahead, kept := aPlace(t, a, sqlite(t), nextKinds...).under(&rule), sqlite(t)
	behind := aPlace(t, b, kept, policyKinds...).under(&rule)
	way := aFolder(t)
	ahead.say("a", said{"a1"})
	ahead.carry(behind, way)
	behind.journal.Close()

	updated := aPlace(t, b, kept, nextKinds...).under(&rule)
	registry := updated.journal.Registry()
	updated.journal.Close()
	full := error(syscall.ENOSPC) // as the folder of files says it, when what was put there is flushed
	var err error
	updated.journal, err = journal.Open(t.Context(), journal.Options{
		Store: kept, Zone: b.Zone(), Registry: registry, Sealer: b, Clock: time.Now, Chance: rand.Reader, Projections: Projections,
		Durable: func() error { return full },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(updated.journal.Close)
	if _, err := updated.Import(t.Context(), ahead.Zone(), way); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("on a full disk: %v", err)
	}
	if all, err := updated.Held(t.Context()); err != nil || len(all) != 1 || all[0].Reason != Newer {
		t.Errorf("then there is held %+v, %v", all, err)
	}
	full = nil
	updated.take(ahead, way)
	if all, err := updated.Held(t.Context()); err != nil || len(all) != 0 || labelsOf(t, updated) != "a1" {
		t.Errorf("with space again there is held %+v, %v", all, err)
	}
}
