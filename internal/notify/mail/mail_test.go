package mail_test

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	stdmail "net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/emersion/go-smtp"

	"yitang/internal/calendar"
	"yitang/internal/hall"
	"yitang/internal/notify"
	"yitang/internal/notify/mail"
	"yitang/internal/notify/mail/mailtest"
)

var morning = time.Date(2026, 3, 10, 1, 0, 0, 0, time.UTC)

func way(s *mailtest.Server) *mail.Way {
	return &mail.Way{Server: mail.Server{Address: s.Address, Security: mail.None, From: "一趟 <noreply@waiban.example.cn>"}, Now: func() time.Time { return morning }}
}

// part is one of a mail's parts that hold no others.
type part struct {
	kind   string
	params map[string]string
	text   string
}

// parts takes a mail apart.
func parts(t *testing.T, h interface{ Get(string) string }, r io.Reader) []part {
	t.Helper()
	kind, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(kind, "multipart/") {
		var out []part
		for all := multipart.NewReader(r, params["boundary"]); ; {
			p, err := all.NextRawPart()
			if err == io.EOF {
				return out
			}
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, parts(t, p.Header, p)...)
		}
	}
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
	return []part{{kind, params, string(b)}}
}

// lines are a text's as a mailbox on this machine ends them.
func lines(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }

// visit is a message of a visit.
func visit(to string) notify.Outgoing {
	b := hall.Booking{ID: "b1", Day: calendar.On(2026, 3, 12), Slot: 9*60 + 30, Ends: 10 * 60, Number: "20260312-A-003", State: hall.IsBooked, Sequence: 2}
	return notify.Outgoing{ID: "0123456789abcdef", To: to, Subject: "已预约：2026年3月12日 09:30", Text: "“赴德国团”到场办证。\nhttps://waiban.example.cn/visits/f1/pass\n",
		Calendar: &hall.Entry{Booking: b, Summary: "一趟", Place: "大厅", Text: "身份证", Now: morning, Office: "云江外办"}}
}

// carries tells what is wrong with a mail that was to bring a message of a visit.
func carries(t *testing.T, raw string, o notify.Outgoing, from string) *stdmail.Message {
	t.Helper()
	m, err := stdmail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != o.Subject {
		t.Errorf("subject %q, %v", subject, err)
	}
	if m.Header.Get("Auto-Submitted") != "auto-generated" || !strings.Contains(m.Header.Get("To"), o.To) {
		t.Errorf("header %v", m.Header)
	}
	all := parts(t, m.Header, m.Body)
	if len(all) != 3 || all[0].kind != "text/plain" || lines(all[0].text) != o.Text {
		t.Fatalf("its parts %+v", all)
	}
	entry, file := all[1], all[2]
	if entry.kind != "text/calendar" || entry.params["method"] != "REQUEST" || !strings.EqualFold(entry.params["charset"], "utf-8") || file.kind != "application/ics" || lines(file.text) != lines(entry.text) {
		t.Errorf("the entry comes as %s %v, and attached as %s", entry.kind, entry.params, file.kind)
	}
	c, err := ics.ParseCalendar(strings.NewReader(entry.text))
	if err != nil {
		t.Fatal(err)
	}
	ev := c.Events()[0]
	start, err := ev.GetStartAt()
	if err != nil || !start.Equal(time.Date(2026, 3, 12, 1, 30, 0, 0, time.UTC)) || ev.Id() != "b1@yitang" || ev.GetProperty(ics.ComponentPropertySequence).Value != "2" {
		t.Errorf("the entry begins %s, %v", start, err)
	}
	if by := ev.GetProperty(ics.ComponentPropertyOrganizer).Value; by != "mailto:"+from || len(ev.Attendees()) != 1 || ev.Attendees()[0].Email() != o.To {
		t.Errorf("%s asks %v", by, ev.Attendees())
	}
	return m
}

func TestAMailArrivesWithItsTextAndItsCalendarEntry(t *testing.T) {
	s := mailtest.Serve(t, mail.None, nil)
	o := visit("he@unit.example.cn")
	receipt, err := way(s).Send(context.Background(), o)
	if err != nil || receipt != "<0123456789abcdef@waiban.example.cn>" {
		t.Fatalf("handed over as %q: %v", receipt, err)
	}
	if _, err := way(s).Send(context.Background(), o); err != nil { // after a kill
		t.Fatal(err)
	}
	took, _ := s.Took()
	m, again := carries(t, took[0], o, "noreply@waiban.example.cn"), carries(t, took[1], o, "noreply@waiban.example.cn")
	if again.Header.Get("Message-ID") != m.Header.Get("Message-ID") || m.Header.Get("Message-ID") != receipt {
		t.Errorf("sent again it is another message: %q and %q", m.Header.Get("Message-ID"), again.Header.Get("Message-ID"))
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
		"wrong password":  {nil, func(s *mail.Server) { s.User, s.Password = mailtest.User, "wrong" }, notify.Credential},
		"nobody there":    {nil, func(s *mail.Server) { s.Address = "127.0.0.1:1" }, notify.Unreached},
		"no encryption":   {nil, func(s *mail.Server) { s.Security = mail.StartTLS }, notify.Unreached}, // nothing is sent in the clear
	} {
		s := mailtest.Serve(t, mail.None, nil)
		s.Says = c.says
		w := way(s)
		if c.server != nil {
			c.server(&w.Server)
		}
		_, err := w.Send(context.Background(), notify.Outgoing{ID: "x", To: "he@example.cn", Subject: "s", Text: "t"})
		var trouble notify.Trouble
		if took, _ := s.Took(); !errors.As(err, &trouble) || trouble.Reason != c.want || len(took) > 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A server that takes mails of its users alone, over a line that nobody reads.
func TestAMailGoesOverAnEncryptedLineToAServerThatIsKnownAndKnowsTheOffice(t *testing.T) {
	ours, others := mailtest.NewAuthority(t), mailtest.NewAuthority(t)
	for _, security := range []mail.Security{mail.StartTLS, mail.TLS} {
		for name, c := range map[string]struct {
			does func(*mail.Server)
			want notify.Reason // "": it arrives
		}{
			"all is right":        {func(*mail.Server) {}, ""},
			"wrong password":      {func(s *mail.Server) { s.Password = "wrong" }, notify.Credential},
			"no password":         {func(s *mail.Server) { s.User, s.Password = "", "" }, notify.Credential},
			"another's authority": {func(s *mail.Server) { s.Roots = others.Roots() }, notify.Unreached},
			"the machine's own":   {func(s *mail.Server) { s.Roots = nil }, notify.Unreached},
		} {
			s := mailtest.Serve(t, security, ours)
			w := way(s)
			w.Server.Security, w.Server.User, w.Server.Password, w.Server.Roots = security, mailtest.User, mailtest.Password, ours.Roots()
			c.does(&w.Server)
			_, err := w.Send(context.Background(), notify.Outgoing{ID: "x", To: "he@example.cn", Subject: "s", Text: "t"})
			took, by := s.Took()
			if c.want == "" {
				if err != nil || len(took) != 1 || !slices.Equal(by, []string{mailtest.User}) {
					t.Errorf("%s, %s: %v, taken of %q", security, name, err, by)
				}
				continue
			}
			var trouble notify.Trouble
			if !errors.As(err, &trouble) || trouble.Reason != c.want || len(took) > 0 {
				t.Errorf("%s, %s: %v", security, name, err)
			}
		}
	}
}

// What nobody of ours has written takes the mail over such a line, delivers it, and
// gives it to whoever looks into the mailbox.
func TestAMailLiesInAMailboxOfARealServer(t *testing.T) {
	s := mailtest.Real(t)
	for _, c := range []struct {
		security mail.Security
		address  string
	}{{mail.StartTLS, s.Submission}, {mail.TLS, s.Submissions}} {
		w := &mail.Way{Server: mail.Server{Address: c.address, Security: c.security, User: s.User, Password: s.Password, From: "一趟 <" + s.User + ">", Roots: s.Authority.Roots()}, Now: time.Now}
		o := visit(s.User)
		o.ID = "real" + string(c.security)
		receipt, err := w.Send(context.Background(), o)
		if err != nil {
			t.Fatalf("%s: %v", c.security, err)
		}
		m := carries(t, s.Mail(t, receipt), o, s.User)
		if !strings.Contains(m.Header.Get("Received"), "TLS") {
			t.Errorf("%s: received %q", c.security, m.Header.Get("Received"))
		}
		var trouble notify.Trouble
		for name, x := range map[string]struct {
			does func(*mail.Server)
			want notify.Reason
		}{
			"wrong password":      {func(s *mail.Server) { s.Password += "x" }, notify.Credential},
			"another's authority": {func(s *mail.Server) { s.Roots = mailtest.NewAuthority(t).Roots() }, notify.Unreached},
		} {
			other := *w
			x.does(&other.Server)
			if _, err := other.Send(context.Background(), o); !errors.As(err, &trouble) || trouble.Reason != x.want {
				t.Errorf("%s, %s: %v", c.security, name, err)
			}
		}
	}
}
