// Package blobtest is a disk that fails on demand, for tests of what happens on
// bad days: it runs full, refuses single operations, and dies at any moment,
// keeping of what was not flushed whatever chance decides.
package blobtest

import (
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"os"

	"yitang/internal/blob"
)

// ErrKilled is what every operation gives after the process died.
var ErrKilled = errors.New("killed")

// Op names an operation to fail.
type Op string

// The operations that a test may make fail.
const (
	Open    Op = "open"
	Write   Op = "write"
	Sync    Op = "sync"
	Rename  Op = "rename"
	SyncDir Op = "syncdir"
)

// Disk is a blob.Disk in memory. The zero value isn't usable: see New.
type Disk struct {
	mu      sync.Mutex
	chance  *rand.Rand
	names   map[string]*inode
	dirs    map[string]bool
	durable map[string]*inode // names that a restart finds for sure
	changes []change          // to names, since their folder was flushed

	room   int64 // bytes still free; negative: no bound
	dead   bool
	fail   func(op Op, name string) error
	ops    int
	killAt int // number of the operation at which the process dies; 0: never
}

type inode struct {
	content []byte
	flushed []byte
	since   []write // since the last flush, in order
}

type write struct {
	at   int64
	data []byte // nil: a truncation to at
}

type change struct {
	dir      string
	from, to string // from "": a new file; to "": a removal
	node     *inode
}

// New makes an empty disk whose accidents follow from the seed.
func New(seed uint64) *Disk {
	return &Disk{
		chance: rand.New(rand.NewPCG(seed, 1)),
		names:  map[string]*inode{}, dirs: map[string]bool{}, durable: map[string]*inode{},
		room: -1,
	}
}

// Room bounds the bytes that may still be written; negative: any number. A
// write that doesn't fit is done in part and gives ENOSPC, as a real one does.
func (d *Disk) Room(bytes int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.room = bytes
}

// Fail lets when decide for each operation whether it fails without being
// done; nil again: none does.
func (d *Disk) Fail(when func(op Op, name string) error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fail = when
}

// KillAt lets the process die in the n-th operation from now, which may be
// done in part.
func (d *Disk) KillAt(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ops, d.killAt = 0, n
}

// Ops counts the operations since KillAt or New.
func (d *Disk) Ops() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.ops
}

// Restart gives the disk as the machine finds it after losing power: names and
// bytes that were flushed, and of the others what chance kept.
func (d *Disk) Restart() *Disk {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.dead = true
	after := New(d.chance.Uint64())
	for dir := range d.dirs {
		after.dirs[dir] = true
	}
	names := map[string]*inode{}
	for name, node := range d.durable {
		names[name] = node
	}
	kept := d.chance.IntN(len(d.changes) + 1) // names change in order or not at all
	for _, c := range d.changes[:kept] {
		c.apply(names)
	}
	survived := map[*inode]*inode{}
	for _, name := range slices.Sorted(keysOf(names)) {
		node := names[name]
		if survived[node] == nil {
			content := node.afterCrash(d.chance)
			survived[node] = &inode{content: content, flushed: slices.Clone(content)}
		}
		after.names[name], after.durable[name] = survived[node], survived[node]
	}
	return after
}

func keysOf(m map[string]*inode) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func (n *inode) afterCrash(chance *rand.Rand) []byte {
	content := slices.Clone(n.flushed)
	for _, w := range n.since {
		data := w.data
		switch chance.IntN(3) {
		case 0:
			continue
		case 1:
			if data != nil {
				data = data[:chance.IntN(len(data)+1)]
			}
		}
		content = w.onto(content, data)
	}
	return content
}

func (w write) onto(content, data []byte) []byte {
	if w.data == nil {
		for int64(len(content)) < w.at {
			content = append(content, 0)
		}
		return content[:w.at]
	}
	if grow := w.at + int64(len(data)) - int64(len(content)); grow > 0 {
		content = append(content, make([]byte, grow)...)
	}
	copy(content[w.at:], data)
	return content
}

func (c change) apply(names map[string]*inode) {
	if c.from != "" {
		delete(names, c.from)
	}
	if c.to != "" {
		names[c.to] = c.node
	}
}

// enter counts an operation, and tells whether it fails. d.mu is held.
func (d *Disk) enter(op Op, name string) error {
	if d.dead {
		return ErrKilled
	}
	d.ops++
	if d.ops == d.killAt {
		d.dead = true
		return ErrKilled
	}
	if d.fail != nil {
		if err := d.fail(op, name); err != nil {
			return &fs.PathError{Op: string(op), Path: name, Err: err}
		}
	}
	return nil
}

// OpenFile is described at blob.Disk.
func (d *Disk) OpenFile(name string, flag int, _ fs.FileMode) (blob.File, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	name = filepath.Clean(name)
	node := d.names[name]
	if flag&(os.O_WRONLY|os.O_RDWR) != 0 {
		if err := d.enter(Open, name); err != nil {
			return nil, err
		}
	} else if d.dead {
		return nil, ErrKilled
	}
	switch {
	case node == nil && flag&os.O_CREATE == 0:
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	case node != nil && flag&os.O_EXCL != 0:
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrExist}
	case node == nil:
		if !d.dirs[filepath.Dir(name)] {
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
		}
		node = &inode{}
		d.names[name] = node
		d.changes = append(d.changes, change{dir: filepath.Dir(name), to: name, node: node})
	case flag&os.O_TRUNC != 0:
		node.write(write{at: 0})
	}
	return &file{disk: d, node: node, name: name}, nil
}

// Rename is described at blob.Disk.
func (d *Disk) Rename(from, to string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	from, to = filepath.Clean(from), filepath.Clean(to)
	if err := d.enter(Rename, to); err != nil {
		return err
	}
	node := d.names[from]
	if node == nil || !d.dirs[filepath.Dir(to)] {
		return &fs.PathError{Op: "rename", Path: from, Err: fs.ErrNotExist}
	}
	c := change{dir: filepath.Dir(to), from: from, to: to, node: node}
	c.apply(d.names)
	d.changes = append(d.changes, c)
	return nil
}

// Remove is described at blob.Disk.
func (d *Disk) Remove(name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	name = filepath.Clean(name)
	if d.dead {
		return ErrKilled
	}
	if d.names[name] == nil {
		return &fs.PathError{Op: "remove", Path: name, Err: fs.ErrNotExist}
	}
	c := change{dir: filepath.Dir(name), from: name}
	c.apply(d.names)
	d.changes = append(d.changes, c)
	return nil
}

// MkdirAll is described at blob.Disk. Folders are durable at once.
func (d *Disk) MkdirAll(name string, _ fs.FileMode) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead {
		return ErrKilled
	}
	for dir := filepath.Clean(name); !d.dirs[dir]; dir = filepath.Dir(dir) {
		d.dirs[dir] = true
	}
	return nil
}

// ReadDir is described at blob.Disk.
func (d *Disk) ReadDir(name string) ([]fs.DirEntry, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	name = filepath.Clean(name)
	if d.dead {
		return nil, ErrKilled
	}
	if !d.dirs[name] {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrNotExist}
	}
	var out []fs.DirEntry
	for path, node := range d.names {
		if filepath.Dir(path) == name {
			out = append(out, fs.FileInfoToDirEntry(info{name: filepath.Base(path), size: int64(len(node.content))}))
		}
	}
	for path := range d.dirs {
		if path != name && filepath.Dir(path) == name {
			out = append(out, fs.FileInfoToDirEntry(info{name: filepath.Base(path), dir: true}))
		}
	}
	slices.SortFunc(out, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return out, nil
}

// SyncDir is described at blob.Disk.
func (d *Disk) SyncDir(name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	name = filepath.Clean(name)
	if err := d.enter(SyncDir, name); err != nil {
		return err
	}
	var left []change
	for _, c := range d.changes {
		if c.dir == name {
			c.apply(d.durable)
		} else {
			left = append(left, c)
		}
	}
	d.changes = left
	return nil
}

// Names lists all files, for tests that look for leftovers.
func (d *Disk) Names() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Sorted(keysOf(d.names))
}

// Content is what a file holds now, and Corrupt replaces it: a disk that rots.
func (d *Disk) Content(name string) []byte {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.names[filepath.Clean(name)].content)
}

// Corrupt sets what a file holds, as if it had always been so.
func (d *Disk) Corrupt(name string, content []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	node := d.names[filepath.Clean(name)]
	node.content, node.flushed, node.since = slices.Clone(content), slices.Clone(content), nil
}

func (n *inode) write(w write) {
	n.content = w.onto(n.content, w.data)
	n.since = append(n.since, w)
}

type file struct {
	disk *Disk
	node *inode
	name string
	at   int64
}

func (f *file) Read(p []byte) (int, error) {
	n, err := f.ReadAt(p, f.at)
	f.at += int64(n)
	if n > 0 && err == io.EOF {
		err = nil
	}
	return n, err
}

func (f *file) ReadAt(p []byte, at int64) (int, error) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if f.disk.dead {
		return 0, ErrKilled
	}
	if at >= int64(len(f.node.content)) {
		return 0, io.EOF
	}
	n := copy(p, f.node.content[at:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (f *file) Write(p []byte) (int, error) {
	n, err := f.WriteAt(p, f.at)
	f.at += int64(n)
	return n, err
}

func (f *file) WriteAt(p []byte, at int64) (int, error) {
	d := f.disk
	d.mu.Lock()
	defer d.mu.Unlock()
	err := d.enter(Write, f.name)
	n := len(p)
	switch {
	case err == ErrKilled && d.ops == d.killAt:
		n = d.chance.IntN(len(p) + 1) // the last thing that it did, in part
	case err != nil:
		return 0, err
	case d.room >= 0:
		grow := max(0, at+int64(len(p))-int64(len(f.node.content)))
		if short := grow - d.room; short > 0 {
			n, grow = len(p)-int(short), d.room
			err = &fs.PathError{Op: "write", Path: f.name, Err: syscall.ENOSPC}
		}
		d.room -= grow
	}
	if n > 0 {
		f.node.write(write{at: at, data: slices.Clone(p[:n])})
	}
	return n, err
}

func (f *file) Truncate(size int64) error {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if err := f.disk.enter(Write, f.name); err != nil {
		return err
	}
	f.node.write(write{at: size})
	return nil
}

func (f *file) Sync() error {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if err := f.disk.enter(Sync, f.name); err != nil {
		return err
	}
	f.node.flushed, f.node.since = slices.Clone(f.node.content), nil
	return nil
}

func (f *file) Close() error { return nil }

func (f *file) Stat() (fs.FileInfo, error) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if f.disk.dead {
		return nil, ErrKilled
	}
	return info{name: filepath.Base(f.name), size: int64(len(f.node.content))}, nil
}

type info struct {
	name string
	size int64
	dir  bool
}

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return i.size }
func (i info) ModTime() time.Time { return time.Time{} }
func (i info) IsDir() bool        { return i.dir }
func (i info) Sys() any           { return nil }
func (i info) Mode() fs.FileMode {
	if i.dir {
		return fs.ModeDir | 0o700
	}
	return 0o600
}
