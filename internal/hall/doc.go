// Package hall is the service hall (大厅): when it is open, who has which place,
// and who came. Homes: the office plans, the internet books, the office's
// window notes who came.
//
//	hallplan    planned ─▶ planned again …
//	hallday     free ─▶ held (10 minutes) ─▶ booked ─▶ moved, cancelled
//	attendance  checked in ─▶ each act closed ─▶ closed          or: missed ─▶ taken back
//
// One day of one hall is one subject, so that the last place is one decision:
// there is never a place too many, and a delegation gets all its places or
// none. Who comes too late is offered the nearest three.
//
// A booking keeps its id, code and calendar entry when it moves to another day.
// The new day takes it up first; only then the old one lets go. If two moves
// of one booking cross, the first in the journal holds and the other's places
// are given back by reaction.
//
// It isn't the planner (visit), which says how few times somebody must come,
// and it doesn't do the acts: capture is passport's, hand-over custody's.
package hall
