package exchange

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"yitang/internal/exchange/carrier"
	"yitang/internal/zone"
)

// bounds are what carriers may lay into the inbox of one stream. Whoever fills
// it can't be told from the other zone by a file's name, so that all of it must
// fit onto the disk. What is nearer to its turn takes the place of what is farther,
// and what is next always finds room: an inbox full of rubbish delays nothing for
// longer than it takes to look at it.
type bounds struct {
	ahead int64 // how many numbers, beginning with the one that is next
	files int
	bytes int64
}

// usualBounds have room for several of the largest bundles that Limits allow.
var usualBounds = bounds{ahead: 1000, files: 20_000, bytes: 1 << 30}

// inbox is what is on its way into one just now.
type inbox struct {
	mu     sync.Mutex
	coming map[string]int64 // bytes by name
}

// ahead is how many numbers come before a bundle's turn: 0 for the next of its
// epoch, and for the first of a new one.
func (n Name) ahead(at Cursor) int64 {
	if n.Epoch == at.Epoch {
		return n.Sequence - at.Sequence - 1
	}
	return n.Sequence - 1
}

// lyingFile is a file in an inbox.
type lyingFile struct {
	carrier.Entry
	ahead  int64
	bundle bool
}

// filled is an inbox as it is, or would be.
type filled struct {
	bounds
	files int
	bytes int64
	sizes map[string]int64
	lies  []lyingFile // what gives way first stands last
}

func (x *Exchange) filled(s Stream, at Cursor, lies []carrier.Entry, coming map[string]int64) filled {
	f := filled{bounds: x.bounds, sizes: map[string]int64{}}
	for _, e := range lies {
		n, bundle, ok := ParseName(e.Name)
		if _, comes := coming[e.Name]; !ok || comes || n.Stream != s || n.known(at) {
			continue // strange, or counted below, or about to be swept away
		}
		f.lies = append(f.lies, lyingFile{e, n.ahead(at), bundle})
		f.count(e.Name, e.Size)
	}
	for name, size := range coming {
		f.count(name, size)
	}
	slices.SortFunc(f.lies, func(a, b lyingFile) int {
		return cmp.Or(cmp.Compare(a.ahead, b.ahead), a.bundleFirst(b), b.Modified.Compare(a.Modified), cmp.Compare(a.Name, b.Name))
	})
	return f
}

// bundleFirst lets bundles stay before the files beside them: a bundle that is
// next is looked at and gone at the next look.
func (l lyingFile) bundleFirst(o lyingFile) int {
	switch {
	case l.bundle == o.bundle:
		return 0
	case l.bundle:
		return -1
	}
	return 1
}

func (f *filled) count(name string, size int64) {
	f.files++
	f.bytes += size
	f.sizes[name] = size
}

// admit lets a file in, and names those that give way to it. It waits when
// nothing lies there that is farther from its turn. Of what is next, of which more
// may come than anybody needs, what came first gives way.
func (f *filled) admit(name string, size, ahead int64) (gone []string, ok bool) {
	if ahead < 0 || ahead >= f.bounds.ahead {
		return nil, false
	}
	files, bytes, left := f.files+1, f.bytes+size, len(f.lies)
	if was, there := f.sizes[name]; there {
		files, bytes = files-1, bytes-was
	}
	for files > f.bounds.files || bytes > f.bounds.bytes {
		if left == 0 {
			return nil, false
		}
		last := f.lies[left-1]
		if last.ahead < ahead || last.ahead == ahead && ahead > 0 {
			return nil, false
		}
		left--
		if last.Name != name {
			gone = append(gone, last.Name)
			files, bytes = files-1, bytes-last.Size
		}
	}
	for _, name := range gone {
		delete(f.sizes, name)
	}
	f.files, f.bytes, f.lies = files, bytes, f.lies[:left]
	f.sizes[name] = size
	return gone, true
}

// sort tells of files which are wanted here of another zone, which aren't any
// more, and which have to wait. Lists for people stay where people are.
func (x *Exchange) sort(ctx context.Context, from zone.Zone, files []carrier.Entry) (carrier.Sorted, error) {
	var out carrier.Sorted
	s := Stream{from, x.Zone()}
	at, err := x.received(ctx, x.journal.Store, from)
	if err != nil {
		return out, err
	}
	in, err := x.Inbox(from)
	if err != nil {
		return out, err
	}
	lies, err := in.Entries()
	if err != nil {
		return out, err
	}
	box := x.inboxes[from]
	box.mu.Lock()
	room := x.filled(s, at, lies, box.coming)
	box.mu.Unlock()
	sizes, names := map[string]int64{}, make([]string, len(files))
	for i, f := range files {
		sizes[f.Name], names[i] = f.Size, f.Name
	}
	names = inOrder(names)
	var may []lyingFile
	var older Name
	for _, name := range names {
		n, bundle, _ := ParseName(name)
		switch {
		case n.Stream != s:
		case n.known(at) || strings.HasSuffix(name, manifestEnding):
			out.Done = append(out.Done, name)
			if bundle && n.Epoch < at.Epoch && n.Epoch > older.Epoch { // the first that lies there of that epoch
				older = n
			}
		default:
			may = append(may, lyingFile{carrier.Entry{Name: name, Size: sizes[name]}, n.ahead(at), bundle})
		}
	}
	if older.Epoch > 0 { // one of a restored zone whose clock is behind is looked at
		heard, err := x.epochHeard(ctx, older)
		if err != nil {
			return out, err
		}
		if i := slices.Index(out.Done, older.Bundle()); i >= 0 && !heard {
			out.Done = slices.Delete(out.Done, i, i+1)
			may = append(may, lyingFile{carrier.Entry{Name: older.Bundle(), Size: sizes[older.Bundle()]}, 0, true})
		}
	}
	// Bundles find room before the files beside them, whatever comes first.
	slices.SortStableFunc(may, func(a, b lyingFile) int { return cmp.Or(cmp.Compare(a.ahead, b.ahead), a.bundleFirst(b)) })
	wanted := map[string]bool{}
	for _, f := range may {
		_, wanted[f.Name] = room.admit(f.Name, f.Size, f.ahead)
	}
	for _, name := range names {
		switch is, asked := wanted[name]; {
		case is:
			out.Wanted = append(out.Wanted, name)
		case asked:
			out.Later = append(out.Later, name)
		}
	}
	return out, nil
}

// makeRoom takes away what is farther from its turn than a file that comes, if it
// must, and keeps the room until done.
func (x *Exchange) makeRoom(ctx context.Context, from zone.Zone, file carrier.Entry) (done func(), err error) {
	s := Stream{from, x.Zone()}
	n, _, ok := ParseName(file.Name)
	if !ok || n.Stream != s {
		return nil, carrier.ErrLater // of whom nobody here knows
	}
	at, err := x.received(ctx, x.journal.Store, from)
	if err != nil {
		return nil, err
	}
	in, err := x.Inbox(from)
	if err != nil {
		return nil, err
	}
	box := x.inboxes[from]
	box.mu.Lock()
	defer box.mu.Unlock()
	lies, err := in.Entries()
	if err != nil {
		return nil, err
	}
	room := x.filled(s, at, lies, box.coming)
	gone, ok := room.admit(file.Name, file.Size, n.ahead(at))
	if !ok && !n.known(at) { // what was applied meanwhile is swept away by the next look
		return nil, carrier.ErrLater
	}
	for _, name := range gone {
		if err := in.Remove(name); err != nil {
			return nil, err
		}
	}
	box.coming[file.Name] = max(box.coming[file.Name], file.Size)
	return func() {
		box.mu.Lock()
		defer box.mu.Unlock()
		delete(box.coming, file.Name)
	}, nil
}

// known tells by a bundle's name that it was applied, or is of an epoch that
// was given up.
func (n Name) known(at Cursor) bool {
	return n.Epoch < at.Epoch || n.Epoch == at.Epoch && n.Sequence <= at.Sequence
}

// sweep removes from an inbox what nobody needs any more: a carrier that brings
// something twice may bring a bundle's files after it was applied.
func (x *Exchange) sweep(ctx context.Context, from zone.Zone, in *carrier.Directory) error {
	names, err := in.List()
	if err != nil || len(names) == 0 {
		return err
	}
	at, err := x.received(ctx, x.journal.Store, from)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(name, notesOf(Stream{from, x.Zone()})) }) {
		if err := x.dropRead(ctx, from, in); err != nil {
			return err
		}
	}
	for _, name := range names {
		n, _, ok := ParseName(name)
		if !ok || n.Stream != (Stream{from, x.Zone()}) || !n.known(at) && !strings.HasSuffix(name, manifestEnding) {
			continue
		}
		if err := in.Remove(name); err != nil {
			return err
		}
	}
	return nil
}

// Inbox is how much lies in the inbox of a stream, and how much carriers may lay
// there. What people put there themselves is bounded by nobody: it is looked at within
// the same bounds, told of, and never removed because there is too much of it.
type Inbox struct {
	Files int   `json:"files"`
	Bytes int64 `json:"bytes"` // of as many as carriers may lay there
	// Strange files are of no bundle of the stream and no disc's note, and are left
	// alone; one is named that is larger than any that is carried.
	Strange   int    `json:"strange"`
	Oversized string `json:"oversized,omitempty"`
	MostFiles int    `json:"mostFiles"`
	MostBytes int64  `json:"mostBytes"`
	MostAhead int64  `json:"mostAhead"` // numbers, beginning with the next
}

// TooMuch tells whether more lies there than carriers may lay, or what is no bundle.
func (i Inbox) TooMuch() bool {
	return i.Files > i.MostFiles || i.Bytes > i.MostBytes || i.Strange > strangeBorne || i.Oversized != ""
}

// strangeBorne is how many strange files nobody needs to be told of: lists and labels
// that are copied from a disc with its bundles.
const strangeBorne = 20

// lies counts what is in an inbox. Only so many files are asked for their size.
func (x *Exchange) lies(from zone.Zone, in *carrier.Directory, names []string) (Inbox, error) {
	i := Inbox{MostFiles: x.bounds.files, MostBytes: x.bounds.bytes, MostAhead: x.bounds.ahead}
	s := Stream{from, x.Zone()}
	var looked []string
	for _, name := range names {
		n, _, ok := ParseName(name)
		switch {
		case ok && n.Stream == s:
			if i.Files++; i.Files <= i.MostFiles {
				looked = append(looked, name)
			}
		case !strings.HasPrefix(name, notesOf(s)):
			if i.Strange++; i.Strange <= i.MostFiles {
				looked = append(looked, name)
			}
		}
	}
	entries, err := in.Sizes(looked)
	for _, e := range entries {
		if n, _, ok := ParseName(e.Name); ok && n.Stream == s {
			i.Bytes += e.Size
		}
		if e.Size > x.mostOfFile() {
			i.Oversized = e.Name
		}
	}
	return i, err
}
