package sheet

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

func TestOnlyOneWorkbookIsConvertedAtATime(t *testing.T) {
	var running, most atomic.Int32
	began, held := make(chan struct{}, 4), make(chan struct{})
	p := New(nil, nil, nil)
	p.Convert = func(context.Context, []byte) ([]byte, error) {
		most.Store(max(most.Load(), running.Add(1)))
		defer running.Add(-1)
		began <- struct{}{}
		<-held
		return nil, nil
	}
	var work sync.WaitGroup
	for range 4 {
		work.Go(func() {
			if _, err := p.inTurn(t.Context(), nil); err != nil {
				t.Error(err)
			}
		})
	}
	<-began // one has its turn, until held is closed
	gone, leave := context.WithCancel(t.Context())
	leave()
	if _, err := p.inTurn(gone, nil); err == nil {
		t.Error("who doesn't wait was converted out of turn")
	}
	close(held)
	work.Wait()
	if most.Load() != 1 {
		t.Errorf("%d ran at the same time", most.Load())
	}
}

func TestWhatAConverterMakesIsReadWithinBounds(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", dir+":/usr/bin:/bin")
	for says, script := range map[string]string{
		"longer than": "while [ $# -gt 1 ]; do [ \"$1\" = --outdir ] && out=$2; shift; done\nmkdir -p \"$out\" && truncate -s 1G \"$out/in.xlsx\"\n",
		"exit status": "head -c 100000000 /dev/zero\nexit 1\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, "soffice"), []byte("#!/bin/sh\n"+script), 0o700); err != nil {
			t.Fatal(err)
		}
		if _, err := Convert(t.Context(), []byte("x")); err == nil || !strings.Contains(err.Error(), says) || len(err.Error()) > 500 {
			t.Errorf("want %s, got %.600v", says, err)
		}
	}
}
