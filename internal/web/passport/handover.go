package passport

import (
	"net/http"

	room "yitang/internal/passport"
)

// postHandOver sends a checked booklet into the office's custody.
func (p *Pages) postHandOver(w http.ResponseWriter, r *http.Request) {
	p.Site.Answer(w, r, p.give(r, room.HandOver{}), orderURL(r.PathValue("order")))
}
