package web

import (
	"net/http/httptest"
	"net/url"
	"testing"
)

// A paper that is made on the spot is told apart by its query, which goes to the
// computer with it.
func TestWhatGoesToAComputerKeepsItsQuery(t *testing.T) {
	r := httptest.NewRequest("GET", "http://site.example/cases/f/made?paper=M27&in=en&page=2&sent=1", nil)
	if at := Computer(r, "t").Address; at != "http://site.example/cases/f/made?in=en&paper=M27" {
		t.Errorf("it is sent as %s", at)
	}
	u, err := url.Parse("/cases/f/made?paper=M27")
	if err != nil || Sent(u) != "/cases/f/made?paper=M27&sent=1" {
		t.Errorf("once sent it leads to %s, %v", Sent(u), err)
	}
}
