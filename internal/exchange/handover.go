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
// was told last.
func toldKeys(to zone.Zone) string { return "exchange-keys:" + string(to) }

// toldGeneration is the generation of keys that a zone knows, or will once it
// has what was sent. A zone to which nothing was sent ever was paired, or has
// to be, with the keys of today.
func (x *Exchange) toldGeneration(ctx context.Context, before Sent) (int, error) {
	if before.Name.Sequence == 0 {
		return x.ring.Generation(), nil
	}
	told, err := x.journal.Cursor(ctx, toldKeys(before.Name.Stream.To))
	return int(told), err
}

// successor reads the public half that a record brings, and tells whether the
// pinned one may be followed by it.
func successor(text []byte, pinned keys.Public) (keys.Public, error) {
	p, err := keys.ParsePublic(text)
	if err != nil {
		return p, quarantine("the new key can't be read: %v", err)
	}
	if again, err := p.OneLine(); err != nil || !bytes.Equal(again, text) || p.Created.Nanosecond() != 0 {
		return p, quarantine("the new key isn't written in the one canonical way")
	}
	if p.Zone != pinned.Zone {
		return p, quarantine("the %s zone may not speak for the %s zone", pinned.Zone, p.Zone)
	}
	if !p.Equal(pinned) && !p.Created.After(pinned.Created) {
		return p, quarantine("the new key is older than the one that is pinned")
	}
	return p, nil
}

// adopt notes the keys that a bundle brings, before it is applied: dying
// afterwards, this finds them noted and the bundle not applied, and notes them
// again. They are pinned in Promote, when it was applied or when a bundle comes
// that they sign.
func (x *Exchange) adopt(b Bundle) (brings bool, err error) {
	from := b.Stream.From
	pinned, err := x.ring.Peer(from)
	if err != nil {
		return false, err
	}
	for _, r := range b.Content {
		if r.Type != KeyRecord || b.Signer != pinned.KeyID().String() {
			continue
		}
		next, err := successor(r.Body, pinned)
		if err != nil || next.Equal(pinned) {
			continue // set aside by apply; or known
		}
		err = x.ring.PinNext(next)
		if errors.Is(err, keys.ErrRevoked) {
			continue // the same
		}
		if err != nil {
			return false, err
		}
		brings = true
	}
	return brings, nil
}

// takeKey says what is wrong with a record that brings keys. What is right was
// noted before.
func (x *Exchange) takeKey(h Header, text []byte) error {
	pinned, err := x.ring.Peer(h.Stream.From)
	if err != nil {
		return err
	}
	next, err := successor(text, pinned)
	if err != nil || next.Equal(pinned) {
		return err
	}
	noted, err := x.ring.Next(h.Stream.From)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !noted.Equal(next) {
		return quarantine("the new key %s was revoked here, or isn't signed by the pinned one", next.Fingerprint())
	}
	return err
}

// signedByNext pins the noted keys of a zone once they have signed something:
// dying between applying and pinning left them noted.
func (x *Exchange) signedByNext(h Header) error {
	next, err := x.ring.Next(h.Stream.From)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil || next.KeyID().String() != h.Signer {
		return err
	}
	return x.ring.Promote(h.Stream.From)
}

// noteTold remembers in a bundle's transaction which keys its receiver is told of.
func (x *Exchange) noteTold(ctx context.Context, a *journal.Applying, to zone.Zone) error {
	return a.MoveCursor(ctx, toldKeys(to), journal.Position(x.ring.Generation()))
}
