// Package drill is the acceptance run (演练): one fictional case goes through
// three fresh zones, from the draft to the archive, by the same commands as
// people give, carried between the zones by real bundles.
//
//	House (three zones, one clock) ─▶ Story (one case) ─▶ each step is done, heard everywhere, and checked
//
// After each step every zone must have come to rest; then the drill looks at
// what each of them holds. What it finds otherwise than it should be is the
// step's failure, in a sentence. The same story is played by the tests, on both
// databases.
//
// The story lies in the past and ends today, so that its document is in force
// and nothing in the zones is dated ahead. Nobody in it exists: identity numbers
// carry area codes that aren't assigned.
package drill
