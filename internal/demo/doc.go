// Package demo is a fictional city (云江市) for looking round, for tests and for
// the drill: units, people, booklets and cases as plain values, made from a seed.
//
//	NewCity(seed, today, data) ─▶ City ─▶ Tell: the same commands as people give
//
// The same seed, day and reference data give the same city; no clock and no
// other chance is read. Nobody in it exists: identity numbers carry area codes
// that GB/T 2260 doesn't assign, telephone numbers a range that nobody has.
// It never writes a table.
package demo
