package exchange

import (
	"fmt"
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
