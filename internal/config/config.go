package config

import (
	"fmt"
	"maps"
	"slices"

	"yitang/internal/calendar"
	"yitang/internal/journal"
)

// Config is the office's configuration with its history.
type Config struct {
	Base     string // version of the program's data
	Last     int    // number of the newest version
	Versions map[int]Version
	Force    []Force // in the order in which it was said
}

// Version is one saved pack.
type Version struct {
	Number  int
	Account string // of the author
	Sum     string
	Checked Checked
}

// Force is from when a version is in force.
type Force struct {
	Number int
	On     calendar.Date
}

// Room is the configuration as a subject: there is one, ID.
var Room = journal.Subject[Config]{Kind: "config", Evolve: evolve}

// ID is the one configuration of the office.
const ID = "office"

func evolve(c Config, e journal.Event) (Config, error) {
	c.Versions = maps.Clone(c.Versions)
	if c.Versions == nil {
		c.Versions = map[int]Version{}
	}
	switch b := e.Body.(type) {
	case BaseRecorded:
		c.Base = b.Version
	case Saved:
		c.Last = b.Number
		c.Versions[b.Number] = Version{Number: b.Number, Account: e.Actor.Account, Sum: b.Sum}
	case Checked:
		v := c.Versions[b.Number]
		v.Checked = b
		c.Versions[b.Number] = v
	case PutInForce:
		c.Force = append(slices.Clone(c.Force), Force{b.Number, b.On})
	case TakenBack:
		c.Force = slices.DeleteFunc(slices.Clone(c.Force), func(f Force) bool { return f.Number == b.Number && f.On == b.On })
	default:
		return c, fmt.Errorf("%T is nothing that happens to a configuration", e.Body)
	}
	return c, nil
}
