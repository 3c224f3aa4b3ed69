package web

import (
	"context"

	"yitang/internal/fault"
)

// Missed says in the log that something which stands beside the rest of a page,
// a name or a title, couldn't be read. Who isn't known here is no miss.
func (s *Site) Missed(ctx context.Context, what, id string, err error) {
	if err != nil && !fault.IsNotFound(err) && ctx.Err() == nil {
		s.Log.Error("a page lacks what couldn't be read", "what", what, "id", id, "err", err)
	}
}
