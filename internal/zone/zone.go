// Package zone names the three networks (网) that Yitang runs in. They never
// touch: what one zone may know of another travels in bundles.
package zone

import "fmt"

// Zone is one of the three networks. The zero value is no zone.
type Zone string

const (
	Internet Zone = "internet" // 互联网: units, travellers, the public
	Office   Zone = "office"   // 办公网: intake, review, visa desk, custody
	Passport Zone = "passport" // 因公电子护照专网: capture, making, blanks
)

// All lists the zones in the order in which a case meets them.
func All() []Zone { return []Zone{Internet, Office, Passport} }

// Parse reads a zone's name as the command line and stored events spell it.
func Parse(s string) (Zone, error) {
	switch z := Zone(s); z {
	case Internet, Office, Passport:
		return z, nil
	}
	return "", fmt.Errorf("%q is no zone: use internet, office or passport", s)
}

// Set is a set of zones, used for homes and for reach.
type Set uint8

func bit(z Zone) Set {
	switch z {
	case Internet:
		return 1
	case Office:
		return 2
	case Passport:
		return 4
	}
	return 0
}

// Of makes a set.
func Of(zs ...Zone) Set {
	var s Set
	for _, z := range zs {
		s |= bit(z)
	}
	return s
}

// Everywhere is the set of all three zones.
const Everywhere Set = 7

// Has tells whether z is in the set.
func (s Set) Has(z Zone) bool { return bit(z) != 0 && s&bit(z) != 0 }

// One tells whether it is a single zone.
func (s Set) One() bool { return s != 0 && s&(s-1) == 0 }

// Within tells whether every zone of s is in t.
func (s Set) Within(t Set) bool { return s&^t == 0 }

// String lists the members, for golden files and error texts.
func (s Set) String() string {
	if s == Everywhere {
		return "all"
	}
	out := ""
	for _, z := range All() {
		if s.Has(z) {
			if out != "" {
				out += " "
			}
			out += string(z)
		}
	}
	return out
}

// ParseSet reads what a `reach` tag holds: "all" or names parted by blanks.
func ParseSet(names []string) (Set, error) {
	var s Set
	for _, n := range names {
		if n == "all" {
			return Everywhere, nil
		}
		z, err := Parse(n)
		if err != nil {
			return 0, err
		}
		s |= bit(z)
	}
	return s, nil
}

// Streams lists the directed pairs of zones that exchange bundles. There is
// none between internet and passport: the office relays.
func Streams() [][2]Zone {
	return [][2]Zone{{Internet, Office}, {Office, Internet}, {Office, Passport}, {Passport, Office}}
}
