package trip

import (
	"context"
	"strings"
	"unicode/utf8"

	"yitang/internal/blob"
	"yitang/internal/fault"
	"yitang/internal/material"
)

// text reads what somebody wrote in a paper, without letterhead and page
// numbers: that of a DOCX. Of pictures and PDF nothing is read, and nothing is
// held against them.
func (p *Pages) text(ctx context.Context, m material.Material) (string, error) {
	if blob.Type(m.Type) != blob.DOCX {
		return "", nil
	}
	digest, err := blob.ParseDigest(m.Digest)
	if err != nil {
		return "", err
	}
	content, err := p.Blobs.Get(ctx, digest)
	if fault.IsNotFound(err) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	defer content.Close()
	return strings.TrimSpace(blob.Body(content, content.Size())), nil
}

// likeness is how many per cent of a report's sentences stand in another of the
// unit's reports, the one that is most alike.
func (p *Pages) likeness(ctx context.Context, unit, but, text string) (int, error) {
	mine := sentences(text)
	if len(mine) < 3 {
		return 0, nil // too little to tell a copy from a turn of phrase
	}
	others, err := material.Latest(ctx, p.Journal.Store, unit, "M46", 20)
	if err != nil {
		return 0, err
	}
	most := 0
	for _, o := range others {
		if o.Owner == but {
			continue
		}
		theirs, err := p.text(ctx, o)
		if err != nil {
			return 0, err
		}
		known := map[string]bool{}
		for _, s := range sentences(theirs) {
			known[s] = true
		}
		n := 0
		for _, s := range mine {
			if known[s] {
				n++
			}
		}
		most = max(most, n*100/len(mine))
	}
	return most, nil
}

// sentences are those that say something: of ten characters at least, without
// blanks.
func sentences(text string) []string {
	var out []string
	for _, s := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("。！？；.!?;\n", r) }) {
		if s = strings.Join(strings.Fields(s), ""); utf8.RuneCountInString(s) >= 10 {
			out = append(out, s)
		}
	}
	return out
}
