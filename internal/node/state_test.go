package node_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"yitang/internal/account"
	"yitang/internal/blob"
	"yitang/internal/drill"
	"yitang/internal/exchange"
	"yitang/internal/exchange/carrier"
	"yitang/internal/node"
	"yitang/internal/zone"
)

// After the whole story both ends of each stream reckon alike what the receiver
// knows. A zone that loses all but its keys, and is told everything again, knows of
// the others to the byte what it knew before.
func TestAZoneThatLostEverythingIsToldToTheByteWhatItKnew(t *testing.T) {
	dir, ctx := t.TempDir(), t.Context()
	s, err := drill.Begin(ctx, drill.Options{Dir: dir, Passwords: account.Slight})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	play(t, s, "")
	before := map[exchange.Stream]exchange.Knowledge{}
	for from, x := range s.Shares {
		for _, to := range x.Peers() {
			known, err := s.Shares[to].Known(ctx, from)
			if err != nil {
				t.Fatal(err)
			}
			told, err := x.Told(ctx, to, known.Sequence)
			if err != nil {
				t.Fatal(err)
			}
			if told != known || known.Events == 0 {
				t.Errorf("told is %+v, known %+v", told, known)
			}
			before[known.Stream] = known
		}
	}
	now := s.Clock.Now()
	s.Close()
	for _, lost := range []zone.Zone{zone.Passport, zone.Internet} {
		t.Run(string(lost), func(t *testing.T) { toldAgain(t, dir, lost, now, before[exchange.Stream{From: zone.Office, To: lost}]) })
	}
}

func toldAgain(t *testing.T, dir string, lost zone.Zone, now time.Time, had exchange.Knowledge) {
	ctx := t.Context()
	here, fresh := filepath.Join(dir, string(lost)), t.TempDir()
	keys := os.DirFS(filepath.Join(here, "keys"))
	if err := os.CopyFS(filepath.Join(fresh, "keys"), keys); err != nil {
		t.Fatal(err)
	}
	err := fs.WalkDir(keys, ".", func(name string, d fs.DirEntry, err error) error { // a copy is readable by others
		if err != nil || d.IsDir() {
			return err
		}
		return os.Chmod(filepath.Join(fresh, "keys", name), 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
	open := func(dir string) (*node.Node, *exchange.Exchange) {
		n, err := node.Open(ctx, node.Options{Dir: dir, Clock: func() time.Time { return now }})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(n.Close)
		x, err := n.Exchange(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return n, x
	}
	_, tells := open(filepath.Join(dir, string(zone.Office)))
	again, hears := open(fresh)
	if _, err := tells.Reopen(ctx, lost); err != nil {
		t.Fatal(err)
	}
	way, err := carrier.Make(blob.OS{}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tells.Export(ctx, lost); err != nil {
		t.Fatal(err)
	}
	if _, err := tells.Hand(ctx, lost, way); err != nil {
		t.Fatal(err)
	}
	out, err := hears.Import(ctx, zone.Office, way)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range out {
		if o.Fate != exchange.Applied {
			t.Fatalf("%+v", o)
		}
	}
	has, err := hears.Known(ctx, zone.Office)
	if err != nil || has.State != had.State || has.Events != had.Events {
		t.Errorf("it knows %+v (%v), before %+v", has, err, had)
	}
	if flaws, err := again.Journal.Verify(ctx); err != nil || len(flaws) > 0 {
		t.Errorf("%v %v", flaws, err)
	}
	if differ, err := again.Journal.Compare(ctx); err != nil || len(differ) > 0 {
		t.Errorf("the tables %v differ from rebuilt ones (%v)", differ, err)
	}
}
