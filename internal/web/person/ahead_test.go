package person_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"yitang/internal/blob"
	"yitang/internal/drill"
	"yitang/internal/material"
	"yitang/internal/web/webtest"
)

// sideways is a portrait as a telephone keeps it that was held upright: lying, with
// how to turn it told beside it.
func sideways(t *testing.T) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 576, 396))
	for x := range 576 {
		for y := range 396 {
			c := color.RGBA{255, 255, 255, 255}
			if dx, dy := x-330, y-198; dx*dx/(180*18)+dy*dy/(100*10) < 10 {
				c = color.RGBA{180, uint8(90 + x%60), uint8(80 + y%90), 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	body := []byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00")
	head := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, 0xe1}, uint16(len(body)+2))
	return append(append(head, body...), b.Bytes()[2:]...)
}

// tus sends one request of the protocol; nil when the line broke.
func tus(v webtest.Visitor, method, at string, header map[string]string, body io.Reader, size int) *http.Response {
	v.T.Helper()
	q, err := http.NewRequest(method, v.URL+at, body)
	if err != nil {
		v.T.Fatal(err)
	}
	q.ContentLength = int64(size)
	q.Header.Set("Tus-Resumable", "1.0.0")
	for name, value := range header {
		q.Header.Set(name, value)
	}
	res, err := v.Client.Do(q)
	if err != nil {
		return nil
	}
	res.Body.Close()
	return res
}

// A traveller has no account: what they send ahead of its form belongs to their link,
// once its digits are given, and goes on where the line broke. The photo is kept as it
// stands upright.
func TestATravellersPhotoGoesOnWhereItsLineBrokeAndStandsUpright(t *testing.T) {
	b := open(t, drill.Draft)
	v := b.as("he")
	link := func(family, number string) (string, string) {
		id := b.add(b.Unit, family, "若溪", number)
		_, page := v.Post("/people/"+id+"/link", url.Values{"_key": {family}})
		at := linkRE.FindString(page)
		if at == "" {
			t.Fatal("no link")
		}
		return id, at
	}
	id, at := link("白", "509901199001011231")
	_, others := link("黑", "509901199203040014")
	own := webtest.Visitor{T: t, Client: cookieClient(t), URL: b.url}
	other := webtest.Visitor{T: t, Client: cookieClient(t), URL: b.url}
	content := sideways(t)
	begin := map[string]string{"Upload-Length": strconv.Itoa(len(content)), "Upload-Metadata": "filename " + base64.StdEncoding.EncodeToString([]byte("我的照片.jpg"))}

	if res := tus(own, "POST", at+"/uploads/", begin, nil, 0); res == nil || res.StatusCode != http.StatusNotFound {
		t.Fatalf("without the digits a file is taken: %v", res)
	}
	mine := post(own, sees(own, at), at, "digits", "1231")
	post(other, sees(other, others), others, "digits", "0014")
	begun := tus(own, "POST", at+"/uploads/", begin, nil, 0)
	if begun == nil || begun.StatusCode != http.StatusCreated || !strings.HasPrefix(begun.Header.Get("Location"), at+"/uploads/") {
		t.Fatalf("beginning: %v", begun)
	}
	place := begun.Header.Get("Location")
	file := place[strings.LastIndex(place, "/")+1:]
	part := func(from int, body io.Reader, size int) *http.Response {
		return tus(own, "PATCH", place, map[string]string{"Upload-Offset": strconv.Itoa(from), "Content-Type": "application/offset+octet-stream"}, body, size)
	}
	half := len(content) / 2
	part(0, io.MultiReader(bytes.NewReader(content[:half]), iotest.ErrReader(errors.New("the line is down"))), len(content))
	come := -1
	for range 100 { // what had left may still be on its way in
		res := tus(own, "HEAD", place, nil, nil, 0)
		if res == nil || res.StatusCode != http.StatusOK {
			t.Fatalf("asked how much came: %v", res)
		}
		if come, _ = strconv.Atoi(res.Header.Get("Upload-Offset")); come > 0 {
			break
		}
	}
	if come < 1 || come > half {
		t.Fatalf("%d of %d bytes came", come, half)
	}
	for who, res := range map[string]*http.Response{"another link": tus(other, "HEAD", others+"/uploads/"+file, nil, nil, 0), "the unit": tus(v, "HEAD", "/uploads/"+file, nil, nil, 0), "another's cookie": tus(other, "HEAD", place, nil, nil, 0)} {
		if res == nil || res.StatusCode != http.StatusNotFound {
			t.Errorf("%s finds the file: %v", who, res)
		}
	}
	if res := part(come, bytes.NewReader(content[come:]), len(content)-come); res == nil || res.StatusCode != http.StatusNoContent {
		t.Fatalf("the rest: %v", res)
	}

	// The form names it in its address; another's form finds none, and says so.
	send := func(as webtest.Visitor, at string) (int, string) {
		body, kind := multi(t, as.Hidden(sees(as, at), at+"/photo"))
		q, err := http.NewRequest("POST", b.url+at+"/photo?_upload="+file+"&_field=photo", body)
		if err != nil {
			t.Fatal(err)
		}
		q.Header.Set("Content-Type", kind)
		return as.Read(as.Client.Do(q))
	}
	if status, page := send(other, others); status != http.StatusUnprocessableEntity {
		t.Errorf("another's form takes the file: %d %s", status, page)
	}
	if status, page := send(own, at); status != http.StatusOK || !strings.Contains(page, "已有一张") {
		t.Fatalf("the form with the file: %d %s", status, page)
	}
	if res := tus(own, "HEAD", place, nil, nil, 0); res == nil || res.StatusCode != http.StatusNotFound {
		t.Errorf("what was handed in lies there still: %v", res)
	}
	all, err := material.Of(context.Background(), b.Internet.Store, material.OfPerson, id)
	if err != nil || len(all) != 1 || all[0].Name != "我的照片.jpg" {
		t.Fatalf("held: %v %v", all, err)
	}
	d, err := blob.ParseDigest(all[0].Digest)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := b.Internet.Blobs.Get(context.Background(), d)
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	if c, err := jpeg.DecodeConfig(kept); err != nil || c.Width != 396 || c.Height != 576 {
		t.Errorf("it is kept lying: %v %v", c, err)
	}
	if !strings.Contains(mine, at+"/uploads/") {
		t.Error("the page doesn't tell where a large file goes")
	}
}

// multi is a form as a browser sends it that takes files, without one.
func multi(t *testing.T, form url.Values) (io.Reader, string) {
	t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for name, values := range form {
		for _, x := range values {
			if err := m.WriteField(name, x); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	return &body, m.FormDataContentType()
}
