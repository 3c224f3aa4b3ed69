package material

import (
	"yitang/internal/blob"
	"yitang/internal/calendar"
	"yitang/internal/journal"
	"yitang/internal/money"
	"yitang/internal/zone"
)

// Kinds is what can have happened to a paper.
var Kinds = []journal.Kind{
	journal.Declare[Added](both("material.added")),
	journal.Declare[Replaced](both("material.replaced")),
	journal.Declare[Restored](both("material.restored")),
}

func both(name string) journal.Kind {
	return journal.Kind{Name: name, Home: zone.Of(zone.Internet, zone.Office), Reach: zone.Of(zone.Internet, zone.Office)}
}

// OwnerKind tells whose a paper is.
type OwnerKind string

const (
	OfCase   OwnerKind = "case"
	OfUnit   OwnerKind = "unit"
	OfPerson OwnerKind = "person"
)

// Added: a paper is held; its bytes lie in the blobs under Digest.
type Added struct {
	Kind       string               `reach:"internet office"` // M01 … M56, dossier.MaterialKind
	OwnerKind  OwnerKind            `reach:"internet office"`
	Owner      string               `reach:"internet office"` // id of the case, unit or person
	Unit       string               `reach:"internet office"` // whose people may see it
	Case       string               `reach:"internet office"` // case in the course of which it came; ""
	Name       string               `reach:"internet office"` // file name as it was given
	Size       int64                `reach:"internet office"` // bytes
	Type       string               `reach:"internet office"` // media type, from the content
	Digest     string               `reach:"internet office"` // SHA-256, hexadecimal
	Issued     calendar.Date        `reach:"internet office"`
	ValidUntil calendar.Date        `reach:"internet office"`              // zero: doesn't expire by itself
	Seen       blob.Seen            `reach:"internet office"`              // what a look into it has shown
	ValidFrom  calendar.Date        `reach:"internet office"`              // of an insurance: the first day that it covers; zero where nobody was asked
	About      string               `reach:"internet office"`              // the host of whom a profile tells, as the case names it; "" for no host
	Country    string               `reach:"internet office"`              // the country for which a letter invites, ISO alpha-3; "" where nobody was asked: it serves for all
	Total      money.Decimal        `reach:"internet office"`              // yuan, that a budget form states; zero where it can't be read for certain
	Printed    journal.Field[EVisa] `reach:"internet office" sealed:"yes"` // what an e-visa says
}

// Replaced: another paper stands in its place.
type Replaced struct {
	By   string `reach:"internet office"` // material id; "" when it was only taken away
	Case string `reach:"internet office"`
}

// Restored: what was only taken away, by mistake, is there again.
type Restored struct {
	Case string `reach:"internet office"`
}

// CaseID names the case in whose timeline this stands; "" for none.
func (e Added) CaseID() string { return e.Case }

// CaseID is the same for a replacement.
func (e Replaced) CaseID() string { return e.Case }

// CaseID is the same where it is there again.
func (e Restored) CaseID() string { return e.Case }
