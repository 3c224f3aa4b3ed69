package exchange

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"yitang/internal/exchange/carrier"
	"yitang/internal/zone"
)

// AnswerCode is what there is to say of a whole disc, in one word. The closed
// set is part of the JSON that `yitang exchange import` prints.
type AnswerCode string

// What a disc may turn out to be.
const (
	DiscTaken     AnswerCode = "taken"     // something on it was new, and nothing was wrong
	DiscAgain     AnswerCode = "again"     // all of it was taken before
	DiscOld       AnswerCode = "old"       // of before its sender began anew
	DiscEarly     AnswerCode = "early"     // an earlier disc comes first
	DiscLacking   AnswerCode = "lacking"   // a file that a bundle names isn't on it
	DiscElsewhere AnswerCode = "elsewhere" // for another zone
	DiscOwn       AnswerCode = "own"       // of this zone itself, for another one
	DiscForeign   AnswerCode = "foreign"   // of another office, or for one
	DiscUnpaired  AnswerCode = "unpaired"  // of a zone that isn't paired with this one yet
	DiscDamaged   AnswerCode = "damaged"   // changed or cut on the way
	DiscForked    AnswerCode = "forked"    // doesn't follow what was taken before
	DiscNewer     AnswerCode = "newer"     // of a program that this one doesn't understand
	DiscSuite     AnswerCode = "suite"     // of algorithms to which nobody here has agreed
	DiscRenamed   AnswerCode = "renamed"   // called otherwise than it is
	DiscTooLarge  AnswerCode = "too_large" // beyond the limits of the format
	DiscBehind    AnswerCode = "behind"    // of an unheard epoch that is older than the known one
	DiscEmpty     AnswerCode = "empty"     // no bundle at all
)

// Answer is what import says of everything in a folder, in one sentence that
// tells what to do.
type Answer struct {
	Code AnswerCode `json:"code"`
	Says string     `json:"says"`
}

// ImportDisc applies what can be applied of a folder that somebody brought,
// from whichever zone, and says in one sentence what it was.
func (x *Exchange) ImportDisc(ctx context.Context, src *carrier.Directory) ([]Outcome, Answer, error) {
	all := []Outcome{}
	before, after := map[zone.Zone]Cursor{}, map[zone.Zone]Cursor{}
	for _, from := range x.Peers() {
		var err error
		if before[from], err = x.received(ctx, x.journal.Store, from); err != nil {
			return all, Answer{}, err
		}
		outcomes, err := x.Import(ctx, from, src)
		all = append(all, outcomes...)
		if err != nil {
			return all, Answer{}, err
		}
		if after[from], err = x.received(ctx, x.journal.Store, from); err != nil {
			return all, Answer{}, err
		}
	}
	names, err := src.List()
	if err != nil {
		return all, Answer{}, err
	}
	return all, conclude(x.Zone(), names, all, before, after), nil
}

// conclude says what a disc was: what is wrong with it first, then what it waits
// for, then what was new.
func conclude(here zone.Zone, names []string, all []Outcome, before, after map[zone.Zone]Cursor) Answer {
	if len(all) == 0 {
		return nothingFor(here, names)
	}
	by := map[Fate][]Outcome{}
	for _, o := range all {
		by[o.Fate] = append(by[o.Fate], o)
	}
	taken := ""
	if some := by[Applied]; len(some) > 0 {
		taken = fmt.Sprintf("%s taken", numbers(some))
	}
	then := func(code AnswerCode, format string, args ...any) Answer {
		says := fmt.Sprintf(format, args...)
		if taken != "" {
			says = taken + "; then: " + says
		}
		return Answer{code, says}
	}
	switch {
	case len(by[Refused]) > 0:
		return refusedDisc(here, by[Refused][0], then)
	case len(by[Waiting]) > 0:
		o := by[Waiting][0]
		n, _, _ := ParseName(o.File)
		if o.Reason != Gap {
			return then(DiscLacking, "number %d from the %s zone is %s, which isn't on this disc: have the disc written again, whole", n.Sequence, n.Stream.From, o.Detail)
		}
		_, missing := gaps(names, n.Stream, after[n.Stream.From])
		return then(DiscEarly, "another disc from the %s zone comes first, the one with %s: import that one, then this one again", n.Stream.From, Span(missing))
	case taken != "":
		return Answer{DiscTaken, taken}
	}
	if i := slices.IndexFunc(all, func(o Outcome) bool { return o.Reason == OlderEpoch }); i >= 0 {
		n, _, _ := ParseName(all[i].File)
		return Answer{DiscBehind, fmt.Sprintf("number %d is of an epoch of the %s zone that was never heard and is older than the one known here: if it isn't an old disc, that zone was restored while its clock is behind; export to it, import that there, and it is told to begin anew (yitang exchange reopen --to %s)", n.Sequence, n.Stream.From, here)}
	}
	newest := all[len(all)-1]
	n, _, _ := ParseName(newest.File)
	if at := before[n.Stream.From]; n.Epoch < at.Epoch {
		return Answer{DiscOld, fmt.Sprintf("this disc is of before the %s zone began anew%s: nothing on it is needed any more", n.Stream.From, began(at.Epoch))}
	}
	return Answer{DiscAgain, fmt.Sprintf("everything on this disc was taken before; the %s zone is known up to number %d", n.Stream.From, after[n.Stream.From].Sequence)}
}

func nothingFor(here zone.Zone, names []string) Answer {
	for _, name := range names {
		n, bundle, ok := ParseName(name)
		switch {
		case !ok || !bundle:
		case n.Stream.From == here:
			return Answer{DiscOwn, fmt.Sprintf("this disc was written here, for the %s zone: carry it there", n.Stream.To)}
		default:
			return Answer{DiscElsewhere, fmt.Sprintf("this disc goes from the %s zone to the %s zone, and this is the %s zone: carry it to the %s zone", n.Stream.From, n.Stream.To, here, n.Stream.To)}
		}
	}
	return Answer{DiscEmpty, "there is no bundle in this folder: is it the right one, and was the disc written to its end?"}
}

func refusedDisc(here zone.Zone, o Outcome, then func(AnswerCode, string, ...any) Answer) Answer {
	n, _, _ := ParseName(o.File)
	from := n.Stream.From
	why := strings.TrimPrefix(o.Detail, (&Refusal{Reason: o.Reason}).Error())
	switch o.Reason {
	case WrongReceiver:
		return then(DiscForeign, "number %d is for the %s zone of another office, or for keys that this one no longer has: ask the %s zone to whom it was written", n.Sequence, here, from)
	case BadSignature:
		return then(DiscForeign, "number %d isn't from the %s zone that is paired with this one: it is of another office, or signed with a key that isn't trusted here", n.Sequence, from)
	case NotPinned:
		return then(DiscUnpaired, "number %d from the %s zone can't be trusted yet: %s; compare fingerprints with its operator by telephone and pair the two (yitang pair)", n.Sequence, from, why)
	case WrongSuite:
		return then(DiscSuite, "number %d isn't damaged, and writing it again changes nothing: %s; agree with the operator of the %s zone, then import this disc again", n.Sequence, why, from)
	case WrongStream:
		return then(DiscRenamed, "a file on this disc isn't what its name says, %s: somebody renamed it; have the disc written again", why)
	case TooLarge:
		return then(DiscTooLarge, "number %d is larger than bundles may be (%s), and writing it again changes nothing: let somebody who knows the %s zone's program see it", n.Sequence, why, from)
	case UnknownVersion:
		return then(DiscNewer, "number %d was written by a program that this one doesn't understand: update this node first", n.Sequence)
	case Forked, Contradiction:
		return then(DiscForked, "number %d doesn't follow what was taken from the %s zone before: if that node was restored from a backup, let it tell everything again (yitang exchange reopen)", n.Sequence, from)
	}
	return then(DiscDamaged, "number %d is damaged: have the disc written again (%s)", n.Sequence, why)
}

// numbers names the bundles of outcomes, which are in order.
func numbers(some []Outcome) string {
	events := 0
	from := map[zone.Zone][]int64{}
	var order []zone.Zone
	for _, o := range some {
		events += o.Events
		n, _, _ := ParseName(o.File)
		if !slices.Contains(order, n.Stream.From) {
			order = append(order, n.Stream.From)
		}
		from[n.Stream.From] = append(from[n.Stream.From], n.Sequence)
	}
	says := ""
	for _, z := range order {
		if says != "" {
			says += ", "
		}
		says += fmt.Sprintf("%s from the %s zone", Span(from[z]), z)
	}
	what := "events"
	if events == 1 {
		what = "event"
	}
	return fmt.Sprintf("%s, with %d %s,", says, events, what)
}

// Span writes numbers of bundles as people say them. They may begin anew on the way,
// with another epoch: only what follows one by one is a range.
func Span(of []int64) string {
	switch len(of) {
	case 0:
		return "an earlier number"
	case 1:
		return fmt.Sprintf("number %d", of[0])
	}
	follow := true
	for i, n := range of[1:] {
		follow = follow && n == of[i]+1
	}
	if follow {
		return fmt.Sprintf("numbers %d to %d", of[0], of[len(of)-1])
	}
	says := "numbers"
	for i, n := range of {
		if i > 0 {
			says += ","
		}
		says += fmt.Sprintf(" %d", n)
	}
	return says
}

// began is when an epoch did, if its number says so: see nextEpoch.
func began(epoch int64) string {
	text := strconv.FormatInt(epoch, 10)
	if len(text) != 15 {
		return ""
	}
	t, err := time.Parse("060102150405.000", text[:12]+"."+text[12:])
	if err != nil {
		return ""
	}
	return " on " + t.Format(time.DateOnly)
}

// ShortDigest is as much of a digest as people compare, in groups of four.
func ShortDigest(digest string) string {
	if len(digest) < 16 {
		return digest
	}
	return strings.Join([]string{digest[:4], digest[4:8], digest[8:12], digest[12:16]}, " ")
}

// DiscsCode is what the code on a label and on a hand-over list says.
func DiscsCode(s Stream, discs ...DiscRow) string {
	code := "YITANG-DISCS " + s.String()
	for _, d := range discs {
		code += " " + d.Number + ":" + d.Digest[:min(16, len(d.Digest))]
	}
	return code
}
