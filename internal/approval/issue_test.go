package approval

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"yitang/internal/journal/journaltest"

	"yitang/internal/blob"
	"yitang/internal/document"
	"yitang/internal/dossier"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/material"
	"yitang/internal/requirement"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
)

func (o *office) issuer() *Issuer {
	o.t.Helper()
	s, err := LoadSecrets(o.ring, rand.Reader, "云江市人民政府外事办公室", "yunjiang.example/documents", *o.now)
	if err != nil {
		o.t.Fatal(err)
	}
	i := &Issuer{Journal: o.j, Blobs: o.blobs, Secrets: s, Office: "云江市人民政府外事办公室",
		Letterhead: func(context.Context, time.Time) (Letterhead, error) {
			return Letterhead{Office: "云江市人民政府外事办公室", VerifyURL: "https://wb.yunjiang.example/v/", Number: "云外办出〔{year}〕{serial}号",
				Country: func(code string) string { return map[string]string{"DEU": "德国"}[code] }}, nil
		}}
	if err := i.Publish(context.Background()); err != nil {
		o.t.Fatal(err)
	}
	return i
}

func (o *office) file(id string) []byte {
	o.t.Helper()
	m, err := material.One(context.Background(), o.j.Store, o.state(id).Document.File)
	if err != nil {
		o.t.Fatal(err)
	}
	d, err := blob.ParseDigest(m.Digest)
	if err != nil {
		o.t.Fatal(err)
	}
	c, err := o.blobs.Get(context.Background(), d)
	if err != nil {
		o.t.Fatal(err)
	}
	defer c.Close()
	b, err := io.ReadAll(c)
	if err != nil {
		o.t.Fatal(err)
	}
	return b
}

func answer(t testing.TB, pdf []byte, j *journal.Journal) document.Answer {
	t.Helper()
	trust, err := LiveTrust(context.Background(), j)
	if err != nil {
		t.Fatal(err)
	}
	v := document.Verify(pdf, trust)
	if v.Err != nil {
		t.Fatal(v.Err)
	}
	return v.Answer
}

func TestDecisionBecomesADocumentThatAnybodyCanVerify(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		ctx := context.Background()
		o := newOffice(t, open())
		i := o.issuer()
		o.submit("f1", submitted())
		number := o.accept("f1")
		o.decide("f1", "p2")
		if err := i.Issue(ctx, "f1"); err != nil {
			t.Fatal(err)
		}
		a := o.state("f1")
		if a.Stage != IsIssued || a.Document.Number != "云外办出〔2026〕1号" || a.Number != number {
			t.Fatalf("%+v", a.Document)
		}
		pdf := o.file("f1")
		if got := answer(t, pdf, o.j); got != document.Genuine {
			t.Fatalf("the office says %s", got)
		}
		trust, err := LiveTrust(ctx, o.j)
		if err != nil {
			t.Fatal(err)
		}
		facts := document.Verify(pdf, trust).Facts
		if facts.Case != number || facts.DaysAbroad != 5 || len(facts.People) != 2 || facts.Unit != "云江市商务委员会（虚构）" {
			t.Fatalf("the document says %+v", facts)
		}
		journaltest.Carry(t, o.j, o.internet)
		if got := answer(t, pdf, o.internet); got != document.Genuine {
			t.Fatalf("the internet's page says %s", got)
		}
		altered := bytes.Replace(pdf, []byte("/Type"), []byte("/Typf"), 1)
		if got := answer(t, altered, o.internet); got != document.Altered {
			t.Fatalf("an altered file is said to be %s", got)
		}
		raw, err := i.Trust(ctx)
		if err != nil {
			t.Fatal(err)
		}
		file, err := document.ReadTrust(raw)
		if err != nil || document.Verify(pdf, file).Answer != document.Genuine {
			t.Fatal(document.Verify(pdf, file), err)
		}

		// A second edition supersedes the first; then the approval is revoked.
		if err := i.Supersede(by("director", "d"), journal.Order{Subject: "f1"}, "职务名称更正", ""); err != nil {
			t.Fatal(err)
		}
		second := o.file("f1")
		if got := answer(t, pdf, o.j); got != document.IsSuperseded {
			t.Fatalf("the first edition is %s", got)
		}
		if got := answer(t, second, o.j); got != document.Genuine {
			t.Fatalf("the second edition is %s", got)
		}
		if err := i.Revoke(by("director", "d"), journal.Order{Subject: "f1"}, Revoke{Reason: "出访取消"}); err != nil {
			t.Fatal(err)
		}
		journaltest.Carry(t, o.j, o.internet)
		for _, j := range []*journal.Journal{o.j, o.internet} {
			if got := answer(t, second, j); got != document.IsRevoked {
				t.Fatalf("%s: after revoking it is %s", j.Zone, got)
			}
		}
		if raw, err = i.Trust(ctx); err != nil {
			t.Fatal(err)
		}
		if file, err = document.ReadTrust(raw); err != nil || document.Verify(second, file).Answer != document.IsRevoked || document.Verify(pdf, file).Answer != document.IsSuperseded {
			t.Fatal("the trust file doesn't know what became of them", err)
		}
		d, found, err := DocumentByCode(ctx, o.internet.Store, strings.ToLower(a.Document.Code))
		if err != nil || !found || d.Number != a.Document.Number || d.Status != document.Superseded || d.By != "云外办出〔2026〕2号" {
			t.Fatalf("%+v %v %v", d, found, err)
		}
		sameRebuilt(t, o.j)
		sameRebuilt(t, o.internet)
		if flaws, err := o.j.Verify(ctx); err != nil || len(flaws) > 0 {
			t.Fatal(flaws, err)
		}

		// A store that can't be asked says nothing of a document.
		if err := o.internet.Store.Write(ctx, func(tx store.Tx) error {
			_, err := tx.Exec(ctx, `DROP TABLE approval_document`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if trust, err = LiveTrust(ctx, o.internet); err != nil {
			t.Fatal(err)
		}
		if v := document.Verify(second, trust); v.Err == nil || v.Status != "" {
			t.Errorf("without its table the zone says %+v", v)
		}
	})
}

// dying blobs fail at the n-th use, as a process that ends there would.
type dyingBlobs struct {
	blob.Store
	left *int
}

func (d dyingBlobs) Put(ctx context.Context, r io.Reader, limit int64) (blob.Ref, error) {
	if *d.left--; *d.left < 0 {
		return blob.Ref{}, fmt.Errorf("killed")
	}
	return d.Store.Put(ctx, r, limit)
}

// meanwhile blobs do something before they keep the next file.
type meanwhile struct {
	blob.Store
	do func()
}

func (m meanwhile) Put(ctx context.Context, r io.Reader, limit int64) (blob.Ref, error) {
	m.do()
	return m.Store.Put(ctx, r, limit)
}

// A new edition stands in the log as soon as its file can be about. Its approval is
// revoked before it was given out, and the case closed maybe: the log calls it revoked.
func TestAnEditionThatWasBegunIsRevokedWithItsApproval(t *testing.T) {
	revoke := func(o *office) { o.must("director", "d", "f1", Revoke{Reason: "出访取消"}) }
	closed := func(o *office) { revoke(o); o.must("system", "s", "f1", Close{}) }
	for name, c := range map[string]struct {
		during, after func(*office)
		dies          bool
	}{
		"killed, then revoked":            {dies: true, after: revoke},
		"killed, then revoked and closed": {dies: true, after: closed},
		"revoked while it is made":        {during: revoke},
		"revoked and closed meanwhile":    {during: closed},
		"revoked meanwhile, then killed":  {during: revoke, dies: true},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			o, i := issued(t)
			left := 1
			if c.dies {
				left = 0
			}
			i.Blobs = meanwhile{dyingBlobs{o.blobs, &left}, func() {
				if c.during != nil {
					c.during(o)
				}
			}}
			if err := i.Supersede(by("director", "d"), journal.Order{Subject: "f1"}, "职务名称更正", ""); c.dies != (err != nil) {
				t.Fatal(err)
			}
			i.Blobs = o.blobs
			if c.after != nil {
				c.after(o)
			}
			for range 2 { // the reactions on what was prepared and revoked
				if err := i.Issue(ctx, "f1"); err != nil {
					t.Fatal(err)
				}
				if err := i.LogRevoked(ctx, "f1"); err != nil {
					t.Fatal(err)
				}
			}
			for _, number := range []string{"云外办出〔2026〕1号", "云外办出〔2026〕2号"} {
				if e, logged, err := LatestEntry(ctx, o.j.Store, number); err != nil || !logged || e.Status == document.InForce {
					t.Errorf("the log calls %s %q, %v", number, e.Status, err)
				}
			}
		})
	}
}

func TestIssuingInterruptedAnywhereGivesTheSameFile(t *testing.T) {
	ctx := context.Background()
	o := newOffice(t, sqlite(t))
	i := o.issuer()
	// Other cases lie between the first attempt and the second.
	for _, id := range []string{"f1", "f2", "f3"} {
		o.submit(id, submitted())
		o.accept(id)
		o.decide(id)
	}
	left := 0
	i.Blobs = dyingBlobs{o.blobs, &left}
	if err := i.Issue(ctx, "f1"); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatal("the fault wasn't met:", err)
	}
	first := *o.state("f1").Prepared
	left = 1 << 20
	for _, id := range []string{"f2", "f3"} {
		if err := i.Issue(ctx, id); err != nil {
			t.Fatal(err)
		}
	}
	*o.now = o.now.Add(26 * 60 * 60 * 1e9) // the next day
	for range 2 {
		if err := i.Issue(ctx, "f1"); err != nil {
			t.Fatal(err)
		}
	}
	a := o.state("f1")
	if a.Document.Number != first.Number || a.Document.Code != first.Code || a.Document.On != first.On || a.Editions != 1 {
		t.Fatalf("prepared %+v, issued %+v", first, a.Document)
	}
	if got := answer(t, o.file("f1"), o.j); got != document.Genuine {
		t.Fatal(got)
	}
	if _, size, err := Checkpoint(ctx, o.j.Store); err != nil || size != 3 {
		t.Fatalf("%d log entries for three documents, %v", size, err)
	}
	log, _, err := journal.Load(ctx, o.j, LogRoom, DocumentLogID)
	if err != nil || log.Size != 3 || len(log.Frontier) != 2 {
		t.Fatalf("%+v %v", log, err)
	}
}

func TestNumbersAreDenseAndEachCaseKeepsItsOwn(t *testing.T) {
	o := newOffice(t, sqlite(t))
	got := make([]Number, 60)
	var wg sync.WaitGroup
	for i := range got {
		wg.Go(func() {
			n, err := NextNumber(by("intake", fmt.Sprint("clerk", i)), o.j, CaseSeries, fmt.Sprint("f", i/3)) // three clerks press at once
			if err != nil {
				t.Error(err)
			}
			got[i] = n
		})
	}
	wg.Wait()
	seen := map[int]bool{}
	for i, n := range got {
		if n != got[i/3*3] {
			t.Fatalf("case f%d got %v and %v", i/3, n, got[i/3*3])
		}
		seen[n.N] = true
	}
	for n := 1; n <= 20; n++ {
		if !seen[n] {
			t.Fatalf("number %d was never given out", n)
		}
	}
	*o.now = o.now.AddDate(0, 2, 0)
	old, err := NextNumber(context.Background(), o.j, CaseSeries, "f3")
	if err != nil || old != got[9] {
		t.Fatalf("after New Year case f3 has %v, had %v, %v", old, got[9], err)
	}
	if fresh, err := NextNumber(context.Background(), o.j, CaseSeries, "new"); err != nil || fresh != (Number{2027, 1}) {
		t.Fatal(fresh, err)
	}
}

func TestBookletsAreAskedOnceAndOnlyForWhoIsApprovedAndNeedsOne(t *testing.T) {
	o := newOffice(t, sqlite(t))
	o.submit("f1", submitted())
	o.accept("f1")
	o.decide("f1", "p2")
	if err := o.issuer().Issue(context.Background(), "f1"); err != nil {
		t.Fatal(err)
	}
	c := aDossier()
	held := dossier.Passport{Number: "SE1234567"}
	missing := requirement.Missing{Ask: requirement.AskPassportDesk}
	reqs := []requirement.Requirement{
		{Owner: requirement.OfMember(0), What: requirement.Booklet{Action: requirement.RenewBooklet, Type: dossier.Service, Old: &held}, Status: missing},
		{Owner: requirement.OfMember(1), What: requirement.Booklet{Action: requirement.NewBooklet, Type: dossier.PublicAffairs}, Status: missing},
		{Owner: requirement.OfMember(2), What: requirement.Booklet{Action: requirement.ReuseBooklet, Type: dossier.PublicAffairs}, Status: requirement.Held{}},
	}
	cmd := Booklets(c, reqs, []string{"p1", "p2", "p3"}, o.state("f1").Approved())
	if len(cmd.Booklets) != 1 || cmd.Booklets[0].Person != "p1" || cmd.Booklets[0].Replaces != "567" {
		t.Fatalf("%+v", cmd.Booklets)
	}
	o.must("system", "", "f1", cmd)
	o.must("system", "", "f1", cmd)
	if a := o.state("f1"); len(a.Asked) != 1 {
		t.Fatalf("asked for %v", a.Asked)
	}
	journaltest.Carry(t, o.j, o.internet)
	history, err := o.internet.History(context.Background(), journal.Ref{Kind: Room.Kind, ID: "f1"})
	if err != nil {
		t.Fatal(err)
	}
	last := history[len(history)-1].Body.(BookletAsked)
	if _, held := last.Identity.Value(); held || last.Approval != "云外办出〔2026〕1号" {
		t.Fatalf("the internet heard %+v", last)
	}
}

// A trip through Hong Kong to elsewhere has two needs, and a permit that serves
// is only endorsed.
func TestPermitsAreAskedBesidePassportsAndOnlyEndorsedWhereTheyServe(t *testing.T) {
	c := aDossier()
	c.Legs = []dossier.Leg{{Country: "HKG"}, {Country: "DEU"}, {Country: "HKG"}}
	missing := requirement.Missing{Ask: requirement.AskPassportDesk}
	permit := func(i int, a requirement.BookletAction, s requirement.Status) requirement.Requirement {
		return requirement.Requirement{Owner: requirement.OfMember(i), What: requirement.Booklet{Action: a, Type: dossier.HKMacauPermit}, Status: s}
	}
	stamp := func(i int, s requirement.Status) requirement.Requirement {
		return requirement.Requirement{Owner: requirement.OfMember(i), What: requirement.Endorsement{Region: "HKG"}, Status: s}
	}
	reqs := []requirement.Requirement{
		{Owner: requirement.OfMember(0), What: requirement.Booklet{Action: requirement.NewBooklet, Type: dossier.Service}, Status: missing},
		permit(0, requirement.NewBooklet, missing), stamp(0, missing),
		permit(1, requirement.ReuseBooklet, requirement.Held{}), stamp(1, missing),
		permit(2, requirement.ReuseBooklet, requirement.Held{}), stamp(2, requirement.Held{}),
	}
	got := Booklets(c, reqs, []string{"p1", "p2", "p3"}, []string{"p1", "p2", "p3"}).Booklets
	var keys, whys []string
	for _, b := range got {
		keys, whys = append(keys, b.Key()), append(whys, b.Why)
	}
	if !slices.Equal(keys, []string{"p1", "p1.permit", "p2.permit"}) || whys[2] != EndorseOnly {
		t.Fatalf("asked for %v, because %v", keys, whys)
	}
	if r := got[1].Regions; len(r) != 1 || r[0].Times != 2 || len(got[0].Regions) != 0 {
		t.Errorf("the region is entered twice: %+v", r)
	}
}

func TestCorrectionAndWithdrawalFollowTheUnit(t *testing.T) {
	o := newOffice(t, sqlite(t))
	o.submit("f1", submitted())
	o.must("intake", "i", "f1", sentBack.cmd)
	s := submitted()
	c := aDossier()
	c.Trip.Title = "赴德国经贸洽谈（更正）"
	o.submit("f1", filing.Corrected{Unit: s.Unit, Title: c.Trip.Title, Depart: s.Depart, Return: s.Return, Countries: s.Countries, Members: s.Members[:2], Round: 2,
		Changed: []string{"case.title"}, Dossier: journal.Of(c)})
	a := o.state("f1")
	if a.Stage != AtIntake || len(a.Members) != 2 || a.Title != c.Trip.Title {
		t.Fatalf("%+v", a)
	}
	row, ok, err := Row(context.Background(), o.j.Store, "f1")
	// Answers are no findings: what is left to judge is said by who examines.
	if err != nil || !ok || !row.Corrected || row.Questions != 1 || row.Returns != 1 || row.Head != "沈知行" {
		t.Fatalf("%+v %v", row, err)
	}
	rounds, err := Rounds(context.Background(), o.j, "f1")
	if err != nil || len(rounds) != 2 || rounds[1].Changed[0] != "case.title" || rounds[0].Dossier.Trip.Title == rounds[1].Dossier.Trip.Title {
		t.Fatalf("%+v %v", rounds, err)
	}
	o.submit("f1", filing.Withdrawn{Reason: "行程取消"})
	if a := o.state("f1"); a.Stage != IsWithdrawn {
		t.Fatal(a.Stage)
	}
	sameRebuilt(t, o.j)
}

// issued is an office that has given out the approval of one case.
func issued(t *testing.T) (*office, *Issuer) {
	t.Helper()
	o := newOffice(t, sqlite(t))
	i := o.issuer()
	o.submit("f1", submitted())
	o.accept("f1")
	o.decide("f1")
	if err := i.Issue(context.Background(), "f1"); err != nil {
		t.Fatal(err)
	}
	return o, i
}

// A seal holds for five years. What is issued later is as genuine, and so are
// the papers that its forerunner signed.
func TestTheSealIsRenewedBeforeItEnds(t *testing.T) {
	ctx := context.Background()
	o, i := issued(t)
	first, began := o.file("f1"), *o.now
	ends := func() time.Time {
		t.Helper()
		seal, authority, ok, err := SealEnds(o.ring)
		if err != nil || !ok || authority.Before(seal) {
			t.Fatal(seal, authority, ok, err)
		}
		return seal
	}
	for month := range 6 * 12 { // an hourly chore looks
		*o.now = began.AddDate(0, month+1, 0)
		if err := i.Secrets.Renew(*o.now); err != nil {
			t.Fatal(err)
		}
		if left := ends().Sub(*o.now); left < 59*24*time.Hour {
			t.Fatalf("after %d months the seal holds for %v", month+1, left)
		}
	}
	i = o.issuer() // a start finds the newest
	o.submit("f2", submitted())
	o.accept("f2")
	o.decide("f2")
	if err := i.Issue(ctx, "f2"); err != nil {
		t.Fatal(err)
	}
	for name, pdf := range map[string][]byte{"a paper after six years": o.file("f2"), "the paper of the first seal": first} {
		if got := answer(t, pdf, o.j); got != document.Genuine {
			t.Errorf("%s is %s", name, got)
		}
	}
	if raw, err := i.Trust(ctx); err != nil {
		t.Error(err)
	} else if _, err := document.ReadTrust(raw); err != nil {
		t.Error(err)
	}
	if was := i.Secrets.Signer(began); !was.Certificate.NotAfter.Before(*o.now) {
		t.Error("what is made again is signed by another seal than the first time")
	}
	// It never holds longer than the authority that certifies it.
	if err := i.Secrets.Renew(began.AddDate(authorityYears, 0, -1)); err != nil {
		t.Fatal(err)
	}
	if seal, authority, _, err := SealEnds(o.ring); err != nil || !seal.Equal(authority) {
		t.Error(seal, authority, err)
	}
}
