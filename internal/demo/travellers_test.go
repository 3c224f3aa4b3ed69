package demo

import (
	"slices"
	"testing"
)

// Two travellers have a phone: one awaits a visit to the hall, one is to check their data.
// Neither has an account, so that what is on the phone is all that they have.
func TestTwoTravellersWithoutAnAccountHaveAPhone(t *testing.T) {
	for name, c := range map[string]City{"the demo": sample(), "another office": other()} {
		all := c.Travellers()
		if len(all) != 2 || all[0].Person == all[1].Person || all[0].Says == all[1].Says {
			t.Fatalf("%s: %+v", name, all)
		}
		for _, x := range all {
			at := slices.IndexFunc(c.People, func(p Person) bool { return p.ID == x.Person })
			if at < 0 || len(x.Digits) != 4 || x.From == "" || x.Officer == "" || slices.ContainsFunc(c.Accounts, func(a Account) bool { return a.Person == at }) {
				t.Errorf("%s: %+v", name, x)
			}
		}
	}
}
