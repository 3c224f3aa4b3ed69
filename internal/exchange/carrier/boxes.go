package carrier

import "context"

// Boxes are the exchange's two folders with one other zone, and what it knows of
// the files in them. The exchange makes them; carriers use nothing else of it.
type Boxes struct {
	Out *Directory
	In  *Directory
	// Waiting names the files in Out that the other zone hasn't acknowledged, whole
	// bundles in their order, the files of a bundle before the bundle.
	Waiting func(context.Context) ([]string, error)
	// Sort looks through names: wanted are those of the other zone's bundles that
	// weren't applied here yet, in the order in which they should come; done are
	// those that nobody needs here any more. The rest isn't of this pair of zones.
	Sort func(ctx context.Context, names []string) (wanted, done []string, err error)
	// Ours tells whether a file is of a bundle that goes from here to there.
	Ours func(name string) bool
	Most int64 // bytes that a file may have
}
