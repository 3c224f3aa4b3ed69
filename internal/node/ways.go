package node

import (
	"errors"
	"time"

	"yitang/internal/notify"
	"yitang/internal/notify/mail"
	"yitang/internal/pack"
)

// WaysOut are the ways that an administrator has set up in a zone's folder.
func (s Settings) WaysOut(now func() time.Time) map[string]notify.Way {
	ways := map[string]notify.Way{}
	if s.Mail != nil {
		ways[string(pack.ByMail)] = &mail.Way{Server: *s.Mail, Now: now}
	}
	return ways
}

// checkWays says what of them can't be.
func (s Settings) checkWays() error {
	var wrong error
	if s.Mail != nil {
		wrong = errors.Join(wrong, s.Mail.Check())
	}
	return wrong
}
