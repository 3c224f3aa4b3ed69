package filing

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	room "yitang/internal/filing"
	"yitang/internal/precheck"
	"yitang/internal/web/ui"
)

// getFindings answers live-check after each save.
func (p *Pages) getFindings(w http.ResponseWriter, r *http.Request) {
	f, err := p.open(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	found := p.Work.Check(f, moment(f))
	fs := p.panel(r.Context(), f, found)
	if f.Filing.Stage == room.InDraft {
		fs = p.drafting(r.Context(), f, found, r.URL.Query().Get("step"))
	}
	p.Site.Fragment(w, r, http.StatusOK, ui.Live(fs))
}

// postFix takes over what a finding offers.
func (p *Pages) postFix(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	f, err := p.writing(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	step := r.PostFormValue("back")
	if !slices.Contains(steps, step) {
		step = ""
	}
	found := p.Work.Check(f, precheck.Draft)
	i := slices.IndexFunc(found.List, func(x precheck.Finding) bool {
		return x.Rule == r.PostFormValue("rule") && x.Field == r.PostFormValue("field") && len(x.Fix.Set) > 0
	})
	if i < 0 { // it was mended meanwhile
		http.Redirect(w, r, caseURL(f.ID)+"/"+step, http.StatusSeeOther)
		return
	}
	err = p.fix(ctx, f, base(r), found.List[i].Fix.Set)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	http.Redirect(w, r, strings.TrimSuffix(caseURL(f.ID)+"/"+step, "/")+"?said=fixed", http.StatusSeeOther)
}

// fix puts a finding's values where they belong: into the draft, or into
// people's records.
func (p *Pages) fix(ctx context.Context, f *File, base int64, set map[string]any) error {
	form := url.Values{}
	for path, value := range set {
		if i, field, ok := memberField(path); ok && !ofTrip[field] {
			if err := p.fixPerson(ctx, f, i, field, fmt.Sprint(value)); err != nil {
				return err
			}
			continue
		}
		form.Set(path, fmt.Sprint(value))
		if i, ok := number(path); ok && strings.HasPrefix(path, "budget.lines[") && i < len(f.Now.Lines) {
			form.Set("_line."+strconv.Itoa(i), f.Now.Lines[i].Key)
			form.Set("_person."+strconv.Itoa(i), f.Now.Lines[i].Person)
		}
		if i, ok := number(path); ok && strings.HasPrefix(path, "itinerary[") && i < len(f.Now.Case.Itinerary) {
			for _, name := range []string{"date", "half", "country", "city", "activity", "host", "official"} {
				at := index("itinerary", i) + "." + name
				if _, is := set[at]; !is {
					form.Set(at, f.Now.Case.Text(at))
				}
			}
		}
	}
	if len(form) == 0 {
		return nil
	}
	_, err := p.Work.Drafts.Change(ctx, f.ID, base, func(paper *room.Paper) error { return p.write(paper, form, f) })
	return err
}

// shown gives findings as pages show them. A draft keeps quiet about what
// simply isn't there yet; quiet drops these.
func (p *Pages) shown(ctx context.Context, f *File, found precheck.Findings, quiet bool, keep func(precheck.Finding) bool) []ui.Finding {
	var out []ui.Finding
	for _, x := range found.List {
		if quiet && x.Missing || keep != nil && !keep(x) {
			continue
		}
		out = append(out, p.finding(ctx, f, x))
	}
	return out
}

var severities = map[precheck.Severity]ui.State{precheck.Block: ui.Stop, precheck.Warn: ui.Warn, precheck.Info: ui.Info}

func (p *Pages) finding(ctx context.Context, f *File, x precheck.Finding) ui.Finding {
	out := ui.FromFault(ctx, x.Fault(), severities[x.Severity])
	out.Where = ui.Link{Text: f.where(ctx, x.Field), URL: f.place(x.Field)}
	if len(x.Fix.Set) > 0 && f.Filing.Stage == room.InDraft && f.HasDraft {
		out.Actions = append(out.Actions, ui.Button{Text: ui.T(ctx, "cases.fix"), Kind: ui.Second, Post: caseURL(f.ID) + "/fix",
			Send: []ui.Hidden{{Name: "rule", Value: x.Rule}, {Name: "field", Value: x.Field}, {Name: "back", Value: stepOf(x.Field)}, {Name: "revision", Value: strconv.FormatInt(f.Draft.Revision, 10)}}})
	}
	return out
}

// panel is the pre-check beside a page: all of it, what is missing too.
func (p *Pages) panel(ctx context.Context, f *File, found precheck.Findings) ui.Findings {
	return ui.Findings{List: p.shown(ctx, f, found, false, nil), Rules: len(p.Work.Pack().Ref.Rules), Checked: p.Site.Now(), Heading: true}
}

// drafting is the panel beside a draft. What isn't there yet is no mistake of
// somebody who has only just begun: it is counted, and leads on from the step
// that the reader is at.
func (p *Pages) drafting(ctx context.Context, f *File, found precheck.Findings, step string) ui.Findings {
	fs := p.panel(ctx, f, found)
	fs.List = p.shown(ctx, f, found, true, nil)
	fs.Todo = p.todo(ctx, f, found, step)
	return fs
}

// todo counts what must still be filled in, and leads to the next of it: on
// the reader's own step to the field, on another one to the step.
func (p *Pages) todo(ctx context.Context, f *File, found precheck.Findings, step string) ui.Todo {
	var out ui.Todo
	byStep := map[string]string{} // step to its first field that is missing
	for _, x := range found.List {
		if !x.Missing || x.Severity != precheck.Block {
			continue
		}
		out.Count++
		if at := f.stepFor(x.Field); byStep[at] == "" || byStep[at] == "case.title" { // the title mostly follows from the rest
			byStep[at] = x.Field
		}
	}
	if field := byStep[step]; field != "" && step != "" {
		out.On = ui.Link{Text: f.where(ctx, field), URL: f.place(field)}
		return out
	}
	for _, s := range steps {
		if byStep[s] != "" {
			out.On = ui.Link{Text: ui.T(ctx, "cases.step."+s), URL: caseURL(f.ID) + "/" + s}
			return out
		}
	}
	return out
}

// moment is when the rules judge: a draft as it is written, else at submission.
func moment(f *File) precheck.At {
	if f.Filing.Stage == room.InDraft {
		return precheck.Draft
	}
	return precheck.Submit
}
