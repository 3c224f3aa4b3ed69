package exchange

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
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

// whyFile lies beside a refused bundle and says what was wrong with it.
func whyFile(bundle string) string { return bundle + ".why.json" }

// moveAside keeps a refused bundle and the reason; the reason first, so that
// dying in between leaves no bundle that nobody can explain.
func (x *Exchange) moveAside(src *carrier.Directory, o Outcome, n Name) error {
	aside, err := carrier.Make(x.disk, x.refusedDir())
	if err != nil {
		return err
	}
	why, err := json.Marshal(RefusedBundle{File: o.File, From: n.Stream.From, Sequence: n.Sequence, At: x.journal.Now(), Reason: o.Reason, Detail: o.Detail})
	if err != nil {
		return err
	}
	if err := aside.Send(whyFile(o.File), why); err != nil {
		return err
	}
	if err := x.copyBegin(src, aside, o.File); err != nil {
		return err
	}
	return src.Remove(o.File)
}

// tooLargeKept is what is kept of a file that no bundle can be as large as:
// whoever fills an inbox must not fill this node's memory and disk too.
const tooLargeKept = 4 << 10

func (x *Exchange) copyBegin(src, aside *carrier.Directory, name string) error {
	r, err := src.Take(name)
	if err != nil {
		return err
	}
	defer r.Close()
	content, err := io.ReadAll(io.LimitReader(r, x.limits.File+1))
	if err != nil {
		return err
	}
	if int64(len(content)) > x.limits.File {
		content = content[:tooLargeKept]
	}
	return aside.Send(name, content)
}

// refusedBundles lists those of a zone that no good one has taken the place of.
func (x *Exchange) refusedBundles(from zone.Zone, at Cursor) ([]RefusedBundle, error) {
	aside, err := carrier.At(x.disk, x.refusedDir())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	files, err := aside.List()
	if err != nil {
		return nil, err
	}
	var out []RefusedBundle
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
				return nil, fmt.Errorf("reading why %s was refused: %w", file, err)
			}
		} else if !errors.Is(err, fs.ErrNotExist) { // the versions before kept no reason
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}
