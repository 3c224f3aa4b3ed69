package custody

import (
	"context"
	"fmt"

	"yitang/internal/journal"
)

// Numbers are the whole numbers of a person's booklets, by booklet. They lie
// sealed in the journal and in no table: only a document that must name one
// asks for them.
func Numbers(ctx context.Context, j *journal.Journal, person string) (map[string]string, error) {
	history, err := j.History(ctx, journal.Ref{Kind: Room.Kind, ID: person})
	if err != nil {
		return nil, fmt.Errorf("reading the booklets of %s: %w", person, err)
	}
	out := map[string]string{}
	for _, e := range history {
		switch b := e.Body.(type) {
		case Registered:
			out[b.Booklet] = b.Number.Or("")
		case Announced:
			out[b.Booklet] = b.Number.Or("")
		}
	}
	return out, nil
}
