package upload_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"yitang/internal/fault"
	"yitang/internal/keys"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
	"yitang/internal/upload"
	"yitang/internal/zone"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// clock is a time that stands still until it is set.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func tray(t *testing.T, s *store.Store, ring *keys.Ring, c *clock) *upload.Tray {
	t.Helper()
	n := 0
	u, err := upload.New(context.Background(), s, ring, c.now, func() string { n++; return fmt.Sprint("u", n) })
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func ring(t *testing.T, c *clock) *keys.Ring {
	t.Helper()
	r, err := keys.Create(t.TempDir(), zone.Internet, rand.Reader, c.at)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAFileGoesOnWhereItsLineBroke(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		ctx := context.Background()
		c := &clock{time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
		keep := ring(t, c)
		content := bytes.Repeat([]byte("一本护照的扫描件。"), 40_000) // 1.08 MB: several parts
		first := tray(t, open(), keep, c)
		f, err := first.Begin(ctx, "he", "护照·贾凯.pdf", int64(len(content)))
		if err != nil {
			t.Fatal(err)
		}
		cut := 300_001
		n, err := first.Append(ctx, f, 0, io.MultiReader(bytes.NewReader(content[:cut]), iotest.ErrReader(errors.New("the line broke"))))
		if err == nil || n > int64(cut) {
			t.Fatalf("a line that broke is told as whole: %d bytes, %v", n, err)
		}

		// Another process knows what had come, and only its owner does.
		other := tray(t, open(), keep, c)
		if _, err := other.Find(ctx, "shu", f.ID); !fault.IsNotFound(err) {
			t.Errorf("somebody else finds it: %v", err)
		}
		f, err = other.Find(ctx, "he", f.ID)
		if err != nil || f.Taken != n || f.Whole() {
			t.Fatalf("%+v after %d bytes: %v", f, n, err)
		}
		if _, err := other.Append(ctx, f, n, bytes.NewReader(content[n:])); err != nil {
			t.Fatal(err)
		}
		f, err = first.Find(ctx, "he", f.ID)
		if err != nil || !f.Whole() || f.Name != "护照·贾凯.pdf" {
			t.Fatalf("%+v: %v", f, err)
		}
		got, err := io.ReadAll(first.Content(ctx, f))
		if err != nil || !bytes.Equal(got, content) {
			t.Errorf("%d of %d bytes came back, %v", len(got), len(content), err)
		}
		if err := other.Remove(ctx, f); err != nil {
			t.Fatal(err)
		}
		if _, err := first.Find(ctx, "he", f.ID); !fault.IsNotFound(err) {
			t.Errorf("it is still there: %v", err)
		}
	})
}

// Of lines that go on at the same place one wins, whichever process they reach.
func TestTwoLinesForOneFileNeverMixTheirBytes(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		ctx := context.Background()
		c := &clock{time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
		keep := ring(t, c)
		trays := []*upload.Tray{tray(t, open(), keep, c), tray(t, open(), keep, c)}
		content := strings.Repeat("甲", 200_000)
		f, err := trays[0].Begin(ctx, "he", "函.pdf", int64(len(content)))
		if err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		errs := make([]error, 2)
		for i, u := range trays {
			all.Go(func() { _, errs[i] = u.Append(ctx, f, 0, strings.NewReader(content)) })
		}
		all.Wait()
		if won, lost := errs[0], errs[1]; (won == nil) == (lost == nil) || !fault.IsNotFound(cmp.Or(won, lost)) {
			t.Errorf("%v and %v", won, lost)
		}
		f, err = trays[0].Find(ctx, "he", f.ID)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(trays[0].Content(ctx, f))
		if err != nil || string(got) != content[:f.Taken] {
			t.Errorf("%d bytes are not the file's front of %d: %v", len(got), f.Taken, err)
		}
	})
}

// More than was announced isn't kept; too many are refused; what nobody comes back for goes; nothing lies there in the clear.
func TestATrayHoldsWhatItSaysAndNoMore(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		ctx := context.Background()
		c := &clock{time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
		s := open()
		u := tray(t, s, ring(t, c), c)
		f, err := u.Begin(ctx, "he", "护照·贾凯.pdf", 10)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := u.Append(ctx, f, 0, strings.NewReader("eleven byte")); !fault.IsNotFound(err) {
			t.Errorf("more than announced: %v", err)
		}
		if _, err := u.Append(ctx, f, 0, strings.NewReader("canary 509")); err != nil {
			t.Fatal(err)
		}
		var name, part []byte
		if err := s.QueryRow(ctx, `SELECT name, content FROM upload_file JOIN upload_part ON upload_part.id = upload_file.id`).Scan(&name, &part); err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(name, []byte("贾凯")) || bytes.Contains(part, []byte("canary")) {
			t.Error("a name or its bytes lie in the clear")
		}
		for range upload.Most - 1 {
			if _, err := u.Begin(ctx, "he", "x", 1); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := u.Begin(ctx, "he", "x", 1); !errors.Is(err, upload.ErrMany) {
			t.Errorf("one more than %d: %v", upload.Most, err)
		}
		if _, err := u.Begin(ctx, "shu", "x", 1); err != nil {
			t.Errorf("somebody else is refused for it: %v", err)
		}
		c.at = c.at.Add(upload.Life)
		if err := u.ThrowAway(ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := u.Find(ctx, "he", f.ID); err != nil {
			t.Errorf("gone a moment early: %v", err)
		}
		c.at = c.at.Add(time.Second)
		if err := u.ThrowAway(ctx); err != nil {
			t.Fatal(err)
		}
		var left int
		if err := s.QueryRow(ctx, `SELECT (SELECT count(*) FROM upload_file) + (SELECT count(*) FROM upload_part)`).Scan(&left); err != nil || left != 0 {
			t.Errorf("%d rows stay behind: %v", left, err)
		}
	})
}
