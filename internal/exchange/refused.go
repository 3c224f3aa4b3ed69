package exchange

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"time"

	"yitang/internal/exchange/carrier"
	"yitang/internal/zone"
)

// RefusedBundle is one that was refused whole and lies in exchange/refused for
// a person to see, until a good one of its number has come or it is removed.
type RefusedBundle struct {
	File     string    `json:"file"`
	From     zone.Zone `json:"from"`
	Sequence int64     `json:"sequence"`
	At       time.Time `json:"at"`
	Reason   Reason    `json:"reason,omitempty"`
	Detail   string    `json:"detail,omitempty"`
}

// kept bounds the refused bundles of a stream that are kept, the newest ones: who
// alters bundles on their way can do so again and again.
type kept struct {
	files int
	bytes int64
}

var usuallyKept = kept{files: 100, bytes: 256 << 20}

// Unkept counts the refused bundles that aren't kept any more.
type Unkept struct {
	Count int64     `json:"count"`
	Last  time.Time `json:"last"` // when one was refused that isn't kept, or gave way to others
}

// unkeptFile is a name that no bundle has.
func unkeptFile(s Stream) string { return s.String() + ".unkept.json" }

func readUnkept(aside *carrier.Directory, s Stream) (u Unkept, err error) {
	r, err := aside.Take(unkeptFile(s))
	if errors.Is(err, fs.ErrNotExist) {
		return u, nil
	}
	if err != nil {
		return u, err
	}
	defer r.Close()
	if err := json.NewDecoder(io.LimitReader(r, 64<<10)).Decode(&u); err != nil {
		return u, fmt.Errorf("reading how many refused bundles weren't kept: %w", err)
	}
	return u, nil
}

// tooMany names those of a stream's refused bundles that aren't kept when one more
// comes, the oldest first; the one whose name it has is among them.
func (k kept) tooMany(all []carrier.Entry, s Stream, comes carrier.Entry) []string {
	var gone []string
	var those []carrier.Entry
	files, bytes := 1, comes.Size
	for _, e := range all {
		switch n, bundle, ok := ParseName(e.Name); {
		case !ok || !bundle || n.Stream != s:
		case e.Name == comes.Name:
			gone = append(gone, e.Name)
		default:
			those = append(those, e)
			files++
			bytes += e.Size
		}
	}
	slices.SortFunc(those, func(a, b carrier.Entry) int {
		return cmp.Or(a.Modified.Compare(b.Modified), cmp.Compare(a.Name, b.Name))
	})
	for _, e := range those {
		if files <= k.files && bytes <= k.bytes {
			break
		}
		gone, files, bytes = append(gone, e.Name), files-1, bytes-e.Size
	}
	return gone
}

// giveWay makes room among the refused bundles. It counts before it removes, so
// that dying in between counts one twice and none not at all.
func (x *Exchange) giveWay(aside *carrier.Directory, s Stream, comes carrier.Entry) error {
	all, err := aside.Entries()
	if err != nil {
		return err
	}
	gone := x.keeps.tooMany(all, s, comes)
	if len(gone) == 0 {
		return nil
	}
	u, err := readUnkept(aside, s)
	if err != nil {
		return err
	}
	text, err := json.Marshal(Unkept{u.Count + int64(len(gone)), x.journal.Now()})
	if err != nil {
		return err
	}
	if err := aside.Send(unkeptFile(s), text); err != nil {
		return err
	}
	for _, name := range gone {
		if err := errors.Join(aside.Remove(name), aside.Remove(whyFile(name))); err != nil {
			return err
		}
	}
	return nil
}

// whyFile lies beside a refused bundle and says what was wrong with it.
func whyFile(bundle string) string { return bundle + ".why.json" }

// moveAside keeps a refused bundle and the reason; the reason first, so that
// dying in between leaves no bundle that nobody can explain.
func (x *Exchange) moveAside(src *carrier.Directory, o Outcome, n Name) error {
	aside, err := carrier.Make(x.disk, x.refusedDir())
	if err != nil {
		return err
	}
	content, err := x.begins(src, o.File)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // it has given way in the inbox meanwhile
	}
	if err != nil {
		return err
	}
	if err := x.giveWay(aside, n.Stream, carrier.Entry{Name: o.File, Size: int64(len(content))}); err != nil {
		return err
	}
	why, err := json.Marshal(RefusedBundle{File: o.File, From: n.Stream.From, Sequence: n.Sequence, At: x.journal.Now(), Reason: o.Reason, Detail: o.Detail})
	if err != nil {
		return err
	}
	if err := aside.Send(whyFile(o.File), why); err != nil {
		return err
	}
	if err := aside.Send(o.File, content); err != nil {
		return err
	}
	return src.Remove(o.File)
}

// tooLargeKept is what is kept of a file that no bundle can be as large as:
// whoever fills an inbox must not fill this node's memory and disk too.
const tooLargeKept = 4 << 10

// begins is a file, or the beginning of one that is too large.
func (x *Exchange) begins(src *carrier.Directory, name string) ([]byte, error) {
	r, err := src.Take(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	content, err := io.ReadAll(io.LimitReader(r, x.limits.File+1))
	if int64(len(content)) > x.limits.File {
		content = content[:tooLargeKept]
	}
	return content, err
}

// refusedBundles lists those of a zone that no good one has taken the place of,
// and counts the refused ones that aren't kept.
func (x *Exchange) refusedBundles(from zone.Zone, at Cursor) (out []RefusedBundle, others Unkept, err error) {
	aside, err := carrier.At(x.disk, x.refusedDir())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, others, nil
	}
	if err != nil {
		return nil, others, err
	}
	if others, err = readUnkept(aside, Stream{from, x.Zone()}); err != nil {
		return nil, others, err
	}
	files, err := aside.List()
	if err != nil || x.has(hidesRefused) {
		return nil, others, err
	}
	for _, file := range files {
		n, bundle, ok := ParseName(file)
		if !ok || !bundle || n.Stream != (Stream{from, x.Zone()}) || n.Epoch < at.Epoch || n.Epoch == at.Epoch && n.Sequence <= at.Sequence {
			continue
		}
		r := RefusedBundle{File: file, From: from, Sequence: n.Sequence}
		if why, err := aside.Take(whyFile(file)); err == nil {
			err = json.NewDecoder(io.LimitReader(why, 64<<10)).Decode(&r)
			why.Close()
			if err != nil {
				return nil, others, fmt.Errorf("reading why %s was refused: %w", file, err)
			}
		} else if !errors.Is(err, fs.ErrNotExist) { // the versions before kept no reason
			return nil, others, err
		}
		out = append(out, r)
	}
	return out, others, nil
}
