package account

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"time"

	"yitang/internal/access"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// A session names the version of the account whose password opened it: a
// clock that went back can't tell which came first, a version can. Sessions of
// the tables before end.
const sessionSchema = `
DROP TABLE IF EXISTS session;
DROP TABLE IF EXISTS signed_in;
CREATE TABLE IF NOT EXISTS open_session (
  token TEXT PRIMARY KEY,
  account TEXT NOT NULL,
  version INTEGER NOT NULL,
  created INTEGER NOT NULL,
  used INTEGER NOT NULL,
  address TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS open_session_by_account ON open_session (account);
CREATE INDEX IF NOT EXISTS open_session_by_used ON open_session (used);`

// How long a session lives. Staff sit where others pass by.
const (
	absolute     = 12 * time.Hour
	idleStaff    = 30 * time.Minute
	idleInternet = 2 * time.Hour
	touch        = time.Minute // a use is written down at most so often
)

// Lasts is how long a session of a zone lives without a request, and in any case.
func Lasts(z zone.Zone) (idle, whole time.Duration) {
	if z == zone.Internet {
		return idleInternet, absolute
	}
	return idleStaff, absolute
}

// Desk is where people sign in: accounts, passwords, sessions of one zone.
type Desk struct {
	journal  *journal.Journal
	hasher   *Hasher
	throttle *Throttle
	chance   io.Reader
}

// NewDesk makes the session table where it is missing. Sessions survive a restart.
func NewDesk(ctx context.Context, j *journal.Journal, h *Hasher, chance io.Reader) (*Desk, error) {
	err := j.Store.Write(ctx, func(tx store.Tx) error { return tx.Define(ctx, sessionSchema) })
	if err != nil {
		return nil, fmt.Errorf("preparing sessions: %w", err)
	}
	return &Desk{journal: j, hasher: h, throttle: NewThrottle(), chance: chance}, nil
}

// Open makes an account with a password and tells who has its login already.
func (d *Desk) Open(ctx context.Context, o journal.Order, cmd Open, password string) (journal.Answer, error) {
	hash, err := d.hasher.Hash(ctx, password)
	if err != nil {
		return journal.Answer{}, err
	}
	cmd.PasswordHash = hash
	ans, err := journal.Do(ctx, d.journal, Room, o, cmd)
	if store.IsUnique(err) {
		return ans, fault.Field("login", "account.login.taken", nil)
	}
	return ans, err
}

// ChangePassword checks the old password of whoever is signed in and sets a
// new one. All other sessions of theirs end. Who sends the form twice is told
// the same twice: the new password is the one in force then.
func (d *Desk) ChangePassword(ctx context.Context, token, old, fresh, from string) error {
	who, err := d.Who(ctx, token)
	if err != nil {
		return err
	}
	a, version, err := journal.Load(ctx, d.journal, Room, who.Account)
	if err != nil {
		return err
	}
	if a.Hash == "" {
		return fault.Field("password_old", "account.password.none", nil)
	}
	if wait := d.throttle.Try(a.Login, from, d.journal.Now()); wait > 0 {
		return tooMany("password_old", wait)
	}
	already, err := d.hasher.Matches(ctx, fresh, a.Hash)
	if err != nil {
		return err
	}
	if !already {
		right, err := d.hasher.Matches(ctx, old, a.Hash)
		if err != nil {
			return err
		}
		if !right {
			return fault.Field("password_old", "account.password.wrong", nil)
		}
		ans, err := d.set(ctx, journal.Order{Subject: who.Account}, fresh)
		if err != nil {
			return err
		}
		version = ans.Version
	}
	d.throttle.Forgive(a.Login, from)
	err = d.journal.Store.Write(ctx, func(tx store.Tx) error {
		if _, err := tx.Exec(ctx, `UPDATE open_session SET version = $2 WHERE token = $1`, hashed(token), int64(version)); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `DELETE FROM open_session WHERE account = $1 AND token <> $2`, who.Account, hashed(token))
		return err
	})
	if err != nil {
		return fmt.Errorf("ending the other sessions: %w", err)
	}
	return nil
}

// SetPassword gives an account a password that whoever administers has chosen;
// all its sessions end.
func (d *Desk) SetPassword(ctx context.Context, o journal.Order, password string) error {
	if _, err := d.set(ctx, o, password); err != nil {
		return err
	}
	return d.EndAll(ctx, o.Subject)
}

func (d *Desk) set(ctx context.Context, o journal.Order, password string) (journal.Answer, error) {
	hash, err := d.hasher.Hash(ctx, password)
	if err != nil {
		return journal.Answer{}, err
	}
	return journal.Do(ctx, d.journal, Room, o, ChangePassword{PasswordHash: hash})
}

// SignIn checks a password and begins a session. A login that isn't known
// takes as long, and is told the same, as a wrong password.
func (d *Desk) SignIn(ctx context.Context, login, password, from string) (string, error) {
	if len(login) > 4*maxLogin || len(Fold(login)) > maxLogin {
		return "", fault.Field("name", "account.sign_in.wrong", nil) // nobody's login is that long: spend neither time nor memory
	}
	login = Fold(login)
	if login == "" || password == "" {
		return "", fault.Field("name", "account.sign_in.empty", nil)
	}
	now := d.journal.Now()
	if wait := d.throttle.Try(login, from, now); wait > 0 {
		return "", tooMany("name", wait)
	}
	e, known, err := ByLogin(ctx, d.journal.Store, login)
	if err != nil {
		return "", fmt.Errorf("finding an account: %w", err)
	}
	hash := ""
	var version journal.Version
	if known && !e.Closed {
		a, v, err := journal.Load(ctx, d.journal, Room, e.ID)
		if err != nil {
			return "", err
		}
		hash, version = a.Hash, v
	}
	ok, err := d.hasher.Matches(ctx, password, hash)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", fault.Field("name", "account.sign_in.wrong", nil)
	}
	d.throttle.Forgive(login, from)
	return d.begin(ctx, e.ID, version, from)
}

// Enter begins a session of somebody whom another door told apart, WeChat's: no
// password is asked. Whoever signs for others or looks after the site still types one.
func (d *Desk) Enter(ctx context.Context, id, from string) (string, error) {
	e, err := One(ctx, d.journal.Store, id)
	if err != nil {
		return "", err
	}
	if !e.MayEnter() {
		return "", fault.Field("name", "account.sign_in.password_only", nil)
	}
	_, version, err := journal.Load(ctx, d.journal, Room, id)
	if err != nil {
		return "", err
	}
	return d.begin(ctx, id, version, from)
}

// MayEnter tells whether an account may be signed in to without its password.
func (a Account) MayEnter() bool {
	return !a.Closed && !slices.ContainsFunc(a.Roles, func(r access.Role) bool { return r != access.Liaison && r != access.Traveller })
}

func tooMany(field string, wait time.Duration) error {
	if wait > time.Minute {
		return fault.Field(field, "account.sign_in.wait_minutes", map[string]any{"Count": int((wait + time.Minute - 1) / time.Minute)})
	}
	return fault.Field(field, "account.sign_in.wait_seconds", map[string]any{"Count": int((wait + time.Second - 1) / time.Second)})
}

func (d *Desk) begin(ctx context.Context, account string, version journal.Version, from string) (string, error) {
	token, err := d.draw()
	if err != nil {
		return "", err
	}
	now := d.journal.Now()
	err = d.journal.Store.Write(ctx, func(tx store.Tx) error {
		// Sessions that nobody will ask for again go, while we are here.
		if _, err := tx.Exec(ctx, `DELETE FROM open_session WHERE used < $1`, now.Add(-absolute).UnixMicro()); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO open_session (token, account, version, created, used, address) VALUES ($1, $2, $3, $4, $4, $5)`,
			hashed(token), account, int64(version), now.UnixMicro(), from)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("beginning a session: %w", err)
	}
	return token, nil
}

func (d *Desk) draw() (string, error) {
	b := make([]byte, 32)
	if _, err := io.ReadFull(d.chance, b); err != nil {
		return "", fmt.Errorf("drawing a token: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

// hashed is what the table knows of a token: who reads the table can't use it.
func hashed(token string) string {
	h := sha256.Sum256([]byte(token))
	return hex.EncodeToString(h[:])
}

// SignOut ends a session; an unknown token is no error.
func (d *Desk) SignOut(ctx context.Context, token string) error {
	return d.end(ctx, `DELETE FROM open_session WHERE token = $1`, hashed(token))
}

func (d *Desk) end(ctx context.Context, statement string, args ...any) error {
	err := d.journal.Store.Write(ctx, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, statement, args...)
		return err
	})
	if err != nil {
		return fmt.Errorf("ending a session: %w", err)
	}
	return nil
}

// EndAll ends all sessions of an account.
func (d *Desk) EndAll(ctx context.Context, account string) error {
	return d.end(ctx, `DELETE FROM open_session WHERE account = $1`, account)
}

func (d *Desk) alive(begun, used, now time.Time) bool {
	idle, whole := Lasts(d.journal.Zone)
	return now.Sub(used) <= idle && now.Sub(begun) <= whole
}

// Who gives the account of a live session, and the zero Who otherwise.
func (d *Desk) Who(ctx context.Context, token string) (access.Who, error) {
	var account string
	var version, created, used int64
	err := d.journal.Store.QueryRow(ctx, `SELECT account, version, created, used FROM open_session WHERE token = $1`, hashed(token)).Scan(&account, &version, &created, &used)
	if store.NoRows(err) {
		return access.Who{}, nil
	}
	if err != nil {
		return access.Who{}, fmt.Errorf("reading a session: %w", err)
	}
	now := d.journal.Now()
	if !d.alive(time.UnixMicro(created), time.UnixMicro(used), now) {
		return access.Who{}, d.SignOut(ctx, token)
	}
	e, err := One(ctx, d.journal.Store, account)
	if err != nil {
		return access.Who{}, err
	}
	if e.Closed || journal.Version(version) < e.Password {
		return access.Who{}, d.SignOut(ctx, token)
	}
	if now.UnixMicro()-used > touch.Microseconds() {
		if err := d.end(ctx, `UPDATE open_session SET used = $2 WHERE token = $1`, hashed(token), now.UnixMicro()); err != nil {
			return access.Who{}, err
		}
	}
	return e.Who(d.journal.Zone), nil
}

// Who is the account as the table of rights asks for it.
func (a Account) Who(z zone.Zone) access.Who {
	return access.Who{Account: a.ID, Login: a.Login, Name: a.Name, Unit: a.Unit, Person: a.Person, Zone: z, Roles: a.Roles}
}
