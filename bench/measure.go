package main

import (
	"context"
	"slices"
	"sync"
	"syscall"
	"time"
)

// measured is one run of many equal operations.
type measured struct {
	N    int
	Took time.Duration
	Each []time.Duration // ascending
	CPU  time.Duration   // that this process spent, in user and system
}

func (m measured) perSecond() float64 { return float64(m.N) / m.Took.Seconds() }

// join takes over another run of the same operation.
func (m *measured) join(o measured) {
	m.N, m.Took, m.CPU, m.Each = m.N+o.N, m.Took+o.Took, m.CPU+o.CPU, append(m.Each, o.Each...)
	slices.Sort(m.Each)
}

// turns is how often product and baseline take turns, so that what else the
// machine does meets both.
const turns = 4

// percentile gives the latency that a share of the operations doesn't exceed.
func (m measured) percentile(share float64) time.Duration {
	if len(m.Each) == 0 {
		return 0
	}
	return m.Each[min(len(m.Each)-1, int(share*float64(len(m.Each))))]
}

func (m measured) ms(share float64) float64 {
	return float64(m.percentile(share)) / float64(time.Millisecond)
}

// cpuEach is the processor time of one operation in ms: the figure that a busy
// machine changes least.
func (m measured) cpuEach() float64 {
	return float64(m.CPU) / float64(time.Millisecond) / float64(max(1, m.N))
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0 // never for oneself
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// repeat lets a number of clients do the same thing, each again as soon as it
// is answered, for a length of time.
func repeat(ctx context.Context, clients int, long time.Duration, f func(ctx context.Context) error) (measured, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	each := make([][]time.Duration, clients)
	var all sync.WaitGroup
	began, cpu := time.Now(), cpuTime()
	for c := range clients {
		all.Go(func() {
			for time.Since(began) < long && ctx.Err() == nil {
				t := time.Now()
				if err := f(ctx); err != nil {
					cancel(err)
					return
				}
				each[c] = append(each[c], time.Since(t))
			}
		})
	}
	all.Wait()
	m := measured{Took: time.Since(began), CPU: cpuTime() - cpu, Each: slices.Concat(each...)}
	m.N = len(m.Each)
	slices.Sort(m.Each)
	return m, context.Cause(ctx)
}

// together does n things with a bounded number at a time and gives the first error.
func together(ctx context.Context, n, atOnce int, f func(ctx context.Context, i int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	next := make(chan int)
	var all sync.WaitGroup
	for range min(n, atOnce) {
		all.Go(func() {
			for i := range next {
				if err := f(ctx, i); err != nil {
					cancel(err)
				}
			}
		})
	}
	for i := 0; i < n && ctx.Err() == nil; i++ {
		next <- i
	}
	close(next)
	all.Wait()
	return context.Cause(ctx)
}
