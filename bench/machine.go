package main

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// limits are what the machine can do at all, so that a figure can be read as
// a share of the possible. MB are 10^6 bytes.
type limits struct {
	Flushes float64 // append 4 KiB + fsync, per second, one after another
	Hash    float64 // SHA-256 over 1 MiB, MB/s on one core
	Write   float64 // 256 MiB in 1 MiB pieces with one fsync, MB/s, best of three
}

func measureMachine(each time.Duration) (limits, error) {
	var l limits
	dir, err := os.MkdirTemp("", "yitang-bench-")
	if err != nil {
		return l, err
	}
	defer os.RemoveAll(dir)
	piece := make([]byte, 1<<20)
	if _, err := rand.Read(piece); err != nil {
		return l, err
	}
	n, began := 0, time.Now()
	for ; time.Since(began) < each; n++ {
		sha256.Sum256(piece)
	}
	l.Hash = float64(n) * float64(len(piece)) / 1e6 / time.Since(began).Seconds()

	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return l, err
	}
	defer log.Close()
	n, began = 0, time.Now()
	for ; time.Since(began) < each; n++ {
		if _, err := log.Write(piece[:4096]); err != nil {
			return l, err
		}
		if err := log.Sync(); err != nil {
			return l, err
		}
	}
	l.Flushes = float64(n) / time.Since(began).Seconds()

	for range 3 { // the best of three: a limit isn't what was left over by somebody else
		rate, err := writeAtOnce(filepath.Join(dir, "bulk"), piece, 256)
		if err != nil {
			return l, err
		}
		l.Write = max(l.Write, rate)
	}
	return l, nil
}

// writeAtOnce writes a new file of so many pieces, flushes it once, and gives MB/s.
func writeAtOnce(path string, piece []byte, pieces int) (float64, error) {
	bulk, err := os.Create(path)
	if err != nil {
		return 0, err
	}
	defer os.Remove(path)
	defer bulk.Close()
	began := time.Now()
	for range pieces {
		if _, err := bulk.Write(piece); err != nil {
			return 0, err
		}
	}
	if err := bulk.Sync(); err != nil {
		return 0, err
	}
	return float64(pieces*len(piece)) / 1e6 / time.Since(began).Seconds(), nil
}

func (l limits) print() {
	fmt.Printf("machine: %d cores; append 4 KiB + fsync %.0f/s; SHA-256 %.0f MB/s on one core; 256 MiB written and flushed once %.0f MB/s\n",
		runtime.NumCPU(), l.Flushes, l.Hash, l.Write)
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		fmt.Printf("     load of the last minutes, this run and all others: %s", load)
	}
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // crypto/rand gives no error: it ends the program instead
	return b
}
