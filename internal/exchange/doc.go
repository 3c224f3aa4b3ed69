// Package exchange moves what happened from one zone to another (网间交换), as
// files that any courier may carry: a shared folder, a gatekeeper, a disc.
//
// Each directed pair of zones is a stream of numbered bundles. The sender cuts
// its journal into runs, withholds what the receiver may not hold, signs,
// encrypts and keeps the file. The receiver applies each bundle once, whole and
// in order, in the transaction that moves its cursor, and says so in a receipt
// that travels in the opposite stream.
//
//	journal ─▶ Export ─▶ bundle ─▶ carrier ─▶ Import ─▶ journal
//	                                             │
//	  receipt ◀───────── the opposite stream ◀───┘
//
// Whoever carries the files may drop, repeat, reorder, cut or change them: the
// worst result is delay, and the delay is visible in Status.
//
// The format is published in docs/exchange-format.md. Keys are renewed by a
// bundle that the old one signs (handover.go) and revoked by people (keys).
//
// It refuses what isn't from the pinned sender, for this receiver, unaltered
// and next in order; and it quarantines single records that may not be here.
// It doesn't know what events mean, and it never asks another zone anything.
package exchange
