package main

import (
	"context"
	"fmt"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/guidance"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/passport"
	"yitang/internal/person"
	"yitang/internal/quota"
	"yitang/internal/training"
	"yitang/internal/unit"
	"yitang/internal/visit"
	"yitang/internal/zone"
)

// password is everybody's in this town.
const password = "yitang-e2e-2026"

// Cases are made in the own unit, whose neighbours must never see them; what
// only a company may do is done in the third.
const own, other, company = "u1", "u2", "u3"

var people = map[zone.Zone][]account.Open{
	zone.Internet: {
		{Login: "he", Name: "何远舟", Unit: own, Roles: []access.Role{access.Liaison}},
		{Login: "luo", Name: "罗知行", Unit: own, Roles: []access.Role{access.Signatory}},
		{Login: "other", Name: "邻静", Unit: other, Roles: []access.Role{access.Liaison, access.Signatory}},
		{Login: "qi", Name: "祁望", Unit: company, Roles: []access.Role{access.Liaison}},
		{Login: "du", Name: "杜衡", Unit: company, Roles: []access.Role{access.Signatory}},
		{Login: "jiang", Name: "江明远", Unit: own, Person: "p1", Roles: []access.Role{access.Traveller}},
		{Login: "admin", Name: "管维", Roles: []access.Role{access.Administrator}},
	},
	zone.Office: {
		{Login: "shou", Name: "程远", Roles: []access.Role{access.Intake}},
		{Login: "shen", Name: "沈默言", Roles: []access.Role{access.Reviewer}},
		{Login: "fu", Name: "苏再思", Roles: []access.Role{access.Reviewer}},
		{Login: "chu", Name: "李衡", Roles: []access.Role{access.Chief}},
		{Login: "zhu", Name: "方砚", Roles: []access.Role{access.Director}},
		{Login: "qian", Name: "顾青", Roles: []access.Role{access.Visa}},
		{Login: "bai", Name: "白核", Roles: []access.Role{access.Visa}},
		{Login: "guan", Name: "韦存", Roles: []access.Role{access.Custodian}},
		{Login: "chuang", Name: "唐立", Roles: []access.Role{access.Window}},
		{Login: "ren", Name: "任人事", Roles: []access.Role{access.Personnel}},
		{Login: "admin", Name: "管维", Roles: []access.Role{access.Administrator}},
		{Login: "audit", Name: "查实", Roles: []access.Role{access.Auditor}},
	},
	zone.Passport: {
		{Login: "zhao", Name: "许可", Roles: []access.Role{access.PassportOfficer}},
		{Login: "jian", Name: "简衡", Roles: []access.Role{access.PassportOfficer}},
		{Login: "cai", Name: "采薇", Roles: []access.Role{access.Capture}},
		{Login: "admin", Name: "管维", Roles: []access.Role{access.Administrator}},
		{Login: "audit", Name: "查实", Roles: []access.Role{access.Auditor}},
	},
}

// traveller is somebody on the unit's list. The identity numbers' area code
// belongs to no place.
type traveller struct {
	id, family, given, latin, latinGiven, number, mobile, post string
	rank                                                       dossier.Rank
	booklet                                                    string
}

var travellers = []traveller{
	{"p1", "江", "明远", "JIANG", "MINGYUAN", "509901197504121214", "19900001000", "处长", "division", "PE1900300"},
	{"p2", "舒", "若兰", "SHU", "RUOLAN", "509901198309031242", "19900001001", "教师", "section", "PE1900301"},
	{"p4", "谭", "思齐", "TAN", "SIQI", "509901199106151281", "19900001003", "教师", "section", "PE1900303"},
}

func give[S any](ctx context.Context, j *journal.Journal, room journal.Subject[S], id string, cmd journal.Command[S]) error {
	if _, err := journal.Do(ctx, j, room, journal.Order{Subject: id, Key: "town:" + id}, cmd); err != nil {
		return fmt.Errorf("telling %s %s: %T: %w", room.Kind, id, cmd, err)
	}
	return nil
}

// tell says all of it once; a town that is opened again knows it already.
func (t *town) tell(ctx context.Context) error {
	known, err := unit.One(ctx, t.internet.Store, other)
	if err == nil && known.Name != "" {
		return nil
	}
	admin := journal.WithActor(ctx, journal.Actor{Role: string(access.Administrator), Account: "console"})
	for z, desk := range map[zone.Zone]*account.Desk{zone.Internet: t.internet.Accounts, zone.Office: t.office.Accounts, zone.Passport: t.passport.Accounts} {
		for _, p := range people[z] {
			if _, err := desk.Open(admin, journal.Order{Subject: "acc-" + p.Login, Key: "town:" + p.Login}, p, password); err != nil {
				return fmt.Errorf("opening the account %s: %w", p.Login, err)
			}
		}
	}
	if err := t.tellTravellers(ctx); err != nil {
		return err
	}
	if err := t.tellHall(ctx); err != nil {
		return err
	}
	if err := t.tellUnits(ctx); err != nil {
		return err
	}
	if err := t.tellNotices(ctx); err != nil {
		return err
	}
	if err := t.tellQuestions(ctx); err != nil {
		return err
	}
	if err := t.tellTraining(ctx); err != nil {
		return err
	}
	return t.settle(ctx)
}

// tellTraining: one signatory has practised already.
func (t *town) tellTraining(ctx context.Context) error {
	who := training.Officer{Account: "acc-luo", Unit: own, Name: "罗知行"}
	ctx = journal.WithActor(ctx, journal.Actor{Role: string(access.Signatory), Account: who.Account})
	for _, cmd := range []journal.Command[training.Training]{training.Begin{Officer: who}, training.Pass{Officer: who, Visits: 1, Returns: 1}} {
		if _, err := journal.Do(ctx, t.internet.Journal, training.Room, journal.Order{Subject: who.Account, Key: fmt.Sprintf("town:%T", cmd)}, cmd); err != nil {
			return err
		}
	}
	return nil
}

func (t *town) tellUnits(ctx context.Context) error {
	j := t.office.Journal
	for _, u := range []struct {
		id  string
		cmd unit.Open
	}{
		{own, unit.Open{Name: "巴渝理工大学（虚构）", NameEn: "Bayu University of Technology (fictional)", USCC: "12509901G76543219R", Type: dossier.Institution}},
		{other, unit.Open{Name: "邻近研究院（虚构）", NameEn: "Neighbouring Institute (fictional)", Type: dossier.Institution, USCC: "12509901MB12345624"}},
		{company, unit.Open{Name: "云江重型机械有限公司（虚构）", NameEn: "Yunjiang Heavy Machinery (fictional)", Type: dossier.Enterprise, USCC: "91509901MA5U7K3Q2Q"}},
	} {
		if err := give(ctx, j, unit.Room, u.id, journal.Command[unit.Unit](u.cmd)); err != nil {
			return err
		}
		confirm := unit.ConfirmOfficer{ValidUntil: calendar.MustParse("2027-12-31"), Signatory: "罗知行"}
		if _, err := journal.Do(ctx, j, unit.Room, journal.Order{Subject: u.id}, journal.Command[unit.Unit](confirm)); err != nil {
			return err
		}
		plan := quota.SetPlan{Unit: u.id, Year: 2026, Groups: 20, People: 80, AmountFen: 500000000}
		if err := give(ctx, j, quota.Room, quota.ID(u.id, 2026), journal.Command[quota.Plan](plan)); err != nil {
			return err
		}
	}
	return nil
}

// tellNotices says something to all, which has replaced what was said before.
func (t *town) tellNotices(ctx context.Context) error {
	ctx = journal.WithActor(ctx, journal.Actor{Role: string(access.Chief), Account: "acc-chu"})
	for _, body := range []string{"午间有人值班。", "午间有两个窗口值班：\n- 一号窗口领取\n- 二号窗口交回"} {
		cmd := guidance.Publish{Sort: guidance.Notice, Title: "大厅午间不停办", Body: body, Asks: true, From: calendar.DateOf(t.clock.now())}
		if _, err := journal.Do(ctx, t.office.Journal, guidance.Room, journal.Order{Subject: "0190b000-0000-7000-8000-000000000001"}, journal.Command[guidance.State](cmd)); err != nil {
			return err
		}
	}
	return nil
}

// tellQuestions answers two frequent questions; one was changed, one taken back.
func (t *town) tellQuestions(ctx context.Context) error {
	ctx = journal.WithActor(ctx, journal.Actor{Role: string(access.Chief), Account: "acc-chu"})
	lost := guidance.Answer{Topic: "booklet", Question: fault.Text{Zh: "护照在国外丢了怎么办？", En: "I lost my passport abroad. What do I do?"},
		Answer: fault.Text{Zh: "先报警。", En: "Tell the police first."}, Guides: []dossier.CaseKind{dossier.Own}}
	better := lost
	better.Answer = fault.Text{Zh: "依次：\n1. 报警，要一张证明\n2. 联系使领馆", En: "In turn:\n1. The police\n2. The consulate"}
	days := guidance.Answer{Topic: "filing", Question: fault.Text{Zh: "出访天数怎么算？"}, Answer: fault.Text{Zh: "出境和入境那两天都算。"}}
	for _, q := range []struct {
		id  string
		cmd journal.Command[guidance.State]
	}{
		{"0190b000-0000-7000-8000-000000000011", lost}, {"0190b000-0000-7000-8000-000000000011", better},
		{"0190b000-0000-7000-8000-000000000012", days}, {"0190b000-0000-7000-8000-000000000012", guidance.TakeBack{Reason: "规定要改"}}, {"0190b000-0000-7000-8000-000000000012", days},
	} {
		if _, err := journal.Do(ctx, t.office.Journal, guidance.Questions, journal.Order{Subject: q.id}, q.cmd); err != nil {
			return err
		}
	}
	return nil
}

func (t *town) tellTravellers(ctx context.Context) error {
	for _, p := range travellers {
		facts := person.Facts{
			FamilyName: p.family, GivenName: p.given, LatinSurname: p.latin, LatinGivenNames: p.latinGiven, IDNumber: person.IDNumber(p.number),
			IDExpires: calendar.MustParse("2038-01-01"), Mobile: p.mobile, Email: p.id + "@example.edu.cn", Department: "国际合作处", Post: p.post, Rank: p.rank,
			Principal: person.NoPrincipal, Employment: dossier.Active, Nationality: "CHN",
			Vetting: dossier.Vetting{Status: "passed", ValidUntil: calendar.MustParse("2027-01-31")},
		}
		if err := give(ctx, t.internet.Journal, person.Room, p.id, journal.Command[person.Person](person.Record{In: own, Facts: facts})); err != nil {
			return err
		}
		booklet := custody.Register{Booklet: "b-" + p.id, Unit: own, Type: string(dossier.PublicAffairs), Number: p.booklet, Issued: calendar.MustParse("2024-02-01"),
			Expires: calendar.MustParse("2029-02-01"), BlankPages: 20, LatinName: p.latin + " " + p.latinGiven, CaptureUntil: calendar.MustParse("2029-02-01")}
		if err := give(ctx, t.office.Journal, custody.Room, p.id, journal.Command[custody.Holder](booklet)); err != nil {
			return err
		}
	}
	return nil
}

func (t *town) tellHall(ctx context.Context) error {
	if len(t.office.Packs.Now().Halls) == 0 { // else the pack plans it
		if err := t.planHall(ctx); err != nil {
			return err
		}
	}
	for kind, blanks := range map[dossier.PassportType]passport.Receive{dossier.PublicAffairs: {First: "PE8000001", Last: "PE8000100"}, dossier.HKMacauPermit: {First: "J80000001", Last: "J80000100"}} {
		if err := give(ctx, t.passport.Journal, passport.Stocks, string(kind), journal.Command[passport.Stock](blanks)); err != nil {
			return err
		}
	}
	return nil
}

func (t *town) planHall(ctx context.Context) error {
	var windows []hall.Window
	for i, counter := range visit.Counters() {
		windows = append(windows, hall.Window{ID: fmt.Sprintf("%c1", 'A'+i), Counters: []visit.Counter{counter}, Places: 2})
	}
	plan := hall.Planned{Name: "云江市外事服务大厅", NameEn: "Yunjiang Foreign Affairs Service Hall", Place: "云江市江北大道88号行政服务中心三楼",
		PlaceEn: "3rd floor, Administrative Service Centre, 88 Jiangbei Avenue, Yunjiang", Windows: windows, Spot: "29.573420,106.571360",
		Open: []hall.Span{{From: hall.At(9, 0), To: hall.At(12, 0)}, {From: hall.At(13, 30), To: hall.At(17, 0)}}, Minutes: 30, Lead: 1, Horizon: 30, From: calendar.MustParse("2026-01-01")}
	return give(ctx, t.office.Journal, hall.Plans, hall.Main, journal.Command[hall.Plan](hall.SetPlan{Planned: plan}))
}
