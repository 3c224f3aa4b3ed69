// Package amendment is what follows from changing an approved mission (变更): for
// booklets, visas, booked places, the unit's plan and the document itself. It has
// no subject of its own: the wish is filing's (internet), the answer approval's
// (office), and each thing that follows happens to the room whose it is.
//
//	draft from the approval ─▶ requested ─▶ filed (light) ─┐
//	                                └─▶ reviewed ─▶ decided ┴─▶ amended ─▶ everything that follows
//	                                        └─▶ refused: the approval goes on holding
//
// Follows is one pure function: the list that unit and office read before they
// confirm is recorded with the change and is what the reactions then do.
//
// It doesn't judge whether something may be changed: that is precheck's to say,
// and the office's.
package amendment
