// Package drilltest gives tests the drill's story as it stands after a step.
package drilltest

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"

	"yitang/internal/account"
	"yitang/internal/drill"
)

// left is what a story that was told up to a step has left behind, in memory:
// nobody would be there to take it off a disk after the last test.
type left struct {
	story *drill.Story
	files fstest.MapFS
}

var (
	mu   sync.Mutex
	told = map[drill.Name]left{}
)

// Told is the story up to a step, on SQLite and by no pack. Each test has its
// own, but what comes before is told once for all tests of a package.
func Told(t testing.TB, upTo drill.Name, o drill.Options) *drill.Story {
	t.Helper()
	o.Passwords = account.Slight
	o.Dir = t.TempDir()
	l := tell(t, upTo, o)
	o.Dir = t.TempDir()
	s, err := l.story.GoOn(context.Background(), l.files, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func tell(t testing.TB, upTo drill.Name, o drill.Options) left {
	mu.Lock()
	defer mu.Unlock()
	if l, done := told[upTo]; done {
		return l
	}
	ctx := context.Background()
	s, err := before(ctx, upTo, o)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Play(ctx, upTo, nil); err != nil {
		t.Fatal(err)
	}
	s.Close()
	files, err := read(o.Dir)
	if err != nil {
		t.Fatal(err)
	}
	told[upTo] = left{s, files}
	return told[upTo]
}

// before is the furthest that was told so far and isn't past a step, or the
// beginning.
func before(ctx context.Context, upTo drill.Name, o drill.Options) (*drill.Story, error) {
	var furthest *left
	for _, l := range told {
		if !l.story.Taken(upTo) && (furthest == nil || l.story.Further(furthest.story)) {
			furthest = &l
		}
	}
	if furthest == nil {
		return drill.Begin(ctx, o)
	}
	return furthest.story.GoOn(ctx, furthest.files, o)
}

func read(dir string) (fstest.MapFS, error) {
	files := fstest.MapFS{}
	return files, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		f := &fstest.MapFile{Mode: info.Mode()}
		if !d.IsDir() {
			f.Data, err = os.ReadFile(path)
		}
		files[filepath.ToSlash(name)] = f
		return err
	})
}
