package demo

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"time"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/exchange"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/passport"
	"yitang/internal/person"
	"yitang/internal/quota"
	"yitang/internal/unit"
	applying "yitang/internal/web/filing"
	needs "yitang/internal/web/hall"
	"yitang/internal/zone"
)

// Zones are the three nodes that the city is told to, with their shares in the
// streams between them. They are started, their clocks are this one, and nobody
// else carries between them meanwhile.
type Zones struct {
	Internet *node.Internet
	Office   *node.Office
	Passport *node.Passport
	Shares   []*exchange.Exchange
	Clock    *Clock
	// Progress hears how many of all steps are told; nil for nobody.
	Progress func(done, all int)
	// Stuck hears of each case that a rule stopped before its fate was fulfilled; it
	// stays there. nil: the first one ends the telling.
	Stuck func(error)
}

// Tell lets the city's history happen: the commands that its people would have
// given, each on its day. Every case goes as far as its fate says. It is for
// empty zones; told twice, the second time fails.
func Tell(ctx context.Context, z Zones, c City) error {
	t := &teller{zones: z, city: c, accounts: map[string]Account{}, finder: needs.Finder{Journal: z.Internet.Journal, Pack: z.Internet.Packs.Now},
		work: applying.NewWork(z.Internet), kept: kept{cards: map[string]bool{}, photos: map[string]calendar.Date{}}}
	for _, a := range c.Accounts {
		t.accounts[string(a.Zone)+"/"+a.Login] = a
	}
	for _, part := range []struct {
		what string
		tell func(context.Context) error
	}{
		{"accounts", t.tellAccounts}, {"units", t.tellUnits}, {"the hall and the stock", t.tellHall}, {"people", t.tellPeople}, {"booklets", t.tellBooklets}, {"cases", t.tellCases}, {"notices", t.tellNotices}, {"questions", t.tellQuestions}, {"remarks", t.tellRemarks},
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
	finder   needs.Finder
	work     *applying.Work
	stuck    stuck
	kept     kept
	planned  map[int]calendar.Date // the day of each of the city's plans that isn't in force yet
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

// Each does something for each of the rows that are meant, one after another; err
// is that of reading them.
func Each[R any](rows []R, err error, meant func(R) bool, do func(R) error) error {
	if err != nil {
		return err
	}
	for _, row := range rows {
		if !meant(row) {
			continue
		}
		if err := do(row); err != nil {
			return err
		}
	}
	return nil
}

func (t *teller) tellAccounts(ctx context.Context) error {
	t.at(t.city.Began.Next().Begins().Add(8 * time.Hour))
	hashes := map[zone.Zone]string{}
	for _, n := range t.nodes() {
		// One hash for all of a zone: the password is printed anyhow, and to
		// make a hundred would take most of the time of a start.
		h, err := account.NewHasher(rand.Reader, account.Full, 1)
		if err != nil {
			return err
		}
		if hashes[n.Zone], err = h.Hash(ctx, Password); err != nil {
			return err
		}
	}
	return together(t.city.Accounts, func(a Account) error {
		n := t.nodes()[slices.IndexFunc(t.nodes(), func(n *node.Node) bool { return n.Zone == a.Zone })]
		cmd := account.Open{Login: a.Login, Name: a.Name, Roles: a.Roles, PasswordHash: hashes[a.Zone]}
		if a.Unit >= 0 {
			cmd.Unit = t.city.Units[a.Unit].ID
		}
		if a.Person >= 0 {
			cmd.Person = t.city.People[a.Person].ID
		}
		return give(ctx, n.Journal, account.Room, a.ID, journal.Command[account.Account](cmd))
	})
}

func (t *teller) tellUnits(ctx context.Context) error {
	office := t.zones.Office.Journal
	ctx = t.as(ctx, zone.Office, "admin")
	err := together(t.city.Units, func(u Unit) error {
		err := give(ctx, office, unit.Room, u.ID, journal.Command[unit.Unit](unit.Open{Name: u.Name, NameEn: u.NameEn, USCC: u.USCC, Type: u.Type, Level: u.Level,
			Parent: u.Parent, Address: u.Address}))
		if err != nil {
			return err
		}
		return give(ctx, office, unit.Room, u.ID, journal.Command[unit.Unit](unit.ConfirmOfficer{ValidUntil: u.OfficerUntil,
			Signatory: t.city.People[u.Signatory].Facts.Name()}))
	})
	if err != nil {
		return err
	}
	return t.tellPlans(ctx, t.city.Began)
}

// tellPlans puts in force the plans whose day has come by now.
func (t *teller) tellPlans(ctx context.Context, now calendar.Date) error {
	if t.planned == nil {
		t.planned = t.city.plannedOn()
	}
	var due []Quota
	for i, q := range t.city.Quotas {
		if on, waits := t.planned[i]; waits && !on.After(now) {
			due = append(due, q)
			delete(t.planned, i)
		}
	}
	if len(due) == 0 {
		return nil
	}
	office := t.zones.Office.Journal
	t.at(now.Begins().Add(8 * time.Hour))
	ctx = t.as(ctx, zone.Office, "admin")
	return together(due, func(q Quota) error {
		u := t.city.Units[q.Unit].ID
		return give(ctx, office, quota.Room, quota.ID(u, q.Year), journal.Command[quota.Plan](quota.SetPlan{Unit: u, Year: q.Year, Groups: q.Groups, People: q.People,
			AmountFen: q.AmountFen, Lines: q.Lines}))
	})
}

// HallID is the subject of the hall's plan.
const HallID = hall.Main

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
	for some := range slices.Chunk(t.city.People, atOnce) {
		t.at(some[len(some)-1].Recorded)
		err := together(some, func(p Person) error {
			facts := p.Facts
			facts.Unit = ""
			officer := t.ofUnit(ctx, access.Liaison, t.city.Units[p.Unit].Liaisons[0])
			cmd := person.Record{In: t.city.Units[p.Unit].ID, Facts: person.FromMember(facts)}
			if err := give(officer, t.zones.Internet.Journal, person.Room, p.ID, journal.Command[person.Person](cmd)); err != nil {
				return fmt.Errorf("%s: %w", p.Facts.Name(), err)
			}
			if !p.travelled() {
				return nil
			}
			return t.tellDetails(officer, p)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *teller) tellBooklets(ctx context.Context) error {
	ctx = t.as(ctx, zone.Office, "keeper1")
	err := together(t.city.People, func(p Person) error {
		for _, b := range p.Booklets {
			cmd := custody.Register{Booklet: b.ID, Unit: t.city.Units[p.Unit].ID, Type: string(b.Type), Number: b.Number, Issued: b.Issued, Expires: b.Expires,
				BlankPages: b.BlankPages, LatinName: b.LatinName, CaptureUntil: b.CaptureUntil}
			if err := give(ctx, t.zones.Office.Journal, custody.Room, p.ID, journal.Command[custody.Holder](cmd)); err != nil {
				return fmt.Errorf("%s: %w", p.Facts.Name(), err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return t.settle(ctx)
}
