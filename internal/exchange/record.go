package exchange

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"yitang/internal/zone"
)

// eventText is an event as it travels: members in this order, without blanks.
// What the journal makes of it, journal.Registry.Decode says; here it is only
// seen to that a record has one text, so that no two programs can read two
// different events out of the same bytes (a name given twice, or in capitals).
type eventText struct {
	Header struct {
		ID          string    `json:"id"`
		Origin      zone.Zone `json:"origin"`
		From        int64     `json:"from"`
		Subject     string    `json:"subject"`
		Version     int64     `json:"version"`
		Kind        string    `json:"kind"`
		KindVersion int64     `json:"kindVersion"`
		At          int64     `json:"at"`
		Actor       string    `json:"actor"`
		Cause       string    `json:"cause,omitempty"`
	} `json:"header"`
	Fields map[string]struct {
		Salt       []byte          `json:"s,omitempty"`
		Value      json.RawMessage `json:"v,omitempty"`
		Commitment []byte          `json:"h,omitempty"`
	} `json:"fields"`
	Digest []byte `json:"digest"`
}

// flaw says what the format forbids in an event that has one text.
func (e eventText) flaw() string {
	for _, n := range []int64{e.Header.From, e.Header.Version, e.Header.KindVersion, e.Header.At} {
		if n < 0 || n > exact {
			return "a number is out of range"
		}
	}
	for name, f := range e.Fields {
		if len(f.Commitment) != 0 && len(f.Commitment) != sha256.Size {
			return "the commitment of " + name + " has another length"
		}
	}
	// The journal keeps an actor in parts; an empty one would be lost, and the
	// text that its digest covers with it.
	if slices.Contains(strings.SplitN(e.Header.Actor, "/", 3)[1:], "") {
		return "its actor is none"
	}
	if !strings.Contains(e.Header.Subject, "/") {
		return "its subject is none"
	}
	return ""
}

// mayCome tells whether a record may come here from a zone; its error is for
// the quarantine.
func mayCome(record []byte, from, here zone.Zone) (eventText, error) {
	var e eventText
	if err := json.Unmarshal(record, &e); err != nil {
		return e, quarantine("the record can't be read: %v", err)
	}
	if !passesOn(from, e.Header.Origin) {
		return e, quarantine("the %s zone may not speak for the %s zone", from, e.Header.Origin)
	}
	if e.Header.Origin == here {
		return e, quarantine("the record claims to come from this zone")
	}
	if again, err := plainJSON(e); err != nil || !bytes.Equal(again, record) || !utf8.Valid(record) {
		return e, quarantine("the record isn't written in the one canonical way")
	}
	if flaw := e.flaw(); flaw != "" {
		return e, quarantine("%s", flaw)
	}
	return e, nil
}

func readReceipt(text []byte) (Receipt, error) {
	var r Receipt
	if err := json.Unmarshal(text, &r); err != nil {
		return r, quarantine("the receipt can't be read: %v", err)
	}
	if again, err := r.MarshalJSON(); err != nil || !bytes.Equal(again, text) {
		return r, quarantine("the receipt isn't written in the one canonical way")
	}
	for _, n := range []int64{r.Epoch - 1, r.Sequence - 1, r.Head.Position} {
		if n < 0 || n >= exact {
			return r, quarantine("a number of the receipt is out of range")
		}
	}
	return r, nil
}

// comes tells whether a receipt belongs into a bundle from a zone to here.
func (r Receipt) comes(from, here zone.Zone) error {
	if r.Stream != (Stream{here, from}) {
		return quarantine("a receipt for the stream %s came from the %s zone", r.Stream, from)
	}
	return nil
}

// fits compares a receipt with what this zone has sent under that number.
func (r Receipt) fits(digest, chain Hash) error {
	if digest != r.Bundle || chain != r.Head.Chain {
		return quarantine("the receipt for number %d contradicts this zone's own record: one of the two histories was changed", r.Sequence)
	}
	return nil
}

// plainJSON is JSON without blanks and without escapes for the sake of HTML.
func plainJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
