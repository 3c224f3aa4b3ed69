package me_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/http"
	stdmail "net/mail"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // zones that a calendar file names, on any machine

	"github.com/emersion/go-ical"

	"yitang/internal/drill"
	"yitang/internal/drill/drilltest"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/notify"
	"yitang/internal/notify/mail"
	"yitang/internal/notify/mail/mailtest"
	"yitang/internal/web/sites"
	"yitang/internal/zone"
)

// agenda is the calendar of somebody's mail program: it takes up what mails bring
// (RFC 5546) by the entry's UID and SEQUENCE, read with another library than wrote it.
type agenda struct {
	t       *testing.T
	owner   string
	entries map[string]entry
}

type entry struct {
	sequence  int
	organizer string
	begins    time.Time
}

// scheduling are a mail's parts of the type that such a program looks at.
func (a *agenda) scheduling(h interface{ Get(string) string }, r io.Reader) (methods []string, files [][]byte) {
	a.t.Helper()
	kind, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		a.t.Fatal(err)
	}
	if strings.HasPrefix(kind, "multipart/") {
		for parts := multipart.NewReader(r, params["boundary"]); ; {
			p, err := parts.NextRawPart()
			if err == io.EOF {
				return methods, files
			}
			if err != nil {
				a.t.Fatal(err)
			}
			ms, fs := a.scheduling(p.Header, p)
			methods, files = append(methods, ms...), append(files, fs...)
		}
	}
	if kind != "text/calendar" {
		return nil, nil
	}
	switch strings.ToLower(h.Get("Content-Transfer-Encoding")) {
	case "base64":
		r = base64.NewDecoder(base64.StdEncoding, r)
	case "quoted-printable":
		r = quotedprintable.NewReader(r)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		a.t.Fatal(err)
	}
	return []string{params["method"]}, [][]byte{b}
}

// take does what a mail wants, and tells which method that was.
func (a *agenda) take(raw string) string {
	a.t.Helper()
	m, err := stdmail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		a.t.Fatal(err)
	}
	methods, files := a.scheduling(m.Header, m.Body)
	if len(files) != 1 {
		a.t.Fatalf("%d entries in one mail", len(files))
	}
	c, err := ical.NewDecoder(bytes.NewReader(files[0])).Decode()
	if err != nil {
		a.t.Fatalf("%v in\n%s", err, files[0])
	}
	says := func(props ical.Props, name string) string {
		p := props.Get(name)
		if p == nil {
			a.t.Fatalf("no %s in\n%s", name, files[0])
		}
		return p.Value
	}
	method := says(c.Props, ical.PropMethod)
	if method != methods[0] || len(c.Events()) != 1 {
		a.t.Fatalf("a part of method %s says %s with %d entries", methods[0], method, len(c.Events()))
	}
	ev := c.Events()[0]
	id, by := says(ev.Props, ical.PropUID), says(ev.Props, ical.PropOrganizer)
	sequence, err := ev.Props.Get(ical.PropSequence).Int()
	if err != nil {
		a.t.Fatal(err)
	}
	if from, err := m.Header.AddressList("From"); err != nil || by != "mailto:"+from[0].Address {
		a.t.Errorf("%s asks in a mail from %v: %v", by, from, err)
	}
	if who := ev.Props.Values(ical.PropAttendee); len(who) != 1 || who[0].Value != "mailto:"+a.owner {
		a.t.Errorf("it asks %v", who)
	}
	was, known := a.entries[id]
	if known && (sequence < was.sequence || by != was.organizer) { // older news, or somebody else's
		return method
	}
	switch method {
	case "REQUEST":
		begins, err := ev.DateTimeStart(time.UTC)
		if err != nil {
			a.t.Fatal(err)
		}
		a.entries[id] = entry{sequence, by, begins}
	case "CANCEL":
		delete(a.entries, id)
	default:
		a.t.Errorf("method %s", method)
	}
	return method
}

// reached says where somebody is reached, and that it is proved.
type reached struct{ mail string }

func (r reached) Decide(notify.Contact, journal.Moment) ([]journal.Event, error) {
	return journal.Happened(notify.AddressGiven{Way: "mail", Address: r.mail, Code: "1"}, notify.AddressConfirmed{Way: "mail"}), nil
}

func TestACalendarThatFollowsTheMailsHoldsTheVisitAtItsLastTimeAndThenNoMore(t *testing.T) {
	box := mailtest.Serve(t, mail.None, nil)
	var internet *node.Node
	s := open(t, drilltest.Told(t, drill.Document, drill.Options{Begins: func(n *node.Node) {
		if n.Zone != zone.Internet {
			return
		}
		words := sites.Words(n)
		words.URL = "https://waiban.example.cn"
		way := &mail.Way{Server: mail.Server{Address: box.Address, Security: mail.None, From: "云江外办 <noreply@waiban.example.cn>"}, Now: n.Journal.Now}
		n.Tell(node.Telling{Ways: map[string]notify.Way{"mail": way}, Write: words.Write, ByHand: true})
		internet = n
	}}))
	ctx := journal.WithActor(context.Background(), journal.System)
	if _, err := journal.Do(ctx, s.Internet.Journal, notify.Contacts, journal.Order{Subject: "acc-he"}, reached{"he@unit.example.cn"}); err != nil {
		t.Fatal(err)
	}
	a := &agenda{t, "he@unit.example.cn", map[string]entry{}}
	// next is the mail of what was done just now.
	next := func() string {
		t.Helper()
		before, _ := box.Took()
		if err := s.Settle(ctx); err != nil {
			t.Fatal(err)
		}
		if err := internet.Deliver(ctx); err != nil {
			t.Fatal(err)
		}
		took, _ := box.Took()
		if len(took) != len(before)+1 {
			t.Fatalf("%d mails came", len(took)-len(before))
		}
		return took[len(took)-1]
	}
	holds := func(b hall.Booking) {
		t.Helper()
		if len(a.entries) != 1 || !a.entries[b.ID+"@yitang"].begins.Equal(b.Slot.On(b.Day)) {
			t.Errorf("the calendar holds %+v, and the booking is on %s at %s", a.entries, b.Day, b.Slot)
		}
	}
	if err := s.Settle(ctx); err != nil { // what the story brought before
		t.Fatal(err)
	}
	if err := internet.Deliver(ctx); err != nil {
		t.Fatal(err)
	}
	at := "/visits/" + s.ID
	he := s.as("he")
	b := he.book(0)
	booked := next()
	if m := a.take(booked); m != "REQUEST" {
		t.Errorf("booked by %s", m)
	}
	holds(b)

	form, free := he.form(he.ok(at+"/slots?move=1"), at+"/hold")
	he.done(at+"/move", he.keep(form, free[len(free)-1]))
	moved, ok := s.live()
	if !ok || moved.Slot == b.Slot {
		t.Fatalf("moved to %+v", moved)
	}
	a.take(next())
	holds(moved)
	a.take(booked) // a mail that comes late, or once more
	holds(moved)

	// The file from the page is the same entry, by the same office, for nobody by name.
	file := he.get(at + "/visit.ics").body
	c, err := ical.NewDecoder(strings.NewReader(file)).Decode()
	if err != nil {
		t.Fatal(err)
	}
	ev := c.Events()[0]
	if c.Props.Get(ical.PropMethod).Value != "PUBLISH" || ev.Props.Get(ical.PropUID).Value != moved.ID+"@yitang" || ev.Props.Get(ical.PropOrganizer).Value != a.entries[moved.ID+"@yitang"].organizer || ev.Props.Get(ical.PropAttendee) != nil {
		t.Errorf("the page gives\n%s", file)
	}

	cancel, _ := he.form(he.ok(at+"/cancel"), at+"/cancel")
	he.done(at+"/cancel", with(cancel, "reason", "人在外地"))
	if m := a.take(next()); m != "CANCEL" || len(a.entries) != 0 {
		t.Errorf("cancelled by %s, and the calendar holds %+v", m, a.entries)
	}
}

// WeChat's browser takes no files and opens none: what is a file elsewhere is a page
// there, from which it is copied, read and sent on to a computer.
func TestInsideWeChatAFileIsAPageThatIsSentToAComputer(t *testing.T) {
	box := mailtest.Serve(t, mail.None, nil)
	s := told(t, drill.Document)
	s.Internet.Ways = map[string]notify.Way{"mail": &mail.Way{Server: mail.Server{Address: box.Address, Security: mail.None, From: "noreply@waiban.example.cn"}, Now: s.Internet.Journal.Now}}
	he := s.as("he")
	b := he.book(0)
	he.c.Transport = inWeChat{}
	doc := "/cases/" + s.ID + "/approval"
	p := he.says(doc, "第 1 页，共", "看文字", "舒若兰", "核验", "发到电脑")
	if !strings.HasPrefix(p.kind, "text/html") || strings.Count(p.body, `class="qr"`) != 1 || !strings.Contains(p.body, `<img src="?page=1"`) || !strings.Contains(p.body, "/v/") {
		t.Errorf("the approval comes as %s:\n%s", p.kind, p.body)
	}
	if pic := he.get(doc + "?page=1"); pic.status != http.StatusOK || pic.kind != "image/svg+xml" || !strings.Contains(pic.body, "</svg>") || !strings.Contains(pic.body, "<text") {
		t.Errorf("its first page comes as %d %s", pic.status, pic.kind)
	}
	send := func(path string) string {
		t.Helper()
		form, _ := he.form(he.ok(path), "/told/send")
		to := he.done("/told/send", form)
		if again := he.done("/told/send", form); again != to {
			t.Errorf("pressed twice, led to %s and %s", to, again)
		}
		return to
	}
	if to := send(doc); to != "/told/ways?done=no_mail" {
		t.Errorf("without a mailbox it leads to %s", to)
	}
	he.says("/told/ways?done=no_mail", "发到电脑要用邮箱")
	ctx := journal.WithActor(context.Background(), journal.System)
	if _, err := journal.Do(ctx, s.Internet.Journal, notify.Contacts, journal.Order{Subject: "acc-he"}, reached{"he@unit.example.cn"}); err != nil {
		t.Fatal(err)
	}
	day := "/visits/" + s.ID + "/visit.ics"
	date := he.says(day, "记到日历", b.Number, "带身份证原件", "发到电脑")
	if !strings.HasPrefix(date.kind, "text/html") || !strings.Contains(date.body, `data-copy="entry"`) || !strings.Contains(text(date.body), strings.TrimPrefix(b.Slot.String(), "0")) {
		t.Errorf("the date comes as %s:\n%s", date.kind, text(date.body))
	}
	for i, path := range []string{doc, day} {
		if to := send(path); to != path+"?sent=1" {
			t.Errorf("sent, it leads to %s", to)
		}
		he.says(path+"?sent=1", "已发到您的邮箱")
		took, _ := box.Took()
		if len(took) != 2*i+2 {
			t.Fatalf("%d mails", len(took))
		}
		m, err := stdmail.ReadMessage(strings.NewReader(took[2*i]))
		again, err2 := stdmail.ReadMessage(strings.NewReader(took[2*i+1]))
		if err != nil || err2 != nil || m.Header.Get("Message-ID") != again.Header.Get("Message-ID") || m.Header.Get("To") != "<he@unit.example.cn>" {
			t.Fatalf("%v, %v: %v", err, err2, m.Header)
		}
		b, err := io.ReadAll(quotedprintable.NewReader(m.Body))
		if err != nil || !strings.Contains(string(b), s.url+path) {
			t.Errorf("the mail says %s, %v", b, err)
		}
	}
	for _, at := range []string{"https://elsewhere.example/x", "//elsewhere.example", "/nothing-here", ""} {
		if p := he.post("/told/send", map[string][]string{"at": {at}, "title": {"x"}}); p.status != http.StatusNotFound {
			t.Errorf("%q is sent: %d", at, p.status)
		}
	}
	if p := s.as("he").ok(doc); p.kind != "application/pdf" {
		t.Errorf("on a computer it comes as %s", p.kind)
	}
}

// inWeChat asks as WeChat's own browser does.
type inWeChat struct{}

func (inWeChat) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("User-Agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.50")
	return http.DefaultTransport.RoundTrip(r)
}
