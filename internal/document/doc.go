// Package document lays out, signs and verifies the office's official
// documents (公文): the approval (任务批件), the one-time notice (一次性告知书),
// the exit certificate (出境证明) and the note verbale (照会).
//
//	Render(paper) ─▶ bytes with two holes ─▶ Digest
//	                        │                   │
//	                        │              Log.Append ─▶ proof
//	                        ▼                   │
//	                     Attach ◀───────────────┘
//	                        │
//	                      Sign ─▶ the file that is given out ─▶ Verify(file, trust)
//
// The same input gives the same bytes, on any machine and at any hour: no
// clock, no chance, no map order gets in. The two holes are the proof of
// inclusion in the office's document log and the signature; the digest that
// the log and the status list speak of is taken with both still blank, so a
// document can carry the proof of its own entry.
//
// The page is that of GB/T 9704-2012: A4, a type area of 156 by 225 mm, 22
// lines of 28 characters. Files are PDF/A-2u, tagged, and can be read aloud.
//
// It decides nothing: whether something may be issued is approval's to say.
// It refuses a character that its faces can't draw, by name; a box on an
// official document would be worse than none.
package document
