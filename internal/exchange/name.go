package exchange

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"yitang/internal/blob"
	"yitang/internal/zone"
)

// Name is what a bundle's files are called, so that a person with a disc in
// hand knows what is on it. Nobody relies on it: the signed header decides.
//
//	internet-office.1.000000012.bundle           the bundle
//	internet-office.1.000000012.DIGEST.part      a file that it names
//	internet-office.1.000000012.txt              both, listed for people
type Name struct {
	Stream   Stream
	Epoch    int64
	Sequence int64
}

const (
	bundleEnding   = ".bundle"
	partEnding     = ".part"
	manifestEnding = ".txt"
)

func (n Name) String() string { return fmt.Sprintf("%s.%d.%09d", n.Stream, n.Epoch, n.Sequence) }

// Bundle is the name of the bundle's own file.
func (n Name) Bundle() string { return n.String() + bundleEnding }

func (n Name) part(d blob.Digest) string { return n.String() + "." + d.String() + partEnding }

func (n Name) manifest() string { return n.String() + manifestEnding }

// owns tells whether a file belongs to this bundle.
func (n Name) owns(file string) bool { return strings.HasPrefix(file, n.String()+".") }

// ParseName reads the name of any file of a bundle; bundle says whether it is
// the bundle itself.
func ParseName(file string) (n Name, bundle, ok bool) {
	parts := strings.Split(file, ".")
	if len(parts) != 4 && len(parts) != 5 {
		return Name{}, false, false
	}
	from, to, _ := strings.Cut(parts[0], "-")
	n.Stream = Stream{zone.Zone(from), zone.Zone(to)}
	var err error
	if n.Epoch, err = strconv.ParseInt(parts[1], 10, 64); err != nil {
		return Name{}, false, false
	}
	if n.Sequence, err = strconv.ParseInt(parts[2], 10, 64); err != nil {
		return Name{}, false, false
	}
	if !n.Stream.Exists() || !n.owns(file) {
		return Name{}, false, false
	}
	return n, file == n.Bundle(), true
}

// inOrder gives names of bundles' files in the order in which they should be
// carried: by number, and of a bundle its parts first and the list last, so
// that a bundle which is there has what it names. What is no such name is left out.
func inOrder(files []string) []string {
	type known struct {
		Name
		file string
		turn int
	}
	var all []known
	for _, file := range files {
		n, bundle, ok := ParseName(file)
		switch {
		case !ok:
		case bundle:
			all = append(all, known{n, file, 1})
		case file == n.manifest():
			all = append(all, known{n, file, 2})
		case strings.HasSuffix(file, partEnding):
			all = append(all, known{n, file, 0})
		}
	}
	slices.SortFunc(all, func(a, b known) int {
		return cmp.Or(cmp.Compare(a.Epoch, b.Epoch), cmp.Compare(a.Sequence, b.Sequence), cmp.Compare(a.turn, b.turn), cmp.Compare(a.file, b.file))
	})
	out := make([]string, len(all))
	for i, k := range all {
		out[i] = k.file
	}
	return out
}
