package account

import (
	"fmt"
	"slices"
	"strings"

	"yitang/internal/access"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/zone"
)

// Account is one account as it stands.
type Account struct {
	ID     string
	Login  string
	Name   string
	Roles  []access.Role
	Unit   string
	Person string
	Hash   string // PHC string of the password
	Closed bool
}

// Room is the account as a subject.
var Room = journal.Subject[Account]{Kind: "account", Evolve: func(a Account, e journal.Event) (Account, error) {
	a.ID = e.Subject.ID
	switch b := e.Body.(type) {
	case Opened:
		a.Login, a.Name, a.Roles, a.Unit, a.Person, a.Hash = b.Login, b.Name, roles(b.Roles), b.Unit, b.Person, b.PasswordHash
	case PasswordChanged:
		a.Hash = b.PasswordHash
	case RolesChanged:
		a.Roles = roles(b.Roles)
	case Closed:
		a.Closed = true
	default:
		return a, fmt.Errorf("%T is nothing that happens to an account", e.Body)
	}
	return a, nil
}}

func roles(names []string) []access.Role {
	out := make([]access.Role, len(names))
	for i, n := range names {
		out[i] = access.Role(n)
	}
	return out
}

func names(rs []access.Role) []string {
	out := make([]string, len(rs))
	for i, r := range rs {
		out[i] = string(r)
	}
	return out
}

// maxLogin is the most bytes that a folded login has.
const maxLogin = 80

// Fold makes a login comparable: half-width, small letters, no blanks.
func Fold(login string) string { return strings.ToLower(dossier.FoldCode(login)) }

// Open makes an account. Its hash was made by a Hasher, outside the decision; a
// traveller whom another door tells apart may have none, and then no password opens it.
type Open struct {
	Login        string
	Name         string
	Roles        []access.Role
	Unit         string // required on the Internet, except for administrators and auditors
	Person       string
	PasswordHash string
}

// Decide refuses roles that the zone doesn't have, and a member of no unit on
// the Internet.
func (cmd Open) Decide(a Account, m journal.Moment) ([]journal.Event, error) {
	if m.Version > 0 {
		return nil, fault.NotNow("account.open.already", "open")
	}
	var wrong []fault.Finding
	login, name := Fold(cmd.Login), dossier.FoldName(cmd.Name)
	if login == "" || len(login) > maxLogin {
		wrong = append(wrong, fault.Finding{Field: "login", Key: "account.login.unreadable"})
	}
	if name == "" {
		wrong = append(wrong, fault.Finding{Field: "name", Key: "form.empty"})
	}
	if f, bad := checkRoles(cmd.Roles, m.Zone); bad {
		wrong = append(wrong, f)
	}
	if m.Zone == zone.Internet && cmd.Unit == "" && slices.ContainsFunc(cmd.Roles, func(r access.Role) bool { return r != access.Administrator && r != access.Auditor }) {
		wrong = append(wrong, fault.Finding{Field: "unit", Key: "form.empty"})
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	if cmd.PasswordHash != "" || !cmd.traveller() {
		if _, err := parseHash(cmd.PasswordHash); err != nil {
			return nil, fmt.Errorf("opening %s: %w", login, err)
		}
	}
	return journal.Happened(Opened{Login: login, Name: name, Roles: names(cmd.Roles), Unit: cmd.Unit, Person: cmd.Person, PasswordHash: cmd.PasswordHash}), nil
}

func (cmd Open) traveller() bool {
	return cmd.Person != "" && len(cmd.Roles) == 1 && cmd.Roles[0] == access.Traveller
}

// Own is the account that somebody without one gets when they bind their WeChat by
// the link to their own data: one for each person, whichever link and however often.
func Own(person string) string { return "own:" + person }

func checkRoles(rs []access.Role, z zone.Zone) (fault.Finding, bool) {
	if len(rs) == 0 {
		return fault.Finding{Field: "roles", Key: "form.choose"}, true
	}
	for _, r := range rs {
		if !slices.Contains(access.Roles(z), r) {
			return fault.Finding{Field: "roles", Key: "account.role.not_here"}, true
		}
	}
	return fault.Finding{}, false
}

// ChangePassword sets another password; sessions begun before it end.
type ChangePassword struct{ PasswordHash string }

// Decide needs an account that is open.
func (cmd ChangePassword) Decide(a Account, m journal.Moment) ([]journal.Event, error) {
	if err := a.open(m); err != nil {
		return nil, err
	}
	if _, err := parseHash(cmd.PasswordHash); err != nil {
		return nil, fmt.Errorf("changing the password of %s: %w", a.Login, err)
	}
	return journal.Happened(PasswordChanged(cmd)), nil
}

// ChangeRoles says what the account is there for from now on.
type ChangeRoles struct{ Roles []access.Role }

// Decide refuses roles that the zone doesn't have.
func (cmd ChangeRoles) Decide(a Account, m journal.Moment) ([]journal.Event, error) {
	if err := a.open(m); err != nil {
		return nil, err
	}
	if f, bad := checkRoles(cmd.Roles, m.Zone); bad {
		return nil, fault.Invalid(f)
	}
	if slices.Equal(a.Roles, cmd.Roles) {
		return nil, nil
	}
	return journal.Happened(RolesChanged{Roles: names(cmd.Roles)}), nil
}

// Close ends the account; its sessions end with it.
type Close struct{ Reason string }

// Decide closes once.
func (cmd Close) Decide(a Account, m journal.Moment) ([]journal.Event, error) {
	if err := a.open(m); err != nil {
		return nil, err
	}
	return journal.Happened(Closed(cmd)), nil
}

func (a Account) open(m journal.Moment) error {
	if m.Version == 0 {
		return fault.NotFound("account " + m.Subject)
	}
	if a.Closed {
		return fault.NotNow("account.closed", "closed")
	}
	return nil
}
