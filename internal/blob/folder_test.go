package blob_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	crand "crypto/rand"

	"yitang/internal/blob"
	"yitang/internal/blob/blobtest"
	"yitang/internal/fault"
	"yitang/internal/keys"
	"yitang/internal/zone"
)

func aRing(t testing.TB) *keys.Ring {
	t.Helper()
	r, err := keys.Create(filepath.Join(t.TempDir(), "keys"), zone.Internet, crand.Reader, time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func opened(t testing.TB, disk blob.Disk, dir string, ring *keys.Ring) *blob.Folder {
	t.Helper()
	f, err := blob.OpenFolder(disk, dir, ring)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func content(seed uint64, n int) []byte {
	out := make([]byte, n)
	rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8), byte(n)}).Read(out)
	return out
}

func put(t testing.TB, f *blob.Folder, c []byte) blob.Ref {
	t.Helper()
	ref, err := f.Put(t.Context(), bytes.NewReader(c), blob.Limit)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func get(f *blob.Folder, d blob.Digest) ([]byte, error) {
	c, err := f.Get(context.Background(), d)
	if err != nil {
		return nil, err
	}
	out, err := io.ReadAll(c)
	return out, errors.Join(err, c.Close())
}

var sizes = []int{1, 64<<10 - 1, 64 << 10, 64<<10 + 1, 128 << 10, 128<<10 + 1, 192 << 10, 192<<10 + 1, 1 << 20}

func TestBlobComesBackBeforeAndAfterSyncAndRestart(t *testing.T) {
	ring, dir := aRing(t), t.TempDir()
	f := opened(t, blob.OS{}, dir, ring)
	check := func(when string) {
		for i, n := range sizes {
			want := content(uint64(i), n)
			got, err := get(f, sha256.Sum256(want))
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s: %d bytes: got %d, %v", when, n, len(got), err)
			}
		}
	}
	for i, n := range sizes {
		want := content(uint64(i), n)
		// Readers give what they like at a time; the store must not care.
		ref, err := f.Put(t.Context(), iotest.HalfReader(bytes.NewReader(want)), blob.Limit)
		if err != nil {
			t.Fatal(err)
		}
		if ref.Digest != sha256.Sum256(want) || ref.Size != int64(n) {
			t.Errorf("%d bytes: %+v", n, ref)
		}
	}
	check("waiting")
	if err := f.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	check("durable")
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	f = opened(t, blob.OS{}, dir, ring)
	check("reopened")
	seen := 0
	for ref, err := range f.Walk(t.Context()) {
		if err != nil {
			t.Error(ref, err)
		}
		seen++
	}
	if seen != len(sizes) {
		t.Errorf("walked over %d blobs of %d", seen, len(sizes))
	}
	if r := f.Recovered(); r.Cut != 0 || r.Gaps != nil {
		t.Errorf("a clean end left %+v", r)
	}
}

func TestContentIsReadFromAnywhere(t *testing.T) {
	f := opened(t, blobtest.New(1), "/blobs", aRing(t))
	for i, n := range []int{1, 70 << 10} { // within a block, and across two; the reader's test looks from every byte
		want := content(uint64(i), n)
		ref := put(t, f, want)
		c, err := f.Get(t.Context(), ref.Digest)
		if err != nil {
			t.Fatal(err)
		}
		if err := iotest.TestReader(c, want); err != nil {
			t.Errorf("%d bytes: %v", n, err)
		}
		if c.Size() != int64(n) {
			t.Errorf("size %d of %d", c.Size(), n)
		}
	}
}

func TestSameContentIsKeptOnce(t *testing.T) {
	disk := blobtest.New(1)
	f := opened(t, disk, "/blobs", aRing(t))
	size := func() (n int) {
		for _, name := range disk.Names() {
			n += len(disk.Content(name))
		}
		return n
	}
	for _, n := range []int{100, 1 << 20} {
		put(t, f, content(1, n))
		if err := f.Sync(t.Context()); err != nil {
			t.Fatal(err)
		}
		before := size()
		put(t, f, content(1, n))
		if err := f.Sync(t.Context()); err != nil {
			t.Fatal(err)
		}
		if size() != before {
			t.Errorf("%d bytes again: %d on disk, then %d", n, before, size())
		}
	}
}

func TestEmptyAndTooLargeAreRefused(t *testing.T) {
	disk := blobtest.New(1)
	f := opened(t, disk, "/blobs", aRing(t))
	for _, c := range []struct {
		size  int
		limit int64
		key   string
	}{{0, 10, "upload.empty"}, {11, 10, "upload.too_large"}, {300 << 10, 300<<10 - 1, "upload.too_large"}} {
		_, err := f.Put(t.Context(), bytes.NewReader(make([]byte, c.size)), c.limit)
		if fs := fault.Findings(err); len(fs) != 1 || fs[0].Key != c.key {
			t.Errorf("%d bytes where %d are allowed: %v", c.size, c.limit, err)
		}
	}
	if _, err := f.Put(t.Context(), bytes.NewReader(make([]byte, 300<<10)), 300<<10); err != nil {
		t.Errorf("exactly the limit: %v", err)
	}
	for _, name := range disk.Names() {
		if strings.Contains(name, ".new-") {
			t.Errorf("left behind: %s", name)
		}
	}
	if _, err := f.Get(t.Context(), blob.Digest{}); !fault.IsNotFound(err) {
		t.Errorf("a blob that was never there gives %v", err)
	}
}

func TestNothingReadableLiesOnTheDisk(t *testing.T) {
	disk := blobtest.New(1)
	f := opened(t, disk, "/blobs", aRing(t))
	secret := []byte("identity number 509900199001010000 ")
	put(t, f, secret)
	put(t, f, bytes.Repeat(secret, 10000))
	if err := f.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, name := range disk.Names() {
		if bytes.Contains(disk.Content(name), []byte("5099")) {
			t.Errorf("%s shows what it keeps", name)
		}
	}
}

func TestFullDiskIsSaidAndLosesNothing(t *testing.T) {
	disk := blobtest.New(1)
	ring := aRing(t)
	f := opened(t, disk, "/blobs", ring)
	first := put(t, f, content(1, 1000))
	if err := f.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}

	disk.Room(500)
	second := put(t, f, content(2, 1000))
	err := f.Sync(t.Context())
	if !fault.IsNotNow(err) || !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "disk.full") {
		t.Errorf("flushing to a full disk gives %v", err)
	}
	if _, err := f.Put(t.Context(), bytes.NewReader(content(3, 200<<10)), blob.Limit); !fault.IsNotNow(err) {
		t.Errorf("a large one on a full disk gives %v", err)
	}

	disk.Room(-1)
	if err := f.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	f = opened(t, disk.Restart(), "/blobs", ring)
	for i, ref := range []blob.Ref{first, second} {
		if got, err := get(f, ref.Digest); err != nil || !bytes.Equal(got, content(uint64(i+1), 1000)) {
			t.Errorf("blob %d: %v", i+1, err)
		}
	}
}

func TestFullDiskBoundsWhatWaitsInMemory(t *testing.T) {
	disk := blobtest.New(1)
	f := opened(t, disk, "/blobs", aRing(t))
	disk.Room(0)
	for i := range 1000 {
		if _, err := f.Put(t.Context(), bytes.NewReader(content(uint64(i), 128<<10)), blob.Limit); err != nil {
			if !fault.IsNotNow(err) {
				t.Fatal(err)
			}
			return
		}
	}
	t.Error("a thousand blobs were taken into memory without a word")
}

// After a failed flush the system may forget what it took: the store must
// write it again elsewhere before it says that it is durable.
func TestFailedFlushIsNotTrusted(t *testing.T) {
	for _, op := range []blobtest.Op{blobtest.Sync, blobtest.Write, blobtest.SyncDir, blobtest.Open} {
		disk, ring := blobtest.New(2), aRing(t)
		f := opened(t, disk, "/blobs", ring)
		disk.Fail(func(o blobtest.Op, name string) error {
			if o == op {
				return syscall.EIO
			}
			return nil
		})
		a := put(t, f, content(1, 1000))
		if err := f.Sync(t.Context()); err == nil {
			t.Errorf("%s failed and nobody was told", op)
		}
		disk.Fail(nil)
		b := put(t, f, content(2, 1000))
		if err := f.Sync(t.Context()); err != nil {
			t.Fatal(err)
		}
		f = opened(t, disk.Restart(), "/blobs", ring)
		for i, ref := range []blob.Ref{a, b} {
			if got, err := get(f, ref.Digest); err != nil || !bytes.Equal(got, content(uint64(i+1), 1000)) {
				t.Errorf("after a failed %s, blob %d: %v", op, i+1, err)
			}
		}
	}
}

func TestKilledAtAnyMomentNothingDurableIsLost(t *testing.T) {
	ring := aRing(t)
	run := func(disk *blobtest.Disk) (durable map[blob.Digest][]byte) {
		durable = map[blob.Digest][]byte{}
		f, err := blob.OpenFolder(disk, "/blobs", ring)
		if err != nil {
			return durable
		}
		blob.SetSegmentSize(f, 5000)
		for batch := range uint64(8) {
			round := map[blob.Digest][]byte{}
			for i := range uint64(3) {
				c := content(100*batch+i, int(700+300*i))
				if batch == 5 && i == 0 {
					c = content(77, 200<<10)
				}
				ref, err := f.Put(context.Background(), bytes.NewReader(c), blob.Limit)
				if err != nil {
					return durable
				}
				round[ref.Digest] = c
			}
			if err := f.Sync(context.Background()); err != nil {
				return durable
			}
			for d, c := range round {
				durable[d] = c
			}
		}
		return durable
	}
	whole := blobtest.New(0)
	if n := len(run(whole)); n != 24 {
		t.Fatalf("undisturbed, %d blobs are durable", n)
	}
	rounds := uint64(8)
	if testing.Short() {
		rounds = 2
	}
	for kill := 1; kill <= whole.Ops(); kill++ {
		for seed := range rounds {
			disk := blobtest.New(uint64(kill)*1000 + seed)
			disk.KillAt(kill)
			durable := run(disk)
			// Twice: a crash during recovery must not lose anything either.
			disk = disk.Restart()
			disk.KillAt(int(seed) + 1)
			if f, err := blob.OpenFolder(disk, "/blobs", ring); err == nil {
				blob.SetSegmentSize(f, 5000)
			}
			disk = disk.Restart()
			f, err := blob.OpenFolder(disk, "/blobs", ring)
			if err != nil {
				t.Fatalf("killed at %d, seed %d: %v", kill, seed, err)
			}
			for d, want := range durable {
				if got, err := get(f, d); err != nil || !bytes.Equal(got, want) {
					t.Fatalf("killed at %d, seed %d: %s is lost: %v", kill, seed, d, err)
				}
			}
			if r := f.Recovered(); len(r.Gaps) > 0 {
				t.Fatalf("killed at %d, seed %d: a torn write is taken for damage: %v", kill, seed, r.Gaps)
			}
			for _, err := range f.Walk(context.Background()) {
				if err != nil {
					t.Fatalf("killed at %d, seed %d: %v", kill, seed, err)
				}
			}
			// And the store goes on from there.
			ref := put(t, f, content(5000, 900))
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
			if _, err := get(opened(t, disk.Restart(), "/blobs", ring), ref.Digest); err != nil {
				t.Fatalf("killed at %d, seed %d, then used: %v", kill, seed, err)
			}
		}
	}
}

func TestAlteredBytesAreNeverGivenOut(t *testing.T) {
	disk, ring := blobtest.New(3), aRing(t)
	f := opened(t, disk, "/blobs", ring)
	small, large := content(1, 300), content(2, 129<<10)
	put(t, f, small)
	put(t, f, content(3, 300))
	put(t, f, large)
	if err := f.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, name := range disk.Names() {
		good := disk.Content(name)
		step := max(1, len(good)/200)
		for at := 0; at < len(good); at += step {
			bad := bytes.Clone(good)
			bad[at] ^= 1 << (at % 8)
			disk.Corrupt(name, bad)
			f := opened(t, disk, "/blobs", ring)
			for _, want := range [][]byte{small, content(3, 300), large} {
				got, err := get(f, sha256.Sum256(want))
				if err == nil && !bytes.Equal(got, want) {
					t.Fatalf("%s byte %d: altered content was given out", name, at)
				}
			}
		}
		disk.Corrupt(name, good)
	}
}

func TestWalkNamesWhatIsDamaged(t *testing.T) {
	disk, ring := blobtest.New(3), aRing(t)
	f := opened(t, disk, "/blobs", ring)
	for i := range uint64(3) {
		put(t, f, content(i, 1000))
		if err := f.Sync(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	name := disk.Names()[0]
	bad := disk.Content(name)
	bad[500] ^= 1
	disk.Corrupt(name, bad)
	damaged := map[blob.Digest]bool{}
	for ref, err := range opened(t, disk, "/blobs", ring).Walk(t.Context()) {
		if errors.Is(err, blob.ErrDamaged) {
			damaged[ref.Digest] = true
		} else if err != nil {
			t.Error(err)
		}
	}
	if len(damaged) != 1 || !damaged[sha256.Sum256(content(0, 1000))] {
		t.Errorf("named: %v", damaged)
	}

	// A header that rots hides its own blob, and no other one.
	bad[500] ^= 1
	bad[20] ^= 1
	disk.Corrupt(name, bad)
	f = opened(t, disk, "/blobs", ring)
	if len(f.Recovered().Gaps) != 1 {
		t.Errorf("%+v", f.Recovered())
	}
	for i := uint64(1); i < 3; i++ {
		if _, err := get(f, sha256.Sum256(content(i, 1000))); err != nil {
			t.Errorf("blob %d: %v", i, err)
		}
	}
}

func TestFullSegmentsAreFoundThroughTheirIndex(t *testing.T) {
	dir, ring := t.TempDir(), aRing(t)
	f := opened(t, blob.OS{}, dir, ring)
	blob.SetSegmentSize(f, 100<<10)
	var refs []blob.Ref
	for i := range uint64(3000) {
		refs = append(refs, put(t, f, content(i, 300)))
		if i%20 == 19 {
			if err := f.Sync(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	indexes, err := filepath.Glob(filepath.Join(dir, "segments", "*.idx"))
	if err != nil || len(indexes) < 8 {
		t.Fatalf("%d indexes, %v", len(indexes), err)
	}
	f = opened(t, blob.OS{}, dir, ring)
	defer f.Close()
	for i, ref := range refs {
		if got, err := get(f, ref.Digest); err != nil || !bytes.Equal(got, content(uint64(i), 300)) {
			t.Fatalf("blob %d: %v", i, err)
		}
	}
	for i := range uint64(300) {
		if has, err := f.Has(t.Context(), sha256.Sum256(content(i, 299))); has || err != nil {
			t.Fatalf("found what was never put: %v", err)
		}
	}
}

func TestManyPutAndSyncAtOnce(t *testing.T) {
	disk, ring := blobtest.New(9), aRing(t)
	f := opened(t, disk, "/blobs", ring)
	blob.SetSegmentSize(f, 50<<10)
	var work sync.WaitGroup
	errs := make(chan error, 16)
	for w := range uint64(16) {
		work.Go(func() {
			for i := range uint64(20) {
				c := content(w/2*100+i, 800) // every blob is brought by two
				ref, err := f.Put(context.Background(), bytes.NewReader(c), blob.Limit)
				if err == nil {
					err = f.Sync(context.Background())
				}
				if err == nil {
					var got []byte
					if got, err = get(f, ref.Digest); err == nil && !bytes.Equal(got, c) {
						err = fmt.Errorf("worker %d, blob %d: other content", w, i)
					}
				}
				if err != nil {
					errs <- err
					return
				}
			}
		})
	}
	work.Wait()
	close(errs)
	for err := range errs {
		t.Error(err)
	}
	seen := 0
	for _, err := range opened(t, disk.Restart(), "/blobs", ring).Walk(t.Context()) {
		if err != nil {
			t.Error(err)
		}
		seen++
	}
	if seen != 160 {
		t.Errorf("%d blobs are there, of 160", seen)
	}
}

func BenchmarkPutTwelveFilesAndSync(b *testing.B) {
	f := opened(b, blob.OS{}, b.TempDir(), aRing(b))
	c := content(1, 64<<10)
	b.SetBytes(12 * 64 << 10)
	for n := 0; b.Loop(); n++ {
		for i := range 12 {
			c[0], c[1], c[2], c[3] = byte(n), byte(n>>8), byte(n>>16), byte(i)
			put(b, f, c)
		}
		if err := f.Sync(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
