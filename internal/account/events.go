package account

import (
	"yitang/internal/journal"
	"yitang/internal/zone"
)

// Kinds is what can have happened to an account. Nothing of it leaves the zone
// in which the account signs in.
var Kinds = []journal.Kind{
	journal.Declare[Opened](own("account.opened")),
	journal.Declare[PasswordChanged](own("account.password_changed")),
	journal.Declare[RolesChanged](own("account.roles_changed")),
	journal.Declare[Closed](own("account.closed")),
	journal.Declare[Refused](own("account.refused")),
}

func own(name string) journal.Kind {
	return journal.Kind{Name: name, Home: zone.Everywhere, Own: true}
}

// Opened: somebody can sign in.
type Opened struct {
	Login        string   `reach:"home"` // folded, see Fold
	Name         string   `reach:"home"`
	Roles        []string `reach:"home"` // access.Role
	Unit         string   `reach:"home"` // internet accounts belong to one
	Person       string   `reach:"home"` // the traveller that this is, so that nobody judges a trip of their own; ""
	PasswordHash string   `reach:"home" sealed:"yes"`
}

// PasswordChanged: the old password no longer opens it.
type PasswordChanged struct {
	PasswordHash string `reach:"home" sealed:"yes"`
}

// RolesChanged: it may do other things than before.
type RolesChanged struct {
	Roles []string `reach:"home"`
}

// Closed: nobody signs in with it any more.
type Closed struct {
	Reason string `reach:"home"`
}
