package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"yitang/internal/fault"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

const table = `CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, body BLOB)`

func TestFailedWriteLeavesNothing(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := context.Background(), open()
		must(t, s.Write(ctx, func(tx store.Tx) error { return tx.Define(ctx, table) }))
		boom := errors.New("boom")
		err := s.Write(ctx, func(tx store.Tx) error {
			if _, err := tx.Exec(ctx, `INSERT INTO thing (id, name) VALUES ($1, $2)`, 1, "a"); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Fatalf("got %v", err)
		}
		if n := count(t, s); n != 0 {
			t.Fatalf("%d rows kept of a failed write", n)
		}
	})
}

func TestAPanicInAWriteLeavesNothingAndWritingGoesOn(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := context.Background(), open()
		must(t, s.Write(ctx, func(tx store.Tx) error { return tx.Define(ctx, table) }))
		insert := func(tx store.Tx, id int) error {
			_, err := tx.Exec(ctx, `INSERT INTO thing (id, name) VALUES ($1, $2)`, id, fmt.Sprint(id))
			return err
		}
		for _, within := range []func(tx store.Tx){
			func(store.Tx) { panic("a defect") },
			func(tx store.Tx) { _ = tx.Attempt(ctx, func() error { panic("a defect") }) },
		} {
			func() {
				defer func() {
					if recover() != "a defect" {
						t.Fatal("the panic was swallowed")
					}
				}()
				_ = s.Write(ctx, func(tx store.Tx) error {
					must(t, insert(tx, 1))
					within(tx)
					return nil
				})
			}()
			if n := count(t, s); n != 0 {
				t.Fatalf("%d rows kept of a write that panicked", n)
			}
		}
		must(t, s.Write(ctx, func(tx store.Tx) error { return insert(tx, 2) }))

		// A connection that is lost in a write is thrown away, and the next one is whole.
		if err := s.Write(ctx, func(tx store.Tx) error {
			_, _ = tx.Exec(ctx, "ROLLBACK") // the transaction is over, and the writer doesn't know
			return errors.New("boom")
		}); err == nil {
			t.Fatal("no error")
		}
		must(t, s.Write(ctx, func(tx store.Tx) error { return insert(tx, 3) }))
		if n := count(t, s); n != 2 {
			t.Fatalf("%d rows, want 2", n)
		}
	})
}

func TestAttemptUndoesOnlyItself(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := context.Background(), open()
		must(t, s.Write(ctx, func(tx store.Tx) error { return tx.Define(ctx, table) }))
		must(t, s.Write(ctx, func(tx store.Tx) error {
			insert := func(id int, name string) error {
				_, err := tx.Exec(ctx, `INSERT INTO thing (id, name) VALUES ($1, $2)`, id, name)
				return err
			}
			if err := insert(1, "云"); err != nil {
				return err
			}
			err := tx.Attempt(ctx, func() error {
				if err := insert(2, "𠮷"); err != nil {
					return err
				}
				return insert(3, "云") // the name is taken: 2 must go too
			})
			if !store.IsUnique(err) {
				t.Fatalf("a taken name gave %v", err)
			}
			return insert(4, "干")
		}))
		if n := count(t, s); n != 2 {
			t.Fatalf("%d rows, want 1 and 4", n)
		}
	})
}

func TestFourByteCharactersAndBytesComeBack(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := context.Background(), open()
		must(t, s.Write(ctx, func(tx store.Tx) error {
			if err := tx.Define(ctx, table); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `INSERT INTO thing (id, name, body) VALUES ($1, $2, $3)`, 1<<40, "𠮷·㛃", []byte{0, 255})
			return err
		}))
		var id int64
		var name string
		var body []byte
		must(t, s.QueryRow(ctx, `SELECT id, name, body FROM thing WHERE name = $1`, "𠮷·㛃").Scan(&id, &name, &body))
		if id != 1<<40 || name != "𠮷·㛃" || string(body) != "\x00\xff" {
			t.Fatalf("got %d %q %x", id, name, body)
		}
	})
}

func TestFullDiskIsSaidAndHealsByItself(t *testing.T) {
	ctx := context.Background()
	s, err := store.Open(ctx, store.Options{Path: filepath.Join(t.TempDir(), "n.db"), MaxPages: 12})
	must(t, err)
	defer s.Close()
	must(t, s.Write(ctx, func(tx store.Tx) error { return tx.Define(ctx, table) }))
	big := make([]byte, 200_000)
	err = s.Write(ctx, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO thing (id, name, body) VALUES ($1, $2, $3)`, 1, "a", big)
		return err
	})
	if !fault.IsNotNow(err) {
		t.Fatalf("a full disk gave %v", err)
	}
	must(t, s.Write(ctx, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO thing (id, name) VALUES ($1, $2)`, 2, "small")
		return err
	}))
	if n := count(t, s); n != 1 {
		t.Fatalf("%d rows", n)
	}
}

// On a full disk SQLite gives up the whole transaction by itself. What comes after
// in it may not stand alone: a batch is kept whole or not at all.
func TestNothingIsKeptOfABatchOnAFullDisk(t *testing.T) {
	ctx := context.Background()
	s, err := store.Open(ctx, store.Options{Path: filepath.Join(t.TempDir(), "n.db"), MaxPages: 12})
	must(t, err)
	defer s.Close()
	must(t, s.Write(ctx, func(tx store.Tx) error { return tx.Define(ctx, table) }))
	big := make([]byte, 200_000)
	var each []error
	err = s.Write(ctx, func(tx store.Tx) error {
		for id, body := range [][]byte{nil, big, nil, nil} {
			each = append(each, tx.Attempt(ctx, func() error {
				_, err := tx.Exec(ctx, `INSERT INTO thing (id, name, body) VALUES ($1, $2, $3)`, id, fmt.Sprint(id), body)
				return err
			}))
		}
		return nil
	})
	n := count(t, s)
	if err == nil && n != 3 {
		t.Fatalf("told that all is well, and %d of 3 rows are there", n)
	}
	if err != nil && n != 0 {
		t.Fatalf("told %v, and %d rows are there", err, n)
	}
	if err != nil && (!fault.IsNotNow(err) || !fault.IsNotNow(each[2])) {
		t.Fatalf("a full disk gave %v and then %v", err, each[2])
	}
	must(t, s.Write(ctx, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO thing (id, name) VALUES ($1, $2)`, 9, "small")
		return err
	}))
}

func count(t *testing.T, s *store.Store) (n int) {
	t.Helper()
	must(t, s.QueryRow(context.Background(), `SELECT count(*) FROM thing`).Scan(&n))
	return n
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A folder may bear any name: signs that mean something in an address lead the
// database nowhere else, nor its copy.
func TestADatabaseLiesInItsFolderWhateverItsName(t *testing.T) {
	for _, name := range []string{"外办 #2", "50%", "100%20", "为何?", "a&b=c"} {
		ctx, dir := context.Background(), filepath.Join(t.TempDir(), name)
		o := store.Options{Path: filepath.Join(dir, "node.db")}
		s, err := store.Open(ctx, o)
		if err != nil {
			t.Errorf("in %s: %v", name, err)
			continue
		}
		must(t, s.Write(ctx, func(tx store.Tx) error { return tx.Define(ctx, table) }))
		for _, file := range []string{o.Path, filepath.Join(dir, "copy.db")} {
			if file != o.Path {
				must(t, store.Snapshot(ctx, o, file))
			}
			if info, err := os.Stat(file); err != nil || info.Size() == 0 {
				t.Errorf("%s isn't there: %v", file, err)
			}
		}
		must(t, s.Close())
	}
}
