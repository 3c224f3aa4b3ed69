package drill

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/demo"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/material"
	"yitang/internal/node"
	"yitang/internal/passport"
	"yitang/internal/person"
	"yitang/internal/precheck"
	"yitang/internal/progress"
	"yitang/internal/quota"
	"yitang/internal/unit"
	"yitang/internal/visit"
	"yitang/internal/zone"
)

// staff are who signs in, zone by zone. Who checks what somebody else has done
// is another account.
var staff = []struct {
	zone        zone.Zone
	login, name string
	role        access.Role
}{
	{zone.Internet, "liaison", "何远舟", access.Liaison},
	{zone.Internet, "signatory", "罗知行", access.Signatory},
	{zone.Office, "intake", "温如玉", access.Intake},
	{zone.Office, "reviewer", "祝同舟", access.Reviewer},
	{zone.Office, "reviewer2", "路知寒", access.Reviewer},
	{zone.Office, "chief", "岳临川", access.Chief},
	{zone.Office, "director", "柏问渠", access.Director},
	{zone.Office, "visa", "宗望舒", access.Visa},
	{zone.Office, "visa2", "连溪午", access.Visa},
	{zone.Office, "keeper", "伏安澜", access.Custodian},
	{zone.Office, "window", "时雨霁", access.Window},
	{zone.Office, "admin", "干则正", access.Administrator},
	{zone.Passport, "capture", "全景秀", access.Capture},
	{zone.Passport, "maker", "司南北", access.PassportOfficer},
	{zone.Passport, "checker", "晏平生", access.PassportOfficer},
}

func (s *Story) desks() map[zone.Zone]*account.Desk {
	return map[zone.Zone]*account.Desk{zone.Internet: s.Internet.Accounts, zone.Office: s.Office.Accounts, zone.Passport: s.Passport.Accounts}
}

// openAccounts opens them, all with one password: it is hashed once for each
// zone, because hashing is made to be slow.
func openAccounts(ctx context.Context, s *Story) error {
	s.Unit = s.Office.Journal.NewID()
	hashes := map[zone.Zone]string{}
	for _, n := range s.Nodes() {
		h, err := account.NewHasher(rand.Reader, s.passwords, 1)
		if err != nil {
			return err
		}
		if hashes[n.Zone], err = h.Hash(ctx, s.Password); err != nil {
			return err
		}
		s.accounts[n.Zone] = map[string]string{}
	}
	for _, a := range staff {
		open := account.Open{Login: a.login, Name: a.name, Roles: []access.Role{a.role}, PasswordHash: hashes[a.zone]}
		if a.zone == zone.Internet {
			open.Unit = s.Unit
		}
		for _, n := range s.Nodes() {
			if n.Zone != a.zone {
				continue
			}
			id := n.Journal.NewID()
			if err := give(journal.WithActor(ctx, journal.System), n.Journal, account.Room, id, journal.Command[account.Account](open)); err != nil {
				return fmt.Errorf("opening the account %s: %w", a.login, err)
			}
			s.accounts[a.zone][a.login] = id
		}
	}
	return nil
}

// signIn lets everybody sign in once, in their own zone alone.
func signIn(ctx context.Context, s *Story) error {
	failed := make(chan error, len(staff))
	for _, a := range staff {
		go func() { failed <- s.signIn(ctx, a.zone, a.login, a.role) }()
	}
	var all error
	for range staff {
		all = errors.Join(all, <-failed)
	}
	if all != nil {
		return all
	}
	if _, err := s.Internet.Accounts.SignIn(ctx, "director", s.Password, "127.0.0.1"); err == nil {
		return errors.New("an account of the office can sign in on the internet")
	}
	return nil
}

func (s *Story) signIn(ctx context.Context, z zone.Zone, login string, role access.Role) error {
	token, err := s.desks()[z].SignIn(ctx, login, s.Password, "127.0.0.1")
	if err != nil {
		return fmt.Errorf("%s can't sign in: %w", login, err)
	}
	who, err := s.desks()[z].Who(ctx, token)
	if err != nil {
		return err
	}
	if who.Account != s.accounts[z][login] || !who.Has(role) {
		return fmt.Errorf("who signed in as %s is %s %v", login, who.Account, who.Roles)
	}
	return nil
}

// register is what is there before any case: unit, quota, hall, blanks, people
// and the booklets of those who travelled before.
func register(ctx context.Context, s *Story) error {
	office, admin := s.Office.Journal, s.as(ctx, zone.Office, "admin", access.Administrator)
	err := give(admin, office, unit.Room, s.Unit, journal.Command[unit.Unit](unit.Open{Name: unitName, NameEn: "Demonstration University of Technology", USCC: "12509901G76543219R", Type: dossier.Institution}))
	if err == nil {
		err = give(admin, office, unit.Room, s.Unit, journal.Command[unit.Unit](unit.ConfirmOfficer{ValidUntil: s.days.end.AddMonths(12), Signatory: "罗知行"}))
	}
	for year := s.days.submitted.Year(); err == nil && year <= s.days.end.Year(); year++ {
		err = give(admin, office, quota.Room, quota.ID(s.Unit, year), journal.Command[quota.Plan](quota.SetPlan{Unit: s.Unit, Year: year, Groups: 20, People: 80, AmountFen: 500_000_000}))
	}
	if err != nil {
		return err
	}
	if _, own, err := hall.PlanOf(ctx, office.Store, hall.Main); err != nil {
		return err
	} else if !own { // the office's pack has planned none
		if err := planHall(admin, s); err != nil {
			return err
		}
	}
	maker := s.as(ctx, zone.Passport, "maker", access.PassportOfficer)
	for kind, blanks := range map[dossier.PassportType]passport.Receive{dossier.PublicAffairs: {First: "PE2900001", Last: "PE2900020"}, dossier.HKMacauPermit: {First: "J29000001", Last: "J29000020"}} {
		if err := give(maker, s.Passport.Journal, passport.Stocks, string(kind), journal.Command[passport.Stock](blanks)); err != nil {
			return err
		}
	}
	liaison, keeper := s.as(ctx, zone.Internet, "liaison", access.Liaison), s.as(ctx, zone.Office, "keeper", access.Custodian)
	for i, m := range members(s.days) {
		id := s.Internet.Journal.NewID()
		s.People = append(s.People, id)
		if err := s.work.RecordPerson(liaison, journal.Order{Subject: id}, s.Unit, "", person.FromMember(m)); err != nil {
			return fmt.Errorf("recording %s: %w", m.Name(), err)
		}
		cmd := custody.Register{Booklet: office.NewID(), Unit: s.Unit, Type: string(dossier.PublicAffairs), Number: fmt.Sprintf("PE190030%d", i), LatinName: m.LatinName(), BlankPages: 20,
			Issued: s.days.submitted.AddMonths(-24), Expires: s.days.submitted.AddMonths(36), CaptureUntil: s.days.submitted.AddMonths(36)}
		if i == Newcomer { // issued before fingers were taken
			cmd.Expires, cmd.CaptureUntil = s.days.home.AddMonths(2), calendar.Date{}
		}
		if err := give(keeper, office, custody.Room, id, journal.Command[custody.Holder](cmd)); err != nil {
			return err
		}
	}
	return nil
}

func planHall(ctx context.Context, s *Story) error {
	plan := hall.Planned{Name: "云江市外事服务大厅", NameEn: "Yunjiang Foreign Affairs Service Hall", Place: "政务服务中心三楼", PlaceEn: "3rd floor, Administrative Service Centre", Phone: "023-5550 0188", Locker: "政务服务中心一楼大堂", LockerEn: "ground floor, Administrative Service Centre", Minutes: 30, Lead: 1, Horizon: 60,
		Open: []hall.Span{{From: hall.At(9, 0), To: hall.At(12, 0)}, {From: hall.At(13, 30), To: hall.At(17, 0)}}, From: s.days.submitted}
	for i, counter := range visit.Counters() {
		plan.Windows = append(plan.Windows, hall.Window{ID: fmt.Sprintf("%c1", 'A'+i), Counters: []visit.Counter{counter}, Places: 2})
	}
	return give(ctx, s.Office.Journal, hall.Plans, hall.Main, journal.Command[hall.Plan](hall.SetPlan{Planned: plan}))
}

// registered checks that each zone knows what it is there for, and no more.
func registered(ctx context.Context, s *Story) error {
	for i, id := range s.People {
		held, err := custody.Of(ctx, s.Internet.Store, id)
		if err != nil {
			return err
		}
		if len(held) != 1 {
			return fmt.Errorf("the internet zone knows %d booklets of member %d", len(held), i+1)
		}
		if _, err := person.One(ctx, s.Office.Store, id); err != nil {
			return fmt.Errorf("the office doesn't know member %d: %w", i+1, err)
		}
		if _, err := person.One(ctx, s.Passport.Store, id); !fault.IsNotFound(err) {
			return fmt.Errorf("the passport zone knows member %d before it has an order: %v", i+1, err)
		}
	}
	return nil
}

// draft is the liaison officer's work: what is typed, and each paper that the
// task list says is missing.
func draft(ctx context.Context, s *Story) error {
	ctx = s.as(ctx, zone.Internet, "liaison", access.Liaison)
	s.ID = s.Internet.Journal.NewID()
	if _, err := s.work.Drafts.Begin(ctx, s.ID, s.Unit, paper(s.days, s.People, members(s.days))); err != nil {
		return err
	}
	f, err := s.work.Open(ctx, s.ID)
	if err != nil {
		return err
	}
	return supply(ctx, s.work, f)
}

// drafted checks that nothing blocks, nothing is missing, and nothing typed is
// known already.
func drafted(ctx context.Context, s *Story) error {
	f, err := s.work.Open(ctx, s.ID)
	if err != nil {
		return err
	}
	if found := s.work.Application(f, precheck.Submit).Blocking; len(found) > 0 {
		return fmt.Errorf("it can't be handed in: %w", fault.Invalid(found...))
	}
	for path, origin := range f.Now.Origins {
		if origin != filing.Typed {
			continue
		}
		switch g := dossier.Generic(path); g {
		case "members.role", "members.dispatchConsent", "members.commitment":
		default:
			if len(g) > 8 && g[:8] == "members." || len(g) > 5 && g[:5] == "unit." {
				return fmt.Errorf("%s was typed again", path)
			}
		}
	}
	return nil
}

// present lays the case before the signatory.
func present(ctx context.Context, s *Story) error {
	ctx = s.as(ctx, zone.Internet, "liaison", access.Liaison)
	f, err := s.work.Open(ctx, s.ID)
	if err != nil {
		return err
	}
	if err := s.work.Answered(ctx, f, demo.Reason); err != nil {
		return err
	}
	_, err = s.work.Present(ctx, journal.Order{}, f)
	return err
}

// presented checks that the signatory has it, and that no other zone has heard
// of it yet: papers alone go ahead.
func presented(ctx context.Context, s *Story) error {
	if err := s.stands(ctx, map[zone.Zone]progress.Stage{zone.Internet: progress.AtSignatory}); err != nil {
		return err
	}
	f, _, err := journal.Load(ctx, s.Internet.Journal, filing.Room, s.ID)
	if err != nil {
		return err
	}
	if f.Stage != filing.IsPresented {
		return fmt.Errorf("before the signatory the case is %q", f.Stage)
	}
	for _, n := range []*node.Node{s.Office.Node, s.Passport.Node} {
		for _, kind := range []string{filing.Room.Kind, approval.Room.Kind} {
			heard, err := n.Journal.History(ctx, journal.Ref{Kind: kind, ID: s.ID})
			if err != nil {
				return err
			}
			if len(heard) > 0 {
				return fmt.Errorf("the %s zone has heard of a case that nobody has submitted: %s", n.Zone, heard[0].Kind)
			}
		}
	}
	return nil
}

// submit is the signatory's; for a trip of one's own it is refused.
func submit(ctx context.Context, s *Story) error {
	ctx = s.as(ctx, zone.Internet, "signatory", access.Signatory)
	f, err := s.work.Open(ctx, s.ID)
	if err != nil {
		return err
	}
	if _, err := s.work.Submit(ctx, journal.Order{}, f, s.People[Head]); fault.Findings(err) == nil {
		return fmt.Errorf("somebody could sign for a trip of their own: %v", err)
	}
	key := journal.Order{Key: "drill:submit"}
	first, err := s.work.Submit(ctx, key, f, "")
	if err != nil {
		return err
	}
	again, err := s.work.Submit(ctx, key, f, "") // a double click
	if err != nil || !again.Repeated || again.Version != first.Version {
		return fmt.Errorf("submitted twice: %+v, then %+v: %v", first, again, err)
	}
	return nil
}

func submitted(ctx context.Context, s *Story) error {
	f, _, err := journal.Load(ctx, s.Internet.Journal, filing.Room, s.ID)
	if err != nil {
		return err
	}
	s.typed = map[string]bool{}
	for path, o := range f.Origins {
		if o == filing.Typed {
			s.typed[path] = true
		}
	}
	a, _, err := journal.Load(ctx, s.Office.Journal, approval.Room, s.ID)
	if err != nil {
		return err
	}
	if a.Stage != approval.AtIntake || len(a.Members) != len(s.People) {
		return fmt.Errorf("the office has it at stage %q with %d members", a.Stage, len(a.Members))
	}
	papers, err := material.OfFiling(ctx, s.Office.Store, s.ID)
	if err != nil {
		return err
	}
	here, err := material.OfFiling(ctx, s.Internet.Store, s.ID)
	if err != nil {
		return err
	}
	if len(papers) == 0 || len(papers) != len(here) {
		return fmt.Errorf("of %d papers the office has %d", len(here), len(papers))
	}
	return nil
}

const defect = "case.purpose"

func sendBack(ctx context.Context, s *Story) error {
	return give(s.as(ctx, zone.Office, "intake", access.Intake), s.Office.Journal, approval.Room, s.ID, journal.Command[approval.Approval](
		approval.SendBack{Defects: []approval.Defect{{Field: defect, Words: "未写明验收的设备", Fix: "写明设备名称和台数"}}, Within: s.Office.Packs.Now().Paths.CorrectionWorkdays}))
}

// correct mends the one field; another one isn't open.
func correct(ctx context.Context, s *Story) error {
	ctx = s.as(ctx, zone.Internet, "liaison", access.Liaison)
	f, err := s.work.Open(ctx, s.ID)
	if err != nil {
		return err
	}
	if f.Filing.Open("case.necessity") != "" || f.Filing.Open(defect) == "" {
		return errors.New("other fields are open than the one that was sent back")
	}
	_, err = s.work.Drafts.Change(ctx, s.ID, f.Draft.Revision, func(p *filing.Paper) error {
		p.Reopened(f.Filing)
		return p.Put(defect, mended)
	})
	if err != nil {
		return err
	}
	if f, err = s.work.Open(ctx, s.ID); err != nil {
		return err
	}
	_, err = s.work.Correct(ctx, journal.Order{}, f)
	return err
}

func corrected(ctx context.Context, s *Story) error {
	rounds, err := approval.Rounds(ctx, s.Office.Journal, s.ID)
	if err != nil {
		return err
	}
	if len(rounds) != 2 || rounds[1].Dossier.Trip.Purpose != mended {
		return fmt.Errorf("the office has %d rounds", len(rounds))
	}
	if diff := dossier.Difference(rounds[0].Dossier, rounds[1].Dossier); len(diff) != 1 || diff[0].Path != defect {
		return fmt.Errorf("the correction changed %v", diff)
	}
	return nil
}
