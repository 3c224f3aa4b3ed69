// Package carrier brings the files of the exchange from one node to another. A
// carrier is trusted with nothing: it may lose, repeat, reorder and change
// what it carries, and whoever receives finds out.
package carrier

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

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
	if err := blob.WriteFile(d.disk, d.path, name, content); err != nil {
		return fmt.Errorf("sending %s: %w", name, err)
	}
	return nil
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

// Take opens a file for reading; it stays until Remove. Close it.
func (d *Directory) Take(name string) (io.ReadCloser, error) {
	if err := plain(name); err != nil {
		return nil, err
	}
	return d.disk.OpenFile(filepath.Join(d.path, name), os.O_RDONLY, 0)
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
