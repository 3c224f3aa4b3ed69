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
	"yitang/internal/filing"
	"yitang/internal/guidance"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/notify"
	"yitang/internal/person"
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

// telling is a story in which people are told what happens.
func telling(t *testing.T) *drill.Story {
	t.Helper()
	return tellingWith(t, drill.Options{})
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
	s.Clock.Set(b.Slot.On(b.Day))
	clerk, line := as("window", "w"), h.DayID(b.Day)
	give(t, clerk, s.Office.Journal, hall.Attendances, b.ID, hall.CheckIn{Booking: b}) // a messenger came, and nobody who travels
	settle(t, s)
	turn, given, err := hall.TicketOf(ctx, s.Office.Store, b.ID)
	if err != nil || !given {
		t.Fatal(given, err)
	}
	i := slices.IndexFunc(h.Windows, func(w hall.Window) bool { return w.Counter == turn.Counter })
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
