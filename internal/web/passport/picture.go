package passport

import (
	"fmt"
	"io"
	"net/http"

	"yitang/internal/blob"
	"yitang/internal/fault"
	"yitang/internal/journal"
	room "yitang/internal/passport"
)

// getTaken shows a picture that lies on the operator's own tray.
func (p *Pages) getTaken(w http.ResponseWriter, r *http.Request) {
	b := p.tray.get(p.trayKey(r), p.Journal.Now())[r.PathValue("what")]
	if len(b) == 0 {
		p.Site.Fail(w, r, fault.NotFound("picture "+r.PathValue("what")))
		return
	}
	p.write(w, r, b)
}

// getPicture shows what is printed of a captured person: photo and signature.
// Fingerprints are shown to nobody. Each look is on record.
func (p *Pages) getPicture(w http.ResponseWriter, r *http.Request) {
	ctx, id, what := r.Context(), r.PathValue("order"), r.PathValue("what")
	o, _, err := p.order(ctx, id)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	digest := map[string]string{"photo": o.Photo, "signature": o.Signature}[what]
	if digest == "" {
		p.Site.Fail(w, r, fault.NotFound("picture "+what))
		return
	}
	d, err := blob.ParseDigest(digest)
	if err != nil {
		p.Site.Fail(w, r, fmt.Errorf("the %s of order %s: %w", what, id, err))
		return
	}
	c, err := p.Blobs.Get(ctx, d)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	defer c.Close()
	b, err := io.ReadAll(c)
	if err != nil {
		p.Site.Fail(w, r, fmt.Errorf("reading the %s of order %s: %w", what, id, err))
		return
	}
	if _, err := journal.Do(ctx, p.Journal, room.Looks, journal.Order{Subject: id}, room.Look{Picture: what}); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	p.write(w, r, b)
}

// write sends a picture; a type that isn't one of a capture is never guessed.
func (p *Pages) write(w http.ResponseWriter, r *http.Request, b []byte) {
	typ := http.DetectContentType(b)
	if typ != "image/jpeg" && typ != "image/png" {
		p.Site.Fail(w, r, fmt.Errorf("a picture of type %s", typ))
		return
	}
	w.Header().Set("Content-Type", typ)
	w.Header().Set("Content-Disposition", "inline")
	if _, err := w.Write(b); err != nil {
		p.Site.Log.Warn("sending a picture", "path", r.URL.Path, "err", err)
	}
}
