// Package custody is where each finished booklet is (护照保管): in the store, with
// a mission, lent against an approval, lost or void; and, before, whether a new
// one has reached the keeper. Home: office.
//
//	announced ─▶ received
//	                 ▼
//	registered ─▶ in store ─▶ with a mission ─▶ in store
//	                 │  ▲
//	                 ▼  │ handed in: courier, locker or window
//	                lent ─▶ lost ─▶ void
//	                          └──▶ in store: found before it was voided
//
// The subject is the holder, because the rules are the holder's: nobody has two
// booklets of a kind out, and the first comes back before the second goes out.
// A booklet goes out against an approval that is in force, when its visas are
// done, and is due a number of days after the return. Of a person's booklets one
// goes on a trip (Trip.Serving): every page and paper of the trip asks there.
//
// Whether it is overdue is never stored: it is read off the day on which
// somebody asks. It isn't the making of booklets (passport), nor the visa in
// them (visa).
package custody
