// Package catch is a way that leads nowhere: what would leave the house is kept in a
// folder, where people who look at the demo can read it.
package catch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"yitang/internal/hall"
	"yitang/internal/notify"
)

// Way keeps what one way would send. A message that comes twice is kept once.
type Way struct {
	Name string // mail, sms
	Dir  string
	Now  func() time.Time
}

// Repeats: a file's name is the message's.
func (w *Way) Repeats() bool { return true }

// Send keeps a message.
func (w *Way) Send(_ context.Context, o notify.Outgoing) (string, error) {
	if err := os.MkdirAll(w.Dir, 0o700); err != nil {
		return "", err
	}
	c := Caught{At: w.Now().UTC(), Way: w.Name, To: o.To, Subject: o.Subject, Text: o.Text}
	if o.Calendar != nil {
		e := *o.Calendar
		e.Attendee = o.To
		c.Calendar = string(hall.Calendar(e))
	}
	b, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return "", err
	}
	name := w.Name + "-" + filepath.Base(o.ID) + ".json"
	whole := filepath.Join(w.Dir, "."+name)
	if err := os.WriteFile(whole, b, 0o600); err != nil {
		return "", err
	}
	return name, os.Rename(whole, filepath.Join(w.Dir, name))
}

// Caught is one message that was kept.
type Caught struct {
	At       time.Time
	Way      string
	To       string
	Subject  string
	Text     string
	Calendar string
}

// Latest lists what was kept, the newest first.
func Latest(dir string, most int) ([]Caught, error) {
	files, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []Caught
	for _, f := range files {
		if strings.HasPrefix(f.Name(), ".") || !strings.HasSuffix(f.Name(), ".json") {
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			return nil, err
		}
		var c Caught
		if err := json.Unmarshal(b, &c); err != nil {
			return nil, fmt.Errorf("reading %s: %w", f.Name(), err)
		}
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b Caught) int { return b.At.Compare(a.At) })
	return out[:min(len(out), most)], nil
}
