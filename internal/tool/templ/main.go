// Templ writes the Go code of every page's .templ file beside it, and takes
// away what a page left behind. It does what templ's own command does, by the
// same library, and needs a twentieth of that command's packages: on a fresh
// machine they were compiled for a minute before anything else.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"go/format"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/a-h/templ/generator"
	"github.com/a-h/templ/parser/v2"
)

const written, made = ".templ", "_templ.go"

func main() {
	if err := run("internal"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run goes through all pages and gives everything that is wrong with them.
func run(root string) error {
	var wrong []error
	err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch {
		case strings.HasSuffix(path, written):
			if err := write(root, path); err != nil {
				wrong = append(wrong, err)
			}
		case strings.HasSuffix(path, made):
			page := strings.TrimSuffix(path, made) + written
			if _, err := os.Stat(page); errors.Is(err, fs.ErrNotExist) {
				return os.Remove(path)
			}
		}
		return nil
	})
	return errors.Join(append(wrong, err)...)
}

// write makes one page's code, unless it is newer than the page.
func write(root, page string) error {
	target := strings.TrimSuffix(page, written) + made
	if upToDate(page, target) {
		return nil
	}
	file, err := parser.Parse(page)
	if err != nil {
		return fmt.Errorf("%s: %w", page, err)
	}
	notes, err := parser.Diagnose(file)
	if err != nil {
		return fmt.Errorf("%s: %w", page, err)
	}
	for _, n := range notes {
		fmt.Fprintf(os.Stderr, "%s:%d:%d: %s\n", page, n.Range.From.Line+1, n.Range.From.Col+1, n.Message)
	}
	name, err := filepath.Rel(root, page)
	if err != nil {
		return err
	}
	var code bytes.Buffer
	if _, err := generator.Generate(file, &code, generator.WithFileName(filepath.ToSlash(name))); err != nil {
		return fmt.Errorf("%s: %w", page, err)
	}
	neat, err := format.Source(code.Bytes())
	if err != nil {
		return fmt.Errorf("%s: %w", page, err)
	}
	return os.WriteFile(target, neat, 0o644)
}

func upToDate(page, code string) bool {
	p, err := os.Stat(page)
	if err != nil {
		return false
	}
	c, err := os.Stat(code)
	return err == nil && c.ModTime().After(p.ModTime())
}
