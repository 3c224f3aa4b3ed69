package blob

import (
	"errors"
	"io"
	"io/fs"
	"os"
)

// Disk is the file system as far as keeping files durably needs it. The one
// that writes is OS; blobtest.Disk is one that fails on demand: full, torn,
// killed. Names are paths as package os takes them.
type Disk interface {
	OpenFile(name string, flag int, perm fs.FileMode) (File, error)
	Rename(from, to string) error // atomic, over an existing file too
	Remove(name string) error
	MkdirAll(name string, perm fs.FileMode) error
	ReadDir(name string) ([]fs.DirEntry, error)
	SyncDir(name string) error // makes names durable, as File.Sync does content
}

// File is an open file of a Disk.
type File interface {
	io.Reader
	io.ReaderAt
	io.Writer
	io.WriterAt
	io.Closer
	Sync() error
	Truncate(size int64) error
	Stat() (fs.FileInfo, error)
}

// OS is the machine's own file system.
type OS struct{}

// OpenFile is os.OpenFile.
func (OS) OpenFile(name string, flag int, perm fs.FileMode) (File, error) {
	f, err := os.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err // not f: a nil *os.File would be a File
	}
	return f, nil
}

// Rename is os.Rename.
func (OS) Rename(from, to string) error { return os.Rename(from, to) }

// Remove is os.Remove.
func (OS) Remove(name string) error { return os.Remove(name) }

// MkdirAll is os.MkdirAll.
func (OS) MkdirAll(name string, perm fs.FileMode) error { return os.MkdirAll(name, perm) }

// ReadDir is os.ReadDir.
func (OS) ReadDir(name string) ([]fs.DirEntry, error) { return os.ReadDir(name) }

// SyncDir flushes a folder's list of names.
func (OS) SyncDir(name string) error {
	d, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// WriteFile puts a file in place whole: written beside it, flushed, renamed,
// and the folder flushed. A crash leaves the old file or the new one, and at
// most a hidden temporary one, whose name starts with ".new-".
func WriteFile(disk Disk, dir, name string, content []byte) error {
	temp := dir + string(os.PathSeparator) + ".new-" + name
	f, err := disk.OpenFile(temp, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return explain(err)
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = disk.Rename(temp, dir+string(os.PathSeparator)+name)
	}
	if err != nil {
		disk.Remove(temp) // on a full disk every byte counts; the first error is what matters
		return explain(err)
	}
	return explain(disk.SyncDir(dir))
}
