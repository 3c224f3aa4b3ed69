package account

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
)

// Anybody may post to the page of signing in, as often and as much as they like.
func TestStrangersFillNoMemory(t *testing.T) {
	tries, now := NewThrottle(), time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	let := 0
	for i := range 5_000 {
		if tries.Try(fmt.Sprint(i)+strings.Repeat("x", 100_000), "2001:db8::"+fmt.Sprint(i%9), now) == 0 {
			let++
		}
	}
	if let != ofAddress.burst {
		t.Errorf("%d tries were let through from one network", let)
	}
	if n := len(tries.seen); n != 2*let+1 {
		t.Errorf("%d entries are kept of %d tries that were let through", n, let)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 1<<20 {
		t.Errorf("half a gigabyte of logins left %d bytes behind", grown)
	}

	// Many addresses, all let through: what is kept stays bounded.
	for i := range 2 * throttled {
		tries.Try(fmt.Sprint("login", i), fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255), now)
	}
	if n := len(tries.seen) + len(tries.older); n > 2*(throttled+3) {
		t.Errorf("%d entries are kept", n)
	}

	// A guesser is remembered across a generation, and forgotten once it makes no difference.
	for range 6 {
		tries.Try("ll-uni", "10.1.1.1", now)
	}
	if tries.Try("ll-uni", "10.1.1.1", now.Add(time.Second)) == 0 {
		t.Error("a sixth guess was let through")
	}
	now = now.Add(2 * generation)
	if tries.Try("ll-uni", "10.1.1.1", now) != 0 || len(tries.older) != 0 {
		t.Error("what is long over is still held")
	}
}
