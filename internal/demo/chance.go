package demo

import (
	"encoding/binary"
	"encoding/hex"
	"hash/fnv"
	"math/rand/v2"
	"time"
)

// chance is a source of its own for one part of the city, so that a change to
// one part leaves the others as they were.
type chance struct{ *rand.Rand }

func chanceFor(seed uint64, part string) chance {
	h := fnv.New64a()
	h.Write([]byte(part))
	return chance{rand.New(rand.NewPCG(seed, h.Sum64()))}
}

// in gives true in so many of a hundred cases.
func (c chance) in(percent int) bool { return c.IntN(100) < percent }

// between is a whole number from low to high, both included.
func (c chance) between(low, high int) int { return low + c.IntN(high-low+1) }

func one[T any](c chance, from []T) T { return from[c.IntN(len(from))] }

// id is a UUIDv7 as the journal makes them: of the moment at which the thing
// began, so that lists by id are lists by age.
func (c chance) id(at time.Time) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(at.UnixMilli())<<16|uint64(c.Uint32()&0xfff))
	binary.BigEndian.PutUint64(b[8:], c.Uint64())
	b[6] = b[6]&0x0f | 0x70
	b[8] = b[8]&0x3f | 0x80
	s := hex.EncodeToString(b[:])
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}
