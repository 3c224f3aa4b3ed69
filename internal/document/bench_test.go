package document

import (
	"fmt"
	"sync"
	"testing"
)

// BenchmarkIssue is aim B5: laid out, logged and signed, one after another on
// one core. Storing is the journal's part.
func BenchmarkIssue(b *testing.B) {
	o := anOffice(b, 1)
	a := anApproval(4)
	o.issue(b, a)
	b.ReportAllocs()
	b.ResetTimer()
	n := 0
	for b.Loop() {
		n++
		a.Number = fmt.Sprintf("云外出〔2026〕%d号", n)
		b.SetBytes(int64(len(o.issue(b, a))))
	}
}

// BenchmarkIssueOnAllCores says how long a thousand take, and how many times
// the aim of one second that is. The log takes its entries one after another.
func BenchmarkIssueOnAllCores(b *testing.B) {
	o := anOffice(b, 1)
	a := anApproval(4)
	o.issue(b, a)
	var log sync.Mutex
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			pdf, err := Render(a)
			if err != nil {
				b.Error(err)
				return
			}
			e, err := Issued(pdf)
			if err != nil {
				b.Error(err)
				return
			}
			log.Lock()
			added, err := o.log.Append(e)
			if err == nil {
				o.stored = append(o.stored, added.Hashes...)
				o.log.Size = added.Size
			}
			log.Unlock()
			if err == nil {
				pdf, err = Attach(pdf, added.Proof)
			}
			if err == nil {
				_, err = Sign(pdf, o.signer)
			}
			if err != nil {
				b.Error(err)
				return
			}
		}
	})
	thousand := b.Elapsed().Seconds() / float64(b.N) * 1000
	b.ReportMetric(thousand, "s/1000")
	b.ReportMetric(thousand/1.0, "ratio-to-aim")
}

func BenchmarkRender(b *testing.B) {
	a := anApproval(4)
	b.ReportAllocs()
	for b.Loop() {
		_, err := Render(a)
		if err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	o := anOffice(b, 1)
	pdf := o.issue(b, anApproval(4))
	trust := o.trust(b)
	for b.Loop() {
		if !Verify(pdf, trust).InForce() {
			b.Fatal("a genuine document was refused")
		}
	}
}
