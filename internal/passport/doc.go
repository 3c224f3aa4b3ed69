// Package passport makes booklets (因公护照、赴港澳通行证): the order, the capture of
// the person, making, checking, hand-over to custody, and the stock of blanks.
// Home: passport, the isolated network.
//
//	order   ordered ─▶ captured ─▶ made ─▶ checked ─▶ handed over
//	                       ▲         │ spoiled │         stopped: until handed over
//	                       └─────────┴─────────┘
//	stock   received ─▶ taken for an order ─▶ spoiled        (one subject a type)
//
// There is an order only because the office asked: no mission, no booklet
// (因公任务须有批件). The office asks only for members whom the requirement engine
// finds without a valid one.
//
// Photo, fingerprints and signature lie in this zone's blob store alone; other
// zones learn a word about their quality and until when they serve. A booklet's
// number reaches the office; the internet learns its last three characters.
//
// Two subjects take part in making: the stock gives a number once and for ever
// to an order, then the order becomes a booklet with it. Who dies in between
// finds the same number waiting for the same order.
//
// It isn't where a finished booklet is: that is custody's.
package passport
