// Package journal is the memory of a node: everything that happens is an
// event, appended once and never changed.
//
//	command ─▶ load the subject ─▶ Decide (pure) ─▶ events ─▶ one transaction: append + project ─▶ answer
//
// An event's digest covers its header and a salted commitment to each field,
// so that a field can be withheld from another zone, or erased at the end of
// its retention, while digest, chain and signatures still verify.
//
// Many commands are made durable by one flush (group commit); each succeeds or
// fails alone. The journal knows no room of the story: rooms declare their
// event kinds, subjects and projections, and node collects them.
package journal
