package exchange

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"yitang/internal/zone"
)

// Policy is what may leave for the other zones, on top of reach (放行规则): reach
// says which field a zone may ever hold, the policy which records go there today,
// how many of them, and which of them a person looks at first. It is data of the
// office's configuration, and each bundle names the one that it was cut by.
type Policy struct {
	Name    string // what a bundle's header says of it
	Streams map[Stream]Rule
}

// Rule is what a policy says of one stream. Without one nothing may travel.
type Rule struct {
	May    []string // kinds of events: filing.submitted, or a whole room's filing.*
	Hold   []string // those of them that two people let go, each
	Limits []Limit
	// Promise is how long the stream may be silent; 0: as long as it likes.
	Promise time.Duration
}

// Limit is how much may go within any stretch of time. 0 is no limit.
type Limit struct {
	Per     time.Duration
	Records int64
	Bytes   int64 // of records and the files that they bring along
}

// Why a record is held back.
const (
	NotPermitted = "kind"   // the policy doesn't let records of its kind go
	ForPeople    = "person" // two people let it go
	Behind       = "behind" // an earlier record of the same subject is held
	TooMuch      = "rate"   // the limit of an hour or a day is reached: the stream waits
	// AfterDiscarded is of what came: an earlier record of the same subject was
	// thrown away by people, who also decide on this one.
	AfterDiscarded = "discarded"
	// Newer is of what came from a zone with a later release of the program, and
	// can't be read here yet: it is taken in when this zone has that release.
	Newer   = "newer"
	ForRoom = "room" // it was held, the policy in force permits it, and it waits for room in the limits
)

// everything is the rule where nobody has given a policy.
var everything = Rule{May: []string{"*"}}

// rule is what the policy in force says of a stream, and how bundles name it.
func (x *Exchange) rule(s Stream) (name string, r Rule) {
	if x.policies == nil {
		return x.kinds, everything
	}
	p := x.policies()
	return x.kinds + "/" + p.Name, p.Streams[s]
}

// judge gives why a record of a kind is held back; "" when it may go.
func (r Rule) judge(kind string) string {
	switch {
	case matches(r.Hold, kind):
		return ForPeople
	case matches(r.May, kind):
		return ""
	}
	return NotPermitted
}

// knows tells whether a kind may come by this stream at all: what is held for
// people has been let go by them when it comes.
func (r Rule) knows(kind string) bool { return matches(r.May, kind) || matches(r.Hold, kind) }

func matches(patterns []string, kind string) bool {
	room, _, _ := strings.Cut(kind, ".")
	return slices.ContainsFunc(patterns, func(p string) bool { return p == kind || p == room+".*" || p == "*" })
}

// budget is what the limits of a stream leave for a bundle that is cut now. A clock
// that was set back counts what went by it shortly before; one that was wrong by
// longer doesn't stop the stream until its time comes.
type budget struct {
	left  []Limit
	again []time.Time // when the first of what fills a limit leaves its stretch
	spent *int        // the limit that something was too much for: nothing smaller passes it
}

func (x *Exchange) budget(ctx context.Context, to zone.Zone, r Rule, now time.Time) (budget, error) {
	var b budget
	for _, l := range r.Limits {
		var records, bytes, first int64
		err := x.journal.Store.QueryRow(ctx, `SELECT COALESCE(SUM(records), 0), COALESCE(SUM(bytes), 0), COALESCE(MIN(at), 0) FROM exchange_went
WHERE to_zone = $1 AND at > $2 AND at < $3 AND records > 0`, string(to), now.Add(-l.Per).UnixMicro(), now.Add(l.Per).UnixMicro()).Scan(&records, &bytes, &first)
		if err != nil {
			return b, fmt.Errorf("counting what went to the %s zone: %w", to, err)
		}
		again := now.Add(l.Per)
		if first > 0 {
			again = time.UnixMicro(first).UTC().Add(l.Per)
		}
		left := Limit{l.Per, l.Records - records, l.Bytes - bytes}
		if l.Records == 0 {
			left.Records = unlimited
		}
		if l.Bytes == 0 {
			left.Bytes = unlimited
		}
		b.left, b.again = append(b.left, left), append(b.again, again)
	}
	return b, nil
}

// unlimited is more than ever goes.
const unlimited = 1 << 62

// take counts a record, unless it is too much for a limit.
func (b *budget) take(bytes int64) bool {
	if b.spent != nil {
		return false
	}
	for i, l := range b.left {
		if l.Records < 1 || l.Bytes < bytes {
			b.spent = &i
			return false
		}
	}
	for i := range b.left {
		b.left[i].Records--
		b.left[i].Bytes -= bytes
	}
	return true
}
