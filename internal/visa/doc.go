// Package visa is the third link (签证): one order for each member and area, from
// the requirement engine. Home: office.
//
//	planned ─▶ kit complete ─▶ sent ─▶ granted ─▶ checked ─▶ released
//	   │             ▲                  │  └─ found wrong ─┐
//	   │             └──────────────────┼──────────────────┘
//	   └─ none needed (with the reason) └─▶ refused       withdrawn: any time before
//
// An order is planned when the approval is issued, or says why none is needed.
// A visa is checked by another officer than the one who recorded it, against
// the days and entries of the trip. It goes out with the booklet.
//
// It doesn't decide who needs a visa (requirement), nor where the booklet is
// (custody).
package visa
