package notify_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"yitang/internal/journal"
	"yitang/internal/journal/journaltest"
	"yitang/internal/keys"
	"yitang/internal/notify"
	"yitang/internal/pack"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
	"yitang/internal/zone"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv("YITANG_SENDER"); dir != "" {
		sender(dir, os.Getenv("YITANG_SMTP"), os.Getenv("YITANG_NOW"))
	}
	storetest.Main(m)
}

// wire is a way out of a test: what came out of it by id, and what it answers.
type wire struct {
	repeats bool
	came    map[string]int
	texts   []string
	fails   func(id string) error
}

func (w *wire) Repeats() bool { return w.repeats }

func (w *wire) Send(_ context.Context, o notify.Outgoing) (string, error) {
	if w.fails != nil {
		if err := w.fails(o.ID); err != nil {
			return "", err
		}
	}
	if w.came == nil {
		w.came = map[string]int{}
	}
	if w.came[o.ID]++; w.came[o.ID] == 1 {
		w.texts = append(w.texts, o.Text) // a mailbox shows the first of those with one id
	}
	return "r-" + o.ID, nil
}

// reporting is a wire whose other side tells later what became of what it took.
type reporting struct {
	wire
	is    notify.Arrival
	asked int
}

func (r *reporting) Arrived(_ context.Context, to, receipt string, sent time.Time) (notify.Arrival, string, error) {
	if r.asked++; to != "+8613800138000" || receipt == "" || sent.IsZero() {
		return notify.OnItsWay, "", errors.New("that is no message of mine")
	}
	return r.is, "UNKNOWN_NUMBER", nil
}

type bench struct {
	*journaltest.Bench
	post *notify.Post
}

func open(t testing.TB, s *store.Store, ways map[string]notify.Way) bench {
	b := journaltest.Open(t, journaltest.Options{Store: s, Zone: zone.Internet, Kinds: notify.Kinds, Projections: func(*keys.Ring) []journal.Projection { return notify.Projections }})
	return bench{b, postman(b.Journal, ways)}
}

// postman writes of a message nothing but its key.
func postman(j *journal.Journal, ways map[string]notify.Way) *notify.Post {
	write := func(_ context.Context, _ string, ms []notify.Row) (notify.Outgoing, error) {
		var keys []string
		for _, m := range ms {
			keys = append(keys, m.Key)
		}
		return notify.Outgoing{Subject: "s", Text: strings.Join(keys, " ")}, nil
	}
	return &notify.Post{Journal: j, Ways: ways, Rules: func() pack.Telling { return pack.Telling{} }, Write: write, Log: slog.New(slog.DiscardHandler)}
}

func (b bench) reach(t testing.TB, account, way, address string) {
	t.Helper()
	ctx := context.Background()
	if _, err := journal.Do(ctx, b.Journal, notify.Contacts, journal.Order{Subject: account}, notify.GiveAddress{Way: way, Address: address}); err != nil {
		t.Fatal(err)
	}
	c, err := notify.ContactOf(ctx, b.Journal, account)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := journal.Do(ctx, b.Journal, notify.Contacts, journal.Order{Subject: account}, notify.ConfirmAddress{Way: way, Code: c.At[way].Code()}); err != nil {
		t.Fatal(err)
	}
}

func (b bench) queue(t testing.TB, key, account string, digest bool, ways ...string) {
	t.Helper()
	m := notify.Message{Key: key, What: "case.waits", Account: account, About: "f1", Ways: ways, Digest: digest, Due: b.Clock.Now()}
	if _, err := journal.Do(context.Background(), b.Journal, notify.Room, journal.Order{Subject: key}, notify.Queue{Message: m}); err != nil {
		t.Fatal(err)
	}
}

func (b bench) round(t testing.TB) {
	t.Helper()
	if err := b.post.Round(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func (b bench) outcomes(t testing.TB, key string) string {
	t.Helper()
	tries, err := notify.Tries(context.Background(), b.Store, key)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, x := range tries {
		all = append(all, x.Way+" "+x.Outcome)
	}
	return strings.Join(all, ", ")
}

func TestWhereOneWayFailsTheNextIsTaken(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, fresh func() *store.Store) {
		s := fresh()
		rejects := &wire{fails: func(string) error { return notify.Trouble{Reason: notify.Rejected} }}
		mail := &wire{repeats: true}
		b := open(t, s, map[string]notify.Way{"sms": rejects, "mail": mail})
		b.reach(t, "a", "mail", "he@example.cn")
		b.reach(t, "a", "sms", "13800138000")
		b.queue(t, "k", "a", false, "wechat", "sms", "mail")
		for range 3 {
			b.round(t)
		}
		if got := b.outcomes(t, "k"); got != "wechat no_way, sms rejected, mail sent" {
			t.Errorf("went %q", got)
		}
		b.queue(t, "n", "nobody", false, "mail")
		b.round(t)
		if got := b.outcomes(t, "n"); got != "mail no_address" {
			t.Errorf("without an address it went %q", got)
		}
		journaltest.RebuiltEqualsKept(t, b.Journal)
	})
}

func TestAMessageThatATelephoneNeverReceivedGoesByTheNextWay(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, fresh func() *store.Store) {
		sms, mail := &reporting{}, &wire{repeats: true}
		b := open(t, fresh(), map[string]notify.Way{"sms": sms, "mail": mail})
		b.reach(t, "a", "mail", "he@example.cn")
		b.reach(t, "a", "sms", "13800138000")
		for _, k := range []string{"there", "lost", "read"} {
			b.queue(t, k, "a", false, "sms", "mail")
			b.round(t)
			if sms.asked > 0 {
				t.Fatal("asked before anybody can know")
			}
		}
		// Asked again, and less and less often, while nobody knows.
		b.Clock.Turn(time.Minute)
		b.round(t)
		b.round(t)
		if sms.asked != 3 {
			t.Errorf("a minute after three messages it was asked %d times", sms.asked)
		}
		for range 120 {
			b.Clock.Turn(time.Minute)
			b.round(t)
		}
		if sms.asked < 3*8 || sms.asked > 3*16 {
			t.Errorf("in two hours it was asked %d times of three", sms.asked)
		}
		if _, err := journal.Do(context.Background(), b.Journal, notify.Room, journal.Order{Subject: "read"}, notify.See{Account: "a"}); err != nil {
			t.Fatal(err)
		}
		tells := func(key string, is notify.Arrival) {
			t.Helper()
			if _, err := journal.Do(context.Background(), b.Journal, notify.Room, journal.Order{Subject: key}, notify.NoteArrived{Way: "sms", Lost: is == notify.IsLost, Detail: "UNKNOWN_NUMBER"}); err != nil {
				t.Fatal(err)
			}
		}
		tells("there", notify.IsThere)
		tells("there", notify.IsLost) // it was there: nothing more is awaited
		tells("read", notify.IsLost)  // and who has read it is told no more
		sms.is = notify.IsLost
		b.Clock.Turn(4 * time.Hour)
		b.round(t) // hears of it
		b.round(t) // and goes on
		for key, want := range map[string]string{"there": "sms sent, sms arrived", "lost": "sms sent, sms lost, mail sent", "read": "sms sent, sms lost"} {
			if got := b.outcomes(t, key); got != want {
				t.Errorf("%s went %q, want %q", key, got, want)
			}
		}
		asked := sms.asked
		b.queue(t, "old", "a", false, "sms", "mail")
		b.round(t)
		sms.is = notify.OnItsWay
		b.Clock.Turn(80 * time.Hour)
		b.round(t)
		if sms.asked != asked {
			t.Error("asked of what is over, or after three days")
		}
	})
}

func TestAWayThatIsAwayIsTriedAgainLaterAndThenTheNext(t *testing.T) {
	away := &wire{fails: func(string) error { return errors.New("no connection") }}
	mail := &wire{repeats: true}
	b := open(t, nil, map[string]notify.Way{"sms": away, "mail": mail})
	b.reach(t, "a", "mail", "he@example.cn")
	b.reach(t, "a", "sms", "13800138000")
	b.queue(t, "k", "a", false, "sms", "mail")
	b.round(t)
	b.round(t) // not due again yet
	if got := b.outcomes(t, "k"); got != "sms unreached" {
		t.Fatalf("at once it went %q", got)
	}
	for range 5 {
		b.Clock.Turn(5 * time.Hour)
		b.round(t)
	}
	b.round(t)
	if got := b.outcomes(t, "k"); strings.Count(got, "unreached") != 5 || !strings.HasSuffix(got, "mail sent") {
		t.Errorf("went %q", got)
	}
}

func TestADigestIsOneMailAndEachMessageOfItIsSent(t *testing.T) {
	mail := &wire{repeats: true}
	b := open(t, nil, map[string]notify.Way{"mail": mail})
	b.reach(t, "a", "mail", "he@example.cn")
	b.reach(t, "b", "mail", "she@example.cn")
	for _, k := range []string{"k1", "k2", "k3"} {
		b.queue(t, k, "a", true, "mail")
	}
	b.queue(t, "k4", "b", true, "mail")
	b.round(t)
	if len(mail.texts) != 2 || mail.texts[0] != "k1 k2 k3" || mail.texts[1] != "k4" {
		t.Errorf("sent %q", mail.texts)
	}
	if got := b.outcomes(t, "k2"); got != "mail sent" {
		t.Errorf("the second of it went %q", got)
	}
}

// Whoever is killed after handing a message over has noted that it was begun, and not
// how it ended.
func TestAMessageOfWhichNobodyKnowsTheEndIsSentAgainOnlyWhereThatIsKnown(t *testing.T) {
	for _, c := range []struct {
		repeats  bool
		ids      int
		outcomes string
	}{{true, 1, "mail sent"}, {false, 1, "mail in_doubt"}} {
		dies := true
		var ctx context.Context
		var kill context.CancelFunc
		mail := &wire{repeats: c.repeats}
		killed := &killer{wire: mail, die: func() bool {
			if dies {
				kill()
			}
			return dies
		}}
		b := open(t, nil, map[string]notify.Way{"mail": killed})
		b.reach(t, "a", "mail", "he@example.cn")
		b.queue(t, "k", "a", false, "mail")
		ctx, kill = context.WithCancel(context.Background())
		_ = b.post.Round(ctx) // ends in the middle
		kill()
		dies = false
		b.round(t)
		if got := b.outcomes(t, "k"); got != "" {
			t.Errorf("while another may have it in hand it went %q", got)
		}
		b.Clock.Turn(3 * time.Minute)
		b.round(t)
		b.round(t)
		if got := b.outcomes(t, "k"); got != c.outcomes || len(mail.came) != c.ids {
			t.Errorf("repeats known %v: went %q under %d ids", c.repeats, got, len(mail.came))
		}
		if !c.repeats && mail.came[firstKey(mail.came)] != 1 {
			t.Errorf("a text message was sent %v times", mail.came)
		}
	}
}

// What can't be worded now was surely not sent: no way takes it for begun.
func TestAMessageThatCannotBeWordedYetIsSentAfterwards(t *testing.T) {
	sms := &wire{}
	b := open(t, nil, map[string]notify.Way{"mail": sms})
	b.reach(t, "a", "mail", "he@example.cn")
	b.queue(t, "k", "a", false, "mail")
	writes := b.post.Write
	b.post.Write = func(context.Context, string, []notify.Row) (notify.Outgoing, error) {
		return notify.Outgoing{}, errors.New("the words can't be read")
	}
	if err := b.post.Round(context.Background()); err == nil {
		t.Error("the round tells of nothing")
	}
	b.post.Write = writes
	b.round(t)
	if got := b.outcomes(t, "k"); got != "mail sent" || len(sms.came) != 1 {
		t.Errorf("it went %q, %d times", got, len(sms.came))
	}
}

func firstKey(m map[string]int) string {
	for k := range m {
		return k
	}
	return ""
}

// killer hands over and dies.
type killer struct {
	*wire
	die func() bool
}

func (k *killer) Send(ctx context.Context, o notify.Outgoing) (string, error) {
	r, err := k.wire.Send(ctx, o)
	if k.die() {
		return "", context.Canceled
	}
	return r, err
}

// However often facts are looked at and processes die, whoever knows a repeated
// message gets each once.
func TestEachMessageArrivesOnceWhateverDies(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s, err := store.Open(context.Background(), store.Options{Path: t.TempDir() + fmt.Sprintf("/%d.db", rand.Uint64())})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		dies := rapid.SliceOfN(rapid.Bool(), 0, 20).Draw(r, "deaths")
		mail := &wire{repeats: true}
		var kill context.CancelFunc
		killed := &killer{wire: mail, die: func() bool {
			if len(dies) == 0 {
				return false
			}
			d := dies[0]
			if dies = dies[1:]; d {
				kill()
			}
			return d
		}}
		b := open(t, s, map[string]notify.Way{"mail": killed})
		b.reach(t, "a", "mail", "he@example.cn")
		queued := map[string]bool{}
		for range rapid.IntRange(1, 12).Draw(r, "steps") {
			n := rapid.IntRange(0, 4).Draw(r, "message")
			key := fmt.Sprintf("k%d", n)
			b.queue(t, key, "a", n > 2, "mail")
			queued[key] = true
			ctx, stop := context.WithCancel(context.Background())
			kill = stop
			_ = b.post.Round(ctx)
			stop()
			b.Clock.Turn(time.Duration(rapid.IntRange(0, 5).Draw(r, "minutes")) * time.Minute)
		}
		dies = nil
		for range 3 {
			b.Clock.Turn(5 * time.Minute)
			kill = func() {}
			b.round(t)
		}
		for key := range queued {
			if n := strings.Count(strings.Join(mail.texts, " "), key); n != 1 {
				r.Fatalf("%s arrived %d times: %q", key, n, mail.texts)
			}
			if got := b.outcomes(t, key); got != "mail sent" {
				r.Fatalf("%s went %q", key, got)
			}
		}
	})
}
