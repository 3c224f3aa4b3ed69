// Command yitang is the whole product: three zones, one binary. Each command
// stands in a file of its own.
package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"yitang/internal/drill"
	"yitang/internal/fault"
)

func main() { os.Exit(run()) }

// exitCoder is an error that brings its own exit status. Its text may be empty
// when everything was said already.
type exitCoder interface {
	error
	ExitCode() int
}

func root() *cobra.Command {
	cmd := &cobra.Command{
		Use:           "yitang",
		Short:         "一趟: one trip for approval, official passport and visa",
		SilenceUsage:  true,
		SilenceErrors: true,
		// Before any command of its own; those without --data, as version, stay what they are.
		PersistentPreRunE: handCommand,
	}
	cmd.AddCommand(commands()...)
	return cmd
}

func run() int {
	err := root().Execute()
	if err == nil {
		return 0
	}
	var coded exitCoder
	if errors.As(err, &coded) {
		if coded.Error() != "" {
			fmt.Fprintln(os.Stderr, "yitang:", coded)
		}
		return coded.ExitCode()
	}
	fmt.Fprintln(os.Stderr, "yitang:", sentence(err))
	return 1
}

// sentence says what is wrong without a stack and without the fault's wrapping.
func sentence(err error) string {
	var n *fault.NotNowError
	if errors.As(err, &n) && n.Cause != nil {
		return n.Cause.Error()
	}
	return err.Error()
}

func commands() []*cobra.Command {
	return []*cobra.Command{
		initCommand(), pairCommand(), demoCommand(), serveCommand(), adminCommand(), doctorCommand(), rebuildCommand(), backupCommand(), restoreCommand(), verifyCommand(), trustCommand(), checkCommand(knownHere), importCommand(), exchangeCommand(), updateCommand(), versionCommand(), drillCommand(drill.Options{}),
	}
}
