package config

import (
	"context"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/pack"
	"yitang/internal/web/ui"
	"yitang/internal/zone"
)

// releaseForm is what may leave each network for which, stream by stream. Only
// streams that are changed stand in the pack; the others stay the program's.
func (p *Pages) releaseForm(r *http.Request, w working) (form, error) {
	ctx := r.Context()
	f := form{Title: ui.T(ctx, "config.release.title"), Lead: ui.T(ctx, "config.release.lead")}
	for _, s := range pack.ReleaseStream("").Words() {
		f.Groups = append(f.Groups, group{streamName(ctx, s), releaseFields(r, s, w.Set.Release.Streams[pack.ReleaseStream(s)])})
	}
	f.Make = func() (pack.Content, error) {
		content, wrong := w.Content, []fault.Finding(nil)
		for _, s := range pack.ReleaseStream("").Words() {
			stream := pack.ReleaseStream(s)
			stands := w.Set.Release.Streams[stream]
			rule, bad := releaseTyped(r, s, stands)
			wrong = append(wrong, bad...)
			if reflect.DeepEqual(rule, stands) {
				continue
			}
			var err error
			if content, err = content.WithRelease(stream, rule); err != nil {
				return nil, err
			}
		}
		if len(wrong) > 0 {
			return content, fault.Invalid(wrong...)
		}
		return content, nil
	}
	f.Field = func(m pack.Mistake) string {
		key, ours := strings.CutPrefix(m.Key, "streams.")
		if m.File != pack.ReleaseFile || !ours {
			return ""
		}
		key, _, _ = strings.Cut(key, "[")
		return key
	}
	return f, nil
}

func streamName(ctx context.Context, stream string) string {
	from, to, _ := strings.Cut(stream, "-")
	return ui.T(ctx, "distance.suites.between", "From", ui.ZoneName(ctx, zone.Zone(from)), "To", ui.ZoneName(ctx, zone.Zone(to)))
}

// limitFields are the four figures of a stream, by the ends of their names.
var limitFields = []string{"hour.records", "hour.megabytes", "day.records", "day.megabytes"}

func limitOf(rule *pack.ReleaseRule, name string) *int64 {
	of, what, _ := strings.Cut(name, ".")
	at := &rule.Hour
	if of == "day" {
		at = &rule.Day
	}
	if *at == nil {
		*at = &pack.ReleaseLimit{}
	}
	if what == "records" {
		return &(*at).Records
	}
	return &(*at).Megabytes
}

// ownLimits is a copy whose limits can be written without changing what stands.
func ownLimits(rule pack.ReleaseRule) pack.ReleaseRule {
	for _, l := range []**pack.ReleaseLimit{&rule.Hour, &rule.Day} {
		if *l != nil {
			c := **l
			*l = &c
		}
	}
	return rule
}

func releaseFields(r *http.Request, s string, stands pack.ReleaseRule) []ui.Field {
	ctx := r.Context()
	list := func(name string, kinds []string, n int) ui.Field {
		return rows(named(ctx, ui.Area, s+"."+name, "release."+name, typed(r, s+"."+name, strings.Join(kinds, "\n"))), n)
	}
	fields := []ui.Field{list("may", stands.May, len(stands.May)+1), optional(list("hold", stands.Hold, max(2, len(stands.Hold)+1)))}
	now := ownLimits(stands)
	for _, name := range limitFields {
		value := ""
		if n := *limitOf(&now, name); n != 0 {
			value = strconv.FormatInt(n, 10)
		}
		f := optional(named(ctx, ui.Text, s+"."+name, "release."+name, typed(r, s+"."+name, value)))
		f.Width = "short"
		fields = append(fields, f)
	}
	span, err := stands.Promise.MarshalText()
	if err != nil {
		span = nil // it was read from text, and is written as such
	}
	promise := optional(named(ctx, ui.Text, s+".promise", "release.promise", typed(r, s+".promise", string(span))))
	promise.Width = "short"
	return append(fields, promise)
}

// releaseTyped reads a stream's fields; what can't be read stays as it stands.
func releaseTyped(r *http.Request, s string, stands pack.ReleaseRule) (pack.ReleaseRule, []fault.Finding) {
	var wrong []fault.Finding
	kinds := func(name string, stood []string) []string {
		all := strings.Fields(strings.NewReplacer(",", " ", "，", " ", "、", " ").Replace(typed(r, s+"."+name, "")))
		if len(all) == 0 && len(stood) == 0 {
			return stood
		}
		return all
	}
	rule := ownLimits(stands)
	rule.May, rule.Hold = kinds("may", stands.May), kinds("hold", stands.Hold)
	for _, name := range limitFields {
		text := dossier.FoldText(strings.TrimSpace(typed(r, s+"."+name, "")))
		n, err := strconv.ParseInt(text, 10, 64)
		if text != "" && (err != nil || n < 0) {
			wrong = append(wrong, fault.Finding{Field: s + "." + name, Key: "config.release.number"})
			continue
		}
		*limitOf(&rule, name) = n
	}
	for _, l := range []**pack.ReleaseLimit{&rule.Hour, &rule.Day} {
		if **l == (pack.ReleaseLimit{}) {
			*l = nil
		}
	}
	promise := dossier.FoldText(strings.TrimSpace(typed(r, s+".promise", "")))
	rule.Promise = 0
	if promise != "" {
		if err := rule.Promise.UnmarshalText([]byte(promise)); err != nil {
			rule.Promise = stands.Promise
			wrong = append(wrong, fault.Finding{Field: s + ".promise", Key: "config.release.span"})
		}
	}
	return rule, wrong
}
