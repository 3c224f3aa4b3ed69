package node

import (
	"crypto/rand"
	"errors"
	"net/http"
	"time"

	"yitang/internal/notify"
	"yitang/internal/notify/mail"
	"yitang/internal/notify/sms"
	"yitang/internal/pack"
)

// WaysOut are the ways that an administrator has set up in a zone's folder.
func (s Settings) WaysOut(now func() time.Time) map[string]notify.Way {
	ways := map[string]notify.Way{}
	if s.Mail != nil {
		ways[string(pack.ByMail)] = &mail.Way{Server: *s.Mail, Now: now}
	}
	if s.SMS != nil {
		ways[string(pack.BySMS)] = &sms.Way{Account: *s.SMS, Now: now, Nonce: rand.Text, Client: &http.Client{Timeout: 30 * time.Second}}
	}
	return ways
}

// checkWays says what of them can't be.
func (s Settings) checkWays() error {
	var wrong error
	if s.Mail != nil {
		wrong = errors.Join(wrong, s.Mail.Check())
	}
	if s.SMS != nil {
		wrong = errors.Join(wrong, s.SMS.Check())
	}
	return wrong
}
