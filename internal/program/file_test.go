package program_test

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"yitang/internal/calendar"
	"yitang/internal/program"
)

var maker = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))

func file(t testing.TB, content []byte) ([]byte, program.Head) {
	t.Helper()
	var b bytes.Buffer
	h, err := program.Make(&b, program.Manifest{Number: 2, Version: "2026.12", Platform: "linux/amd64", Made: calendar.MustParse("2026-12-01"), Zh: "修了错", En: "mended"}, content, maker)
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), h
}

func read(b []byte, key ed25519.PublicKey) ([]byte, error) {
	r := bytes.NewReader(b)
	h, err := program.ReadHead(r)
	if err != nil {
		return nil, err
	}
	if !h.By(key) {
		return nil, program.ErrNone
	}
	var out bytes.Buffer
	err = h.Unpack(&out, r)
	return out.Bytes(), err
}

// A release is what was signed, to the last bit, or it is none.
func TestAReleaseIsWhatWasSignedOrNone(t *testing.T) {
	content := make([]byte, 40_000)
	chance := rand.NewChaCha8([32]byte{1})
	chance.Read(content[:20_000])
	whole, h := file(t, content)
	key := maker.Public().(ed25519.PublicKey)
	if got, err := read(whole, key); err != nil || !bytes.Equal(got, content) {
		t.Fatalf("read back %d bytes, %v", len(got), err)
	}
	if again, err := program.HeadOf(h.Text, h.Signature); err != nil || again.Manifest != h.Manifest || !again.By(key) {
		t.Errorf("its head alone is %+v, %v", again, err)
	}
	other := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{8}, ed25519.SeedSize)).Public().(ed25519.PublicKey)
	if _, err := read(whole, other); !errors.Is(err, program.ErrNone) {
		t.Errorf("somebody else's was taken: %v", err)
	}
	if h.By(nil) {
		t.Error("a release is good where nobody has said whose are trusted")
	}
	rapid.Check(t, func(t *rapid.T) {
		b := bytes.Clone(whole)
		switch rapid.IntRange(0, 2).Draw(t, "harm") {
		case 0:
			b[rapid.IntRange(0, len(b)-1).Draw(t, "at")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		case 1:
			b = b[:rapid.IntRange(0, len(b)-1).Draw(t, "length")]
		case 2:
			at := rapid.IntRange(0, len(b)-1).Draw(t, "at")
			b = append(b[:at:at], append([]byte{'x'}, whole[at:]...)...)
		}
		if got, err := read(b, key); err == nil && !bytes.Equal(got, content) {
			t.Fatalf("an altered file gives another program of %d bytes", len(got))
		} else if err != nil && !errors.Is(err, program.ErrNone) {
			t.Fatalf("an altered file gives %v", err)
		}
	})
}

// What a head doesn't say is refused before anything is written, and what packs
// more than it says is cut there.
func TestAHeadThatLacksSomethingIsNone(t *testing.T) {
	whole, h := file(t, []byte("a program"))
	for what, text := range map[string]string{
		"no number":      strings.Replace(h.Text, `"number":2`, `"number":0`, 1),
		"no digest":      strings.Replace(h.Text, h.Manifest.Digest, "aa", 1),
		"a field more":   strings.Replace(h.Text, `{"number"`, `{"more":1,"number"`, 1),
		"another order":  strings.Replace(h.Text, `"number":2,"version":"2026.12"`, `"version":"2026.12","number":2`, 1),
		"far too large":  strings.Replace(h.Text, `"size":9`, `"size":9000000000`, 1),
		"a path in it":   strings.Replace(h.Text, `"2026.12"`, `"../2026"`, 1),
		"nothing at all": "",
	} {
		if _, err := program.HeadOf(text, h.Signature); !errors.Is(err, program.ErrNone) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := program.ReadHead(io.MultiReader(strings.NewReader("yitang.program/1\n"), zeros{})); !errors.Is(err, program.ErrNone) {
		t.Errorf("a head without an end: %v", err)
	}
	bomb, _ := file(t, make([]byte, 1<<20))
	_, small := file(t, make([]byte, 1<<10))
	r := bytes.NewReader(bomb)
	big, err := program.ReadHead(r)
	if err != nil {
		t.Fatal(err)
	}
	big.Manifest.Size, big.Manifest.Digest = small.Manifest.Size, small.Manifest.Digest
	var out bytes.Buffer
	if err := big.Unpack(&out, r); !errors.Is(err, program.ErrNone) || out.Len() > 1<<10+1 {
		t.Errorf("what unpacks to more than it says wrote %d bytes, %v", out.Len(), err)
	}
	if err := small.Unpack(full{}, bytes.NewReader(whole)); err == nil {
		t.Error("the wrong program unpacked")
	}
	if err := h.Unpack(full{}, bytes.NewReader(whole[len(whole)-int(h.Manifest.Bytes):])); !errors.Is(err, errFull) {
		t.Errorf("a full disk gives %v", err)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { return len(b), nil }

var errFull = errors.New("no room")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }
