// Package folder lets a served node work a pair of folders by itself: a shared
// one, or the in- and outbox of a gatekeeper appliance (网闸). What waits for the
// other zone is put into one, what the other zone left in the other is taken.
//
// Whoever empties the folder may do so at any time; what has no receipt after a
// while is put there again. Whoever fills it needn't write files in one step: one
// is taken once it has stayed the same from one look to the next.
package folder

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"yitang/internal/blob"
	"yitang/internal/exchange/carrier"
)

// Setting is how it is set up in node.yaml; one of the two folders may be left out.
type Setting struct {
	Out string `yaml:"out,omitempty"` // what is for the other zone is put here
	In  string `yaml:"in,omitempty"`  // what comes from there is found here
	// Again is how long what has no receipt waits before it is put there once more.
	Again time.Duration `yaml:"again,omitempty"`
}

// Check says what can't be, in the words of the command line.
func (s Setting) Check() error {
	switch {
	case s.Out == "" && s.In == "":
		return errors.New("a folder carrier needs out, in or both: the folder that is filled for the other zone, and the one in which what comes from there is found")
	case s.Out != "" && !filepath.IsAbs(s.Out):
		return fmt.Errorf("the folder out %q must begin at the root: /srv/gate/out", s.Out)
	case s.In != "" && !filepath.IsAbs(s.In):
		return fmt.Errorf("the folder in %q must begin at the root: /srv/gate/in", s.In)
	case s.Out != "" && filepath.Clean(s.Out) == filepath.Clean(s.In):
		return errors.New("out and in are the same folder: what goes and what comes lie apart")
	case s.Again < 0 || s.Again > 0 && s.Again < time.Minute:
		return fmt.Errorf("again %s is too often: a minute or more, or left out for ten minutes", s.Again)
	}
	return nil
}

// Does says in short where it leads.
func (s Setting) Does() string {
	switch {
	case s.In == "":
		return "out " + s.Out
	case s.Out == "":
		return "in " + s.In
	}
	return "out " + s.Out + ", in " + s.In
}

// Carrier works the two folders.
type Carrier struct {
	setting Setting
	boxes   carrier.Boxes
	disk    blob.Disk
	now     func() time.Time

	put   map[string]time.Time     // when a file was put into out, last
	seen  map[string]carrier.Entry // in, at the look before
	taken map[string]carrier.Entry // in, which couldn't be removed
	later int                      // in, for which the inbox has no room yet
}

// New makes one. The folders are looked for at each round, never made: one that
// isn't there is a share that isn't mounted.
func New(s Setting, boxes carrier.Boxes, disk blob.Disk, now func() time.Time) *Carrier {
	if s.Again == 0 {
		s.Again = 10 * time.Minute
	}
	return &Carrier{setting: s, boxes: boxes, disk: disk, now: now,
		put: map[string]time.Time{}, seen: map[string]carrier.Entry{}, taken: map[string]carrier.Entry{}}
}

// Run works until ctx ends, with a look at the folders every pause.
func (c *Carrier) Run(ctx context.Context, note carrier.Note, pause time.Duration) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		sent, took, err := c.Round(ctx)
		if ctx.Err() != nil {
			return
		}
		if err == nil || sent+took > 0 {
			note.Worked(sent, took)
		}
		if err != nil {
			note.Failed(err)
		}
		note.Later(c.later)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Round moves what there is to move, once. What can't be taken stops nothing from
// going, and the other way round.
func (c *Carrier) Round(ctx context.Context) (sent, took int, err error) {
	var out, in error
	if c.setting.Out != "" {
		sent, out = c.fill(ctx)
	}
	if c.setting.In != "" {
		took, in = c.empty(ctx)
	}
	return sent, took, errors.Join(out, in)
}

// fill puts there what waits and isn't there, and takes away what was acknowledged.
func (c *Carrier) fill(ctx context.Context) (int, error) {
	dir, err := carrier.At(c.disk, c.setting.Out)
	if err != nil {
		return 0, err
	}
	waiting, err := c.boxes.Waiting(ctx)
	if err != nil {
		return 0, err
	}
	lies, err := dir.List()
	if err != nil {
		return 0, err
	}
	there, due := map[string]bool{}, map[string]bool{}
	for _, name := range waiting {
		due[name] = true
	}
	for _, name := range lies {
		there[name] = true
		if c.boxes.Ours(name) && !due[name] {
			if err := dir.Remove(name); err != nil {
				return 0, &carrier.Fault{Trouble: carrier.Unwritable, Cause: err}
			}
		}
	}
	for name := range c.put {
		if !due[name] {
			delete(c.put, name)
		}
	}
	sent := 0
	for _, name := range waiting {
		if ctx.Err() != nil {
			return sent, ctx.Err()
		}
		at, before := c.put[name]
		if !before && there[name] {
			c.put[name] = c.now() // before this process began
			continue
		}
		if before && c.now().Sub(at) < c.setting.Again {
			continue
		}
		err := c.give(dir, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue // its receipt came just now
		}
		if err != nil {
			return sent, err
		}
		c.put[name] = c.now()
		sent++
	}
	return sent, nil
}

func (c *Carrier) give(dir *carrier.Directory, name string) error {
	r, err := c.boxes.Out.Take(name)
	if err != nil {
		return err
	}
	defer r.Close()
	return away(dir.Bring(name, r, c.boxes.Most))
}

func (c *Carrier) take(ctx context.Context, dir *carrier.Directory, e carrier.Entry) error {
	r, err := dir.Take(e.Name)
	if err != nil {
		return err
	}
	defer r.Close()
	return away(c.boxes.Bring(ctx, e.Name, e.Size, r))
}

// away tells a folder that is gone from a file that is.
func away(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return &carrier.Fault{Trouble: carrier.Away, Cause: err}
	}
	return err
}

// empty takes what is wanted and has stayed the same since the look before, and
// removes what nobody needs any more. What has to wait is left where it is.
func (c *Carrier) empty(ctx context.Context) (int, error) {
	dir, err := carrier.At(c.disk, c.setting.In)
	if err != nil {
		return 0, err
	}
	entries, err := dir.Entries()
	if err != nil {
		return 0, err
	}
	now := map[string]carrier.Entry{}
	for _, e := range entries {
		now[e.Name] = e
	}
	before := c.seen
	c.seen = now
	for name := range c.taken {
		if _, still := now[name]; !still {
			delete(c.taken, name)
		}
	}
	sorted, err := c.boxes.Sort(ctx, entries)
	if err != nil {
		return 0, err
	}
	c.later = len(sorted.Later)
	for _, name := range sorted.Done {
		if err := dir.Remove(name); err != nil {
			c.taken[name] = now[name] // a medium that can't be written: it stays
		}
	}
	took := 0
	var large error
	for _, name := range sorted.Wanted {
		e := now[name]
		if ctx.Err() != nil {
			return took, ctx.Err()
		}
		if before[name] != e || c.taken[name] == e {
			continue
		}
		if e.Size > c.boxes.Most {
			large = errors.Join(large, fmt.Errorf("%s has %d bytes: %w", name, e.Size, carrier.ErrTooLarge))
			continue
		}
		err := c.take(ctx, dir, e)
		if errors.Is(err, carrier.ErrLater) {
			c.later++ // others came meanwhile
			continue
		}
		if errors.Is(err, fs.ErrNotExist) {
			continue // somebody else took it
		}
		if err != nil {
			return took, err
		}
		took++
		if err := dir.Remove(name); err != nil {
			c.taken[name] = e
		}
	}
	return took, large
}
