package web

import (
	"fmt"
	"mime"
	"net/http"
	"time"

	"yitang/internal/blob"
	"yitang/internal/fault"
)

// ShowPDF gives a document of the office's own. Which one somebody may see, its
// caller has found out; a digest of "" is one that this zone doesn't hold.
func (s *Site) ShowPDF(w http.ResponseWriter, r *http.Request, blobs blob.Store, digest, name string) {
	d, err := blob.ParseDigest(digest)
	if err != nil {
		s.Fail(w, r, fault.NotFound("document "+name))
		return
	}
	c, err := blobs.Get(r.Context(), d)
	if err != nil {
		s.Fail(w, r, fmt.Errorf("reading document %s: %w", name, err))
		return
	}
	defer c.Close()
	w.Header().Set("Content-Type", string(blob.PDF))
	w.Header().Set("Content-Disposition", mime.FormatMediaType("inline", map[string]string{"filename": name + ".pdf"}))
	w.Header().Set("Content-Security-Policy", "default-src 'none'; object-src 'self'; frame-ancestors 'self'")
	http.ServeContent(w, r, "", time.Time{}, c)
}
