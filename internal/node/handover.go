package node

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"yitang/internal/blob"
	"yitang/internal/program"
)

// handedOver is set for a program that another one handed over to: which release
// it is.
const handedOver = "YITANG_RELEASE"

// tries is how often a release that has never come up is started before the one
// before it goes on.
const tries = 2

// laid is a release that lies in a zone's folder.
type laid struct {
	Release string `json:"release"` // Manifest.ID
	Number  int    `json:"number"`
	Version string `json:"version"`
	Digest  string `json:"digest"` // of the program
	Tried   int    `json:"tried"`  // starts that were handed over to it and didn't come up
	Up      bool   `json:"up"`     // it has come up here
}

// inForce is program/current.json.
type inForce struct {
	Now    laid  `json:"now"`
	Before *laid `json:"before,omitempty"` // the last one that came up; none: the program that is started
}

func loadInForce(dir string) (inForce, bool, error) {
	var f inForce
	text, err := os.ReadFile(filepath.Join(dir, programDir, currentFile))
	if errors.Is(err, fs.ErrNotExist) {
		return f, false, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &f)
	}
	if err != nil {
		return f, false, fmt.Errorf("reading which release was put in force: %w", err)
	}
	return f, true, nil
}

func (f inForce) save(dir string) error {
	text, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	return blob.WriteFile(blob.OS{}, filepath.Join(dir, programDir), currentFile, append(text, '\n'))
}

// putInForce lets the next start hand over to a release.
func putInForce(dir string, next laid) error {
	f, there, err := loadInForce(dir)
	if err != nil {
		return err
	}
	if there && f.Now.Up && f.Now.Release != next.Release {
		was := f.Now
		f.Before = &was
	}
	f.Now = next
	return f.save(dir)
}

// Handing is what a program does that was started in a zone's folder.
type Handing struct {
	Next   string   // program to hand over to; "" for going on itself
	Env    []string // what that one is given beside the environment
	Failed string   // version that was to run and doesn't come up; "" for none
}

// HandOver tells whether the program that was started in a zone's folder is to
// hand over to the release that was put in force there. One that doesn't come up
// is tried twice; then the one before it goes on, which stops nobody's work as long
// as the release has made no table anew: it doesn't begin then (data.later). A file that isn't what was signed is never started.
func HandOver(dir string) (Handing, error) {
	f, there, err := loadInForce(dir)
	if err != nil || !there {
		return Handing{}, err
	}
	am := os.Getenv(handedOver)
	switch {
	case am == f.Now.Release, am == "" && f.Now.Number == program.Number && f.Now.Version == program.Version:
		return Handing{}, nil
	case f.Now.Number < program.Number:
		return Handing{}, nil // somebody has put a later one in place by hand
	}
	if f.Now.Up || f.Now.Tried < tries {
		path, bad := whole(dir, f.Now)
		if bad == nil {
			if !f.Now.Up {
				f.Now.Tried++
				if err := f.save(dir); err != nil {
					return Handing{}, err
				}
			}
			return to(path, f.Now, ""), nil
		}
		err = bad
	}
	if f.Before == nil || f.Before.Release == am {
		return Handing{Failed: f.Now.Version}, err
	}
	path, bad := whole(dir, *f.Before)
	if bad != nil {
		return Handing{Failed: f.Now.Version}, cmp.Or(err, bad)
	}
	return to(path, *f.Before, f.Now.Version), err
}

// HandCommand tells whether a command that works with a zone's folder is to hand
// over to the release in force there, once that one has come up; until it has, to
// the one before it. A command is no start: it neither counts as a try nor ends
// anything.
func HandCommand(dir string) (Handing, error) {
	f, there, err := loadInForce(dir)
	if err != nil || !there {
		return Handing{}, err
	}
	is := f.Now
	if !is.Up {
		if f.Before == nil {
			return Handing{}, nil
		}
		is = *f.Before
	}
	am := os.Getenv(handedOver)
	if am == is.Release || am == "" && is.Number == program.Number && is.Version == program.Version || is.Number < program.Number {
		return Handing{}, nil // that one, or somebody has put a later one in place by hand
	}
	path, err := whole(dir, is)
	if err != nil {
		return Handing{}, err
	}
	return to(path, is, ""), nil
}

func to(path string, l laid, failed string) Handing {
	return Handing{Next: path, Env: []string{handedOver + "=" + l.Release}, Failed: failed}
}

// whole is the program of a release, once it was seen to be what was signed.
func whole(dir string, l laid) (string, error) {
	path := filepath.Join(dir, programDir, l.Release, programFile)
	if sum, err := digestOf(path); err != nil || sum != l.Digest {
		return "", fmt.Errorf("release %s isn't started: %s was altered or is gone", l.Version, path)
	}
	return path, nil
}

// CameUp notes that a program which was handed over to serves, and takes away the
// releases that nothing goes back to any more.
func CameUp(dir string) error {
	f, there, err := loadInForce(dir)
	if err != nil || !there || os.Getenv(handedOver) != f.Now.Release {
		return err
	}
	if !f.Now.Up {
		f.Now.Up, f.Now.Tried = true, 0
		if err := f.save(dir); err != nil {
			return err
		}
	}
	return f.tidy(dir)
}

var releaseName = regexp.MustCompile(`^[0-9a-f]{16}$`)

// tidy removes releases that lie in a zone's folder and are neither in force nor
// the one before. Each can be unpacked again as long as it is on offer.
func (f inForce) tidy(dir string) error {
	entries, err := os.ReadDir(filepath.Join(dir, programDir))
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := e.Name()
		if !e.IsDir() || !releaseName.MatchString(name) || name == f.Now.Release || f.Before != nil && name == f.Before.Release {
			continue
		}
		if err := os.RemoveAll(filepath.Join(dir, programDir, name)); err != nil {
			return fmt.Errorf("removing an old release: %w", err)
		}
	}
	return nil
}

func digestOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
