package hall_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/calendar"
	"yitang/internal/drill"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/quota"
	"yitang/internal/store/storetest"
	"yitang/internal/unit"
	"yitang/internal/web/sites"
	"yitang/internal/zone"
	"yitang/testdata"
)

const (
	asServer = "YITANG_HALL_FOLDER" // set in a child that serves the internet zone below it, to be killed
	database = "YITANG_HALL_DATABASE"
	clock    = "YITANG_HALL_CLOCK"
	secret   = "一趟 correct horse 9"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(asServer); dir != "" {
		if err := serve(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	storetest.Main(m)
}

// serve is the internet zone as it is served, at an hour that stands still.
func serve(dir string) error {
	at, err := time.Parse(time.RFC3339, os.Getenv(clock))
	if err != nil {
		return err
	}
	n, err := node.OpenInternet(context.Background(), node.Options{Dir: dir, Database: os.Getenv(database), Clock: func() time.Time { return at }, Passwords: account.Slight})
	if err != nil {
		return err
	}
	n.Start()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println("http://" + l.Addr().String())
	return http.Serve(l, sites.Internet(n).Handler())
}

// Units compete for the last place of the hall's times through the site that
// they use, a quarter of them by choosing it first and confirming then, while the server is killed again and again. Whatever dies when, the
// place is given to one; who had heard yes has it, who presses again with the
// same form has it once, and no time is given away twice.
func TestTheLastPlaceIsGivenOnceThroughTheSiteHoweverOftenItDies(t *testing.T) {
	rivals, rounds := 16, 16
	if os.Getenv("YITANG_SOAK") != "" {
		rivals, rounds = 500, 1000
	}
	for name, n := range map[string]*int{"YITANG_SOAK_RIVALS": &rivals, "YITANG_SOAK_ROUNDS": &rounds} {
		if said := os.Getenv(name); said != "" {
			var err error
			if *n, err = strconv.Atoi(said); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, on := range []string{"sqlite", "postgres"} {
		t.Run(on, func(t *testing.T) {
			db := ""
			if on == "postgres" {
				db = storetest.Postgres(t)
			}
			began := time.Now()
			r := newRush(t, db, rivals)
			t.Logf("%d units are ready after %s", rivals, time.Since(began).Round(time.Second))
			r.never(r.race(rounds))
			t.Logf("done after %s", time.Since(began).Round(time.Second))
		})
	}
}

// rival is a unit's liaison officer whose case has to come to the hall.
type rival struct {
	filing, login string
	browser       *http.Client
	chooses       bool // has the time kept first, as the page of times does; the others book it at once
}

// place is a time of the hall, which takes one.
type place struct {
	day  calendar.Date
	slot hall.Clock
}

// send posts a form as a browser does, and gives the status with where it leads.
// A server that dies meanwhile is an error.
func (r rival) send(to string, form url.Values) (status int, leads string, page []byte, err error) {
	res, err := r.browser.PostForm(to, form)
	if err != nil {
		return 0, "", nil, err
	}
	defer res.Body.Close()
	page, err = io.ReadAll(res.Body)
	return res.StatusCode, res.Header.Get("Location"), page, err
}

// rush is a hall with many who want into it.
type rush struct {
	t      *testing.T
	dir    string // above the zones
	db     string // of the internet zone; "" for SQLite
	at     time.Time
	plan   hall.Plan
	days   []calendar.Date
	rivals []rival

	site string
	kill func() // ends the site as a power cut would
	lost error  // why the last one who had no answer had none
}

func newRush(t *testing.T, db string, rivals int) *rush {
	t.Helper()
	ctx := context.Background()
	r := &rush{t: t, dir: t.TempDir(), db: db}
	s, err := drill.Begin(ctx, drill.Options{Dir: r.dir, Databases: map[zone.Zone]string{zone.Internet: db}, Now: time.Date(2026, 5, 31, 4, 0, 0, 0, time.UTC), Passwords: account.Slight})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Play(ctx, drill.Register, nil); err != nil {
		t.Fatal(err)
	}
	for first := 0; first < rivals; first += atOnce {
		r.enter(ctx, s, first, min(first+atOnce, rivals))
	}
	// One place in each time: the last one.
	p, _, err := hall.PlanOf(ctx, s.Office.Store, hall.Main)
	if err != nil {
		t.Fatal(err)
	}
	narrow := hall.Planned{Name: p.Name, Place: p.Place, Phone: p.Phone, Open: p.Open, Minutes: p.Minutes, Lead: p.Lead, Horizon: p.Horizon, From: p.From}
	for _, w := range p.Windows {
		w.Places, w.Kept = 1, 0
		narrow.Windows = append(narrow.Windows, w)
	}
	if _, err := journal.Do(journal.WithActor(ctx, journal.System), s.Office.Journal, hall.Plans, journal.Order{Subject: hall.Main}, hall.SetPlan{Planned: narrow}); err != nil {
		t.Fatal(err)
	}
	if err := s.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	if r.plan, _, err = hall.PlanOf(ctx, s.Internet.Store, hall.Main); err != nil {
		t.Fatal(err)
	}
	r.at = s.Clock.Now()
	book := s.Internet.Book()
	for d := book.AddWorkdays(calendar.DateOf(r.at), 2); len(r.days) < 5; d = book.AddWorkdays(d, 1) {
		r.days = append(r.days, d)
	}
	return r
}

// atOnce is how many units enter side by side.
const atOnce = 20

// enter brings some more units, the one traveller of each of which is approved and
// has to come. They go on side by side, so that the zones come to rest once for all of
// them at each step.
func (r *rush) enter(ctx context.Context, s *drill.Story, from, to int) {
	r.t.Helper()
	h := s.Hands()
	h.Settle = func(context.Context) error { return nil }
	rest := func(err error) {
		r.t.Helper()
		for tries := 0; err == nil && tries < 15; tries++ { // many at once on a busy machine take longer than one step may
			if err = s.Settle(ctx); err == nil {
				return
			}
			if tries < 14 {
				err = nil
			}
		}
		if err != nil {
			r.t.Fatal(err)
		}
	}
	for i := from; i < to; i++ {
		r.opens(ctx, s, i)
	}
	rest(nil)
	for i := from; i < to; i++ {
		u, name := called(i)
		filing, err := h.Bring(ctx, u, bytes.NewReader(r.caseFile(i, name)))
		if err != nil {
			r.t.Fatal(err)
		}
		r.rivals = append(r.rivals, rival{filing: filing, login: u})
	}
	rest(nil)
	for _, step := range []drill.Name{drill.Draft, drill.Present, drill.Submit, drill.Accept, drill.Review, drill.Decide} {
		for _, x := range r.rivals[from:to] {
			if err := h.Do(ctx, x.filing, step); err != nil {
				r.t.Fatal(err)
			}
		}
		rest(nil)
	}
}

func called(i int) (id, name string) {
	return fmt.Sprintf("rival-%d", i), fmt.Sprintf("云江第%d研究所（虚构）", i+1)
}

// opens is a unit and its liaison officer.
func (r *rush) opens(ctx context.Context, s *drill.Story, i int) {
	r.t.Helper()
	fails := func(err error) {
		if err != nil {
			r.t.Helper()
			r.t.Fatal(err)
		}
	}
	u, name := called(i)
	admin := journal.WithActor(ctx, journal.System)
	order := func(id string) journal.Order { return journal.Order{Subject: id} }
	_, err := journal.Do(admin, s.Office.Journal, unit.Room, order(u), unit.Open{Name: name, USCC: "12509901G76543219R", Type: "institution"})
	fails(err)
	_, err = journal.Do(admin, s.Office.Journal, unit.Room, order(u), unit.ConfirmOfficer{ValidUntil: calendar.On(2027, 12, 31), Signatory: "罗知行"})
	fails(err)
	_, err = journal.Do(admin, s.Office.Journal, quota.Room, order(quota.ID(u, 2026)), quota.SetPlan{Unit: u, Year: 2026, Groups: 20, People: 80, AmountFen: 500_000_000})
	fails(err)
	_, err = s.Internet.Accounts.Open(admin, order("acc-"+u), account.Open{Login: u, Name: "何远舟", Roles: []access.Role{access.Liaison}, Unit: u}, secret)
	fails(err)
}

// caseFile is an example with one member of their own, who has no booklet.
func (r *rush) caseFile(i int, name string) []byte {
	text, err := testdata.Cases.ReadFile("cases/valid-germany-5-days.json")
	if err != nil {
		r.t.Fatal(err)
	}
	var c map[string]any
	if err := json.Unmarshal(text, &c); err != nil {
		r.t.Fatal(err)
	}
	delete(c, "expect")
	delete(c, "materials")
	who := c["members"].([]any)[0].(map[string]any)
	delete(who, "passport")
	who["idNumber"], who["unit"], who["mobile"], who["email"] = identity(i), name, fmt.Sprintf("199%08d", i), fmt.Sprintf("p%d@example.edu.cn", i)
	c["members"] = []any{who}
	c["unit"].(map[string]any)["name"] = name
	c["notice"].(map[string]any)["units"] = []string{name}
	b := c["budget"].(map[string]any)
	var lines []any
	for _, l := range b["lines"].([]any) {
		if m, of := l.(map[string]any)["member"].(float64); !of || m == 0 {
			lines = append(lines, l)
		}
	}
	b["lines"] = lines
	if text, err = json.Marshal(c); err != nil {
		r.t.Fatal(err)
	}
	return text
}

// identity is a man's number that belongs to nobody, with its check character
// by GB 11643-1999.
func identity(i int) string {
	body := fmt.Sprintf("50990119760817%03d", 2*i%1000+1)
	if i >= 500 {
		panic("more rivals than numbers of one day")
	}
	weights, sum := []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}, 0
	for k, w := range weights {
		sum += int(body[k]-'0') * w
	}
	return body + string("10X98765432"[sum%11])
}

// open starts the site.
func (r *rush) open() {
	r.t.Helper()
	cmd := exec.CommandContext(r.t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), asServer+"="+r.folder(), database+"="+r.db, clock+"="+r.at.Format(time.RFC3339))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		r.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		r.t.Fatal("the site doesn't start")
	}
	r.site = lines.Text()
	r.kill = sync.OnceFunc(func() {
		_ = cmd.Process.Kill() // it may have ended by itself, which its answers tell
		_ = cmd.Wait()         // killed, as wanted
	})
}

func (r *rush) folder() string { return filepath.Join(r.dir, string(zone.Internet)) }

// atOneAddress is how many units sit behind one address: fewer than may sign in
// from there at a stroke (account.Throttle).
const atOneAddress = 50

// signIn gives everybody a browser of their own.
func (r *rush) signIn() {
	var line *http.Transport
	for i := range r.rivals {
		if i%atOneAddress == 0 {
			from := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(2+i/atOneAddress))}}
			line = &http.Transport{DialContext: from.DialContext, MaxIdleConnsPerHost: atOneAddress, MaxConnsPerHost: atOneAddress}
		}
		jar, err := cookiejar.New(nil)
		if err != nil {
			r.t.Fatal(err)
		}
		r.rivals[i].chooses = i%4 == 0
		r.rivals[i].browser = &http.Client{Jar: jar, Transport: line, Timeout: 10 * time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		status, _, page, err := r.rivals[i].send(r.site+"/login", url.Values{"name": {r.rivals[i].login}, "password": {secret}})
		if err != nil || status != http.StatusSeeOther {
			r.t.Fatalf("signing in: %d %v %.300s", status, err, page)
		}
	}
}

// race lets all rivals press at once for one place, round after round. Who got
// it gives it back before the next. It tells how many rounds there were: fewer than
// wanted where YITANG_SOAK_FOR, as 25m, ends before.
func (r *rush) race(rounds int) (ran int) {
	t := r.t
	ends := time.Time{}
	if said := os.Getenv("YITANG_SOAK_FOR"); said != "" {
		d, err := time.ParseDuration(said)
		if err != nil {
			t.Fatal(err)
		}
		ends = time.Now().Add(d)
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	chance := rand.New(rand.NewPCG(seed, 0))
	r.open()
	defer func() { r.kill() }()
	r.signIn()
	deaths, unheard := 0, 0
	for round := range rounds {
		if !ends.IsZero() && time.Now().After(ends) {
			break
		}
		at := place{r.days[chance.IntN(len(r.days))], r.plan.Slots()[chance.IntN(len(r.plan.Slots()))]}
		var winners []rival
		for open, died := r.rivals, round%4 != 0; len(open) > 0; died = true {
			after := -1 // it doesn't die again in this round
			if !died {
				after = chance.IntN(min(len(open), 50))
			}
			won, none := r.press(open, at, fmt.Sprintf("round-%d", round), after)
			winners, open = append(winners, won...), none
			if !died {
				r.open()
				deaths, unheard = deaths+1, unheard+len(none)
			} else if len(none) > 0 {
				t.Fatalf("round %d: %d had no answer of a site that lives: %v", round, len(none), r.lost)
			}
		}
		if len(winners) != 1 {
			t.Fatalf("round %d: %d heard that they have the one place of %s %s", round, len(winners), at.day, at.slot)
		}
		w := winners[0]
		if status, leads, page, err := w.send(r.site+"/visits/"+w.filing+"/cancel", url.Values{"_key": {fmt.Sprintf("back-%d", round)}}); err != nil || status != http.StatusSeeOther {
			t.Fatalf("round %d: giving the place back: %d to %q, %v: %.300s", round, status, leads, err, page)
		}
		if ran++; ran%50 == 0 {
			t.Logf("after %d rounds: killed %d times before %d", ran, deaths, unheard)
		}
	}
	if unheard == 0 {
		t.Error("it never died before somebody who waited for an answer")
	}
	t.Logf("%d rounds of %d; killed %d times before %d", ran, len(r.rivals), deaths, unheard)
	return ran
}

// press lets all of them press at once. After so many answers the site is
// killed, unless that is below 0; none are who had no answer then.
func (r *rush) press(open []rival, at place, key string, after int) (won, none []rival) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	answers := 0
	for _, x := range open {
		wg.Go(func() {
			press := func(what string) (int, string, []byte, error) {
				return x.send(r.site+"/visits/"+x.filing+"/"+what, url.Values{"day": {at.day.String()}, "slot": {at.slot.String()}, "_key": {key}})
			}
			var status int
			var leads string
			var page []byte
			var err error
			kept := false
			if x.chooses {
				status, leads, page, err = press("hold")
				kept = err == nil && status == http.StatusSeeOther && strings.Contains(leads, "/confirm?")
			}
			if !x.chooses || kept {
				status, leads, page, err = press("book")
			}
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err != nil:
				none, r.lost = append(none, x), err
			case status == http.StatusSeeOther && strings.HasSuffix(leads, "/pass"):
				won = append(won, x)
			case kept:
				r.t.Errorf("%s: what was kept isn't given: %d to %q: %.600s", x.login, status, leads, page)
			case status != http.StatusConflict:
				r.t.Errorf("%s: %d to %q: %.600s", x.login, status, leads, page)
			}
			if answers == after {
				r.kill()
			}
			answers++
		})
	}
	wg.Wait()
	return won, none
}

// never reads the journal: at no moment was a time given to two, nor given while another
// had chosen it, and each round gave one place and had it back.
func (r *rush) never(rounds int) {
	t := r.t
	n, err := node.Open(t.Context(), node.Options{Dir: r.folder(), Database: r.db})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	taken, times, booked := map[string]string{}, map[string][]string{}, 0 // cases by time; times by booking
	kept, holds := map[string]string{}, map[string][]string{}             // the same of what is kept; the clock stands still, and none is over by itself
	chosen := 0
	err = n.Journal.Each(t.Context(), 0, func(e journal.Event) error {
		switch b := e.Body.(type) {
		case hall.Held:
			chosen++
			for _, u := range b.Uses {
				at := e.Subject.ID + " " + b.Window + " " + u.Slot.String()
				if other := taken[at] + kept[at]; other != "" {
					t.Errorf("%s is kept for %s while %s has it", at, b.Filing, other)
				}
				kept[at], holds[b.Hold] = b.Filing, append(holds[b.Hold], at)
			}
		case hall.Released:
			for _, at := range holds[b.Hold] {
				delete(kept, at)
			}
		case hall.Booked:
			booked++
			for _, u := range b.Uses {
				at := e.Subject.ID + " " + b.Window + " " + u.Slot.String()
				if other := taken[at]; other != "" {
					t.Errorf("%s is given to %s while %s has it", at, b.Filing, other)
				}
				if other := kept[at]; other != "" && other != b.Filing {
					t.Errorf("%s is given to %s while it is kept for %s", at, b.Filing, other)
				}
				delete(kept, at)
				taken[at], times[b.Booking] = b.Filing, append(times[b.Booking], at)
			}
		case hall.Cancelled:
			for _, at := range times[b.Booking] {
				delete(taken, at)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if booked != rounds || len(taken) != 0 || len(kept) != 0 {
		t.Errorf("in %d rounds %d were booked, %d still are, and %d are kept", rounds, booked, len(taken), len(kept))
	}
	t.Logf("%d had chosen first", chosen)
	if chosen == 0 {
		t.Error("nobody was quick enough to choose first")
	}
}
