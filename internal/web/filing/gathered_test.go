package filing_test

import (
	"context"
	"reflect"
	"testing"

	"yitang/internal/drill"
	"yitang/internal/drill/drilltest"
	applying "yitang/internal/web/filing"
)

// What a case lacks is told without what the rules know beyond it: both ways of reading
// it give the same list.
func TestWhatACaseLacksIsToldWithoutWhatLiesBeyondIt(t *testing.T) {
	s := drilltest.Told(t, drill.Document, drill.Options{})
	ctx, work := context.Background(), applying.NewWork(s.Internet)
	whole, err := work.Open(ctx, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	part, err := applying.Gathered(work, ctx, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	want, err := work.Later(ctx, whole)
	if err != nil || len(want) == 0 {
		t.Fatal(want, err)
	}
	got, err := work.Later(ctx, part)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v instead of %v, %v", got, want, err)
	}
}

// BenchmarkLacking: what one case lacks, as home asks it of each that waits for papers,
// and as it did before, with all that a check would know of it.
func BenchmarkLacking(b *testing.B) {
	s := drilltest.Told(b, drill.Document, drill.Options{})
	ctx, work := context.Background(), applying.NewWork(s.Internet)
	for name, open := range map[string]func() (*applying.File, error){
		"the case":                       func() (*applying.File, error) { return applying.Gathered(work, ctx, s.ID) },
		"and what the rules know beyond": func() (*applying.File, error) { return work.Open(ctx, s.ID) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				f, err := open()
				if err == nil {
					_, err = work.Later(ctx, f)
				}
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
