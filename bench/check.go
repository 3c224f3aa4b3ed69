package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"yitang/internal/dossier"
	"yitang/internal/precheck"
	"yitang/ref"
)

// sixMembers is an example case cut to six people, with the JSON that it is.
func sixMembers() (dossier.Case, []byte, error) {
	var c dossier.Case
	text, err := os.ReadFile(filepath.Join("testdata", "cases", "seven-members.json"))
	if err != nil {
		return c, nil, fmt.Errorf("reading the example case: %w", err)
	}
	if err := json.Unmarshal(text, &c); err != nil {
		return c, nil, fmt.Errorf("reading the example case: %w", err)
	}
	c.Members = c.Members[:6]
	c.Budget.Lines = slices.DeleteFunc(c.Budget.Lines, func(l dossier.BudgetLine) bool { return l.Member != nil && *l.Member >= 6 })
	text, err = json.Marshal(c)
	return c, text, err
}

// checking is the pre-check of a case of six members by the whole catalogue, as
// somebody types it. The baseline merely reads the same case from its JSON.
func checking(ctx context.Context, s settings, _ limits) error {
	c, text, err := sixMembers()
	if err != nil {
		return fmt.Errorf("check: %w", err)
	}
	data, err := ref.Built()
	if err != nil {
		return fmt.Errorf("check: %w", err)
	}
	rules, err := precheck.New(data)
	if err != nil {
		return fmt.Errorf("check: %w", err)
	}
	want := len(rules.Check(c, precheck.Submit, c.AsOf).List) // compiles what it needs
	ours := func(context.Context) error {
		if n := len(rules.Check(c, precheck.Submit, c.AsOf).List); n != want {
			return fmt.Errorf("the same case has %d findings and then %d", want, n)
		}
		return nil
	}
	theirs := func(context.Context) error {
		var read dossier.Case
		if err := json.Unmarshal(text, &read); err != nil {
			return err
		}
		if len(read.Members) != len(c.Members) {
			return fmt.Errorf("%d of %d members are read", len(read.Members), len(c.Members))
		}
		return nil
	}
	var got, base measured
	for range turns {
		one, err := repeat(ctx, 1, s.Seconds/turns, ours)
		if err != nil {
			return fmt.Errorf("check: %w", err)
		}
		got.join(one)
		if one, err = repeat(ctx, 1, s.Seconds/turns, theirs); err != nil {
			return fmt.Errorf("check, reading alone: %w", err)
		}
		base.join(one)
	}
	ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	fmt.Printf("check a case of 6 members (%d kB of JSON) by all rules: %d times, %d findings each; median %.3f ms, p99 %.3f ms, %.3f ms of processor each (aim: under 5 ms)\n",
		len(text)/1000, got.N, want, ms(got.percentile(.5)), ms(got.percentile(.99)), got.cpuEach())
	fmt.Printf("     the same case read from its JSON (encoding/json) and nothing else: %d times; median %.3f ms, p99 %.3f ms; ratio %.2f\n",
		base.N, ms(base.percentile(.5)), ms(base.percentile(.99)), ms(got.percentile(.5))/ms(base.percentile(.5)))
	return nil
}
