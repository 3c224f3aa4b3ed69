package filing_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// tus sends one request of the protocol and gives its answer, or nil when the line broke.
func (r reader) tus(method, at string, header map[string]string, body io.Reader, size int) *http.Response {
	r.t.Helper()
	q, err := http.NewRequest(method, r.url+at, body)
	if err != nil {
		r.t.Fatal(err)
	}
	q.ContentLength = int64(size)
	q.Header.Set("Tus-Resumable", "1.0.0")
	for k, v := range header {
		q.Header.Set(k, v)
	}
	res, err := r.c.Do(q)
	if err != nil {
		return nil
	}
	res.Body.Close()
	return res
}

// part sends a file from an offset on, as far as its reader goes.
func (r reader) part(at string, offset int, body io.Reader, size int) *http.Response {
	return r.tus("PATCH", at, map[string]string{"Upload-Offset": strconv.Itoa(offset), "Content-Type": "application/offset+octet-stream"}, body, size)
}

// ahead gives a paper whose file went ahead: in the form stands only its name.
func (r reader) ahead(at, id string, fields map[string]string) page {
	r.t.Helper()
	body, kind := written(r.t, fields)
	q, err := http.NewRequest("POST", r.url+at+"/papers", body)
	if err != nil {
		r.t.Fatal(err)
	}
	q.Header.Set("Content-Type", kind)
	q.Header.Set("Upload-Id", id)
	q.Header.Set("Upload-Field", "materials")
	return r.answer(r.c.Do(q))
}

// A large file over a line that breaks: what had come is known, to its owner
// alone, the rest follows, and the form takes it as if it had brought it.
func TestALargeFileGoesOnWhereItsLineBrokeAndItsFormTakesIt(t *testing.T) {
	w := newTown(t)
	he, other := w.as("he"), w.as("other")
	at := he.begin("valid-germany-5-days")
	noise := make([]byte, 3<<20) // no compressor makes it small
	for i := range noise {
		noise[i] = byte(rand.N(256))
	}
	content := pdf(base64.StdEncoding.EncodeToString(noise))
	fields := map[string]string{"kind": "M05", "owner": strings.TrimPrefix(at, "/cases/"), "ownerKind": "case", "_fragment": "1"}

	begun := he.tus("POST", "/uploads/", map[string]string{"Upload-Length": strconv.Itoa(len(content)), "Upload-Metadata": "filename " + base64.StdEncoding.EncodeToString([]byte("译文·全本.pdf"))}, nil, 0)
	if begun == nil || begun.StatusCode != http.StatusCreated || !strings.HasPrefix(begun.Header.Get("Location"), "/uploads/") {
		t.Fatalf("it doesn't begin: %+v", begun)
	}
	place := begun.Header.Get("Location")
	id := strings.TrimPrefix(place, "/uploads/")
	he.part(place, 0, io.MultiReader(bytes.NewReader(content[:2<<20]), iotest.ErrReader(errors.New("the line broke"))), len(content))

	came := 0
	for range 100 { // the server hears of the break a moment later
		res := he.tus("HEAD", place, nil, nil, 0)
		if res != nil && res.StatusCode == http.StatusOK {
			if came, _ = strconv.Atoi(res.Header.Get("Upload-Offset")); came > 0 {
				break
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	if came == 0 || came > 2<<20 {
		t.Fatalf("%d bytes are known of 2 MB that left", came)
	}
	if res := other.tus("HEAD", place, nil, nil, 0); res == nil || res.StatusCode != http.StatusNotFound {
		t.Errorf("another unit's officer finds it: %+v", res)
	}
	if p := he.ahead(at, id, fields); p.status != http.StatusNotFound {
		t.Errorf("half a file is taken: %d %s", p.status, p.body)
	}
	if res := he.part(place, came, bytes.NewReader(content[came:]), len(content)-came); res == nil || res.StatusCode != http.StatusNoContent || res.Header.Get("Upload-Offset") != strconv.Itoa(len(content)) {
		t.Fatalf("the rest isn't taken: %+v", res)
	}
	if p := other.ahead(at, id, fields); p.status == http.StatusOK {
		t.Error("another unit's officer takes it")
	}

	p := he.ahead(at, id, fields)
	if p.status != http.StatusOK || !strings.Contains(p.body, "译文·全本.pdf") {
		t.Fatalf("the form doesn't take it: %d %s", p.status, p.body)
	}
	link, _, _ := strings.Cut(p.body[strings.Index(p.body, `href="`)+len(`href="`):], `"`)
	res, err := he.c.Get(he.url + link)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil || !bytes.Equal(got, content) {
		t.Errorf("%s gives %d of %d bytes: %v", link, len(got), len(content), err)
	}
	if p := he.ahead(at, id, fields); p.status != http.StatusNotFound {
		t.Errorf("it is taken twice: %d", p.status)
	}
	if p := he.tus("POST", "/uploads/", map[string]string{"Upload-Length": strconv.Itoa(21 << 20)}, nil, 0); p == nil || p.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("more than a paper may have begins: %+v", p)
	}
}
