package drill

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"yitang/internal/access"
	"yitang/internal/calendar"
	"yitang/internal/document"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/ledger"
	"yitang/internal/material"
	"yitang/internal/node"
	"yitang/internal/progress"
	applying "yitang/internal/web/filing"
	"yitang/internal/zone"
)

// Name of a step, stable for scripts.
type Name string

// Step is one step that was taken.
type Step struct {
	Name  Name   `json:"name"`
	What  string `json:"what"` // what was done and checked
	OK    bool   `json:"ok"`
	MS    int64  `json:"ms"` // milliseconds
	Error string `json:"error,omitempty"`
}

// Story is one case on its way through a house.
type Story struct {
	*House
	Dir  string
	ID   string // of the case
	Unit string
	// People are the members' ids: Head, Newcomer, Expert, Declined.
	People []string
	// Canaries are what the Newcomer's body has left with the passport zone.
	Canaries []Canary
	Booking  string
	Paper    material.Material // the approval document
	Approval string            // its PDF, outside the zones
	Trust    string            // the office's trust file
	Verdict  document.Verdict

	taken    int // steps, from the first
	days     days
	work     *applying.Work
	accounts map[zone.Zone]map[string]string // id by login
	Password string                          // of all accounts
	typed    map[string]bool                 // paths that were typed at the first submission
}

// Begin opens a house for a story that is still to be told.
func Begin(ctx context.Context, o Options) (*Story, error) {
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
	book, err := node.Book()
	if err != nil {
		return nil, err
	}
	s := &Story{Dir: o.Dir, days: daysUpTo(calendar.DateOf(o.Now), book), accounts: map[zone.Zone]map[string]string{}}
	clock := &Clock{}
	clock.Set(s.days.submitted.Begins().Add(8 * time.Hour))
	if s.House, err = Open(ctx, o, clock); err != nil {
		return nil, err
	}
	s.work = applying.NewWork(s.Internet)
	var secret [8]byte
	if _, err := rand.Read(secret[:]); err != nil {
		s.Close()
		return nil, err
	}
	s.Password = hex.EncodeToString(secret[:])
	return s, nil
}

// step is one movement of the story: when, what is done, and what must be so
// once all zones have heard of it.
type step struct {
	name Name
	what string
	when func(*Story) time.Time
	do   func(context.Context, *Story) error
	so   func(context.Context, *Story) error
}

// GoOn opens a story again as it stood when it was closed: left is its folder,
// which is copied to the options' own and stays as it is.
func (s *Story) GoOn(ctx context.Context, left fs.FS, o Options) (*Story, error) {
	if err := copyTo(o.Dir, left); err != nil {
		return nil, err
	}
	next := *s
	next.Dir, next.People, next.Canaries = o.Dir, slices.Clone(s.People), slices.Clone(s.Canaries)
	next.accounts, next.typed = maps.Clone(s.accounts), maps.Clone(s.typed)
	for z, logins := range next.accounts {
		next.accounts[z] = maps.Clone(logins)
	}
	for _, path := range []*string{&next.Approval, &next.Trust} {
		if *path != "" {
			*path = filepath.Join(o.Dir, filepath.Base(*path))
		}
	}
	clock := &Clock{}
	clock.Set(s.Clock.Now())
	var err error
	if next.House, err = Reopen(ctx, o, clock); err != nil {
		return nil, err
	}
	next.work = applying.NewWork(next.Internet)
	return &next, nil
}

// copyTo is os.CopyFS with files that nobody else can read: there are keys
// among them.
func copyTo(dir string, from fs.FS) error {
	return fs.WalkDir(from, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		to := filepath.Join(dir, filepath.FromSlash(name))
		if d.IsDir() {
			return os.MkdirAll(to, 0o700)
		}
		content, err := fs.ReadFile(from, name)
		if err != nil {
			return err
		}
		return os.WriteFile(to, content, 0o600)
	})
}

// Taken tells whether the story has been told up to a step.
func (s *Story) Taken(upTo Name) bool {
	return slices.ContainsFunc(steps()[:s.taken], func(st step) bool { return st.name == upTo })
}

// Further tells whether more has been told of a story than of another.
func (s *Story) Further(than *Story) bool { return s.taken > than.taken }

// Play takes the steps that are left, in their order, up to one, or to the end
// for "", and tells of each. The first that fails ends it.
func (s *Story) Play(ctx context.Context, upTo Name, tell func(Step)) ([]Step, error) {
	var out []Step
	if s.Taken(upTo) {
		return nil, nil
	}
	for _, st := range steps()[s.taken:] {
		began := time.Now()
		err := s.take(ctx, st)
		took := Step{Name: st.name, What: st.what, OK: err == nil, MS: time.Since(began).Milliseconds()}
		if err != nil {
			took.Error = sentence(err)
		}
		out = append(out, took)
		if tell != nil {
			tell(took)
		}
		if err != nil {
			return out, &Failure{Step: st.name, Cause: err}
		}
		s.taken++
		if st.name == upTo {
			break
		}
	}
	return out, nil
}

func (s *Story) take(ctx context.Context, st step) error {
	s.Clock.Set(st.when(s))
	if err := st.do(ctx, s); err != nil {
		return err
	}
	if err := s.Settle(ctx); err != nil {
		return err
	}
	return st.so(ctx, s)
}

// Failure is a step that didn't hold.
type Failure struct {
	Step  Name
	Cause error
}

func (f *Failure) Error() string { return fmt.Sprintf("%s: %s", f.Step, sentence(f.Cause)) }

// Unwrap gives the cause.
func (f *Failure) Unwrap() error { return f.Cause }

// sentence says every finding of an error by its field.
func sentence(err error) string {
	if fs := fault.Findings(err); len(fs) > 0 {
		text := ""
		for _, f := range fs {
			text += fmt.Sprintf("; %s: %s%s", f.Field, f.Rule, f.Key)
		}
		return text[2:]
	}
	var n *fault.NotNowError
	if errors.As(err, &n) && n.Cause != nil {
		return n.Cause.Error()
	}
	return err.Error()
}

// as is a context in which an account acts.
func (s *Story) as(ctx context.Context, z zone.Zone, login string, role access.Role) context.Context {
	return journal.WithActor(ctx, journal.Actor{Role: string(role), Account: s.accounts[z][login]})
}

// give runs one command.
func give[S any](ctx context.Context, j *journal.Journal, room journal.Subject[S], id string, cmd journal.Command[S]) error {
	_, err := journal.Do(ctx, j, room, journal.Order{Subject: id}, cmd)
	if err != nil {
		return fmt.Errorf("%s: %T: %w", room.Kind, cmd, err)
	}
	return nil
}

// Hands are those of the story's own staff.
func (s *Story) Hands() Hands {
	return s.hands(func(z zone.Zone, login string) string { return s.accounts[z][login] })
}

// at is so many minutes after nine on a day.
func at(day calendar.Date, minutes int) time.Time {
	return day.Begins().Add(9*time.Hour + time.Duration(minutes)*time.Minute)
}

// workdays after the submission, at so many minutes after nine.
func after(n calendar.Workdays, minutes int) func(*Story) time.Time {
	return func(s *Story) time.Time { return at(s.Internet.Book().AddWorkdays(s.days.submitted, n), minutes) }
}

// stands checks where the case stands in the zones that know of it.
func (s *Story) stands(ctx context.Context, want map[zone.Zone]progress.Stage) error {
	for _, n := range s.Nodes() {
		stage, says := want[n.Zone]
		if !says {
			continue
		}
		is, _, err := progress.Of(ctx, n.Store, s.ID)
		if err != nil {
			return err
		}
		if is.Stage != stage {
			return fmt.Errorf("in the %s zone the case is %q, not %q", n.Zone, is.Stage, stage)
		}
	}
	return nil
}

// both is a stage in the two zones that follow the whole case.
func both(stage progress.Stage) func(context.Context, *Story) error {
	return func(ctx context.Context, s *Story) error {
		return s.stands(ctx, map[zone.Zone]progress.Stage{zone.Internet: stage, zone.Office: stage})
	}
}

// booklets checks where the booklets of the members are, in the zones named.
func (s *Story) booklets(ctx context.Context, want map[int]progress.Booklet, zones ...*node.Node) error {
	for _, n := range zones {
		is, _, err := progress.Of(ctx, n.Store, s.ID)
		if err != nil {
			return err
		}
		for m, b := range want {
			got := progress.NoneAsked
			if p := is.People[s.People[m]]; p != nil {
				got = p.Booklet
			}
			if got != b {
				return fmt.Errorf("in the %s zone the booklet of member %d is %q, not %q", n.Zone, m+1, got, b)
			}
		}
	}
	return nil
}

// Ledger reads the four numbers in a zone.
func (s *Story) Ledger(ctx context.Context, n *node.Node) (ledger.Ledger, error) {
	return ledger.Of(ctx, n.Store, s.ID)
}

// fresh refuses a folder that holds a zone already: the drill's case isn't for
// people's data.
func fresh(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, "keys")); err == nil {
		return fmt.Errorf("%s holds a zone already: the drill makes fresh ones, give it an empty folder", dir)
	}
	return nil
}
