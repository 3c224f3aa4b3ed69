package dossier

import (
	"slices"
	"strings"
	"unicode"
)

// HasHan tells whether a name has a Chinese character.
func HasHan(name string) bool {
	return strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// HostName is what a Chinese paper calls the host of a letter: its Chinese name,
// and behind it the name in which it signs. Without one it is called as it signs.
func (i Invitation) HostName() string {
	if i.IssuerZh == "" || i.IssuerZh == i.Issuer || i.Issuer == "" {
		return i.Issuer
	}
	return i.IssuerZh + "（" + i.Issuer + "）"
}

// HostName is what a Chinese paper calls somebody who receives the group: as the
// letter of that name gives it, else as it was typed.
func HostName(letters []Invitation, typed string) string {
	for _, i := range letters {
		if i.Issuer == typed {
			return i.HostName()
		}
	}
	return typed
}

// NamesHost tells whether words name somebody who receives the group, in either of
// the names that the letter gives.
func NamesHost(letters []Invitation, typed, words string) bool {
	if strings.Contains(words, typed) {
		return true
	}
	return slices.ContainsFunc(letters, func(i Invitation) bool {
		return i.Issuer == typed && i.IssuerZh != "" && strings.Contains(words, i.IssuerZh)
	})
}
