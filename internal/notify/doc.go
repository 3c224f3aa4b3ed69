// Package notify is what people are told of what happens (通知): who, of what, by
// which way and when, each once. Homes: the zone in which they sign in.
//
//	fact ─▶ Owed ─▶ queued ─▶ begun by a way ─▶ sent ─▶ arrived, or lost ─▶ the next way
//	                  │          └─▶ failed ─▶ the same way later, or the next one
//	                  └─▶ lapsed: it was done meanwhile
//
// A fact is an event of another room (Heard) or a day that has come (Remind). Owed
// decides who is told, and when, by the pack's rules; it knows neither address nor
// network. What was queued stands on people's own page at once. A message is one
// subject whose id says what, about which thing, which step and to whom: queuing it
// again does nothing, whatever died in between.
//
// A way is begun before it is used, and that is on record: a process that is killed
// between sending and noting it finds the attempt open. Where whoever receives knows
// a repeated message (mail, by its Message-ID) it is sent again; where not (text
// messages: no provider promises it) it isn't, and the next way is taken.
//
// It is the last room of the story and knows all others. It holds no words: pages
// and mails are worded in web/told.
package notify
