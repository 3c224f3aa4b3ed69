package feedback

import (
	"context"
	"fmt"
	"strings"
	"time"

	"yitang/internal/store"
)

// Row is one rating as pages show it. Grade 0: declined.
type Row struct {
	Filing string
	Unit   string
	Visit  string
	Grade  int
	Tags   []string
	Words  string
	At     time.Time
}

// Rating is the row as the room's state.
func (r Row) Rating() Rating {
	if r.Grade == 0 {
		return Rating{Answer: WasRefused}
	}
	return Rating{Answer: WasGiven, Grade: r.Grade}
}

// Of reads a case's rating.
func Of(ctx context.Context, r store.Reader, filing string) (Row, bool, error) {
	w := Row{Filing: filing}
	var tags string
	var at int64
	err := r.QueryRow(ctx, `SELECT unit, visit, grade, tags, words, at FROM feedback_rating WHERE filing = $1`, filing).
		Scan(&w.Unit, &w.Visit, &w.Grade, &tags, &w.Words, &at)
	if store.NoRows(err) {
		return Row{}, false, nil
	}
	if err != nil {
		return Row{}, false, fmt.Errorf("reading the rating of %s: %w", filing, err)
	}
	w.Tags, w.At = strings.Fields(tags), time.UnixMicro(at).UTC()
	return w, true, nil
}
