// Package visit plans who must come to the hall (到场安排), and how few times.
//
// It takes the acts of one case that need a body or an original booklet, and
// gives the plan with the fewest visits of the unit, to which nobody comes for
// what may go by itself, then the earliest finish, then the most even load on
// the hall. It says for each visit why it can't be
// avoided, for each act that needs nobody how it gets done, and lists apart
// what only a mission abroad can do ("1 + mission").
//
// A visit is one check-in of the unit on one day, whatever the acts and people.
// Courier, locker and the mobile kit at the unit are no visits.
//
// It knows no clock, no store and no rule: why an act is needed is decided in
// requirement, which hall days there are in hall.
package visit
