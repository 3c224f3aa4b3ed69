package mail_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	stdmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"yitang/internal/calendar"
	"yitang/internal/hall"
	"yitang/internal/notify"
	"yitang/internal/notify/mail"
)

// server is a mail server on this machine that speaks SMTP and keeps what it takes.
type server struct {
	address string
	mu      sync.Mutex
	took    []string
	says    error // to a recipient
}

func (s *server) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{s: s}, nil }

type session struct {
	s  *server
	to string
}

func (x *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (x *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "office" || password != "right" {
			return smtp.ErrAuthFailed
		}
		return nil
	}), nil
}
func (x *session) Mail(string, *smtp.MailOptions) error { return nil }
func (x *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	x.to = to
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	return x.s.says
}
func (x *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	x.s.took = append(x.s.took, string(b))
	return err
}
func (x *session) Reset()        {}
func (x *session) Logout() error { return nil }

func serve(t *testing.T) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{address: l.Addr().String()}
	srv := smtp.NewServer(s)
	srv.Domain, srv.AllowInsecureAuth = "mx.example.cn", true
	go srv.Serve(l)
	t.Cleanup(func() { srv.Close() })
	return s
}

var morning = time.Date(2026, 3, 10, 1, 0, 0, 0, time.UTC)

func way(s *server) *mail.Way {
	return &mail.Way{Server: mail.Server{Address: s.address, Security: mail.None, From: "一趟 <noreply@waiban.example.cn>"}, Now: func() time.Time { return morning }}
}

func body(t *testing.T, h interface{ Get(string) string }, r io.Reader) string {
	t.Helper()
	switch strings.ToLower(h.Get("Content-Transfer-Encoding")) {
	case "base64":
		r = base64.NewDecoder(base64.StdEncoding, r)
	case "quoted-printable":
		r = quotedprintable.NewReader(r)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAMailArrivesWithItsTextAndItsCalendarEntry(t *testing.T) {
	s := serve(t)
	b := hall.Booking{ID: "b1", Day: calendar.On(2026, 3, 12), Slot: 9*60 + 30, Ends: 10 * 60, Number: "20260312-A-003", State: hall.IsBooked, Sequence: 2}
	o := notify.Outgoing{ID: "0123456789abcdef", To: "he@unit.example.cn", Subject: "已预约：2026年3月12日 09:30", Text: "“赴德国团”到场办证。\nhttps://waiban.example.cn/visits/f1/pass\n",
		Calendar: hall.Calendar(hall.Entry{Booking: b, Summary: "一趟", Place: "大厅", Text: "身份证", Now: morning})}
	receipt, err := way(s).Send(context.Background(), o)
	if err != nil || receipt != "<0123456789abcdef@waiban.example.cn>" {
		t.Fatalf("handed over as %q: %v", receipt, err)
	}
	if _, err := way(s).Send(context.Background(), o); err != nil { // after a kill
		t.Fatal(err)
	}
	m, err := stdmail.ReadMessage(strings.NewReader(s.took[0]))
	if err != nil {
		t.Fatal(err)
	}
	again, err := stdmail.ReadMessage(strings.NewReader(s.took[1]))
	if err != nil || again.Header.Get("Message-ID") != m.Header.Get("Message-ID") || m.Header.Get("Message-ID") != receipt {
		t.Errorf("sent again it is another message: %q and %q, %v", m.Header.Get("Message-ID"), again.Header.Get("Message-ID"), err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != o.Subject {
		t.Errorf("subject %q, %v", subject, err)
	}
	if m.Header.Get("Auto-Submitted") != "auto-generated" || !strings.Contains(m.Header.Get("To"), o.To) {
		t.Errorf("header %v", m.Header)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	text, err := parts.NextRawPart()
	if err != nil {
		t.Fatal(err)
	}
	if got := body(t, text.Header, text); strings.ReplaceAll(got, "\r\n", "\n") != o.Text {
		t.Errorf("text %q", got)
	}
	entry, err := parts.NextRawPart()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(entry.Header.Get("Content-Type"), "method=REQUEST") {
		t.Errorf("the entry comes as %q", entry.Header.Get("Content-Type"))
	}
	c, err := ics.ParseCalendar(bytes.NewReader([]byte(body(t, entry.Header, entry))))
	if err != nil {
		t.Fatal(err)
	}
	start, err := c.Events()[0].GetStartAt()
	if err != nil || !start.Equal(time.Date(2026, 3, 12, 1, 30, 0, 0, time.UTC)) || c.Events()[0].Id() != "b1@yitang" || c.Events()[0].GetProperty(ics.ComponentPropertySequence).Value != "2" {
		t.Errorf("the entry begins %s, %v", start, err)
	}
}

func TestWhatTheMailServerSaysDecidesWhatIsDoneNext(t *testing.T) {
	for name, c := range map[string]struct {
		says   error
		server func(*mail.Server)
		want   notify.Reason
	}{
		"no such mailbox": {&smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}, nil, notify.Rejected},
		"a full mailbox":  {&smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 2, 2}, Message: "full"}, nil, notify.Unreached},
		"wrong password":  {nil, func(s *mail.Server) { s.User, s.Password = "office", "wrong" }, notify.Credential},
		"nobody there":    {nil, func(s *mail.Server) { s.Address = "127.0.0.1:1" }, notify.Unreached},
		"no encryption":   {nil, func(s *mail.Server) { s.Security = mail.StartTLS }, notify.Unreached}, // nothing is sent in the clear
	} {
		s := serve(t)
		s.says = c.says
		w := way(s)
		if c.server != nil {
			c.server(&w.Server)
		}
		_, err := w.Send(context.Background(), notify.Outgoing{ID: "x", To: "he@example.cn", Subject: "s", Text: "t"})
		var trouble notify.Trouble
		if !errors.As(err, &trouble) || trouble.Reason != c.want || len(s.took) > 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}
