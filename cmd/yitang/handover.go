package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"yitang/internal/node"
)

// errAgain ends serving because another release was put in force.
var errAgain = errors.New("another release was put in force")

// replace is syscall.Exec: the program goes on as another one, with the same
// process and arguments, so that whoever supervises it notices nothing.
var replace = syscall.Exec

// handOver goes on as the release that was put in force in a zone's folder, and
// returns only when this program is to go on itself; failed is the version that
// was to run and doesn't come up. Without a folder it does nothing.
func handOver(dir string, out io.Writer) (failed string, err error) {
	if dir == "" {
		return "", nil
	}
	h, err := node.HandOver(dir)
	if err != nil { // told, and no reason not to serve
		fmt.Fprintln(out, "yitang:", err)
	}
	if h.Next == "" {
		return h.Failed, nil
	}
	return "", become(h)
}

// handCommand lets a command that works with a zone's data go on as the release in
// force there, as serving does: what an older program reads of later data may be
// wrong. What is no zone's folder has no release in it, and serving sees for itself.
func handCommand(cmd *cobra.Command, _ []string) error {
	dir := cmd.Flag("data")
	if dir == nil || cmd.Name() == "serve" || dir.Value.String() == "" {
		return nil
	}
	h, err := node.HandCommand(dir.Value.String())
	if err != nil { // told, and no reason not to go on: later data is left alone anyway
		fmt.Fprintln(cmd.ErrOrStderr(), "yitang:", err)
	}
	if h.Next == "" {
		return nil
	}
	return become(h)
}

// become goes on as another program; it returns when it can't.
func become(h node.Handing) error {
	env := slices.DeleteFunc(os.Environ(), func(kv string) bool { // of two with one name the first would count
		name, _, _ := strings.Cut(kv, "=")
		return slices.ContainsFunc(h.Env, func(own string) bool { return strings.HasPrefix(own, name+"=") })
	})
	return replace(h.Next, os.Args, append(env, h.Env...))
}

// startAgain goes on as the release that was put in force, or anew as this one.
func startAgain(dir string) error {
	if _, err := handOver(dir, os.Stderr); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	return replace(self, os.Args, os.Environ())
}

// isUp is how long a release serves before it counts as having come up.
const isUp = 5 * time.Second

// releases lets the pages put other releases in force, says which one runs, and
// notes after a while that it has come up. alone is the folder of the only zone;
// where there are several, one can't be started anew without the others.
func (h *house) releases(ctx context.Context, alone, failed string) error {
	h.again = make(chan struct{}, 1)
	for _, n := range h.nodes() {
		if err := n.Programs().Report(ctx, failed); err != nil {
			return err
		}
		if alone != "" {
			n.Again = func() {
				select {
				case h.again <- struct{}{}:
				default: // it was asked for already
				}
			}
		}
	}
	if alone == "" {
		return nil
	}
	up := time.AfterFunc(isUp, func() {
		if err := node.CameUp(alone); err != nil {
			fmt.Fprintln(os.Stderr, "yitang:", err)
		}
	})
	h.closers = append(h.closers, func() { up.Stop() })
	return nil
}
