// Command bench measures what the product does against a named baseline and
// against what this machine can do at all, both in the same run. It judges
// nothing: a figure that disappoints is no failure, a wrong result is.
//
//	go run ./bench fill N [--data DIR]
//	go run ./bench b1|b2|b4|b6|b7|b9|check|demo|all [--data DIR] [--cases N] [--records N] [--seconds S]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"time"
)

// settings are what may be said on the command line.
type settings struct {
	Data    string        // folder with internet/ and office/ below it; "" for one that is deleted afterwards
	Cases   int           // that b2 and b7 want in it
	Records int           // that b6 brings over
	Told    int           // cases that the demo's city is told with; 0 for all of them
	Seconds time.Duration // how long each measurement runs
}

// steps are what each word of the command line measures.
var steps = map[string][]func(context.Context, settings, limits) error{
	"fill": {}, "b1": {submitting}, "b2": {queueing}, "b4": {lastPlace}, "b6": {applying}, "b7": {starting}, "b9": {passing}, "check": {checking}, "demo": {loading},
	"all": {submitting, lastPlace, checking, queueing, passing, starting},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

var errUsage = errors.New("say fill N, b1, b2, b4, b6, b7, b9, check, demo or all; then --data DIR, --cases N, --records N, --seconds S")

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errUsage
	}
	what, args := args[0], args[1:]
	s := settings{Cases: 50_000}
	if what == "fill" && len(args) > 0 {
		if n, err := strconv.Atoi(args[0]); err == nil {
			s.Cases, args = n, args[1:]
		}
	}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.StringVar(&s.Data, "data", "", "folder to fill or to use, kept afterwards")
	flags.IntVar(&s.Cases, "cases", s.Cases, "cases among which b2 and b7 are measured; for demo, load so many of its city alone")
	flags.IntVar(&s.Records, "records", 1_000_000, "records that b6 brings from one zone to another")
	seconds := flags.Float64("seconds", 10, "length of each measurement")
	if err := flags.Parse(args); err != nil {
		return err
	}
	s.Seconds = time.Duration(*seconds * float64(time.Second))
	flags.Visit(func(f *flag.Flag) {
		if f.Name == "cases" {
			s.Told = s.Cases
		}
	})
	if flags.NArg() > 0 || s.Cases < 1 || s.Records < 1 || s.Seconds <= 0 {
		return errUsage
	}
	chosen, ok := steps[what]
	if !ok {
		return errUsage
	}
	var machine limits
	var err error
	if what != "fill" {
		if machine, err = measureMachine(s.Seconds / 5); err != nil {
			return err
		}
		machine.print()
	}
	if what == "fill" || s.Data == "" && (what == "b2" || what == "b7" || what == "all") {
		kept := s.Data != ""
		if !kept {
			if s.Data, err = os.MkdirTemp("", "yitang-bench-"); err != nil {
				return err
			}
			defer os.RemoveAll(s.Data)
		}
		if err := fill(ctx, s); err != nil {
			return fmt.Errorf("filling %s: %w", s.Data, err)
		}
		if what == "fill" && !kept {
			fmt.Println("     not kept: name a folder with --data to keep it")
		}
	}
	for _, step := range chosen {
		if err := step(ctx, s, machine); err != nil {
			return err
		}
	}
	return nil
}
