package exchange

import (
	"bytes"
	"context"
	"errors"
	"io/fs"

	"yitang/internal/journal"
	"yitang/internal/keys"
	"yitang/internal/zone"
)

// When a node's keys were renewed, the next bundle of each of its streams is
// the last one that the old key signs. It holds the new public half, as a
// record of its own; the bundles after it are signed with the new key.
//
//	… n-1 (old key) ─▶ n: "from now on this key" (old key) ─▶ n+1 (new key) …
//
// A receiver that has n takes over the new half; before it has n, what the new
// key signs isn't from the pinned sender.

// toldKeys names the cursor that holds the generation of keys in which a zone
// was told last. Of the national suite it is one more than that: 0 says that it
// wasn't told of any.
func toldKeys(to zone.Zone, s keys.Suite) string {
	if s == keys.National {
		return "exchange-keys-national:" + string(to)
	}
	return "exchange-keys:" + string(to)
}

// untoldKeys gives the generation of keys that a zone knows, or will once it has
// what was sent, in the suite of its stream, and the suites of which it has to be
// told of newer ones. A zone to which nothing was sent ever was paired, or has to
// be, with the keys of today.
func (x *Exchange) untoldKeys(ctx context.Context, before Sent) (told int, renewed []keys.Suite, err error) {
	for _, s := range keys.Suites() {
		n, err := x.journal.Cursor(ctx, toldKeys(before.Name.Stream.To, s))
		if err != nil {
			return 0, nil, err
		}
		generation := int(n)
		if s == keys.National {
			generation--
		} else if before.Name.Sequence == 0 && before.Name.Epoch == 1 {
			generation = x.ring.Generation()
		}
		if s == before.suite {
			told = generation
		}
		if generation < x.ring.GenerationIn(s) {
			renewed = append(renewed, s)
		}
	}
	return told, renewed, nil
}

// readKeys reads the public half that a record brings from a zone.
func readKeys(text []byte, from zone.Zone) (keys.Public, error) {
	p, err := keys.ParsePublic(text)
	if err != nil {
		return p, quarantine("the new key can't be read: %v", err)
	}
	if again, err := p.OneLine(); err != nil || !bytes.Equal(again, text) || p.Created.Nanosecond() != 0 {
		return p, quarantine("the new key isn't written in the one canonical way")
	}
	if p.Zone != from {
		return p, quarantine("the %s zone may not speak for the %s zone", from, p.Zone)
	}
	return p, nil
}

// successor is that, and tells whether the pinned half may be followed by it.
func successor(text []byte, pinned keys.Public) (keys.Public, error) {
	p, err := readKeys(text, pinned.Zone)
	if err == nil && p.Suite() != pinned.Suite() {
		err = quarantine("the new key is of suite %s", p.Suite())
	}
	if err == nil && !p.Equal(pinned) && !p.Created.After(pinned.Created) {
		err = quarantine("the new key is older than the one that is pinned")
	}
	return p, err
}

// adopt notes the keys that a bundle brings, before it is applied: dying
// afterwards, this finds them noted and the bundle not applied, and notes them
// again. Those of the bundle's own suite are pinned in Promote, when it was
// applied or when a bundle comes that they sign. Those of another suite take the
// place of the pinned ones of theirs at once; where there are none, people decide.
func (x *Exchange) adopt(b Bundle) (brings bool, err error) {
	from := b.Stream.From
	signer, err := x.ring.PeerIn(from, b.Suite)
	if err != nil {
		return false, err
	}
	for _, r := range b.Content {
		if r.Type != KeyRecord || b.Signer != signer.KeyID().String() {
			continue
		}
		own, err := x.adoptOne(r.Body, from, b.Suite)
		if errors.Is(err, keys.ErrRevoked) {
			continue // set aside by apply
		}
		if err != nil {
			return false, err
		}
		brings = brings || own
	}
	return brings, nil
}

func (x *Exchange) adoptOne(text []byte, from zone.Zone, in keys.Suite) (own bool, err error) {
	p, err := readKeys(text, from)
	if err != nil {
		return false, nil // set aside by apply
	}
	pinned, err := x.ring.PeerIn(from, p.Suite())
	if errors.Is(err, fs.ErrNotExist) {
		return false, x.ring.Announce(p)
	}
	if err != nil {
		return false, err
	}
	if _, err := successor(text, pinned); err != nil || p.Equal(pinned) {
		return false, nil // set aside by apply; or known
	}
	if err := x.ring.PinNext(p); err != nil {
		return false, err
	}
	if p.Suite() == in {
		return true, nil
	}
	return false, x.ring.Promote(from, p.Suite())
}

// takeKey says what is wrong with a record that brings keys. What is right was
// noted before.
func (x *Exchange) takeKey(h Header, text []byte) error {
	from := h.Stream.From
	p, err := readKeys(text, from)
	if err != nil {
		return err
	}
	var noted keys.Public
	pinned, err := x.ring.PeerIn(from, p.Suite())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		noted, err = x.ring.Announced(from, p.Suite())
	case err != nil:
		return err
	default:
		if _, err := successor(text, pinned); err != nil || p.Equal(pinned) {
			return err
		}
		noted, err = x.ring.NextIn(from, p.Suite())
	}
	if errors.Is(err, fs.ErrNotExist) || err == nil && !noted.Equal(p) {
		return quarantine("the new key %s was revoked here, or isn't signed by the pinned one", p.Fingerprint())
	}
	return err
}

// signedByNext pins the noted keys of a zone once they have signed something:
// dying between applying and pinning left them noted.
func (x *Exchange) signedByNext(h Header) error {
	next, err := x.ring.NextIn(h.Stream.From, h.Suite)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil || next.KeyID().String() != h.Signer || x.has(trustsTheOld) {
		return err
	}
	return x.ring.Promote(h.Stream.From, h.Suite)
}

// noteTold remembers in a bundle's transaction which keys its receiver is told of.
func (x *Exchange) noteTold(ctx context.Context, a *journal.Applying, to zone.Zone, suites ...keys.Suite) error {
	for _, s := range suites {
		n := x.ring.GenerationIn(s)
		if s == keys.National {
			n++
		}
		if err := a.MoveCursor(ctx, toldKeys(to, s), journal.Position(n)); err != nil {
			return err
		}
	}
	return nil
}
