// Package line carries bundles over HTTPS with mutual TLS (加密线路). One node
// listens, the other connects, and over the one connection it both delivers and
// fetches: so it works where only one side may open connections.
//
// There is no authority for certificates and nothing more to compare by telephone:
// each side draws a key for its certificate when it begins, signs it with the
// signing key that the zones pinned when they were paired, and takes no other.
//
// What breaks goes on at the byte where it broke. A file counts as arrived when
// its digest is the one that was announced. The exchange trusts none of this: its
// bundles are signed and encrypted whatever carries them.
package line

import (
	"errors"
	"fmt"
	"net"
	"time"
)

// Setting is how it is set up in node.yaml: one side listens, the other connects.
type Setting struct {
	Listen  string        `yaml:"listen,omitempty"`  // 10.0.0.2:8443
	Connect string        `yaml:"connect,omitempty"` // the same, as the other side reaches it
	Again   time.Duration `yaml:"again,omitempty"`   // how long what has no receipt waits before it is sent once more
}

// Check says what can't be, in the words of the command line.
func (s Setting) Check() error {
	at := s.Listen + s.Connect
	if (s.Listen == "") == (s.Connect == "") {
		return errors.New("a line needs either listen or connect: one node listens, the other connects to it")
	}
	host, port, err := net.SplitHostPort(at)
	if err != nil || port == "" || s.Connect != "" && host == "" {
		return fmt.Errorf("the line's address %q is none: write it as 10.0.0.2:8443", at)
	}
	if s.Again < 0 || s.Again > 0 && s.Again < time.Minute {
		return fmt.Errorf("again %s is too often: a minute or more, or left out for ten minutes", s.Again)
	}
	return nil
}

// Does says in short where it leads.
func (s Setting) Does() string {
	if s.Listen != "" {
		return "listens on " + s.Listen
	}
	return "connects to " + s.Connect
}
