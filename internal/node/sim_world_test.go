package node_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"filippo.io/age"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/blob"
	"yitang/internal/blob/blobtest"
	"yitang/internal/drill"
	"yitang/internal/exchange"
	"yitang/internal/exchange/carrier"
	"yitang/internal/fault"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/notify"
	"yitang/internal/quota"
	"yitang/internal/store"
	"yitang/internal/unit"
	"yitang/internal/zone"
)

// sim is three whole nodes, as they are served: all kinds of events, reactions, chores,
// tables, documents, and what people are told. Everything around them is played by one
// seed: people, carriers, disks, clocks. It is coarser than the simulator of package
// exchange, which plays the exchange alone and harder.
//
//	sim_world_test.go    the zones and what they run on
//	sim_disk_test.go     a disk that dies and is full
//	sim_people_test.go   what people do
//	sim_acts_test.go     what happens in a step, and how long nothing happens after it
//	sim_carrier_test.go  what carriers do
//	sim_deaths_test.go   how zones die, are restored, and run on a full disk
//	sim_holds_test.go    what must be so, after each step and in the end
//	sim_defects_test.go  mistakes that it must find
//
// Each step draws from a source of its own and ends when all zones are at rest. What
// follows by rule runs in goroutines: in which order events of one step stand in a
// journal, and the ids of what they make, differ between two runs of a seed; what
// people find on their lists when the step is over doesn't.
type sim struct {
	t     *testing.T
	base  *simBase
	dir   string
	seed  uint64
	only  map[int]bool // steps to play; nil: all
	plant *simDefect

	rng     *rand.Rand // of the step
	step    int        // 0: before the first, or after the last
	now     time.Time
	places  map[zone.Zone]*simPlace
	wire    map[exchange.Stream]*carrier.Directory
	cut     map[exchange.Stream]int // the step at which a line is there again
	owed    map[exchange.Stream]bool
	matters []*simMatter
	marks   []drill.Canary
	post    *posted

	log    []string
	wrong  error
	how    string // its sentence without names: which failure it is
	failed int    // the step in which; 0: after the last
	stats  simStats
}

type simStats struct {
	steps, acts, bundles, deaths, restores, renewals, full, over int
	span                                                         time.Duration
}

func (a *simStats) add(b simStats) {
	a.steps, a.acts, a.bundles, a.deaths = a.steps+b.steps, a.acts+b.acts, a.bundles+b.bundles, a.deaths+b.deaths
	a.restores, a.renewals, a.full, a.over, a.span = a.restores+b.restores, a.renewals+b.renewals, a.full+b.full, a.over+b.over, a.span+b.span
}

func (a simStats) String() string {
	return fmt.Sprintf("%.1f years in %d steps: people did %d things, %d cases came to their end, %d bundles; %d deaths, %d restores, %d renewals of keys, %d full disks",
		a.span.Hours()/24/365, a.steps, a.acts, a.over, a.bundles, a.deaths, a.restores, a.renewals, a.full)
}

// simPlace is one zone: what lasts, and the process that runs on it.
type simPlace struct {
	*node.Node
	zone     zone.Zone
	internet *node.Internet // one of the three
	office   *node.Office
	passport *node.Passport
	share    *exchange.Exchange

	dir    string
	disk   *simDisk
	clock  *atomic.Int64
	skew   time.Duration
	begun  time.Time // the latest moment after which an epoch was named, by its clock
	opened int       // how often
	asleep bool      // nothing follows by rule

	copy    []byte // of its folder, from which it will be restored
	copied  []simMatter
	restore int // the step at which that is
}

// simBase is three zones that know each other, with all that is there before any case.
// Runs copy it.
type simBase struct {
	dir string
	now time.Time
}

// simUnits is how many units there are; each brings one case.
const simUnits = 6

func newSimBase(t *testing.T) *simBase {
	t.Helper()
	ctx := context.Background()
	b := &simBase{dir: t.TempDir()}
	s, err := drill.Begin(ctx, drill.Options{Dir: b.dir, Now: time.Date(2026, 5, 31, 4, 0, 0, 0, time.UTC), Passwords: account.Slight})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Play(ctx, drill.Register, nil); err != nil {
		t.Fatal(err)
	}
	for k := range simUnits {
		id, name := simUnit(k)
		admin := as(string(access.Administrator), "admin")
		give(t, admin, s.Office.Journal, unit.Room, id, unit.Open{Name: name, USCC: "12509901G76543219R", Type: "institution"})
		give(t, admin, s.Office.Journal, unit.Room, id, unit.ConfirmOfficer{ValidUntil: s.Office.Journal.Today().AddMonths(24), Signatory: "罗知行"})
		give(t, admin, s.Office.Journal, quota.Room, quota.ID(id, 2026), quota.SetPlan{Unit: id, Year: 2026, Groups: 20, People: 80, AmountFen: 500_000_000})
	}
	// Of each time there is one place, so that cases want the same one.
	p, _, err := hall.PlanOf(ctx, s.Office.Store, hall.Main)
	if err != nil {
		t.Fatal(err)
	}
	narrow := hall.Planned{Name: p.Name, Place: p.Place, Phone: p.Phone, Open: p.Open, Minutes: p.Minutes, Lead: p.Lead, Horizon: p.Horizon, From: p.From}
	for _, w := range p.Windows {
		w.Places, w.Kept = 1, 0
		narrow.Windows = append(narrow.Windows, w)
	}
	give(t, as(string(access.Administrator), "admin"), s.Office.Journal, hall.Plans, hall.Main, hall.SetPlan{Planned: narrow})
	settle(t, s)
	b.now = s.Clock.Now()
	return b
}

func simUnit(k int) (id, name string) {
	return fmt.Sprintf("unit-%d", k), fmt.Sprintf("云江第%d研究所（虚构）", k+1)
}

func newSim(t *testing.T, base *simBase, seed uint64, plant *simDefect) *sim {
	t.Helper()
	s := &sim{t: t, base: base, seed: seed, plant: plant, rng: rand.New(rand.NewPCG(seed, 0)), now: base.now.Add(time.Hour), places: map[zone.Zone]*simPlace{}, wire: map[exchange.Stream]*carrier.Directory{},
		cut: map[exchange.Stream]int{}, owed: map[exchange.Stream]bool{}, post: &posted{came: map[string]int{}}}
	var err error
	if s.dir, err = os.MkdirTemp(t.TempDir(), "sim-"); err == nil {
		err = copyFolder(base.dir, s.dir)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, z := range zone.All() {
		s.places[z] = &simPlace{zone: z, dir: filepath.Join(s.dir, string(z)), disk: &simDisk{}, clock: new(atomic.Int64)}
	}
	s.tick()
	for _, z := range zone.All() {
		if err := s.open(s.places[z]); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range s.streams() {
		if s.wire[r], err = carrier.Make(blobtest.New(0), "/wire"); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// end lets go of what a run has opened.
func (s *sim) end() {
	for _, p := range s.places {
		s.close(p)
	}
	os.RemoveAll(s.dir)
}

func copyFolder(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, name), 0o700)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, name), content, 0o600)
	})
}

// open starts a zone's process, and what follows by rule in it unless it sleeps.
func (s *sim) open(p *simPlace) error {
	ctx := context.Background()
	o := node.Options{Dir: p.dir, Clock: func() time.Time { return time.Unix(0, p.clock.Load()) }, Disk: p.disk, Unflushed: true, Passwords: account.Slight}
	if s.plant != nil && s.plant.tables != nil {
		o = o.With(s.plant.tables(p.zone))
	}
	var err error
	switch p.zone {
	case zone.Internet:
		if p.internet, err = node.OpenInternet(ctx, o); err == nil {
			p.Node = p.internet.Node
		}
	case zone.Office:
		if p.office, err = node.OpenOffice(ctx, o); err == nil {
			p.Node = p.office.Node
		}
	case zone.Passport:
		if p.passport, err = node.OpenPassport(ctx, o); err == nil {
			p.Node = p.passport.Node
		}
	}
	if err != nil {
		return err
	}
	p.opened++
	p.Tell(node.Telling{Ways: map[string]notify.Way{"mail": s.post}, ByHand: true,
		Write: func(context.Context, string, []notify.Row) (notify.Outgoing, error) {
			return notify.Outgoing{Text: "t"}, nil
		}})
	if p.share, err = p.Exchange(ctx); err != nil {
		s.close(p)
		return err
	}
	if s.plant != nil && s.plant.chores != nil {
		p.PlantChores(s.plant.chores(p))
	}
	if !p.asleep {
		p.StartStill(s.reaction(p))
	}
	return nil
}

// reaction gives what follows by rule in a zone as it is, or as a mistake makes it.
func (s *sim) reaction(p *simPlace) func(journal.Reaction) journal.Reaction {
	if s.plant == nil || s.plant.reaction == nil {
		return func(r journal.Reaction) journal.Reaction { return r }
	}
	head, _ := p.Journal.Head()
	return func(r journal.Reaction) journal.Reaction { return s.plant.reaction(p, head, r) }
}

func (s *sim) close(p *simPlace) {
	if p.Node != nil {
		p.Node.Close()
		p.Node, p.internet, p.office, p.passport, p.share = nil, nil, nil, nil, nil
	}
}

// again ends a zone's process and starts it anew on a disk that works.
func (s *sim) again(p *simPlace) {
	s.close(p)
	p.disk = &simDisk{full: p.disk.full}
	if err := s.open(p); err != nil {
		p.disk = &simDisk{} // one that doesn't start on a full disk starts when there is space
		if saysFull(err) {
			err = s.open(p)
		}
		if err != nil {
			s.fail("a zone doesn't start: %s: %v", p.zone, err)
		}
	}
	s.rest(p)
}

// alive starts a zone again whose disk has died.
func (s *sim) alive(p *simPlace, what string) bool {
	if !p.disk.isDead() {
		return true
	}
	s.note("%s dies while somebody %s", p.zone, what)
	s.stats.deaths++
	s.again(p)
	return false
}

// saysFull tells whether an operator would read that a disk is full.
func saysFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || store.IsFull(err) || fault.IsNotNow(err)
}

// simPatience is how long what follows from one step may take on a busy machine.
const simPatience = 40 * time.Second

// rest waits until everything that follows by rule in a zone has followed. On a disk
// that is full some may wait for space; what does is shown as parked.
func (s *sim) rest(p *simPlace) {
	if s.wrong != nil || p.asleep {
		return
	}
	ctx, began := context.Background(), time.Now()
	for !p.disk.isDead() {
		ok, err := p.Settled(ctx)
		if err == nil && ok {
			return
		}
		parked, err2 := p.Journal.Parked(ctx)
		if err := errors.Join(err, err2); err != nil {
			s.fail("a zone doesn't know whether it is at rest: %s: %v", p.zone, err)
			return
		}
		lasts := time.Since(began)
		if p.disk.full && len(parked) > 0 && lasts > 200*time.Millisecond {
			return
		}
		if lasts > simPatience || len(parked) > 0 && lasts > simPatience/4 {
			s.fail("what follows by rule doesn't follow: %s: %+v", p.zone, parked[:min(len(parked), 3)])
			return
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// restAll waits for all zones.
func (s *sim) restAll(context.Context) error {
	for _, z := range zone.All() {
		s.rest(s.places[z])
	}
	return nil
}

// hands are those of the staff, at the processes that run now.
func (s *sim) hands() drill.Hands {
	house := &drill.House{Internet: s.places[zone.Internet].internet, Office: s.places[zone.Office].office, Passport: s.places[zone.Passport].passport}
	h, err := house.Staffed(context.Background())
	if err != nil {
		s.fail("the staff isn't there: %v", err)
	}
	h.Settle = s.restAll
	h.Reach = func(time.Time) error { return nil } // nobody does anything before its day
	h.Taken = func(all []drill.Canary) { s.marks = append(s.marks, all...) }
	return h
}

// tick lets all clocks show the time, each as wrong as it is.
func (s *sim) tick() {
	for _, p := range s.places {
		p.clock.Store(s.now.Add(p.skew).UnixNano())
	}
}

func (s *sim) note(format string, args ...any) {
	s.log = append(s.log, fmt.Sprintf("%4d  %s  ", s.step, s.now.Format("2006-01-02 15:04"))+fmt.Sprintf(format, args...))
}

// fail notes what is wrong, unless something was before. Its format names the failure:
// two are the same if it is.
func (s *sim) fail(format string, args ...any) {
	if s.wrong == nil {
		s.how, s.wrong, s.failed = format, fmt.Errorf(format, args...), s.step
	}
}

func (s *sim) streams() []exchange.Stream {
	var out []exchange.Stream
	for _, pair := range zone.Streams() {
		out = append(out, exchange.Stream{From: pair[0], To: pair[1]})
	}
	return out
}

func (s *sim) stream() exchange.Stream { all := s.streams(); return all[s.rng.IntN(len(all))] }

func (s *sim) place() *simPlace { return s.places[zone.All()[s.rng.IntN(3)]] }

// simKey opens the copies that zones are restored from.
var simKey, _ = age.GenerateX25519Identity()

// keep makes a copy of a zone's folder as yitang backup does.
func (s *sim) keep(p *simPlace) {
	var b bytes.Buffer
	if _, err := node.Backup(context.Background(), p.dir, &b, s.now, simKey.Recipient()); err != nil {
		s.fail("a zone can't be backed up: %s: %v", p.zone, err)
		return
	}
	p.copy, p.copied = b.Bytes(), nil
	for _, m := range s.matters {
		p.copied = append(p.copied, *m)
	}
}

// bringBack makes a zone anew from its copy as yitang restore does: it tells its
// neighbours everything again, and is owed the same by them.
func (s *sim) bringBack(p *simPlace) {
	ctx := context.Background()
	s.close(p)
	p.disk = &simDisk{}
	err := os.RemoveAll(p.dir)
	if err == nil {
		_, err = node.Restore(ctx, bytes.NewReader(p.copy), p.dir, "", simKey)
	}
	if err != nil {
		s.fail("a zone can't be restored: %s: %v", p.zone, err)
		return
	}
	if p.zone == zone.Internet { // drafts and whole cases are what they were
		s.matters = nil
		for _, m := range p.copied {
			s.matters = append(s.matters, &m)
		}
	}
	p.copy, p.restore = nil, 0
	if now := s.now.Add(p.skew); now.Before(p.begun) { // who restores a zone looks at its clock
		p.skew = p.begun.Sub(s.now) + time.Minute
		s.tick()
	}
	if err := s.open(p); err != nil {
		s.fail("a restored zone doesn't start: %s: %v", p.zone, err)
		return
	}
	s.rest(p)
	s.stats.restores++
	for _, peer := range p.share.Peers() {
		s.tellAnew(exchange.Stream{From: p.zone, To: peer})
		s.owed[exchange.Stream{From: peer, To: p.zone}] = true
	}
}

// tellAnew lets a stream begin a new epoch.
func (s *sim) tellAnew(r exchange.Stream) {
	p := s.places[r.From]
	epoch, err := p.share.Reopen(context.Background(), r.To)
	switch {
	case !s.alive(p, "begins a stream anew"):
		return
	case err != nil && p.disk.full && saysFull(err):
		return
	case err != nil:
		s.fail("a stream can't begin anew: %s: %v", r, err)
		return
	}
	s.note("%s begins anew, with epoch %d", r, epoch)
	s.owed[r] = false
	if at := s.now.Add(p.skew); at.After(p.begun) {
		p.begun = at
	}
}

var _ blob.Disk = (*simDisk)(nil)
