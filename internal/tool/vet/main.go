// Command vet is go vet for this project (go run ./internal/tool/vet ./...)
// without the libraries we stand on: to read all of those for the sake of what
// their functions do with formats took longest of all checks on a new machine.
// What go vet knows by heart of the standard library's functions stays.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

const (
	ours = "yitang/"
	// analysers names the program that go vet would have called; who finds it
	// in the environment has been called in its place.
	analysers = "YITANG_ANALYSERS"
)

func main() {
	err := errors.New("which packages? go run ./internal/tool/vet ./...")
	if program := os.Getenv(analysers); program != "" {
		err = analyse(program, os.Args[1:])
	} else if len(os.Args) > 1 {
		err = vet(os.Args[1:])
	}
	if failed := (*exec.ExitError)(nil); errors.As(err, &failed) {
		os.Exit(failed.ExitCode())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// vet has go vet call this program for each package.
func vet(packages []string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	program, err := exec.Command("go", "tool", "-n", "vet").Output()
	if err != nil {
		return fmt.Errorf("go tool -n vet: %w", err)
	}
	run := command("go", append([]string{"vet", "-vettool=" + self}, packages...)...)
	run.Env = append(os.Environ(), analysers+"="+strings.TrimSpace(string(program)))
	return run.Run()
}

// config is what go vet writes about a package, as far as it is wanted here.
type config struct {
	ImportPath         string
	VetxOnly           bool // wanted by those who import it, not for itself
	VetxOutput, Stdout string
}

// analyse answers go vet in the place of its analysers, and calls them for
// what is ours.
func analyse(program string, args []string) error {
	switch last := args[len(args)-1]; {
	case last == "-V=full":
		// By a name of our own: what is left out here must not be taken for
		// what go vet remembers of the same package.
		out, err := exec.Command(program, args...).Output()
		fmt.Println(strings.TrimSpace(string(out)), "of", strings.TrimSuffix(ours, "/"))
		return err
	case strings.HasSuffix(last, ".cfg"):
		data, err := os.ReadFile(last)
		if err != nil {
			return err
		}
		var of config
		if err := json.Unmarshal(data, &of); err != nil {
			return fmt.Errorf("%s: %w", last, err)
		}
		if of.VetxOnly && !strings.HasPrefix(of.ImportPath, ours) {
			return errors.Join(os.WriteFile(of.VetxOutput, nil, 0o666), os.WriteFile(of.Stdout, nil, 0o666))
		}
	}
	return command(program, args...).Run()
}

func command(name string, args ...string) *exec.Cmd {
	c := exec.Command(name, args...)
	c.Stdout, c.Stderr = os.Stdout, os.Stderr
	return c
}
