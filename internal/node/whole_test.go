package node_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/drill"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/passport"
	"yitang/internal/person"
	"yitang/internal/quota"
	"yitang/internal/unit"
	"yitang/internal/visa"
	applying "yitang/internal/web/filing"
)

// Whatever is ordered in whichever order, taken or refused, and however far a
// case has come: in each zone the tables of all rooms together are those that
// its journal gives. YITANG_SEED tells one story again.
func TestTablesOfAWholeNodeAreThoseOfItsJournalWhateverHappens(t *testing.T) {
	rounds, orders := 2, 100
	if os.Getenv("YITANG_SOAK") != "" {
		rounds, orders = 30, 400
	}
	seeds := make([]uint64, rounds)
	for i := range seeds {
		seeds[i] = rand.Uint64()
	}
	if one, err := strconv.ParseUint(os.Getenv("YITANG_SEED"), 10, 64); err == nil {
		seeds = []uint64{one}
	}
	stages := []drill.Name{drill.Submit, drill.Document, drill.Book, drill.Receive, drill.VisaSent, drill.Depart, drill.HandIn}
	for _, seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			c := chance{s: begin(t, drill.Options{}), Rand: rand.New(rand.NewPCG(seed, 0))}
			upTo := stages[c.IntN(len(stages))]
			play(t, c.s, upTo)
			before := c.heads()
			for i := range orders {
				if c.IntN(8) == 0 { // some are heard elsewhere at once, most meet what nobody has heard yet
					settle(t, c.s)
				}
				if c.IntN(8) == 0 {
					c.s.Clock.Set(c.s.Clock.Now().Add(time.Duration(c.IntN(72)) * time.Hour))
				}
				if err := c.order(); err != nil && fault.Findings(err) == nil && !fault.IsNotNow(err) && !fault.IsNotFound(err) && !fault.IsForbidden(err) && !fault.IsConflict(err) {
					t.Fatalf("order %d after %q: %v", i, upTo, err)
				}
			}
			settle(t, c.s)
			if n := c.heads() - before; int(n) < orders/4 {
				t.Errorf("%d orders made only %d events: that shows nothing", orders, n)
			}
			for _, n := range c.s.Nodes() {
				if flaws, err := n.Journal.Verify(context.Background()); err != nil || len(flaws) > 0 {
					t.Errorf("the journal of the %s zone after %q: %v %v", n.Zone, upTo, flaws, err)
				}
				if differ, err := n.Journal.Compare(context.Background()); err != nil || len(differ) > 0 {
					t.Errorf("in the %s zone after %q these tables differ from the journal: %v %v", n.Zone, upTo, differ, err)
				}
			}
		})
	}
}

// chance gives orders to a story's zones.
type chance struct {
	*rand.Rand
	s *drill.Story
}

// heads is how many events the three journals hold.
func (c chance) heads() (n journal.Position) {
	for _, z := range c.s.Nodes() {
		head, _ := z.Journal.Head()
		n += head
	}
	return n
}

func (c chance) word() string {
	return []string{"示范", "某处", "", "国际合作处", "𠮷田·试", "a < b & c", "延期"}[c.IntN(7)]
}

func (c chance) day() calendar.Date { return c.s.Office.Journal.Today().AddDays(c.IntN(90) - 10) }

func (c chance) somebody() string { return c.s.People[c.IntN(len(c.s.People))] }

// to gives one command, with the roles that may give most of them.
func to[S any](c chance, role string, j *journal.Journal, room journal.Subject[S], id string, cmd journal.Command[S]) error {
	ctx := journal.WithActor(context.Background(), journal.Actor{Role: role, Account: fmt.Sprint("a", c.IntN(3))})
	_, err := journal.Do(ctx, j, room, journal.Order{Subject: id}, cmd)
	return err
}

func (c chance) order() error {
	ctx := journal.WithActor(context.Background(), journal.Actor{Role: "liaison", Account: "a1"})
	s, office, internet := c.s, c.s.Office.Journal, c.s.Internet.Journal
	switch c.IntN(19) {
	case 0:
		return to(c, "administrator", office, unit.Room, s.Unit, journal.Command[unit.Unit](unit.Change{Name: c.word() + "大学", NameEn: "X", Type: dossier.Institution, Address: c.word()}))
	case 1:
		return to(c, "administrator", office, unit.Room, s.Unit, journal.Command[unit.Unit](unit.Suspend{Reason: c.word()}))
	case 2:
		return to(c, "administrator", office, unit.Room, s.Unit, journal.Command[unit.Unit](unit.Resume{Reason: c.word()}))
	case 3:
		return to(c, "administrator", office, unit.Room, office.NewID(), journal.Command[unit.Unit](unit.Open{Name: c.word() + "所", USCC: "12509901G76543219R", Type: dossier.Institution}))
	case 4:
		return to(c, "administrator", office, unit.Room, s.Unit, journal.Command[unit.Unit](unit.ConfirmOfficer{ValidUntil: c.day(), Signatory: c.word()}))
	case 5:
		year := c.day().Year() + c.IntN(2)
		return to(c, "administrator", office, quota.Room, quota.ID(s.Unit, year), journal.Command[quota.Plan](quota.SetPlan{Unit: s.Unit, Year: year, Groups: c.IntN(9), People: c.IntN(90), AmountFen: c.Int64N(1e9)}))
	case 6:
		return to(c, "custodian", office, custody.Room, c.somebody(), journal.Command[custody.Holder](custody.Register{Booklet: office.NewID(), Unit: s.Unit, Type: string(dossier.PublicAffairs),
			Number: fmt.Sprintf("PE1%07d", c.IntN(1e6)), LatinName: "X Y", BlankPages: c.IntN(20), Issued: c.day().AddMonths(-6), Expires: c.day().AddMonths(12)}))
	case 7, 8:
		who := c.somebody()
		held, err := custody.Of(ctx, s.Office.Store, who)
		if err != nil || len(held) == 0 {
			return err
		}
		b := held[c.IntN(len(held))].Booklet
		var cmd journal.Command[custody.Holder] = custody.ReportLost{Booklet: b, Reason: c.word()}
		switch c.IntN(4) {
		case 0:
			cmd = custody.Void{Booklet: b, Reason: c.word()}
		case 1:
			cmd = custody.Receive{Booklet: b}
		case 2:
			cmd = custody.TakeBack{Booklet: b}
		}
		return to(c, "custodian", office, custody.Room, who, cmd)
	case 9:
		orders, err := visa.Of(ctx, s.Office.Store, s.ID)
		if err != nil || len(orders) == 0 {
			return err
		}
		var cmd journal.Command[visa.Order] = visa.SetMissionDay{On: c.day(), Words: c.word()}
		switch c.IntN(4) {
		case 0:
			cmd = visa.Withdraw{Reason: c.word()}
		case 1:
			cmd = visa.Refuse{Reason: c.word()}
		case 2:
			cmd = visa.Again{}
		}
		return to(c, "visa", office, visa.Room, orders[c.IntN(len(orders))].ID, cmd)
	case 10, 11:
		id := internet.NewID()
		err := applying.NewWork(s.Internet).RecordPerson(ctx, journal.Order{Subject: id}, s.Unit, "", person.Facts{FamilyName: "试", GivenName: c.word(), Post: c.word(), Mobile: fmt.Sprintf("199%08d", c.IntN(1e8))})
		if err == nil {
			s.People = append(s.People, id)
		}
		return err
	case 12, 13:
		id := c.somebody()
		p, _, err := journal.Load(ctx, internet, person.Room, id)
		if err != nil {
			return err
		}
		p.Post, p.Department = c.word(), c.word()
		if c.IntN(2) == 0 {
			p.GivenName = c.word()
		}
		return applying.NewWork(s.Internet).ChangePerson(ctx, journal.Order{Subject: id}, "", p.Facts)
	case 14:
		if c.IntN(2) == 0 {
			return to(c, "liaison", internet, person.Room, c.somebody(), journal.Command[person.Person](person.ComeBack{}))
		}
		return to(c, "liaison", internet, person.Room, c.somebody(), journal.Command[person.Person](person.Leave{On: c.day()}))
	case 15:
		booked, err := hall.OfFiling(ctx, s.Internet.Store, s.ID)
		if err != nil || len(booked) == 0 {
			return err
		}
		b := booked[c.IntN(len(booked))]
		plan, _, err := hall.PlanOf(ctx, s.Internet.Store, hall.Main)
		if err != nil {
			return err
		}
		return to(c, "liaison", internet, hall.Days, plan.DayID(b.Day), journal.Command[hall.Day](hall.Cancel{Booking: b.ID, Day: b.Day, Reason: c.word()}))
	case 16:
		first := c.IntN(1e6)
		var cmd journal.Command[passport.Stock] = passport.Receive{First: fmt.Sprintf("PE%07d", first), Last: fmt.Sprintf("PE%07d", first+c.IntN(30))}
		if c.IntN(3) == 0 {
			cmd = passport.Discard{Number: fmt.Sprintf("PE29%05d", c.IntN(20)+1), Why: c.word(), Two: []string{"x", "y"}}
		}
		return to(c, "passport", s.Passport.Journal, passport.Stocks, string(dossier.PublicAffairs), cmd)
	case 17:
		var cmd journal.Command[passport.Order] = passport.Spoil{Reason: c.word(), Two: []string{"x", "y"}}
		if c.IntN(2) == 0 {
			cmd = passport.HandOver{}
		}
		return to(c, "passport", s.Passport.Journal, passport.Room, passport.OrderID(s.ID, s.People[drill.Newcomer]), cmd)
	}
	if c.IntN(5) > 0 { // these end the case
		return nil
	}
	if c.IntN(2) == 0 {
		return to(c, "director", office, approval.Room, s.ID, journal.Command[approval.Approval](approval.Revoke{Reason: c.word()}))
	}
	return to(c, "signatory", internet, filing.Room, s.ID, journal.Command[filing.Filing](filing.Withdraw{Reason: c.word()}))
}
