package carrier

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"
	"syscall"
	"time"

	"yitang/internal/blob"
	"yitang/internal/zone"
)

// Kind is what sort of carrier it is.
type Kind string

// The kinds that a served node works by itself.
const (
	ByFolder Kind = "folder"
	ByLine   Kind = "line"
	OneWay   Kind = "oneway"
)

// Trouble says in one word why a carrier couldn't do its work; people read it
// in the words of their language.
type Trouble string

// The troubles.
const (
	Away        Trouble = "away"        // the folder isn't there: a share that isn't mounted, a disc that was taken out
	Unwritable  Trouble = "unwritable"  // the folder can't be written to
	Full        Trouble = "full"        // no room left, here or there
	Unreachable Trouble = "unreachable" // nobody answers at the address
	Stranger    Trouble = "stranger"    // who answers, or asks, isn't the zone that is paired
	Damaged     Trouble = "damaged"     // a file arrived otherwise than it was sent
	Oversized   Trouble = "oversized"   // a file is larger than any that is carried
	Other       Trouble = "other"       // see the detail
)

// Fault is an error of a carrier, with its one word.
type Fault struct {
	Trouble Trouble
	Cause   error
}

func (f *Fault) Error() string { return f.Cause.Error() }
func (f *Fault) Unwrap() error { return f.Cause }

// WordFor finds the one word for an error of a carrier.
func WordFor(err error) Trouble {
	var f *Fault
	switch {
	case errors.As(err, &f):
		return f.Trouble
	case errors.Is(err, ErrTooLarge):
		return Oversized
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return Full
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission):
		return Unwritable
	case errors.Is(err, fs.ErrNotExist):
		return Away
	}
	return Other
}

// State is how one carrier fares, as the node's page, doctor and the status
// command tell it.
type State struct {
	Key    string    `json:"key"` // the same after a restart with the same settings
	Name   string    `json:"name,omitempty"`
	Kind   Kind      `json:"kind"`
	With   zone.Zone `json:"with"`
	Does   string    `json:"does"`             // where it leads, as the settings say
	Began  time.Time `json:"began"`            // zero: it never ran
	Unused bool      `json:"unused,omitempty"` // the zones run in one process, which needs none
	Sends  bool      `json:"sends"`
	Takes  bool      `json:"takes"`
	Worked time.Time `json:"worked"` // it could do its work, whether there was a file to move or not
	Moved  time.Time `json:"moved"`  // a file went or came
	Sent   int64     `json:"sent"`   // files since it began
	Took   int64     `json:"took"`
	// Failed is when it couldn't, last; what then, in one word and in the program's.
	Failed  time.Time `json:"failed,omitzero"`
	Trouble Trouble   `json:"trouble,omitempty"`
	Detail  string    `json:"detail,omitempty"`
	// NoReceipt is how many files were sent and not acknowledged, by a way on which
	// no receipt can come back; Again is when they go once more.
	NoReceipt int       `json:"noReceipt,omitempty"`
	Again     time.Time `json:"again,omitzero"`
	// Later is how many files wait outside until there is room for them in the inbox.
	Later int `json:"later,omitempty"`
	// Of packets: what didn't come from the paired zone, and what was dropped for
	// want of room.
	Foreign int64 `json:"foreign,omitempty"`
	Dropped int64 `json:"dropped,omitempty"`
}

// Well tells that it worked since it last failed.
func (s State) Well() bool { return s.Failed.IsZero() || s.Worked.After(s.Failed) }

// Keeper keeps the states of a node's carriers in a folder, so that its pages
// and its commands find them. It may be used by many at the same time.
type Keeper struct {
	dir *Directory
	now func() time.Time

	mu     sync.Mutex
	states map[string]*kept
}

type kept struct {
	State
	saved time.Time
	owed  bool // it couldn't be written down when it should have been
}

// NewKeeper opens the folder.
func NewKeeper(disk blob.Disk, path string, now func() time.Time) (*Keeper, error) {
	dir, err := Make(disk, path)
	if err != nil {
		return nil, err
	}
	return &Keeper{dir: dir, now: now, states: map[string]*kept{}}, nil
}

// Note is how one carrier says how it fares.
type Note struct {
	keeper *Keeper
	key    string
}

// Begin takes note of a carrier that begins its work.
func (k *Keeper) Begin(s State) Note {
	k.mu.Lock()
	defer k.mu.Unlock()
	s.Began = k.now()
	k.states[s.Key] = &kept{State: s}
	k.save(k.states[s.Key])
	return Note{k, s.Key}
}

// sparing is how often it is written down that nothing has changed.
const sparing = 30 * time.Second

// change notes something; do tells whether it is worth writing down at once.
func (n Note) change(do func(s *State, now time.Time) bool) {
	if n.keeper == nil {
		return
	}
	n.keeper.mu.Lock()
	defer n.keeper.mu.Unlock()
	s := n.keeper.states[n.key]
	was := s.Well()
	now := n.keeper.now()
	if do(&s.State, now) || s.owed || was != s.Well() || now.Sub(s.saved) >= sparing {
		n.keeper.save(s)
	}
}

// Worked says that it could do its work, and how many files went and came.
func (n Note) Worked(sent, took int) {
	n.change(func(s *State, now time.Time) bool {
		s.Worked = now
		s.Sent, s.Took = s.Sent+int64(sent), s.Took+int64(took)
		if sent+took > 0 {
			s.Moved = now
		}
		return sent+took > 0
	})
}

// Failed says that it couldn't.
func (n Note) Failed(err error) {
	word := WordFor(err)
	n.change(func(s *State, now time.Time) bool {
		other := s.Trouble != word
		if s.Worked.Equal(now) {
			now = now.Add(time.Microsecond) // a coarse clock
		}
		s.Failed, s.Trouble, s.Detail = now, word, err.Error()
		return other
	})
}

// Later says how many files have to wait outside until the inbox has room for them.
func (n Note) Later(files int) {
	n.change(func(s *State, _ time.Time) bool {
		other := (s.Later == 0) != (files == 0)
		s.Later = files
		return other
	})
}

// Waits says how many files were sent without a receipt, and when they go again.
func (n Note) Waits(files int, again time.Time) {
	n.change(func(s *State, _ time.Time) bool {
		other := s.NoReceipt != files
		s.NoReceipt, s.Again = files, again
		return other
	})
}

// Packets says how many packets were foreign or dropped since it began.
func (n Note) Packets(foreign, dropped int64) {
	n.change(func(s *State, _ time.Time) bool {
		s.Foreign, s.Dropped = foreign, dropped
		return false
	})
}

// save writes a state down. That it can't is no trouble of the carrier's: the
// disk is full, and others say so.
func (k *Keeper) save(s *kept) {
	text, err := json.Marshal(s.State)
	if err == nil && k.dir.Send(s.Key+".json", text) == nil {
		s.saved, s.owed = k.now(), false
		return
	}
	s.owed = true
}

// States reads what the carriers last said of themselves, by key.
func States(disk blob.Disk, path string) (map[string]State, error) {
	out := map[string]State{}
	dir, err := At(disk, path)
	if errors.Is(err, fs.ErrNotExist) {
		return out, nil // none ever ran
	}
	if err != nil {
		return nil, err
	}
	names, err := dir.List()
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		r, err := dir.Take(name)
		if err != nil {
			return nil, err
		}
		var s State
		err = json.NewDecoder(io.LimitReader(r, 64<<10)).Decode(&s)
		r.Close()
		if err != nil {
			return nil, fmt.Errorf("reading how carrier %s fares: %w", name, err)
		}
		out[s.Key] = s
	}
	return out, nil
}
