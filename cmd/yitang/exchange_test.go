package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"yitang/internal/document"
	"yitang/internal/dossier"
	"yitang/internal/exchange"
	"yitang/internal/exchange/carrier"
	"yitang/internal/journal"
	"yitang/internal/keys"
	"yitang/internal/node"
	"yitang/internal/unit"
	"yitang/internal/zone"
)

// exchanged runs `yitang exchange` and gives its JSON and exit status.
func exchanged(t *testing.T, args ...string) (map[string]any, int) {
	t.Helper()
	var out bytes.Buffer
	cmd := exchangeCommand()
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetOut(&out)
	cmd.SetArgs(append(args, "--json"))
	code := 0
	if err := cmd.ExecuteContext(t.Context()); err != nil {
		var coded exitCoder
		if !errors.As(err, &coded) {
			t.Fatalf("yitang exchange %v: %v", args, err)
		}
		code = coded.ExitCode()
	}
	says := map[string]any{}
	if err := json.Unmarshal(out.Bytes(), &says); err != nil {
		t.Fatalf("yitang exchange %v printed %q: %v", args, out.String(), err)
	}
	return says, code
}

func openUnit(t *testing.T, dir, id string) {
	t.Helper()
	n, err := node.Open(t.Context(), node.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	_, err = journal.Do(t.Context(), n.Journal, unit.Room, journal.Order{Subject: id}, unit.Open{Name: "巴渝理工大学（虚构）", USCC: "12509901G76543219R", Type: dossier.Institution})
	if err != nil {
		t.Fatal(err)
	}
}

func fatesOf(t *testing.T, says map[string]any) string {
	t.Helper()
	var out []string
	for _, b := range says["bundles"].([]any) {
		out = append(out, b.(map[string]any)["fate"].(string))
	}
	return strings.Join(out, " ")
}

// twoPaired makes the folders of the office and the internet zone, paired.
func twoPaired(t *testing.T, base string) (folder map[zone.Zone]string, ring map[zone.Zone]*keys.Ring) {
	t.Helper()
	folder, ring = map[zone.Zone]string{}, map[zone.Zone]*keys.Ring{}
	for _, z := range []zone.Zone{zone.Office, zone.Internet} {
		folder[z] = filepath.Join(base, string(z))
		if err := node.Init(z, node.Options{Dir: folder[z]}); err != nil {
			t.Fatal(err)
		}
		var err error
		if ring[z], err = keys.Load(filepath.Join(folder[z], "keys")); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(ring[zone.Office].Pin(ring[zone.Internet].Public()), ring[zone.Internet].Pin(ring[zone.Office].Public())); err != nil {
		t.Fatal(err)
	}
	return folder, ring
}

func TestBundlesByHandFromOneFolderToAnother(t *testing.T) {
	base := t.TempDir()
	folder, _ := twoPaired(t, base)
	disc := filepath.Join(base, "disc")
	bundle := func(n string) string { return filepath.Join(disc, "office-internet.1.00000000"+n+".bundle") }
	for _, id := range []string{"u1", "u2", "u3"} {
		openUnit(t, folder[zone.Office], id)
		if _, code := exchanged(t, "export", "--to", "internet", "--out", disc, "--data", folder[zone.Office]); code != 0 {
			t.Fatalf("export ends with %d", code)
		}
	}

	says, code := exchanged(t, "verify", bundle("1"), "--data", folder[zone.Internet])
	if code != 0 || says["ok"] != true {
		t.Errorf("verify: %v, %d", says, code)
	}
	if says, code = exchanged(t, "verify", bundle("1"), "--data", folder[zone.Office]); code != 1 || says["reason"] != "wrong_receiver" {
		t.Errorf("verify on the wrong side: %v, %d", says, code)
	}

	held := bundle("2") + ".held"
	if err := os.Rename(bundle("2"), held); err != nil {
		t.Fatal(err)
	}
	if says, code = exchanged(t, "import", "--in", disc, "--data", folder[zone.Internet]); code != 3 || fatesOf(t, says) != "applied waiting" {
		t.Errorf("with the second missing: %v, %d", says, code)
	}
	content, err := os.ReadFile(held)
	if err != nil {
		t.Fatal(err)
	}
	spoiled := bytes.Clone(content)
	spoiled[len(spoiled)/2] ^= 1
	if err := os.WriteFile(bundle("2"), spoiled, 0o600); err != nil {
		t.Fatal(err)
	}
	if says, code = exchanged(t, "import", "--in", disc, "--data", folder[zone.Internet]); code != 1 || fatesOf(t, says) != "known refused waiting" {
		t.Errorf("with the second altered: %v, %d", says, code)
	}
	if err := os.WriteFile(bundle("2"), content, 0o600); err != nil {
		t.Fatal(err)
	}
	if says, code = exchanged(t, "import", "--in", disc, "--data", folder[zone.Internet]); code != 0 || fatesOf(t, says) != "known applied applied" {
		t.Errorf("with all: %v, %d", says, code)
	}

	back := filepath.Join(base, "back")
	exchanged(t, "export", "--to", "office", "--out", back, "--data", folder[zone.Internet])
	if says, code = exchanged(t, "import", "--in", back, "--data", folder[zone.Office]); code != 0 || fatesOf(t, says) != "applied" {
		t.Errorf("the receipt: %v, %d", says, code)
	}
	says, code = exchanged(t, "status", "--data", folder[zone.Office])
	toInternet := says["outgoing"].([]any)[0].(map[string]any)
	if code != 0 || toInternet["sent"] != 3.0 || toInternet["applied"] != 3.0 || toInternet["unreceipted"] != 0.0 {
		t.Errorf("status: %v, %d", says, code)
	}
	if says, _ = exchanged(t, "export", "--to", "internet", "--out", disc, "--data", folder[zone.Office]); len(says["bundles"].([]any)) != 0 {
		t.Errorf("everything is acknowledged, and still handed over: %v", says)
	}

	// Both ends print the same digest for the direction, and of an earlier bundle
	// the sender prints another.
	state := func(args ...string) map[string]any {
		t.Helper()
		says, code := exchanged(t, append([]string{"state"}, args...)...)
		if code != 0 {
			t.Fatalf("state: %v, %d", says, code)
		}
		for _, one := range says["states"].([]any) {
			k := one.(map[string]any)
			if way := k["stream"].(map[string]any); way["from"] == "office" && way["to"] == "internet" {
				return k
			}
		}
		t.Fatalf("no state of the stream: %v", says)
		return nil
	}
	told := state("--data", folder[zone.Office])
	known := state("--data", folder[zone.Internet])
	before := state("--to", "internet", "--bundle", "2", "--data", folder[zone.Office])
	if fmt.Sprint(told) != fmt.Sprint(known) || told["events"] != 3.0 || before["events"] != 2.0 || before["state"] == told["state"] {
		t.Errorf("told %v, known %v, a bundle earlier %v", told, known, before)
	}

	n, err := node.Open(t.Context(), node.Options{Dir: folder[zone.Internet]})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	u, version, err := journal.Load(t.Context(), n.Journal, unit.Room, "u2")
	if err != nil || version != 1 || u.Name == "" {
		t.Errorf("the unit arrived as %+v, version %d, %v", u, version, err)
	}
}

func TestKeysAreRenewedAndRevokedByHand(t *testing.T) {
	base := t.TempDir()
	folder, ring := twoPaired(t, base)
	disc := filepath.Join(base, "disc")
	cross := func(want string, code int) {
		t.Helper()
		exchanged(t, "export", "--to", "internet", "--out", disc, "--data", folder[zone.Office])
		says, got := exchanged(t, "import", "--in", disc, "--data", folder[zone.Internet])
		if fates := fatesOf(t, says); got != code || fates != want {
			t.Errorf("%s (%d) instead of %s", fates, got, want)
		}
	}
	openUnit(t, folder[zone.Office], "u1")
	cross("applied", 0)
	says, code := exchanged(t, "rotate", "--data", folder[zone.Office])
	if code != 0 || says["was"] != ring[zone.Office].Public().Fingerprint() || says["fingerprint"] == says["was"] {
		t.Fatalf("rotate: %v, %d", says, code)
	}
	openUnit(t, folder[zone.Office], "u2")
	cross("known applied", 0)
	pinned, err := ring[zone.Internet].Peer(zone.Office)
	if err != nil || pinned.Fingerprint() != says["fingerprint"] {
		t.Errorf("pinned is %s (%v)", pinned.Fingerprint(), err)
	}
	openUnit(t, folder[zone.Office], "u3")
	cross("known known applied", 0)

	if says, code = exchanged(t, "revoke", "--from", "office", "--fingerprint", pinned.Fingerprint(), "--data", folder[zone.Internet]); code != 0 {
		t.Errorf("revoke: %v, %d", says, code)
	}
	openUnit(t, folder[zone.Office], "u4")
	cross("known known known refused", 1)
}

// Who doesn't trust this program verifies its bundles with another one.
func TestASecondProgramVerifiesABundleWithTheNodesKeys(t *testing.T) {
	program, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("YITANG_CI") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	base := t.TempDir()
	folder, _ := twoPaired(t, base)
	openUnit(t, folder[zone.Office], "u1")
	disc := filepath.Join(base, "disc")
	exchanged(t, "export", "--to", "internet", "--out", disc, "--data", folder[zone.Office])
	bundle := filepath.Join(disc, "office-internet.1.000000001.bundle")
	says, _ := exchanged(t, "verify", bundle, "--data", folder[zone.Internet])
	ask := func(z zone.Zone) (string, int) {
		t.Helper()
		out, err := exec.CommandContext(t.Context(), program, "../../verifier/verify.mjs", bundle, "--keys", filepath.Join(folder[z], "keys")).CombinedOutput()
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		if exit != nil {
			return string(out), exit.ExitCode()
		}
		return string(out), 0
	}
	if said, code := ask(zone.Internet); code != 0 || !strings.Contains(said, "is genuine: number 1 of epoch 1 from the office zone") || !strings.Contains(said, says["digest"].(string)) || strings.Contains(said, "set aside") {
		t.Errorf("%d: %s", code, said)
	}
	if said, code := ask(zone.Office); code != 1 || !strings.Contains(said, "is refused (wrong_receiver)") {
		t.Errorf("with the sender's keys %d: %s", code, said)
	}
	content, err := os.ReadFile(bundle)
	if err != nil {
		t.Fatal(err)
	}
	content[len(content)-1] ^= 1
	if err := os.WriteFile(bundle, content, 0o600); err != nil {
		t.Fatal(err)
	}
	if said, code := ask(zone.Internet); code != 1 || !strings.Contains(said, "is refused (altered)") {
		t.Errorf("altered, and %d: %s", code, said)
	}
}

func TestWhatWasRefusedIsListedAndDiscarded(t *testing.T) {
	base := t.TempDir()
	folder, ring := twoPaired(t, base)
	content, err := exchange.Build(exchange.Header{Stream: exchange.Stream{From: zone.Internet, To: zone.Office}, Epoch: 1, Sequence: 1, First: 1, Last: 1, AsOf: time.Now().UTC(),
		Signer: ring[zone.Internet].KeyID().String(), Receiver: ring[zone.Office].Public().ReceivingID().String()},
		[]exchange.Record{{Type: exchange.EventRecord, Body: []byte(`{"header":{"kind":"passport.made","origin":"passport"},"name":"CANARY"}`)}})
	if err != nil {
		t.Fatal(err)
	}
	file, err := exchange.Seal(content, ring[zone.Internet].SigningKey(), ring[zone.Office].Public())
	if err != nil {
		t.Fatal(err)
	}
	disc := t.TempDir()
	if err := os.WriteFile(filepath.Join(disc, "internet-office.1.000000001.bundle"), file, 0o600); err != nil {
		t.Fatal(err)
	}
	examined := func() (string, error) {
		var out bytes.Buffer
		cmd := doctorCommand()
		cmd.SilenceErrors, cmd.SilenceUsage = true, true
		cmd.SetOut(&out)
		cmd.SetArgs([]string{"--data", folder[zone.Office]})
		err := cmd.ExecuteContext(t.Context())
		return out.String(), err
	}
	if says, err := examined(); err != nil || !strings.Contains(says, "ok   office    records of other zones") {
		t.Errorf("before: %v\n%s", err, says)
	}
	if says, code := exchanged(t, "import", "--in", disc, "--data", folder[zone.Office]); code != 0 || fatesOf(t, says) != "applied" {
		t.Fatalf("import: %v, %d", says, code)
	}
	if says, err := examined(); err == nil || !strings.Contains(says, "BAD  office    records of other zones") || !strings.Contains(says, "1 records from the internet zone") {
		t.Errorf("refused: %v\n%s", err, says)
	}
	for range 2 { // listing takes nothing away
		says, code := exchanged(t, "quarantine", "--data", folder[zone.Office])
		records := says["records"].([]any)
		if code != 0 || len(records) != 1 {
			t.Fatalf("quarantine: %v, %d", says, code)
		}
		r := records[0].(map[string]any)
		if r["from"] != "internet" || r["kind"] != "passport.made" || r["reason"] != "the internet zone may not speak for the passport zone" || r["sequence"] != 1.0 || strings.Contains(fmt.Sprint(r), "CANARY") {
			t.Errorf("quarantine: %v", r)
		}
	}
	const key = "in-internet-1-1-0"
	twoDecide(t, folder[zone.Office])
	decide := func(login string, args ...string) (string, error) {
		t.Helper()
		return decided(t, folder[zone.Office], login, append([]string{key}, args...)...)
	}
	if says, err := decide("ann", "--discard"); err == nil {
		t.Errorf("without a reason: %s", says)
	}
	if says, err := decide("ann", "--discard", "--reason", "nobody may say that"); err != nil {
		t.Fatalf("%v: %s", err, says)
	}
	if says, err := decide("ann", "--agree", "discard"); err == nil {
		t.Errorf("one person threw it away alone: %s", says)
	}
	if says, err := decide("window", "--agree", "discard"); err == nil {
		t.Errorf("somebody at the window decided: %s", says)
	}
	if says, err := decide("bob", "--refuse", "--reason", "let us look first"); err != nil {
		t.Fatalf("%v: %s", err, says)
	}
	if says, _ := exchanged(t, "held", "--data", folder[zone.Office]); len(says["held"].([]any)) != 1 || says["held"].([]any)[0].(map[string]any)["answer"] != "let us look first" {
		t.Errorf("refused, and %v", says)
	}
	// Taken in it can't be by anybody: it stays, and says why.
	if says, err := decide("bob", "--reason", "try"); err != nil {
		t.Fatalf("%v: %s", err, says)
	}
	if says, err := decide("ann", "--agree", "discard"); err == nil {
		t.Errorf("agreed to throw away what was asked to be taken in: %s", says)
	}
	if says, err := decide("ann", "--agree", "release"); err != nil || !strings.Contains(says, "still can't be taken in") {
		t.Fatalf("%v: %s", err, says)
	}
	if says, _ := exchanged(t, "held", "--data", folder[zone.Office]); len(says["held"].([]any)) != 1 || says["held"].([]any)[0].(map[string]any)["stage"] != "failed" {
		t.Errorf("taken in: %v", says)
	}
	if says, err := decide("bob", "--discard", "--reason", "nobody may say that"); err != nil {
		t.Fatalf("%v: %s", err, says)
	}
	if says, err := decide("ann", "--agree", "discard"); err != nil {
		t.Fatalf("%v: %s", err, says)
	}
	if says, _ := exchanged(t, "quarantine", "--data", folder[zone.Office]); len(says["records"].([]any)) != 0 {
		t.Errorf("discarded, and still listed: %v", says)
	}
	if says, err := examined(); err != nil {
		t.Errorf("after: %v\n%s", err, says)
	}
}

const deciders = "a long enough password 22"

// twoDecide opens accounts for two people who may let go what is held, and one
// for somebody who may not.
func twoDecide(t *testing.T, dir string) {
	t.Helper()
	for login, role := range map[string]string{"ann": "administrator", "bob": "chief", "window": "window"} {
		cmd := adminCommand()
		cmd.SilenceErrors, cmd.SilenceUsage = true, true
		cmd.SetOut(io.Discard)
		cmd.SetIn(strings.NewReader(deciders + "\n"))
		cmd.SetArgs([]string{"add-account", "--data", dir, "--login", login, "--name", login, "--role", role})
		if err := cmd.ExecuteContext(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func decided(t *testing.T, dir, login string, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	cmd := exchangeCommand()
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetOut(&out)
	cmd.SetIn(strings.NewReader(deciders + "\n"))
	cmd.SetArgs(append([]string{"release", "--data", dir, "--as", login}, args...))
	err := cmd.ExecuteContext(t.Context())
	return out.String(), err
}

// Two operators change the suite of a stream by hand, as the help says.
func TestTheSuiteOfAStreamIsChangedByHand(t *testing.T) {
	base := t.TempDir()
	folder, _ := twoPaired(t, base)
	office, internet := folder[zone.Office], folder[zone.Internet]
	cross := func(from, to zone.Zone, want string, code int) map[string]any {
		t.Helper()
		disc := filepath.Join(base, string(from))
		exchanged(t, "export", "--to", string(to), "--out", disc, "--data", folder[from])
		says, got := exchanged(t, "import", "--in", disc, "--data", folder[to])
		if fates := fatesOf(t, says); got != code || fates != want {
			t.Errorf("%s (%d) instead of %s", fates, got, want)
		}
		return says
	}
	openUnit(t, office, "u1")
	cross(zone.Office, zone.Internet, "applied", 0)
	for _, dir := range []string{office, internet} {
		exchanged(t, "suite", "--draw", "--data", dir)
	}
	cross(zone.Office, zone.Internet, "known applied", 0)
	cross(zone.Internet, zone.Office, "applied", 0)

	fingerprint := func(dir string, state string) string {
		t.Helper()
		says, _ := exchanged(t, "suite", "--data", dir)
		for _, k := range says["keys"].([]any) {
			if k := k.(map[string]any); k["suite"] == "national/1" && k["state"] == state {
				return k["fingerprint"].(string)
			}
		}
		t.Fatalf("no %s key of the national suite in %v", state, says["keys"])
		return ""
	}
	refused := func(want string, args ...string) {
		t.Helper()
		cmd := exchangeCommand()
		cmd.SilenceErrors, cmd.SilenceUsage = true, true
		cmd.SetOut(io.Discard)
		cmd.SetArgs(args)
		if err := cmd.ExecuteContext(t.Context()); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v: %v instead of %s", args, err, want)
		}
	}
	ours, theirs := fingerprint(office, "own"), fingerprint(internet, "own")
	if fingerprint(office, "announced") != theirs || fingerprint(internet, "announced") != ours {
		t.Error("what was told isn't what was drawn")
	}
	refused("already", "suite", "--draw", "--data", office)
	refused("not the one given", "suite", "--to", "internet", "--use", "national/1", "--fingerprint", ours, "--data", office)
	refused("hasn't said that it takes", "suite", "--to", "internet", "--use", "national/1", "--fingerprint", theirs, "--data", office)
	refused("there is no suite", "suite", "--to", "internet", "--use", "lunar/1", "--fingerprint", theirs, "--data", office)

	// Begun though nobody there has agreed: refused there in a sentence.
	exchanged(t, "suite", "--to", "internet", "--use", "national/1", "--fingerprint", theirs, "--told", "--data", office)
	openUnit(t, office, "u2")
	says := cross(zone.Office, zone.Internet, "known known refused", 1)
	if detail := fmt.Sprint(says["bundles"]); !strings.Contains(detail, "not_pinned") || !strings.Contains(detail, "nobody here has agreed") {
		t.Errorf("%s", detail)
	}
	exchanged(t, "suite", "--from", "office", "--take", "national/1", "--fingerprint", ours, "--data", internet)
	cross(zone.Office, zone.Internet, "known known applied", 0)
	says, _ = exchanged(t, "suite", "--data", internet)
	if got := fmt.Sprint(says["streams"]); !strings.Contains(got, "map[agreed: from:office suite:national/1 to:internet]") || !strings.Contains(got, "map[agreed: from:internet suite:international/1 to:office]") {
		t.Errorf("%s", got)
	}

	// The other direction as the help says it: agreed, told, begun.
	exchanged(t, "suite", "--from", "internet", "--take", "national/1", "--fingerprint", theirs, "--data", office)
	cross(zone.Office, zone.Internet, "known known known applied", 0)
	exchanged(t, "suite", "--to", "office", "--use", "national/1", "--fingerprint", ours, "--data", internet)
	cross(zone.Internet, zone.Office, "known applied", 0)
	says, code := exchanged(t, "verify", filepath.Join(base, "internet", lastBundle(t, filepath.Join(base, "internet"))), "--data", office)
	if code != 0 || says["ok"] != true || fmt.Sprint(says["bundle"].(map[string]any)["suite"]) != "national/1" {
		t.Errorf("%v (%d)", says, code)
	}
}

func lastBundle(t *testing.T, dir string) string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, "*.bundle"))
	if err != nil || len(all) == 0 {
		t.Fatal(all, err)
	}
	return filepath.Base(all[len(all)-1])
}

// Keys of the national suite are paired by file, too.
func TestNationalKeysArePairedByFile(t *testing.T) {
	base := t.TempDir()
	folder, ring := twoPaired(t, base)
	drawn, err := ring[zone.Office].Draw(rand.Reader, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	card, err := drawn.PublicIn(keys.National)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(base, "office.json")
	for _, args := range [][]string{{"--show", file, "--suite", "national/1", "--data", folder[zone.Office]}, {"--with", file, "--fingerprint", card.Fingerprint(), "--data", folder[zone.Internet]}} {
		cmd := pairCommand()
		cmd.SetOut(io.Discard)
		cmd.SetArgs(args)
		if err := cmd.ExecuteContext(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	pinned, err := ring[zone.Internet].PeerIn(zone.Office, keys.National)
	if err != nil || !pinned.Equal(card) {
		t.Errorf("pinned is %+v (%v)", pinned, err)
	}
	if other, err := ring[zone.Internet].Peer(zone.Office); err != nil || !other.Equal(ring[zone.Office].Public()) {
		t.Errorf("of the other suite %+v (%v)", other, err)
	}
}

// Whoever carries a disc reads on its label what is on it and where it goes, and
// whoever imports it hears what it was.
func TestADiscHasALabelAndSaysWhereItGoes(t *testing.T) {
	base := t.TempDir()
	folder, _ := twoPaired(t, base)
	disc := filepath.Join(base, "disc")
	openUnit(t, folder[zone.Office], "u1")
	says, _ := exchanged(t, "export", "--to", "internet", "--out", disc, "--data", folder[zone.Office])
	if text, _ := says["says"].(string); !strings.Contains(text, "carry "+disc+" to the internet zone: number 1 of the office zone") || says["label"] != "label-office-internet.pdf" {
		t.Errorf("export says %v", says)
	}
	label, err := os.ReadFile(filepath.Join(disc, "label-office-internet.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	pages, err := document.PageText(label)
	if err != nil || len(pages) != 1 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	bundles := says["bundles"].([]any)
	digest := bundles[0].(map[string]any)["digest"].(string)
	flat := strings.Join(strings.Fields(pages[0]), "")
	for _, want := range []string{"办公网→互联网", "送往Carryto互联网Internet", "收到Received", digest[:16]} {
		if !strings.Contains(flat, want) {
			t.Errorf("the label doesn't say %q: %s", want, flat)
		}
	}
	answer := func(z zone.Zone, code string, exit int) {
		t.Helper()
		says, got := exchanged(t, "import", "--in", disc, "--data", folder[z])
		if a := says["answer"].(map[string]any); a["code"] != code || got != exit {
			t.Errorf("%v, %d", says, got)
		}
	}
	answer(zone.Office, "own", 1)
	answer(zone.Internet, "taken", 0)
	answer(zone.Internet, "again", 0)
}

// Two zones that are served, each alone, with a folder between them that both
// reach: what one writes the other has, and the receipt comes back.
func TestServedZonesCarryThroughFoldersByThemselves(t *testing.T) {
	base := t.TempDir()
	folder, _ := twoPaired(t, base)
	for z, s := range map[zone.Zone]string{
		zone.Office:   "carriers:\n  - {name: 网闸, with: internet, folder: {out: " + base + "/a, in: " + base + "/b}}\n",
		zone.Internet: "carriers:\n  - {with: office, folder: {out: " + base + "/b, in: " + base + "/a}}\n",
	} {
		if err := os.WriteFile(filepath.Join(folder[z], "node.yaml"), []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	openUnit(t, folder[zone.Office], "u1")
	nodes := map[zone.Zone]*node.Node{}
	for z, dir := range folder {
		n, err := node.Open(t.Context(), node.Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		defer n.Close()
		nodes[z] = n
	}
	if says, err := nodes[zone.Office].CarrierLines(); err != nil || len(says) != 1 || !strings.Contains(says[0], "网闸 folder with internet") || !strings.Contains(says[0], "never ran") {
		t.Errorf("before it ran: %v, %v", says, err)
	}
	begin := func() (stop func()) {
		ctx, cancel := context.WithCancel(t.Context())
		var work sync.WaitGroup
		for _, n := range nodes {
			x, err := n.Exchange(ctx)
			if err != nil {
				t.Fatal(err)
			}
			carry, err := n.Carry(x, 20*time.Millisecond)
			if err != nil {
				t.Fatal(err)
			}
			work.Go(func() { carry(ctx) })
			work.Go(func() { x.Watch(ctx, slog.New(slog.DiscardHandler), 20*time.Millisecond) })
		}
		return func() { cancel(); work.Wait() }
	}
	until := func(what string, ok func() bool) {
		t.Helper()
		for range 1000 {
			if ok() {
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
		t.Fatalf("waited in vain for %s", what)
	}
	fares := func(z zone.Zone) carrier.State {
		all, err := nodes[z].Carriers()
		if err != nil || len(all) != 1 {
			t.Fatalf("%v, %v", all, err)
		}
		return all[0]
	}
	stop := begin()
	until("word that the folders aren't there", func() bool { s := fares(zone.Office); return s.Trouble == carrier.Away && !s.Well() })
	if says, err := nodes[zone.Office].CarrierLines(); err != nil || len(says) != 1 || !strings.Contains(says[0], "mount the share") {
		t.Errorf("%v, %v", says, err)
	}
	if err := errors.Join(os.Mkdir(base+"/a", 0o700), os.Mkdir(base+"/b", 0o700)); err != nil {
		t.Fatal(err)
	}
	x, err := nodes[zone.Office].Exchange(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	until("the receipt", func() bool {
		s, err := x.Status(t.Context())
		return err == nil && s.Outgoing[0].Applied == 1 && s.Outgoing[0].Unreceipted == 0
	})
	until("word that it went well", func() bool { s := fares(zone.Office); return s.Well() && s.Sent >= 2 && s.Took >= 1 })
	stop()
	if says, err := nodes[zone.Office].CarrierLines(); err != nil || len(says) != 0 {
		t.Errorf("%v, %v", says, err)
	}
	if u, version, err := journal.Load(t.Context(), nodes[zone.Internet].Journal, unit.Room, "u1"); err != nil || version != 1 || u.Name == "" {
		t.Errorf("the unit arrived as %+v, version %d, %v", u, version, err)
	}
}

func TestCarriersOfNodeYamlAreChecked(t *testing.T) {
	base := t.TempDir()
	folder, _ := twoPaired(t, base)
	for text, want := range map[string]string{
		"carriers: [{with: internet}]":                                 "exactly one of",
		"carriers: [{with: internet, fodler: {out: /a}}]":              "fodler",
		"carriers: [{with: internet, folder: {out: a}}]":               "must begin at the root",
		"carriers: [{with: moon, folder: {out: /a}}]":                  "moon",
		"carriers: [{with: office, folder: {out: /a}}]":                "exchanges nothing with office",
		"carriers: [{with: internet, folder: {out: /a, again: soon}}]": "soon",
	} {
		if err := os.WriteFile(filepath.Join(folder[zone.Office], "node.yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		n, err := node.Open(t.Context(), node.Options{Dir: folder[zone.Office]})
		if err == nil {
			n.Close()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// One zone listens, the other connects: both directions cross by the one line, and
// nobody but the paired zone is let in.
func TestServedZonesCarryOverALineByThemselves(t *testing.T) {
	base := t.TempDir()
	folder, _ := twoPaired(t, base)
	port, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := port.Addr().String()
	write := func(z zone.Zone, s string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder[z], "node.yaml"), []byte("carriers: [{with: "+s+"}]"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(zone.Office, "internet, line: {listen: '"+at+"'}")
	write(zone.Internet, "office, line: {connect: '"+at+"'}")
	for _, id := range []string{"u1", "u2"} {
		openUnit(t, folder[zone.Office], id)
	}
	nodes := map[zone.Zone]*node.Node{}
	for z, dir := range folder {
		n, err := node.Open(t.Context(), node.Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		defer n.Close()
		nodes[z] = n
	}
	x, err := nodes[zone.Office].Exchange(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := nodes[zone.Office].Carry(x, time.Second); err == nil || !strings.Contains(err.Error(), "in use by another program") {
		t.Errorf("an address that is taken: %v", err)
	}
	port.Close()
	ctx, stop := context.WithCancel(t.Context())
	var work sync.WaitGroup
	defer work.Wait()
	defer stop()
	for _, z := range []zone.Zone{zone.Office, zone.Internet} {
		x, err := nodes[z].Exchange(ctx)
		if err != nil {
			t.Fatal(err)
		}
		carry, err := nodes[z].Carry(x, 20*time.Millisecond)
		if err != nil {
			t.Fatal(err)
		}
		work.Go(func() { carry(ctx) })
		work.Go(func() { x.Watch(ctx, slog.New(slog.DiscardHandler), 20*time.Millisecond) })
	}
	for range 1000 {
		s, err := x.Status(ctx)
		if err == nil && s.Outgoing[0].Applied > 0 && s.Outgoing[0].Unreceipted == 0 {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if _, version, err := journal.Load(ctx, nodes[zone.Internet].Journal, unit.Room, "u2"); err != nil || version != 1 {
		t.Errorf("the unit arrived with version %d, %v", version, err)
	}
	for z, n := range nodes {
		all, err := n.Carriers()
		if err != nil || len(all) != 1 || !all[0].Well() || all[0].Sent < 1 || all[0].Took < 1 {
			t.Errorf("%s: %+v, %v", z, all, err)
		}
	}
}

// Through a data diode nothing comes back: the bundle arrives, the sender has no
// receipt, goes on repeating and says so, until a disc brings one.
func TestServedZonesCarryOneWayAndSayThatThereIsNoReceipt(t *testing.T) {
	base := t.TempDir()
	folder, _ := twoPaired(t, base)
	at := "127.0.0.1:47788"
	for z, s := range map[zone.Zone]string{zone.Office: "internet, oneway: {to: '" + at + "', megabits: 100}", zone.Internet: "office, oneway: {listen: '" + at + "'}"} {
		if err := os.WriteFile(filepath.Join(folder[z], "node.yaml"), []byte("carriers: [{with: "+s+"}]"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	openUnit(t, folder[zone.Office], "u1")
	ctx, stop := context.WithCancel(t.Context())
	var work sync.WaitGroup
	defer work.Wait()
	defer stop()
	nodes, shares := map[zone.Zone]*node.Node{}, map[zone.Zone]*exchange.Exchange{}
	for _, z := range []zone.Zone{zone.Internet, zone.Office} { // who listens first
		n, err := node.Open(ctx, node.Options{Dir: folder[z]})
		if err != nil {
			t.Fatal(err)
		}
		defer n.Close()
		x, err := n.Exchange(ctx)
		if err != nil {
			t.Fatal(err)
		}
		carry, err := n.Carry(x, 20*time.Millisecond)
		if err != nil {
			t.Fatal(err)
		}
		nodes[z], shares[z] = n, x
		work.Go(func() { carry(ctx) })
		work.Go(func() { x.Watch(ctx, slog.New(slog.DiscardHandler), 20*time.Millisecond) })
	}
	state := func(z zone.Zone) carrier.State {
		all, err := nodes[z].Carriers()
		if err != nil || len(all) != 1 {
			t.Fatal(all, err)
		}
		return all[0]
	}
	until := func(what string, ok func() bool) {
		t.Helper()
		for range 1000 {
			if ok() {
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
		t.Fatalf("waited in vain for %s", what)
	}
	until("the bundle", func() bool {
		s, err := shares[zone.Internet].Status(ctx)
		return err == nil && s.Incoming[0].Applied == 1 && state(zone.Internet).Took == 1
	})
	s, err := shares[zone.Office].Status(ctx)
	if o := state(zone.Office); err != nil || o.NoReceipt != 1 || o.Again.Before(time.Now()) || s.Outgoing[0].Applied != 0 {
		t.Errorf("the sender says %+v, %v", o, err)
	}
	back, err := shares[zone.Internet].Outbox(zone.Office) // carried by hand
	if err != nil {
		t.Fatal(err)
	}
	until("the receipt, which the other zone writes once it has applied", func() bool {
		if _, _, err := shares[zone.Office].ImportDisc(ctx, back); err != nil {
			t.Fatal(err)
		}
		s, err := shares[zone.Office].Status(ctx)
		return err == nil && s.Outgoing[0].Applied == 1
	})
}

// In an emergency a bundle crosses on paper: printed, photographed sheet by sheet,
// one of them lost, and read back.
func TestABundleCrossesOnPaper(t *testing.T) {
	tool, err := exec.LookPath("pdftoppm")
	if err != nil {
		if os.Getenv("YITANG_CI") != "" {
			t.Fatal(err)
		}
		t.Skip("pdftoppm draws the sheets")
	}
	base := t.TempDir()
	folder, _ := twoPaired(t, base)
	for _, id := range []string{"u1", "u2", "u3"} {
		openUnit(t, folder[zone.Office], id)
		exchanged(t, "export", "--to", "internet", "--out", filepath.Join(base, "disc"), "--data", folder[zone.Office])
	}
	says, code := exchanged(t, "sheets", "--to", "internet", "--out", base, "--data", folder[zone.Office])
	pdf := filepath.Join(base, "sheets-office-internet.pdf")
	if code != 0 || says["file"] != filepath.Base(pdf) || says["sheets"].(float64) < 2 || !strings.Contains(says["says"].(string), "enough") {
		t.Fatalf("%v, %d", says, code)
	}
	text, err := os.ReadFile(pdf)
	if err != nil {
		t.Fatal(err)
	}
	pages, err := document.PageText(text)
	if err != nil || float64(len(pages)) != says["sheets"] || !strings.Contains(strings.Join(strings.Fields(pages[0]), ""), "第1张，共") {
		t.Errorf("%d pages, %v", len(pages), err)
	}
	photos := filepath.Join(base, "photos")
	if err := os.Mkdir(photos, 0o700); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), tool, "-r", "170", "-gray", "-png", pdf, filepath.Join(photos, "p")).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v", out, err)
	}
	all, err := filepath.Glob(filepath.Join(photos, "*.png"))
	if err != nil || len(all) != len(pages) {
		t.Fatal(all, err)
	}
	lost := all[0]
	if err := os.Rename(lost, filepath.Join(base, "lost.png")); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(all[1], filepath.Join(base, "lost too.png")); err != nil {
		t.Fatal(err)
	}
	imported := func() error {
		cmd := exchangeCommand()
		cmd.SilenceErrors, cmd.SilenceUsage = true, true
		cmd.SetOut(io.Discard)
		cmd.SetErr(io.Discard)
		cmd.SetArgs([]string{"import", "--sheets", photos, "--data", folder[zone.Internet]})
		return cmd.ExecuteContext(t.Context())
	}
	if err := imported(); err == nil || len(all) > 2 && !strings.Contains(err.Error(), "sheets 1, 2 of") {
		t.Errorf("with two sheets lost: %v", err)
	}
	if err := os.Rename(filepath.Join(base, "lost too.png"), all[1]); err != nil {
		t.Fatal(err)
	}
	if says, code = exchanged(t, "import", "--sheets", photos, "--data", folder[zone.Internet]); code != 0 || fatesOf(t, says) != "applied applied applied" {
		t.Errorf("%v, %d", says, code)
	}
	if says, code = exchanged(t, "sheets", "--to", "internet", "--out", base, "--number", "2", "--data", folder[zone.Office]); code != 0 || len(says["bundles"].([]any)) != 1 {
		t.Errorf("one bundle alone: %v, %d", says, code)
	}

	// Paper is on record as a disc is, at both ends.
	twoDecide(t, folder[zone.Office])
	add := adminCommand()
	add.SetOut(io.Discard)
	add.SetIn(strings.NewReader(deciders + "\n"))
	add.SetArgs([]string{"add-account", "--data", folder[zone.Internet], "--login", "ann", "--name", "ann", "--role", "administrator"})
	if err := add.ExecuteContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	printed, err := operated(t, deciders+"\n", "sheets", "--to", "internet", "--out", base, "--number", "2", "--by", "ann", "--data", folder[zone.Office])
	if err != nil || !strings.Contains(printed, "-0001 is on record; another person hands it over") {
		t.Fatalf("%s %v", printed, err)
	}
	photos = filepath.Join(base, "on record")
	if err := os.Mkdir(photos, 0o700); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), tool, "-r", "170", "-gray", "-png", pdf, filepath.Join(photos, "p")).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v", out, err)
	}
	read, err := operated(t, deciders+"\n", "import", "--sheets", photos, "--by", "ann", "--data", folder[zone.Internet])
	if err != nil || !strings.Contains(read, "disc OI-") || !strings.Contains(read, "-0001 is on record") || strings.Contains(read, "AREN'T") {
		t.Errorf("%s %v", read, err)
	}
}
