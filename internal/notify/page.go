package notify

import (
	"strings"

	"yitang/internal/ledger"
	"yitang/internal/pack"
)

// Page is where a message leads whoever hears of it in a role: the page on which they
// act, on the site where they sign in. All addresses of messages stand here; web/sites
// holds each against its routes. about is the case, "" for none; of what it is about.
func Page(what pack.TellEvent, role pack.TellRole, about, of string) string {
	thing, state, _ := strings.Cut(of, "@")
	room, _, _ := strings.Cut(string(what), ".")
	switch {
	case room == "stream" || room == "test":
		return "/node"
	case room == "disc":
		return "/discs/" + thing
	case room == "desk":
		return "/desk"
	case what == "remark.new":
		return "/remarks/" + thing
	case what == "remark.answered":
		return "/feedback/" + thing
	case what == "visit.rate" || what == "rating.replied" && strings.HasPrefix(state, ofVisit):
		return "/rate/" + thing
	case what == "visit.called": // the number stands there, and the way to the pass
		return "/visits/" + about
	case what == "rating.replied":
		return "/me/rate/" + thing
	case room == "rating":
		return "/ratings/" + thing
	case what == "visit.offered" || what == "visit.wait_over":
		return "/visits/" + about + "/wait"
	case role == "custodian" && (what == "booklet.loss_told" || what == "booklet.loss_taken_back"):
		return "/booklets/b/" + thing
	case what == "booklet.loss_told" || what == "booklet.loss_taken_back":
		return "/cases/" + about + "/lost"
	case role == "traveller": // the unit's pages aren't theirs
		switch {
		case about == "":
			return "/me"
		case room == "visit":
			return "/visits/" + about
		}
		return "/cases/" + about + "/progress"
	}
	if ledger.Case(thing) != thing { // a change of the case has pages of its own
		about = thing
	}
	switch what {
	case "case.to_sign":
		return "/sign/" + about
	case "case.sent_back": // once it is handed in again, it leads on to the case
		return "/cases/" + about + "/correct"
	case "case.waits":
		switch role {
		case "liaison":
			return "/cases/" + about
		case "signatory":
			return "/sign/" + about
		}
		return "/c/" + about
	case "visit.cancelled", "visit.missed":
		return "/visits/" + about
	case "visit.booked", "visit.moved", "visit.tomorrow", "visit.soon":
		return "/visits/" + about + "/pass"
	case "booklet.lent", "visa.appointment":
		return "/cases/" + about + "/progress"
	case "unit.stopped", "unit.released":
		return "/cases"
	case "paper.expiring":
		return "/papers/" + thing
	}
	if room == "booklet" || room == "report" {
		return "/cases/" + about + "/after"
	}
	return "/cases/" + about
}
