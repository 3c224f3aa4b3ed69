package wechat

import (
	"errors"
	"fmt"
	"time"

	"yitang/internal/calendar"
)

// Refusal is what WeChat answers instead of doing something: a number, under
// HTTP 200, as its list of return codes has it.
type Refusal struct {
	Code int64
	Says string
}

func (r *Refusal) Error() string { return fmt.Sprintf("WeChat refuses with %d: %s", r.Code, r.Says) }

// The codes that are handled apart; all others are final.
const (
	Busy            = -1
	BadCredential   = 40001 // wrong secret, or a token that isn't the newest
	BadOpenID       = 40003
	BadAppID        = 40013
	BadToken        = 40014
	BadCode         = 40029
	BadTemplate     = 40037
	ExpiredToken    = 42001
	NotFollowing    = 43004
	DoesntWant      = 43101 // refused the template, or gave no consent for one more
	DayIsFull       = 45009
	MinuteIsFull    = 45011
	TooManyAnswers  = 45047 // unanswered messages to one person
	BadValue        = 47003
	UsedCode        = 40163
	NotFromThisHost = 40164
	BadSecret       = 40125
	NotGranted      = 48001 // the account may not use this at all
)

// Code is the number of a refusal; 0 for anything else.
func Code(err error) int64 {
	var r *Refusal
	if errors.As(err, &r) {
		return r.Code
	}
	return 0
}

// worn tells whether another token may mend it.
func worn(err error) bool {
	switch Code(err) {
	case BadCredential, BadToken, ExpiredToken:
		return true
	}
	return false
}

// until is how long WeChat wants to be left alone after a refusal; the zero time
// when asking again at once is no harm. The day of its limits ends at midnight in
// China, the minute with the clock.
func until(err error, now time.Time) time.Time {
	switch Code(err) {
	case DayIsFull:
		return calendar.DateOf(now).Next().Begins()
	case MinuteIsFull:
		return now.Truncate(time.Minute).Add(time.Minute)
	}
	return time.Time{}
}

// Held is told instead of asking WeChat while one of its limits is reached.
type Held struct{ Until time.Time }

func (h *Held) Error() string {
	return "WeChat's limit is reached; asked again after " + h.Until.UTC().Format(time.RFC3339)
}
