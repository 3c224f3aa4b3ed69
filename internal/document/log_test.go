package document

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

func TestEveryEntryOfAGrowingLogIsProved(t *testing.T) {
	o := anOffice(t, 1)
	var heads []string
	const n = 33
	for i := range n {
		e := Entry{Number: fmt.Sprintf("云外出〔2026〕%d号", i), Digest: strings.Repeat(fmt.Sprintf("%02x", i), 32), Status: InForce, At: issueMoment}
		a := o.append(t, e)
		if _, err := a.Proof.check(e, o.log.Key.Public); err != nil {
			t.Fatalf("the proof that comes with entry %d: %v", i, err)
		}
		heads = append(heads, a.Checkpoint)
	}
	for i := range n {
		p, err := o.log.Prove(int64(i))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.check(o.entries[i], o.log.Key.Public); err != nil {
			t.Errorf("entry %d later on: %v", i, err)
		}
		if _, err := p.check(o.entries[(i+1)%n], o.log.Key.Public); err == nil {
			t.Errorf("the proof of entry %d serves its neighbour", i)
		}
		changed := o.entries[i]
		changed.Status = Revoked
		if _, err := p.check(changed, o.log.Key.Public); err == nil {
			t.Errorf("the proof of entry %d serves another status", i)
		}
		back, err := ParseProof(p.String())
		if err != nil || back.String() != p.String() {
			t.Errorf("proof %d doesn't come back: %v", i, err)
		}
		grown, err := o.log.Grown(int64(i + 1))
		if err != nil {
			t.Fatal(err)
		}
		if err := CheckGrown(grown, heads[i], heads[n-1], o.log.Key.Public); err != nil {
			t.Errorf("from %d entries to %d: %v", i+1, n, err)
		}
	}
}

// An office that shows one log to a traveller and another to the border is
// found out when the two heads meet.
func TestALogThatWasRewrittenIsSeen(t *testing.T) {
	o, twin := anOffice(t, 1), anOffice(t, 1)
	pdf := o.issue(t, anApproval(4))
	digest, err := Digest(pdf)
	if err != nil {
		t.Fatal(err)
	}
	twin.append(t, Entry{Number: "云外出〔2026〕1号", Digest: strings.Repeat("0", 64), Status: InForce, At: issueMoment})
	twin.entries = []Entry{{Number: anApproval(4).Number, Digest: digest, Status: InForce, At: issueMoment}}
	expect(t, "another root for the same size", Verify(pdf, twin.trust(t)), Altered, "log:forked")

	twin.append(t, Entry{Number: "云外出〔2026〕2号", Digest: strings.Repeat("1", 64), Status: InForce, At: issueMoment})
	grown, err := twin.log.Grown(1)
	if err != nil {
		t.Fatal(err)
	}
	if CheckGrown(grown, o.head, twin.head, o.log.Key.Public) == nil {
		t.Error("a rewritten log passes for one that grew")
	}
}

func TestWhatCannotBeLoggedIsRefused(t *testing.T) {
	o := anOffice(t, 1)
	good := Entry{Number: "云外出〔2026〕1号", Digest: strings.Repeat("0", 64), Status: InForce, At: issueMoment}
	for what, spoil := range map[string]func(*Entry){
		"no number":        func(e *Entry) { e.Number = "" },
		"a second line":    func(e *Entry) { e.Number = "a\nb" },
		"a short digest":   func(e *Entry) { e.Digest = "00" },
		"an unknown state": func(e *Entry) { e.Status = Unknown },
	} {
		e := good
		spoil(&e)
		if _, err := o.log.Append(e); err == nil {
			t.Errorf("%s was logged", what)
		}
	}
	o.log.Size = 3
	o.log.Hashes = tlog.HashReaderFunc(func([]int64) ([]tlog.Hash, error) { return nil, nil })
	if _, err := o.log.Append(good); err == nil {
		t.Error("a store that gives no hashes was believed")
	}
}

func TestALogsNameMustBeOneWord(t *testing.T) {
	for _, name := range []string{"", "two words", "a+b"} {
		if _, err := NewLogKey(&chance{}, name); err == nil {
			t.Errorf("%q was taken as a log's name", name)
		}
	}
}
