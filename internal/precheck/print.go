package precheck

import (
	"errors"
	"fmt"
	"unicode"

	"yitang/internal/document"
	"yitang/internal/dossier"
)

// Unprintable is a text that stands on the approval and holds characters that
// no face of it draws.
type Unprintable struct {
	Path, Given string
	Characters  string // those that can't be drawn, each with its code
}

// spellRune shows a character and its code; one of the private areas looks
// different, or like nothing, on each machine: its code alone.
func spellRune(r rune) string {
	if unicode.Is(unicode.Co, r) {
		return fmt.Sprintf("U+%04X", r)
	}
	return fmt.Sprintf("%c (U+%04X)", r, r)
}

// Unprintables asks every text of a case that the approval shows: what it
// can't print must come up while there is still somebody to ask.
func Unprintables(c *dossier.Case) []Unprintable {
	var out []Unprintable
	ask := func(given, path string, place ...any) {
		var bad *document.UndrawableError
		if !errors.As(document.Drawable(given), &bad) {
			return
		}
		u := Unprintable{Path: fmt.Sprintf(path, place...), Given: given}
		for i, r := range bad.Runes {
			if i > 0 {
				u.Characters += " "
			}
			u.Characters += spellRune(r)
		}
		out = append(out, u)
	}
	ask(c.Unit.Name, "unit.name")
	ask(c.Trip.Title, "case.title")
	ask(c.Trip.Purpose, "case.purpose")
	for i, m := range c.Members {
		ask(m.FamilyName, "members[%d].familyName", i)
		ask(m.GivenName, "members[%d].givenName", i)
		ask(m.Unit, "members[%d].unit", i)
		ask(m.Post, "members[%d].post", i)
	}
	for i, l := range c.Legs {
		ask(l.City, "legs[%d].city", i)
	}
	for i, h := range c.Itinerary {
		ask(h.Host, "itinerary[%d].host", i)
		ask(h.Activity, "itinerary[%d].activity", i)
	}
	return out
}
