package node_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"time"

	"yitang/internal/access"
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
	"yitang/internal/progress"
	"yitang/internal/trip"
	"yitang/internal/visa"
	applying "yitang/internal/web/filing"
	"yitang/internal/zone"
	"yitang/testdata"
)

// simMatter is one case, and what people have in mind with it.
type simMatter struct {
	id     string
	k      int // which unit's
	unit   string
	people []string
	change string // a change of it that is asked for
	sent   bool   // it was sent back once
	lost   bool   // a booklet of it was lost once
	rates  bool   // somebody will rate it
}

func (m *simMatter) String() string { return fmt.Sprintf("case %d", m.k+1) }

// simMay are the days of the example's trip.
var simMay = regexp.MustCompile(`2026-05-\d\d`)

// simCase is the application of a unit for two people: the file that its liaison
// officer has, moved by so many weeks.
func simCase(k, weeks int) ([]byte, error) {
	text, err := testdata.Cases.ReadFile("cases/valid-germany-5-days.json")
	if err != nil {
		return nil, err
	}
	var c map[string]any
	if err := json.Unmarshal(text, &c); err != nil {
		return nil, err
	}
	delete(c, "expect")
	delete(c, "materials")
	_, name := simUnit(k)
	chosen := []int{0, 2}
	var people []any
	for i, of := range chosen {
		who := c["members"].([]any)[of].(map[string]any)
		delete(who, "passport")
		who["idNumber"], who["dateOfBirth"], who["unit"] = simIdentity(2*k+i), "1976-08-17", name
		who["mobile"], who["email"] = fmt.Sprintf("199%08d", 2*k+i), fmt.Sprintf("p%d@example.edu.cn", 2*k+i)
		people = append(people, who)
	}
	c["members"] = people
	c["unit"].(map[string]any)["name"] = name
	c["notice"].(map[string]any)["units"] = []string{name}
	b := c["budget"].(map[string]any)
	b["lines"] = slices.DeleteFunc(b["lines"].([]any), func(line any) bool {
		l := line.(map[string]any)
		m, of := l["member"].(float64)
		if of {
			l["member"] = slices.Index(chosen, int(m))
		}
		return of && l["member"] == -1
	})
	if text, err = json.Marshal(c); err != nil {
		return nil, err
	}
	return simMay.ReplaceAllFunc(text, func(day []byte) []byte {
		return []byte(calendar.MustParse(string(day)).AddDays(7 * weeks).String())
	}), nil
}

// simIdentity is a man's number that belongs to nobody, with its check character by GB
// 11643-1999.
func simIdentity(i int) string {
	body := fmt.Sprintf("50990119760817%03d", 2*i+1)
	weights, sum := []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}, 0
	for k, w := range weights {
		sum += int(body[k]-'0') * w
	}
	return body + string("10X98765432"[sum%11])
}

// does lets somebody do something in a zone, and tells whether something has happened
// by it. What a zone says no to in words isn't wrong.
func (s *sim) does(z zone.Zone, m *simMatter, what string, do func(ctx context.Context, h drill.Hands) error) bool {
	if s.wrong != nil {
		return false
	}
	p := s.places[z]
	before, _ := p.Journal.Head()
	err := do(context.Background(), s.hands())
	if !s.alive(p, what) {
		return false
	}
	s.rest(p)
	after, _ := p.Journal.Head()
	switch {
	case err == nil && after > before:
		s.note("%s: somebody %s", m, what)
		s.stats.acts++
		return true
	case err == nil:
	case fault.Findings(err) != nil, fault.IsNotNow(err), fault.IsConflict(err), fault.IsNotFound(err):
		s.note("%s: somebody who %s is told: %v", m, what, err)
	case p.disk.full && saysFull(err):
		s.note("%s: somebody who %s finds the disk full", m, what)
	default:
		s.fail("somebody couldn't do what was theirs, and nobody says why: %s in the %s zone, who %s: %v", m, z, what, err)
	}
	return false
}

// simOrder gives one command to a zone.
func simOrder[S any](role access.Role, j *journal.Journal, room journal.Subject[S], id string, cmd journal.Command[S]) error {
	ctx := journal.WithActor(context.Background(), journal.Actor{Role: string(role), Account: "sim-" + string(role)})
	_, err := journal.Do(ctx, j, room, journal.Order{Subject: id}, cmd)
	return err
}

// begin lets a unit begin its case: a trip seven weeks ahead. One of its two people has
// a booklet, which the office keeps.
func (s *sim) begin() {
	k := len(s.matters)
	if k >= simUnits {
		return
	}
	weeks := int(s.now.Sub(s.base.now)/(7*24*time.Hour)) - 2
	m := &simMatter{k: k, rates: s.rng.IntN(3) > 0}
	m.unit, _ = simUnit(k)
	holds := s.rng.IntN(4) > 0
	begun := false // whoever begins again finds the people on record
	s.does(zone.Internet, m, "begins a case", func(ctx context.Context, h drill.Hands) error {
		file, err := simCase(k, weeks)
		if err != nil {
			return err
		}
		if m.id, err = h.Bring(ctx, m.unit, bytes.NewReader(file)); err != nil {
			return err
		}
		f, err := applying.NewWork(h.Internet).Open(ctx, m.id)
		if err == nil {
			m.people, begun = f.Now.Persons, true
		}
		return err
	})
	if !begun {
		return
	}
	s.matters = append(s.matters, m)
	if holds {
		s.does(zone.Office, m, "puts a booklet into the store", func(_ context.Context, h drill.Hands) error {
			today := h.Office.Journal.Today()
			return simOrder(access.Custodian, h.Office.Journal, custody.Room, m.people[1], journal.Command[custody.Holder](custody.Register{Booklet: h.Office.Journal.NewID(), Unit: m.unit, Type: string(dossier.PublicAffairs),
				Number: fmt.Sprintf("PE19004%02d", k), LatinName: "RAN QIHANG", BlankPages: 20, Issued: today.AddMonths(-24), Expires: today.AddMonths(36), CaptureUntil: today.AddMonths(36)}))
		})
	}
}

// takes lets the desk whose turn it is take a step of a case.
func (s *sim) takes(z zone.Zone, m *simMatter, what string, step drill.Name) bool {
	return s.does(z, m, what, func(ctx context.Context, h drill.Hands) error { return h.Do(ctx, m.id, step) })
}

// work lets the people of a zone do what their lists show of a case.
func (s *sim) work(z zone.Zone, m *simMatter) {
	switch z {
	case zone.Internet:
		s.unitWorks(m)
	case zone.Office:
		s.officeWorks(m)
	case zone.Passport:
		s.makersWork(m)
	}
}

func loads[S any](s *sim, z zone.Zone, room journal.Subject[S], id string) (none S) {
	if s.wrong != nil {
		return none // its process may not run any more
	}
	out, _, err := journal.Load(context.Background(), s.places[z].Journal, room, id)
	if err != nil {
		s.fail("what has happened can't be read: %s of the %s zone: %v", room.Kind, z, err)
	}
	return out
}

// stands is what a zone's people see of a case.
func (s *sim) stands(z zone.Zone, m *simMatter) progress.State {
	if s.wrong != nil {
		return progress.State{}
	}
	st, _, err := progress.Of(context.Background(), s.places[z].Store, m.id)
	if err != nil {
		s.fail("a case can't be shown: %s in the %s zone: %v", m, z, err)
	}
	return st
}

func (s *sim) unitWorks(m *simMatter) {
	if s.wrong != nil {
		return
	}
	in := s.places[zone.Internet]
	switch loads(s, zone.Internet, filing.Room, m.id).Stage {
	case filing.InDraft:
		if !s.takes(zone.Internet, m, "uploads what is missing", drill.Draft) {
			s.takes(zone.Internet, m, "presents it", drill.Present)
		}
		return
	case filing.IsPresented:
		s.takes(zone.Internet, m, "submits it", drill.Submit)
		return
	case filing.IsSentBack:
		s.does(zone.Internet, m, "mends it", func(ctx context.Context, h drill.Hands) error { return mend(ctx, h, m.id) })
		return
	}
	s.unitChanges(m)
	if s.stands(zone.Internet, m).Stage == progress.Issued {
		s.does(zone.Internet, m, "books a visit", func(ctx context.Context, h drill.Hands) error {
			if n, err := hall.VisitsOf(ctx, h.Internet.Store, m.id); err != nil || slices.ContainsFunc(n, func(v hall.Visit) bool { return v.Presence == hall.Arrived }) {
				return err // they are there
			}
			_, err := h.Book(ctx, m.id)
			return err
		})
	}
	t, today := loads(s, zone.Internet, trip.Room, m.id), in.Journal.Today()
	switch {
	case t.Stage == trip.IsCleared && !today.Before(t.Depart):
		s.takes(zone.Internet, m, "tells that they have left", drill.Depart)
	case t.Stage == trip.IsAbroad && !today.Before(t.Return):
		s.takes(zone.Internet, m, "tells that they are home", drill.ComeHome)
	case t.Stage == trip.IsHome && t.Report == "":
		s.takes(zone.Internet, m, "files the report", drill.Report)
	case t.Stage == trip.IsHome && m.rates:
		s.takes(zone.Internet, m, "rates it", drill.Rate)
	}
}

// mend says what intake wanted to have said.
func mend(ctx context.Context, h drill.Hands, id string) error {
	work := applying.NewWork(h.Internet)
	ctx = as(string(access.Liaison), h.Who(zone.Internet, access.Liaison)[0])
	f, err := work.Open(ctx, id)
	if err != nil {
		return err
	}
	if _, err := work.Drafts.Change(ctx, id, f.Draft.Revision, func(p *filing.Paper) error {
		p.Reopened(f.Filing)
		return p.Put("case.purpose", "与对方大学就联合实验室第二期建设签署备忘录,商定三个课题的分工、数据共享办法和2027年互派人员计划,完成设备验收。验收的设备为高速相机两台。")
	}); err != nil {
		return err
	}
	if f, err = work.Open(ctx, id); err != nil {
		return err
	}
	_, err = work.Correct(ctx, journal.Order{}, f)
	return err
}

// unitChanges takes on a change that is asked for: it is presented and submitted.
func (s *sim) unitChanges(m *simMatter) {
	if m.change == "" {
		return
	}
	switch loads(s, zone.Internet, filing.Room, m.change).Stage {
	case filing.InDraft:
		s.does(zone.Internet, m, "presents a change", func(_ context.Context, h drill.Hands) error {
			work, ctx := applying.NewWork(h.Internet), as(string(access.Liaison), h.Who(zone.Internet, access.Liaison)[0])
			f, err := work.Open(ctx, m.change)
			if err == nil {
				_, err = work.Present(ctx, journal.Order{}, f)
			}
			return err
		})
	case filing.IsPresented:
		s.does(zone.Internet, m, "submits a change", func(_ context.Context, h drill.Hands) error {
			work, ctx := applying.NewWork(h.Internet), as(string(access.Signatory), h.Who(zone.Internet, access.Signatory)[0])
			f, err := work.Open(ctx, m.change)
			if err == nil {
				_, err = work.Submit(ctx, journal.Order{}, f, "")
			}
			return err
		})
	}
}

func (s *sim) officeWorks(m *simMatter) {
	if s.wrong != nil {
		return
	}
	a := loads(s, zone.Office, approval.Room, m.id)
	switch a.Stage {
	case approval.AtIntake:
		if !m.sent && a.Returns == 0 && s.rng.IntN(3) == 0 {
			m.sent = s.does(zone.Office, m, "sends it back", func(ctx context.Context, h drill.Hands) error {
				return h.SendBack(ctx, m.id, approval.Defect{Field: "case.purpose", Words: "未写明验收的设备", Fix: "写明设备名称和台数"})
			})
			return
		}
		s.takes(zone.Office, m, "accepts it", drill.Accept)
		return
	case approval.UnderReview:
		if step, open := a.Step(); open && step.Decides {
			s.takes(zone.Office, m, "decides", drill.Decide)
			return
		}
		s.takes(zone.Office, m, "reviews it", drill.Review)
		return
	}
	if m.change != "" && loads(s, zone.Office, approval.Room, m.change).Stage == approval.AtIntake {
		s.does(zone.Office, m, "puts a change on file", func(ctx context.Context, h drill.Hands) error {
			n, err := approval.NextNumber(ctx, h.Office.Journal, approval.CaseSeries, m.change)
			if err != nil {
				return err
			}
			return simOrder(access.Intake, h.Office.Journal, approval.Room, m.change, journal.Command[approval.Approval](approval.File{Number: n.As(h.Office.Packs.Now().Office.Numbers.Case)}))
		})
	}
	st := s.stands(zone.Office, m)
	if st.Stage == progress.Home || st.Stage.Over() || st.Stage == progress.NotDeparted {
		out, err := custody.OutFor(context.Background(), s.places[zone.Office].Store, m.id)
		if err != nil {
			s.fail("which booklets are out can't be read: %v", err)
		}
		for _, b := range out {
			if b.Place == custody.AtMission { // of somebody who stays at home
				s.does(zone.Office, m, "fetches a booklet from the mission", func(_ context.Context, h drill.Hands) error {
					return simOrder(access.Visa, h.Office.Journal, custody.Room, b.Person, journal.Command[custody.Holder](custody.TakeBack{Booklet: b.Booklet}))
				})
			}
		}
		s.takes(zone.Office, m, "takes the booklets back", drill.HandIn)
		return
	}
	if a.Document == nil {
		return
	}
	s.visit(m)
	s.takes(zone.Office, m, "takes a new booklet in", drill.Receive)
	if a.Stage != approval.IsIssued {
		return
	}
	ready, visas := true, 0
	st = s.stands(zone.Office, m)
	for _, who := range st.Approved() {
		p := st.People[who]
		ready = ready && (p.Booklet == progress.NoneAsked || p.Booklet == progress.InStore)
		for _, v := range p.Visas {
			if v.Stage != visa.IsChecked && v.Stage != visa.NoneNeeded && v.Stage != visa.IsReleased && v.Stage != visa.IsWithdrawn {
				visas++
			}
		}
	}
	switch {
	case s.takes(zone.Office, m, "makes the visa kits ready", drill.VisaKit):
	case ready && visas > 0 && s.takes(zone.Office, m, "sends booklets to the mission", drill.VisaSent):
	case s.takes(zone.Office, m, "notes the visas", drill.VisaGranted):
	case s.takes(zone.Office, m, "compares the visas", drill.VisaChecked):
	case ready && visas == 0 && len(st.Approved()) > 0:
		s.takes(zone.Office, m, "lends the booklets", drill.Lend)
	}
}

// visit is the window's: who comes today is checked in, and of who didn't come it is
// noted.
func (s *sim) visit(m *simMatter) {
	if s.wrong != nil {
		return
	}
	office := s.places[zone.Office]
	booked, err := hall.OfFiling(context.Background(), office.Store, m.id)
	if err != nil {
		s.fail("who comes can't be read: %v", err)
	}
	today := office.Journal.Today()
	for _, b := range booked {
		switch {
		case b.State != hall.IsBooked:
		case b.Day == today && !office.Journal.Now().Before(b.Slot.On(b.Day)):
			if s.does(zone.Office, m, "checks them in", func(ctx context.Context, h drill.Hands) error { return h.CheckIn(ctx, b) }) {
				s.makersWork(m) // the station stands beside the window
			}
		case b.Day.Before(today):
			s.does(zone.Office, m, "notes that they didn't come", func(_ context.Context, h drill.Hands) error {
				return simOrder(access.Window, h.Office.Journal, hall.Attendances, b.ID, journal.Command[hall.Attendance](hall.Miss{Booking: b}))
			})
		}
	}
}

func (s *sim) makersWork(m *simMatter) {
	if s.wrong != nil {
		return
	}
	orders, err := passport.OfFiling(context.Background(), s.places[zone.Passport].Store, m.id)
	if err != nil {
		s.fail("orders can't be read: %v", err)
	}
	if slices.ContainsFunc(orders, func(o passport.Row) bool { return o.Stage == passport.IsOrdered }) && s.isThere(m) {
		s.takes(zone.Passport, m, "is captured", drill.Capture)
		return
	}
	switch {
	case s.takes(zone.Passport, m, "makes a booklet", drill.Make):
	case s.takes(zone.Passport, m, "reads a new booklet", drill.Check):
	case s.takes(zone.Passport, m, "hands it over", drill.HandOver):
	}
}

// isThere: they are at the hall, as the window next door knows.
func (s *sim) isThere(m *simMatter) bool {
	if s.wrong != nil {
		return false
	}
	visits, err := hall.VisitsOf(context.Background(), s.places[zone.Office].Store, m.id)
	if err != nil {
		s.fail("who is at the hall can't be read: %v", err)
	}
	return slices.ContainsFunc(visits, func(v hall.Visit) bool { return v.Presence == hall.Arrived })
}

// upset is something that comes in between: a change, an end, a loss.
func (s *sim) upset() {
	if len(s.matters) == 0 {
		return
	}
	m := s.matters[s.rng.IntN(len(s.matters))]
	switch s.rng.IntN(8) {
	case 0:
		s.does(zone.Internet, m, "withdraws it", func(_ context.Context, h drill.Hands) error {
			return simOrder(access.Signatory, h.Internet.Journal, filing.Room, m.id, journal.Command[filing.Filing](filing.Withdraw{Reason: "对方取消邀请"}))
		})
	case 1:
		if s.rng.IntN(2) == 0 && loads(s, zone.Office, approval.Room, m.id).Document != nil {
			s.does(zone.Office, m, "revokes it", func(_ context.Context, h drill.Hands) error {
				return simOrder(access.Director, h.Office.Journal, approval.Room, m.id, journal.Command[approval.Approval](approval.Revoke{Reason: "任务取消"}))
			})
		}
	case 2:
		s.does(zone.Internet, m, "calls the trip off", func(_ context.Context, h drill.Hands) error {
			return simOrder(access.Liaison, h.Internet.Journal, trip.Room, m.id, journal.Command[trip.Trip](trip.CallOff{Reason: "会议延期", ReturnDays: 7}))
		})
	case 3, 4:
		s.moves(m)
	case 5, 6:
		s.drops(m)
	case 7:
		s.loses(m)
	}
}

// moves gives a booked time back; another one is booked later.
func (s *sim) moves(m *simMatter) {
	if s.wrong != nil {
		return
	}
	booked, err := hall.OfFiling(context.Background(), s.places[zone.Internet].Store, m.id)
	if err != nil {
		s.fail("what is booked can't be read: %v", err)
	}
	for _, b := range booked {
		if b.State == hall.IsBooked {
			s.does(zone.Internet, m, "gives a booked time back", func(_ context.Context, h drill.Hands) error {
				return simOrder(access.Liaison, h.Internet.Journal, hall.Days, hall.DayID(b.Hall, b.Day), journal.Command[hall.Day](hall.Cancel{Booking: b.ID, Day: b.Day, Reason: "另有安排"}))
			})
		}
	}
}

// drops asks for one of them to stay at home, once the case is approved.
func (s *sim) drops(m *simMatter) {
	if st := s.stands(zone.Internet, m); m.change != "" || st.Stage != progress.Issued && st.Stage != progress.Cleared {
		return
	}
	s.does(zone.Internet, m, "wants one to stay at home", func(_ context.Context, h drill.Hands) error {
		work, ctx := applying.NewWork(h.Internet), as(string(access.Liaison), h.Who(zone.Internet, access.Liaison)[0])
		id, err := work.BeginAmendment(ctx, m.id, filing.AmendDrop)
		if err != nil {
			return err
		}
		d, err := work.Drafts.Load(ctx, id)
		if err == nil {
			_, err = work.Drafts.Change(ctx, id, d.Revision, func(p *filing.Paper) error {
				p.Amending.Reason = "家中有事"
				p.DropPerson(m.people[1])
				return nil
			})
		}
		if err == nil {
			m.change = id
		}
		return err
	})
	if m.change != "" { // a draft is no event
		s.unitChanges(m)
	}
}

// loses is the keeper who can't find a booklet of theirs that lies in the store.
func (s *sim) loses(m *simMatter) {
	if m.lost || loads(s, zone.Office, approval.Room, m.id).Stage != approval.IsIssued {
		return
	}
	held, err := custody.Of(context.Background(), s.places[zone.Office].Store, m.people[0])
	if err != nil {
		s.fail("the store can't be read: %v", err)
	}
	for _, b := range held {
		if b.Place == custody.InStore && !m.lost {
			m.lost = s.does(zone.Office, m, "can't find a booklet", func(_ context.Context, h drill.Hands) error {
				return simOrder(access.Custodian, h.Office.Journal, custody.Room, m.people[0], journal.Command[custody.Holder](custody.ReportLost{Booklet: b.Booklet, Reason: "搬库时遗失"}))
			})
		}
	}
}
