package passport

import (
	"errors"
	"net/http"
	"net/url"

	"yitang/internal/fault"
	"yitang/internal/journal"
	room "yitang/internal/passport"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// postHandOver sends a checked booklet into the office's custody.
func (p *Pages) postHandOver(w http.ResponseWriter, r *http.Request) {
	p.Site.Answer(w, r, p.give(r, room.HandOver{}), orderURL(r.PathValue("order")))
}

// postHandOverAll sends those that were ticked, each for itself: what can't go is
// told, and the others have gone all the same.
func (p *Pages) postHandOverAll(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	r.PostFormValue("") // parses the form
	var done, told []string
	for _, id := range r.PostForm["choose"] {
		_, err := journal.Do(ctx, p.Journal, room.Room, journal.Order{Subject: id, Key: web.Key(r) + ":" + id}, room.HandOver{})
		var notNow *fault.NotNowError
		switch {
		case err == nil:
			done = append(done, id)
		case errors.As(err, &notNow):
			o, _, err2 := p.order(ctx, id)
			if err2 != nil {
				p.Site.Fail(w, r, err2)
				return
			}
			told = append(told, ui.T(ctx, "making.error", "Field", nameOf(o.Identity), "What", ui.TMap(ctx, notNow.Key, notNow.Args)))
		default:
			p.Site.Fail(w, r, err)
			return
		}
	}
	if len(done)+len(told) == 0 {
		told = []string{ui.T(ctx, "keeping.none_chosen")}
	}
	if len(told) > 0 {
		p.showOrders(w, r, done, told)
		return
	}
	http.Redirect(w, r, "/orders?"+url.Values{"show": {string(room.IsChecked)}, "done": done}.Encode(), http.StatusSeeOther)
}
