package drill

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"yitang/internal/access"
	"yitang/internal/approval"
	"yitang/internal/blob"
	"yitang/internal/document"
	"yitang/internal/dossier"
	"yitang/internal/journal"
	"yitang/internal/material"
	"yitang/internal/node"
	"yitang/internal/passport"
	"yitang/internal/progress"
	"yitang/internal/visa"
	"yitang/internal/zone"
)

// accept gives the case its number and its path.
func accept(ctx context.Context, s *Story) error {
	ctx = s.as(ctx, zone.Office, "intake", access.Intake)
	n, err := approval.NextNumber(ctx, s.Office.Journal, approval.CaseSeries, s.ID)
	if err != nil {
		return err
	}
	c, err := s.dossier(ctx)
	if err != nil {
		return err
	}
	return give(ctx, s.Office.Journal, approval.Room, s.ID, journal.Command[approval.Approval](approval.Accept{Number: n.As(s.Office.Packs.Now().Office.Numbers.Case), Path: s.Office.Packs.Now().Paths.For(c)}))
}

// dossier is the case as the office has it.
func (s *Story) dossier(ctx context.Context) (dossier.Case, error) {
	rounds, err := approval.Rounds(ctx, s.Office.Journal, s.ID)
	if err != nil {
		return dossier.Case{}, err
	}
	if len(rounds) == 0 {
		return dossier.Case{}, errors.New("the office has no application")
	}
	return rounds[len(rounds)-1].Dossier, nil
}

const unfit = "身份与任务不符"

// opinions and verdicts are for everybody but the declined member.
func (s *Story) opinions() []approval.Opinion {
	var out []approval.Opinion
	for i, p := range s.People {
		o := approval.Opinion{Person: p, Approve: i != Declined}
		if i == Declined {
			o.Words = unfit
		}
		out = append(out, o)
	}
	return out
}

func (s *Story) verdicts() []approval.Verdict {
	var out []approval.Verdict
	for _, o := range s.opinions() {
		out = append(out, approval.Verdict{Person: o.Person, Approved: o.Approve, Reason: o.Words})
	}
	return out
}

// officer is the login of somebody of a role who took none of the steps so far;
// "" where there is nobody.
func (s *Story) officer(role string, acted []string) string {
	for _, a := range staff {
		if a.zone == zone.Office && string(a.role) == role && !slices.Contains(acted, s.accounts[zone.Office][a.login]) {
			return a.login
		}
	}
	return ""
}

// review takes every step of the path but the last, each by the role whose
// turn it is; whoever took a step can't take the next one.
func review(ctx context.Context, s *Story) error {
	for {
		a, _, err := journal.Load(ctx, s.Office.Journal, approval.Room, s.ID)
		if err != nil {
			return err
		}
		step, ok := a.Step()
		if !ok {
			return fmt.Errorf("no step is open at stage %q", a.Stage)
		}
		if step.Decides {
			return nil
		}
		login := s.officer(step.Role, a.Acted)
		if login == "" {
			return fmt.Errorf("nobody of the role %s is left for step %d", step.Role, a.At+1)
		}
		who := s.as(ctx, zone.Office, login, access.Role(step.Role))
		if err := give(who, s.Office.Journal, approval.Room, s.ID, journal.Command[approval.Approval](approval.Review{Opinions: s.opinions(), Note: "材料齐全，建议按程序办理。"})); err != nil {
			return err
		}
		if err := give(who, s.Office.Journal, approval.Room, s.ID, journal.Command[approval.Approval](approval.Review{Opinions: s.opinions()})); err == nil {
			return fmt.Errorf("%s took two steps", login)
		}
	}
}

// reviewed checks that the path was walked up to the decision, each step by
// another person; that the office's opinions stay in the office; and that
// nothing begins on them.
func reviewed(ctx context.Context, s *Story) error {
	if err := both(progress.InReview)(ctx, s); err != nil {
		return err
	}
	a, _, err := journal.Load(ctx, s.Office.Journal, approval.Room, s.ID)
	if err != nil {
		return err
	}
	step, open := a.Step()
	if !open || !step.Decides || a.At != len(a.Steps)-1 || len(a.Acted) != a.At || len(a.Acted) == 0 {
		return fmt.Errorf("after the review it is the turn of step %d of %d, with %d taken", a.At+1, len(a.Steps), len(a.Acted))
	}
	for i, who := range a.Acted {
		if want := s.accounts[zone.Office][s.officer(a.Steps[i].Role, a.Acted[:i])]; who != want {
			return fmt.Errorf("step %d of %s was taken by %q, not %q", i+1, a.Steps[i].Role, who, want)
		}
		if slices.Contains(a.Acted[:i], who) {
			return fmt.Errorf("%s took two steps", who)
		}
	}
	for _, n := range []*node.Node{s.Office.Node, s.Internet.Node} {
		history, err := n.Journal.History(ctx, journal.Ref{Kind: approval.Room.Kind, ID: s.ID})
		if err != nil {
			return err
		}
		taken := 0
		for _, e := range history {
			b, is := e.Body.(approval.Reviewed)
			if !is {
				continue
			}
			taken++
			said, here := b.Opinions.Value()
			if here != (n.Zone == zone.Office) || here && !slices.EqualFunc(said, s.opinions(), func(x, y approval.Opinion) bool {
				return x.Person == y.Person && x.Approve == y.Approve && x.Words == y.Words
			}) {
				return fmt.Errorf("in the %s zone the opinions are %+v", n.Zone, said)
			}
		}
		if taken != len(a.Acted) {
			return fmt.Errorf("the %s zone knows %d steps of %d", n.Zone, taken, len(a.Acted))
		}
	}
	return s.nothingOrdered(ctx)
}

// nothingOrdered checks that before the decision there is no booklet to be made,
// no visa and no document.
func (s *Story) nothingOrdered(ctx context.Context) error {
	orders, err := passport.OfFiling(ctx, s.Passport.Store, s.ID)
	if err != nil {
		return err
	}
	visas, err := visa.Of(ctx, s.Office.Store, s.ID)
	if err != nil {
		return err
	}
	papers, err := material.OfFiling(ctx, s.Internet.Store, s.ID)
	if err != nil {
		return err
	}
	if len(orders) > 0 || len(visas) > 0 || slices.ContainsFunc(papers, func(m material.Material) bool { return m.Kind == "M17" }) {
		return fmt.Errorf("before the decision there are %d booklets to be made, %d visas and %d papers", len(orders), len(visas), len(papers))
	}
	return nil
}

func decide(ctx context.Context, s *Story) error {
	c, err := s.dossier(ctx)
	if err != nil {
		return err
	}
	set := s.Office.Packs.Now()
	return give(s.as(ctx, zone.Office, "director", access.Director), s.Office.Journal, approval.Room, s.ID,
		journal.Command[approval.Approval](approval.Decide{RuleSet: string(set.Version), Members: s.verdicts(), Months: set.Paths.DocumentMonths, Conditions: set.Sentences(c, s.Office.Journal.Today())}))
}

// read takes the document as the unit has it, and asks whether it is genuine.
func read(ctx context.Context, s *Story) error {
	papers, err := material.OfFiling(ctx, s.Internet.Store, s.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(papers, func(m material.Material) bool { return m.Kind == "M17" })
	if i < 0 {
		return errors.New("no approval document has reached the unit")
	}
	s.Paper = papers[i]
	digest, err := blob.ParseDigest(s.Paper.Digest)
	if err != nil {
		return err
	}
	content, err := s.Internet.Blobs.Get(ctx, digest)
	if err != nil {
		return fmt.Errorf("reading the approval document: %w", err)
	}
	pdf, err := io.ReadAll(content)
	if err = errors.Join(err, content.Close()); err != nil {
		return fmt.Errorf("reading the approval document: %w", err)
	}
	trust, err := s.Office.Issuer.Trust(ctx)
	if err != nil {
		return err
	}
	s.Approval, s.Trust = filepath.Join(s.Dir, "approval.pdf"), filepath.Join(s.Dir, "trust.json")
	if err := os.WriteFile(s.Approval, pdf, 0o644); err != nil {
		return err
	}
	if err := os.WriteFile(s.Trust, trust, 0o644); err != nil {
		return err
	}
	believed, err := document.ReadTrust(trust)
	if err != nil {
		return err
	}
	s.Verdict = document.Verify(pdf, believed).On(s.Internet.Journal.Today())
	return s.genuine(ctx, pdf, believed)
}

// genuine checks what the document says, and that a changed one is found out.
func (s *Story) genuine(ctx context.Context, pdf []byte, believed document.Trust) error {
	if !s.Verdict.InForce() || s.Verdict.Facts == nil {
		return fmt.Errorf("the approval document is %q: %s", s.Verdict.Answer, s.Verdict.Sentence())
	}
	c, err := s.dossier(ctx)
	if err != nil {
		return err
	}
	a, _, err := journal.Load(ctx, s.Office.Journal, approval.Room, s.ID)
	if err != nil {
		return err
	}
	f, office := s.Verdict.Facts, s.Office.Packs.Now().Office
	if f.Office != office.Name.Zh || !office.Numbers.Document.Fits(f.Number) || !office.Numbers.Case.Fits(f.Case) {
		return fmt.Errorf("the approval document of %s bears the numbers %s and %s", f.Office, f.Number, f.Case)
	}
	if f.Unit != unitName || f.Number != a.Document.Number || f.Case != a.Number || len(f.People) != len(s.People)-1 ||
		f.Depart != c.Trip.Depart || f.Return != c.Trip.Return || !slices.Equal(f.Countries, []string{"法国", "意大利"}) {
		return fmt.Errorf("the approval document says %+v", *f)
	}
	pages, err := document.PageText(pdf)
	if err != nil {
		return fmt.Errorf("reading the pages of the approval document: %w", err)
	}
	if err := s.shown(strings.Join(pages, ""), a); err != nil {
		return err
	}
	for i := range 8 {
		bad := bytes.Clone(pdf)
		bad[(2*i+1)*len(bad)/16] ^= 1
		if document.Verify(bad, believed).InForce() {
			return fmt.Errorf("a document with a changed byte passes as genuine (part %d of 8)", i+1)
		}
	}
	return s.publicly(ctx, pdf)
}

// countries of the story, as the approval names them.
var countries = map[string]string{"FRA": "法国", "ITA": "意大利"}

// shown checks what stands on the pages, which is what people go by, against
// what was meant before anybody wrote it down: who goes and who doesn't, where
// and on which days, and under which number.
func (s *Story) shown(text string, a approval.Approval) error {
	meant := members(s.days)
	trip := paper(s.days, s.People, meant).Case
	want := []string{unitName + "：", a.Document.Number, a.Number, a.Document.Code, document.Days(trip.Trip.Depart, trip.Trip.Return), document.Days(a.Document.ValidUntil, a.Document.ValidUntil),
		fmt.Sprintf("团组成员（共%d人）", len(meant)-1)}
	want = append(want, a.Conditions...)
	row := 0
	for i, m := range meant {
		if i == Declined {
			if strings.Contains(text, m.Name()) {
				return fmt.Errorf("the pages of the approval document name %s, who may not go", m.Name())
			}
			continue
		}
		row++
		want = append(want, fmt.Sprintf("%d%s%s%s", row, m.Name(), map[dossier.Sex]string{dossier.Male: "男", dossier.Female: "女"}[m.Sex], m.Post))
	}
	for i, l := range trip.Legs {
		want = append(want, fmt.Sprintf("%d%s%s%s", i+1, countries[l.Country], l.City, document.Days(l.Arrive.Date, l.Leave.Date)))
	}
	for _, w := range want {
		if !strings.Contains(text, w) {
			return fmt.Errorf("the pages of the approval document don't say %q", w)
		}
	}
	return nil
}

// publicly checks that the internet zone, which hears only what the office
// tells it, says the same of the document.
func (s *Story) publicly(ctx context.Context, pdf []byte) error {
	live, err := approval.LiveTrust(ctx, s.Internet.Journal)
	if err != nil {
		return err
	}
	if v := document.Verify(pdf, live); !v.InForce() {
		return fmt.Errorf("the internet zone says %q of the approval document", v.Answer)
	}
	return nil
}

// ordered checks what the decision has brought: one booklet to be made, visas
// for those who go, nothing for the one who doesn't.
func ordered(ctx context.Context, s *Story) error {
	orders, err := passport.OfFiling(ctx, s.Passport.Store, s.ID)
	if err != nil {
		return err
	}
	if len(orders) != 1 || orders[0].Person != s.People[Newcomer] || orders[0].Stage != passport.IsOrdered {
		return fmt.Errorf("the passport zone has the orders %+v", orders)
	}
	o, _, err := journal.Load(ctx, s.Passport.Journal, passport.Room, orders[0].ID)
	if err != nil {
		return err
	}
	if want := members(s.days)[Newcomer]; o.Identity.IDNumber != want.IDNumber || o.Identity.LatinSurname != want.LatinSurname {
		return errors.New("the order isn't for whom it should be")
	}
	visas, err := visa.Of(ctx, s.Office.Store, s.ID)
	if err != nil {
		return err
	}
	if len(visas) != len(s.People)-1 {
		return fmt.Errorf("%d visa orders were planned", len(visas))
	}
	for _, v := range visas {
		if v.Person == s.People[Declined] || v.Area != "SCHENGEN" || v.Stage != visa.IsPlanned {
			return fmt.Errorf("a visa order for %s of %s is %q", v.Area, v.Person, v.Stage)
		}
	}
	events, err := s.Passport.Journal.Events(ctx, 0, 10_000)
	if err != nil {
		return err
	}
	for _, e := range events {
		if e.Subject.Kind == "filing" {
			return errors.New("the passport zone holds the application itself")
		}
	}
	return nil
}
