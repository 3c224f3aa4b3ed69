package account_test

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/journal/journaltest"
	"yitang/internal/keys"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
	"yitang/internal/zone"
)

func TestMain(m *testing.M) { storetest.Main(m) }

type office struct {
	*journaltest.Bench
	desk *account.Desk
	t    *testing.T
}

func at(t *testing.T, s *store.Store, z zone.Zone) office {
	t.Helper()
	j := journaltest.Open(t, journaltest.Options{Store: s, Zone: z, Kinds: account.Kinds, Projections: func(*keys.Ring) []journal.Projection { return account.Projections }})
	h, err := account.NewHasher(rand.Reader, account.Full, 2)
	if err != nil {
		t.Fatal(err)
	}
	d, err := account.NewDesk(context.Background(), j.Journal, h, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return office{j, d, t}
}

func (o office) open(login, password string, roles ...access.Role) error {
	_, err := o.desk.Open(context.Background(), journal.Order{Subject: "id-" + login}, account.Open{Login: login, Name: "罗知行", Roles: roles, Unit: "u1"}, password)
	return err
}

func (o office) signIn(login, password, from string) (string, error) {
	return o.desk.SignIn(context.Background(), login, password, from)
}

// change sets another password from a session of its own; want is the key of the refusal.
func (o office) change(old, fresh, want string) {
	o.t.Helper()
	ctx := context.Background()
	token, err := o.signIn("a", "correct horse", "elsewhere")
	if err == nil {
		err = o.desk.ChangePassword(ctx, token, old, fresh, "elsewhere")
	}
	if key(err) != want || want == "" && err != nil {
		o.t.Fatalf("changing the password: %v", err)
	}
	if err := o.desk.SignOut(ctx, token); err != nil {
		o.t.Fatal(err)
	}
}

func (o office) who(token string) access.Who {
	o.t.Helper()
	w, err := o.desk.Who(context.Background(), token)
	if err != nil {
		o.t.Fatal(err)
	}
	return w
}

func key(err error) string {
	fs := fault.Findings(err)
	if len(fs) == 0 {
		return ""
	}
	return fs[0].Key
}

func TestWhoSignsInIsWhoTheyAre(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		o := at(t, open(), zone.Office)
		if err := o.open("Ｌuo.ZX", "correct horse", access.Intake); err != nil {
			t.Fatal(err)
		}
		if err := o.open("luo.zx ", "another one", access.Chief); key(err) == "" {
			t.Fatal("one login, two accounts:", err)
		}
		wrong, unknown := func() error { _, err := o.signIn("luo.zx", "incorrect", "a"); return err }(), func() error { _, err := o.signIn("nobody", "incorrect", "a"); return err }()
		if key(wrong) != "account.sign_in.wrong" || key(unknown) != key(wrong) {
			t.Fatal("a stranger learns which logins there are:", wrong, unknown)
		}
		token, err := o.signIn("LUO.zx", "correct horse", "10.0.0.1")
		if err != nil {
			t.Fatal(err)
		}
		if w := o.who(token); w.Account != "id-Ｌuo.ZX" || !w.Has(access.Intake) || w.Zone != zone.Office {
			t.Fatalf("%+v", w)
		}
		if o.who(token[1:]+"x").Somebody() || o.who("").Somebody() {
			t.Fatal("a made-up token opens the door")
		}
		var raw string
		if err := o.Store.QueryRow(context.Background(), `SELECT token FROM open_session`).Scan(&raw); err != nil || raw == token {
			t.Fatal("the table holds a token that can be used", err)
		}
		journaltest.RebuiltEqualsKept(t, o.Journal)
	})
}

func TestSessionsEnd(t *testing.T) {
	ctx := context.Background()
	for name, c := range map[string]struct {
		zone  zone.Zone
		after func(o office, token string)
		alive bool
	}{
		"staff, 29 minutes":       {zone.Office, func(o office, _ string) { o.Clock.Turn(29 * time.Minute) }, true},
		"staff, 31 minutes idle":  {zone.Office, func(o office, _ string) { o.Clock.Turn(31 * time.Minute) }, false},
		"applicant, an hour idle": {zone.Internet, func(o office, _ string) { o.Clock.Turn(time.Hour) }, true},
		"half a day of use": {zone.Office, func(o office, token string) {
			for range 36 {
				o.Clock.Turn(20*time.Minute + time.Second)
				o.who(token)
			}
		}, false},
		"signed out": {zone.Office, func(o office, token string) { _ = o.desk.SignOut(ctx, token) }, false},
		"new password elsewhere": {zone.Office, func(o office, _ string) {
			o.Clock.Turn(time.Second)
			o.change("correct horse", "battery staple", "")
		}, false},
		"new password, given by who administers": {zone.Office, func(o office, _ string) {
			if err := o.desk.SetPassword(ctx, journal.Order{Subject: "id-a"}, "battery staple"); err != nil {
				o.t.Fatal(err)
			}
		}, false},
		"new password here": {zone.Office, func(o office, token string) {
			for range 2 { // the form is sent twice
				if err := o.desk.ChangePassword(ctx, token, "correct horse", "battery staple", "x"); err != nil {
					o.t.Fatal(err)
				}
			}
			if _, err := o.signIn("a", "battery staple", "x"); err != nil {
				o.t.Error("the new password isn't in force:", err)
			}
		}, true},
		"wrong old password": {zone.Office, func(o office, _ string) {
			o.change("incorrect", "battery staple", "account.password.wrong")
			o.change("correct horse", "battery", "account.password.short")
		}, true},
		"new password, the clock went back": {zone.Office, func(o office, _ string) {
			o.Clock.Turn(-time.Minute)
			o.change("correct horse", "battery staple", "")
		}, false},
		"other roles, the clock went back": {zone.Office, func(o office, _ string) {
			o.Clock.Turn(-time.Minute)
			if _, err := journal.Do(ctx, o.Journal, account.Room, journal.Order{Subject: "id-a"}, account.ChangeRoles{Roles: []access.Role{access.Chief}}); err != nil {
				o.t.Fatal(err)
			}
		}, true},
		"account closed": {zone.Office, func(o office, _ string) {
			if _, err := journal.Do(ctx, o.Journal, account.Room, journal.Order{Subject: "id-a"}, account.Close{}); err != nil {
				o.t.Fatal(err)
			}
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			o := at(t, nil, c.zone)
			role := access.Intake
			if c.zone == zone.Internet {
				role = access.Liaison
			}
			if err := o.open("a", "correct horse", role); err != nil {
				t.Fatal(err)
			}
			token, err := o.signIn("a", "correct horse", "x")
			if err != nil {
				t.Fatal(err)
			}
			c.after(o, token)
			if got := o.who(token).Somebody(); got != c.alive {
				t.Fatalf("signed in: %v", got)
			}
		})
	}
}

func TestClockThatWentBackKeepsNobodyOut(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		o := at(t, open(), zone.Office)
		if err := o.open("a", "correct horse", access.Intake); err != nil {
			t.Fatal(err)
		}
		before, err := o.signIn("a", "correct horse", "x")
		if err != nil {
			t.Fatal(err)
		}
		o.change("correct horse", "battery staple", "")
		o.Clock.Turn(-3 * time.Hour)
		token, err := o.signIn("a", "battery staple", "x")
		if err != nil {
			t.Fatal(err)
		}
		if !o.who(token).Somebody() {
			t.Fatal("the right password gives a session that nobody has")
		}
		if o.who(before).Somebody() {
			t.Fatal("the old password's session lives on")
		}
	})
}

func TestSessionSurvivesARestart(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		s := open()
		o := at(t, s, zone.Office)
		if err := o.open("a", "correct horse", access.Intake); err != nil {
			t.Fatal(err)
		}
		token, err := o.signIn("a", "correct horse", "x")
		if err != nil {
			t.Fatal(err)
		}
		h, _ := account.NewHasher(rand.Reader, account.Full, 1)
		again, err := account.NewDesk(context.Background(), o.Journal, h, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if w, err := again.Who(context.Background(), token); err != nil || !w.Somebody() {
			t.Fatal(w, err)
		}
	})
}

func TestGuessingIsSlowedAndOthersAreNot(t *testing.T) {
	o := at(t, nil, zone.Office)
	if err := errors.Join(o.open("a", "correct horse", access.Intake), o.open("b", "correct horse", access.Intake)); err != nil {
		t.Fatal(err)
	}
	var err error
	for range 5 {
		if _, err = o.signIn("a", "guess", "1.2.3.4"); key(err) != "account.sign_in.wrong" {
			t.Fatal(err)
		}
	}
	if _, err = o.signIn("a", "correct horse", "1.2.3.4"); key(err) != "account.sign_in.wait_seconds" {
		t.Fatal("the sixth guess was heard:", err)
	}
	if n := fault.Findings(err)[0].Args["Count"]; n != 30 {
		t.Fatal("told to wait", n)
	}
	if _, err := o.signIn("b", "correct horse", "1.2.3.4"); err != nil {
		t.Fatal("a colleague behind the same address is kept out:", err)
	}
	if _, err := o.signIn("a", "correct horse", "5.6.7.8"); err != nil {
		t.Fatal("a guesser keeps the owner out:", err)
	}
	o.Clock.Turn(31 * time.Second)
	if _, err := o.signIn("a", "correct horse", "1.2.3.4"); err != nil {
		t.Fatal(err)
	}
	for range 100 { // nobody's login is so long, and no try is counted for it
		if _, err := o.signIn(strings.Repeat("a", 81), "guess", "9.9.9.9"); key(err) != "account.sign_in.wrong" {
			t.Fatal("a login of 81 letters:", err)
		}
	}
}

func TestWhatOpeningRefuses(t *testing.T) {
	good := account.Open{Login: "a", Name: "罗知行", Roles: []access.Role{access.Liaison}, Unit: "u1", PasswordHash: "$argon2id$v=19$m=19456,t=2,p=1$" + strings.Repeat("A", 22) + "$" + strings.Repeat("A", 43)}
	staff, noUnit := good, good
	staff.Roles = []access.Role{access.Director}
	noUnit.Unit = ""
	for name, c := range map[string]struct {
		cmd    account.Open
		fields string
	}{
		"good":                    {good, ""},
		"nothing":                 {account.Open{}, "login name roles"},
		"a role of another zone":  {staff, "roles"},
		"an applicant of no unit": {noUnit, "unit"},
	} {
		_, err := c.cmd.Decide(account.Account{}, journaltest.Moment(zone.Internet, 0))
		var got []string
		for _, f := range fault.Findings(err) {
			got = append(got, f.Field)
		}
		if strings.Join(got, " ") != c.fields {
			t.Errorf("%s: %v", name, err)
		}
	}
	o := at(t, nil, zone.Office)
	if err := o.open("a", "short", access.Intake); key(err) != "account.password.short" {
		t.Fatal(err)
	}
	if err := o.open("a", "知行合一致良知也", access.Intake); err != nil {
		t.Fatal("eight characters are eight characters:", err)
	}
}
