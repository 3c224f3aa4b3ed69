package exchange

import "fmt"

// Reason says why a bundle was refused. The closed set is part of the JSON that
// `yitang exchange` prints.
type Reason string

// Why a bundle may be refused.
const (
	WrongReceiver  Reason = "wrong_receiver"  // encrypted or addressed to another node
	WrongStream    Reason = "wrong_stream"    // not a stream that these zones have
	NotPinned      Reason = "not_pinned"      // the sender's key was never pinned here
	BadSignature   Reason = "bad_signature"   // not signed by the pinned key
	Altered        Reason = "altered"         // doesn't decrypt, or contradicts itself
	Truncated      Reason = "truncated"       // ends too early
	TooLarge       Reason = "too_large"       // beyond the limits, packed or unpacked
	UnknownVersion Reason = "unknown_version" // a format or suite that this program doesn't know
	Gap            Reason = "gap"             // an earlier bundle is missing
	Repeated       Reason = "repeated"        // applied already
	Forked         Reason = "forked"          // doesn't follow the bundle that was applied before
	WrongSuite     Reason = "wrong_suite"     // of algorithms that nobody here has agreed to
	OlderEpoch     Reason = "older_epoch"     // of an epoch that was never heard and is older than the known one: an old disc, or a clock that is behind
	Contradiction  Reason = "contradiction"   // what it says of the past differs from what was said then
)

// Refusal is the error for a bundle that isn't applied.
type Refusal struct {
	Reason Reason
	Detail string
	Cause  error
}

func (r *Refusal) Error() string {
	s := "refused (" + string(r.Reason) + "): " + r.Detail
	if r.Cause != nil {
		s += ": " + r.Cause.Error()
	}
	return s
}

func (r *Refusal) Unwrap() error { return r.Cause }

func refuse(why Reason, format string, args ...any) error {
	return &Refusal{Reason: why, Detail: fmt.Sprintf(format, args...)}
}

func refuseBecause(why Reason, cause error, format string, args ...any) error {
	return &Refusal{Reason: why, Detail: fmt.Sprintf(format, args...), Cause: cause}
}
