package web

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"

	"yitang/internal/blob"
	"yitang/internal/document"
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
	if InsideWeChat(r) {
		pdf, err := io.ReadAll(c)
		if err != nil {
			s.Fail(w, r, fmt.Errorf("reading document %s: %w", name, err))
			return
		}
		s.Shown(w, r, name, pdf)
		return
	}
	w.Header().Set("Content-Type", string(blob.PDF))
	w.Header().Set("Content-Disposition", mime.FormatMediaType("inline", map[string]string{"filename": name + ".pdf"}))
	w.Header().Set("Content-Security-Policy", "default-src 'none'; object-src 'self'; frame-ancestors 'self'")
	http.ServeContent(w, r, "", time.Time{}, c)
}

// ShowPrint gives a file that was laid out just now, or says why it couldn't be.
func ShowPrint(s interface {
	Fail(w http.ResponseWriter, r *http.Request, err error)
}, w http.ResponseWriter, r *http.Request, title string, pdf []byte, err error) {
	var u *document.UndrawableError
	if errors.As(err, &u) {
		err = fault.Field("", "notice.undrawable", map[string]any{"characters": string(u.Runes)})
	}
	if err != nil {
		s.Fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", string(blob.PDF))
	w.Header().Set("Content-Disposition", mime.FormatMediaType("inline", map[string]string{"filename": title + ".pdf"}))
	w.Header().Set("Content-Security-Policy", "default-src 'none'; object-src 'self'; frame-ancestors 'self'")
	_, _ = w.Write(pdf)
}
