package node_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/keys"
	"yitang/internal/node"
	"yitang/internal/program"
	"yitang/internal/zone"
)

// maker is who publishes releases in these tests.
type maker struct {
	t      *testing.T
	key    ed25519.PrivateKey
	public []byte
}

func newMaker(t *testing.T) maker {
	t.Helper()
	secret, public, err := keys.CreateMaker(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := keys.ParseMakerSecret(secret)
	if err != nil {
		t.Fatal(err)
	}
	return maker{t, key, public}
}

// release signs a program that says which one it is, and is more than one part long.
func (m maker) release(number int, platform string) (path, id string) {
	m.t.Helper()
	noise := make([]byte, 9<<20)
	rand.Read(noise)
	content := fmt.Appendf(nil, "#!/bin/sh\necho '{\"number\":%d,\"version\":\"2026.%d\"}'\nexit\n%x", number, 10+number, noise)
	var file bytes.Buffer
	h, err := program.Make(&file, program.Manifest{Number: number, Version: fmt.Sprintf("2026.%d", 10+number), Platform: platform, Made: calendar.MustParse("2026-12-01"), Zh: "修补", En: "mended"}, content, m.key)
	if err != nil {
		m.t.Fatal(err)
	}
	path = filepath.Join(m.t.TempDir(), "new.yitang")
	if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
		m.t.Fatal(err)
	}
	return path, h.Manifest.ID()
}

// A release that the office offers comes to the other networks with the bundles,
// whole. Each of them judges by the maker that it trusts itself, an administrator
// there puts it in force, and nothing else does.
func TestAReleaseTravelsToTheNetworksThatTrustItsMaker(t *testing.T) {
	c := newCity(t)
	m, stranger := newMaker(t), newMaker(t)
	ctx := as("administrator", "guan")
	path, id := m.release(program.Number+1, node.Platform)
	if _, err := node.BringProgram(c.office.Dir, path); err == nil {
		t.Error("the office took a release though nobody has said whose it trusts")
	}
	trust := func(n *node.Node, whose maker) {
		t.Helper()
		if err := keys.PinMaker(filepath.Join(n.Dir, "keys"), whose.public, ""); err != nil {
			t.Fatal(err)
		}
	}
	trust(c.office.Node, m)
	trust(c.passport.Node, m)
	trust(c.internet.Node, stranger)
	if err := keys.PinMaker(filepath.Join(c.passport.Dir, "keys"), stranger.public, ""); err == nil {
		t.Error("another maker took the place of the one that is trusted")
	}
	foreign, _ := stranger.release(program.Number+1, node.Platform)
	if _, err := node.BringProgram(c.office.Dir, foreign); err == nil {
		t.Error("the office took a stranger's release")
	}
	if _, err := node.BringProgram(c.office.Dir, path); err != nil {
		t.Fatal(err)
	}
	if err := c.office.Programs().Offer(ctx, journal.Order{}, id); err != nil {
		t.Fatal(err)
	}
	if left, err := c.office.Programs().Brought(); err != nil || len(left) != 0 {
		t.Errorf("still lying ready: %+v, %v", left, err)
	}
	for _, n := range []*node.Node{c.internet.Node, c.passport.Node} {
		c.until(n, "the release to arrive", func() bool {
			x, err := program.One(context.Background(), n.Store, id)
			return err == nil && len(x.Release.Offered.Parts) > 1
		})
	}
	if err := c.internet.Programs().Choose(ctx, journal.Order{}, id, "更新"); !fault.IsNotNow(err) {
		t.Errorf("the internet zone took a release of whom it doesn't trust: %v", err)
	}
	if err := c.passport.Programs().Choose(ctx, journal.Order{}, id, ""); fault.Findings(err) == nil {
		t.Errorf("put in force without a reason: %v", err)
	}
	if err := c.passport.Programs().Choose(ctx, journal.Order{}, id, "更新"); err != nil {
		t.Fatal(err)
	}
	h, err := node.HandOver(c.passport.Dir)
	if err != nil || !strings.HasSuffix(h.Next, id+"/yitang") {
		t.Fatalf("the next start hands over to %+v, %v", h, err)
	}
	if h, err := node.HandOver(c.internet.Dir); err != nil || h.Next != "" {
		t.Errorf("the internet zone's hands over to %+v, %v", h, err)
	}
	// What is laid down is looked at again at each start.
	if err := os.WriteFile(h.Next, []byte("#!/bin/sh\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	if h, err := node.HandOver(c.passport.Dir); err == nil || h.Next != "" || h.Failed == "" {
		t.Errorf("an altered program is started: %+v, %v", h, err)
	}

	// Withdrawn in the office, it can be put in force nowhere.
	if err := c.office.Programs().Withdraw(ctx, journal.Order{Subject: id}, "发现错误"); err != nil {
		t.Fatal(err)
	}
	c.until(c.passport.Node, "the withdrawal to arrive", func() bool {
		x, err := program.One(context.Background(), c.passport.Store, id)
		return err == nil && x.Release.Withdrawn != ""
	})
	if err := c.passport.Programs().Choose(ctx, journal.Order{}, id, "更新"); !fault.IsNotNow(err) {
		t.Errorf("what was withdrawn is put in force: %v", err)
	}
}

// What can't run on this machine is found before anything ends.
func TestAReleaseThatDoesNotRunHereIsNotPutInForce(t *testing.T) {
	c := newCity(t)
	m := newMaker(t)
	ctx := as("administrator", "guan")
	if err := keys.PinMaker(filepath.Join(c.office.Dir, "keys"), m.public, ""); err != nil {
		t.Fatal(err)
	}
	choose := func(number int, platform string) error {
		path, id := m.release(number, platform)
		if _, err := node.BringProgram(c.office.Dir, path); err != nil {
			t.Fatal(err)
		}
		if err := c.office.Programs().Offer(ctx, journal.Order{}, id); err != nil {
			t.Fatal(err)
		}
		return c.office.Programs().Choose(ctx, journal.Order{}, id, "更新")
	}
	if err := choose(program.Number+1, "plan9/mips"); !fault.IsNotNow(err) {
		t.Errorf("another machine's was taken: %v", err)
	}
	if err := choose(program.Number+2, node.Platform); !fault.IsNotNow(err) {
		t.Errorf("one after the next was taken: %v", err)
	}
	// A program that says that it is another one than was signed.
	path := filepath.Join(t.TempDir(), "broken.yitang")
	var file bytes.Buffer
	h, err := program.Make(&file, program.Manifest{Number: program.Number + 1, Version: "2027.1", Platform: node.Platform, Made: calendar.MustParse("2026-12-01"), Zh: "修补", En: "mended"},
		[]byte("#!/bin/sh\nexit 1\n"), m.key)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := node.BringProgram(c.office.Dir, path); err != nil {
		t.Fatal(err)
	}
	if err := c.office.Programs().Offer(ctx, journal.Order{}, h.Manifest.ID()); err != nil {
		t.Fatal(err)
	}
	if err := c.office.Programs().Choose(ctx, journal.Order{}, h.Manifest.ID(), "更新"); err == nil {
		t.Error("a program that doesn't run was put in force")
	}
	if h, err := node.HandOver(c.office.Dir); err != nil || h.Next != "" {
		t.Errorf("the next start hands over to %+v, %v", h, err)
	}
}

// Each network says what it runs, and no more than the office hears of it from
// the passport zone.
func TestWhatEachNetworkRunsIsKnownInTheOfficeAlone(t *testing.T) {
	c := newCity(t)
	for _, n := range []*node.Node{c.internet.Node, c.office.Node, c.passport.Node} {
		for range 2 {
			if err := n.Programs().Report(context.Background(), ""); err != nil {
				t.Fatal(err)
			}
		}
	}
	said := func(n *node.Node) (known []zone.Zone) {
		all, err := n.Programs().Everywhere(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range all {
			if x.Number == program.Number {
				known = append(known, x.Zone)
			}
		}
		return known
	}
	c.until(c.office.Node, "the others to say what they run", func() bool { return len(said(c.office.Node)) == 3 })
	c.until(c.internet.Node, "the office to say what it runs", func() bool { return len(said(c.internet.Node)) == 2 })
	if got := said(c.passport.Node); len(got) != 1 {
		t.Errorf("the passport zone knows of %v", got)
	}
}
