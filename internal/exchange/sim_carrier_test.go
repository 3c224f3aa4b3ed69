package exchange

import (
	"bytes"
	"context"
	"crypto"
	"encoding/json"
	"io/fs"
	mrand "math/rand/v2"
	"os"
	"strings"
	"sync"
	"time"

	"yitang/internal/exchange/carrier"
	"yitang/internal/keys"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// copied is a file that an enemy has copied from a carrier.
type copied struct {
	name    string
	content []byte
}

// send lets a zone cut what is new and give all without a receipt to a carrier.
func (s *sim) send(r Stream) {
	s.note("%s sends", r)
	if !s.sendOn(r, s.wire[r]) {
		return
	}
	names := s.list(s.wire[r])
	for len(names) > 60 { // no disc holds everything
		if err := s.wire[r].Remove(names[0]); err != nil {
			s.fail("a carrier loses nothing: %v", err)
		}
		names = names[1:]
	}
	for range min(3, len(names)) { // the enemy copies some
		name := names[s.rng.IntN(len(names))]
		k := copied{name, s.read(s.wire[r], name)}
		if h := s.hoard[r]; len(h) < 60 {
			s.hoard[r] = append(h, k)
		} else {
			h[s.rng.IntN(len(h))] = k
		}
	}
}

func (s *sim) sendOn(r Stream, dest *carrier.Directory) bool {
	n := s.nodes[r.From]
	return s.lived(n, "sending", func() error {
		made, err := n.Export(context.Background(), r.To)
		s.stats.bundles += len(made)
		if err != nil {
			return err
		}
		if err := s.keepsWhatItSays(n, r); err != nil {
			return err
		}
		_, err = n.Hand(context.Background(), r.To, dest)
		return err
	})
}

// keepsWhatItSays: after sending without an error the outbox has all files of each
// bundle that awaits its receipt.
func (s *sim) keepsWhatItSays(n *simNode, r Stream) error {
	pending, err := n.pending(context.Background(), r.To)
	if err != nil {
		return err
	}
	lie, err := n.lying(r.To)
	if err != nil {
		return err
	}
	for _, b := range pending {
		if _, whole := b.whole(lie); !whole {
			s.fail("a zone says that it has sent what isn't in its outbox: %s", b.Name)
		}
	}
	return nil
}

func (s *sim) list(d *carrier.Directory) []string {
	names, err := d.List()
	if err != nil {
		s.fail("a carrier can't be read: %v", err)
	}
	return names
}

func (s *sim) read(d *carrier.Directory, name string) []byte {
	var b bytes.Buffer
	r, err := d.Take(name)
	if err == nil {
		_, err = b.ReadFrom(r)
		r.Close()
	}
	if err != nil {
		s.fail("a carrier can't be read: %v", err)
	}
	return b.Bytes()
}

func (s *sim) put(r Stream, name string, content []byte) {
	if err := s.wire[r].Send(name, content); err != nil {
		s.fail("a carrier takes nothing: %v", err)
	}
}

// part is a place in something, by its share of the whole: what is encrypted has
// another length by a byte or two each time.
func (s *sim) part(of int) int { return s.rng.IntN(1000) * of / 1000 }

// harm is what a carrier does to one file that it holds.
func (s *sim) harm(r Stream) {
	names := s.list(s.wire[r])
	if len(names) == 0 {
		return
	}
	name := names[s.rng.IntN(len(names))]
	content := s.read(s.wire[r], name)
	switch s.rng.IntN(5) {
	case 0:
		s.note("%s: %s is lost", r, name)
		if err := s.wire[r].Remove(name); err != nil {
			s.fail("a carrier loses nothing: %v", err)
		}
	case 1:
		s.note("%s: %s is cut", r, name)
		s.put(r, name, content[:s.part(len(content))])
	case 2:
		if len(content) > 0 {
			s.note("%s: %s is altered", r, name)
			content[s.part(len(content))] ^= 1 << s.rng.IntN(8)
			s.put(r, name, content)
		}
	case 3:
		if other := names[s.rng.IntN(len(names))]; strings.HasSuffix(other, bundleEnding) && strings.HasSuffix(name, bundleEnding) {
			s.note("%s: %s stands under the name %s", r, name, other)
			s.put(r, other, content)
		}
	case 4:
		s.note("%s: all of it is lost", r)
		for _, name := range names {
			if err := s.wire[r].Remove(name); err != nil {
				s.fail("a carrier loses nothing: %v", err)
			}
		}
	}
}

// cross lets every zone send once, and everything come in.
func (s *sim) cross() {
	for _, r := range s.streams() {
		s.send(r)
		s.deliver(r, true)
	}
}

// deliver brings some of what a carrier holds, in any order, and lets it be taken in.
func (s *sim) deliver(r Stream, all bool) {
	s.note("%s is delivered", r)
	s.deliverFrom(r, s.wire[r], all)
}

func (s *sim) deliverFrom(r Stream, src *carrier.Directory, all bool) {
	names := s.list(src)
	s.rng.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	n := s.nodes[r.To]
	s.lived(n, "receiving", func() error {
		inbox, err := n.Inbox(r.From)
		if err != nil {
			return err
		}
		for _, name := range names {
			if all || s.rng.IntN(3) > 0 {
				if err := inbox.Send(name, s.read(src, name)); err != nil {
					return err
				}
			}
		}
		return s.takeIn(n, r, inbox)
	})
}

// takeIn is what a zone's own watch does with an inbox.
func (s *sim) takeIn(n *simNode, r Stream, inbox *carrier.Directory) error {
	ctx := context.Background()
	out, err := n.Import(ctx, r.From, inbox)
	for _, o := range out {
		switch o.Fate {
		case Applied:
			n.checked.heard[r.From] = s.now
		case Refused:
			s.note("%s refuses %s: %s", n.zone, o.File, o.Reason)
		}
	}
	if err != nil {
		return err
	}
	if err := n.Clear(inbox, out); err != nil {
		return err
	}
	if err := n.sweep(ctx, r.From, inbox); err != nil {
		return err
	}
	return s.showsRefused(n, r, out)
}

// showsRefused: what was refused whole stands in the zone's status.
func (s *sim) showsRefused(n *simNode, r Stream, out []Outcome) error {
	at, err := n.received(context.Background(), n.journal.Store, r.From)
	if err != nil {
		return err
	}
	shown, _, err := n.refusedBundles(r.From, at)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, b := range shown {
		seen[b.File] = b.Reason != "" && b.Detail != ""
	}
	for _, o := range out {
		if name, _, _ := ParseName(o.File); o.Fate == Refused && !name.known(at) && !seen[o.File] {
			s.fail("a bundle was refused, and the operator isn't told why: %s", o.File)
		}
	}
	return nil
}

// attack is an enemy who holds all carriers, has copied what passed, knows each
// zone's public keys and has somehow found those that a zone no longer uses.
func (s *sim) attack() {
	r := s.stream()
	s.stats.attacks++
	at, err := s.nodes[r.To].received(context.Background(), s.nodes[r.To].journal.Store, r.From)
	if err != nil {
		s.fail("a zone doesn't know what it has received: %v", err)
		return
	}
	next := Name{r, max(at.Epoch, 1), at.Sequence + 1}
	switch s.rng.IntN(8) {
	case 0, 1: // of last year, under its own name
		if h := s.hoard[r]; len(h) > 0 {
			k := h[s.rng.IntN(len(h))]
			s.note("enemy: %s once more", k.name)
			s.put(r, k.name, k.content)
		}
	case 2: // of last year, or of another stream, under the next name
		from := s.stream()
		if h := s.hoard[from]; len(h) > 0 {
			k := h[s.rng.IntN(len(h))]
			s.note("enemy: %s as %s", k.name, next)
			s.put(r, next.Bundle(), k.content)
		}
	case 3: // their own key
		s.forge(r, at, next, elsewhere()[r.From], "their own key")
	case 4: // a key that this zone had before
		s.forgeOld(r, at, next)
	case 5: // another office's bundle, sealed to that office
		s.note("enemy: a bundle of another city as %s", next)
		s.put(r, next.Bundle(), strangeBundle(next))
	case 6: // labels
		name := Name{r, next.Epoch + s.rng.Int64N(3)*1e15, next.Sequence + s.rng.Int64N(200)}.Bundle()
		s.strays[name] = true
		s.note("enemy: nothing, called %s", name)
		s.put(r, name, []byte("no bundle"))
	case 7: // a list for people that lies
		for _, name := range s.list(s.wire[r]) {
			if strings.HasSuffix(name, manifestEnding) {
				s.note("enemy: %s says something else", name)
				s.put(r, name, []byte("carry nothing"))
				break
			}
		}
	}
}

// forge makes the very bundle that the receiver would take next, signed by a key of
// the enemy.
func (s *sim) forge(r Stream, at Cursor, next Name, with *keys.Ring, whose string) {
	to := s.nodes[r.To]
	suite, err := suiteAt(context.Background(), to.journal.Store, WayIn, r.From, at.Epoch)
	if err != nil {
		s.fail("a zone doesn't know its suites: %v", err)
		return
	}
	signer, err := with.SignerOf(suite, -1)
	if err != nil {
		s.fail("an enemy has no key: %v", err)
		return
	}
	says := keys.SignerID(signer).String()
	if pinned, err := to.keys.PeerIn(r.From, suite); err == nil && s.rng.IntN(2) == 0 {
		says = pinned.KeyID().String()
	}
	s.note("enemy: %s, forged with %s", next, whose)
	s.putForged(r, at, next, suite, signer, says)
}

// forgeOld is that with a key that the receiver has trusted once.
func (s *sim) forgeOld(r Stream, at Cursor, next Name) {
	from, to := s.nodes[r.From], s.nodes[r.To]
	suite, err := suiteAt(context.Background(), to.journal.Store, WayIn, r.From, at.Epoch)
	if err != nil {
		s.fail("a zone doesn't know its suites: %v", err)
		return
	}
	pinned, err := to.keys.PeerIn(r.From, suite)
	if err != nil {
		return
	}
	var had []crypto.Signer
	trusts, last := -1, s.signedLast(r, at)
	for g := range from.keys.GenerationIn(suite) + 1 {
		signer, err := from.keys.SignerOf(suite, g)
		if err != nil {
			s.fail("a zone has no key: %v", err)
			return
		}
		if id := keys.SignerID(signer); id == pinned.KeyID() || trusts >= 0 && id.String() == last {
			trusts = g // pinned, or one after it that signed what was taken
		}
		had = append(had, signer)
	}
	if trusts < 0 {
		return
	}
	if trusts > 0 {
		old := had[s.rng.IntN(trusts)]
		s.note("enemy: %s, forged with the key %s, which %s had before", next, keys.SignerID(old), r.From)
		s.putForged(r, at, next, suite, old, keys.SignerID(old).String())
	}
}

// signedLast is the key that signed what a zone took last, as far as its sender
// remembers.
func (s *sim) signedLast(r Stream, at Cursor) string {
	var id string
	err := s.nodes[r.From].journal.Store.QueryRow(context.Background(), `SELECT signer FROM exchange_sent WHERE to_zone = $1 AND epoch = $2 AND sequence = $3`, string(r.To), at.Epoch, at.Sequence).Scan(&id)
	if err != nil && !store.NoRows(err) {
		s.fail("a zone doesn't know what it has sent: %v", err)
	}
	return id
}

func (s *sim) putForged(r Stream, at Cursor, next Name, suite keys.Suite, signer crypto.Signer, says string) {
	to := s.nodes[r.To]
	card, err := to.keys.PublicIn(suite)
	if err != nil {
		s.fail("a zone has no card: %v", err)
		return
	}
	in, err := Build(Header{Suite: suite, Stream: r, Epoch: next.Epoch, Sequence: next.Sequence, Previous: at.Digest, First: at.Last + 1, Last: at.Last,
		AsOf: s.now, Policy: "sim", Signer: says, Receiver: card.ReceivingID().String()}, nil)
	if err != nil {
		s.fail("an enemy can't lay out a bundle: %v", err)
		return
	}
	file, err := Seal(in, signer, card)
	if err != nil {
		s.fail("an enemy can't seal a bundle: %v", err)
		return
	}
	s.put(r, next.Bundle(), file)
}

// elsewhere are the keys of another city's zones, and of every enemy.
var elsewhere = sync.OnceValue(func() map[zone.Zone]*keys.Ring {
	out := map[zone.Zone]*keys.Ring{}
	chance := mrand.NewChaCha8([32]byte{99})
	for _, z := range zone.All() {
		dir, err := os.MkdirTemp("", "elsewhere-")
		defer os.RemoveAll(dir)
		var r *keys.Ring
		if err == nil {
			r, err = keys.Create(dir, z, chance, noon.Add(-time.Hour))
		}
		if err == nil {
			r, err = r.Draw(chance, noon)
		}
		if err != nil {
			panic(err)
		}
		out[z] = r
	}
	return out
})

// trustsStrangers is a zone that trusts another city's keys instead of its own: what a
// defect makes of it.
type trustsStrangers struct{ *keys.Ring }

func (trustsStrangers) PeerIn(z zone.Zone, s keys.Suite) (keys.Public, error) {
	return elsewhere()[z].PublicIn(s)
}

func (trustsStrangers) NextIn(zone.Zone, keys.Suite) (keys.Public, error) {
	return keys.Public{}, fs.ErrNotExist
}

// strangeBundle is one of another city, good in itself.
func strangeBundle(n Name) []byte {
	all := elsewhere()
	card := all[n.Stream.To].Public()
	previous := Hash{}
	if n.Sequence > 1 {
		previous = Hash{1}
	}
	in, err := Build(Header{Suite: keys.International, Stream: n.Stream, Epoch: n.Epoch, Sequence: n.Sequence, Previous: previous, First: 1, Last: 0, AsOf: noon, Policy: "other",
		Signer: all[n.Stream.From].Public().KeyID().String(), Receiver: card.ReceivingID().String()}, nil)
	if err != nil {
		panic(err)
	}
	file, err := Seal(in, all[n.Stream.From].SigningKey(), card)
	if err != nil {
		panic(err)
	}
	return file
}

// recordLabel is the label that a record of the quarantine would have brought.
func recordLabel(record []byte) string {
	if len(record) == 0 || RecordType(record[0]) != EventRecord {
		return ""
	}
	var e eventText
	var label string
	if err := json.Unmarshal(record[1:], &e); err != nil {
		return ""
	}
	if err := json.Unmarshal(e.Fields["label"].Value, &label); err != nil {
		return ""
	}
	return label
}
