package exchange

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"sync"

	"yitang/internal/blob"
	"yitang/internal/exchange/carrier"
	"yitang/internal/journal"
	"yitang/internal/keys"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// Carries is implemented by the body of an event that names files. They travel
// with it to each zone that holds the fields which name them: in a body whose
// field was withheld, the method has nothing to give.
type Carries interface {
	Carries() []blob.Ref
}

// Options say what an Exchange works on.
type Options struct {
	Journal *journal.Journal
	Keys    *keys.Ring
	Blobs   blob.Store
	Disk    blob.Disk // blob.OS{}
	Dir     string    // its own folder: outboxes and inboxes
	// Policy gives the release policy in force. Without it everything goes that
	// has the reach.
	Policy func() Policy
}

// Exchange is one node's share in the streams from and to it. Its methods may
// be called at the same time.
type Exchange struct {
	journal *journal.Journal
	ring    *keys.Ring
	blobs   blob.Store
	disk    blob.Disk
	dir     string
	// policies gives the release policy in force; nil: there is none.
	policies func() Policy
	kinds    string // digest of the list of kinds, with each field's reach
	limits   Limits
	cut      cut
	bounds   bounds
	keeps    kept

	planted defect // by the simulator
	lax     Receiver

	streams map[Stream]*sync.Mutex // one bundle of a stream at a time
	// looked is how far the journal was looked through for each zone without
	// finding anything for it; the zone's outgoing stream guards it. A restart, or
	// another epoch, looks again.
	looked  map[zone.Zone]*lookedThrough
	inboxes map[zone.Zone]*inbox
}

type lookedThrough struct {
	epoch int64
	at    journal.Position
	// whole: this process has seen all files of the outbox, or written them.
	whole bool
}

// cut is where a bundle is closed: small enough to be applied in one
// transaction while others wait.
type cut struct {
	records int
	bytes   int
	files   int64
}

var usualCut = cut{records: 500, bytes: 2 << 20, files: 64 << 20}

const schema = `
CREATE TABLE IF NOT EXISTS exchange_sent (
  to_zone TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  first_position INTEGER NOT NULL,
  last_position INTEGER NOT NULL,
  chain BLOB NOT NULL,
  previous BLOB NOT NULL,
  digest BLOB NOT NULL,
  as_of INTEGER NOT NULL,
  policy TEXT NOT NULL,
  signer TEXT NOT NULL,
  receiver TEXT NOT NULL,
  receipt TEXT NOT NULL,
  events INTEGER NOT NULL,
  files INTEGER NOT NULL,
  receipted INTEGER NOT NULL,
  PRIMARY KEY (to_zone, epoch, sequence)
);
CREATE INDEX IF NOT EXISTS exchange_sent_by_last ON exchange_sent (to_zone, last_position);
CREATE TABLE IF NOT EXISTS exchange_received (
  from_zone TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  last_position INTEGER NOT NULL,
  head_position INTEGER NOT NULL,
  chain BLOB NOT NULL,
  digest BLOB NOT NULL,
  as_of INTEGER NOT NULL,
  applied INTEGER NOT NULL,
  events INTEGER NOT NULL,
  acknowledged INTEGER NOT NULL,
  PRIMARY KEY (from_zone, epoch, sequence)
);
CREATE TABLE IF NOT EXISTS exchange_receipt (
  to_zone TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  there INTEGER NOT NULL,
  here INTEGER NOT NULL,
  PRIMARY KEY (to_zone, epoch, sequence)
);
CREATE TABLE IF NOT EXISTS exchange_came (
  test TEXT PRIMARY KEY,
  at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS exchange_quarantine (
  from_zone TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  number INTEGER NOT NULL,
  reason TEXT NOT NULL,
  record BLOB NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (from_zone, epoch, sequence, number)
);
`

// New prepares the tables of a node's exchange.
func New(ctx context.Context, o Options) (*Exchange, error) {
	x := &Exchange{
		journal: o.Journal, ring: o.Keys, blobs: o.Blobs, disk: o.Disk, dir: o.Dir, policies: o.Policy,
		limits: DefaultLimits, cut: usualCut, bounds: usualBounds, keeps: usuallyKept, streams: map[Stream]*sync.Mutex{}, looked: map[zone.Zone]*lookedThrough{}, inboxes: map[zone.Zone]*inbox{},
	}
	sum := sha256.Sum256([]byte(o.Journal.Registry().Golden()))
	x.kinds = hex.EncodeToString(sum[:8])
	for _, pair := range zone.Streams() {
		if s := (Stream{pair[0], pair[1]}); s.From == x.Zone() || s.To == x.Zone() {
			x.streams[s] = &sync.Mutex{}
			x.looked[s.To] = new(lookedThrough)
			x.inboxes[s.From] = &inbox{coming: map[string]int64{}}
		}
	}
	err := o.Journal.Store.Write(ctx, func(tx store.Tx) error { return tx.Define(ctx, schema+heldSchema+suiteSchema+olderSchema) })
	if err != nil {
		return nil, fmt.Errorf("preparing the exchange: %w", err)
	}
	return x, nil
}

// Zone is whose exchange this is.
func (x *Exchange) Zone() zone.Zone { return x.journal.Zone }

// Peers lists the zones that this one exchanges bundles with.
func (x *Exchange) Peers() []zone.Zone {
	var out []zone.Zone
	for _, pair := range zone.Streams() {
		if pair[0] == x.Zone() {
			out = append(out, pair[1])
		}
	}
	return out
}

// Inbox is the folder in which a carrier may leave what comes from a zone.
func (x *Exchange) Inbox(from zone.Zone) (*carrier.Directory, error) {
	return carrier.Make(x.disk, filepath.Join(x.dir, "in", string(from)))
}

// Outbox is the folder in which files for a zone are kept until their receipt.
func (x *Exchange) Outbox(to zone.Zone) (*carrier.Directory, error) {
	return carrier.Make(x.disk, filepath.Join(x.dir, "out", string(to)))
}

func (x *Exchange) lock(s Stream) (unlock func(), err error) {
	mu, ok := x.streams[s]
	if !ok {
		return nil, fmt.Errorf("the %s zone has no part in a stream %s", x.Zone(), s)
	}
	mu.Lock()
	return mu.Unlock, nil
}

func hash(b []byte) Hash {
	var h Hash
	copy(h[:], b)
	return h
}

func (x *Exchange) refusedDir() string { return filepath.Join(x.dir, "refused") }
