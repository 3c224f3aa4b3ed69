package account

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"yitang/internal/access"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// A session names the version of the account whose password opened it: a
// clock that went back can't tell which came first, a version can. Sessions of
// the table before, which knew only times, end.
const sessionSchema = `
DROP TABLE IF EXISTS session;
CREATE TABLE IF NOT EXISTS signed_in (
  token TEXT PRIMARY KEY,
  account TEXT NOT NULL,
  version INTEGER NOT NULL,
  created INTEGER NOT NULL,
  used INTEGER NOT NULL,
  address TEXT NOT NULL,
  secret TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS signed_in_by_account ON signed_in (account, created);
CREATE INDEX IF NOT EXISTS signed_in_by_used ON signed_in (used);`

// How long a session lives. Staff sit where others pass by.
const (
	absolute     = 12 * time.Hour
	idleStaff    = 30 * time.Minute
	idleInternet = 2 * time.Hour
	touch        = time.Minute // a use is written down at most so often
)

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

// ChangePassword checks the old password and sets a new one. All sessions end,
// the one that asked too.
func (d *Desk) ChangePassword(ctx context.Context, id, old, fresh string) error {
	a, _, err := journal.Load(ctx, d.journal, Room, id)
	if err != nil {
		return err
	}
	if wait := d.throttle.Try(a.Login, "", d.journal.Now()); wait > 0 {
		return tooMany("old", wait)
	}
	ok, err := d.hasher.Matches(ctx, old, a.Hash)
	if err != nil {
		return err
	}
	if !ok {
		return fault.Field("old", "account.password.wrong", nil)
	}
	hash, err := d.hasher.Hash(ctx, fresh)
	if err != nil {
		return err
	}
	if _, err := journal.Do(ctx, d.journal, Room, journal.Order{Subject: id}, ChangePassword{PasswordHash: hash}); err != nil {
		return err
	}
	return d.EndAll(ctx, id)
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
	secret, err := d.draw()
	if err != nil {
		return "", err
	}
	now := d.journal.Now()
	err = d.journal.Store.Write(ctx, func(tx store.Tx) error {
		// Sessions that nobody will ask for again go, while we are here.
		if _, err := tx.Exec(ctx, `DELETE FROM signed_in WHERE used < $1`, now.Add(-absolute).UnixMicro()); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO signed_in (token, account, version, created, used, address, secret) VALUES ($1, $2, $3, $4, $4, $5, $6)`,
			hashed(token), account, int64(version), now.UnixMicro(), from, secret)
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
	return d.end(ctx, `DELETE FROM signed_in WHERE token = $1`, hashed(token))
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
	return d.end(ctx, `DELETE FROM signed_in WHERE account = $1`, account)
}

// Revoke ends one session of an account, named as Sessions lists it.
func (d *Desk) Revoke(ctx context.Context, account, id string) error {
	return d.end(ctx, `DELETE FROM signed_in WHERE account = $1 AND token = $2`, account, id)
}

// Session is one place in which an account is signed in.
type Session struct {
	ID      string // the token's hash
	Begun   time.Time
	Used    time.Time // to the minute
	Address string
}

// Sessions lists where an account is signed in, newest first.
func (d *Desk) Sessions(ctx context.Context, account string) ([]Session, error) {
	rows, err := d.journal.Store.Query(ctx, `SELECT token, created, used, address FROM signed_in WHERE account = $1 ORDER BY created DESC LIMIT 100`, account)
	if err != nil {
		return nil, fmt.Errorf("listing sessions: %w", err)
	}
	defer rows.Close()
	var out []Session
	now := d.journal.Now()
	for rows.Next() {
		var s Session
		var created, used int64
		if err := rows.Scan(&s.ID, &created, &used, &s.Address); err != nil {
			return nil, err
		}
		s.Begun, s.Used = time.UnixMicro(created).UTC(), time.UnixMicro(used).UTC()
		if d.alive(s.Begun, s.Used, now) {
			out = append(out, s)
		}
	}
	return out, rows.Err()
}

func (d *Desk) alive(begun, used, now time.Time) bool {
	idle := idleInternet
	if d.journal.Zone != zone.Internet {
		idle = idleStaff
	}
	return now.Sub(used) <= idle && now.Sub(begun) <= absolute
}

// Who gives the account of a live session, and the zero Who otherwise.
func (d *Desk) Who(ctx context.Context, token string) (access.Who, error) {
	var account string
	var version, created, used int64
	err := d.journal.Store.QueryRow(ctx, `SELECT account, version, created, used FROM signed_in WHERE token = $1`, hashed(token)).Scan(&account, &version, &created, &used)
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
		if err := d.end(ctx, `UPDATE signed_in SET used = $2 WHERE token = $1`, hashed(token), now.UnixMicro()); err != nil {
			return access.Who{}, err
		}
	}
	return access.Who{Account: e.ID, Login: e.Login, Name: e.Name, Unit: e.Unit, Person: e.Person, Zone: d.journal.Zone, Roles: e.Roles}, nil
}

// Secret is a live session's own secret, for forms that are bound to it.
func (d *Desk) Secret(ctx context.Context, token string) (string, error) {
	var s string
	err := d.journal.Store.QueryRow(ctx, `SELECT secret FROM signed_in WHERE token = $1`, hashed(token)).Scan(&s)
	if store.NoRows(err) {
		return "", fault.NotFound("session")
	}
	return s, err
}
