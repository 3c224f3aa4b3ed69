package account

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"yitang/internal/fault"
)

// Cost is the work that one hash is: memory in KiB, and how often it is gone
// through. The zero Cost is Full.
type Cost struct{ MemoryKiB, Passes uint32 }

var (
	// Full is the least that OWASP's password storage sheet asks for argon2id
	// with one lane, the same on every machine.
	Full = Cost{MemoryKiB: 19 * 1024, Passes: 2}
	// Slight is for tests in which many sign in and nobody guesses.
	Slight = Cost{MemoryKiB: 64, Passes: 1}
)

const (
	lanes     = 1
	saltBytes = 16
	keyBytes  = 32
)

// Length of a password in characters. No rule about kinds of characters:
// length is what makes guessing slow.
const (
	MinPassword = 8
	MaxPassword = 200
)

// Hasher makes and checks password hashes. Only so many run at once as the
// machine has room for; the others wait.
type Hasher struct {
	chance io.Reader
	cost   Cost
	turns  chan struct{}
	dummy  string // checked for unknown logins, so that they take as long
}

// NewHasher lets so many hashes run at the same time, each at the cost.
func NewHasher(chance io.Reader, cost Cost, atOnce int) (*Hasher, error) {
	if cost == (Cost{}) {
		cost = Full
	}
	h := &Hasher{chance: chance, cost: cost, turns: make(chan struct{}, max(1, atOnce))}
	// Any key will do: checking against it takes as long, and making it by
	// argon2 would cost each start 25 ms and 19 MiB.
	random := make([]byte, saltBytes+keyBytes)
	if _, err := io.ReadFull(chance, random); err != nil {
		return nil, fmt.Errorf("drawing nobody's password: %w", err)
	}
	h.dummy = cost.phc(random[:saltBytes], random[saltBytes:])
	return h, nil
}

// Hash checks a new password and gives its PHC string.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	switch n := utf8.RuneCountInString(password); {
	case n < MinPassword:
		return "", fault.Field("password", "account.password.short", map[string]any{"Min": MinPassword})
	case n > MaxPassword:
		return "", fault.Field("password", "account.password.long", map[string]any{"Max": MaxPassword})
	}
	if err := h.turn(ctx); err != nil {
		return "", err
	}
	defer func() { <-h.turns }()
	return h.hash(password)
}

func (h *Hasher) turn(ctx context.Context) error {
	select {
	case h.turns <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h *Hasher) hash(password string) (string, error) {
	salt := make([]byte, saltBytes)
	if _, err := io.ReadFull(h.chance, salt); err != nil {
		return "", fmt.Errorf("drawing a salt: %w", err)
	}
	key := argon2.IDKey([]byte(password), salt, h.cost.Passes, h.cost.MemoryKiB, lanes, keyBytes)
	return h.cost.phc(salt, key), nil
}

// phc writes a hash as a PHC string.
func (c Cost) phc(salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.MemoryKiB, c.Passes, lanes, b64(salt), b64(key))
}

// Matches tells whether a password fits a hash. With an empty hash it takes as
// long and says no.
func (h *Hasher) Matches(ctx context.Context, password, hash string) (bool, error) {
	if len(password) > 4*MaxPassword {
		password = "" // nobody's password is that long: don't spend time on it
	}
	known := hash != ""
	if !known {
		hash = h.dummy
	}
	p, err := parseHash(hash)
	if err != nil {
		return false, err
	}
	if err := h.turn(ctx); err != nil {
		return false, err
	}
	defer func() { <-h.turns }()
	got := argon2.IDKey([]byte(password), p.salt, p.passes, p.memory, p.lanes, uint32(len(p.key)))
	return subtle.ConstantTimeCompare(got, p.key) == 1 && known, nil
}

type parsedHash struct {
	memory, passes uint32
	lanes          uint8
	salt, key      []byte
}

var errHash = errors.New("the password hash isn't an argon2id PHC string")

func parseHash(s string) (parsedHash, error) {
	var p parsedHash
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, errHash
	}
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memory, &p.passes, &p.lanes); err != nil || n != 3 {
		return p, errHash
	}
	// Limits keep a hash from a stolen and edited store from eating the machine.
	if p.memory > 256*1024 || p.passes < 1 || p.passes > 20 || p.lanes < 1 || p.lanes > 8 {
		return p, errHash
	}
	var err error
	if p.salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil || len(p.salt) < 8 {
		return p, errHash
	}
	if p.key, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil || len(p.key) < 16 || len(p.key) > 64 {
		return p, errHash
	}
	return p, nil
}

func b64(b []byte) string { return base64.RawStdEncoding.EncodeToString(b) }
