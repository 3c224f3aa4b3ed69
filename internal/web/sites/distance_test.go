package sites_test

import (
	"crypto/rand"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"yitang/internal/access"
	"yitang/internal/blob"
	"yitang/internal/exchange"
	"yitang/internal/exchange/carrier"
	"yitang/internal/keys"
	"yitang/internal/node"
	"yitang/internal/zone"
)

// What another zone said and this one didn't take is told to everybody as a
// number, and record by record to those who look after the system.
func TestWhatWasNotTakenStandsOnTheNodePage(t *testing.T) {
	s := serve(t, zone.Office)
	auditor, window := signIn(t, s, string(access.Auditor)), signIn(t, s, string(access.Window))
	const heading = "没有收下的记录"
	if status, page, _ := get(t, auditor, s.url+"/node"); status != http.StatusOK || strings.Contains(page, heading) {
		t.Fatalf("before anything was refused: %d", status)
	}

	internet := filepath.Join(t.TempDir(), "internet")
	if err := node.Init(zone.Internet, node.Options{Dir: internet}); err != nil {
		t.Fatal(err)
	}
	ring, err := keys.Load(filepath.Join(internet, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.node.Keys.Pin(ring.Public()); err != nil {
		t.Fatal(err)
	}
	content, err := exchange.Build(exchange.Header{Stream: exchange.Stream{From: zone.Internet, To: zone.Office}, Epoch: 1, Sequence: 1, First: 1, Last: 1, AsOf: time.Now().UTC(),
		Signer: ring.KeyID().String(), Receiver: s.node.Keys.Public().ReceivingID().String()},
		[]exchange.Record{{Type: exchange.EventRecord, Body: []byte(`{"header":{"kind":"passport.made","origin":"passport"}}`)}})
	if err != nil {
		t.Fatal(err)
	}
	file, err := exchange.Seal(content, ring.SigningKey(), s.node.Keys.Public())
	if err != nil {
		t.Fatal(err)
	}
	disc := t.TempDir()
	if err := os.WriteFile(filepath.Join(disc, "internet-office.1.000000001.bundle"), file, 0o600); err != nil {
		t.Fatal(err)
	}
	src, err := carrier.At(blob.OS{}, disc)
	if err != nil {
		t.Fatal(err)
	}
	x, err := s.node.Exchange(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if out, err := x.Import(t.Context(), zone.Internet, src); err != nil || len(out) != 1 || out[0].Quarantined != 1 {
		t.Fatalf("%+v, %v", out, err)
	}
	bad := filepath.Join(disc, "internet-office.1.000000002.bundle")
	if err := os.WriteFile(bad, append([]byte("x"), file...), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := x.Import(t.Context(), zone.Internet, src)
	if err == nil {
		err = x.Clear(src, out)
	}
	if err == nil { // the same again, and the first one isn't kept
		err = os.WriteFile(bad, append([]byte("y"), file...), 0o600)
	}
	if err == nil {
		out, err = x.Import(t.Context(), zone.Internet, src)
	}
	if err == nil {
		err = x.Clear(src, out)
	}
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(2 * time.Second) // for so long the page tells what it asked before

	_, page, _ := get(t, auditor, s.url+"/node")
	for _, want := range []string{heading, "passport.made", "这一件通不过检查", "送来的第2包整包没有收下", "整包", "还有1个整包没有收下", "it was changed or cut off"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page doesn't show %q", want)
		}
	}
	if _, page, _ := get(t, auditor, s.url+"/release/in-internet-1-1-0"); !strings.Contains(page, "may not speak for the passport zone") {
		t.Error("the page of the record doesn't show what the check said")
	}
	if _, page, _ := get(t, window, s.url+"/node"); strings.Contains(page, heading) || !strings.Contains(page, "送来的第2包整包没有收下") {
		t.Error("the window should read the number, and nothing of the records")
	}
	if _, page, _ := get(t, window, s.url+"/display"); !strings.Contains(foot(page), "互联网送来的第2包整包没有收下") {
		t.Errorf("the foot of another page says %s", foot(page))
	}
}

// foot is what stands at the foot of a page.
func foot(page string) string {
	_, rest, _ := strings.Cut(page, `<footer class="foot">`)
	out, _, _ := strings.Cut(rest, "</footer>")
	return out
}

// Whatever page somebody is on, its foot says of each other zone how far both
// have heard of each other.
func TestTheFootOfEveryPageSaysHowFarTheZonesHaveHeard(t *testing.T) {
	for z, says := range map[zone.Zone][]string{
		zone.Internet: {"还没有和办公网互认"}, zone.Office: {"还没有和互联网互认", "还没有和护照专网互认"}, zone.Passport: {"还没有和办公网互认"},
	} {
		s := serve(t, z)
		pages := 0
		for _, role := range access.Roles(z) {
			c := signIn(t, s, string(role))
			for _, route := range s.site.AllRoutes() {
				path, is := strings.CutPrefix(route.Pattern, "GET ")
				if !is || strings.Contains(path, "{") {
					continue
				}
				status, page, h := get(t, c, s.url+path)
				if status != http.StatusOK || !strings.HasPrefix(h.Get("Content-Type"), "text/html") || !strings.Contains(page, "<footer") {
					continue // refused to this role, a file, or a part of a page
				}
				pages++
				for _, want := range says {
					if !strings.Contains(foot(page), want) {
						t.Errorf("%s: the foot of %s, as %s, doesn't say %s: %s", z, path, role, want, foot(page))
					}
				}
			}
		}
		if pages < 10 {
			t.Errorf("%s: only %d pages were looked at", z, pages)
		}
	}
}

// In which suite each stream is, and whose keys are trusted, stands on the page
// of the node for who looks after it.
func TestSuitesAndFingerprintsStandOnTheNodePage(t *testing.T) {
	s := serve(t, zone.Office)
	internet, err := keys.Create(filepath.Join(t.TempDir(), "keys"), zone.Internet, rand.Reader, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if internet, err = internet.Draw(rand.Reader, time.Now()); err != nil {
		t.Fatal(err)
	}
	told, err := internet.PublicIn(keys.National)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.node.Keys.Pin(internet.Public()), s.node.Keys.Announce(told)); err != nil {
		t.Fatal(err)
	}
	own := s.node.Keys.Public().Fingerprint()
	for _, role := range access.Roles(zone.Office) {
		c := signIn(t, s, string(role))
		status, page, _ := get(t, c, s.url+"/node")
		if status != http.StatusOK {
			t.Fatalf("%s: %d", role, status)
		}
		may := role == access.Administrator || role == access.Auditor || role == access.Chief
		for _, want := range []string{own, internet.Public().Fingerprint(), told.Fingerprint(), "数据包带来，还没互认", "国际（Ed25519、SHA-256、age）", "办公网 → 互联网"} {
			if strings.Contains(page, want) != may {
				t.Errorf("%s, who may see it: %t: %s", role, may, want)
			}
		}
	}
}

// How bundles travel is told in words to whoever looks after the node: which way
// works, which doesn't and why, which has no receipt and never will.
func TestTheNodePageSaysHowEachCarrierFares(t *testing.T) {
	dir := t.TempDir()
	gate := filepath.Join(dir, "gate")
	yaml := "carriers:\n  - {name: 网闸, with: internet, folder: {out: " + gate + "}}\n  - {with: passport, folder: {in: /nowhere/at/all}}\n"
	if err := os.WriteFile(filepath.Join(dir, "node.yaml"), []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	s := serveIn(t, zone.Office, dir)
	auditor, window := signIn(t, s, string(access.Auditor)), signIn(t, s, string(access.Window))
	_, page, _ := get(t, auditor, s.url+"/node")
	if !strings.Contains(page, "网闸") || strings.Count(page, "已设好，还没有运行过") != 2 {
		t.Error("before they ran the page should say so of both")
	}
	keeper, err := carrier.NewKeeper(blob.OS{}, filepath.Join(dir, "exchange", "carriers"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	all, err := s.node.Carriers()
	if err != nil {
		t.Fatal(err)
	}
	first, second := keeper.Begin(all[0]), keeper.Begin(all[1])
	if _, page, _ := get(t, auditor, s.url+"/node"); strings.Count(page, "已开着，还没有等到对方") != 2 {
		t.Error("a carrier that nothing came by yet should say so")
	}
	first.Worked(3, 0)
	first.Waits(3, time.Now().Add(time.Hour))
	first.Worked(1, 0)
	second.Failed(os.ErrNotExist)
	second.Later(7)
	_, page, _ = get(t, auditor, s.url+"/node")
	for _, want := range []string{"正常，", "4个文件", "3个文件送出后没有回执", "文件夹不在：共享没有挂上", "还没有正常过", "放不下，7个文件先留在外面", "out " + gate} {
		if !strings.Contains(page, want) {
			t.Errorf("the page doesn't say %q", want)
		}
	}
	if _, page, _ := get(t, window, s.url+"/node"); strings.Contains(page, gate) {
		t.Error("the window should not read where the folders are")
	}
	if !s.node.LeaveCarriers() {
		t.Error("the node says that it has no carriers")
	}
	if _, page, _ := get(t, auditor, s.url+"/node"); strings.Count(page, "已设好，但没有用") != 2 {
		t.Error("carriers that nobody uses should say so")
	}
}
