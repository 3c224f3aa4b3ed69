package practice

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"yitang/internal/account"
	"yitang/internal/blob"
	"yitang/internal/drill"
	"yitang/internal/fault"
	"yitang/internal/pack"
	"yitang/internal/training"
	"yitang/internal/web"
	pages "yitang/internal/web/training"
)

const (
	atOnce  = 4                   // runs whose house is open: each is three zones
	idle    = 20 * time.Minute    // after which a house is closed
	lasts   = 30 * 24 * time.Hour // after which a run is thrown away
	ticket  = 2 * time.Minute     // that a token waits for its officer
	session = 12 * time.Hour      // that an officer stays signed in to practise
)

// Options say where runs lie and what is told of them.
type Options struct {
	Dir   string                                                                               // above all runs
	URL   string                                                                               // of the practice site, as readers reach it
	Real  string                                                                               // of the site to which one goes back
	Now   func() time.Time                                                                     // the real clock; nil for time.Now
	Front web.Front                                                                            // how readers reach the practice site, where a proxy stands before it
	Began func(ctx context.Context, o training.Officer, run string) error                      // is told that a run was begun
	Done  func(ctx context.Context, o training.Officer, run string, visits, returns int) error // is told that one was passed
	Log   *slog.Logger
	// Pack is the office's own configuration in force with the number of its version;
	// nil content where there is none but the program's.
	Pack func(ctx context.Context) (pack.Content, int, error)
	// Ways names those by which the real house tells people. Their names are all that a
	// run is given of them.
	Ways func() []string
}

// Runs are all officers' runs. One for each, in a folder called as their account.
type Runs struct {
	Options

	rehearsing sync.Mutex        // held while it is tried what can be practised by
	rehearsed  map[string]string // by a pack's sum: the step that fails; "" for none

	mu       sync.Mutex // guards what follows, and live of each run
	runs     map[string]*run
	tokens   map[string]pass // that lead an officer over
	sessions map[string]pass // of who is there
	stop     chan struct{}
	stopped  chan struct{}
}

// pass is what a token or a cookie opens, until when.
type pass struct {
	account, run string
	until        time.Time
}

// kept is what a run's folder says of it.
type kept struct {
	ID      string           `json:"id"`
	Officer training.Officer `json:"officer"`
	Began   time.Time        `json:"began"` // in the world
	Clock   time.Time        `json:"clock"` // in the run
	Passed  bool             `json:"passed"`
	By      by               `json:"by"`
}

// run is one officer's.
type run struct {
	dir    string
	live   bool         // its house is open or being opened; guarded by Runs.mu
	used   atomic.Int64 // when somebody last was in it: a Unix second
	mu     sync.RWMutex // held for reading while a request is served, else while the house is opened or closed
	house  *drill.House
	site   http.Handler
	kept   kept
	moving sync.Mutex // held while others do their part, and while kept is changed
}

// Open looks at what is there and throws away what is old.
func Open(o Options) (*Runs, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the folder of practice runs: %w", err)
	}
	s := &Runs{Options: o, rehearsed: map[string]string{}, runs: map[string]*run{}, tokens: map[string]pass{}, sessions: map[string]pass{}, stop: make(chan struct{}), stopped: make(chan struct{})}
	left, err := filepath.Glob(filepath.Join(o.Dir, rehearsals+"*"))
	for _, dir := range left {
		err = errors.Join(err, os.RemoveAll(dir))
	}
	if err != nil {
		return nil, fmt.Errorf("tidying the folder of practice runs: %w", err)
	}
	s.Sweep()
	go func() {
		defer close(s.stopped)
		for {
			select {
			case <-s.stop:
				return
			case <-time.After(time.Minute):
				s.Sweep()
			}
		}
	}()
	return s, nil
}

// Close ends all houses. Whoever is in one finds it again.
func (s *Runs) Close() {
	close(s.stop)
	<-s.stopped
	s.mu.Lock()
	all := slices.Collect(maps.Values(s.runs))
	s.mu.Unlock()
	for _, x := range all { // whoever is in one asks for s.mu on their way out
		x.mu.Lock()
		x.shut()
		x.mu.Unlock()
	}
}

func (x *run) shut() {
	if x.house != nil {
		x.house.Close()
	}
	x.house, x.site = nil, nil
}

// drawn is a secret that nobody guesses.
func drawn() string {
	var b [24]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(fmt.Sprintf("drawing a token: %v", err)) // crypto/rand never fails on a sound machine
	}
	return hex.EncodeToString(b[:])
}

const keptFile, taskFile = "run.json", "task.json"

func load(dir string) (kept, bool, error) {
	var k kept
	text, err := os.ReadFile(filepath.Join(dir, keptFile))
	if errors.Is(err, fs.ErrNotExist) {
		return k, false, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &k)
	}
	if err != nil {
		return k, false, fmt.Errorf("reading a practice run: %w", err)
	}
	return k, true, nil
}

func (x *run) save() error {
	text, err := json.Marshal(x.kept)
	if err != nil {
		return err
	}
	return blob.WriteFile(blob.OS{}, x.dir, keptFile, text)
}

// of gives an officer's run, which may not have been begun.
func (s *Runs) of(account string) *run {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.runs[account]
	if x == nil {
		x = &run{dir: filepath.Join(s.Dir, filepath.Base(account))}
		s.runs[account] = x
	}
	return x
}

// reserve takes one of the places for open houses. The caller holds x.mu.
func (s *Runs) reserve(x *run) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if x.live {
		return nil
	}
	n := 0
	for _, other := range s.runs {
		if other.live {
			n++
		}
	}
	if n >= atOnce {
		return fault.Unavailable("training.full", errors.New("all places for practice are taken"))
	}
	x.live = true
	return nil
}

func (s *Runs) free(x *run) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x.live = false
}

// options of a house: what its office works by says of itself that it is practice,
// so that no paper with a real letterhead comes of it
// (docs/decisions/0024-practice-has-a-house-of-its-own.md).
func (s *Runs) options(x *run) drill.Options {
	return drill.Options{Dir: x.dir, Now: s.Now(), VerifyURL: s.URL + "/v/", Passwords: account.Slight, Log: s.Log, Begins: s.tells} // nobody signs in there by password
}

// Begin makes a fresh house for an officer; the one that was theirs is thrown away.
func (s *Runs) Begin(ctx context.Context, who training.Officer) error {
	x := s.of(who.Account)
	x.mu.Lock()
	defer x.mu.Unlock()
	if err := s.reserve(x); err != nil {
		return err
	}
	x.shut()
	s.forget(who.Account)
	err := s.begin(ctx, x, who)
	if err != nil { // of which the real house hasn't heard, too: it couldn't be passed
		x.shut()
		s.free(x)
		return errors.Join(err, os.RemoveAll(x.dir))
	}
	x.used.Store(s.Now().Unix())
	return nil
}

// begin makes the folder whole before run.json says that it is one: what a crash
// leaves behind is no run, and the next begin or sweep removes it.
func (s *Runs) begin(ctx context.Context, x *run, who training.Officer) error {
	if err := os.RemoveAll(x.dir); err != nil {
		return fmt.Errorf("throwing an old practice run away: %w", err)
	}
	o := s.options(x)
	var how by
	var err error
	if o.Pack, how, err = s.packOf(ctx); err != nil {
		return err
	}
	story, err := drill.Begin(ctx, o)
	if err != nil {
		return fmt.Errorf("making a practice house: %w", err)
	}
	x.house = story.House
	if _, err := story.Play(ctx, drill.Register, nil); err != nil {
		return fmt.Errorf("furnishing a practice house: %w", err)
	}
	made, err := taskOf(ctx, story)
	if err != nil {
		return err
	}
	text, err := json.Marshal(made)
	if err != nil {
		return err
	}
	if err := blob.WriteFile(blob.OS{}, x.dir, taskFile, text); err != nil {
		return err
	}
	x.kept = kept{ID: drawn(), Officer: who, Began: s.Now(), Clock: x.house.Clock.Now(), By: how}
	if err := x.save(); err != nil {
		return err
	}
	if x.site, err = s.serve(x); err != nil {
		return err
	}
	return s.Began(ctx, who, x.kept.ID)
}

// enter gives a run whose house is open, held until leave is called.
func (s *Runs) enter(ctx context.Context, account string) (x *run, leave func(), err error) {
	x = s.of(account)
	for {
		x.mu.RLock()
		if x.house != nil {
			x.used.Store(s.Now().Unix())
			return x, x.mu.RUnlock, nil
		}
		x.mu.RUnlock()
		if err := s.reopen(ctx, x); err != nil {
			return nil, nil, err
		}
	}
}

func (s *Runs) reopen(ctx context.Context, x *run) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.house != nil {
		return nil
	}
	k, there, err := load(x.dir)
	if err == nil && !there {
		err = fault.NotFound("practice run")
	}
	if err != nil {
		return err
	}
	if err := s.reserve(x); err != nil {
		return err
	}
	err = func() error {
		clock := &drill.Clock{}
		clock.Set(k.Clock)
		x.kept = k
		var err error
		if x.house, err = drill.Reopen(context.WithoutCancel(ctx), s.options(x), clock); err != nil {
			x.house = nil
			return fmt.Errorf("opening a practice house: %w", err)
		}
		x.site, err = s.serve(x)
		return err
	}()
	if err != nil {
		x.shut()
		s.free(x)
	}
	return err
}

// Of tells of an officer's run without opening it.
func (s *Runs) Of(_ context.Context, account string) (pages.Run, error) {
	k, there, err := load(s.of(account).dir)
	if err != nil || !there {
		return pages.Run{}, err
	}
	return pages.Run{There: true, Began: k.Began, Until: k.Began.Add(lasts), Passed: k.Passed}, nil
}

// Over gives the address that leads an officer over to their run, once.
func (s *Runs) Over(_ context.Context, account string) (string, error) {
	k, there, err := load(s.of(account).dir)
	if err == nil && !there {
		err = fault.NotFound("practice run")
	}
	if err != nil {
		return "", err
	}
	token := drawn()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens[token] = pass{account, k.ID, s.Now().Add(ticket)}
	return s.URL + "/enter?token=" + token, nil
}

// admit turns a token into a session; it does so once.
func (s *Runs) admit(token string) (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, known := s.tokens[token]
	delete(s.tokens, token)
	if !known || s.Now().After(p.until) {
		return "", false
	}
	key := drawn()
	s.sessions[key] = pass{p.account, p.run, s.Now().Add(session)}
	return key, true
}

// signed tells whose a session is.
func (s *Runs) signed(key string) (pass, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, known := s.sessions[key]
	return p, known && s.Now().Before(p.until)
}

// forget ends the tokens and sessions of an officer.
func (s *Runs) forget(account string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, all := range []map[string]pass{s.tokens, s.sessions} {
		for key, p := range all {
			if p.account == account {
				delete(all, key)
			}
		}
	}
}

// Sweep closes what nobody is in, and throws away what nobody comes back to.
func (s *Runs) Sweep() {
	now := s.Now()
	s.mu.Lock()
	for _, all := range []map[string]pass{s.tokens, s.sessions} {
		for key, p := range all {
			if now.After(p.until) {
				delete(all, key)
			}
		}
	}
	s.mu.Unlock()
	entries, err := os.ReadDir(s.Dir)
	if err != nil {
		s.Log.Warn("looking through practice runs", "err", err)
		return
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), rehearsals) {
			continue // one under way, or what a crash has left and the next opening removes
		}
		if err := s.sweep(e.Name(), now); err != nil {
			s.Log.Warn("tidying a practice run", "err", err)
		}
	}
}

func (s *Runs) sweep(account string, now time.Time) error {
	x := s.of(account)
	if !x.mu.TryLock() {
		return nil // somebody is in it
	}
	defer x.mu.Unlock()
	if x.house != nil {
		if now.Sub(time.Unix(x.used.Load(), 0)) < idle {
			return nil
		}
		x.shut()
		s.free(x)
	}
	k, there, err := load(x.dir)
	if err != nil {
		return err
	}
	if there && !k.Passed && now.Sub(k.Began) < lasts {
		return nil
	}
	s.forget(account)
	return os.RemoveAll(x.dir)
}

var _ pages.Practice = (*Runs)(nil)
