// Package mail is the way of electronic mail: one message handed to the office's mail
// server (RFC 5321), in plain text, with a calendar entry where there is a visit.
//
// A message has one Message-ID whenever it is handed over. A server or a mailbox that
// knows it shows it once; one that doesn't would show it twice, after this process was
// killed between handing it over and noting that.
package mail

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"strconv"
	"strings"
	"time"

	smtp "github.com/wneessen/go-mail"

	"yitang/internal/hall"
	"yitang/internal/notify"
)

// Security is how the connection to the server is kept from being read.
type Security string

// The ways of keeping it.
const (
	StartTLS Security = "starttls" // refused where the server doesn't offer it
	TLS      Security = "tls"      // from the first byte
	None     Security = "none"     // within one machine or a network of one's own
)

// Server is the office's mail server.
type Server struct {
	Address  string         `yaml:"server"` // smtp.example.cn:587
	Security Security       `yaml:"security,omitempty"`
	User     string         `yaml:"user,omitempty"` // "": it asks for none
	Password string         `yaml:"password,omitempty"`
	From     string         `yaml:"from"` // 一趟 <noreply@example.cn>
	Roots    *x509.CertPool `yaml:"-"`    // nil: the machine's
}

// Check says what can't be.
func (s Server) Check() error {
	host, port, err := net.SplitHostPort(s.Address)
	if n, bad := strconv.Atoi(port); err != nil || bad != nil || host == "" || n < 1 || n > 65535 {
		return fmt.Errorf("the mail server %q is none: write it as smtp.example.cn:587", s.Address)
	}
	if s.Security != "" && s.Security != StartTLS && s.Security != TLS && s.Security != None {
		return fmt.Errorf("the mail server's security %q is none: it is starttls, tls or none", s.Security)
	}
	if err := smtp.NewMsg().From(s.From); err != nil {
		return fmt.Errorf("the sender of mails %q is none: write it as 一趟 <noreply@example.cn>", s.From)
	}
	if s.Security == None && s.Password != "" {
		return errors.New("a password of the mail server isn't sent unencrypted: set security to starttls or tls")
	}
	return nil
}

// Way hands mails to a server.
type Way struct {
	Server Server
	Now    func() time.Time
}

// Repeats: a mailbox knows a message by its Message-ID.
func (w *Way) Repeats() bool { return true }

// Send hands one message over. The receipt is its Message-ID: with it the server's
// log is searched.
func (w *Way) Send(ctx context.Context, o notify.Outgoing) (string, error) {
	m, err := w.message(o)
	if err != nil {
		return "", notify.Trouble{Reason: notify.Rejected, Detail: err.Error()}
	}
	c, err := w.client()
	if err != nil {
		return "", notify.Trouble{Reason: notify.Credential, Detail: err.Error()}
	}
	if err := c.DialAndSendWithContext(ctx, m); err != nil {
		return "", trouble(err)
	}
	return m.GetMessageID(), nil
}

func (w *Way) message(o notify.Outgoing) (*smtp.Msg, error) {
	m := smtp.NewMsg(smtp.WithNoDefaultUserAgent())
	if err := m.From(w.Server.From); err != nil {
		return nil, err
	}
	if err := m.To(o.To); err != nil {
		return nil, err
	}
	from := w.Sender()
	m.SetMessageIDWithValue(o.ID + from[strings.LastIndex(from, "@"):])
	m.SetDateWithValue(w.Now())
	m.Subject(o.Subject)
	m.SetGenHeader(smtp.Header("Auto-Submitted"), "auto-generated") // nobody's holiday notice answers (RFC 3834)
	m.SetBodyString(smtp.TypeTextPlain, o.Text)
	if o.Calendar == nil {
		return m, nil
	}
	e := *o.Calendar
	e.Organizer, e.Attendee = w.Sender(), o.To
	file := hall.Calendar(e)
	// Beside the text for programs that keep a calendar (RFC 6047, 2.4), which take it up
	// by itself; attached, under a type of its own so that it isn't taken up twice, for
	// people whose program keeps none.
	m.AddAlternativeString(smtp.ContentType("text/calendar; method="+e.Method()), string(file))
	return m, m.AttachReader("visit.ics", bytes.NewReader(file), smtp.WithFileContentType("application/ics"))
}

// Sender is the address that mails come from, without a name.
func (w *Way) Sender() string {
	a, err := mail.ParseAddress(w.Server.From)
	if err != nil { // Check doesn't let it through
		return ""
	}
	return a.Address
}

func (w *Way) client() (*smtp.Client, error) {
	host, port, err := net.SplitHostPort(w.Server.Address)
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		return nil, err
	}
	options := []smtp.Option{smtp.WithPort(n), smtp.WithTimeout(30 * time.Second)}
	switch w.Server.Security {
	case None:
		options = append(options, smtp.WithTLSPolicy(smtp.NoTLS))
	case TLS:
		options = append(options, smtp.WithSSL())
	default:
		options = append(options, smtp.WithTLSPolicy(smtp.TLSMandatory))
	}
	if w.Server.User != "" {
		options = append(options, smtp.WithSMTPAuth(smtp.SMTPAuthAutoDiscover), smtp.WithUsername(w.Server.User), smtp.WithPassword(w.Server.Password))
	}
	if w.Server.Roots != nil {
		options = append(options, smtp.WithTLSConfig(tlsConfig(host, w.Server.Roots)))
	}
	return smtp.NewClient(host, options...)
}

// trouble tells by the server's answer whether the same may work later: 4xx may, 5xx
// doesn't (RFC 5321, 4.2.1).
func trouble(err error) error {
	var send *smtp.SendError
	if errors.As(err, &send) {
		switch {
		case send.IsTemp():
			return notify.Trouble{Reason: notify.Unreached, Detail: err.Error()}
		case send.Reason == smtp.ErrSMTPRcptTo || send.Reason == smtp.ErrSMTPData || send.Reason == smtp.ErrSMTPDataClose || send.Reason == smtp.ErrSMTPMailFrom:
			switch code := send.ErrorCode(); {
			case code == 530: // it wants to know who hands over (RFC 4954, 6)
				return notify.Trouble{Reason: notify.Credential, Detail: err.Error()}
			case code >= 500:
				return notify.Trouble{Reason: notify.Rejected, Detail: err.Error()}
			}
		}
	}
	if text := err.Error(); strings.Contains(text, "535") || strings.Contains(strings.ToLower(text), "authentication") {
		return notify.Trouble{Reason: notify.Credential, Detail: text}
	}
	return notify.Trouble{Reason: notify.Unreached, Detail: err.Error()}
}
