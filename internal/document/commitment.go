package document

import (
	"fmt"
	"strings"
)

// promises is how many a commitment has.
const promises = 6

// commitment is what a member promises before travelling (承诺书), ready to be
// signed by hand: who, where and when are the case's.
func commitment(f From) Working {
	c, m := f.Case, f.Case.Members[f.Member]
	w := Working{Title: f.say("commitment.title"), About: c.Unit.Name}
	who, trip := f.sheet(), f.sheet()
	who.add("name", m.Name())
	who.add("employer", c.From(f.Member))
	who.add("post", m.Department+m.Post)
	trip.add("delegation", c.Trip.Title)
	trip.add("destination", strings.Join(named(c.Countries(), f.Country), "、"))
	if !c.Trip.Depart.IsZero() && !c.Trip.Return.IsZero() {
		trip.add("dates", f.say("commitment.dates", "From", day(c.Trip.Depart), "To", day(c.Trip.Return), "Days", c.Trip.Days()))
	}
	var ps parts
	ps.sheet(f.say("commitment.head.who"), who)
	ps.sheet(f.say("working.head.purpose"), trip)
	promise := []string{f.say("commitment.opening")}
	for i := range promises {
		promise = append(promise, chineseNumber(i+1)+"、"+f.say(fmt.Sprintf("commitment.promise.%d", i+1)))
	}
	ps.text(f.say("commitment.head.promise"), strings.Join(append(promise, f.say("commitment.last")), "\n"))
	ps.table(f.say("commitment.head.signature"), f.columns("signature", "day"), [][]string{{" \n ", f.say("commitment.signed")}})
	w.Parts = ps
	return w
}
