package demo

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/exchange"
	"yitang/internal/filing"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/passport"
	"yitang/internal/person"
	"yitang/internal/quota"
	"yitang/internal/unit"
	"yitang/internal/zone"
)

// Zones are the three nodes that the city is told to. They run, the ferry
// carries between them, and their clocks are this one.
type Zones struct {
	Internet *node.Internet
	Office   *node.Office
	Passport *node.Passport
	Ferry    *exchange.Ferry
	Drafts   *filing.Drafts
	Clock    *Clock
}

// Tell lets the city's history happen: the commands that its people would have
// given, each at its time. A case goes as far as its fate says, or to the first
// step that can't be told yet (see steps). It is for empty zones; told twice,
// the second time fails.
func Tell(ctx context.Context, z Zones, c City) error {
	t := &teller{zones: z, city: c, accounts: map[string]Account{}}
	for _, a := range c.Accounts {
		t.accounts[string(a.Zone)+"/"+a.Login] = a
	}
	for _, part := range []struct {
		what string
		tell func(context.Context) error
	}{
		{"accounts", t.tellAccounts}, {"units", t.tellUnits}, {"the hall and the stock", t.tellHall}, {"people", t.tellPeople}, {"booklets", t.tellBooklets}, {"cases", t.tellCases},
	} {
		if err := part.tell(ctx); err != nil {
			return fmt.Errorf("telling the demo city's %s: %w", part.what, err)
		}
	}
	return t.settle(ctx)
}

type teller struct {
	zones    Zones
	city     City
	accounts map[string]Account // by zone and login
}

func (t *teller) at(when time.Time) { t.zones.Clock.set(when) }

// nodes are the three zones' common parts.
func (t *teller) nodes() []*node.Node {
	return []*node.Node{t.zones.Internet.Node, t.zones.Office.Node, t.zones.Passport.Node}
}

// as is a context in which an account acts.
func (t *teller) as(ctx context.Context, z zone.Zone, login string) context.Context {
	a := t.accounts[string(z)+"/"+login]
	return journal.WithActor(ctx, journal.Actor{Role: string(a.Roles[0]), Account: a.ID})
}

// ofUnit is a context in which one of a unit's accounts acts.
func (t *teller) ofUnit(ctx context.Context, role access.Role, who int) context.Context {
	for _, a := range t.city.Accounts {
		if a.Person == who && slices.Contains(a.Roles, role) {
			return journal.WithActor(ctx, journal.Actor{Role: string(role), Account: a.ID})
		}
	}
	return ctx
}

// give runs one command.
func give[S any](ctx context.Context, j *journal.Journal, room journal.Subject[S], id string, cmd journal.Command[S]) error {
	_, err := journal.Do(ctx, j, room, journal.Order{Subject: id}, cmd)
	if err != nil {
		return fmt.Errorf("%s %s: %T: %w", room.Kind, id, cmd, err)
	}
	return nil
}

func (t *teller) tellAccounts(ctx context.Context) error {
	t.at(t.city.Began.Next().Begins().Add(8 * time.Hour))
	hashes := map[zone.Zone]string{}
	for _, a := range t.city.Accounts {
		n := t.nodes()[slices.Index([]zone.Zone{zone.Internet, zone.Office, zone.Passport}, a.Zone)]
		// One hash for all of a zone: the password is printed anyhow, and to
		// make a hundred would take most of the time of a start.
		if hashes[a.Zone] == "" {
			h, err := account.NewHasher(rand.Reader, 1)
			if err != nil {
				return err
			}
			if hashes[a.Zone], err = h.Hash(ctx, Password); err != nil {
				return err
			}
		}
		cmd := account.Open{Login: a.Login, Name: a.Name, Roles: a.Roles, PasswordHash: hashes[a.Zone]}
		if a.Unit >= 0 {
			cmd.Unit, cmd.Person = t.city.Units[a.Unit].ID, t.city.People[a.Person].ID
		}
		if err := give(ctx, n.Journal, account.Room, a.ID, journal.Command[account.Account](cmd)); err != nil {
			return err
		}
	}
	return nil
}

func (t *teller) tellUnits(ctx context.Context) error {
	office := t.zones.Office.Journal
	ctx = t.as(ctx, zone.Office, "admin")
	for _, u := range t.city.Units {
		if err := give(ctx, office, unit.Room, u.ID, journal.Command[unit.Unit](unit.Open{Name: u.Name, NameEn: u.NameEn, USCC: u.USCC, Type: u.Type, Level: u.Level,
			Parent: u.Parent, Address: u.Address})); err != nil {
			return err
		}
		if err := give(ctx, office, unit.Room, u.ID, journal.Command[unit.Unit](unit.ConfirmOfficer{ValidUntil: u.OfficerUntil,
			Signatory: t.city.People[u.Signatory].Facts.Name()})); err != nil {
			return err
		}
	}
	for _, q := range t.city.Quotas {
		u := t.city.Units[q.Unit].ID
		if err := give(ctx, office, quota.Room, quota.ID(u, q.Year), journal.Command[quota.Plan](quota.SetPlan{Unit: u, Year: q.Year, Groups: q.Groups, People: q.People,
			AmountFen: q.AmountFen})); err != nil {
			return err
		}
	}
	return nil
}

// HallID is the subject of the hall's plan.
const HallID = "hall"

func (t *teller) tellHall(ctx context.Context) error {
	if err := give(t.as(ctx, zone.Office, "admin"), t.zones.Office.Journal, hall.Plans, HallID, journal.Command[hall.Plan](hall.SetPlan{Planned: t.city.Hall})); err != nil {
		return err
	}
	for _, s := range t.city.Stocks {
		if err := give(t.as(ctx, zone.Passport, "passport1"), t.zones.Passport.Journal, passport.Stocks, string(s.Type), journal.Command[passport.Stock](
			passport.Receive{First: s.First, Last: s.Last})); err != nil {
			return err
		}
	}
	return nil
}

func (t *teller) tellPeople(ctx context.Context) error {
	for _, p := range t.city.People {
		t.at(p.Recorded)
		facts := p.Facts
		facts.Unit = ""
		officer := t.ofUnit(ctx, access.Liaison, t.city.Units[p.Unit].Liaisons[0])
		if err := give(officer, t.zones.Internet.Journal, person.Room, p.ID, journal.Command[person.Person](person.Record{In: t.city.Units[p.Unit].ID,
			Facts: person.FromMember(facts)})); err != nil {
			return fmt.Errorf("%s: %w", p.Facts.Name(), err)
		}
	}
	return nil
}

func (t *teller) tellBooklets(ctx context.Context) error {
	ctx = t.as(ctx, zone.Office, "keeper1")
	for _, p := range t.city.People {
		for _, b := range p.Booklets {
			cmd := custody.Register{Booklet: b.ID, Unit: t.city.Units[p.Unit].ID, Type: string(b.Type), Number: b.Number, Issued: b.Issued, Expires: b.Expires,
				BlankPages: b.BlankPages, LatinName: b.LatinName, CaptureUntil: b.CaptureUntil}
			if err := give(ctx, t.zones.Office.Journal, custody.Room, p.ID, journal.Command[custody.Holder](cmd)); err != nil {
				return fmt.Errorf("%s: %w", p.Facts.Name(), err)
			}
		}
	}
	return nil
}

// happening is one step of one case.
type happening struct {
	Event
	plan *Plan
	turn int // how many of that step the case had before
}

// tellCases lets all cases go on side by side, day by day: what is done in one
// zone in a day reaches the others before the next.
func (t *teller) tellCases(ctx context.Context) error {
	var all []happening
	for i := range t.city.Plans {
		p := &t.city.Plans[i]
		turns := map[Step]int{}
		for _, e := range p.Story {
			if steps[e.Step] == nil {
				break
			}
			all = append(all, happening{e, p, turns[e.Step]})
			turns[e.Step]++
		}
	}
	slices.SortStableFunc(all, func(a, b happening) int { return cmp.Compare(a.At.UnixNano(), b.At.UnixNano()) })
	var day calendar.Date
	waiting := map[*Plan]bool{} // told something today that another zone must hear
	for _, h := range all {
		if on := calendar.DateOf(h.At); on != day || waiting[h.plan] && steps[h.Step].hears {
			if len(waiting) > 0 {
				if err := t.settle(ctx); err != nil {
					return err
				}
			}
			day = on
			clear(waiting)
		}
		t.at(h.At)
		if err := steps[h.Step].tell(ctx, t, h.plan, h.turn); err != nil {
			return fmt.Errorf("%s %s on %s: %w", h.plan.Case.Trip.Title, h.Step, day, err)
		}
		if steps[h.Step].crosses {
			waiting[h.plan] = true
		}
	}
	return nil
}

// patience is how long one day's news may take: far more than it ever does.
const patience = 20 * time.Second

var errUnsettled = errors.New("a zone doesn't come to rest: its log says which reaction fails")

// settle waits until every zone has heard of everything and done what follows.
func (t *teller) settle(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errUnsettled)
	defer cancel()
	for {
		quiet, err := t.zones.Ferry.Settled(ctx)
		if err != nil {
			return err
		}
		for _, n := range t.nodes() {
			if !quiet {
				break
			}
			if quiet, err = n.Settled(ctx); err != nil {
				return err
			}
		}
		if quiet {
			// A reaction may have written between the two looks.
			if again, err := t.zones.Ferry.Settled(ctx); err != nil || again {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(time.Millisecond):
		}
	}
}

// step is how one step is told.
type step struct {
	tell    func(context.Context, *teller, *Plan, int) error
	crosses bool // another zone hears of it
	hears   bool // it answers what another zone has said
}

// steps are those that are told. A case whose next step isn't here stands
// where it is.
var steps map[Step]*step

func init() {
	steps = map[Step]*step{
		Begins:    {tell: tellBegins},
		Presents:  {tell: tellPresents},
		HandsBack: {tell: tellHandsBack},
		Submits:   {tell: tellSubmits, crosses: true},
		Withdraws: {tell: tellWithdraws, crosses: true},
		SendsBack: {tell: tellSendsBack, crosses: true, hears: true},
		Corrects:  {tell: tellCorrects, crosses: true, hears: true},
		Accepts:   {tell: tellAccepts, hears: true},
		Reviews:   {tell: tellReviews},
		Decides:   {tell: tellDecides, crosses: true},
	}
}

// persons are the ids of a case's members.
func (t *teller) persons(p *Plan) []string {
	out := make([]string, len(p.Members))
	for i, m := range p.Members {
		out[i] = t.city.People[m].ID
	}
	return out
}

func (t *teller) application(p *Plan, c dossier.Case) filing.Application {
	origins := map[string]filing.Origin{}
	for _, l := range c.Leaves() {
		switch {
		case len(l.Path) > 8 && l.Path[:8] == "members[", len(l.Path) > 5 && l.Path[:5] == "unit.":
			origins[l.Path] = filing.FromFile
		case l.Path == "case.daysAbroad", l.Path == "budget.totalCny":
			origins[l.Path] = filing.Derived
		default:
			origins[l.Path] = filing.Typed
		}
	}
	return filing.Application{Case: c, Persons: t.persons(p), Origins: origins, Answers: p.Answers, RuleSet: t.city.data.Version}
}

func tellBegins(ctx context.Context, t *teller, p *Plan, _ int) error {
	paper := filing.FromCase(p.Draft(), t.persons(p))
	paper.Answers = p.Answers
	_, err := t.zones.Drafts.Begin(t.ofUnit(ctx, access.Liaison, p.Officer), p.ID, t.city.Units[p.Unit].ID, paper)
	return err
}

func tellPresents(ctx context.Context, t *teller, p *Plan, _ int) error {
	d, err := t.zones.Drafts.Load(ctx, p.ID)
	if err != nil {
		return err
	}
	return give(t.ofUnit(ctx, access.Liaison, p.Officer), t.zones.Internet.Journal, filing.Room, p.ID, journal.Command[filing.Filing](filing.Present{Unit: t.city.Units[p.Unit].ID,
		Revision: d.Revision, Application: t.application(p, p.First())}))
}

// signs is the signatory's context, and who they are as a traveller.
func (t *teller) signs(ctx context.Context, p *Plan) (context.Context, string) {
	who := t.city.Units[p.Unit].Signatory
	return t.ofUnit(ctx, access.Signatory, who), t.city.People[who].ID
}

func tellHandsBack(ctx context.Context, t *teller, p *Plan, _ int) error {
	ctx, self := t.signs(ctx, p)
	return give(ctx, t.zones.Internet.Journal, filing.Room, p.ID, journal.Command[filing.Filing](filing.HandBack{Words: p.Fate.Handed, Self: self}))
}

func tellSubmits(ctx context.Context, t *teller, p *Plan, _ int) error {
	f, _, err := journal.Load(ctx, t.zones.Internet.Journal, filing.Room, p.ID)
	if err != nil {
		return err
	}
	ctx, self := t.signs(ctx, p)
	return give(ctx, t.zones.Internet.Journal, filing.Room, p.ID, journal.Command[filing.Filing](filing.Submit{Self: self, Revision: f.Revision,
		Application: t.application(p, p.First())}))
}

func tellWithdraws(ctx context.Context, t *teller, p *Plan, _ int) error {
	return give(t.ofUnit(ctx, access.Liaison, p.Officer), t.zones.Internet.Journal, filing.Room, p.ID, journal.Command[filing.Filing](filing.Withdraw{Reason: p.Fate.Withdraw}))
}

// desk is one of the accounts of a role, the same for a case each time.
func (t *teller) desk(ctx context.Context, role access.Role, p *Plan) context.Context {
	var mine []Account
	for _, a := range t.city.Accounts {
		if a.Zone == zone.Office && slices.Contains(a.Roles, role) {
			mine = append(mine, a)
		}
	}
	a := mine[int(p.ID[len(p.ID)-1])%len(mine)]
	return journal.WithActor(ctx, journal.Actor{Role: string(role), Account: a.ID})
}

func tellSendsBack(ctx context.Context, t *teller, p *Plan, _ int) error {
	cmd := approval.SendBack{Within: 2}
	for _, d := range p.Fate.Returned {
		cmd.Defects = append(cmd.Defects, approval.Defect{Field: d.Field, Words: d.Words, Fix: d.Fix})
	}
	return give(t.desk(ctx, access.Intake, p), t.zones.Office.Journal, approval.Room, p.ID, journal.Command[approval.Approval](cmd))
}

func tellCorrects(ctx context.Context, t *teller, p *Plan, _ int) error {
	return give(t.ofUnit(ctx, access.Liaison, p.Officer), t.zones.Internet.Journal, filing.Room, p.ID, journal.Command[filing.Filing](filing.Correct{Application: t.application(p, p.Case)}))
}

func tellAccepts(ctx context.Context, t *teller, p *Plan, _ int) error {
	ctx = t.desk(ctx, access.Intake, p)
	n, err := approval.NextNumber(ctx, t.zones.Office.Journal, approval.CaseSeries, p.ID)
	if err != nil {
		return err
	}
	return give(ctx, t.zones.Office.Journal, approval.Room, p.ID, journal.Command[approval.Approval](approval.Accept{Number: n.CaseNumber(), Path: t.zones.Office.Paths.For(p.Case)}))
}

// verdicts says of each member what the fate says.
func (t *teller) verdicts(p *Plan) []approval.Verdict {
	var out []approval.Verdict
	for i, id := range t.persons(p) {
		v := approval.Verdict{Person: id, Approved: !p.Fate.Refused}
		if p.Fate.Refused {
			v.Reason = "本年度同类任务已安排,本次不予批准。"
		}
		for _, d := range p.Fate.Declined {
			if d.Member == i {
				v.Approved, v.Reason = false, d.Reason
			}
		}
		out = append(out, v)
	}
	return out
}

func tellReviews(ctx context.Context, t *teller, p *Plan, turn int) error {
	cmd := approval.Review{Note: "材料齐全,任务具体,建议按程序办理。"}
	for _, v := range t.verdicts(p) {
		cmd.Opinions = append(cmd.Opinions, approval.Opinion{Person: v.Person, Approve: v.Approved, Words: v.Reason})
	}
	role := t.zones.Office.Paths.For(p.Case).Steps[turn].Role
	return give(t.desk(ctx, access.Role(role), p), t.zones.Office.Journal, approval.Room, p.ID, journal.Command[approval.Approval](cmd))
}

func tellDecides(ctx context.Context, t *teller, p *Plan, _ int) error {
	return give(t.desk(ctx, access.Director, p), t.zones.Office.Journal, approval.Room, p.ID, journal.Command[approval.Approval](approval.Decide{Members: t.verdicts(p), Months: 6}))
}
