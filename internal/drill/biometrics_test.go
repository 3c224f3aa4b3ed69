package drill_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/blob"
	"yitang/internal/drill"
	"yitang/internal/exchange"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/passport"
	"yitang/internal/store"
	"yitang/internal/web/sites"
	"yitang/internal/zone"
)

// tap is the real disk, and keeps a copy of every file that the passport zone
// puts in place to be carried away.
type tap struct {
	blob.OS
	mu    sync.Mutex
	files map[string][]byte
}

func (t *tap) Rename(from, to string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	t.mu.Lock()
	t.files[to] = b
	t.mu.Unlock()
	return t.OS.Rename(from, to)
}

// logged keeps what all zones log.
type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// watched is a story whose every outlet is looked at.
type watched struct {
	*drill.Story
	t    *testing.T
	tap  *tap
	log  *logged
	look *drill.Search
}

func watch(t *testing.T) *watched {
	t.Helper()
	w := &watched{t: t, tap: &tap{files: map[string][]byte{}}, log: &logged{}}
	s, err := drill.Begin(context.Background(), drill.Options{Dir: t.TempDir(), Passwords: account.Slight, Log: slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Line: func(z zone.Zone) blob.Disk {
			if z == zone.Passport {
				return w.tap
			}
			return blob.OS{}
		}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	w.Story = s
	return w
}

// outside lists everything of the newcomer's body that has left the passport
// zone, by any way.
func (w *watched) outside() []string {
	w.t.Helper()
	ctx := context.Background()
	w.look = drill.NewSearch(w.Canaries)
	var found []string
	tell := func(where string, what []string) {
		for _, f := range what {
			found = append(found, where+": "+f)
		}
	}
	for _, n := range []*node.Node{w.Internet.Node, w.Office.Node} {
		what, err := w.look.Zone(ctx, n, filepath.Join(w.Dir, string(n.Zone)))
		if err != nil {
			w.t.Fatal(err)
		}
		tell(string(n.Zone), what)
	}
	bundles := 0
	for name, file := range w.tap.files {
		tell(filepath.Base(name), w.look.In(file))
		b, err := exchange.Open(bytes.NewReader(file), w.Office.Keys, exchange.DefaultLimits)
		if err != nil {
			continue // a file of the exchange that is no bundle: a blob in its own wrapping, or state
		}
		bundles++
		for i, r := range b.Content {
			tell(fmt.Sprintf("%s, record %d", filepath.Base(name), i), w.look.In(r.Body))
		}
		if len(b.Files) > 0 {
			tell(filepath.Base(name), []string{fmt.Sprintf("%d files travel with it", len(b.Files))})
		}
	}
	if bundles < 5 {
		w.t.Fatalf("only %d bundles left the passport zone: the tap is in the wrong place", bundles)
	}
	tell("the log", w.look.In(w.log.b.Bytes()))
	for name, file := range w.backups() {
		tell("backup of the "+name, w.look.In(file))
	}
	return append(found, w.pages("", access.Administrator, access.Auditor)...)
}

// backups are those of all zones as they lie on a disc, and those of the two zones
// without bodies as whoever may restore them reads them.
func (w *watched) backups() map[string][]byte {
	w.t.Helper()
	key, err := age.GenerateX25519Identity()
	if err != nil {
		w.t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, n := range w.Nodes() {
		var file bytes.Buffer
		if _, err := node.Backup(context.Background(), filepath.Join(w.Dir, string(n.Zone)), &file, w.Clock.Now(), key.Recipient()); err != nil {
			w.t.Fatal(err)
		}
		out[string(n.Zone)+" zone"] = file.Bytes()
		if n.Zone == zone.Passport {
			continue
		}
		plain, err := age.Decrypt(bytes.NewReader(file.Bytes()), key)
		if err != nil {
			w.t.Fatal(err)
		}
		opened, err := io.ReadAll(plain)
		if err != nil || len(opened) < 100_000 {
			w.t.Fatalf("the backup of the %s zone opens to %d bytes, %v", n.Zone, len(opened), err)
		}
		out[string(n.Zone)+" zone, opened"] = opened
	}
	return out
}

// pages asks the passport zone's site for everything, as each of these roles;
// "" is a stranger.
func (w *watched) pages(roles ...access.Role) []string {
	w.t.Helper()
	ctx := journal.WithActor(context.Background(), journal.System)
	site := sites.Passport(w.Passport)
	srv := httptest.NewServer(site.Handler())
	defer srv.Close()
	var found []string
	answers, posted := 0, map[int]int{}
	for _, role := range roles {
		jar, err := cookiejar.New(nil)
		if err != nil {
			w.t.Fatal(err)
		}
		c := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		if role != "" {
			open := account.Open{Login: "watched-" + string(role), Name: "旁观者", Roles: []access.Role{role}}
			_, err := w.Passport.Accounts.Open(ctx, journal.Order{Subject: "watched-" + string(role), Key: "watched-" + string(role)}, open, w.Password)
			if err != nil {
				w.t.Fatal(err)
			}
			res, err := c.PostForm(srv.URL+"/login", url.Values{"name": {open.Login}, "password": {w.Password}})
			if err != nil || res.StatusCode != http.StatusSeeOther {
				w.t.Fatalf("%s can't sign in: %v %v", role, res, err)
			}
			res.Body.Close()
		}
		for _, route := range site.AllRoutes() {
			method, path, _ := strings.Cut(route.Pattern, " ")
			if method == http.MethodPost && (path == "/login" || path == "/logout") {
				continue // they change who asks
			}
			for _, u := range w.addresses(path) {
				res, err := w.asks(c, method, srv.URL+u)
				if err != nil {
					w.t.Fatal(err)
				}
				if method == http.MethodPost {
					posted[res.StatusCode]++
				}
				body, err := io.ReadAll(res.Body)
				res.Body.Close()
				if err != nil {
					w.t.Fatal(err)
				}
				answers++
				for _, f := range w.look.In(append([]byte(fmt.Sprint(res.Header)), body...)) {
					found = append(found, fmt.Sprintf("%s as %q: %s", u, role, f))
				}
			}
		}
	}
	if answers < 10 || len(posted) == 0 {
		w.t.Fatalf("only %d pages were asked for, and what was posted got %v", answers, posted)
	}
	if slices.Contains(roles, access.Capture) && (posted[http.StatusUnprocessableEntity] == 0 || posted[http.StatusConflict] == 0) {
		w.t.Fatalf("no post came back as a form with what is wrong, or as a page with what was typed: %v", posted)
	}
	return found
}

// asks gets a page, or posts what fits nothing: half a capture, and words that the
// page that comes back keeps.
func (w *watched) asks(c *http.Client, method, u string) (*http.Response, error) {
	if method == http.MethodGet {
		return c.Get(u)
	}
	if !strings.Contains(u, "/capture/") {
		return c.PostForm(u, url.Values{"reason": {"旁观"}, "words": {"旁观"}, "number": {"x"}, "_seen": {"1"}, "_key": {rand.Text()}})
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	err := form.WriteField("cardSeen", "yes")
	for _, name := range []string{"photo", "fingerRight"} {
		file, err2 := form.CreateFormFile(name, name+".png")
		if err2 == nil {
			_, err2 = io.WriteString(file, "no picture")
		}
		err = errors.Join(err, err2)
	}
	if err = errors.Join(err, form.Close()); err != nil {
		return nil, err
	}
	return c.Post(u, form.FormDataContentType(), &body)
}

// addresses fills the places of a pattern with all ids that could belong there:
// in the last place, the names of pictures too.
func (w *watched) addresses(path string) []string {
	i, k := strings.IndexByte(path, '{'), strings.IndexByte(path, '}')
	if i < 0 || k < i {
		return []string{path}
	}
	ids := []string{passport.OrderID(w.ID, w.People[drill.Newcomer]), w.ID, w.Booking}
	if !strings.Contains(path[k:], "{") {
		ids = append(ids, "photo", "signature", "right", "left", "fingerRight", "fingerLeft", "0", "1")
	}
	var out []string
	for _, id := range ids {
		out = append(out, w.addresses(path[:i]+url.PathEscape(id)+path[k+1:])...)
	}
	return out
}

// The whole story, with every outlet of the passport zone watched: bundles and
// what is in them, the other zones' events, files, tables and folders, the
// logs, and the site's pages for those without the right.
func TestNothingOfABodyLeavesThePassportZone(t *testing.T) {
	w := watch(t)
	if _, err := w.Play(context.Background(), "", nil); err != nil {
		t.Fatal(err)
	}
	for _, f := range w.outside() {
		t.Error(f)
	}
	// Whose work it is sees photo and signature; fingers are shown to nobody.
	shown := strings.Join(w.pages(access.Capture, access.PassportOfficer), "\n")
	if !strings.Contains(shown, ": photo (raw)") || !strings.Contains(shown, ": signature (raw)") || strings.Contains(shown, "finger") {
		t.Errorf("to those with the right the pages show\n%s", shown)
	}
	// The search itself: in the passport zone it finds every canary.
	here, err := w.look.Zone(context.Background(), w.Passport.Node, filepath.Join(w.Dir, "passport"))
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(here, "\n")
	for _, c := range w.Canaries {
		if !strings.Contains(all, ": "+c.Name+" (") {
			t.Errorf("in the passport zone itself there is no %s", c.Name)
		}
	}
}

// An officer types a finger's remark into a field that everybody hears of: the
// watch must find it on its way and where it arrives.
func TestWatchFindsAPlantedCanary(t *testing.T) {
	w := watch(t)
	ctx := context.Background()
	if _, err := w.Play(ctx, drill.Make, nil); err != nil {
		t.Fatal(err)
	}
	for _, c := range w.Canaries {
		if c.Name == "right finger" {
			maker := journal.WithActor(ctx, journal.Actor{Role: string(access.PassportOfficer), Account: "x"})
			_, err := journal.Do(maker, w.Passport.Journal, passport.Room, journal.Order{Subject: passport.OrderID(w.ID, w.People[drill.Newcomer])},
				passport.Spoil{Reason: "见 " + base64.StdEncoding.EncodeToString(append([]byte("ab"), c.Bytes...)), Two: []string{"x", "y"}})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	found := strings.Join(w.outside(), "\n")
	for _, where := range []string{"internet: event", "office: event", ".bundle, record"} {
		if !strings.Contains(found, where) || !strings.Contains(found, "right finger (base64)") {
			t.Errorf("the watch didn't look at %q; it found\n%s", where, found)
		}
	}
}

// widened is passport.Captured as a careless change would declare it.
type widened struct {
	Filing string                `reach:"all"`
	Photo  journal.Field[string] `reach:"all" sealed:"yes"`
}

// What a wider reach lets out is what the watch looks for: the same event under
// today's declaration carries nothing.
func TestWatchFindsAWidenedReach(t *testing.T) {
	var digest [32]byte
	if _, err := rand.Read(digest[:]); err != nil {
		t.Fatal(err)
	}
	look := drill.NewSearch([]drill.Canary{{Name: "photo", Bytes: digest[:]}})
	text := hex.EncodeToString(digest[:])
	for _, c := range []struct {
		name  string
		kinds []journal.Kind
		body  any
		leaks bool
	}{
		{"as declared", node.Kinds(), passport.Captured{Filing: "f", Person: "p", Photo: journal.Of(text)}, false},
		{"widened", []journal.Kind{journal.Declare[widened](journal.Kind{Name: "passport.captured", Home: zone.Of(zone.Passport), Reach: zone.Everywhere})}, widened{Filing: "f", Photo: journal.Of(text)}, true},
	} {
		registry, err := journal.NewRegistry(c.kinds...)
		if err != nil {
			t.Fatal(err)
		}
		e := happened(t, registry, c.body)
		travels, ok, err := registry.EncodeFor(e, zone.Office)
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		if found := look.In(travels); len(found) > 0 != c.leaks {
			t.Errorf("%s: found %v in %s", c.name, found, travels)
		}
	}
}

// happened appends an event in a passport zone of its own with a registry.
func happened(t *testing.T, registry *journal.Registry, body any) journal.Event {
	t.Helper()
	j := passportJournal(t, registry)
	room := journal.Subject[int]{Kind: "order", Evolve: func(n int, _ journal.Event) (int, error) { return n + 1, nil }}
	if _, err := journal.Do(context.Background(), j, room, journal.Order{Subject: "o"}, happens{body}); err != nil {
		t.Fatal(err)
	}
	events, err := j.Events(context.Background(), 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	return events[0]
}

// plain seals nothing: what travels is opened anyway.
type plain struct{}

func (plain) Seal(_ string, p []byte) ([]byte, error) { return p, nil }
func (plain) Open(_ string, s []byte) ([]byte, error) { return s, nil }

func passportJournal(t *testing.T, registry *journal.Registry) *journal.Journal {
	t.Helper()
	s, err := store.Open(context.Background(), store.Options{Path: filepath.Join(t.TempDir(), "n.db")})
	if err != nil {
		t.Fatal(err)
	}
	book, err := node.Book()
	if err != nil {
		t.Fatal(err)
	}
	j, err := journal.Open(context.Background(), journal.Options{Store: s, Zone: zone.Passport, Registry: registry, Sealer: plain{}, Book: book, Clock: time.Now, Chance: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close(); s.Close() })
	return j
}

type happens struct{ body any }

func (h happens) Decide(int, journal.Moment) ([]journal.Event, error) {
	return journal.Happened(h.body), nil
}

func TestSearchFindsAValueInEveryShape(t *testing.T) {
	value := make([]byte, 24)
	if _, err := rand.Read(value); err != nil {
		t.Fatal(err)
	}
	look := drill.NewSearch([]drill.Canary{{Name: "c", Bytes: value}})
	noise := bytes.Repeat([]byte("云江市 "), 40)
	squeezed := func(w func(io.Writer) io.WriteCloser, in []byte) []byte {
		var b bytes.Buffer
		z := w(&b)
		if _, err := z.Write(in); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return append([]byte("head"), append(b.Bytes(), "tail"...)...)
	}
	zip := func(in []byte) []byte {
		return squeezed(func(w io.Writer) io.WriteCloser {
			_, _ = w.Write(append([]byte("PK\x03\x04"), make([]byte, 26)...))
			z, _ := flate.NewWriter(w, 9)
			return z
		}, in)
	}
	long := append(append(bytes.Clone(noise), value...), noise...)
	shapes := map[string][]byte{
		"raw": long, "hexadecimal": []byte(hex.EncodeToString(long)), "HEXADECIMAL": []byte(strings.ToUpper(hex.EncodeToString(long))),
		"gzip": squeezed(func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }, long),
		"zlib": squeezed(func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }, long),
		"zstd": squeezed(func(w io.Writer) io.WriteCloser { z, _ := zstd.NewWriter(w); return z }, long),
		"zip":  zip(long), "zip in gzip": squeezed(func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }, zip(long)),
	}
	for shift := range 6 {
		b := append(make([]byte, shift), append(bytes.Clone(value), 1, 2, 3)...)
		shapes[fmt.Sprint("base64 at ", shift)] = []byte(base64.StdEncoding.EncodeToString(b))
		shapes[fmt.Sprint("base64url at ", shift)] = []byte(base64.RawURLEncoding.EncodeToString(b))
		shapes[fmt.Sprint("base32 at ", shift)] = []byte(base32.StdEncoding.EncodeToString(b))
	}
	for name, data := range shapes {
		if len(look.In(data)) == 0 {
			t.Errorf("as %s it isn't found", name)
		}
		if other := drill.NewSearch([]drill.Canary{{Name: "c", Bytes: append([]byte{value[0] ^ 1}, value[1:]...)}}); len(other.In(data)) > 0 {
			t.Errorf("as %s another value is found", name)
		}
	}
}
