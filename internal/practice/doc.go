// Package practice lets an officer of a unit do a made-up case end to end (练习),
// in a house of its own: three fresh zones below the internet zone's folder, with
// a clock of its own and staff that does as its button says.
//
//	/training (the real site) ─▶ Begin ─▶ a token, once ─▶ the practice site ─▶ the archive ─▶ training.Passed
//
// Nothing of a run is in the real journal but that it was begun and passed.
// A run is thrown away when its officer begins another, once it was passed and
// nobody looks at it any more, and after thirty days.
package practice
