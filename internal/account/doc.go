// Package account is who signs in (账号), in which roles, and for how long. Home:
// the zone in which the account signs in; nothing of it leaves that zone.
//
//	opened ─▶ closed        sessions: begun ─▶ ended, idle or revoked
//
// Accounts are events; sessions are rows of a table, because they are nobody's
// history. It refuses roles that its zone doesn't have, short passwords and
// hasty guessing. What a role may do isn't its to say: that is access's.
package account
