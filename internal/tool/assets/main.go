// Command assets turns the style sheets and script modules of the web doors
// into the files that the binary carries: bundled, minified, named by their
// content and compressed beside the plain form.
//
// It runs npm's esbuild as a program, so that no bundler is ever linked. When
// no source has changed since the last run it does nothing.
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
)

const (
	root    = "internal/web/ui"
	dist    = root + "/dist"
	esbuild = "node_modules/.bin/esbuild"
	lock    = "package-lock.json"
)

// One style sheet per theme and one script bundle per kind of site: the phone
// doesn't pay for the office's keys, nor for sending large files before there is one.
var entries = []string{"css/auto.css", "css/light.css", "css/dark.css", "js/internet.js", "js/office.js", "js/resume.js", "js/file-field.js", "js/shrink.js", "js/look-again.js", "js/wechat.js", "js/back.js", "js/slots.js", "icon.svg"}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "assets:", err)
		os.Exit(1)
	}
}

func run() error {
	sum, err := digest()
	if err != nil {
		return fmt.Errorf("reading the sources: %w", err)
	}
	stamp := filepath.Join(dist, "assets.sum")
	if old, err := os.ReadFile(stamp); err == nil && string(old) == sum {
		return nil
	}
	if _, err := os.Stat(esbuild); err != nil {
		return errors.New("esbuild isn't installed: run npm ci (make generate does)")
	}
	tmp, err := os.MkdirTemp("", "yitang-assets-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	if err := bundle(tmp); err != nil {
		return err
	}
	names, err := install(tmp)
	if err != nil {
		return fmt.Errorf("writing %s: %w", dist, err)
	}
	manifest, err := json.MarshalIndent(names, "", "\t")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dist, "assets.json"), manifest, 0o644); err != nil {
		return err
	}
	// The stamp comes last: a run that dies before it is done again.
	return os.WriteFile(stamp, []byte(sum), 0o644)
}

// digest covers everything that decides the result: the sources and the lock
// file that pins the bundler.
func digest() (string, error) {
	files := []string{lock, "internal/tool/assets/main.go", root + "/icon.svg"}
	for _, dir := range []string{"css", "js"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(p string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				files = append(files, p)
			}
			return err
		})
		if err != nil {
			return "", err
		}
	}
	sort.Strings(files)
	h := sha256.New()
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s %d\n", f, len(b))
		h.Write(b)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func bundle(out string) error {
	args := []string{
		"--bundle", "--minify", "--format=esm", "--charset=utf8", "--log-level=warning",
		"--target=chrome100,safari15.4,firefox100",
		"--loader:.svg=copy", "--outdir=" + out, "--entry-names=[name]-[hash]",
	}
	for _, e := range entries {
		args = append(args, filepath.Join(root, e))
	}
	cmd := exec.Command(esbuild, args...)
	var said bytes.Buffer
	cmd.Stderr = &said
	cmd.Stdout = &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("esbuild: %w\n%s", err, said.String())
	}
	if said.Len() > 0 {
		return fmt.Errorf("esbuild warned:\n%s", said.String())
	}
	return nil
}

// install moves the result into dist, with a compressed twin each, and drops
// what earlier runs left there. It gives the name of each entry's file.
func install(from string) (map[string]string, error) {
	if err := os.MkdirAll(dist, 0o755); err != nil {
		return nil, err
	}
	old, err := filepath.Glob(filepath.Join(dist, "*-*"))
	if err != nil {
		return nil, err
	}
	for _, f := range old {
		if err := os.Remove(f); err != nil {
			return nil, err
		}
	}
	made, err := filepath.Glob(filepath.Join(from, "*"))
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, f := range made {
		b, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		base := filepath.Base(f)
		ext := filepath.Ext(base)
		entry := base[:strings.LastIndexByte(base, '-')] + ext
		names[entry] = base
		var z bytes.Buffer
		w, err := gzip.NewWriterLevel(&z, gzip.BestCompression)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(b); err != nil {
			return nil, err
		}
		if err := w.Close(); err != nil {
			return nil, err
		}
		if err := os.WriteFile(filepath.Join(dist, base), b, 0o644); err != nil {
			return nil, err
		}
		if err := os.WriteFile(filepath.Join(dist, base+".gz"), z.Bytes(), 0o644); err != nil {
			return nil, err
		}
	}
	if len(names) != len(entries) {
		return nil, fmt.Errorf("%d files for %d entries", len(names), len(entries))
	}
	return names, nil
}
