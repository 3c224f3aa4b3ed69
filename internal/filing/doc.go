// Package filing is the application (申报) as its unit tells it. Home: internet.
//
//	draft ⇄ presented ─▶ submitted ─▶ concluded        withdrawn: before it is concluded
//	                        ▲  └─▶ sent back ─┐
//	                        └──── corrected ◀─┘
//
// A draft is a mutable, sealed document that is saved on every pause in typing;
// submission turns it into one event. The signatory submits exactly what was
// presented, and never a trip of their own. A correction changes exactly the
// fields that were sent back, and what follows from them.
//
// It doesn't judge: what is wrong with an application is precheck's to say,
// what the office thinks of it approval's.
package filing
