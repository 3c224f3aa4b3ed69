package feedback

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
)

// Via is by what somebody comes to the rating of a visit (评价来源).
type Via string

const (
	WindowCode  Via = "window"  // the code that the window shows to those who leave
	MessageLink Via = "message" // the link of a message
	SignedIn    Via = "account" // signed in, as somebody of the visit's case
)

// Vias lists them in the order in which they are counted.
func Vias() []Via { return []Via{WindowCode, MessageLink, SignedIn} }

// Code is what an address carries that opens the rating of a visit to who isn't signed
// in. The visit's own id stands in the address of the window's page, so who works there
// knows it; closing, the id of the event by which the visit ended, stands on no page.
// Each way has a code of its own, so that it is known which one somebody came by.
func Code(closing string, by Via) string {
	sum := sha256.Sum256([]byte("yitang.rating/1\n" + string(by) + "\n" + closing))
	return hex.EncodeToString(sum[:10])
}

// CameBy is the way that a code stands for; "" for none.
func CameBy(closing, code string) Via {
	i := slices.IndexFunc([]Via{WindowCode, MessageLink}, func(by Via) bool { return closing != "" && Code(closing, by) == code })
	if i < 0 {
		return ""
	}
	return Vias()[i]
}

// How many visits are rated in a day by one browser and from one network without signing
// in: behind one network a whole hall may sit, and no machine speaks for a crowd.
const (
	PerBrowser = 3
	PerNetwork = 30
)

// From is where a rating comes from, and how many came from there today.
type From struct {
	Browser, Network     string // marks
	ByBrowser, ByNetwork int
}

// full tells whether no more is taken from there without signing in.
func (f From) full() bool { return f.ByBrowser >= PerBrowser || f.ByNetwork >= PerNetwork }
