package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"syscall"
	"time"

	"yitang/internal/blob"
	"yitang/internal/calendar"
	"yitang/internal/node"
	"yitang/internal/pack"
	"yitang/internal/zone"
)

// Loaded is what a demo's folder says of itself, in city.json.
type Loaded struct {
	Seed    uint64        `json:"seed"`
	RuleSet string        `json:"ruleSet"` // version of what its office works by; "" of an earlier program's city
	Today   calendar.Date `json:"today"`   // the day on which it was loaded
	Units   int           `json:"units"`
	People  int           `json:"people"`
	Cases   int           `json:"cases"`
	Guests  []Guest       `json:"guests"`
	// Travellers have phones and no account; none in an earlier program's city.
	Travellers []Traveller `json:"travellers"`
}

// Names in a demo's folder, beside those of the zones.
const (
	cityFile   = "city.json" // there once the city is whole
	unfinished = ".loading"  // the zones while they are made
	lockFile   = "lock"
)

// Folder is a demo's folder, held against other processes until Close.
type Folder struct {
	Dir  string
	lock *os.File
}

// Open takes a folder for a demo. It refuses in one sentence: a folder that
// can't be written to, one in use, and one that holds zones of somebody else.
func Open(dir string) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("the data folder %s can't be made: %w", dir, reason(err))
	}
	lock, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the data folder %s can't be written to: %w", dir, reason(err))
	}
	f := &Folder{Dir: dir, lock: lock}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("the data folder %s is in use by another yitang; end that one first", dir)
	}
	if err := f.finish(); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// Close lets others have the folder.
func (f *Folder) Close() { f.lock.Close() }

// Zones are the folders of the three zones.
func (f *Folder) Zones() map[zone.Zone]string {
	out := map[zone.Zone]string{}
	for _, z := range zone.All() {
		out[z] = filepath.Join(f.Dir, string(z))
	}
	return out
}

// City tells of the city in the folder; false when there is none yet.
func (f *Folder) City() (Loaded, bool, error) { return readCity(filepath.Join(f.Dir, cityFile)) }

// Interrupted tells whether an earlier process ended while it made the city.
// Load throws away what it left.
func (f *Folder) Interrupted() bool { return exists(filepath.Join(f.Dir, unfinished)) }

// finish moves a city that is whole to its place. Dying anywhere in between is
// harmless: the next start goes on.
func (f *Folder) finish() error {
	from := filepath.Join(f.Dir, unfinished)
	if !exists(filepath.Join(from, cityFile)) {
		if exists(filepath.Join(f.Dir, cityFile)) {
			return nil
		}
		for _, dir := range f.Zones() {
			if exists(filepath.Join(dir, "keys")) {
				return fmt.Errorf("%s holds zones, but no demo city: choose another folder with --data, or run these zones with yitang serve", f.Dir)
			}
		}
		return nil
	}
	for z, dir := range f.Zones() {
		made := filepath.Join(from, string(z))
		if !exists(made) {
			continue // moved by a process that died then
		}
		if err := os.Rename(made, dir); err != nil {
			return fmt.Errorf("moving the %s zone to its place: %w", z, err)
		}
	}
	if err := os.Rename(filepath.Join(from, cityFile), filepath.Join(f.Dir, cityFile)); err != nil {
		return fmt.Errorf("moving the city's description to its place: %w", err)
	}
	if err := os.RemoveAll(from); err != nil {
		return err
	}
	return blob.OS{}.SyncDir(f.Dir)
}

// LoadOptions say which city is made.
type LoadOptions struct {
	Seed      uint64
	Now       time.Time    // no event lies behind it
	Closed    int          // cases of the years before; 0: ClosedCases
	Share     int          // one in so many of the open cases; 0: all
	Cases     int          // the oldest so many of all alone; 0: all
	VerifyURL string       // see node.Options
	Pack      pack.Content // what the office works by; nil: what comes with the program
	Log       *slog.Logger
	Progress  func(done, all int)
	Stuck     func(error) // see Zones
}

// Load makes the city beside its place and moves it there when it is whole, so
// that no half city is ever met. Nothing is flushed while it is made, which
// takes a multiple of the time on a slow disk; all of it is before it is moved.
func (f *Folder) Load(ctx context.Context, o LoadOptions) (Loaded, error) {
	// Somebody waits for it once, and memory is free meanwhile.
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	dir := filepath.Join(f.Dir, unfinished)
	if err := os.RemoveAll(dir); err != nil {
		return Loaded{}, fmt.Errorf("clearing away the unfinished city: %w", reason(err))
	}
	l, err := load(ctx, dir, o)
	if err != nil {
		os.RemoveAll(dir) // what is left of it, the next start clears away
		return Loaded{}, err
	}
	return l, f.finish()
}

func load(ctx context.Context, dir string, o LoadOptions) (Loaded, error) {
	set, err := pack.Built()
	if err != nil {
		return Loaded{}, err
	}
	if o.Pack != nil {
		report := set.Check(o.Pack)
		if !report.Holds() {
			return Loaded{}, report.Mistakes
		}
		set = report.Set
	}
	if o.Closed == 0 {
		o.Closed = ClosedCases
	}
	o.Share = max(o.Share, 1)
	city, err := NewSmallCity(o.Seed, calendar.DateOf(o.Now), set, o.Closed, o.Share)
	if err != nil {
		return Loaded{}, err
	}
	if o.Cases > 0 && o.Cases < len(city.Plans) {
		city.Plans = city.Plans[:o.Cases]
	}
	if err := tellIn(ctx, dir, city, o); err != nil {
		return Loaded{}, err
	}
	if err := flush(dir); err != nil {
		return Loaded{}, err
	}
	l := Loaded{Seed: o.Seed, RuleSet: string(set.Version), Today: city.Today, Units: len(city.Units), People: len(city.People), Cases: len(city.Plans), Guests: city.Guests(), Travellers: city.Travellers()}
	text, err := json.MarshalIndent(l, "", "  ")
	if err != nil {
		return l, err
	}
	return l, blob.WriteFile(blob.OS{}, dir, cityFile, text)
}

// tellIn tells the city to three fresh zones, and closes them.
func tellIn(ctx context.Context, dir string, city City, o LoadOptions) error {
	z := Zones{Clock: NewClock(city.Began.Begins(), o.Now), Progress: o.Progress, Stuck: o.Stuck}
	options := func(name zone.Zone) node.Options {
		return node.Options{Dir: filepath.Join(dir, string(name)), Clock: z.Clock.Now, Log: o.Log, Disk: unflushed{}, Unflushed: true, VerifyURL: o.VerifyURL}
	}
	for _, name := range zone.All() {
		n := options(name)
		if name == zone.Office {
			n.Pack = o.Pack
		}
		err := node.Init(name, n)
		if err != nil {
			return err
		}
		switch name {
		case zone.Internet:
			if z.Internet, err = node.OpenInternet(ctx, n); err == nil {
				defer z.Internet.Close()
			}
		case zone.Office:
			if z.Office, err = node.OpenOffice(ctx, n); err == nil {
				defer z.Office.Close()
			}
		case zone.Passport:
			if z.Passport, err = node.OpenPassport(ctx, n); err == nil {
				defer z.Passport.Close()
			}
		}
		if err != nil {
			return err
		}
	}
	nodes := []*node.Node{z.Internet.Node, z.Office.Node, z.Passport.Node}
	if err := node.Pair(nodes...); err != nil {
		return err
	}
	for _, n := range nodes {
		x, err := n.ExchangeOn(ctx, unflushed{})
		if err != nil {
			return err
		}
		z.Shares = append(z.Shares, x)
		n.Start()
	}
	return Tell(ctx, z, city)
}

// unflushed is the machine's file system, leaving to the system when what is
// written reaches the disk.
type unflushed struct{ blob.OS }

type unflushedFile struct{ blob.File }

func (unflushedFile) Sync() error { return nil }

func (d unflushed) OpenFile(name string, flag int, perm fs.FileMode) (blob.File, error) {
	f, err := d.OS.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return unflushedFile{f}, nil
}

func (unflushed) SyncDir(string) error { return nil }

// flush makes everything below a folder durable.
func flush(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return blob.OS{}.SyncDir(path)
		}
		if !d.Type().IsRegular() {
			return nil
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		return errors.Join(f.Sync(), f.Close())
	})
}

func readCity(path string) (Loaded, bool, error) {
	var l Loaded
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return l, false, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &l)
	}
	if err != nil {
		return l, false, fmt.Errorf("reading what the demo city is: %w", err)
	}
	return l, true, nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// reason is a file error without the path, which the sentence names already.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
