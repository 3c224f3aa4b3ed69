// Package progress is how far a case has come (进度): one timeline, the line of the
// three links, and the one next step with who owes it and by when. No home: it
// only reads, in every zone from what that zone hears.
//
//	events ─▶ State (one row a case) ─▶ Line: approval, passport, visa
//	                                └─▶ Next: who owes what by when
//
// It is the last room of the story and knows all others; none knows it. It
// judges nothing and makes nothing happen. Sentences are message keys with
// arguments; people stand in them as ids, which pages turn into names where the
// reader may see them.
package progress
