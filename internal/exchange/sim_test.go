package exchange

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"yitang/internal/blob"
	"yitang/internal/blob/blobtest"
	"yitang/internal/exchange/carrier"
	"yitang/internal/journal"
	"yitang/internal/keys"
	"yitang/internal/store"
	"yitang/internal/zone"
)

var (
	simSeed  = flag.Uint64("sim.seed", 1, "first seed of the simulator")
	simRuns  = flag.Int("sim.runs", 0, "how many seeds; 0: a few, many in a soak")
	simSteps = flag.Int("sim.steps", 120, "what happens in one run")
)

// sim is three zones with their real exchange and journal, and everything around
// them played by one seed: people, carriers that lose, repeat, reorder, hold back,
// cut and change files, disks on which a process dies at any operation, clocks that
// run on and differ, a sender that tells everything anew, people who let go, and
// people who agree to another suite, or begin one to which nobody has agreed.
type sim struct {
	t      *testing.T
	rng    *rand.Rand
	now    time.Time
	places map[zone.Zone]*place
	disks  map[zone.Zone]*blobtest.Disk
	skew   map[zone.Zone]time.Duration
	wire   map[Stream]*carrier.Directory
	said   map[string]bool // labels
	files  map[string]string
	agreed map[Stream]map[keys.Suite]bool // by people of the receiver
	log    []string
	wrong  error
}

var simRule = Rule{May: []string{"letter.*", "diary.*"}, Hold: []string{"diary.secret"}, Promise: 4 * time.Hour, Limits: []Limit{{Per: time.Hour, Records: 12}}}

func newSim(t *testing.T, seed uint64, planted defect) *sim {
	rings := [3]zone.Zone{zone.Internet, zone.Office, zone.Passport}
	s := &sim{t: t, rng: rand.New(rand.NewPCG(seed, 7)), now: noon, places: map[zone.Zone]*place{}, disks: map[zone.Zone]*blobtest.Disk{},
		skew: map[zone.Zone]time.Duration{}, wire: map[Stream]*carrier.Directory{}, said: map[string]bool{}, files: map[string]string{}, agreed: map[Stream]map[keys.Suite]bool{}}
	a, b := twoZones(t)
	c := seededRing(t, zone.Passport, 3)
	paired(t, b, c)
	a, b, c = drawnRing(t, a, 1), drawnRing(t, b, 2), drawnRing(t, c, 3)
	pinNational(t, a, b)
	pinNational(t, b, c)
	for i, z := range rings {
		db, err := store.Open(t.Context(), store.Options{Path: t.TempDir() + "/n.db", Unflushed: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		p := aPlace(t, []*keys.Ring{a, b, c}[i], db, policyKinds...)
		rule := simRule
		p = p.under(&rule)
		s.disks[z] = blobtest.New(seed + uint64(i))
		p.disk, p.dir, p.planted, p.cut.records = s.disks[z], "/exchange", planted, 5
		s.places[z] = &p
	}
	for _, pair := range zone.Streams() {
		r := Stream{pair[0], pair[1]}
		s.wire[r], s.agreed[r] = aFolder(t), map[keys.Suite]bool{keys.International: true}
	}
	s.pass(0)
	for _, r := range s.streams() { // some are in the national suite from the first day on
		if s.rng.IntN(2) == 0 {
			s.agree(r, keys.National)
			s.begin(r, keys.National, true)
		}
	}
	return s
}

func (s *sim) pass(d time.Duration) {
	s.now = s.now.Add(d)
	for z, p := range s.places {
		p.clock.Store(s.now.Add(s.skew[z]).UnixNano())
	}
}

func (s *sim) note(format string, args ...any) { s.log = append(s.log, fmt.Sprintf(format, args...)) }

func (s *sim) fail(format string, args ...any) {
	if s.wrong == nil {
		s.wrong = fmt.Errorf(format, args...)
	}
}

// lived does something on a node whose disk may die under it; then the process
// starts again on what the disk has kept.
func (s *sim) lived(z zone.Zone, what string, do func(*place) error) {
	p := s.places[z]
	err := do(p)
	if err == nil {
		return
	}
	if !errors.Is(err, blobtest.ErrKilled) {
		s.fail("%s in the %s zone: %v", what, z, err)
		return
	}
	s.note("%s: killed while %s", z, what)
	s.restart(z)
}

func (s *sim) restart(z zone.Zone) {
	p := s.places[z]
	s.disks[z] = s.disks[z].Restart()
	x, err := New(context.Background(), Options{Journal: p.journal, Keys: p.ring, Blobs: p.blobs, Disk: s.disks[z], Dir: p.dir, Policy: p.policies})
	if err != nil {
		s.fail("starting the %s zone again: %v", z, err)
		return
	}
	x.planted, x.cut = p.planted, p.cut
	p.Exchange = x
}

func (s *sim) streams() []Stream {
	var out []Stream
	for _, pair := range zone.Streams() {
		out = append(out, Stream{pair[0], pair[1]})
	}
	return out
}

func (s *sim) stream() Stream { all := s.streams(); return all[s.rng.IntN(len(all))] }

func (s *sim) write() {
	z := zone.All()[s.rng.IntN(3)]
	label := fmt.Sprintf("%s-%d", z, len(s.said))
	subject := fmt.Sprintf("%s.%d", z, s.rng.IntN(4))
	s.said[label] = true
	s.note("%s writes %s", z, label)
	switch p := s.places[z]; s.rng.IntN(6) {
	case 0:
		p.say(subject, secret{label})
	case 1:
		content := strings.Repeat(label, 40)
		s.files[label] = content
		ref, err := p.blobs.Put(s.t.Context(), strings.NewReader(content), blob.Limit)
		if err != nil {
			s.fail("keeping a file: %v", err)
			return
		}
		p.say(subject, written{Label: label, Text: journal.Of("t"), File: journal.Of(ref), Print: journal.Of("CANARY-PRINT")})
	case 2:
		p.say(subject, written{Label: label, Text: journal.Of("t"), Print: journal.Of("CANARY-PRINT")})
	default:
		p.say(subject, noted{label})
	}
}

func (s *sim) send(r Stream, dest *carrier.Directory) {
	s.lived(r.From, "sending", func(p *place) error {
		if _, err := p.Export(context.Background(), r.To); err != nil {
			return err
		}
		_, err := p.Hand(context.Background(), r.To, dest)
		return err
	})
}

func (s *sim) read(d *carrier.Directory, name string) []byte {
	r, err := d.Take(name)
	if err != nil {
		s.fail("%v", err)
		return nil
	}
	defer r.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(r); err != nil {
		s.fail("%v", err)
	}
	return b.Bytes()
}

// harm is what a carrier does to one file that it holds.
func (s *sim) harm(r Stream) {
	d := s.wire[r]
	names, err := d.List()
	if err != nil || len(names) == 0 {
		return
	}
	name := names[s.rng.IntN(len(names))]
	content := s.read(d, name)
	switch s.rng.IntN(4) {
	case 0:
		s.note("%s: %s is lost", r, name)
		err = d.Remove(name)
	case 1:
		s.note("%s: %s is cut", r, name)
		err = d.Send(name, content[:s.rng.IntN(len(content)+1)])
	case 2:
		if len(content) > 0 {
			s.note("%s: %s is altered", r, name)
			content[s.rng.IntN(len(content))] ^= 1 << s.rng.IntN(8)
			err = d.Send(name, content)
		}
	case 3:
		if other := names[s.rng.IntN(len(names))]; strings.HasSuffix(other, ".bundle") && strings.HasSuffix(name, ".bundle") {
			s.note("%s: %s stands under the name %s", r, name, other)
			err = d.Send(other, content)
		}
	}
	if err != nil {
		s.fail("%v", err)
	}
}

// deliver brings some of the files, in any order, and lets them be taken in.
func (s *sim) deliver(r Stream, src *carrier.Directory, all bool) {
	names, err := src.List()
	if err != nil {
		s.fail("%v", err)
		return
	}
	s.rng.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	s.lived(r.To, "receiving", func(p *place) error {
		inbox, err := p.Inbox(r.From)
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
		out, err := p.Import(context.Background(), r.From, inbox)
		if err != nil {
			return err
		}
		for _, o := range out {
			if o.Quarantined > 0 {
				s.fail("%s of %s: %d records were set aside, and nobody forged any", o.File, r, o.Quarantined)
			}
		}
		return p.Clear(inbox, out)
	})
}

// letGo lets two people decide on what is held in one zone.
func (s *sim) letGo(z zone.Zone) {
	p := s.places[z]
	all, err := p.Held(context.Background())
	if err != nil {
		s.fail("listing what is held: %v", err)
		return
	}
	for _, h := range all {
		if h.Reason != ForPeople || h.Stage != NobodyAsked {
			continue
		}
		o := journal.Order{Subject: h.Key}
		err := p.Ask(p.as("ann"), o, LetGo, "seen")
		if err == nil {
			o.Seen = journal.At(h.Version + 1)
			_, err = p.Agree(p.as("bob"), o)
		}
		if err != nil {
			s.fail("letting %s go: %v", h.Key, err)
		}
	}
}

// agree lets people of a stream's receiver agree to a suite.
func (s *sim) agree(r Stream, to keys.Suite) {
	s.note("%s agrees to %s of %s", r.To, to, r)
	if err := s.places[r.To].AgreeSuite(context.Background(), r.From, to); err != nil {
		s.fail("agreeing to %s of %s: %v", to, r, err)
	}
	s.agreed[r][to] = true
}

// begin lets people of its sender begin one; hasty ones say that they were told of
// an agreement.
func (s *sim) begin(r Stream, in keys.Suite, hasty bool) {
	_, err := s.places[r.From].BeginSuite(context.Background(), r.To, in, hasty)
	s.note("%s begins %s, hasty: %t (%v)", r, in, hasty, err)
	if hasty && err != nil {
		s.fail("beginning %s in %s: %v", in, r, err)
	}
}

// suites are those of a stream at its two ends.
func (s *sim) suites(r Stream) (sent, received keys.Suite) {
	ctx := context.Background()
	last, err := s.places[r.From].lastSent(ctx, r.To)
	x := s.places[r.To]
	at, err2 := x.received(ctx, x.journal.Store, r.From)
	received, err3 := suiteAt(ctx, x.journal.Store, WayIn, r.From, at.Epoch)
	if err := errors.Join(err, err2, err3); err != nil {
		s.fail("asking for the suites of %s: %v", r, err)
	}
	return last.suite, received
}

func otherSuite(s keys.Suite) keys.Suite {
	if s == keys.National {
		return keys.International
	}
	return keys.National
}

func (s *sim) step() {
	switch n := s.rng.IntN(22); {
	case n == 20:
		r := s.stream()
		_, received := s.suites(r)
		s.agree(r, otherSuite(received))
	case n == 21:
		r := s.stream()
		sent, _ := s.suites(r)
		s.begin(r, otherSuite(sent), s.rng.IntN(3) == 0)
	case n < 6:
		s.write()
	case n < 9:
		r := s.stream()
		s.note("%s sends", r)
		s.send(r, s.wire[r])
	case n < 11:
		s.harm(s.stream())
	case n < 15:
		r := s.stream()
		s.note("%s is delivered", r)
		s.deliver(r, s.wire[r], false)
	case n < 17:
		d := time.Duration(s.rng.IntN(90)) * time.Minute
		s.note("%s passes", d)
		s.pass(d)
	case n == 17:
		z := zone.All()[s.rng.IntN(3)]
		s.disks[z].KillAt(s.disks[z].Ops() + 1 + s.rng.IntN(25))
	case n == 18:
		z := zone.All()[s.rng.IntN(3)]
		s.note("%s lets go", z)
		s.letGo(z)
	default:
		z := zone.All()[s.rng.IntN(3)]
		if s.rng.IntN(4) == 0 {
			r := s.stream()
			s.note("%s begins anew", r)
			if _, err := s.places[r.From].Reopen(context.Background(), r.To); err != nil {
				s.fail("%v", err)
			}
			return
		}
		s.skew[z] = max(s.skew[z], time.Duration(s.rng.IntN(30))*time.Minute)
		s.note("the clock of %s is %s ahead", z, s.skew[z])
		s.pass(0)
	}
}

// holds checks what must be so at any moment.
func (s *sim) holds() {
	ctx := context.Background()
	for z, p := range s.places {
		last := map[journal.Ref]journal.Version{}
		err := p.journal.Each(ctx, 0, func(e journal.Event) error {
			label := labelOf(e)
			if label == "" {
				return nil
			}
			if e.Version <= last[e.Subject] {
				s.fail("%s: version %d of %s came after %d", z, e.Version, e.Subject, last[e.Subject])
			}
			last[e.Subject] = e.Version
			if !s.said[label] {
				s.fail("%s: nobody said %s", z, label)
			}
			w, is := e.Body.(written)
			if !is {
				return nil
			}
			_, text := w.Text.Value()
			_, print := w.Print.Value()
			if text && z == zone.Passport && e.Origin != z || print && e.Origin != z {
				s.fail("%s holds a field of %s that it may not", z, label)
			}
			if ref, held := w.File.Value(); held {
				if has, err := p.blobs.Has(ctx, ref.Digest); err != nil || !has {
					s.fail("%s: the file of %s isn't there (%v)", z, label, err)
				}
			}
			return nil
		})
		if err != nil {
			s.fail("reading the journal of %s: %v", z, err)
		}
	}
	for _, r := range s.streams() {
		out, err := s.places[r.From].outgoing(ctx, r.To)
		if err != nil {
			s.fail("%v", err)
			continue
		}
		in, err := s.places[r.To].received(ctx, s.places[r.To].journal.Store, r.From)
		if err != nil {
			s.fail("%v", err)
		} else if out.Epoch == in.Epoch && out.Applied > in.Sequence {
			s.fail("%s: the receipt says %d, and %d was taken in", r, out.Applied, in.Sequence)
		}
		s.withinLimits(r)
		if _, received := s.suites(r); !s.agreed[r][received] {
			s.fail("%s is taken in %s, and nobody has agreed to that", r, received)
		}
	}
}

// withinLimits counts the events that went in any hour. What people let go doesn't
// count.
func (s *sim) withinLimits(r Stream) {
	p := s.places[r.From]
	rows, err := p.journal.Store.Query(context.Background(), `SELECT as_of, events - (SELECT COUNT(*) FROM exchange_held h JOIN exchange_release r ON r.id = 'out-' || h.to_zone || '-' || h.position AND r.stage = 'given' WHERE h.to_zone = s.to_zone AND h.epoch = s.epoch AND h.sequence = s.sequence)
FROM exchange_sent s WHERE to_zone = $1 AND sequence > 0 ORDER BY as_of`, string(r.To))
	if err != nil {
		s.fail("%v", err)
		return
	}
	defer rows.Close()
	type went struct{ at, n int64 }
	var all []went
	for rows.Next() {
		var w went
		if err := rows.Scan(&w.at, &w.n); err != nil {
			s.fail("%v", err)
		}
		all = append(all, w)
	}
	for i, from := range all {
		sum := int64(0)
		for _, w := range all[i:] {
			if w.at-from.at < time.Hour.Microseconds() {
				sum += w.n
			}
		}
		if sum > simRule.Limits[0].Records {
			s.fail("%s: %d records went within an hour", r, sum)
		}
	}
}

// heal ends the faults: carriers come each hour and bring all, people let go.
func (s *sim) heal() {
	for _, z := range zone.All() {
		s.disks[z].KillAt(0)
	}
	for range 40 {
		s.pass(61 * time.Minute)
		for _, z := range zone.All() {
			s.letGo(z)
		}
		for _, r := range s.streams() {
			if sent, received := s.suites(r); sent != received {
				s.agree(r, sent)
			}
			d := aFolder(s.t)
			s.send(r, d)
			s.deliver(r, d, true)
		}
		if s.wrong != nil {
			return
		}
		if s.quiet() {
			break
		}
	}
	for range 5 { // nothing happens any more, and the carriers come
		s.pass(90 * time.Minute)
		for _, r := range s.streams() {
			d := aFolder(s.t)
			s.send(r, d)
			s.deliver(r, d, true)
		}
	}
}

func (s *sim) quiet() bool {
	for _, p := range s.places {
		st, err := p.Status(context.Background())
		if err != nil {
			s.fail("%v", err)
			return true
		}
		for _, o := range st.Outgoing {
			if o.Unreceipted > 0 || o.Held > 0 || o.Slowed != nil {
				return false
			}
		}
	}
	return len(s.missing()) == 0
}

// missing are the labels that somebody who may hear them hasn't heard.
func (s *sim) missing() []string {
	var out []string
	for z, p := range s.places {
		heard := map[string]int{}
		for _, l := range p.labels() {
			heard[l]++
		}
		for l := range s.said {
			if heard[l] != 1 {
				out = append(out, fmt.Sprintf("%s has %s %d times", z, l, heard[l]))
			}
		}
	}
	slices.Sort(out)
	return out
}

// converges checks what must be so when the faults have ended.
func (s *sim) converges() {
	if m := s.missing(); len(m) > 0 {
		s.fail("%d things didn't come, or came twice: %s", len(m), strings.Join(m[:min(3, len(m))], ", "))
	}
	for z, p := range s.places {
		st, err := p.Status(context.Background())
		if err != nil {
			s.fail("%v", err)
			continue
		}
		for _, o := range st.Outgoing {
			if o.Unreceipted > 0 || o.Held > 0 || o.Slowed != nil {
				s.fail("%s to %s isn't settled: %+v", z, o.To, o)
			}
		}
		for _, i := range st.Incoming {
			if len(i.Missing) > 0 || len(i.Refused) > 0 || i.Quarantined > 0 || !i.Silent.IsZero() {
				s.fail("%s from %s isn't settled: %+v", z, i.From, i)
			}
		}
		flaws, err := p.journal.Verify(context.Background())
		said, err2 := p.VerifyReceipts(context.Background())
		if err = errors.Join(err, err2); err != nil || len(flaws)+len(said) > 0 {
			s.fail("%s: %v %v %v", z, flaws, said, err)
		}
	}
}

// run plays one seed and gives what went wrong.
func (s *sim) run(steps int) error {
	for i := range steps {
		s.step()
		if i%10 == 9 {
			s.holds()
		}
		if s.wrong != nil {
			return s.wrong
		}
	}
	s.heal()
	s.holds()
	if s.wrong == nil {
		s.converges()
	}
	return s.wrong
}

func simulated() int {
	switch {
	case *simRuns > 0:
		return *simRuns
	case os.Getenv("YITANG_SOAK") != "":
		return 300
	}
	return 4
}

func TestThreeZonesConvergeWhateverHappensBetweenThem(t *testing.T) {
	for seed := *simSeed; seed < *simSeed+uint64(simulated()); seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			s := newSim(t, seed, "")
			if err := s.run(*simSteps); err != nil {
				t.Errorf("%v\nmake sim SEED=%d STEPS=%d plays it again; before it:\n%s", err, seed, *simSteps, strings.Join(s.log[max(0, len(s.log)-40):], "\n"))
			}
		})
	}
}

// Each defect must be found by some of the first seeds.
func TestTheSimulatorFindsPlantedDefects(t *testing.T) {
	for _, d := range []defect{passesOverGaps, overtakes, forgetsHeld, receiptsTooMuch, losesARecord, countsNothing, givesNoSign, takesAnySuite, saysNoSuite, waitsForNoFile, keepsNoCursor, withholdsNothing} {
		t.Run(string(d), func(t *testing.T) {
			for seed := uint64(1); seed <= 6; seed++ {
				if err := newSim(t, seed, d).run(*simSteps); err != nil {
					t.Logf("seed %d: %v", seed, err)
					return
				}
			}
			t.Error("six seeds didn't find it")
		})
	}
}
