package oneway

import (
	"errors"
	"syscall"
)

// passing tells an error of sending that says nothing of the next packet: nobody
// listened a moment ago, or the queue was full. Packets may be lost anyway.
func passing(err error) bool {
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ENOBUFS)
}
