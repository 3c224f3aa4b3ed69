package passport

import (
	"fmt"

	"yitang/internal/journal"
)

// Looks is the record of who had a captured picture shown; its subject is the
// order's id. It is apart from the order, so that looking changes nothing there.
var Looks = journal.Subject[int]{Kind: "orderlook", Evolve: func(n int, e journal.Event) (int, error) {
	if _, ok := e.Body.(LookedAt); !ok {
		return n, fmt.Errorf("%T is no look", e.Body)
	}
	return n + 1, nil
}}

// Look records that somebody has a picture shown.
type Look struct{ Picture string } // photo or signature

// Decide always allows: whether somebody may look is access's to say.
func (cmd Look) Decide(_ int, m journal.Moment) ([]journal.Event, error) {
	return journal.Happened(LookedAt{Order: m.Subject, Picture: cmd.Picture}), nil
}
