package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"yitang/internal/drill"
)

// drillFailed is the exit status once everything was said.
type drillFailed struct{ says string }

func (e drillFailed) Error() string { return e.says }
func (drillFailed) ExitCode() int   { return 1 }

// drillCommand makes the acceptance run. base is what the zones stand on; tests
// give a disk that fails.
func drillCommand(base drill.Options) *cobra.Command {
	var dir, packName string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "drill [--data DIR] [--pack NAME|DIR|FILE] [--json]",
		Short: "one fictional case through three fresh zones, each step checked (演练)",
		Long: `Makes three fresh zones on this machine and takes one fictional case through
them, from the draft to the archive: returned once, one member declined, one
booklet made at the one visit. Each step is checked in the zones that know of it.

With --data the zones stay in DIR, which must hold none, with the approval and
the trust file beside them. Otherwise nothing stays. With --pack the office works
by that configuration.

Exit status: 0 all steps hold, 1 one doesn't, and it is named.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			if packName != "" {
				var err error
				if base.Pack, err = readPack(packName); err != nil {
					return err
				}
			}
			return runDrill(ctx, cmd.OutOrStdout(), base, dir, asJSON)
		},
	}
	cmd.Flags().StringVar(&dir, "data", "", "keep the zones in this folder")
	cmd.Flags().StringVar(&packName, "pack", "", "the configuration pack that the office works by: a folder, a zip, or the name of one that comes with the program")
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object")
	return cmd
}

func runDrill(ctx context.Context, out io.Writer, o drill.Options, dir string, asJSON bool) error {
	stays := dir != ""
	if !stays {
		temp, err := os.MkdirTemp("", "yitang-drill-")
		if err != nil {
			return fmt.Errorf("making a folder for the drill: %w", err)
		}
		defer os.RemoveAll(temp) // whatever came of the drill; what can't be removed is the machine's to clear
		dir = temp
	}
	var err error
	if o.Dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	began := time.Now()
	r, failed := drill.Run(ctx, o, func(s drill.Step) {
		if asJSON {
			return
		}
		mark := "ok  "
		if !s.OK {
			mark = "FAIL"
		}
		fmt.Fprintf(out, "%s %6d ms  %-12s  %s\n", mark, s.MS, s.Name, s.What)
	})
	took := time.Since(began)
	if !stays {
		r.Approval, r.Trust = "", "" // they go with the folder
	}
	if asJSON {
		err = printDrill(out, r, took, failed)
	} else {
		err = tellDrill(out, r, took, failed, o.Dir, stays)
	}
	var f *drill.Failure
	switch {
	case errors.As(failed, &f):
		return drillFailed{fmt.Sprintf("the drill failed at the step %q: %s", f.Step, f.Unwrap())}
	case failed != nil:
		return failed
	}
	return err
}

func printDrill(out io.Writer, r drill.Result, took time.Duration, failed error) error {
	says := map[string]any{"format": "yitang.drill/1", "ok": failed == nil, "ms": took.Milliseconds(), "steps": r.Steps,
		"ledger":   map[string]int{"visits": r.Ledger.Visits, "asks": r.Ledger.Asks, "returns": r.Ledger.Returns, "paper": r.Ledger.Paper},
		"approval": r.Approval, "trust": r.Trust}
	var f *drill.Failure
	if errors.As(failed, &f) {
		says["failed"] = f.Step
	}
	return sayJSON(out, says)
}

func tellDrill(out io.Writer, r drill.Result, took time.Duration, failed error, dir string, stays bool) error {
	if failed == nil {
		l := r.Ledger
		fmt.Fprintf(out, "\nAll %d steps hold, in %.1f s. Visits %d, asks %d, returns %d, paper %d.\n", len(r.Steps), took.Seconds(), l.Visits, l.Asks, l.Returns, l.Paper)
	}
	if r.Approval != "" {
		fmt.Fprintf(out, "The approval: yitang verify %s --trust %s\n", r.Approval, r.Trust)
	}
	if stays && r.Password != "" {
		fmt.Fprintf(out, "The zones: yitang serve --zone all --data %s (sign in as liaison, signatory; intake, reviewer, chief, director, visa, keeper, window, admin; capture, maker; password %s)\n", dir, r.Password)
	}
	return nil
}
