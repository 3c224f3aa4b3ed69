package filing

import (
	"context"
	"net/url"
	"slices"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	room "yitang/internal/filing"
	"yitang/internal/precheck"
	"yitang/internal/web/ui"
)

// SentBack is the one-time notice as other doors show it: what the office wants
// mended, each defect with the fields that are open for it.
type SentBack struct {
	Revision int64         // of the draft that these fields were read from
	Until    calendar.Date // by when; zero for no day
	Defects  []Defect
	Findings []precheck.Finding // what the rules say of the case as it would be handed in now
}

// Defect is one thing that the office sent back.
type Defect struct {
	Field   string
	Where   string // the field's name in words
	Words   string
	Basis   string
	Fix     string
	Fields  []ui.Field // to be mended; none where a paper or a word is asked for
	Paper   bool       // another paper is wanted: it is given on the page of the notice
	Reply   string     // what was said to it so far
	ReplyTo string     // the name of such words: defects of one place have the same
	Mended  bool       // something was changed about it
}

// SentBack reads what was sent back of a case; NotFound where nothing waits to
// be mended.
func (p *Pages) SentBack(ctx context.Context, filing string) (SentBack, error) {
	f, err := p.Work.Open(ctx, filing)
	if err != nil {
		return SentBack{}, err
	}
	if f.Filing.Stage != room.IsSentBack || !f.HasDraft {
		return SentBack{}, fault.NotFound("what was sent back of " + filing)
	}
	f.Draft.Paper.Reopened(f.Filing)
	f.assemble()
	found := p.Work.Check(f, precheck.Submit)
	b := p.fields(ctx, f, found)
	out := SentBack{Revision: f.Draft.Revision, Until: f.Filing.Until}
	out.Findings = slices.DeleteFunc(slices.Clone(found.List), func(x precheck.Finding) bool { return !x.Blocks() && !f.mends(x.Field) })
	done := p.done(ctx, f)
	for i, d := range f.Filing.Defects {
		x := Defect{Field: d.Field, Where: f.whereIs(ctx, d), Words: d.Words, Basis: d.Basis, Fix: d.Fix, ReplyTo: d.Place(), Reply: b.reply(d.Place()), Mended: done[i], Paper: dossier.Within(d.Field, "materials")}
		first := !slices.ContainsFunc(f.Filing.Defects[:i], func(e room.Defect) bool { return e.Field == d.Field })
		if who := f.ofDetails(d.Field); who != "" {
			said, _ := f.inDetails(ctx, d.Field, who)
			x.Fix = ui.Sentences(ctx, x.Fix, said)
		}
		if first && !x.Paper {
			rows := p.openFields(b, d.Field)
			if (d.Field == "budget" || d.Field == "budget.lines") && f.Now.Case.Budget != nil {
				for _, l := range p.openLines(b) {
					rows = append(rows, l.Rows...)
				}
			}
			for _, row := range rows {
				for _, field := range row {
					if field.Derived == "" && field.Locked == "" {
						x.Fields = append(x.Fields, field)
					}
				}
			}
		}
		out.Defects = append(out.Defects, x)
	}
	return out, nil
}

// Mend keeps what was typed into fields that were sent back. Others are refused
// by name; a draft that somebody else changed since is a conflict.
func (p *Pages) Mend(ctx context.Context, filing string, revision int64, values, replies map[string]string) error {
	f, err := p.Work.Open(ctx, filing)
	if err != nil {
		return err
	}
	if f.Filing.Stage != room.IsSentBack || !f.HasDraft {
		return fault.NotNow("filing.draft.standing", f.Filing.Stage)
	}
	_, err = p.keepCorrection(ctx, f, formOf(values, replies), revision)
	return err
}

// HandInMended hands in what was mended, as the page does.
func (p *Pages) HandInMended(ctx context.Context, filing, key string) error {
	f, err := p.Work.Open(ctx, filing)
	if err != nil {
		return err
	}
	_, err = p.correct(ctx, f, url.Values{}, 0, key)
	return err
}

func formOf(values, replies map[string]string) url.Values {
	form := url.Values{}
	for name, v := range values {
		form.Set(name, v)
	}
	for field, v := range replies {
		form.Set("replies."+field, v)
	}
	return form
}
