package document

import (
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// chance is a source of random bytes that gives the same ones for a seed.
type chance struct{ n, seed uint64 }

func (c *chance) Read(b []byte) (int, error) {
	for i := range b {
		c.n++
		x := (c.n + c.seed) * 0x9E3779B97F4A7C15
		x ^= x >> 29
		x *= 0xBF58476D1CE4E5B9
		b[i] = byte(binary.LittleEndian.Uint64(binary.LittleEndian.AppendUint64(nil, x)) >> 32)
	}
	return len(b), nil
}

// office is everything that issuing needs, made from a seed.
type office struct {
	authority Authority
	signer    Signer
	log       Log
	stored    []tlog.Hash
	entries   []Entry
	head      string
}

func anOffice(t testing.TB, seed uint64) *office {
	t.Helper()
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	random := &chance{seed: seed << 32}
	authority, err := NewAuthority(random, "云江市人民政府外事办公室", from, from.AddDate(10, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	signer, err := authority.Issue(random, "云江市人民政府外事办公室电子公章", from, from.AddDate(3, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	key, err := NewLogKey(random, fmt.Sprintf("yunjiang.example/documents/%d", seed))
	if err != nil {
		t.Fatal(err)
	}
	o := &office{authority: authority, signer: signer}
	o.log = Log{Key: key, Hashes: tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(at))
		for i, x := range at {
			out[i] = o.stored[x]
		}
		return out, nil
	})}
	return o
}

func (o *office) append(t testing.TB, e Entry) Appended {
	t.Helper()
	a, err := o.log.Append(e)
	if err != nil {
		t.Fatal(err)
	}
	if int(a.Position) != len(o.stored) {
		t.Fatalf("hashes go to %d, but %d are stored", a.Position, len(o.stored))
	}
	o.stored = append(o.stored, a.Hashes...)
	o.log.Size = a.Size
	o.head = a.Checkpoint
	for i, have := range o.entries {
		if have.Number == e.Number {
			o.entries[i] = e
			return a
		}
	}
	o.entries = append(o.entries, e)
	return a
}

// issue lays out, logs and signs.
func (o *office) issue(t testing.TB, p Paper) []byte {
	t.Helper()
	pdf, err := Render(p)
	if err != nil {
		t.Fatal(err)
	}
	e, err := Issued(pdf)
	if err != nil {
		t.Fatal(err)
	}
	pdf, err = Attach(pdf, o.append(t, e).Proof)
	if err != nil {
		t.Fatal(err)
	}
	pdf, err = Sign(pdf, o.signer)
	if err != nil {
		t.Fatal(err)
	}
	return pdf
}

func (o *office) trust(t testing.TB) Trust {
	t.Helper()
	trust, err := ReadTrust(o.trustFile(t))
	if err != nil {
		t.Fatal(err)
	}
	return trust
}

func (o *office) trustFile(t testing.TB) []byte {
	t.Helper()
	raw, err := TrustFile{Office: "云江市人民政府外事办公室", AsOf: issueMoment.Add(time.Hour), LogKey: o.log.Key.Public, Checkpoint: o.head, Documents: o.entries}.Sign(o.signer)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
