// Package unit is the office's register of the units that may send people
// abroad (单位). Home: office; the internet zone hears of it.
//
//	opened ⇄ suspended
//
// It refuses a code that isn't a unified social credit code. It isn't the
// unit's people (person) nor its accounts (account).
package unit
