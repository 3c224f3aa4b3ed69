package node_test

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/drill"
	"yitang/internal/exchange"
	"yitang/internal/feedback"
	"yitang/internal/filing"
	"yitang/internal/guidance"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/material"
	"yitang/internal/node"
	"yitang/internal/notify"
	"yitang/internal/person"
	"yitang/internal/trip"
	applying "yitang/internal/web/filing"
	"yitang/internal/zone"
)

// posted is a way of a test on which everything arrives.
type posted struct {
	mu   sync.Mutex
	came map[string]int // by id
}

func (p *posted) Repeats() bool { return true }

func (p *posted) Send(_ context.Context, o notify.Outgoing) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.came[o.ID]++
	return "taken", nil
}

// telling is a story in which people are told what happens, which ends about now.
func telling(t *testing.T) *drill.Story {
	t.Helper()
	return tellingWith(t, drill.Options{})
}

// tellingBy is one that ends about a day.
func tellingBy(t *testing.T, end time.Time) *drill.Story {
	t.Helper()
	return tellingWith(t, drill.Options{Now: end})
}

func tellingWith(t *testing.T, o drill.Options) *drill.Story {
	t.Helper()
	mail := &posted{came: map[string]int{}}
	write := func(context.Context, string, []notify.Row) (notify.Outgoing, error) {
		return notify.Outgoing{Text: "t"}, nil
	}
	o.Begins = func(n *node.Node) {
		n.Tell(node.Telling{Ways: map[string]notify.Way{"mail": mail}, Write: write})
	}
	return begin(t, o)
}

// laterFerry carries nothing until it may.
type laterFerry struct {
	*exchange.Ferry
	may chan struct{}
}

func (f laterFerry) Run(ctx context.Context) {
	select {
	case <-f.may:
		f.Ferry.Run(ctx)
	case <-ctx.Done():
	}
}

// A waiver is mostly asked for while the case is still a draft, of which nobody was
// told anything yet.
func TestTheAnswerToAWaiverOfADraftIsTold(t *testing.T) {
	s := telling(t)
	play(t, s, drill.Draft)
	chief := as("chief", "c")
	for id, grant := range map[string]bool{"w1": true, "w2": false} {
		give(t, as("liaison", "l"), s.Internet.Journal, filing.WaiverRoom, id, filing.AskWaiver{Filing: "draft-" + id, Unit: s.Unit, Stage: filing.InDraft, Rule: "DOC-001", MayWaive: true,
			Plea: filing.Plea{Title: "柏林考察", Reason: "会期提前"}})
		settle(t, s)
		asked, err := approval.OneWaiver(context.Background(), s.Office.Journal, id)
		if err != nil {
			t.Fatal(err)
		}
		give(t, chief, s.Office.Journal, approval.WaivingRoom, id, approval.AnswerWaiver{Grant: grant, Reason: "属实", MayWaive: true,
			Asked: filing.Waiver{Asked: asked.Asked, Stage: filing.WaiverIsAsked}})
		settle(t, s)
		ms, err := notify.OfCase(context.Background(), s.Internet.Store, "draft-"+id)
		if err != nil || len(ms) != 1 || ms[0].What != "waiver.answered" || ms[0].Fills["Title"] != "柏林考察" || ms[0].Link != "/cases/draft-"+id {
			t.Errorf("granted %v: told %+v, %v", grant, ms, err)
		}
	}
}

// told is what was told of a case and of its unit so far: event, role, step.
func told(t *testing.T, s *drill.Story) []string {
	t.Helper()
	ctx := context.Background()
	found := map[string]bool{}
	for _, login := range []string{"liaison", "signatory", "traveller"} {
		a, known, err := account.ByLogin(ctx, s.Internet.Store, login)
		if err != nil {
			t.Fatal(err)
		}
		if !known {
			continue
		}
		after := notify.After{}
		for {
			page, err := notify.OfAccount(ctx, s.Internet.Store, a.ID, false, after)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range page {
				step := strings.Split(m.Key, ":")[2]
				if m.What == "case.waits" {
					step = ""
				}
				found[strings.TrimRight(string(m.What)+" "+m.Role+" "+step, " ")] = true
			}
			if len(page) <= notify.PageSize {
				break
			}
			last := page[len(page)-1]
			after = notify.After{At: last.At, ID: last.Key}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func TestWhoeverACaseConcernsIsToldAsItGoesOnAndRemindedUntilTheBookletsAreBack(t *testing.T) {
	s, ctx := telling(t), context.Background()
	play(t, s, drill.ComeHome)
	settle(t, s)
	had := told(t, s)
	for _, want := range []string{"case.to_sign signatory", "case.sent_back liaison", "case.accepted liaison", "case.approved liaison", "visit.booked liaison", "visa.granted liaison"} {
		if !slices.Contains(had, want) {
			t.Errorf("nobody was told: %s; but %q", want, had)
		}
	}
	office, err := notify.OfCase(ctx, s.Office.Store, s.ID)
	if err != nil || len(office) == 0 {
		t.Fatalf("the office hears that the unit was told: %d, %v", len(office), err)
	}
	for _, m := range office {
		if m.Zone == zone.Internet && (len(m.Fills) > 0 || m.Link != "") {
			t.Errorf("what it said has come to the office: %+v", m)
		}
	}
	lent, err := custody.OutFor(ctx, s.Internet.Store, s.ID)
	if err != nil || len(lent) == 0 {
		t.Fatalf("%d booklets are out, %v", len(lent), err)
	}
	due := lent[0].Due
	for _, c := range []struct {
		days int
		news []string
	}{
		{-3, nil},
		{-2, []string{"booklet.due_soon liaison"}},
		{-1, nil},
		{0, []string{"booklet.due liaison"}},
		{1, []string{"booklet.overdue liaison 1"}},
		{2, nil},
		{3, []string{"booklet.overdue liaison 3"}},
		{7, []string{"booklet.overdue_long liaison 7", "booklet.overdue_long signatory 7"}},
		{8, nil},
	} {
		news := on(t, s, due.AddDays(c.days), had)
		for _, n := range c.news {
			if !slices.Contains(news, n) {
				t.Errorf("%d days after the last: nobody was told %s, but %q", c.days, n, news)
			}
		}
		for _, n := range news {
			if strings.HasPrefix(n, "booklet.") && !slices.Contains(c.news, n) {
				t.Errorf("%d days after the last somebody was told %s", c.days, n)
			}
		}
		had = append(had, news...)
		if stopped := slices.Contains(had, "unit.stopped signatory"); stopped != (c.days >= 8) { // passport.lockAfter
			t.Errorf("%d days after the last: that new applications are stopped was told: %v", c.days, stopped)
		}
	}
	if !slices.Contains(had, "unit.stopped signatory") || slices.Contains(had, "unit.released signatory") {
		t.Errorf("the unit wasn't told that its applications are stopped: %q", had)
	}
	if err := s.Hands().Carry(ctx, s.ID, drill.HandIn); err != nil {
		t.Fatal(err)
	}
	if news := on(t, s, due.AddDays(9), had); !slices.Contains(news, "unit.released signatory") {
		t.Errorf("the unit wasn't told that it may apply again: %q", news)
	}
}

// on is what people are told on the morning of a day, looked at twice.
func on(t *testing.T, s *drill.Story, day calendar.Date, had []string) []string {
	t.Helper()
	s.Clock.Set(day.Begins().Add(9 * time.Hour))
	for range 2 {
		if err := s.Internet.DoChores(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	return slices.DeleteFunc(told(t, s), func(n string) bool { return slices.Contains(had, n) })
}

// Who said something about a page hears that it was answered, and nobody else of their unit.
func TestWhoSaidSomethingAboutAPageIsToldOfTheAnswer(t *testing.T) {
	s := telling(t)
	play(t, s, drill.Draft)
	ctx := context.Background()
	who, known, err := account.ByLogin(ctx, s.Internet.Store, "liaison")
	if err != nil || !known {
		t.Fatal(err)
	}
	give(t, as("liaison", who.ID), s.Internet.Journal, guidance.Remarks, "r1", guidance.Give{Matter: "wish", Words: "字再大一点", On: guidance.Context{Unit: s.Unit}})
	give(t, journal.WithActor(ctx, journal.Actor{Role: "public"}), s.Internet.Journal, guidance.Remarks, "r2", guidance.Give{Matter: "wish", Words: "字再小一点"})
	settle(t, s)
	for _, id := range []string{"r1", "r2"} {
		of, err := guidance.OneRemark(ctx, s.Office.Store, id)
		if err != nil {
			t.Fatal(err)
		}
		give(t, as("chief", "c"), s.Office.Journal, guidance.Answers, id, journal.Command[guidance.Answering](guidance.Look{Of: of}))
		give(t, as("chief", "c"), s.Office.Journal, guidance.Answers, id, journal.Command[guidance.Answering](guidance.Tell{Of: of, At: guidance.Done, Words: "改了"}))
	}
	settle(t, s)
	heard := slices.DeleteFunc(told(t, s), func(m string) bool { return !strings.HasPrefix(m, "remark.") })
	if !slices.Equal(heard, []string{"remark.answered liaison"}) {
		t.Errorf("told: %v", heard)
	}
	mine, err := notify.OfAccount(ctx, s.Internet.Store, who.ID, false, notify.After{})
	i := slices.IndexFunc(mine, func(m notify.Row) bool { return m.What == "remark.answered" })
	if err != nil || i < 0 || mine[i].Link != "/feedback/r1" || strings.Contains(fmt.Sprint(mine[i].Fills), "字") {
		t.Errorf("%v: %+v", err, mine)
	}
}

// Those of the office who answer remarks hear that there is one, as long as nobody has
// looked at it, and who gave one there hears that it was answered.
func TestThoseOfTheOfficeAreToldOfRemarksAndAnswers(t *testing.T) {
	s := telling(t)
	play(t, s, drill.Draft)
	ctx := journal.WithActor(context.Background(), journal.System)
	people := map[string]string{}
	for login, role := range map[string]access.Role{"answers": access.Chief, "takes-in": access.Intake} {
		ans, err := s.Office.Accounts.Open(ctx, journal.Order{Subject: "acc-" + login}, account.Open{Login: login, Name: login, Roles: []access.Role{role}}, "一趟 correct horse 9")
		if err != nil {
			t.Fatal(err)
		}
		people[login] = ans.Subject.ID
	}
	heard := func(login string) (out []string) {
		t.Helper()
		settle(t, s)
		all, err := notify.OfAccount(ctx, s.Office.Store, people[login], false, notify.After{})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range all {
			if strings.HasPrefix(string(m.What), "remark.") {
				out = append(out, string(m.What)+" "+m.Link)
			}
		}
		return out
	}
	give(t, as("liaison", "x"), s.Internet.Journal, guidance.Remarks, "r1", guidance.Give{Matter: "wish", Words: "字再大一点"})
	give(t, as("intake", people["takes-in"]), s.Office.Journal, guidance.Remarks, "r2", guidance.Give{Matter: "wish", Words: "队列想看天数"})
	if got := heard("answers"); len(got) != 2 || !slices.Contains(got, "remark.new /remarks/r1") || !slices.Contains(got, "remark.new /remarks/r2") {
		t.Errorf("who answers heard %q", got)
	}
	if got := heard("takes-in"); len(got) != 0 {
		t.Errorf("who answers none heard %q", got)
	}
	of, err := guidance.OneRemark(ctx, s.Office.Store, "r2")
	if err != nil {
		t.Fatal(err)
	}
	give(t, as("chief", people["answers"]), s.Office.Journal, guidance.Answers, "r2", journal.Command[guidance.Answering](guidance.Tell{Of: of, At: guidance.Done, Words: "下周就有"}))
	if got := heard("takes-in"); !slices.Equal(got, []string{"remark.answered /feedback/r2"}) {
		t.Errorf("who gave it heard %q", got)
	}
}

// Administrators of the network that hears nothing are told so once, and once that it
// is over; what waited to be sent is held against how it is by then.
func TestASilentStreamIsToldToAdministratorsOnceAndSoIsItsEnd(t *testing.T) {
	s := telling(t)
	play(t, s, drill.Draft)
	settle(t, s)
	ctx := journal.WithActor(context.Background(), journal.System)
	told := func() string {
		t.Helper()
		admin, known, err := account.ByLogin(ctx, s.Office.Store, "keeper-of-nets")
		if err != nil || !known {
			t.Fatal(known, err)
		}
		if err := s.Office.DoChores(ctx); err != nil {
			t.Fatal(err)
		}
		mine, err := notify.OfAccount(ctx, s.Office.Store, admin.ID, false, notify.After{})
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, m := range mine {
			out = append(out, string(m.What)+" "+m.Fills["Zone"]+" "+m.Link)
		}
		slices.Sort(out)
		return strings.Join(out, ", ")
	}
	if _, err := s.Office.Accounts.Open(as("administrator", "console"), journal.Order{Subject: s.Office.Journal.NewID()},
		account.Open{Login: "keeper-of-nets", Name: "网管", Roles: []access.Role{access.Administrator}}, "a long enough password 22"); err != nil {
		t.Fatal(err)
	}
	settle(t, s)
	if got := told(); got != "" {
		t.Fatalf("told %s while all are heard", got)
	}
	s.Clock.Set(s.Clock.Now().Add(5 * time.Hour))
	if got := told(); !strings.HasSuffix(got, "stream.silent internet /node") {
		t.Fatalf("told %q", got)
	}
	settle(t, s)  // the news of it reaches the other network, which answers
	for range 2 { // once, however often it is looked at
		if got := told(); got != "stream.heard internet /node, stream.silent internet /node" {
			t.Fatalf("told %q", got)
		}
	}
}

// Of a disc that never arrived, and of a test of the way without an answer, those who
// run the exchange are told once, and once that the receipt came after all.
func TestOverdueDiscsAndTestsAreToldToThoseWhoRunTheExchangeOnce(t *testing.T) {
	may := make(chan struct{})
	s := tellingWith(t, drill.Options{Carry: func(log *slog.Logger, shares ...*exchange.Exchange) drill.Carrier {
		return laterFerry{exchange.NewFerry(log, shares...), may}
	}})
	ctx := journal.WithActor(context.Background(), journal.System)
	var people []string
	for login, role := range map[string]access.Role{"keeper-of-nets": access.Administrator, "chief-of-discs": access.Chief, "takes-no-part": access.Intake} {
		ans, err := s.Office.Accounts.Open(ctx, journal.Order{Subject: "acc-" + login}, account.Open{Login: login, Name: login, Roles: []access.Role{role}}, "a long enough password 22")
		if err != nil {
			t.Fatal(err)
		}
		people = append(people, ans.Subject.ID)
	}
	slices.Sort(people) // chief, administrator, intake
	told := func() string {
		t.Helper()
		if err := s.Office.DoChores(ctx); err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, who := range people {
			mine, err := notify.OfAccount(ctx, s.Office.Store, who, false, notify.After{})
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range mine {
				if room, _, _ := strings.Cut(string(m.What), "."); room == "disc" || room == "test" {
					out = append(out, strings.Join([]string{m.Role, string(m.What), m.Fills["Number"], m.Fills["Zone"], m.Link}, " "))
				}
			}
		}
		slices.Sort(out)
		return strings.Join(out, "\n")
	}
	give(t, as("administrator", people[1]), s.Office.Journal, exchange.Tests, "t1", journal.Command[struct{}](exchange.SendTest{}))
	x, err := s.Office.Exchange(ctx)
	if err != nil {
		t.Fatal(err)
	}
	disc, err := x.WriteOutbox(as("administrator", people[1]), zone.Passport, "")
	if err == nil {
		err = x.HandOver(as("chief", people[0]), []string{disc.ID}, "周师傅", "")
	}
	if err != nil {
		t.Fatal(err)
	}
	if got := told(); got != "" {
		t.Fatalf("told %s while nothing is overdue", got)
	}
	s.Clock.Set(s.Clock.Now().Add(9 * 24 * time.Hour))
	late := []string{
		"administrator disc.late " + disc.Number + " passport /discs/" + disc.ID,
		"administrator test.late  internet /node",
		"administrator test.late  passport /node",
		"chief disc.late " + disc.Number + " passport /discs/" + disc.ID,
	}
	for range 2 { // once, however often it is looked at
		if got := told(); got != strings.Join(late, "\n") {
			t.Fatalf("told\n%s", got)
		}
	}
	close(may)
	settle(t, s) // the bundles arrive, and their receipts come
	over := append(slices.Clone(late),
		"administrator disc.arrived "+disc.Number+" passport /discs/"+disc.ID,
		"administrator test.answered  internet /node",
		"administrator test.answered  passport /node",
		"chief disc.arrived "+disc.Number+" passport /discs/"+disc.ID)
	slices.Sort(over)
	for range 2 {
		if got := told(); got != strings.Join(over, "\n") {
			t.Fatalf("told\n%s", got)
		}
	}
}

// A change after approval is a case of its own to who signs it, and its approval is
// told by what it changes, once.
func TestAChangeAfterApprovalIsToldByWhatItChanges(t *testing.T) {
	s, ctx := telling(t), context.Background()
	play(t, s, drill.Document)
	settle(t, s)
	work := applying.NewWork(s.Internet)
	id, err := work.BeginAmendment(as("liaison", "l"), s.ID, filing.AmendDrop)
	if err != nil {
		t.Fatal(err)
	}
	d, err := work.Drafts.Load(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	left := d.Paper.People[len(d.Paper.People)-1]
	if _, err := work.Drafts.Change(as("liaison", "l"), id, d.Revision, func(p *filing.Paper) error {
		p.Amending.Reason = "另有任务"
		p.DropPerson(left)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	of := func(what string) (found []notify.Row) {
		t.Helper()
		settle(t, s)
		all, err := notify.OfCase(ctx, s.Internet.Store, s.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range all {
			if string(m.What) == what && m.Fills["Kind"] == "drop" {
				found = append(found, m)
			}
		}
		return found
	}
	had, err := notify.OfCase(ctx, s.Internet.Store, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	f, err := work.Open(ctx, id)
	if err == nil {
		_, err = work.Present(as("liaison", "l"), journal.Order{}, f)
	}
	if err != nil {
		t.Fatal(err)
	}
	if ms := of("case.to_sign"); len(ms) != 1 || ms[0].Link != "/sign/"+id {
		t.Errorf("who signs is told %+v", ms)
	}
	if f, err = work.Open(ctx, id); err == nil {
		_, err = work.Submit(as("signatory", "s"), journal.Order{}, f, "")
	}
	if err != nil {
		t.Fatal(err)
	}
	settle(t, s)
	give(t, as("intake", "i"), s.Office.Journal, approval.Room, id, approval.File{Number: "YJ-2026-900001-0"})
	ms := of("case.approved")
	e, err := person.One(ctx, s.Internet.Store, left)
	if err != nil || len(ms) == 0 {
		t.Fatalf("nobody is told of the change: %v", err)
	}
	for _, m := range ms {
		if m.Fills["Left"] != e.Name() || m.Role == "liaison" && m.Link != "/cases/"+id {
			t.Errorf("told is %+v", m)
		}
	}
	now, err := notify.OfCase(ctx, s.Internet.Store, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	count := func(all []notify.Row) (n int) {
		for _, m := range all {
			if m.What == "case.approved" && m.Role == "liaison" {
				n++
			}
		}
		return n
	}
	if count(now) != count(had)+1 {
		t.Errorf("the approval of the change is told %d times", count(now)-count(had))
	}
}

// Who waits in the hall is told which number is called to which window: once for a turn.
func TestWhoIsCalledInTheHallIsToldWhichWindowOnceForATurn(t *testing.T) {
	for _, id := range []string{hall.Main, "hall2"} {
		t.Run(id, func(t *testing.T) { calledAndTold(t, id) })
	}
}

func calledAndTold(t *testing.T, id string) {
	s, ctx := telling(t), context.Background()
	play(t, s, drill.Book)
	settle(t, s)
	b, known, err := hall.BookingOf(ctx, s.Office.Store, s.Booking)
	if err != nil || !known {
		t.Fatal(known, err)
	}
	h, _, err := hall.PlanOf(ctx, s.Office.Store, hall.Main)
	if err != nil {
		t.Fatal(err)
	}
	if id != h.ID { // they came to another one
		p := h.Planned()
		p.Name, p.Windows = "二厅", slices.Clone(p.Windows)
		for i := range p.Windows {
			p.Windows[i].ID, p.Windows[i].Name = fmt.Sprint("Z", i), fmt.Sprintf("二厅%d号", i)
		}
		give(t, as("director", "d"), s.Office.Journal, hall.Plans, id, hall.SetPlan{Planned: p, Others: []hall.Plan{h}})
		if h, _, err = hall.PlanOf(ctx, s.Office.Store, id); err != nil {
			t.Fatal(err)
		}
		b.Hall = id
	}
	s.Clock.Set(b.Slot.On(b.Day))
	clerk, line := as("window", "w"), h.DayID(b.Day)
	give(t, clerk, s.Office.Journal, hall.Attendances, b.ID, hall.CheckIn{Booking: b}) // a messenger came, and nobody who travels
	settle(t, s)
	turn, given, err := hall.TicketOf(ctx, s.Office.Store, b.ID)
	if err != nil || !given {
		t.Fatal(given, err)
	}
	i := slices.IndexFunc(h.Windows, func(w hall.Window) bool { return slices.Contains(w.Counters, turn.Counter) })
	at := h.Windows[i]
	called := func() (out []notify.Row) {
		t.Helper()
		settle(t, s)
		all, err := notify.OfCase(ctx, s.Internet.Store, s.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range all {
			if m.What == "visit.called" {
				out = append(out, m)
			}
		}
		return out
	}
	if ms := called(); len(ms) != 0 {
		t.Fatalf("told before the number was called: %+v", ms)
	}
	give(t, clerk, s.Office.Journal, hall.Queues, line, journal.Command[hall.Queue](hall.CallNext{Window: at}))
	for range 2 {
		ms := called()
		if len(ms) != 1 || ms[0].Role != "liaison" || ms[0].Fills["Ticket"] != hall.TicketNumber(turn.Number) || ms[0].Fills["Window"] != cmp.Or(at.Name, at.ID) || ms[0].Link != "/visits/"+s.ID {
			t.Fatalf("told: %+v", ms)
		}
		give(t, clerk, s.Office.Journal, hall.Queues, line, journal.Command[hall.Queue](hall.CallAgain{Visit: b.ID}))
	}
	// Passed over, back in line and called once more, it is another turn.
	give(t, clerk, s.Office.Journal, hall.Queues, line, journal.Command[hall.Queue](hall.PassOver{Visit: b.ID}))
	give(t, clerk, s.Office.Journal, hall.Queues, line, journal.Command[hall.Queue](hall.Requeue{Visit: b.ID}))
	give(t, clerk, s.Office.Journal, hall.Queues, line, journal.Command[hall.Queue](hall.CallNext{Window: at}))
	if ms := called(); len(ms) != 2 {
		t.Fatalf("of the second turn: %+v", ms)
	}
}

// staff is somebody of the office whose messages a test reads.
func staff(t *testing.T, s *drill.Story, login string, role access.Role) string {
	t.Helper()
	ans, err := s.Office.Accounts.Open(journal.WithActor(context.Background(), journal.System), journal.Order{Subject: "acc-" + login}, account.Open{Login: login, Name: login, Roles: []access.Role{role}}, "一趟 correct horse 9")
	if err != nil {
		t.Fatal(err)
	}
	return ans.Subject.ID
}

// mine is what an account was told of a kind, the newest first.
func mine(t *testing.T, n *node.Node, account, kind string) []notify.Row {
	t.Helper()
	all, err := notify.OfAccount(context.Background(), n.Store, account, false, notify.After{})
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(all, func(m notify.Row) bool { return !strings.HasPrefix(string(m.What), kind) })
}

// liaison is the account of the story's liaison officer.
func liaison(t *testing.T, s *drill.Story) string {
	t.Helper()
	a, known, err := account.ByLogin(context.Background(), s.Internet.Store, "liaison")
	if err != nil || !known {
		t.Fatal(known, err)
	}
	return a.ID
}

// From a rating of one in five each who must act hears of it: those who answer, before
// its fifteenth working day over the holidays of the autumn and on the first after it,
// and who gave it, of the answer.
func TestAPoorRatingIsToldUntilItIsAnsweredAndItsAnswerToWhoGaveIt(t *testing.T) {
	s := tellingBy(t, calendar.MustParse("2026-09-18").Begins())
	play(t, s, drill.Draft)
	chief, director, desk := staff(t, s, "lead", access.Chief), staff(t, s, "head", access.Director), staff(t, s, "counter", access.Window)
	he := liaison(t, s)
	s.Clock.Set(calendar.MustParse("2026-09-18").Begins().Add(10 * time.Hour)) // a Friday; the Sunday after it is worked
	give(t, as("liaison", he), s.Internet.Journal, feedback.Room, s.ID, journal.Command[feedback.Rating](feedback.Rate{Filing: s.ID, Unit: s.Unit, Served: true, Grade: 1, Words: "等了两小时"}))
	settle(t, s)
	heard := func() string {
		t.Helper()
		for range 2 {
			if err := s.Office.DoChores(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		settle(t, s)
		var out []string
		for _, m := range mine(t, s.Office.Node, chief, "rating.") {
			out = append(out, string(m.What)+" "+m.Fills["Day"])
			if !strings.HasPrefix(m.Link, "/ratings/") || m.About != "" || m.Unit != "" || strings.Contains(fmt.Sprint(m.Fills)+m.Link, s.ID) {
				t.Errorf("told is %+v", m)
			}
		}
		if other := mine(t, s.Office.Node, director, "rating."); len(other) != len(out) {
			t.Errorf("the director heard %d, the chief %q", len(other), out)
		}
		slices.Sort(out)
		return strings.Join(out, ", ")
	}
	for _, c := range []struct{ day, heard string }{
		{"2026-09-18", "rating.poor 2026-10-15"},
		{"2026-10-10", "rating.poor 2026-10-15"}, // a Saturday that is worked
		{"2026-10-12", "rating.due 2026-10-15, rating.poor 2026-10-15"},
		{"2026-10-15", "rating.due 2026-10-15, rating.poor 2026-10-15"},
		{"2026-10-16", "rating.due 2026-10-15, rating.late 2026-10-15, rating.poor 2026-10-15"},
		{"2026-10-19", "rating.due 2026-10-15, rating.late 2026-10-15, rating.poor 2026-10-15"},
	} {
		s.Clock.Set(calendar.MustParse(c.day).Begins().Add(11 * time.Hour))
		if got := heard(); got != c.heard {
			t.Errorf("on %s the chief had heard %q, not %q", c.day, got, c.heard)
		}
	}
	if got := mine(t, s.Office.Node, desk, "rating."); len(got) != 0 {
		t.Errorf("the window was told %+v", got)
	}
	x, _, err := feedback.Of(context.Background(), s.Office.Store, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	give(t, as("chief", chief), s.Office.Journal, feedback.DutyRoom, x.ID, journal.Command[feedback.Duty](feedback.Reply{Of: x, Treatment: feedback.Mended, Words: "加开了一个窗口"}))
	settle(t, s)
	told := mine(t, s.Internet.Node, he, "rating.")
	if len(told) != 1 || told[0].What != "rating.replied" || told[0].Link != "/me/rate/"+s.ID || told[0].About != "" || told[0].Fills["Day"] != "2026-09-18" || strings.Contains(fmt.Sprint(told[0].Fills), "窗口") {
		t.Errorf("who gave it was told %+v", told)
	}
	s.Clock.Set(s.Clock.Now().Add(time.Hour))
	give(t, as("liaison", he), s.Internet.Journal, feedback.Room, s.ID, journal.Command[feedback.Rating](feedback.RateAgain{Filing: s.ID, Replied: true, Grade: 2}))
	settle(t, s)
	if got := heard(); got != "rating.due 2026-10-15, rating.late 2026-10-15, rating.poor 2026-10-15, rating.poor 2026-10-15" {
		t.Errorf("that the answer left them dissatisfied: %q", got)
	}
}

// A rating without a name is told of once it may be seen, and names its case to nobody;
// who gave it hears of the answer all the same, on a page of their own.
func TestAPoorRatingWithoutANameIsToldOnceItMayBeSeen(t *testing.T) {
	s := tellingBy(t, calendar.MustParse("2026-09-18").Begins())
	play(t, s, drill.Draft)
	chief, he := staff(t, s, "lead", access.Chief), liaison(t, s)
	s.Clock.Set(calendar.MustParse("2026-09-18").Begins().Add(10 * time.Hour))
	give(t, as("liaison", he), s.Internet.Journal, feedback.Room, s.ID, journal.Command[feedback.Rating](feedback.Rate{Filing: s.ID, Unit: s.Unit, Served: true, Grade: 1, Words: "等了两小时", Anonymous: true}))
	settle(t, s)
	heard := func(day string) int {
		t.Helper()
		s.Clock.Set(calendar.MustParse(day).Begins().Add(11 * time.Hour))
		if err := s.Office.DoChores(context.Background()); err != nil {
			t.Fatal(err)
		}
		return len(mine(t, s.Office.Node, chief, "rating."))
	}
	if n := heard("2026-09-30"); n != 0 {
		t.Errorf("told %d times while nobody may see it", n)
	}
	if n := heard("2026-10-01"); n != 1 {
		t.Errorf("told %d times once its month is over", n)
	}
	x, _, err := feedback.Of(context.Background(), s.Office.Store, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	give(t, as("chief", chief), s.Office.Journal, feedback.DutyRoom, x.ID, journal.Command[feedback.Duty](feedback.Reply{Of: x, Treatment: feedback.Mended, Words: "加开了一个窗口"}))
	settle(t, s)
	if told := mine(t, s.Internet.Node, he, "rating."); len(told) != 1 || told[0].Link != "/me/rate/"+s.ID {
		t.Errorf("who gave it was told %+v", told)
	}
	for _, n := range []*node.Node{s.Internet.Node, s.Office.Node} {
		of, err := notify.OfCase(context.Background(), n.Store, s.ID)
		if err != nil || slices.ContainsFunc(of, func(m notify.Row) bool { return strings.HasPrefix(string(m.What), "rating.") }) {
			t.Errorf("the case's page of who was told gives the rating away in the %s zone: %v", n.Zone, err)
		}
	}
}

// traveller is the account of somebody of the story.
func traveller(t *testing.T, s *drill.Story, nth int) string {
	t.Helper()
	ans, err := s.Internet.Accounts.Open(journal.WithActor(context.Background(), journal.System), journal.Order{Subject: s.Internet.Journal.NewID()},
		account.Open{Login: fmt.Sprintf("traveller-%d", nth), Name: "团员", Roles: []access.Role{access.Traveller}, Unit: s.Unit, Person: s.People[nth]}, "一趟 correct horse 9")
	if err != nil {
		t.Fatal(err)
	}
	return ans.Subject.ID
}

// counts is how often an account was told of each thing of some kinds.
func counts(t *testing.T, s *drill.Story, account string, kinds ...string) string {
	t.Helper()
	n := map[string]int{}
	for _, kind := range kinds {
		for _, m := range mine(t, s.Internet.Node, account, kind) {
			n[string(m.What)]++
		}
	}
	return strings.TrimPrefix(fmt.Sprint(n), "map")
}

// Each reminder stands on its day in the list of whoever it is for, and once however
// often it is looked for: of a visit, of a report, of a paper that ends, and of what
// nobody has done for two working days.
func TestEachReminderIsQueuedOnceForWhoeverItIsFor(t *testing.T) {
	s, ctx := telling(t), context.Background()
	play(t, s, drill.Book)
	he, she := liaison(t, s), traveller(t, s, drill.Newcomer)
	settle(t, s)
	look := func(at time.Time) {
		t.Helper()
		s.Clock.Set(at)
		for range 3 {
			if err := s.Internet.DoChores(ctx); err != nil {
				t.Fatal(err)
			}
		}
	}
	b, known, err := hall.BookingOf(ctx, s.Internet.Store, s.Booking)
	if err != nil || !known {
		t.Fatal(known, err)
	}
	begins := b.Slot.On(b.Day)
	for _, c := range []struct {
		at   time.Time
		want string
	}{
		{begins.Add(-24 * time.Hour), "[visit.tomorrow:1]"},
		{begins.Add(-4 * time.Hour), "[visit.tomorrow:1]"},
		{begins.Add(-2 * time.Hour), "[visit.soon:1 visit.tomorrow:1]"},
		{begins.Add(-time.Minute), "[visit.soon:1 visit.tomorrow:1]"},
	} {
		look(c.at)
		for _, who := range []string{he, she} {
			if got := counts(t, s, who, "visit.tomorrow", "visit.soon"); got != c.want {
				t.Errorf("%s before the visit %s was told %s, not %s", begins.Sub(c.at), who, got, c.want)
			}
		}
	}

	play(t, s, drill.HandIn)
	row, known, err := trip.One(ctx, s.Internet.Store, s.ID)
	if err != nil || !known || row.ReportDue.IsZero() {
		t.Fatalf("%+v %v %v", row, known, err)
	}
	give(t, as("liaison", he), s.Internet.Journal, material.Room, "ends", saying[material.Material]{material.Added{Kind: "M02", OwnerKind: material.OfUnit, Owner: s.Unit, Unit: s.Unit, Name: "a.pdf", Type: "application/pdf", ValidUntil: row.ReportDue.AddDays(30)}})
	look(s.Clock.Now())
	had := counts(t, s, he, "case.waits", "report.", "paper.")
	look(row.ReportDue.AddDays(-4).Begins().Add(9 * time.Hour))
	if got := counts(t, s, he, "report."); got != "[]" {
		t.Errorf("four days before its day the report is asked for: %s", got)
	}
	look(row.ReportDue.AddDays(-3).Begins().Add(9 * time.Hour))
	if got := counts(t, s, he, "report."); got != "[report.due:1]" {
		t.Errorf("three days before its day: %s", got)
	}
	look(row.ReportDue.Begins().Add(9 * time.Hour))
	if got := counts(t, s, he, "report.", "paper."); got != "[paper.expiring:1 report.due:1]" {
		t.Errorf("on its day, on which a paper has thirty days: %s", got)
	}
	look(row.ReportDue.Next().Begins().Add(9 * time.Hour))
	look(row.ReportDue.AddDays(5).Begins().Add(9 * time.Hour))
	if got := counts(t, s, he, "report.", "paper."); got != "[paper.expiring:1 report.due:1 report.overdue:1]" {
		t.Errorf("after its day: %s", got)
	}
	waits := mine(t, s.Internet.Node, he, "case.waits")
	if len(waits) == 0 || waits[0].About != s.ID || waits[0].Link != "/cases/"+s.ID {
		t.Errorf("that it stands still, before %s: %+v", had, waits)
	}
	seen := map[string]bool{}
	for _, m := range waits {
		if seen[m.Key] {
			t.Errorf("told twice: %s", m.Key)
		}
		seen[m.Key] = true
	}
}

// saying is a command by which something has simply happened.
type saying[S any] struct{ body any }

func (c saying[S]) Decide(S, journal.Moment) ([]journal.Event, error) {
	return journal.Happened(c.body), nil
}

// Whoever waits in line hears of a place that is kept, by when to answer, and that the
// wait is over, unless they ended it themselves; and after a visit who was there is asked
// how it was, at an address that opens for who has the message.
func TestWhoWaitsInLineIsToldAndWhoWasThereIsAsked(t *testing.T) {
	s, ctx := telling(t), context.Background()
	play(t, s, drill.Book)
	he, she, colleague := liaison(t, s), traveller(t, s, drill.Newcomer), traveller(t, s, drill.Head)
	settle(t, s)
	b, known, err := hall.BookingOf(ctx, s.Internet.Store, s.Booking)
	if err != nil || !known {
		t.Fatal(known, err)
	}
	day, until := b.Day.Next(), s.Internet.Journal.Now().Add(time.Hour).Truncate(time.Second)
	const annex = "annex" // a hall of which nobody plans anything here: nothing follows by rule
	line := func(wait string, bodies ...any) {
		t.Helper()
		for _, body := range append([]any{hall.WaitBegun{Wait: wait, Hall: annex, Day: day, Counter: string(b.Counter), Filing: s.ID, Unit: s.Unit, People: b.People}}, bodies...) {
			give(t, as("system", ""), s.Internet.Journal, hall.Days, hall.Plan{ID: annex}.DayID(day), saying[hall.Day]{body})
		}
		settle(t, s)
	}
	line("w1", hall.Offered{Wait: "w1", Hall: annex, Day: day, Filing: s.ID, Unit: s.Unit, People: b.People, Slot: hall.At(14, 30), Window: b.Window, Until: until})
	for _, who := range []string{he, she} {
		ms := mine(t, s.Internet.Node, who, "visit.offered")
		if len(ms) != 1 || ms[0].Link != "/visits/"+s.ID+"/wait" || ms[0].Fills["Day"] != day.String() || ms[0].Fills["Slot"] != "14:30" || ms[0].Fills["Until"] != hall.ClockAt(until).String() || ms[0].Fills["UntilDay"] != calendar.DateOf(until).String() {
			t.Errorf("of the place that is kept %s was told %+v", who, ms)
		}
	}
	line("w2", hall.WaitEnded{Wait: "w2", Filing: s.ID, Day: day, Why: hall.WaitLeft})
	line("w3", hall.WaitEnded{Wait: "w3", Filing: s.ID, Day: day, Why: hall.WaitClosed})
	give(t, as("system", ""), s.Internet.Journal, hall.Days, hall.Plan{ID: annex}.DayID(day), saying[hall.Day]{hall.WaitEnded{Wait: "w1", Filing: s.ID, Day: day, Why: hall.WaitLapsed}})
	settle(t, s)
	for _, who := range []string{he, she} {
		if ms := mine(t, s.Internet.Node, who, "visit.wait_over"); len(ms) != 2 || ms[0].Link != "/visits/"+s.ID+"/wait" || ms[0].Fills["Day"] != day.String() {
			t.Errorf("that the wait is over %s was told as %+v", who, ms)
		}
	}

	play(t, s, drill.Make)
	settle(t, s)
	ms := mine(t, s.Internet.Node, she, "visit.rate")
	if len(ms) != 1 || !strings.HasPrefix(ms[0].Link, "/rate/"+s.Booking+"?code=") || ms[0].Fills["Day"] != b.Day.String() {
		t.Errorf("who was there was asked %+v", ms)
	}
	for _, who := range []string{he, colleague} {
		if ms := mine(t, s.Internet.Node, who, "visit.rate"); len(ms) != 0 {
			t.Errorf("%s, who wasn't there, was asked %+v", who, ms)
		}
	}
}

// The window hears once of visits of a day before that nobody has ended, and who works
// there or keeps the list of who may not travel hears of the answer to their remark.
func TestTheOtherDesksOfTheOfficeAreToldWhatWaitsForThem(t *testing.T) {
	s, ctx := telling(t), context.Background()
	play(t, s, drill.CheckIn)
	window, personnel := staff(t, s, "counter", access.Window), staff(t, s, "list", access.Personnel)
	give(t, as("personnel", personnel), s.Office.Journal, guidance.Remarks, "r1", guidance.Give{Matter: "wish", Words: "名单想按姓排"})
	of, err := guidance.OneRemark(ctx, s.Office.Store, "r1")
	if err != nil {
		t.Fatal(err)
	}
	give(t, as("chief", "c"), s.Office.Journal, guidance.Answers, "r1", journal.Command[guidance.Answering](guidance.Tell{Of: of, At: guidance.Done, Words: "下周就有"}))
	look := func(days int) []notify.Row {
		t.Helper()
		s.Clock.Set(s.Office.Journal.Today().AddDays(days).Begins().Add(9 * time.Hour))
		for range 2 {
			if err := s.Office.DoChores(ctx); err != nil {
				t.Fatal(err)
			}
		}
		settle(t, s)
		return mine(t, s.Office.Node, window, "desk.")
	}
	today := s.Office.Journal.Today()
	if ms := mine(t, s.Office.Node, window, "desk."); len(ms) != 0 {
		t.Errorf("on its day the window was told %+v", ms)
	}
	if ms := look(1); len(ms) != 1 || ms[0].Link != "/desk" || ms[0].Fills["Count"] != "1" || ms[0].Fills["Day"] != today.String() {
		t.Errorf("the day after the window was told %+v", ms)
	}
	if ms := look(1); len(ms) != 1 {
		t.Errorf("the window was told again: %+v", ms)
	}
	if ms := mine(t, s.Office.Node, personnel, "remark.answered"); len(ms) != 1 || ms[0].Link != "/feedback/r1" {
		t.Errorf("of the answer to their remark they heard %+v", ms)
	}
}
