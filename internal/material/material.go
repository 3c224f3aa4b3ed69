// Package material is the papers that are held (材料): of a case, of a unit, or
// of a person for many cases. Home: where a paper was added.
//
//	added ─▶ replaced
//
// The bytes lie in the blobs; an event names them by digest. It refuses a
// second copy of a paper that the same owner already holds. Whether a paper is
// needed, or good enough, isn't its to say.
package material

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"yitang/internal/blob"
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/money"
)

// Material is one paper.
type Material struct {
	ID string
	Added
	At         int64  // microseconds since 1970, when it was added
	By         string // account
	ReplacedBy string // material id
	Gone       bool   // replaced or taken away
}

// Dossier is what a case file tells of the paper.
func (s Material) Dossier(owner string) dossier.Material {
	m := dossier.Material{Kind: dossier.MaterialKind(s.Kind), Owner: owner, File: s.Name, SHA256: s.Digest, Issued: s.Issued, ValidFrom: s.ValidFrom, ValidUntil: s.ValidUntil,
		Country: s.Country, TotalCny: s.Total, BlankPages: s.Seen.BlankPages, Made: s.Seen.Made}
	if s.Seen.DPI > 0 {
		dpi := s.Seen.DPI
		m.DPI = &dpi
	}
	return m
}

// On is the day on which it was added.
func (s Material) On() calendar.Date { return calendar.DateOf(time.UnixMicro(s.At)) }

// Room is the paper as a subject.
var Room = journal.Subject[Material]{Kind: "material", Evolve: func(s Material, e journal.Event) (Material, error) {
	switch b := e.Body.(type) {
	case Added:
		s.ID, s.Added, s.At, s.By = e.Subject.ID, b, e.At.UnixMicro(), e.Actor.Account
	case Replaced:
		s.Gone, s.ReplacedBy = true, b.By
	case Restored:
		s.Gone = false
	default:
		return s, fmt.Errorf("%T is nothing that happens to a paper", e.Body)
	}
	return s, nil
}}

// Add records a paper whose bytes were put into the blobs before.
type Add struct {
	Kind       dossier.MaterialKind
	OwnerKind  OwnerKind
	Owner      string
	Unit       string
	Case       string
	Name       string
	Size       int64
	Type       string
	Digest     string
	Issued     calendar.Date
	ValidFrom  calendar.Date
	ValidUntil calendar.Date
	Seen       blob.Seen
	About      string
	Country    string
	Total      money.Decimal
	Said       map[string]string // what somebody typed of an e-visa, by EVisaFields
	Printed    EVisa
	// Same is the paper of that owner and kind with the same bytes that is
	// held already, as found by Twin; "" when there is none.
	Same string
}

// Decide refuses a copy of what is held, a kind outside the list, a photo that
// is no picture, and dates the wrong way round.
func (cmd Add) Decide(s Material, m journal.Moment) ([]journal.Event, error) {
	if m.Version > 0 {
		return nil, fault.NotNow("material.add.already", "added")
	}
	var wrong []fault.Finding
	if !slices.Contains(cmd.Kind.Words(), string(cmd.Kind)) {
		wrong = append(wrong, fault.Finding{Field: "kind", Key: "form.choose"})
	}
	if IsPicture(cmd.Kind) && !blob.Type(cmd.Type).IsPicture() {
		wrong = append(wrong, fault.Finding{Field: "file", Key: "upload.picture"})
	}
	if cmd.Same != "" {
		wrong = append(wrong, fault.Finding{Field: "file", Key: "upload.duplicate"})
	}
	if cmd.Size <= 0 || len(cmd.Digest) != 64 {
		wrong = append(wrong, fault.Finding{Field: "file", Key: "upload.empty"})
	}
	if !cmd.Issued.IsZero() && !cmd.ValidUntil.IsZero() && cmd.ValidUntil.Before(cmd.Issued) {
		wrong = append(wrong, fault.Finding{Field: "validUntil", Key: "material.until_before_issued"})
	}
	if !cmd.ValidUntil.IsZero() && cmd.ValidUntil.Before(cmd.ValidFrom) {
		wrong = append(wrong, fault.Finding{Field: "validUntil", Key: "material.until_before_from"})
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	if cmd.Owner == "" || !slices.Contains([]OwnerKind{OfCase, OfUnit, OfPerson}, cmd.OwnerKind) {
		return nil, fmt.Errorf("a paper of %q %q has no owner", cmd.OwnerKind, cmd.Owner)
	}
	return journal.Happened(Added{Kind: string(cmd.Kind), OwnerKind: cmd.OwnerKind, Owner: cmd.Owner, Unit: cmd.Unit, Case: cmd.Case,
		Name: fileName(cmd.Name), Size: cmd.Size, Type: cmd.Type, Digest: cmd.Digest, Issued: cmd.Issued, ValidFrom: cmd.ValidFrom, ValidUntil: cmd.ValidUntil, Seen: cmd.Seen, About: cmd.About, Country: cmd.Country, Total: cmd.Total, Printed: cmd.printed()}), nil
}

// printed is what an e-visa says; no other paper has it.
func (cmd Add) printed() journal.Field[EVisa] {
	if cmd.Printed == (EVisa{}) {
		return journal.Field[EVisa]{}
	}
	return journal.Of(cmd.Printed)
}

// Read fills in what a look into the file shows: how well it can be read, and what it
// states.
func (cmd *Add) Read(content io.ReaderAt, t blob.Type) {
	cmd.Seen = blob.Look(content, cmd.Size, t)
	cmd.Total = statedTotal(cmd.Kind, content, cmd.Size, t)
}

// fileName keeps the last part of what a browser sent: some send a whole path.
func fileName(s string) string {
	s = dossier.FoldText(s)
	s = s[strings.LastIndexAny(s, `/\`)+1:]
	if runes := []rune(s); len(runes) > 200 {
		s = string(runes[len(runes)-200:]) // the end, where the extension is
	}
	return s
}

// Replace puts another paper in its place, or takes it away (By empty). The
// bytes stay: what was submitted with them must remain readable.
type Replace struct {
	By   string
	Case string
}

// Decide replaces once.
func (cmd Replace) Decide(s Material, m journal.Moment) ([]journal.Event, error) {
	switch {
	case m.Version == 0:
		return nil, fault.NotFound("material " + m.Subject)
	case s.Gone:
		return nil, fault.NotNow("material.replace.already", "replaced")
	}
	return journal.Happened(Replaced(cmd)), nil
}

// Restore takes it back that a paper was taken away. What another stands for
// stays replaced.
type Restore struct{ Case string }

// Decide restores once.
func (cmd Restore) Decide(s Material, m journal.Moment) ([]journal.Event, error) {
	switch {
	case m.Version == 0:
		return nil, fault.NotFound("material " + m.Subject)
	case s.ReplacedBy != "":
		return nil, fault.NotNow("material.restore.replaced", "replaced")
	case !s.Gone:
		return nil, nil // it is there
	}
	return journal.Happened(Restored(cmd)), nil
}
