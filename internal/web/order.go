package web

import (
	"fmt"
	"net/http"

	"yitang/internal/journal"
)

// Order reads a posted form's key and, where its page told it, the version
// that was shown, so that a stale page is refused. The version's name begins
// with an underscore, so that sending again after a conflict, having read what
// changed, is not held up by it.
func Order(r *http.Request, subject string) journal.Order {
	o := journal.Order{Subject: subject, Key: Key(r)}
	var seen journal.Version
	if _, err := fmt.Sscan(r.PostFormValue("_seen"), &seen); err == nil {
		o.Seen = &seen
	}
	return o
}
