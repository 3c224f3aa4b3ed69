package node_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"yitang/internal/approval"
	"yitang/internal/blob"
	"yitang/internal/document"
	"yitang/internal/dossier"
	"yitang/internal/exchange"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/ledger"
	"yitang/internal/material"
	"yitang/internal/node"
	"yitang/internal/pack"
	"yitang/internal/visa"
	"yitang/internal/web/sites"
	"yitang/internal/zone"
	"yitang/packs"
)

// city is three zones on three folders with a ferry between them.
type city struct {
	t        *testing.T
	internet *node.Internet
	office   *node.Office
	passport *node.Passport
}

func newCity(t *testing.T) *city { return newCityOf(t, nil) }

// newCityOf is a city whose office begins with a pack; nil: the demo's.
func newCityOf(t *testing.T, first pack.Content) *city {
	t.Helper()
	ctx := context.Background()
	base := t.TempDir()
	// The day on which the example is judged, so that its dates lie ahead. The
	// clock goes slowly, so that all happens within the second in which the pack
	// came into force: documents write whole seconds, and must still be its own.
	start := time.Date(2026, 3, 10, 2, 0, 0, 0, time.UTC)
	began := time.Now()
	options := func(z zone.Zone) node.Options {
		o := node.Options{Dir: filepath.Join(base, string(z)), Pack: first, Clock: func() time.Time { return start.Add(time.Since(began) / 20) }}
		if err := node.Init(z, o); err != nil {
			t.Fatal(err)
		}
		return o
	}
	c := &city{t: t}
	var err error
	if c.internet, err = node.OpenInternet(ctx, options(zone.Internet)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.internet.Close)
	if c.office, err = node.OpenOffice(ctx, options(zone.Office)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.office.Close)
	if c.passport, err = node.OpenPassport(ctx, options(zone.Passport)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.passport.Close)
	nodes := []*node.Node{c.internet.Node, c.office.Node, c.passport.Node}
	if err := node.Pair(nodes...); err != nil {
		t.Fatal(err)
	}
	var shares []*exchange.Exchange
	for _, n := range nodes {
		x, err := n.Exchange(ctx)
		if err != nil {
			t.Fatal(err)
		}
		shares = append(shares, x)
		n.Start()
	}
	run, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		exchange.NewFerry(slog.New(slog.NewTextHandler(testWriter{t}, nil)), shares...).Run(run)
	}()
	t.Cleanup(func() { stop(); <-done })
	return c
}

type testWriter struct{ t *testing.T }

func (w testWriter) Write(p []byte) (int, error) {
	w.t.Log(strings.TrimSpace(string(p)))
	return len(p), nil
}

// until waits for a fact, woken by each commit of a node.
func (c *city) until(n *node.Node, what string, fact func() bool) {
	c.t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		news := n.Journal.News()
		if fact() {
			return
		}
		select {
		case <-news:
		case <-time.After(50 * time.Millisecond): // a reaction that comes to its end is no news
		case <-deadline:
			c.t.Fatalf("waited in vain in the %s zone: %s", n.Zone, what)
		}
	}
}

func (c *city) stage(id string) approval.Stage {
	a, _, err := journal.Load(context.Background(), c.office.Journal, approval.Room, id)
	if err != nil {
		c.t.Fatal(err)
	}
	return a.Stage
}

func as(role, account string) context.Context {
	return journal.WithActor(context.Background(), journal.Actor{Role: role, Account: account})
}

func give[S any](t *testing.T, ctx context.Context, j *journal.Journal, room journal.Subject[S], id string, cmd journal.Command[S]) {
	t.Helper()
	if _, err := journal.Do(ctx, j, room, journal.Order{Subject: id}, cmd); err != nil {
		t.Fatalf("%T: %v", cmd, err)
	}
}

func example(t *testing.T, name string) dossier.Case {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "testdata", "cases", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c, err := dossier.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// One application through three zones, by the commands that people give:
// submitted, returned once, corrected, three of four approved, its document
// back in the zone that it began in, its orders given out.
func TestOneApplicationTravelsThroughItsZones(t *testing.T) {
	for _, name := range packs.Names() {
		t.Run(name, func(t *testing.T) {
			files, _ := packs.Named(name)
			first, err := pack.ReadFiles(files)
			if err != nil {
				t.Fatal(err)
			}
			if name == "demo" {
				first = nil // what an office has without a pack of its own
			}
			travelsThroughItsZones(t, newCityOf(t, first))
		})
	}
}

// travelsThroughItsZones knows nothing of a city but what its pack says.
func travelsThroughItsZones(t *testing.T, c *city) {
	set := c.office.Packs.Now()
	const id = "01960000-0000-7000-8000-000000000001"
	cs := example(t, "valid-france-italy-8-days.json")
	cs.Members[1].Passport = nil // needs a booklet
	app := filing.Application{Case: cs, Persons: []string{"p1", "p2", "p3", "p4"}, Origins: map[string]filing.Origin{"case.purpose": filing.Typed}, RuleSet: "test"}

	give(t, as("liaison", "li"), c.internet.Journal, filing.Room, id, filing.Present{Unit: "u1", Revision: 1, Application: app})
	_, err := journal.Do(as("signatory", "qi"), c.internet.Journal, filing.Room, journal.Order{Subject: id}, filing.Submit{Self: "p1", Revision: 1, Application: app})
	if fault.Findings(err) == nil {
		t.Fatalf("a signatory signed for their own trip: %v", err)
	}
	give(t, as("signatory", "qi"), c.internet.Journal, filing.Room, id, filing.Submit{Revision: 1, Application: app})

	// Intake: returned once, one defect tied to its field.
	c.until(c.office.Node, "the application to arrive", func() bool { return c.stage(id) == approval.AtIntake })
	give(t, as("intake", "shou"), c.office.Journal, approval.Room, id, approval.SendBack{Defects: []approval.Defect{{Field: "case.purpose", Words: "写明设备名称"}}})
	c.until(c.internet.Node, "the return to arrive", func() bool {
		f, _, err := journal.Load(context.Background(), c.internet.Journal, filing.Room, id)
		return err == nil && f.Stage == filing.IsSentBack
	})
	fixed := app
	fixed.Case.Trip.Purpose += "设备为高速相机两台。"
	give(t, as("liaison", "li"), c.internet.Journal, filing.Room, id, filing.Correct{Application: fixed})
	c.until(c.office.Node, "the correction to arrive", func() bool { return c.stage(id) == approval.AtIntake })

	// Accepted with a number, reviewed along the path, one of four declined.
	n, err := approval.NextNumber(context.Background(), c.office.Journal, approval.CaseSeries, id)
	if err != nil {
		t.Fatal(err)
	}
	path := set.Paths.For(fixed.Case)
	give(t, as("intake", "shou"), c.office.Journal, approval.Room, id, approval.Accept{Number: n.As(set.Office.Numbers.Case), Path: path})
	all := []approval.Opinion{{Person: "p1", Approve: true}, {Person: "p2", Approve: true}, {Person: "p3", Approve: true}, {Person: "p4", Words: "身份与任务不符"}}
	for i, step := range path.Steps[:len(path.Steps)-1] {
		give(t, as(step.Role, fmt.Sprintf("%s%d", step.Role, i)), c.office.Journal, approval.Room, id, approval.Review{Opinions: all})
	}
	give(t, as("director", "zhu"), c.office.Journal, approval.Room, id, approval.Decide{Months: set.Paths.DocumentMonths, Members: []approval.Verdict{
		{Person: "p1", Approved: true}, {Person: "p2", Approved: true}, {Person: "p3", Approved: true}, {Person: "p4", Reason: "身份与任务不符"}}})

	// The document reaches the unit, with its bytes, and is genuine there.
	var paper material.Material
	c.until(c.internet.Node, "the approval document to arrive", func() bool {
		ms, err := material.OfFiling(context.Background(), c.internet.Store, id)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range ms {
			if m.Kind == "M17" {
				paper = m
			}
		}
		return paper.ID != ""
	})
	digest, err := blob.ParseDigest(paper.Digest)
	if err != nil {
		t.Fatal(err)
	}
	content, err := c.internet.Blobs.Get(context.Background(), digest)
	if err != nil {
		t.Fatal(err)
	}
	pdf, err := io.ReadAll(content)
	content.Close()
	if err != nil {
		t.Fatal(err)
	}
	c.until(c.internet.Node, "the document and its entry to arrive", func() bool {
		trust, err := approval.LiveTrust(context.Background(), c.internet.Journal)
		if err != nil {
			return false
		}
		v := document.Verify(pdf, trust)
		if !v.InForce() {
			return false
		}
		_, there, err := approval.DocumentByCode(context.Background(), c.internet.Store, v.Facts.Code)
		return err == nil && there
	})
	trust, err := approval.LiveTrust(context.Background(), c.internet.Journal)
	if err != nil {
		t.Fatal(err)
	}
	facts := document.Verify(pdf, trust).Facts
	if !set.Office.Numbers.Document.Fits(facts.Number) || !set.Office.Numbers.Case.Fits(facts.Case) || facts.Office != set.Office.Name.Zh {
		t.Fatalf("the document of %s bears the numbers %s and %s", facts.Office, facts.Number, facts.Case)
	}
	said, err := document.PageText(pdf)
	if err != nil {
		t.Fatal(err)
	}
	if title, own := set.Templates["approval.title"]; own && !strings.Contains(strings.Join(said, ""), title) {
		t.Fatalf("the document doesn't say %q in its office's words: %s", title, said)
	}
	altered := bytes.Clone(pdf)
	altered[len(altered)/2] ^= 1
	if document.Verify(altered, trust).InForce() {
		t.Fatal("an altered document passed as genuine")
	}

	// Anybody can ask the public page: with the file, or with the printed code.
	site := httptest.NewServer(sites.Internet(c.internet).Handler())
	defer site.Close()
	if page := upload(t, site.URL+"/verify", pdf); !strings.Contains(page, "这份批件真实、有效") {
		t.Fatalf("the public page says of the genuine document: %s", page)
	}
	if page := upload(t, site.URL+"/verify", make([]byte, 9<<20)); !strings.Contains(page, "8 MB") {
		t.Errorf("a file beyond the limit isn't told so:\n%s", page)
	}
	if page := upload(t, site.URL+"/verify", altered); strings.Contains(page, "真实") || strings.Contains(page, "登记在册的原件") {
		t.Fatalf("the public page says of the altered document: %s", page)
	}
	if page := upload(t, site.URL+"/verify", []byte("%PDF-1.4 bookings")); !strings.Contains(page, "这个文件不是本办的批件，或内容被改动过") || strings.Contains(page, "登记在册的原件") {
		t.Fatalf("the public page says of another file: %s", page)
	}
	var code string
	if v := document.Verify(pdf, trust); v.Facts != nil {
		code = v.Facts.Code
	}
	if page := fetch(t, site.URL+"/v/"+code); !strings.Contains(page, "，现在有效") || !strings.Contains(page, "手里这一份没有核") || strings.Contains(page, "真实") || strings.Contains(page, "签名") || strings.Contains(page, cs.Members[0].GivenName) {
		t.Fatalf("by code %s, the public page says: %s", code, page)
	}
	if page := fetch(t, site.URL+"/v/ZZZZZZZZ"); !strings.Contains(page, "没有这个核验码") {
		t.Fatalf("of an unknown code, the public page says: %s", page)
	}

	// The ledger says the same in both zones that heard of it: returned once
	// for one defect, and only the defect's field was asked for again.
	for _, n := range []*node.Node{c.internet.Node, c.office.Node} {
		counted, err := ledger.Of(context.Background(), n.Store, id)
		if err != nil {
			t.Fatal(err)
		}
		if counted.Returns != 1 || counted.Defects != 1 || counted.Visits != 0 {
			t.Fatalf("%s zone counts %+v", n.Zone, counted)
		}
		data, err := ledger.Data(context.Background(), n.Store, id)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range data {
			if want := map[bool]int{true: 1, false: 0}[d.Path == "case.purpose"]; d.SentBack != want {
				t.Fatalf("%s zone: %s was sent back %d times", n.Zone, d.Path, d.SentBack)
			}
		}
	}

	// One booklet is asked for, and visas for the three who go.
	c.until(c.passport.Node, "the order to reach the passport zone", func() bool {
		head, _ := c.passport.Journal.Head()
		asked := 0
		events, err := c.passport.Journal.Events(context.Background(), 0, int(head)+1)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			if b, ok := e.Body.(approval.BookletAsked); ok {
				asked++
				if who, held := b.Identity.Value(); !held || b.Person != "p2" || who.IDNumber != cs.Members[1].IDNumber {
					t.Fatalf("asked for %s, identity held: %v", b.Person, held)
				}
			}
		}
		return asked == 1
	})
	c.until(c.office.Node, "the visa orders", func() bool {
		orders, err := visa.Of(context.Background(), c.office.Store, id)
		if err != nil {
			t.Fatal(err)
		}
		return len(orders) == 3
	})
	if events, err := c.passport.Journal.Events(context.Background(), 0, 1000); err != nil {
		t.Fatal(err)
	} else {
		for _, e := range events {
			if _, ok := e.Body.(filing.Submitted); ok {
				t.Fatal("the application itself reached the passport zone")
			}
		}
	}

	// Revoked, it is so on the public page: by its file and by its code.
	give(t, as("director", "zhu"), c.office.Journal, approval.Room, id, approval.Revoke{Reason: "邀请方取消会议"})
	c.until(c.internet.Node, "the revocation to arrive", func() bool {
		trust, err := approval.LiveTrust(context.Background(), c.internet.Journal)
		return err == nil && document.Verify(pdf, trust).Answer == document.IsRevoked
	})
	for _, page := range []string{upload(t, site.URL+"/verify", pdf), fetch(t, site.URL+"/v/"+code)} {
		if !strings.Contains(page, "已撤销") || strings.Contains(page, "真实、有效") {
			t.Fatalf("of a revoked document the public page says: %s", page)
		}
	}
	for _, n := range []*node.Node{c.internet.Node, c.office.Node, c.passport.Node} {
		if flaws, err := n.Journal.Verify(context.Background()); err != nil || len(flaws) > 0 {
			t.Fatal(n.Zone, flaws, err)
		}
		if differ, err := n.Journal.Compare(context.Background()); err != nil || len(differ) > 0 {
			t.Fatal(n.Zone, differ, err)
		}
	}
}

func upload(t *testing.T, url string, file []byte) string {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "approval.pdf")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(file); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	res, err := http.Post(url, form.FormDataContentType(), &body)
	if err != nil {
		t.Fatal(err)
	}
	return text(t, res)
}

func fetch(t *testing.T, url string) string {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	return text(t, res)
}

func text(t *testing.T, res *http.Response) string {
	t.Helper()
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
