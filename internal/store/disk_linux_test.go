package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"yitang/internal/fault"
	"yitang/internal/store"
)

// The driver's SQLite takes no file layer of ours that could fail a write, so a
// disk that is full in earnest stands in for one: a file system of a few
// megabytes, which the system lets only its administrator make.
func TestADiskThatIsFullInEarnestLosesNothingThatWasAnswered(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=3m"); err != nil {
		t.Skipf("no small disk can be mounted here: %v", err)
	}
	t.Cleanup(func() { must(t, syscall.Unmount(dir, 0)) })
	ballast, path := filepath.Join(dir, "ballast"), filepath.Join(dir, "n.db")
	must(t, os.WriteFile(ballast, make([]byte, 1<<20), 0o600))
	open := func() *store.Store {
		s, err := store.Open(ctx, store.Options{Path: path})
		must(t, err)
		return s
	}
	s := open()
	must(t, s.Write(ctx, func(tx store.Tx) error { return tx.Define(ctx, table) }))
	answered := 0
	add := func() error {
		err := s.Write(ctx, func(tx store.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO thing (id, name, body) VALUES ($1, $2, $3)`, answered, fmt.Sprint(answered), make([]byte, 50_000))
			return err
		})
		if err == nil {
			answered++
		}
		return err
	}
	var err error
	for err == nil && answered < 200 {
		err = add()
	}
	if answered == 0 || !fault.IsNotNow(err) {
		t.Fatalf("after %d rows a full disk gave %v", answered, err)
	}
	if n := count(t, s); n != answered {
		t.Fatalf("%d rows were answered for, %d are there", answered, n)
	}
	must(t, os.Remove(ballast))
	must(t, add())
	must(t, s.Close())
	s = open()
	if n := count(t, s); n != answered {
		t.Fatalf("opened again, %d of %d rows are there", n, answered)
	}
	must(t, s.Close())
}
