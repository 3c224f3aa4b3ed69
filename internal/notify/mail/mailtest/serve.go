// Package mailtest lends tests a mail server on this machine: one within the process,
// which says what a test wants it to say (Serve), and a real one, which other people
// wrote and which runs beside it (Real).
package mailtest

import (
	"crypto/tls"
	"io"
	"net"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"yitang/internal/notify/mail"
)

// User and Password are those of whoever may hand mails to the server within the
// process: one that knows nobody asks for none.
const User, Password = "office", "right"

// Server keeps what it takes.
type Server struct {
	Address string
	// Says is what it answers to a recipient; nil: it takes them.
	Says error

	mu   sync.Mutex
	took []string
	by   []string
}

// Serve is a server whose line is kept from being read in this way, by a certificate
// of the authority. One with an encrypted line takes mails of its user alone, and asks
// for the password nowhere else.
func Serve(t testing.TB, security mail.Security, by *Authority) *Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Address: l.Addr().String()}
	srv := smtp.NewServer(s)
	srv.Domain = "mx.example.cn"
	switch security {
	case mail.None:
		srv.AllowInsecureAuth = true
	case mail.StartTLS:
		srv.TLSConfig = by.config(t)
	case mail.TLS:
		l = tls.NewListener(l, by.config(t))
	}
	go srv.Serve(l)
	t.Cleanup(func() { srv.Close() })
	return s
}

// Took gives the mails that were taken, each as it came, and by whom: "" for somebody
// who gave no password.
func (s *Server) Took() (mails, by []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.took...), append([]string{}, s.by...)
}

// NewSession begins with whoever has called.
func (s *Server) NewSession(c *smtp.Conn) (smtp.Session, error) {
	_, secured := c.TLSConnectionState()
	return &session{s: s, secured: secured}, nil
}

type session struct {
	s       *Server
	secured bool
	user    string
}

func (x *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (x *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != User || password != Password {
			return smtp.ErrAuthFailed
		}
		x.user = user
		return nil
	}), nil
}

func (x *session) Mail(string, *smtp.MailOptions) error {
	if x.secured && x.user == "" {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "authentication required"} // RFC 4954, 6
	}
	return nil
}

func (x *session) Rcpt(string, *smtp.RcptOptions) error { return x.s.Says }

func (x *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	x.s.took, x.s.by = append(x.s.took, string(b)), append(x.s.by, x.user)
	return err
}

func (x *session) Reset()        {}
func (x *session) Logout() error { return nil }
