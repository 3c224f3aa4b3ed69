// Package fault holds the five ways in which a request can fail that people
// can do something about. Everything else is a defect or the machine.
//
// Texts are message keys with arguments; the doors (web, api, cmd) turn them
// into the reader's language.
package fault

import (
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"
)

// Finding is one thing wrong with one field.
type Finding struct {
	Field string         // path of what to change first, as in the case file: legs[1].arrive
	Rule  string         // id in the catalogue, or "" for plain syntax
	Key   string         // message key, e.g. "form.date.unreadable"
	Args  map[string]any // named arguments of the message
	Text  Text           // ready text where a rule brings its own; beats Key
	Basis string         // legal basis, when there is one
	Read  string         // address at which the basis can be read; "" where none is known
	Fix   Text           // how to mend it
}

// InvalidError carries everything that is wrong with what was entered.
type InvalidError struct{ Findings []Finding }

func (e *InvalidError) Error() string {
	parts := make([]string, len(e.Findings))
	for i, f := range e.Findings {
		what := f.Key
		if f.Text.En != "" {
			what = f.Text.En
		}
		if f.Rule != "" {
			what = f.Rule + " " + what
		}
		parts[i] = fmt.Sprintf("%s: %s", f.Field, what)
	}
	return "invalid: " + strings.Join(parts, "; ")
}

// Invalid reports all findings at once.
func Invalid(fs ...Finding) error { return &InvalidError{Findings: fs} }

// Field is the short form for one finding about one field.
func Field(field, key string, args map[string]any) error {
	return Invalid(Finding{Field: field, Key: key, Args: args})
}

// Change is one thing that somebody else did since a page was shown.
type Change struct {
	Field string
	Was   string
	Is    string
	Who   string
	At    time.Time
}

// ConflictError says what has changed since the page was shown, or what is
// still free when the wanted thing is gone.
type ConflictError struct {
	Key     string
	Changes []Change
	Nearest []string // free places, ids of the subject asked for
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("conflict: %s (%d changes since)", e.Key, len(e.Changes))
}

// Conflict reports a stale page.
func Conflict(key string, changes ...Change) error {
	return &ConflictError{Key: key, Changes: changes}
}

// ForbiddenError names the missing right for the record; people read plain
// words, and a 404 where existence itself is a secret.
type ForbiddenError struct {
	Right  string
	Hidden bool
}

func (e *ForbiddenError) Error() string { return "forbidden: lacks " + e.Right }

// Forbidden refuses openly.
func Forbidden(right string) error { return &ForbiddenError{Right: right} }

// Hidden refuses without confirming that the thing exists.
func Hidden(right string) error { return &ForbiddenError{Right: right, Hidden: true} }

// NotFoundError names what was looked for.
type NotFoundError struct{ Subject string }

func (e *NotFoundError) Error() string { return "not found: " + e.Subject }

// NotFound reports a missing subject.
func NotFound(subject string) error { return &NotFoundError{Subject: subject} }

// NotNowError says that the state, or a resource, doesn't allow it yet.
type NotNowError struct {
	Key   string // e.g. "filing.submit.not_now", "disk.full"
	State string
	Args  map[string]any
	Since time.Time
	Cause error
}

func (e *NotNowError) Error() string {
	s := "not now: " + e.Key
	if e.State != "" {
		s += " while " + e.State
	}
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

func (e *NotNowError) Unwrap() error { return e.Cause }

// NotNow refuses because of the subject's state.
func NotNow[S ~string](key string, state S) error {
	return &NotNowError{Key: key, State: string(state)}
}

// Unavailable refuses because of a resource: disk full, store closed.
func Unavailable(key string, cause error) error {
	return &NotNowError{Key: key, Cause: cause}
}

// DefectError is what a recovered panic becomes. Error says what went wrong;
// where is for the operator's log alone.
type DefectError struct {
	While string // what was being done
	Value any    // what was panicked with
	stack []byte
}

func (e *DefectError) Error() string { return fmt.Sprintf("defect while %s: %v", e.While, e.Value) }

// Defect keeps a panic and where it came from. Call it in the deferred function that recovers.
func Defect(while string, value any) error {
	return &DefectError{While: while, Value: value, stack: debug.Stack()}
}

// Stack is where the defect in err's chain came from, for the log; nothing when it is none.
func Stack(err error) slog.Attr {
	var e *DefectError
	if !errors.As(err, &e) {
		return slog.Attr{}
	}
	return slog.String("stack", string(e.stack))
}

// Findings returns the findings of an Invalid in err's chain, or nil.
func Findings(err error) []Finding {
	var e *InvalidError
	if errors.As(err, &e) {
		return e.Findings
	}
	return nil
}

// IsConflict, IsForbidden, IsNotFound and IsNotNow ask for the kind.
func IsConflict(err error) bool  { var e *ConflictError; return errors.As(err, &e) }
func IsForbidden(err error) bool { var e *ForbiddenError; return errors.As(err, &e) }
func IsNotFound(err error) bool  { var e *NotFoundError; return errors.As(err, &e) }
func IsNotNow(err error) bool    { var e *NotNowError; return errors.As(err, &e) }

// Overtaken tells that what people did since has made a command needless: the
// state no longer allows it. What only a machine hinders (a disk that is full)
// isn't, and wants another try.
func Overtaken(err error) bool {
	var e *NotNowError
	return errors.As(err, &e) && e.Cause == nil
}
