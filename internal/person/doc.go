// Package person is what is known of the people who travel (人员), told once in a
// lifetime and confirmed when it changes. Home: internet; the office hears of it.
//
//	recorded ─▶ changed …        transferred: to another unit
//
// Sex and birth follow from the identity number and are never asked. Numbers
// are sealed in the journal and masked wherever they are printed; people are
// found by name, pinyin, initials or the last digits. It refuses a number that
// can't be one, or that another record has. It isn't an account: somebody may
// travel without ever signing in.
package person
