package carrier

import (
	"context"
	"errors"
	"io"
)

// Boxes are the exchange's two folders with one other zone, and what it knows of
// the files in them. The exchange makes them; carriers use nothing else of it.
type Boxes struct {
	Out *Directory
	In  *Directory
	// Waiting names the files in Out that the other zone hasn't acknowledged, whole
	// bundles in their order, the files of a bundle before the bundle.
	Waiting func(context.Context) ([]string, error)
	// Sort looks through files that might come. What it doesn't name isn't of this
	// pair of zones. Of a file whose size isn't known yet it may be 0.
	Sort func(ctx context.Context, files []Entry) (Sorted, error)
	// Room makes room for a file that comes, until done; none: an error that matches
	// ErrLater. nil: there is room for everything.
	Room func(ctx context.Context, file Entry) (done func(), err error)
	// Ours tells whether a file is of a bundle that goes from here to there.
	Ours func(name string) bool
	Most int64 // bytes that a file may have
}

// Sorted is what there is to do with files of the other zone.
type Sorted struct {
	Wanted []string // not applied here yet, in the order in which they should come
	Done   []string // nobody needs them here any more
	Later  []string // too far ahead, or there is no room: they stay where they are
}

// ErrLater is for a file for which there is no room in the inbox yet. It stays
// where it is, and its sender has it until its receipt has come.
var ErrLater = errors.New("there is no room for it in the inbox yet")

// Bring puts a file of so many bytes into the inbox.
func (b Boxes) Bring(ctx context.Context, name string, size int64, content io.Reader) error {
	if b.Room != nil {
		done, err := b.Room(ctx, Entry{Name: name, Size: size})
		if err != nil {
			return err
		}
		defer done()
	}
	return b.In.Bring(name, content, min(size, b.Most))
}
