package person

import (
	"fmt"
	"strings"
	"time"

	"yitang/internal/fault"
	"yitang/internal/journal"
)

// A link (本人核对链接) lets one person see and correct their own record
// without an account. It is a subject of its own; what is sent is its id with
// a mark that only this node can make (Token).

// LinkGiven: the unit made a link for somebody.
type LinkGiven struct {
	Person string    `reach:"internet"`
	Until  time.Time `reach:"internet"`
}

// LinkOpened: somebody who knew the last digits of the identity number opened it.
type LinkOpened struct {
	Person string `reach:"internet"`
}

// LinkMissed: somebody opened it and didn't know the digits.
type LinkMissed struct{}

// LinkEnded: it serves no longer.
type LinkEnded struct {
	Why LinkEnd `reach:"internet"`
}

// LinkEnd is why a link serves no longer before its time.
type LinkEnd string

const (
	LinkRevoked LinkEnd = "revoked" // the unit took it back
	LinkGuessed LinkEnd = "guessed" // too many wrong digits
	LinkNewer   LinkEnd = "newer"   // another one was made for the person
)

// Link is one as it stands.
type Link struct {
	ID     string
	Person string
	Given  time.Time
	Until  time.Time
	Opened int
	Missed int       // wrong digits since it was last opened
	Last   time.Time // when it was last opened
	Ended  LinkEnd
	By     string // account that gave it
}

// Serves tells whether it opens at a time.
func (l Link) Serves(now time.Time) bool {
	return l.Person != "" && l.Ended == "" && now.Before(l.Until)
}

// Links is the link as a subject.
var Links = journal.Subject[Link]{Kind: "person_link", Evolve: func(l Link, e journal.Event) (Link, error) {
	l.ID = e.Subject.ID
	switch b := e.Body.(type) {
	case LinkGiven:
		l.Person, l.Until, l.Given, l.By = b.Person, b.Until, e.At, e.Actor.Account
	case LinkOpened:
		l.Opened, l.Missed, l.Last = l.Opened+1, 0, e.At
	case LinkMissed:
		l.Missed++
	case LinkEnded:
		l.Ended = b.Why
	default:
		return l, fmt.Errorf("%T is nothing that happens to a link", e.Body)
	}
	return l, nil
}}

// LinkServes is for how many days a link opens: a week with its weekends.
const LinkServes = 14

// GiveLink makes one.
type GiveLink struct {
	Person Person
}

// Decide gives one only to those who can prove who they are: without an
// identity number there are no digits to ask for.
func (cmd GiveLink) Decide(l Link, m journal.Moment) ([]journal.Event, error) {
	switch {
	case m.Version > 0:
		return nil, fault.NotNow("person.link.already", "given")
	case cmd.Person.ID == "":
		return nil, fault.NotFound("person")
	case cmd.Person.Standing == WasDuple:
		return nil, fault.NotNow("person.merged.already", cmd.Person.Standing)
	case cmd.Person.IDNumber.Tail() == "":
		return nil, fault.Field("idNumber", "person.link.number", nil)
	}
	return journal.Happened(LinkGiven{Person: cmd.Person.ID, Until: m.Now.AddDate(0, 0, LinkServes)}), nil
}

// OpenLink records that it was opened.
type OpenLink struct{}

// Decide opens what serves.
func (cmd OpenLink) Decide(l Link, m journal.Moment) ([]journal.Event, error) {
	if !l.Serves(m.Now) {
		return nil, fault.NotFound("link")
	}
	return journal.Happened(LinkOpened{Person: l.Person}), nil
}

// MostMissed is how many wrong digits in a row end a link: of ten thousand
// that there are, nobody finds the right ones in so few tries.
const MostMissed = 10

// MissLink records wrong digits.
type MissLink struct{}

// Decide ends the link after too many.
func (cmd MissLink) Decide(l Link, m journal.Moment) ([]journal.Event, error) {
	switch {
	case !l.Serves(m.Now):
		return nil, fault.NotFound("link")
	case l.Missed+1 >= MostMissed:
		return journal.Happened(LinkMissed{}, LinkEnded{Why: LinkGuessed}), nil
	}
	return journal.Happened(LinkMissed{}), nil
}

// EndLink takes it back.
type EndLink struct{ Why LinkEnd }

// Decide ends it once.
func (cmd EndLink) Decide(l Link, m journal.Moment) ([]journal.Event, error) {
	if m.Version == 0 {
		return nil, fault.NotFound("link")
	}
	if !l.Serves(m.Now) {
		return nil, nil
	}
	return journal.Happened(LinkEnded(cmd)), nil
}

// linkSpace is the namespace of links among the node's marks.
const linkSpace = "person.link"

// Token is what a link's address carries: its id, and the node's mark on it,
// so that nobody finds one by trying.
func Token(ix Indexer, id string) string { return id + "." + mark(ix, id) }

func mark(ix Indexer, id string) string {
	s := ix.Index(linkSpace, id)
	return s[:min(len(s), 32)]
}

// LinkOf reads a token; "" when this node didn't make it.
func LinkOf(ix Indexer, token string) string {
	id, m, ok := strings.Cut(token, ".")
	if !ok || id == "" || !same(m, mark(ix, id)) {
		return ""
	}
	return id
}
