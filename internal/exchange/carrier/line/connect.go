package line

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"yitang/internal/blob"
	"yitang/internal/exchange/carrier"
)

// Caller is the side that connects: it delivers what waits here and fetches what
// waits there.
type Caller struct {
	o         Options
	client    *http.Client
	shelf     *shelf
	catalogue catalogue
	sent      map[string]time.Time // by name and digest, until the receipt comes
	fetched   map[string]time.Time
	later     int // of what waits there, for which this side has no room yet
}

// Connect makes one; nothing is dialled before it runs.
func Connect(o Options) (*Caller, error) {
	if o.Setting.Again == 0 {
		o.Setting.Again = 10 * time.Minute
	}
	c := &Caller{o: o, sent: map[string]time.Time{}, fetched: map[string]time.Time{}}
	var err error
	if c.shelf, err = newShelf(o.Disk, o.Dir, o.Boxes.Most); err != nil {
		return nil, err
	}
	config, err := (&trust{ring: o.Keys, peer: o.Peer, now: o.Now}).config(clientUse, serverUse)
	if err != nil {
		return nil, err
	}
	c.client = &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			MaxConnsPerHost: 1, MaxIdleConnsPerHost: 1, IdleConnTimeout: 2 * time.Minute, ResponseHeaderTimeout: 2 * time.Minute,
			DisableCompression: true, MaxResponseHeaderBytes: 8 << 10,
			TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{},
			DialTLSContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				return dial(ctx, network, address, config)
			},
		},
	}
	return c, nil
}

func dial(ctx context.Context, network, address string, config *tls.Config) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	tcp, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil {
		return nil, &carrier.Fault{Trouble: carrier.Unreachable, Cause: err}
	}
	c := tls.Client(&lively{Conn: tcp}, config)
	if err := c.HandshakeContext(ctx); err != nil {
		tcp.Close()
		return nil, err
	}
	return c, nil
}

// backoff is how long to wait after so many failures in a row: from a second to
// two minutes, and never the same for two nodes.
func backoff(failures int) time.Duration {
	d := min(time.Second<<min(failures-1, 10), 2*time.Minute)
	return d/2 + rand.N(d/2)
}

// Run works until ctx ends.
func (c *Caller) Run(ctx context.Context, note carrier.Note, pause time.Duration) {
	defer c.client.CloseIdleConnections()
	failures := 0
	for {
		sent, took, err := c.Round(ctx)
		if ctx.Err() != nil {
			return
		}
		if err == nil || sent+took > 0 {
			note.Worked(sent, took)
		}
		note.Later(c.later)
		wait := pause
		if err != nil {
			note.Failed(worded(err))
			failures++
			if sent+took > 0 {
				failures = 1 // it breaks, and it goes on
			}
			wait = backoff(failures)
		} else {
			failures = 0
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// worded finds the word for what HTTP and TLS say.
func worded(err error) error {
	if carrier.WordFor(err) != carrier.Other {
		return err
	}
	if alert, ok := errors.AsType[tls.AlertError](err); ok {
		return &carrier.Fault{Trouble: carrier.Stranger, Cause: fmt.Errorf("the other side doesn't take this one for the zone that it is paired with: %w", alert)}
	}
	if strings.Contains(err.Error(), "tls: ") && strings.Contains(err.Error(), "certificate") {
		return &carrier.Fault{Trouble: carrier.Stranger, Cause: err}
	}
	if _, ok := errors.AsType[net.Error](err); ok || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return &carrier.Fault{Trouble: carrier.Unreachable, Cause: err}
	}
	return err
}

// Round fetches and delivers what there is, once. What can't be delivered keeps
// nothing from being fetched.
func (c *Caller) Round(ctx context.Context) (sent, took int, err error) {
	took, fetched := c.fetch(ctx)
	if fetched != nil {
		if word := carrier.WordFor(worded(fetched)); word == carrier.Stranger || word == carrier.Unreachable {
			return 0, took, fetched
		}
	}
	sent, delivered := c.deliver(ctx)
	return sent, took, errors.Join(fetched, delivered)
}

func (c *Caller) url(path string) string { return "https://" + c.o.Setting.Connect + "/v1/" + path }

// due tells whether a file is to be moved: for the first time, or again because
// there is no receipt for it still.
func (c *Caller) due(when map[string]time.Time, f File) bool {
	at, before := when[f.key()]
	return !before || c.o.Now().Sub(at) >= c.o.Setting.Again
}

// keepThose forgets what is offered no more.
func keepThose(when map[string]time.Time, files []File) {
	there := map[string]bool{}
	for _, f := range files {
		there[f.key()] = true
	}
	for key := range when {
		if !there[key] {
			delete(when, key)
		}
	}
}

func (c *Caller) fetch(ctx context.Context) (int, error) {
	var offers list
	if err := c.ask(ctx, http.MethodGet, "offers", nil, &offers); err != nil {
		return 0, err
	}
	var all, due []File
	for _, f := range offers.Files[:min(len(offers.Files), listMost)] {
		all = append(all, f.File)
		if c.due(c.fetched, f.File) {
			due = append(due, f.File)
		}
	}
	keepThose(c.fetched, all)
	wants, later, err := c.shelf.wanted(ctx, c.o.Boxes, due)
	if err != nil {
		return 0, err
	}
	c.later = len(later)
	took := 0
	for _, w := range wants {
		err := c.fetchOne(ctx, w)
		if errors.Is(err, carrier.ErrLater) { // others came meanwhile; what came is kept
			c.later++
			continue
		}
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return took, fmt.Errorf("fetching %s: %w", w.Name, err)
		}
		c.fetched[w.key()] = c.o.Now()
		took++
	}
	return took, nil
}

func (c *Caller) fetchOne(ctx context.Context, w Want) error {
	if w.Offset >= w.Size { // it came whole, and wasn't looked at
		_, err := c.shelf.add(ctx, w.File, w.Offset, bytes.NewReader(nil), c.o.Boxes)
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url("files/"+w.Digest+"/"+w.Name), nil)
	if err != nil {
		return err
	}
	r.Header.Set("Range", fmt.Sprintf("bytes=%d-", w.Offset))
	res, err := c.client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode == http.StatusNotFound {
		return fs.ErrNotExist // its receipt came just now
	}
	begins := fmt.Sprintf("bytes %d-%d/%d", w.Offset, w.Size-1, w.Size)
	if res.StatusCode != http.StatusPartialContent || res.Header.Get("Content-Range") != begins {
		return refusedBy(res)
	}
	whole, err := c.shelf.add(ctx, w.File, w.Offset, res.Body, c.o.Boxes)
	if err == nil && !whole {
		err = io.ErrUnexpectedEOF
	}
	return err
}

func (c *Caller) deliver(ctx context.Context) (int, error) {
	all, err := c.catalogue.offers(ctx, c.o.Boxes)
	if err != nil {
		return 0, err
	}
	keepThose(c.sent, all)
	var due []File
	for _, f := range all {
		if c.due(c.sent, f) && len(due) < listMost {
			due = append(due, f)
		}
	}
	if len(due) == 0 {
		return 0, nil
	}
	var wants list
	if err := c.ask(ctx, http.MethodPost, "wanted", list{Format: format, Files: offered(due)}, &wants); err != nil {
		return 0, err
	}
	asked := map[string]File{}
	for _, f := range due {
		asked[f.key()] = f
	}
	sent := 0
	for _, w := range wants.Files {
		if !digests.MatchString(w.Digest) || asked[w.key()] != w.File || w.Offset < 0 || w.Offset > w.Size {
			return sent, errors.New("the other side wants what it wasn't offered")
		}
		err := c.deliverOne(ctx, w)
		if errors.Is(err, carrier.ErrLater) {
			wants.Later = append(wants.Later, w.Name)
			continue
		}
		if err != nil {
			return sent, fmt.Errorf("delivering %s: %w", w.Name, err)
		}
		sent++
	}
	later := map[string]bool{}
	for _, name := range wants.Later {
		later[name] = true
	}
	for _, f := range due { // what wasn't wanted is there, or is offered again at once
		if !later[f.Name] {
			c.sent[f.key()] = c.o.Now()
		}
	}
	return sent, nil
}

// deliverOne sends a file from where it is wanted; once more from elsewhere, if
// the other side got more or less than it said.
func (c *Caller) deliverOne(ctx context.Context, w Want) error {
	for attempt := range 2 {
		res, err := c.put(ctx, w)
		if errors.Is(err, fs.ErrNotExist) {
			return nil // its receipt came just now
		}
		if err != nil {
			return err
		}
		has, offset := strconv.ParseInt(res.Header.Get("Upload-Offset"), 10, 64)
		err = refusedBy(res)
		res.Body.Close()
		switch {
		case res.StatusCode == http.StatusCreated || res.StatusCode == http.StatusNoContent:
			return nil
		case res.StatusCode == http.StatusServiceUnavailable:
			return carrier.ErrLater
		case res.StatusCode == http.StatusConflict && attempt == 0 && offset == nil && has >= 0 && has <= w.Size:
			w.Offset = has
		default:
			return err
		}
	}
	return errors.New("both sides can't agree on how much has arrived")
}

func (c *Caller) put(ctx context.Context, w Want) (*http.Response, error) {
	f, err := c.o.Boxes.Out.Take(w.Name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	file, ok := f.(blob.File)
	if !ok {
		return nil, errors.New("the outbox gives no file")
	}
	if w.Offset == w.Size {
		w.Offset = w.Size - 1 // a part is never empty: let it say what it has
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPut, c.url("files/"+w.Digest+"/"+w.Name), io.NewSectionReader(file, w.Offset, w.Size-w.Offset))
	if err != nil {
		return nil, err
	}
	r.ContentLength = w.Size - w.Offset
	r.Header.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", w.Offset, w.Size-1, w.Size))
	return c.client.Do(r)
}

// ask sends and reads one list.
func (c *Caller) ask(ctx context.Context, method, path string, send any, into *list) error {
	var body io.Reader
	if send != nil {
		text, err := json.Marshal(send)
		if err != nil {
			return err
		}
		body = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(ctx, method, c.url(path), body)
	if err != nil {
		return err
	}
	res, err := c.client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return refusedBy(res)
	}
	err = json.NewDecoder(io.LimitReader(res.Body, listBytes)).Decode(into)
	if err == nil && into.Format != format {
		err = fmt.Errorf("the other side speaks %q, and this one %s: update the older of the two", into.Format, format)
	}
	return err
}

// refusedBy words what the other side answered.
func refusedBy(res *http.Response) error {
	err := fmt.Errorf("the other side answers %s", res.Status)
	for word, status := range statuses {
		if res.StatusCode == status {
			return &carrier.Fault{Trouble: word, Cause: err}
		}
	}
	return err
}
