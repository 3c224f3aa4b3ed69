package program_test

import (
	"crypto/ed25519"
	"testing"

	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/program"
	"yitang/internal/zone"
)

// A release is put in force when it is the maker's, for this machine, the next
// one, and nobody has withdrawn it; each other case says why not.
func TestWhatStandsAgainstARelease(t *testing.T) {
	_, h := file(t, []byte("a program"))
	good := program.Choose{Release: program.Release{Head: h}, Maker: maker.Public().(ed25519.PublicKey), Platform: "linux/amd64", Number: 1, Version: "2026.11", Reason: "安全修补"}
	with := func(change func(*program.Choose)) program.Choose { c := good; change(&c); return c }
	for what, at := range map[string]struct {
		cmd program.Choose
		why string
	}{
		"the next one":          {good, ""},
		"another of its number": {with(func(c *program.Choose) { c.Number, c.Version = 2, "2026.12-1" }), ""},
		"withdrawn":             {with(func(c *program.Choose) { c.Release.Withdrawn = "错" }), "withdrawn"},
		"nobody is trusted":     {with(func(c *program.Choose) { c.Maker = nil }), "no_maker"},
		"another is trusted":    {with(func(c *program.Choose) { c.Maker = make([]byte, ed25519.PublicKeySize) }), "foreign"},
		"for another machine":   {with(func(c *program.Choose) { c.Platform = "linux/arm64" }), "platform"},
		"the running one":       {with(func(c *program.Choose) { c.Number, c.Version = 2, "2026.12" }), "runs"},
		"the one after next":    {with(func(c *program.Choose) { c.Number = 0 }), "skips"},
		"an older one":          {with(func(c *program.Choose) { c.Number = 3 }), "old"},
	} {
		if got := at.cmd.Wrong(); got != at.why {
			t.Errorf("%s: %q, want %q", what, got, at.why)
		}
		events, err := at.cmd.Decide(program.Running{}, journal.Moment{})
		if at.why == "" && (err != nil || len(events) != 1) || at.why != "" && !fault.IsNotNow(err) {
			t.Errorf("%s gives %d events, %v", what, len(events), err)
		}
	}
	if _, err := with(func(c *program.Choose) { c.Reason = " " }).Decide(program.Running{}, journal.Moment{}); fault.Findings(err) == nil {
		t.Errorf("without a reason: %v", err)
	}
}

// What runs is told once, by the passport zone in a way that goes to the office alone.
func TestWhatRunsIsToldOnce(t *testing.T) {
	for _, z := range zone.All() {
		report := program.Report{Zone: z, Number: 2, Version: "2026.12"}
		events, err := report.Decide(program.Running{}, journal.Moment{})
		if err != nil || len(events) != 1 {
			t.Fatalf("%s: %v, %v", z, events, err)
		}
		if _, apart := events[0].Body.(program.RunsAtPassports); apart != (z == zone.Passport) {
			t.Errorf("the %s zone says %T", z, events[0].Body)
		}
		is, err := program.Zones.Evolve(program.Running{}, journal.Event{Subject: journal.Ref{ID: string(z)}, Body: events[0].Body})
		if err != nil {
			t.Fatal(err)
		}
		if events, err := report.Decide(is, journal.Moment{}); err != nil || len(events) != 0 {
			t.Errorf("the %s zone says it again: %v, %v", z, events, err)
		}
	}
}

func TestNetworksAreApartByMoreThanOneRelease(t *testing.T) {
	runs := func(numbers ...int) (out []program.Running) {
		for _, n := range numbers {
			out = append(out, program.Running{Number: n})
		}
		return out
	}
	for _, at := range []struct {
		numbers []int
		apart   bool
	}{{[]int{1, 1, 1}, false}, {[]int{2, 1, 2}, false}, {[]int{3, 1, 3}, true}, {[]int{3, 0, 0}, false}, {[]int{1, 2, 3}, true}} {
		if got := program.Apart(runs(at.numbers...)); got != at.apart {
			t.Errorf("%v: %v", at.numbers, got)
		}
	}
}
