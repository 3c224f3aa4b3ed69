package web

import (
	"bytes"
	"context"
	"io"
	"mime"
	"mime/multipart"
	"net/http"

	"yitang/internal/fault"
	"yitang/internal/upload"
)

// Uploads is the files that have come ahead of their form. upload.Tray is the one.
type Uploads interface {
	// Find gives a file of an account; fault.NotFound when there is none.
	Find(ctx context.Context, account, id string) (upload.File, error)
	Content(ctx context.Context, f upload.File) io.Reader
	Remove(ctx context.Context, f upload.File) error
}

// With a form that takes files the script names one that came ahead, and the
// field that it belongs to: in headers of what it sends itself (js/file-drop), in the
// address where the browser sends the form (js/file-field).
const (
	uploadHeader = "Upload-Id"
	uploadField  = "Upload-Field"
	uploadQuery  = "_upload"
	fieldQuery   = "_field"
)

type uploaderKey struct{}

// Uploader is whose the files on their way are that a request sends or names: an
// account's or a link's, "" for nobody's. It is told of routes that take files.
func Uploader(ctx context.Context) string {
	owner, _ := ctx.Value(uploaderKey{}).(string)
	return owner
}

func (s *Site) uploading(r *http.Request) *http.Request {
	owner := Who(r).Account
	if r.PathValue("token") != "" {
		if owner = ""; s.Holder != nil {
			owner = s.Holder(r)
		}
	}
	return r.WithContext(context.WithValue(r.Context(), uploaderKey{}, owner))
}

// join puts a file that came ahead into the form that names it, so that no
// handler needs to know how it came. The zero File: none was named.
func (s *Site) join(r *http.Request) (upload.File, error) {
	id, field := r.Header.Get(uploadHeader), r.Header.Get(uploadField)
	byAddress := id == ""
	if byAddress {
		q := r.URL.Query()
		id, field = q.Get(uploadQuery), q.Get(fieldQuery)
	}
	if id == "" || s.Uploads == nil {
		return upload.File{}, nil
	}
	f, err := s.Uploads.Find(r.Context(), Uploader(r.Context()), id)
	if err == nil && !f.Whole() {
		err = fault.NotFound("upload " + id)
	}
	if byAddress && fault.IsNotFound(err) {
		return upload.File{}, nil // the form is answered as one without a file: what was typed stays
	}
	if err != nil {
		return upload.File{}, err
	}
	_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return upload.File{}, err
	}
	var head bytes.Buffer
	part := multipart.NewWriter(&head)
	if err := part.SetBoundary(params["boundary"]); err != nil {
		return upload.File{}, fault.NotFound("boundary of a form")
	}
	if _, err := part.CreateFormFile(field, f.Name); err != nil {
		return upload.File{}, err
	}
	form := r.Body
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(&head, s.Uploads.Content(r.Context(), f), bytes.NewReader([]byte("\r\n")), form), form}
	r.ContentLength = -1
	return f, nil
}

// status notes how a form was answered.
type status struct {
	http.ResponseWriter
	code int
}

func (w *status) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *status) WriteHeader(code int) {
	w.code = code
	w.ResponseWriter.WriteHeader(code)
}

// handle hands a request over, with the file that came ahead. What was answered
// to is thrown away; after a failure of ours, or a line that broke before the answer, it
// waits for the form to come again.
func (s *Site) handle(rt Route, w http.ResponseWriter, r *http.Request) {
	if !rt.Files {
		rt.Handle(w, r)
		return
	}
	f, err := s.join(r)
	if err != nil {
		s.Fail(w, r, err)
		return
	}
	if f.ID == "" {
		rt.Handle(w, r)
		return
	}
	said := &status{ResponseWriter: w, code: http.StatusOK}
	rt.Handle(said, r)
	if said.code < http.StatusInternalServerError && r.Context().Err() == nil {
		if err := s.Uploads.Remove(context.WithoutCancel(r.Context()), f); err != nil {
			s.Log.Warn("throwing away what was handed in", "err", err)
		}
	}
}
