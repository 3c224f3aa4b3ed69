// Package node wires one zone: its keys, store, files and journal, which rooms
// may be written here, and what follows by rule from what happens.
//
// Internet, Office and Passport are three structs with different fields: a
// handler of the internet site holds a node.Internet. Whatever it is given there,
// its journal refuses events that are at home elsewhere.
package node

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"yitang/internal/account"
	"yitang/internal/blob"
	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/keys"
	"yitang/internal/notify"
	"yitang/internal/pack"
	"yitang/internal/store"
	"yitang/internal/wechat"
	"yitang/internal/zone"
)

// Options say where a node's data lies and what it takes from outside.
type Options struct {
	Dir      string // the zone's own folder
	Database string // postgres://…; "" for SQLite in Dir
	Clock    func() time.Time
	Chance   io.Reader
	Log      *slog.Logger
	// VerifyURL is the public page that documents' codes are appended to; the
	// folder's settings know better.
	VerifyURL string
	// URL and Proxies beat the folder's: see Settings.
	URL     string
	Proxies string
	// WeChat is the internet zone's official account; the demo's beats the folder's.
	WeChat *wechat.App
	Disk   blob.Disk // the file layer of blobs and bundles; nil for the real one
	// MaxPages limits the SQLite file, so that tests meet a full disk.
	MaxPages int
	// Unflushed is for a folder that is made at one go and flushed before
	// anybody relies on it: see store.Options. Its Disk should do the same.
	Unflushed bool

	// Passwords is what hashing one costs; tests in which nobody guesses take
	// account.Slight.
	Passwords account.Cost

	// Pack is what an office begins with, given to Init; nil: the demo city's.
	Pack pack.Content

	office Settings // of the office zone, as its folder says

	// planted is what the simulator makes of a zone's tables to see that it would
	// find a mistake in them (sim_defects_test.go). Nothing else sets it.
	planted func([]journal.Projection) []journal.Projection
}

func (o Options) filled() Options {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Chance == nil {
		o.Chance = rand.Reader
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Disk == nil {
		o.Disk = blob.OS{}
	}
	return o
}

// Node is what the three zones have in common.
type Node struct {
	Zone    zone.Zone
	Dir     string
	Keys    *keys.Ring
	Store   *store.Store
	Blobs   blob.Store
	Journal *journal.Journal
	Packs   *Packs
	Log     *slog.Logger
	URL     *url.URL       // where readers reach the site; nil when nobody has said
	Proxies []netip.Prefix // whose word is taken on where a request comes from

	// Again ends the program and starts it anew, as the release that was put in
	// force; nil where it isn't this zone's alone.
	Again func()

	// Ways out of the house, by which people are told: see Tell.
	Ways map[string]notify.Way

	carriers    *Carriers
	handCarried []zone.Zone  // with whom people carry what is exchanged
	unused      atomic.Bool  // carriers: this process carries by itself
	post        *notify.Post // of a zone that tells by hand; nil: it sends on its own
	delivering  sync.Mutex

	disk      blob.Disk
	blobs     *blob.Folder
	lock      *os.File
	reactions []journal.Reaction
	chores    []func(context.Context) error
	work      []func(context.Context) // runs from Start to Close
	working   sync.WaitGroup
	stop      context.CancelFunc
	stopped   <-chan struct{}
	idle      chan struct{} // closed when no chore runs any more
}

// Init makes a zone's folder with fresh keys. One that is there already is
// left as it is.
func Init(z zone.Zone, o Options) error {
	o = o.filled()
	if err := Writable(o.Dir); err != nil {
		return err
	}
	dir := filepath.Join(o.Dir, "keys")
	if _, err := keys.Load(dir); err == nil {
		return nil
	} else if !errors.Is(err, keys.ErrNone) {
		return err
	}
	if z == zone.Office && o.Pack != nil {
		if err := keepFirst(o.Dir, o.Pack); err != nil {
			return err
		}
	}
	if _, err := keys.Create(dir, z, o.Chance, o.Clock()); err != nil {
		return fmt.Errorf("making the keys of the %s zone: %w", z, err)
	}
	return nil
}

// Writable says in one sentence what is wrong with a data folder, and makes one
// that isn't there.
func Writable(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fault.Unavailable("data.not_writable", fmt.Errorf("the data folder %s can't be made: %w", dir, plain(err)))
	}
	probe, err := os.CreateTemp(dir, ".probe-")
	if err != nil {
		return fault.Unavailable("data.not_writable", fmt.Errorf("the data folder %s can't be written to: %w", dir, plain(err)))
	}
	probe.Close()
	return os.Remove(probe.Name())
}

func plain(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// Open opens a zone's folder. The kinds and projections are the same in all
// zones; what a zone never hears of stays empty there.
func Open(ctx context.Context, o Options) (*Node, error) {
	o, err := o.filled().set()
	if err != nil {
		return nil, err
	}
	if err := Writable(o.Dir); err != nil {
		return nil, err
	}
	n := &Node{Dir: o.Dir, Log: o.Log, disk: o.Disk, carriers: o.office.Carriers}
	n.handCarried, _ = o.office.handCarried() // checked with the other settings
	if n.URL, err = o.office.site(); err != nil {
		return nil, err
	}
	if n.Proxies, err = o.office.proxies(); err != nil {
		return nil, err
	}
	if err := n.open(ctx, o); err != nil {
		n.Close()
		return nil, err
	}
	return n, nil
}

func (n *Node) open(ctx context.Context, o Options) error {
	var err error
	if n.lock, err = lock(o.Dir); err != nil {
		return err
	}
	if n.Keys, err = keys.Load(filepath.Join(o.Dir, "keys")); err != nil {
		return err
	}
	n.Zone = n.Keys.Zone()
	if err := n.carriers.fits(n.Zone); err != nil {
		return err
	}
	if err := n.handsFit(); err != nil {
		return err
	}
	if n.Packs, err = newPacks(); err != nil {
		return err
	}
	n.Store, err = store.Open(ctx, store.Options{Path: filepath.Join(o.Dir, "node.db"), URL: o.Database, MaxPages: o.MaxPages, Unflushed: o.Unflushed})
	if err != nil {
		return err
	}
	if n.blobs, err = blob.OpenFolder(o.Disk, filepath.Join(o.Dir, "blobs"), n.Keys); err != nil {
		return err
	}
	n.Blobs = n.blobs
	registry, err := journal.NewRegistry(Kinds()...)
	if err != nil {
		return err
	}
	tables := Projections(n.Keys)
	if o.planted != nil {
		tables = o.planted(tables)
	}
	n.Journal, err = journal.Open(ctx, journal.Options{
		Store: n.Store, Zone: n.Zone, Registry: registry, Projections: tables, Sealer: n.Keys, Book: n.Packs.built.Ref.Holidays,
		Clock: o.Clock, Chance: o.Chance, Shared: o.Database != "",
		Durable: func() error { return n.blobs.Sync(context.Background()) },
	})
	if err != nil {
		return err
	}
	return n.Packs.follow(ctx, n)
}

// lock keeps a second process out of the same folder.
func lock(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("locking %s: %w", dir, plain(err))
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, fault.Unavailable("data.in_use", fmt.Errorf("the data folder %s is in use by another yitang; end that one first", dir))
	}
	return f, nil
}

// Book is the office's calendar, as it is in force.
func (n *Node) Book() *calendar.Book { return n.Journal.Book() }

// Recovered tells what opening the files after a crash found.
func (n *Node) Recovered() blob.Recovery { return n.blobs.Recovered() }

// React adds what follows by rule; Start runs it.
func (n *Node) React(rs ...journal.Reaction) { n.reactions = append(n.reactions, rs...) }

// Start runs the reactions and chores until Close.
func (n *Node) Start() {
	ctx, stop := context.WithCancel(context.Background())
	n.stop = stop
	n.stopped = n.Journal.RunReactions(ctx, func(name string, e journal.Event, err error) {
		n.Log.Error("a reaction waits to be tried again", "zone", n.Zone, "reaction", name, "event", e.ID, "err", err, fault.Stack(err))
	}, n.reactions...)
	n.idle = make(chan struct{})
	go n.doChores(ctx)
	for _, w := range n.work {
		n.working.Go(func() { w(ctx) })
	}
}

// Chore adds what must be looked at though nothing happens, because a day has
// passed. It may run at any time and any number of times.
func (n *Node) Chore(f func(context.Context) error) { n.chores = append(n.chores, f) }

// betweenChores is short beside the days that chores are about.
const betweenChores = time.Hour

// DoChores does all of them once. One that fails, or holds a defect, keeps
// none of the others from being done.
func (n *Node) DoChores(ctx context.Context) error {
	var all error
	for _, f := range n.chores {
		all = errors.Join(all, alone("looking at what each hour brings", func() error { return f(journal.WithActor(ctx, journal.System)) }))
	}
	return all
}

func (n *Node) doChores(ctx context.Context) {
	defer close(n.idle)
	tick := time.NewTicker(betweenChores)
	defer tick.Stop()
	for {
		if err := n.DoChores(ctx); err != nil && ctx.Err() == nil {
			n.Log.Error("what is looked at each hour will be tried again", "zone", n.Zone, "err", err, fault.Stack(err))
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Settled tells whether everything that follows by rule has followed.
func (n *Node) Settled(ctx context.Context) (bool, error) {
	return n.Journal.Settled(ctx, n.reactions...)
}

// Close ends the node: reactions first, then the journal, then what it stands on.
func (n *Node) Close() {
	if n.stop != nil {
		n.stop()
		<-n.stopped
		<-n.idle
		n.working.Wait()
	}
	if n.Journal != nil {
		n.Journal.Close()
	}
	if n.blobs != nil {
		if err := n.blobs.Close(); err != nil {
			n.Log.Error("closing the files", "zone", n.Zone, "err", err)
		}
	}
	if n.Store != nil {
		if err := n.Store.Close(); err != nil {
			n.Log.Error("closing the store", "zone", n.Zone, "err", err)
		}
	}
	if n.lock != nil {
		n.lock.Close()
	}
}
