// Package upload is where large files come in, over lines that break: the tus
// protocol 1.0 (tus.io, creation and termination), spoken by the script of a
// place for files. What is whole goes on with the form of that place
// (web.Uploads); without script the form brings the file itself.
package upload

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/tus/tusd/v2/pkg/handler"
	"github.com/tus/tusd/v2/pkg/memorylocker"
	loud "golang.org/x/exp/slog"

	"yitang/internal/access"
	"yitang/internal/fault"
	room "yitang/internal/upload"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// silence is how long a line may give nothing before it counts as broken.
const silence = 30 * time.Second

// Routes are the addresses of files on their way: for whoever is signed in, and for
// whoever has opened a traveller's link (web.Site.Holder), each their own.
func Routes(tray *room.Tray, limit int64, log *slog.Logger) []web.Route {
	composer := handler.NewStoreComposer()
	composer.UseCore(files{tray, log})
	composer.UseTerminater(files{tray, log})
	memorylocker.New().UseIn(composer) // of two lines for one file, the newer goes on
	tus, err := handler.NewUnroutedHandler(handler.Config{
		StoreComposer: composer, BasePath: "/", MaxSize: limit,
		DisableDownload: true, DisableConcatenation: true, NetworkTimeout: silence,
		Cors:   &handler.CorsConfig{Disable: true},
		Logger: loud.New(loud.NewTextHandler(io.Discard, nil)), // it writes of each part
	})
	if err != nil {
		panic(fault.Defect("preparing uploads", err)) // nothing above comes from outside
	}
	door := func(f http.HandlerFunc) http.HandlerFunc {
		h := tus.Middleware(f)
		return func(w http.ResponseWriter, r *http.Request) {
			if web.Uploader(r.Context()) == "" {
				http.NotFound(w, r) // a link that serves nobody, or whose digits are still to be given
				return
			}
			before, _, _ := strings.Cut(r.URL.Path, ui.UploadsPath)
			http.StripPrefix(before+ui.UploadsPath, h).ServeHTTP(onSite{w, before + ui.UploadsPath}, r)
		}
	}
	var routes []web.Route
	for _, of := range []struct {
		before string
		right  access.Right
	}{{"", access.Self}, {"/mine/{token}", access.Public}} {
		at, right := of.before+ui.UploadsPath, of.right
		routes = append(routes,
			web.Route{Pattern: "POST " + at, Right: right, Handle: door(tus.PostFile), Files: true},
			web.Route{Pattern: "HEAD " + at + "{upload}", Right: right, Handle: door(tus.HeadFile), Files: true},
			web.Route{Pattern: "PATCH " + at + "{upload}", Right: right, Handle: door(tus.PatchFile), Files: true},
			web.Route{Pattern: "DELETE " + at + "{upload}", Right: right, Handle: door(tus.DelFile), Files: true})
	}
	return routes
}

// onSite answers with the path of a new file alone: behind a proxy we don't know
// by which scheme and host the reader sees us.
type onSite struct {
	http.ResponseWriter
	at string
}

func (w onSite) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w onSite) WriteHeader(status int) {
	if at := w.Header().Get("Location"); at != "" {
		w.Header().Set("Location", w.at+path.Base(at))
	}
	w.ResponseWriter.WriteHeader(status)
}

// files is the tray as tus knows it.
type files struct {
	tray *room.Tray
	log  *slog.Logger
}

func (fs files) NewUpload(ctx context.Context, info handler.FileInfo) (handler.Upload, error) {
	f, err := fs.tray.Begin(ctx, web.Uploader(ctx), info.MetaData["filename"], info.Size)
	return &file{fs, f}, fs.answered(err)
}

func (fs files) GetUpload(ctx context.Context, id string) (handler.Upload, error) {
	f, err := fs.tray.Find(ctx, web.Uploader(ctx), id)
	return &file{fs, f}, fs.answered(err)
}

func (fs files) AsTerminatableUpload(u handler.Upload) handler.TerminatableUpload { return u.(*file) }

type file struct {
	files
	file room.File
}

func (f *file) GetInfo(context.Context) (handler.FileInfo, error) {
	return handler.FileInfo{ID: f.file.ID, Size: f.file.Size, Offset: f.file.Taken, MetaData: handler.MetaData{"filename": f.file.Name}}, nil
}

func (f *file) WriteChunk(ctx context.Context, offset int64, src io.Reader) (int64, error) {
	n, err := f.tray.Append(ctx, f.file, offset, src)
	f.file.Taken = offset + n
	return n, f.answered(err)
}

func (f *file) GetReader(ctx context.Context) (io.ReadCloser, error) {
	return io.NopCloser(f.tray.Content(ctx, f.file)), nil
}

// FinishUpload has nothing to do: the form comes for the file.
func (f *file) FinishUpload(context.Context) error { return nil }

func (f *file) Terminate(ctx context.Context) error { return f.answered(f.tray.Remove(ctx, f.file)) }

// answered says in the protocol's words what the script acts on. A failure of ours is
// for the log, and not for whoever sends.
func (fs files) answered(err error) error {
	switch {
	case err == nil:
		return nil
	case fault.IsNotFound(err):
		return handler.ErrNotFound
	case errors.Is(err, room.ErrMany):
		return handler.NewError("ERR_TOO_MANY", err.Error(), http.StatusTooManyRequests)
	}
	fs.log.Error("keeping a file on its way", "err", err)
	return handler.NewError("ERR_INTERNAL", "the file could not be kept", http.StatusInternalServerError)
}
