package document

import (
	"fmt"
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
