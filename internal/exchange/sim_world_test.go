package exchange

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	mrand "math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
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

// sim is three zones with their real exchange, journal, files and keys, and
// everything around them played by one seed: people, carriers, disks, clocks.
//
//	sim_world_test.go    the zones and what they run on
//	sim_acts_test.go     what happens in a step, and how long nothing happens after it
//	sim_people_test.go   what people do
//	sim_carrier_test.go  what carriers do, and an enemy who holds them
//	sim_holds_test.go    what must be so after each step
//	sim_heal_test.go     how the faults end, and what must be so then
//	sim_shrink_test.go   making a failing run short
//	defect.go            mistakes that it must find
//
// Each step draws from a source of its own, by the seed and its number: so a run
// can be played again without some of its steps, and the others stay what they are.
type sim struct {
	t    *testing.T
	dir  string
	seed uint64
	only map[int]bool // steps to play; nil: all

	rng   *mrand.Rand // of the step
	step  int         // 0: before the first, or after the last
	began time.Time
	now   time.Time
	nodes map[zone.Zone]*simNode
	wire  map[Stream]*carrier.Directory

	said      map[string]saying              // by its label
	forgotten map[string]bool                // labels that their own zone has lost with its disk
	broken    map[string]bool                // subjects of them: what is said of one anew contradicts it
	files     map[string]string              // by label
	taken     map[Stream]keys.Suite          // the suite in which its receiver takes it, and
	agreed    map[Stream]map[keys.Suite]bool // those to which people there have agreed
	sent      map[Stream]map[sentBundle]bool // all that a zone ever recorded as sent
	owed      map[Stream]bool                // its receiver was restored, and nobody has told its sender
	anew      map[Stream]bool                // people paired its zones anew
	hoard     map[Stream][]copied            // what an enemy has copied
	strays    map[string]bool                // files whose names an enemy has made up
	limits    map[Stream]int64               // the rowid up to which what went was counted

	log   []string
	wrong error
	how   string // its sentence without names: which failure it is
	stats simStats
}

// saying is one thing that was said in a zone.
type saying struct {
	by      zone.Zone
	subject string
}

type sentBundle struct {
	epoch, sequence int64
	digest          Hash
}

type simStats struct {
	steps, bundles, events, deaths, restores, renewals, updates, attacks, full int
	span                                                                       time.Duration
}

func (a *simStats) add(b simStats) {
	a.steps, a.bundles, a.events, a.deaths = a.steps+b.steps, a.bundles+b.bundles, a.events+b.events, a.deaths+b.deaths
	a.restores, a.renewals, a.updates, a.attacks = a.restores+b.restores, a.renewals+b.renewals, a.updates+b.updates, a.attacks+b.attacks
	a.full, a.span = a.full+b.full, a.span+b.span
}

const year = 365 * 24 * time.Hour

func (a simStats) String() string {
	return fmt.Sprintf("%.1f simulated years in %d steps: %d events, %d bundles; %d deaths, %d full disks, %d restores, %d renewals of keys, %d updates, %d attacks",
		float64(a.span)/float64(year), a.steps, a.events, a.bundles, a.deaths, a.full, a.restores, a.renewals, a.updates, a.attacks)
}

// simNode is one zone: what lasts, and the process that runs on it.
type simNode struct {
	*Exchange
	zone    zone.Zone
	dir     string // its database and its keys
	disk    *blobtest.Disk
	keys    *keys.Ring
	store   *store.Store
	chance  *mrand.ChaCha8
	clock   *atomic.Int64
	skew    time.Duration
	planted defect
	release int  // 1: the next one
	full    bool // its disk takes nothing more
	life    int  // how often it was restored
	backups []simBackup

	touched bool // since it was looked at
	checked simChecked
}

// simRule is the release policy of all streams.
var simRule = Rule{May: []string{"letter.*", "diary.*"}, Hold: []string{"diary.secret"}, Promise: 4 * time.Hour, Limits: []Limit{{Per: time.Hour, Records: 12}}}

func simPolicy() Policy {
	p := Policy{Name: "sim", Streams: map[Stream]Rule{}}
	for _, pair := range zone.Streams() {
		p.Streams[Stream{pair[0], pair[1]}] = simRule
	}
	return p
}

// simKinds are those of a release and of the next one, which writes one kind with
// a field more, one in a way of its own, and has one that is new.
var simKinds = [2][]journal.Kind{policyKinds, append(slices.Clone(letterKind),
	journal.Declare[notedMore](journal.Kind{Name: "diary.noted", Home: zone.Everywhere, Reach: zone.Everywhere}),
	journal.Declare[secretAnew](journal.Kind{Name: "diary.secret", Version: 2, Home: zone.Everywhere, Reach: zone.Everywhere}).WithLift(asItWas),
	journal.Declare[said](journal.Kind{Name: "diary.said", Home: zone.Everywhere, Reach: zone.Everywhere}))}

func asItWas(int, map[string]json.RawMessage) error { return nil }

func simLabel(body any) string {
	switch b := body.(type) {
	case notedMore:
		return b.Label
	case secretAnew:
		return b.Label
	case said:
		return b.Label
	}
	return labelOf(journal.Event{Body: body})
}

// simHeard is a table that is made of what was said, so that there is one to
// compare with what the journal makes of it.
var simHeard = journal.Projection{Name: "sim_heard", Version: 1, Tables: []string{"sim_heard"},
	Schema: `CREATE TABLE sim_heard (label TEXT PRIMARY KEY, subject TEXT NOT NULL, version INTEGER NOT NULL);`,
	Apply: func(ctx context.Context, tx store.Tx, e journal.Event) error {
		label := simLabel(e.Body)
		if label == "" {
			return nil
		}
		_, err := tx.Exec(ctx, `INSERT INTO sim_heard (label, subject, version) VALUES ($1, $2, $3)`, label, e.Subject.String(), int64(e.Version))
		return err
	}}

func newSim(t *testing.T, seed uint64, planted defect) *sim {
	t.Helper()
	s := &sim{t: t, seed: seed, rng: mrand.New(mrand.NewPCG(seed, 0)), began: noon, now: noon, nodes: map[zone.Zone]*simNode{}, wire: map[Stream]*carrier.Directory{},
		said: map[string]saying{}, forgotten: map[string]bool{}, broken: map[string]bool{}, files: map[string]string{},
		taken: map[Stream]keys.Suite{}, agreed: map[Stream]map[keys.Suite]bool{}, sent: map[Stream]map[sentBundle]bool{}, owed: map[Stream]bool{}, anew: map[Stream]bool{},
		hoard: map[Stream][]copied{}, strays: map[string]bool{}, limits: map[Stream]int64{}}
	var err error
	if s.dir, err = os.MkdirTemp(t.TempDir(), "sim-"); err != nil {
		t.Fatal(err)
	}
	for i, z := range zone.All() {
		n := &simNode{zone: z, dir: filepath.Join(s.dir, string(z)), disk: blobtest.New(seed<<2 + uint64(i)), chance: mrand.NewChaCha8([32]byte{byte(i), byte(seed), byte(seed >> 8), byte(seed >> 16)}),
			clock: new(atomic.Int64), planted: planted, checked: newChecked()}
		s.nodes[z] = n
		n.keys, err = keys.Create(n.keyDir(), z, n.chance, noon)
		if err == nil {
			n.keys, err = n.keys.Draw(n.chance, noon)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, pair := range zone.Streams() {
		r := Stream{pair[0], pair[1]}
		s.taken[r], s.agreed[r], s.sent[r] = keys.International, map[keys.Suite]bool{keys.International: true}, map[sentBundle]bool{}
		s.wire[r] = s.folder()
		for _, suite := range keys.Suites() {
			card, err := s.nodes[r.From].keys.PublicIn(suite)
			if err == nil {
				err = s.nodes[r.To].keys.Pin(card)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	s.pass(0)
	for _, z := range zone.All() {
		if err := s.boot(s.nodes[z]); err != nil {
			t.Fatal(err)
		}
	}
	for _, z := range zone.All() {
		s.backUp(s.nodes[z]) // of the first day: who is restored from that has lost all
	}
	for _, r := range s.streams() { // some are in the national suite from the first day on
		if s.rng.IntN(2) == 0 {
			s.agree(r, keys.National)
			s.begin(r, keys.National, true)
		}
	}
	return s
}

// end lets go of what a run has opened.
func (s *sim) end() {
	for _, n := range s.nodes {
		if n.Exchange != nil {
			n.journal.Close()
		}
		if n.store != nil {
			n.store.Close()
		}
	}
	os.RemoveAll(s.dir)
}

func (n *simNode) keyDir() string   { return filepath.Join(n.dir, "keys") }
func (n *simNode) database() string { return filepath.Join(n.dir, "node.db") }

// boot starts a zone's process on what its disk and its database hold.
func (s *sim) boot(n *simNode) error {
	ctx := context.Background()
	if n.Exchange != nil {
		n.journal.Close()
	}
	if n.store == nil {
		o := store.Options{Path: n.database(), Unflushed: true}
		if n.full {
			o.MaxPages = 1 // it grows no more
		}
		var err error
		if n.store, err = store.Open(ctx, o); err != nil {
			return err
		}
	}
	registry, err := journal.NewRegistry(append(slices.Clone(Kinds), simKinds[n.release]...)...)
	if err != nil {
		return err
	}
	if n.keys, err = keys.Load(n.keyDir()); err != nil {
		return err
	}
	root := fmt.Sprintf("/%d-%s", s.seed, n.zone) // of its own: carriers of one process agree by path who writes
	blobs, err := blob.OpenFolder(n.disk, root+"/blobs", n.keys)
	if err != nil {
		return err
	}
	j, err := journal.Open(ctx, journal.Options{
		Store: n.store, Zone: n.zone, Registry: registry, Sealer: n.keys, Chance: n.chance,
		Clock:       func() time.Time { return time.Unix(0, n.clock.Load()) },
		Durable:     func() error { return blobs.Sync(ctx) },
		Projections: append(slices.Clone(Projections), simHeard),
	})
	if err != nil {
		return err
	}
	x, err := New(ctx, Options{Journal: j, Keys: n.keys, Blobs: blobs, Disk: n.disk, Dir: root + "/exchange", Policy: simPolicy})
	if err != nil {
		j.Close()
		return err
	}
	x.planted, x.lax, x.cut.records = n.planted, trustsStrangers{n.keys}, 5
	n.Exchange, n.touched = x, true
	return nil
}

// reboot ends a process and starts it again, with its database opened anew.
func (s *sim) reboot(n *simNode) error {
	n.journal.Close()
	if err := n.store.Close(); err != nil {
		return err
	}
	n.store = nil
	return s.boot(n)
}

// lived does something on a node whose disk may die under it, and then starts it
// again on what the disk has kept; or be full, which it must say. It tells whether
// it was done.
func (s *sim) lived(n *simNode, what string, do func() error) bool {
	n.touched = true
	err := do()
	switch {
	case err == nil:
		return true
	case errors.Is(err, blobtest.ErrKilled):
		s.note("%s dies while %s", n.zone, what)
		s.stats.deaths++
		n.disk = n.disk.Restart()
		if n.full {
			n.disk.Room(0)
		}
		if err := s.boot(n); err != nil && !(n.full && saysFull(err)) {
			s.fail("a zone doesn't start again after it died: %s: %v", n.zone, err)
		}
	case n.full && saysFull(err):
		s.note("%s can't go on %s: its disk is full", n.zone, what)
	default:
		s.fail("something failed that had no reason to: %s in the %s zone: %v", what, n.zone, err)
	}
	return false
}

// alive starts a zone again that has died without a word: in something that it need
// not tell anybody of.
func (s *sim) alive(n *simNode) {
	if _, err := n.disk.ReadDir("/"); errors.Is(err, blobtest.ErrKilled) {
		s.lived(n, "doing nothing", func() error { return err })
	}
}

// saysFull tells whether an operator would read that a disk is full.
func saysFull(err error) bool { return errors.Is(err, syscall.ENOSPC) || store.IsFull(err) }

func (s *sim) pass(d time.Duration) {
	s.now = s.now.Add(d)
	for _, n := range s.nodes {
		n.clock.Store(s.now.Add(n.skew).UnixNano())
	}
}

func (s *sim) note(format string, args ...any) {
	s.log = append(s.log, fmt.Sprintf("%4d  %s  ", s.step, s.now.Format("2006-01-02 15:04"))+fmt.Sprintf(format, args...))
}

// fail notes what is wrong, unless something was before. Its format names the
// failure: two are the same if it is.
func (s *sim) fail(format string, args ...any) {
	if s.wrong == nil {
		s.how, s.wrong = format, fmt.Errorf(format, args...)
	}
}

func (s *sim) streams() []Stream {
	var out []Stream
	for _, pair := range zone.Streams() {
		out = append(out, Stream{pair[0], pair[1]})
	}
	return out
}

func (s *sim) stream() Stream { all := s.streams(); return all[s.rng.IntN(len(all))] }

func (s *sim) node() *simNode { return s.nodes[zone.All()[s.rng.IntN(3)]] }

// folder is one that lies in memory and doesn't fail.
func (s *sim) folder() *carrier.Directory {
	d, err := carrier.Make(blobtest.New(0), "/wire")
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

// simBackup is a zone as it stood on a day.
type simBackup struct {
	at    time.Time
	dir   string // its database and keys
	files map[string][]byte
}

func (s *sim) backUp(n *simNode) {
	b := simBackup{at: s.now, dir: filepath.Join(s.dir, fmt.Sprintf("backup-%s-%d", n.zone, len(s.log))), files: map[string][]byte{}}
	for _, name := range n.disk.Names() {
		if !strings.HasPrefix(filepath.Base(name), ".new-") {
			b.files[name] = n.disk.Content(name)
		}
	}
	err := os.MkdirAll(b.dir, 0o700)
	if err == nil {
		err = store.Snapshot(context.Background(), store.Options{Path: n.database()}, filepath.Join(b.dir, "node.db"))
	}
	if err == nil {
		err = copyTree(n.keyDir(), filepath.Join(b.dir, "keys"))
	}
	if err != nil {
		s.fail("a zone can't be backed up: %v", err)
		return
	}
	if len(n.backups) < 3 {
		n.backups = append(n.backups, b)
	} else {
		n.backups[1+s.rng.IntN(2)] = b // the first one is kept
	}
}

// refill puts a backup where the zone was.
func (s *sim) refill(n *simNode, b simBackup) error {
	n.journal.Close()
	err := n.store.Close()
	n.store, n.full = nil, false
	for _, ending := range []string{"", "-wal", "-shm"} {
		if gone := os.Remove(n.database() + ending); !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
	}
	err = errors.Join(err, os.RemoveAll(n.keyDir()), copyTree(filepath.Join(b.dir, "keys"), n.keyDir()))
	content, err2 := os.ReadFile(filepath.Join(b.dir, "node.db"))
	if err = errors.Join(err, err2); err != nil {
		return err
	}
	if err := os.WriteFile(n.database(), content, 0o600); err != nil {
		return err
	}
	n.disk = blobtest.New(s.rng.Uint64())
	for _, name := range slices.Sorted(maps.Keys(b.files)) {
		dir, base := filepath.Split(name)
		if err := errors.Join(n.disk.MkdirAll(dir, 0o700), blob.WriteFile(n.disk, filepath.Clean(dir), base, b.files[name])); err != nil {
			return err
		}
	}
	return s.boot(n)
}

func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o700)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), content, 0o600)
	})
}
