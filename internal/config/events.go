package config

import (
	"yitang/internal/blob"
	"yitang/internal/calendar"
	"yitang/internal/journal"
	"yitang/internal/zone"
)

// Kinds is what can have happened to the office's configuration.
var Kinds = []journal.Kind{
	journal.Declare[BaseRecorded](everywhere("config.base_recorded")),
	journal.Declare[Saved](everywhere("config.saved")),
	journal.Declare[Checked](everywhere("config.checked")),
	journal.Declare[PutInForce](everywhere("config.put_in_force")),
	journal.Declare[TakenBack](everywhere("config.taken_back")),
}

func everywhere(name string) journal.Kind {
	return journal.Kind{Name: name, Home: zone.Of(zone.Office), Reach: zone.Everywhere}
}

// BaseRecorded: the program brings other data than before; packs are laid over
// it from now on.
type BaseRecorded struct {
	Version string `reach:"all"` // precheck.Version
	Digest  string `reach:"all"` // of the zip, blob.Digest
	Size    int64  `reach:"all"`
}

// Origin is how a version came about.
type Origin string

const (
	Edited   Origin = "edited"   // in the browser
	Imported Origin = "imported" // as files
	Reverted Origin = "reverted" // the content of an earlier version again
)

// Saved: a version of the pack was kept. It isn't in force by that.
type Saved struct {
	Number int    `reach:"all"` // 1, 2, …
	Parent int    `reach:"all"` // version that it was made from; 0: the program's data alone
	NameZh string `reach:"all"`
	NameEn string `reach:"all"`
	Author string `reach:"all"` // the author's name, as it was then
	Reason string `reach:"all"`
	Origin Origin `reach:"all"`
	Seal   string `reach:"all"` // pack.Seal of an imported one
	Sum    string `reach:"all"` // of what it says, pack.Content.Sum
	Digest string `reach:"all"` // of the signed zip, blob.Digest
	Size   int64  `reach:"all"`
}

// Checked: its rules were compiled and their examples run, over a base.
type Checked struct {
	Number   int    `reach:"all"`
	Base     string `reach:"all"` // version of the program's data
	Version  string `reach:"all"` // of rules and data together, as decisions record it
	Mistakes int    `reach:"all"`
	Trials   int    `reach:"all"` // examples
	Changed  int    `reach:"all"` // examples of the base's rules that come out otherwise
}

// PutInForce: cases that are submitted from a day on are judged by it.
type PutInForce struct {
	Number int           `reach:"all"`
	On     calendar.Date `reach:"all"`
	Reason string        `reach:"all"`
}

// TakenBack: it won't come into force on the day that was set.
type TakenBack struct {
	Number int           `reach:"all"`
	On     calendar.Date `reach:"all"`
	Reason string        `reach:"all"`
}

// Carries names the file that travels with the record (exchange.Carries).
func (e BaseRecorded) Carries() []blob.Ref { return carried(e.Digest, e.Size) }

// Carries names the file that travels with the record (exchange.Carries).
func (e Saved) Carries() []blob.Ref { return carried(e.Digest, e.Size) }

func carried(digest string, size int64) []blob.Ref {
	d, err := blob.ParseDigest(digest)
	if err != nil {
		return nil
	}
	return []blob.Ref{{Digest: d, Size: size}}
}
