package line

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"sync"
	"syscall"
	"time"

	"golang.org/x/net/netutil"

	"yitang/internal/blob"
	"yitang/internal/exchange/carrier"
	"yitang/internal/keys"
	"yitang/internal/zone"
)

// Options say what a line works on.
type Options struct {
	Setting Setting
	Peer    zone.Zone
	Keys    *keys.Ring
	Boxes   carrier.Boxes
	Disk    blob.Disk
	Dir     string // for what has arrived in part
	Now     func() time.Time
}

const (
	// silence is how long a connection may move no byte before it counts as broken.
	silence = time.Minute
	// atOnce is how many connections may stand, strangers included.
	atOnce = 16
	// listMost is how many files one list names, and listBytes how long it may be.
	listMost  = 1000
	listBytes = 512 << 10
)

// Listener is the side that is connected to. It serves the other zone and nobody
// else, and knows no other page than the four below.
type Listener struct {
	o         Options
	tcp       net.Listener
	config    *tls.Config
	shelf     *shelf
	catalogue catalogue
	note      carrier.Note
}

// Listen takes the address.
func Listen(o Options) (*Listener, error) {
	l := &Listener{o: o}
	var err error
	if l.shelf, err = newShelf(o.Disk, o.Dir, o.Boxes.Most); err != nil {
		return nil, err
	}
	if l.config, err = (&trust{ring: o.Keys, peer: o.Peer, now: o.Now}).config(serverUse, clientUse); err != nil {
		return nil, err
	}
	l.tcp, err = net.Listen("tcp", o.Setting.Listen)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s is in use by another program; end it, or let the line listen elsewhere", o.Setting.Listen)
	}
	if err != nil {
		return nil, fmt.Errorf("listening on %s: %w", o.Setting.Listen, err)
	}
	return l, nil
}

// Address is where it listens.
func (l *Listener) Address() string { return l.tcp.Addr().String() }

// Close gives up the address of one that never ran.
func (l *Listener) Close() { l.tcp.Close() }

// Run serves until ctx ends.
func (l *Listener) Run(ctx context.Context, note carrier.Note, _ time.Duration) {
	l.note = note
	s := &http.Server{
		Handler: l.handler(), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 5 * time.Minute, MaxHeaderBytes: 8 << 10,
		ErrorLog: log.New(io.Discard, "", 0), TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){},
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		<-ctx.Done()
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
		defer cancel()
		if s.Shutdown(last) != nil {
			s.Close()
		}
	}()
	err := s.Serve(&greeter{netutil.LimitListener(l.tcp, atOnce), l})
	if !errors.Is(err, http.ErrServerClosed) {
		note.Failed(err)
	}
	<-done
}

// greeter accepts connections on which a stranger's handshake is told of, and
// which break when nothing moves.
type greeter struct {
	net.Listener
	of *Listener
}

func (g *greeter) Accept() (net.Conn, error) {
	c, err := g.Listener.Accept()
	if err != nil {
		return nil, err
	}
	config := g.of.config.Clone()
	verify := config.VerifyConnection
	config.VerifyConnection = func(s tls.ConnectionState) error {
		err := verify(s)
		if err != nil {
			g.of.note.Failed(fmt.Errorf("somebody at %s: %w", c.RemoteAddr(), err))
		}
		return err
	}
	return tls.Server(&lively{Conn: c}, config), nil
}

// lively is a connection that breaks when no byte has moved for a while, unless
// its user has set a nearer deadline.
type lively struct {
	net.Conn
	mu       sync.Mutex
	deadline time.Time
}

func (c *lively) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	c.deadline = t
	c.mu.Unlock()
	return c.Conn.SetReadDeadline(t)
}

func (c *lively) Read(p []byte) (int, error) {
	c.mu.Lock()
	if next := time.Now().Add(silence); c.deadline.IsZero() {
		c.Conn.SetReadDeadline(next)
	}
	c.mu.Unlock()
	return c.Conn.Read(p)
}

func (c *lively) Write(p []byte) (int, error) {
	c.Conn.SetWriteDeadline(time.Now().Add(silence))
	return c.Conn.Write(p)
}

func (l *Listener) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/offers", l.offers)
	mux.HandleFunc("GET /v1/files/{digest}/{name}", l.give)
	mux.HandleFunc("POST /v1/wanted", l.wanted)
	mux.HandleFunc("PUT /v1/files/{digest}/{name}", l.take)
	return mux
}

const format = "yitang.line/1"

// list is what both sides tell each other.
type list struct {
	Format string `json:"format"`
	Files  []Want `json:"files"`
	// Later names those of what waits for which there is no room yet.
	Later []string `json:"later,omitempty"`
}

func (l *Listener) offers(w http.ResponseWriter, r *http.Request) {
	files, err := l.catalogue.offers(r.Context(), l.o.Boxes)
	if err != nil {
		l.fail(w, err)
		return
	}
	l.answer(w, offered(files), nil)
	l.note.Worked(0, 0)
}

func offered(files []File) []Want {
	out := []Want{}
	for _, f := range files[:min(len(files), listMost)] {
		out = append(out, Want{File: f})
	}
	return out
}

func (l *Listener) answer(w http.ResponseWriter, files []Want, later []string) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(list{format, files, later})
}

func (l *Listener) give(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	if l.catalogue.digest(name) != r.PathValue("digest") {
		http.Error(w, "no such file waits", http.StatusNotFound)
		return
	}
	f, err := l.o.Boxes.Out.Take(name)
	if errors.Is(err, fs.ErrNotExist) {
		http.Error(w, "its receipt has come", http.StatusNotFound)
		return
	}
	if err != nil {
		l.fail(w, err)
		return
	}
	defer f.Close()
	file, ok := f.(blob.File)
	if !ok {
		l.fail(w, errors.New("the outbox gives no file"))
		return
	}
	i, err := file.Stat()
	if err != nil {
		l.fail(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	http.ServeContent(w, r, "", time.Time{}, io.NewSectionReader(file, 0, i.Size()))
	l.note.Worked(1, 0)
}

func (l *Listener) wanted(w http.ResponseWriter, r *http.Request) {
	var asked list
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, listBytes)).Decode(&asked); err != nil || asked.Format != format || len(asked.Files) > listMost {
		http.Error(w, "this is no list of "+format, http.StatusBadRequest)
		return
	}
	files := make([]File, len(asked.Files))
	for i, f := range asked.Files {
		files[i] = f.File
		if err := f.sound(l.o.Boxes.Most); err != nil {
			unsound(w, err)
			return
		}
	}
	wants, later, err := l.shelf.wanted(r.Context(), l.o.Boxes, files)
	if err != nil {
		l.fail(w, err)
		return
	}
	l.answer(w, wants, later)
	l.note.Worked(0, 0)
	l.note.Later(len(later))
}

var ranges = regexp.MustCompile(`^bytes (\d{1,12})-(\d{1,12})/(\d{1,12})$`)

// take adds what comes to a file that is wanted.
func (l *Listener) take(w http.ResponseWriter, r *http.Request) {
	m := ranges.FindStringSubmatch(r.Header.Get("Content-Range"))
	if m == nil {
		http.Error(w, "say which part of the file this is: Content-Range: bytes 0-99/100", http.StatusBadRequest)
		return
	}
	from, _ := strconv.ParseInt(m[1], 10, 64) // twelve figures at most
	to, _ := strconv.ParseInt(m[2], 10, 64)
	size, _ := strconv.ParseInt(m[3], 10, 64)
	f := File{r.PathValue("name"), size, r.PathValue("digest")}
	if from > to || to != size-1 {
		http.Error(w, "a part goes to the end of its file", http.StatusBadRequest)
		return
	}
	if err := f.sound(l.o.Boxes.Most); err != nil {
		unsound(w, err)
		return
	}
	switch sorted, err := l.o.Boxes.Sort(r.Context(), []carrier.Entry{{Name: f.Name, Size: f.Size}}); {
	case err != nil:
		l.fail(w, err)
		return
	case len(sorted.Later) > 0:
		http.Error(w, carrier.ErrLater.Error(), http.StatusServiceUnavailable)
		return
	case len(sorted.Wanted) == 0:
		w.WriteHeader(http.StatusNoContent) // it is known already
		return
	}
	ctx, done := l.shelf.alone(r.Context(), f)
	defer done()
	defer context.AfterFunc(ctx, func() { http.NewResponseController(w).SetReadDeadline(time.Now()) })()
	body := &heard{from: r.Body}
	whole, err := l.shelf.add(ctx, f, from, body, l.o.Boxes)
	switch {
	case body.broke:
		http.Error(w, "the line broke", http.StatusBadRequest) // nobody may read it; what came is kept
	case errors.Is(err, carrier.ErrLater):
		http.Error(w, err.Error(), http.StatusServiceUnavailable) // what came is kept
	case errors.Is(err, errOffset):
		has, err := l.shelf.offset(f)
		if err != nil {
			l.fail(w, err)
			return
		}
		w.Header().Set("Upload-Offset", strconv.FormatInt(has, 10))
		http.Error(w, errOffset.Error(), http.StatusConflict)
	case err != nil:
		l.fail(w, err)
	case !whole:
		http.Error(w, "it ended before its end", http.StatusBadRequest)
	default:
		w.WriteHeader(http.StatusCreated)
		l.note.Worked(0, 1)
	}
}

// unsound answers what no node announces.
func unsound(w http.ResponseWriter, err error) {
	if errors.Is(err, carrier.ErrTooLarge) {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
		return
	}
	http.Error(w, err.Error(), http.StatusBadRequest)
}

// statuses are what the other side reads of a trouble here.
var statuses = map[carrier.Trouble]int{
	carrier.Oversized: http.StatusRequestEntityTooLarge, carrier.Full: http.StatusInsufficientStorage, carrier.Damaged: http.StatusUnprocessableEntity,
}

func (l *Listener) fail(w http.ResponseWriter, err error) {
	status, ok := statuses[carrier.WordFor(err)]
	if !ok {
		status = http.StatusInternalServerError
	}
	l.note.Failed(err)
	http.Error(w, http.StatusText(status), status)
}

// heard tells a line that broke from a disk that fails.
type heard struct {
	from  io.Reader
	broke bool
}

func (h *heard) Read(p []byte) (int, error) {
	n, err := h.from.Read(p)
	h.broke = h.broke || err != nil && err != io.EOF
	return n, err
}
