package node_test

import (
	"errors"
	"io/fs"
	"os"
	"sync"
	"syscall"

	"yitang/internal/blob"
)

// errKilled is what every operation of a disk gives whose process has died.
var errKilled = errors.New("killed")

// simDisk is the machine's own disk under a zone's files and bundles. It dies in one of
// its operations, as far as that was done, or takes nothing more. What isn't flushed
// when the power fails is package blob's to try (blobtest).
type simDisk struct {
	blob.OS
	mu   sync.Mutex
	left int // operations until it dies, that one counted; 0: it doesn't
	dead bool
	full bool
}

func (d *simDisk) killAt(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.left = n
}

func (d *simDisk) isDead() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.dead
}

func (d *simDisk) enter(grows bool) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.left > 0 {
		d.left--
		d.dead = d.dead || d.left == 0
	}
	switch {
	case d.dead:
		return errKilled
	case grows && d.full:
		return syscall.ENOSPC
	}
	return nil
}

func (d *simDisk) OpenFile(name string, flag int, perm fs.FileMode) (blob.File, error) {
	if err := d.enter(flag&os.O_CREATE != 0); err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	f, err := d.OS.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return &simFile{f, d}, nil
}

func (d *simDisk) Rename(from, to string) error {
	if err := d.enter(false); err != nil {
		return err
	}
	return d.OS.Rename(from, to)
}

func (d *simDisk) Remove(name string) error {
	if err := d.enter(false); err != nil {
		return err
	}
	return d.OS.Remove(name)
}

func (d *simDisk) MkdirAll(name string, perm fs.FileMode) error {
	if err := d.enter(false); err != nil {
		return err
	}
	return d.OS.MkdirAll(name, perm)
}

func (d *simDisk) ReadDir(name string) ([]fs.DirEntry, error) {
	if err := d.enter(false); err != nil {
		return nil, err
	}
	return d.OS.ReadDir(name)
}

func (d *simDisk) SyncDir(name string) error {
	if err := d.enter(false); err != nil {
		return err
	}
	return d.OS.SyncDir(name)
}

// simFile is one of its files.
type simFile struct {
	blob.File
	disk *simDisk
}

func (f *simFile) Write(b []byte) (int, error) {
	if err := f.disk.enter(true); err != nil {
		n := 0
		if errors.Is(err, errKilled) && f.disk.torn() {
			n, _ = f.File.Write(b[:len(b)/2]) // as far as it came
		}
		return n, err
	}
	return f.File.Write(b)
}

func (f *simFile) WriteAt(b []byte, at int64) (int, error) {
	if err := f.disk.enter(true); err != nil {
		return 0, err
	}
	return f.File.WriteAt(b, at)
}

func (f *simFile) Sync() error {
	if err := f.disk.enter(false); err != nil {
		return err
	}
	return f.File.Sync()
}

// torn tells once whether a disk has just died.
func (d *simDisk) torn() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	just := d.left == 0
	d.left = -1
	return just
}
