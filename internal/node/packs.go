package node

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"yitang/internal/blob"
	"yitang/internal/calendar"
	"yitang/internal/config"
	"yitang/internal/journal"
	"yitang/internal/pack"
	"yitang/internal/precheck"
)

// Packs knows the office's configuration as it was at any moment. What was
// heard of it lies in the journal and its files; a set is compiled when it is
// first asked for.
type Packs struct {
	built *pack.Set
	node  *Node

	mu    sync.Mutex // guards what follows
	as    string     // sign of the tables that line was read from
	head  journal.Position
	line  config.Timeline
	sets  map[string]*pack.Set // by base and digest
	order []string             // of sets, the longest unused first
	last  *pack.Set            // that Now gave
}

// setsKept is how many compiled sets are kept: those of now, of the cases
// under review, and the one that somebody is trying.
const setsKept = 8

func newPacks() (*Packs, error) {
	built, err := pack.Built()
	if err != nil {
		return nil, err
	}
	return &Packs{built: built, last: built, sets: map[string]*pack.Set{}}, nil
}

// follow ties it to the node whose journal tells of packs.
func (p *Packs) follow(ctx context.Context, n *Node) error {
	p.node = n
	set, err := p.At(ctx, n.Journal.Now())
	if err != nil {
		return fmt.Errorf("reading the configuration in force: %w", err)
	}
	p.taken(set)
	return nil
}

// Now is what is in force. Should it ever be unreadable, which At tells as an
// error, pages go on with what was in force before.
func (p *Packs) Now() *pack.Set {
	set, err := p.At(context.Background(), p.node.Journal.Now())
	if err != nil {
		p.node.Log.Error("reading the configuration in force", "zone", p.node.Zone, "err", err)
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.last
	}
	p.taken(set)
	return set
}

func (p *Packs) taken(set *pack.Set) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.last != set || p.node.Journal.Book() != set.Ref.Holidays {
		p.last = set
		p.node.Journal.Follow(set.Ref.Holidays)
	}
}

// On is what was in force at the end of a day, for papers that are made again as
// they were that day; of today and days to come what is now.
func (p *Packs) On(d calendar.Date) *pack.Set {
	last := d.Next().Begins().Add(-time.Second)
	if d.IsZero() || !last.Before(p.node.Journal.Now()) {
		return p.Now()
	}
	set, err := p.At(context.Background(), last)
	if err != nil {
		p.node.Log.Error("reading the configuration of a day", "zone", p.node.Zone, "day", d.String(), "err", err)
		return p.Now()
	}
	return set
}

// At is what was in force at a moment: a case is judged by the rules of the
// moment of its submission, and a document carries the letterhead of its own.
func (p *Packs) At(ctx context.Context, t time.Time) (*pack.Set, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.read(ctx); err != nil {
		return nil, err
	}
	base, number, digest := p.line.At(t)
	return p.set(ctx, base, number, digest)
}

// Judging gives the rules and thresholds that an application is judged by:
// those of the moment at which it was handed in, and of now while it wasn't.
func (p *Packs) Judging(ctx context.Context, submitted time.Time) (*precheck.Engine, error) {
	if submitted.IsZero() {
		return p.Now().Checks, nil
	}
	set, err := p.At(ctx, submitted)
	if err != nil {
		return nil, err
	}
	return set.Checks.Under(calendar.DateOf(submitted)), nil
}

// Version is the content of a saved version, whether it is in force or not; nil
// of one that nobody saved.
func (p *Packs) Version(ctx context.Context, number int) (pack.Content, error) {
	row, there, err := config.One(ctx, p.node.Store, number)
	if err != nil || !there {
		return nil, err
	}
	b, err := p.blob(ctx, row.Digest)
	if err != nil {
		return nil, err
	}
	return pack.ReadZip(b)
}

// Base is the program's data that packs are laid over now.
func (p *Packs) Base(ctx context.Context) (*pack.Set, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.read(ctx); err != nil {
		return nil, err
	}
	base, _, _ := p.line.At(p.node.Journal.Now())
	return p.set(ctx, base, 0, "")
}

// Number is the version in force; 0 for the program's data alone.
func (p *Packs) Number(ctx context.Context) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.read(ctx); err != nil {
		return 0, err
	}
	_, number, _ := p.line.At(p.node.Journal.Now())
	return number, nil
}

// read follows the tables. They hardly ever change and are asked at each
// check, so that only a sign of them is read while nothing else happens.
func (p *Packs) read(ctx context.Context) error {
	head, _ := p.node.Journal.Head()
	if p.as != "" && head == p.head {
		return nil
	}
	as, err := config.Sign(ctx, p.node.Store)
	if err != nil {
		return err
	}
	if as != p.as {
		if p.line, err = config.WholeTimeline(ctx, p.node.Store); err != nil {
			return err
		}
	}
	p.as, p.head = as, head
	return nil
}

func (p *Packs) set(ctx context.Context, base config.Base, number int, digest string) (*pack.Set, error) {
	key := base.Version + "+" + digest
	if set, known := p.sets[key]; known {
		p.order = append(slices.DeleteFunc(p.order, func(k string) bool { return k == key }), key)
		return set, nil
	}
	set, err := p.compile(ctx, base, number, digest)
	if err != nil {
		return nil, err
	}
	p.sets[key], p.order = set, append(p.order, key)
	if len(p.order) > setsKept {
		delete(p.sets, p.order[0])
		p.order = p.order[1:]
	}
	return set, nil
}

func (p *Packs) compile(ctx context.Context, base config.Base, number int, digest string) (*pack.Set, error) {
	under := p.built
	if base.Version != "" && base.Version != string(p.built.Version) {
		kept, err := p.blob(ctx, base.Digest)
		if err == nil {
			under, err = pack.Whole(kept)
		}
		if err != nil {
			return nil, fmt.Errorf("the program's data %s: %w", base.Version, err)
		}
	}
	if digest == "" {
		return under, nil
	}
	b, err := p.blob(ctx, digest)
	if err != nil {
		return nil, fmt.Errorf("version %d of the configuration: %w", number, err)
	}
	c, err := pack.ReadZip(b)
	if err != nil {
		return nil, fmt.Errorf("version %d of the configuration: %w", number, err)
	}
	set, wrong := under.Lay(c)
	if len(wrong) > 0 {
		return nil, fmt.Errorf("version %d of the configuration: %w", number, wrong)
	}
	return set, nil
}

func (p *Packs) blob(ctx context.Context, digest string) ([]byte, error) {
	d, err := blob.ParseDigest(digest)
	if err != nil {
		return nil, err
	}
	content, err := p.node.Blobs.Get(ctx, d)
	if err != nil {
		return nil, err
	}
	defer content.Close()
	return io.ReadAll(content)
}

// Country is the name of a country or region in a language: "en", else Chinese.
func (p *Packs) Country(code, lang string) string { return p.Now().Country(code, lang) }
