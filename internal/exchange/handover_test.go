package exchange

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"yitang/internal/exchange/carrier"
	"yitang/internal/keys"
	"yitang/internal/zone"
)

// renew gives a place new keys, as its next start would find them.
func (p *place) renew(seed byte) keys.Public {
	p.t.Helper()
	ring, err := p.ring.Renew(chance(seed), time.Now())
	if err != nil {
		p.t.Fatal(err)
	}
	p.ring = ring
	return ring.Public()
}

func (p place) fileOf(s Sent, way *carrier.Directory) []byte {
	p.t.Helper()
	r, err := way.Take(s.Name.Bundle())
	if err != nil {
		p.t.Fatal(err)
	}
	defer r.Close()
	content, err := io.ReadAll(r)
	if err != nil {
		p.t.Fatal(err)
	}
	return content
}

func TestKeysAreRenewedByABundleThatTheOldOneSigned(t *testing.T) {
	internet, office := twoPlaces(t)
	way, back := aFolder(t), aFolder(t)
	exchange := func(want string) {
		t.Helper()
		internet.hand(office, way)
		if got := fates(office.take(internet, way)); !strings.HasSuffix(got, want) {
			t.Fatalf("%s instead of %s", got, want)
		}
	}
	internet.write("one", "x", "")
	internet.export(office)
	exchange("1 applied")

	// On its way to the old key while the new one is drawn.
	office.write("back", "y", "a file on its way")
	office.export(internet)
	office.hand(internet, back)

	old := internet.ring.Public()
	card := internet.renew(11)
	if card.KeyID() == old.KeyID() || card.ReceivingID() == old.ReceivingID() {
		t.Fatal("the keys are the same")
	}
	internet.write("two", "x", "")
	tells := internet.export(office)
	internet.write("three", "x", "a file")
	after := internet.export(office)
	if len(tells) != 1 || len(after) != 1 || tells[0].Events != 1 || tells[0].signer != old.KeyID().String() || after[0].signer != card.KeyID().String() {
		t.Fatalf("%+v, %+v", tells, after)
	}
	if got := internet.export(office); len(got) != 0 {
		t.Errorf("told again: %+v", got)
	}
	internet.hand(office, way)
	if _, err := open(internet.fileOf(after[0], way), office.ring); reason(err) != BadSignature {
		t.Errorf("the new key is trusted before the old one named it: %v", err)
	}

	// A defect while it is applied, or a crash: the keys are noted, and no more.
	internet.write("four", "x", "")
	internet.export(office)
	*office.stuck = "two"
	internet.hand(office, way)
	if _, err := office.Import(t.Context(), zone.Internet, way); err == nil {
		t.Fatal("a projection failed and nobody was told")
	}
	if pinned, err := office.ring.Peer(zone.Internet); err != nil || !pinned.Equal(old) {
		t.Errorf("pinned before it was applied: %s (%v)", pinned.Fingerprint(), err)
	}
	if next, err := office.ring.Next(zone.Internet); err != nil || !next.Equal(card) {
		t.Errorf("noted is %s (%v)", next.Fingerprint(), err)
	}
	*office.stuck = ""
	exchange("2 applied, 3 applied, 4 applied")
	if pinned, err := office.ring.Peer(zone.Internet); err != nil || !pinned.Equal(card) {
		t.Errorf("pinned is %s (%v)", pinned.Fingerprint(), err)
	}
	if got := office.heard(); fmt.Sprint(got) != "[one:x back:y two:x three:x four:x]" || !office.hasFile("a file") {
		t.Errorf("heard %v", got)
	}

	// What was on its way to the old key, and what goes to the new one.
	if got := fates(internet.take(office, back)); got != "1 applied" || !internet.hasFile("a file on its way") {
		t.Errorf("to the old key: %s", got)
	}
	office.write("again", "z", "another file")
	if made := office.export(internet); made[0].receiver != card.ReceivingID().String() {
		t.Errorf("encrypted to %s", made[0].receiver)
	}
	office.hand(internet, back)
	if got := fates(internet.take(office, back)); !strings.HasSuffix(got, "2 applied") || !internet.hasFile("another file") {
		t.Errorf("to the new key: %s", got)
	}

	// Who found the old key can say nothing any more.
	h := Header{Stream: Stream{zone.Internet, zone.Office}, Epoch: 1, Sequence: 5, Previous: Hash{1}, First: 4, Last: 9, AsOf: noon, Signer: old.KeyID().String(), Receiver: office.ring.Public().ReceivingID().String()}
	forged, err := Seal(built(t, h, nil), internet.ring.SigningKeyOf(0), office.ring.Public())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := open(forged, office.ring); reason(err) != BadSignature {
		t.Errorf("the old key still speaks: %v", err)
	}
	internet.soundChain()
	office.soundChain()
}

// Lost files are made again, signed by the key that signed them.
func TestABundleThatNamesNewKeysIsMadeAgainAsItWas(t *testing.T) {
	internet, office := twoPlaces(t)
	internet.write("one", "x", "")
	internet.export(office)
	internet.renew(12)
	made := internet.export(office) // nothing has happened, and still there is something to tell
	if len(made) != 1 || made[0].Events != 0 {
		t.Fatalf("%+v", made)
	}
	internet.renew(13) // twice before anybody hears of it
	internet.write("two", "x", "")
	made = append(made, internet.export(office)...)
	out, err := internet.Outbox(zone.Office)
	if err != nil {
		t.Fatal(err)
	}
	names, err := out.List()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if err := out.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
	way := aFolder(t)
	internet.hand(office, way)
	if got := fates(office.take(internet, way)); got != "1 applied, 2 applied, 3 applied" || len(made) != 2 {
		t.Errorf("%s of %d", got, len(made))
	}
	if pinned, err := office.ring.Peer(zone.Internet); err != nil || !pinned.Equal(internet.ring.Public()) {
		t.Errorf("pinned is %s (%v)", pinned.Fingerprint(), err)
	}
}

// A new key that may not be one is set aside, and the old one goes on.
func TestNobodyIsTalkedIntoAnotherKey(t *testing.T) {
	internet, office := twoPlaces(t)
	pinned := internet.ring.Public()
	newer := keysOf(t, zone.Internet, 21, noon.Add(time.Hour))
	line := func(p keys.Public) []byte {
		t.Helper()
		text, err := p.OneLine()
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	good := line(newer)
	for what, text := range map[string][]byte{
		"older":          line(keysOf(t, zone.Internet, 22, noon.Add(-time.Hour))),
		"another zone's": line(keysOf(t, zone.Passport, 23, noon.Add(time.Hour))),
		"changed":        bytes.Replace(good, []byte(newer.Recipient.String()), []byte(pinned.Recipient.String()), 1),
		"not one line":   append(bytes.Clone(good), '\n'),
		"no key":         []byte(`{}`),
		"a fraction":     bytes.Replace(good, []byte(`:00Z"`), []byte(`:00.5Z"`), 1),
	} {
		h := between(Header{Stream: Stream{zone.Internet, zone.Office}, Epoch: 1, Sequence: 1, First: 1, Last: 1, AsOf: noon}, internet.ring, office.ring)
		way := aFolder(t)
		if err := way.Send(Name{h.Stream, 1, 1}.Bundle(), sealed(t, built(t, h, []Record{{KeyRecord, text}}), internet.ring, office.ring)); err != nil {
			t.Fatal(err)
		}
		_, office := twoPlacesWith(t, internet.ring, office.ring)
		out := office.take(internet, way)
		if len(out) != 1 || out[0].Fate != Applied || out[0].Quarantined != 1 {
			t.Errorf("%s: %+v", what, out)
		}
		if now, err := office.ring.Peer(zone.Internet); err != nil || !now.Equal(pinned) {
			t.Errorf("%s: now %s is pinned (%v)", what, now.Fingerprint(), err)
		}
	}
	if _, err := successor(good, pinned); err != nil {
		t.Errorf("a good one: %v", err)
	}
}

func keysOf(t *testing.T, z zone.Zone, seed byte, at time.Time) keys.Public {
	t.Helper()
	r, err := keys.Create(t.TempDir(), z, chance(seed), at)
	if err != nil {
		t.Fatal(err)
	}
	return r.Public()
}

// twoPlacesWith are two places with new journals and rings that are there.
func twoPlacesWith(t *testing.T, a, b *keys.Ring) (internet, office place) {
	t.Helper()
	return aPlace(t, a, sqlite(t), letterKind...), aPlace(t, b, sqlite(t), letterKind...)
}

func TestRevokedKeysSpeakNoMoreAndAreNeverPinnedAgain(t *testing.T) {
	internet, office := twoPlaces(t)
	way := aFolder(t)
	internet.write("one", "x", "")
	internet.export(office)
	internet.hand(office, way)
	gone := internet.ring.Public()
	if _, err := office.ring.Revoke(zone.Internet, "another fingerprint"); err == nil {
		t.Fatal("revoked by a fingerprint that isn't theirs")
	}
	if _, err := office.ring.Revoke(zone.Internet, gone.Fingerprint()); err != nil {
		t.Fatal(err)
	}
	if out := office.take(internet, way); len(out) != 1 || out[0].Reason != NotPinned {
		t.Errorf("%+v", out)
	}
	if err := office.ring.Pin(gone); !errors.Is(err, keys.ErrRevoked) {
		t.Errorf("pinned again: %v", err)
	}
	// People pair the two anew, and everything is told again with the new keys.
	card := internet.renew(14)
	if err := office.ring.Pin(card); err != nil {
		t.Fatal(err)
	}
	if _, err := internet.Reopen(t.Context(), zone.Office); err != nil {
		t.Fatal(err)
	}
	internet.export(office)
	fresh := aFolder(t)
	internet.hand(office, fresh)
	if got := fates(office.take(internet, fresh)); got != "1 applied" {
		t.Errorf("%s", got)
	}
	if got := office.heard(); fmt.Sprint(got) != "[one:x]" {
		t.Errorf("heard %v", got)
	}
}
