package carrier

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"yitang/internal/blob"
)

// Directory is a folder that both sides reach, or that somebody carries: a
// shared folder, a gatekeeper appliance, an optical disc. A file appears in it
// whole or not at all. Sending a file again puts the same in its place.
type Directory struct {
	disk blob.Disk
	path string
}

// Make opens a folder for sending, creating it when it isn't there.
func Make(disk blob.Disk, path string) (*Directory, error) {
	if err := disk.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("making the folder %s: %w", path, err)
	}
	return &Directory{disk: disk, path: path}, nil
}

// At opens a folder that is there, which may be a medium that can't be written.
func At(disk blob.Disk, path string) (*Directory, error) {
	if _, err := disk.ReadDir(path); err != nil {
		return nil, fmt.Errorf("opening the folder %s: %w", path, err)
	}
	return &Directory{disk: disk, path: path}, nil
}

// Path is where it is.
func (d *Directory) Path() string { return d.path }

// Send puts a file into the folder, durably.
func (d *Directory) Send(name string, content []byte) error {
	if err := plain(name); err != nil {
		return err
	}
	defer alone(filepath.Join(d.path, name))()
	if err := blob.WriteFile(d.disk, d.path, name, content); err != nil {
		return fmt.Errorf("sending %s: %w", name, err)
	}
	return nil
}

// Bring puts a file into the folder as Send does, of content that needn't fit
// into memory. More than most bytes are an error that matches ErrTooLarge.
func (d *Directory) Bring(name string, content io.Reader, most int64) error {
	if err := plain(name); err != nil {
		return err
	}
	defer alone(filepath.Join(d.path, name))()
	temp := filepath.Join(d.path, ".new-"+name)
	err := d.write(temp, content, most)
	if err == nil {
		err = d.disk.Rename(temp, filepath.Join(d.path, name))
	}
	if err != nil {
		d.disk.Remove(temp) // on a full disk every byte counts; the first error is what matters
		return fmt.Errorf("bringing %s: %w", name, err)
	}
	return d.disk.SyncDir(d.path)
}

// writing has a lock for each file that is being put in place: several carriers
// of one process may bring the same one at the same time.
var writing sync.Map

func alone(path string) (done func()) {
	mu, _ := writing.LoadOrStore(path, new(sync.Mutex))
	mu.(*sync.Mutex).Lock()
	return func() {
		writing.Delete(path)
		mu.(*sync.Mutex).Unlock()
	}
}

// ErrTooLarge is for a file that is larger than any that is carried.
var ErrTooLarge = errors.New("it is larger than any file that is carried")

func (d *Directory) write(path string, content io.Reader, most int64) error {
	f, err := d.disk.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	n, err := io.Copy(f, io.LimitReader(content, most+1))
	if err == nil && n > most {
		err = ErrTooLarge
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// List gives the names of the files that are there whole, in order.
func (d *Directory) List() ([]string, error) {
	entries, err := d.disk.ReadDir(d.path)
	if err != nil {
		return nil, fmt.Errorf("listing %s: %w", d.path, err)
	}
	var names []string
	for _, e := range entries {
		if e.Type().IsRegular() && plain(e.Name()) == nil {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// Entry is a file in the folder as a listing shows it.
type Entry struct {
	Name     string
	Size     int64
	Modified time.Time
}

// Entries is List with what is told of each file. One that goes meanwhile is
// left out.
func (d *Directory) Entries() ([]Entry, error) {
	return d.entries(func(string) bool { return true })
}

// Sizes is that of the files of some names, which are in order.
func (d *Directory) Sizes(names []string) ([]Entry, error) {
	return d.entries(func(name string) bool {
		_, is := slices.BinarySearch(names, name)
		return is
	})
}

func (d *Directory) entries(wanted func(name string) bool) ([]Entry, error) {
	entries, err := d.disk.ReadDir(d.path)
	if err != nil {
		return nil, fmt.Errorf("listing %s: %w", d.path, err)
	}
	var out []Entry
	for _, e := range entries {
		if !e.Type().IsRegular() || plain(e.Name()) != nil || !wanted(e.Name()) {
			continue
		}
		i, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("listing %s: %w", d.path, err)
		}
		out = append(out, Entry{e.Name(), i.Size(), i.ModTime()})
	}
	return out, nil
}

// Take opens a file for reading; it stays until Remove. Close it.
func (d *Directory) Take(name string) (io.ReadCloser, error) {
	if err := plain(name); err != nil {
		return nil, err
	}
	return d.disk.OpenFile(filepath.Join(d.path, name), os.O_RDONLY, 0)
}

// Digest is a file's SHA-256, in hexadecimal.
func (d *Directory) Digest(name string) (string, error) {
	r, err := d.Take(name)
	if err != nil {
		return "", err
	}
	defer r.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, r); err != nil {
		return "", fmt.Errorf("reading %s: %w", name, err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// Remove takes a file away. One that is gone already is no error.
func (d *Directory) Remove(name string) error {
	if err := plain(name); err != nil {
		return err
	}
	err := d.disk.Remove(filepath.Join(d.path, name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing %s: %w", name, err)
	}
	return nil
}

// plain keeps names inside the folder, and temporary files out of the list.
func plain(name string) error {
	if name == "" || strings.HasPrefix(name, ".") || strings.ContainsAny(name, `/\`) {
		return fmt.Errorf("%q is no name for a file to carry", name)
	}
	return nil
}
