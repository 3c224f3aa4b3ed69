package pack

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Release is what may leave each network for which, on top of what each field's
// reach says (放行规则): release.yaml.
type Release struct {
	Streams map[ReleaseStream]ReleaseRule `yaml:"streams"`
}

// ReleaseRule is what it says of one stream.
type ReleaseRule struct {
	May  []string `yaml:"may,flow"`  // what may go: filing.submitted, or all of filing.*
	Hold []string `yaml:"hold,flow"` // what of it two people let go, each record
	// Hour and Day bound how much may go in any hour, in any 24 hours.
	Hour *ReleaseLimit `yaml:"hour,flow,omitempty"`
	Day  *ReleaseLimit `yaml:"day,flow,omitempty"`
	// Promise is how long the stream may be silent before an administrator is told.
	Promise ReleaseSpan `yaml:"promise,omitempty"`
}

// ReleaseLimit is a limit of rate; 0 is none.
type ReleaseLimit struct {
	Records   int64 `yaml:"records,omitempty"`
	Megabytes int64 `yaml:"megabytes,omitempty"` // of records and the files that they bring along
}

// ReleaseStream is a directed pair of networks, as bundles are called.
type ReleaseStream string

// Words lists them.
func (ReleaseStream) Words() []string {
	return []string{"internet-office", "office-internet", "office-passport", "passport-office"}
}

// ReleaseSpan is a stretch of time, written 90m, 4h or 3d.
type ReleaseSpan time.Duration

var span = regexp.MustCompile(`^([1-9][0-9]{0,3})([mhd])$`)

// UnmarshalText reads it.
func (s *ReleaseSpan) UnmarshalText(b []byte) error {
	parts := span.FindStringSubmatch(string(b))
	if parts == nil {
		return fmt.Errorf("%q is no stretch of time: write it as 90m, 4h or 3d", b)
	}
	unit := map[string]time.Duration{"m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}[parts[2]]
	var n int64
	if _, err := fmt.Sscan(parts[1], &n); err != nil {
		return err
	}
	*s = ReleaseSpan(time.Duration(n) * unit)
	return nil
}

// MarshalText writes it.
func (s ReleaseSpan) MarshalText() ([]byte, error) {
	switch d := time.Duration(s); {
	case d == 0:
		return nil, nil
	case d%(24*time.Hour) == 0:
		return fmt.Appendf(nil, "%dd", d/(24*time.Hour)), nil
	case d%time.Hour == 0:
		return fmt.Appendf(nil, "%dh", d/time.Hour), nil
	default:
		return fmt.Appendf(nil, "%dm", d/time.Minute), nil
	}
}

// ReleaseFile is the file of a pack that says what may leave.
const ReleaseFile = "release.yaml"

// Name tells one policy from another: bundles name the one that they were cut by.
func (r Release) Name() string {
	text, err := encoded(r)
	if err != nil {
		return "unwritable" // a value that was read can be written
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:6])
}

const (
	// leastMegabytes is a record with the largest files that it may bring: a limit
	// below would hold it for ever.
	leastMegabytes = 64
	leastPromise   = 10 * time.Minute
)

var releasable = regexp.MustCompile(`^[a-z]+\.([a-z_]+|\*)$`)

// parseRelease reads release.yaml over what stands: a stream that it gives stands
// over the program's, the others stay.
func parseRelease(b []byte, under Release) (Release, Mistakes) {
	var f Release
	wrong := read(ReleaseFile, b, &f)
	for _, name := range slices.Sorted(maps.Keys(f.Streams)) {
		wrong = append(wrong, f.Streams[name].wrong(name)...)
	}
	merged := maps.Clone(under.Streams)
	if merged == nil {
		merged = map[ReleaseStream]ReleaseRule{}
	}
	maps.Copy(merged, f.Streams)
	return Release{merged}, wrong
}

// WithRelease gives a copy of a pack in which a stream has another rule.
func (c Content) WithRelease(stream ReleaseStream, rule ReleaseRule) (Content, error) {
	var f Release
	if wrong := read(ReleaseFile, c[ReleaseFile], &f); len(wrong) > 0 {
		return nil, wrong
	}
	f.Streams = maps.Clone(f.Streams)
	if f.Streams == nil {
		f.Streams = map[ReleaseStream]ReleaseRule{}
	}
	f.Streams[stream] = rule
	b, err := encoded(f)
	if err != nil {
		return nil, err
	}
	return c.WithFile(ReleaseFile, b), nil
}

// OwnStreams counts those of which a pack says itself what may leave in them.
func (c Content) OwnStreams() int {
	var f Release
	if wrong := read(ReleaseFile, c[ReleaseFile], &f); len(wrong) > 0 {
		return 0
	}
	return len(f.Streams)
}

func (r ReleaseRule) wrong(name ReleaseStream) (wrong Mistakes) {
	at := "streams." + string(name)
	for key, patterns := range map[string][]string{"may": r.May, "hold": r.Hold} {
		for i, p := range patterns {
			if !releasable.MatchString(p) {
				wrong.add(ReleaseFile, fmt.Sprintf("%s.%s[%d]", at, key, i), "写成 filing.submitted，或整类 filing.*", "write it as filing.submitted, or a whole room as filing.*")
			}
		}
	}
	if strings.HasPrefix(string(name), "office-") {
		if !slices.Contains(r.May, "config.*") || slices.ContainsFunc(r.Hold, func(p string) bool { return strings.HasPrefix(p, "config.") }) {
			wrong.add(ReleaseFile, at+".may", "config.* 必须放行：放行规则本身也靠它送到对方网", "config.* must go: a later policy reaches that network by it")
		}
	}
	for key, l := range map[string]*ReleaseLimit{"hour": r.Hour, "day": r.Day} {
		if l == nil {
			continue
		}
		if l.Records < 0 {
			wrong.add(ReleaseFile, at+"."+key+".records", "不能小于 0；0 是不限", "it can't be below 0; 0 is no limit")
		}
		if l.Megabytes < 0 || l.Megabytes > 0 && l.Megabytes < leastMegabytes {
			wrong.add(ReleaseFile, at+"."+key+".megabytes", fmt.Sprintf("至少 %d，否则带大附件的一件永远送不出去；0 是不限", leastMegabytes), fmt.Sprintf("it needs at least %d, or a record with large files could never go; 0 is no limit", leastMegabytes))
		}
	}
	if p := time.Duration(r.Promise); p != 0 && p < leastPromise {
		wrong.add(ReleaseFile, at+".promise", "至少 10m", "it needs at least 10m")
	}
	return wrong
}
