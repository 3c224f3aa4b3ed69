package node

import (
	"context"
	"time"

	"yitang/internal/pack"
)

// Packs knows the office's configuration as it was at any moment.
type Packs struct {
	built *pack.Set
}

func newPacks() (*Packs, error) {
	built, err := pack.Built()
	if err != nil {
		return nil, err
	}
	return &Packs{built: built}, nil
}

// Now is what is in force.
func (p *Packs) Now() *pack.Set { return p.built }

// At is what was in force at a moment: a case is judged by the rules of the
// moment of its submission, and a document carries the letterhead of its own.
func (p *Packs) At(ctx context.Context, t time.Time) (*pack.Set, error) { return p.built, nil }

// Country is the name of a country or region in a language: "en", else Chinese.
func (p *Packs) Country(code, lang string) string { return p.Now().Country(code, lang) }
