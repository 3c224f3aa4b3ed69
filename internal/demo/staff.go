package demo

import (
	"fmt"
	"slices"

	"yitang/internal/access"
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/hall"
	"yitang/internal/node"
	"yitang/internal/visit"
	"yitang/internal/zone"
)

// Password opens every account of the city. It is printed when the demo
// starts; nothing else is ever loaded with it.
const Password = "yunjiang-2026"

// Account is somebody who signs in.
type Account struct {
	ID     string
	Login  string
	Name   string
	Zone   zone.Zone
	Roles  []access.Role
	Unit   int // -1 for those of the office
	Person int // -1 for who never travels
}

// Stock is a range of blank booklets in the passport zone's safe.
type Stock struct {
	Type        dossier.PassportType
	First, Last string
}

var officeStaff = []struct {
	zone  zone.Zone
	login string
	name  string
	roles []access.Role
}{
	{zone.Office, "intake1", "温如玉", []access.Role{access.Intake}},
	{zone.Office, "intake2", "冷长清", []access.Role{access.Intake}},
	{zone.Office, "review1", "祝同舟", []access.Role{access.Reviewer}},
	{zone.Office, "review2", "应知秋", []access.Role{access.Reviewer}},
	{zone.Office, "review3", "水天一", []access.Role{access.Reviewer}},
	{zone.Office, "review4", "席明初", []access.Role{access.Reviewer}},
	{zone.Office, "chief1", "岳临川", []access.Role{access.Chief}},
	{zone.Office, "chief2", "艾守拙", []access.Role{access.Chief}},
	{zone.Office, "director1", "柏问渠", []access.Role{access.Director}},
	{zone.Office, "director2", "容与之", []access.Role{access.Director}},
	{zone.Office, "visa1", "宗望舒", []access.Role{access.Visa}},
	{zone.Office, "visa2", "连溪午", []access.Role{access.Visa}},
	{zone.Office, "keeper1", "伏安澜", []access.Role{access.Custodian}},
	{zone.Office, "keeper2", "满庭芳", []access.Role{access.Custodian}},
	{zone.Office, "window1", "时雨霁", []access.Role{access.Window}},
	{zone.Office, "window2", "甘棠月", []access.Role{access.Window}},
	{zone.Office, "personnel1", "古月照", []access.Role{access.Personnel}},
	{zone.Office, "admin", "干则正", []access.Role{access.Administrator}},
	{zone.Office, "auditor", "明镜台", []access.Role{access.Auditor}},
	{zone.Passport, "passport1", "司南北", []access.Role{access.PassportOfficer}},
	{zone.Passport, "passport2", "晏平生", []access.Role{access.PassportOfficer}},
	{zone.Passport, "capture1", "全景秀", []access.Role{access.Capture}},
	{zone.Passport, "capture2", "费思量", []access.Role{access.Capture}},
	{zone.Passport, "admin", "干则正", []access.Role{access.Administrator}},
	{zone.Passport, "auditor", "明镜台", []access.Role{access.Auditor}},
	{zone.Internet, "admin", "干则正", []access.Role{access.Administrator}},
	{zone.Internet, "auditor", "明镜台", []access.Role{access.Auditor}},
}

// newAccounts gives each unit its officers and signatory and the office its
// desks. Logins of units are liaison01 and sign01 to 40, in the order of the
// city's list; a second officer's ends in b.
func newAccounts(seed uint64, began calendar.Date, units []Unit, people []Person) []Account {
	c := chanceFor(seed, "accounts")
	at := began.AddDays(1).Begins().Add(nineOClock)
	var out []Account
	for u, unit := range units {
		for k, at0 := range unit.Liaisons {
			login := fmt.Sprintf("liaison%02d", u+1)
			if k > 0 {
				login += "b"
			}
			out = append(out, Account{c.id(at), login, people[at0].Facts.Name(), zone.Internet, []access.Role{access.Liaison}, u, at0})
		}
		out = append(out, Account{c.id(at), fmt.Sprintf("sign%02d", u+1), people[unit.Signatory].Facts.Name(), zone.Internet,
			[]access.Role{access.Signatory}, u, unit.Signatory})
	}
	for _, s := range officeStaff {
		out = append(out, Account{c.id(at), s.login, s.name, s.zone, s.roles, -1, -1})
	}
	return out
}

// travellingReviewer travels with one of the cases that lie on the reviewers'
// desk, so that it is seen that nobody acts on a trip of their own (回避).
const travellingReviewer = "review2"

// travel gives the reviewer who travels their person: a member, not the head,
// of the first case that waits for a reviewer.
func (c *City) travel() {
	i := slices.IndexFunc(c.Accounts, func(a Account) bool { return a.Zone == zone.Office && a.Login == travellingReviewer })
	for _, p := range c.Plans {
		if p.Fate.Upto != Accepts || len(p.Members) < 2 {
			continue
		}
		who := p.Members[len(p.Members)-1]
		c.Accounts[i].Person, c.Accounts[i].Name = who, c.People[who].Facts.Name()
		return
	}
}

// newHall is the service hall: windows by what is done there, mornings and
// afternoons in half hours.
func (c *City) newHall() hall.Planned {
	if len(c.set.Halls) > 0 {
		return node.HallOf(c.set.Halls[0], hall.Plan{From: c.Began})
	}
	counters := visit.Counters()
	var windows []hall.Window
	for i, counter := range counters {
		for k := range 2 {
			places := 2
			windows = append(windows, hall.Window{ID: fmt.Sprintf("%c%d", 'A'+i, k+1), Counters: []visit.Counter{counter}, Places: places, Kept: k})
		}
	}
	return hall.Planned{Name: c.here("云江市外事服务大厅"), NameEn: c.here("Yunjiang Foreign Affairs Service Hall"), Place: c.here("云江市江北大道88号行政服务中心三楼"),
		PlaceEn: c.here("3rd floor, Administrative Service Centre, 88 Jiangbei Avenue, Yunjiang"), Phone: "023-5550 0188", Windows: windows,
		Locker: c.here("云江市江北大道88号行政服务中心一楼大堂，24小时开放"), LockerEn: c.here("ground floor of the Administrative Service Centre, 88 Jiangbei Avenue, Yunjiang; open day and night"),
		Open: []hall.Span{{From: hall.At(9, 0), To: hall.At(12, 0)}, {From: hall.At(13, 30), To: hall.At(17, 0)}}, Minutes: 30, Lead: 1, Horizon: 30, From: c.Began, Spot: "29.573420,106.571360"}
}
