package exchange

import (
	"bytes"
	"encoding/json"

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
		KindVersion int       `json:"kindVersion"`
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

// mayCome tells whether a record may come from a zone; its error is for the
// quarantine.
func mayCome(record []byte, from zone.Zone) error {
	var e eventText
	if err := json.Unmarshal(record, &e); err != nil {
		return quarantine("the record can't be read: %v", err)
	}
	if !passesOn(from, e.Header.Origin) {
		return quarantine("the %s zone may not speak for the %s zone", from, e.Header.Origin)
	}
	if again, err := plainJSON(e); err != nil || !bytes.Equal(again, record) {
		return quarantine("the record isn't written in the one canonical way")
	}
	return nil
}

func readReceipt(text []byte) (Receipt, error) {
	var r Receipt
	if err := json.Unmarshal(text, &r); err != nil {
		return r, quarantine("the receipt can't be read: %v", err)
	}
	if again, err := r.MarshalJSON(); err != nil || !bytes.Equal(again, text) {
		return r, quarantine("the receipt isn't written in the one canonical way")
	}
	return r, nil
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
