package notify

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"maps"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"time"

	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/pack"
)

// Contact is how somebody with an account is reached, and what they want to hear.
type Contact struct {
	At   map[string]Address // by way
	Off  []string           // pack.TellEvent
	Lang string             // in which they are written to; "" for simplified Chinese
}

// Address is one of theirs.
type Address struct {
	Address   string
	Confirmed bool
	Old       string // that stays in use until the new one is confirmed; ""
	code      string
	given     time.Time
	mistaken  int
}

// Use is where messages go: nowhere that wasn't confirmed.
func (a Address) Use() string {
	if a.Confirmed {
		return a.Address
	}
	return a.Old
}

// Contacts is how somebody is reached, as a subject; its id is the account's.
var Contacts = journal.Subject[Contact]{Kind: "contact", Evolve: func(c Contact, e journal.Event) (Contact, error) {
	c.At = maps.Clone(c.At)
	if c.At == nil {
		c.At = map[string]Address{}
	}
	switch b := e.Body.(type) {
	case AddressGiven:
		c.At[b.Way] = Address{Address: b.Address, Old: c.At[b.Way].Use(), code: b.Code, given: e.At}
	case CodeMistaken:
		a := c.At[b.Way]
		a.mistaken++
		c.At[b.Way] = a
	case AddressConfirmed:
		c.At[b.Way] = Address{Address: c.At[b.Way].Address, Confirmed: true}
	case AddressDropped:
		delete(c.At, b.Way)
	case Preferred:
		c.Off, c.Lang = b.Off, b.Lang
	default:
		return c, fmt.Errorf("%T is nothing that happens to how somebody is reached", e.Body)
	}
	return c, nil
}}

// GiveAddress says where somebody is reached. The code that proves it is drawn by the
// decision; Code gives it to whoever sends it there.
type GiveAddress struct{ Way, Address string }

const (
	codeHolds = 30 * time.Minute
	mostWrong = 5
	// between is how long is waited between two codes: nobody's telephone is rung
	// by somebody who types numbers.
	between = time.Minute
)

var mobile = regexp.MustCompile(`^(\+?86)?1[3-9]\d{9}$`)

// ReadAddress gives an address of a way as it is kept; "" of what is none.
func ReadAddress(way, text string) string {
	text = strings.TrimSpace(text)
	switch pack.TellWay(way) {
	case pack.ByMail:
		a, err := mail.ParseAddress(text)
		if err != nil || a.Name != "" || len(a.Address) > 120 || strings.ContainsAny(a.Address, "<>\r\n") || !strings.Contains(a.Address[strings.LastIndex(a.Address, "@"):], ".") {
			return ""
		}
		return a.Address
	case pack.BySMS:
		number := strings.NewReplacer(" ", "", "-", "").Replace(dossier.FoldText(text))
		if !mobile.MatchString(number) {
			return ""
		}
		return "+86" + number[len(number)-11:]
	}
	return ""
}

// Decide refuses what is no address, and codes without end.
func (cmd GiveAddress) Decide(c Contact, m journal.Moment) ([]journal.Event, error) {
	address := ReadAddress(cmd.Way, cmd.Address)
	if address == "" {
		return nil, fault.Invalid(fault.Finding{Field: cmd.Way, Key: "notify.address." + cmd.Way})
	}
	was := c.At[cmd.Way]
	if was.Confirmed && was.Address == address {
		return nil, nil
	}
	if !was.given.IsZero() && m.Now.Sub(was.given) < between {
		return nil, fault.Invalid(fault.Finding{Field: cmd.Way, Key: "notify.address.soon"})
	}
	return journal.Happened(AddressGiven{Way: cmd.Way, Address: address, Code: drawn(m.Fresh())}), nil
}

// drawn makes six figures of a fresh id, whose last 62 bits are chance.
func drawn(id string) string {
	sum := sha256.Sum256([]byte("yitang.contact/1 " + id))
	return fmt.Sprintf("%06d", binary.BigEndian.Uint64(sum[:8])%1_000_000)
}

// Code is what proves an address that was given and not confirmed yet; "" for none.
func (a Address) Code() string {
	if a.Confirmed {
		return ""
	}
	return a.code
}

// ConfirmAddress proves it.
type ConfirmAddress struct{ Way, Code string }

// Decide takes the right code while it holds. A wrong one is no error of Decide, so
// that it is counted; the page reads by Mistaken that it was wrong.
func (cmd ConfirmAddress) Decide(c Contact, m journal.Moment) ([]journal.Event, error) {
	a, given := c.At[cmd.Way]
	switch {
	case !given || a.Confirmed:
		return nil, nil
	case m.Now.Sub(a.given) > codeHolds || a.mistaken >= mostWrong:
		return nil, fault.Invalid(fault.Finding{Field: "code_" + cmd.Way, Key: "notify.code.over"})
	case subtle.ConstantTimeCompare([]byte(dossier.FoldCode(cmd.Code)), []byte(a.code)) != 1:
		return journal.Happened(CodeMistaken{Way: cmd.Way}), nil
	}
	return journal.Happened(AddressConfirmed{Way: cmd.Way}), nil
}

// DropAddress: they are reached there no more.
type DropAddress struct{ Way string }

// Decide is content where there is none.
func (cmd DropAddress) Decide(c Contact, _ journal.Moment) ([]journal.Event, error) {
	if _, given := c.At[cmd.Way]; !given {
		return nil, nil
	}
	return journal.Happened(AddressDropped(cmd)), nil
}

// Prefer says what somebody wants to hear, and in which language.
type Prefer struct {
	Off  []string
	Lang string
}

// Decide keeps on what the law wants told.
func (cmd Prefer) Decide(c Contact, _ journal.Moment) ([]journal.Event, error) {
	off := []string{}
	for _, t := range pack.Tellables() {
		if !t.Legal && slices.Contains(cmd.Off, string(t.Event)) {
			off = append(off, string(t.Event))
		}
	}
	if slices.Equal(off, c.Off) && cmd.Lang == c.Lang {
		return nil, nil
	}
	return journal.Happened(Preferred{Off: off, Lang: cmd.Lang}), nil
}

// CodeID names the message that carries a code, so that sent twice it is one.
func CodeID(account, way string, a Address) string {
	sum := sha256.Sum256([]byte("yitang.contact/1 " + account + " " + way + " " + a.Address + " " + a.code))
	return fmt.Sprintf("%x", sum[:16])
}

// PageID names the mail that leads somebody to a page. Pressed twice it is sent twice,
// under one name, by which a mailbox may know that it is the same.
func PageID(account, key string) string {
	sum := sha256.Sum256([]byte("yitang.page/1 " + account + " " + key))
	return fmt.Sprintf("%x", sum[:16])
}
