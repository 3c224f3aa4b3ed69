package ui

import (
	"context"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
)

// ui:keys word.*
// ui:keys language.*
//
// Answer is what stands in a field of a case as people say it, where its form
// alone tells: a word of a closed list by its name, yes or no, a day.
func Answer(ctx context.Context, path, value string) string {
	form, ok := dossier.FormOf(path)
	if !ok || value == "" {
		return value
	}
	switch {
	case form.Kind == dossier.WordForm || form.Kind == dossier.WordsForm:
		if key := "word." + form.Type + "." + value; Known(key) {
			return T(ctx, key)
		}
	case strings.HasSuffix(path, "].language"):
		if key := "language." + value; Known(key) {
			return T(ctx, key)
		}
	case form.Kind == dossier.BoolForm:
		if value == "true" {
			return T(ctx, "cases.yes")
		}
		return T(ctx, "cases.no")
	case form.Kind == dossier.DateForm:
		if d, err := calendar.Parse(value); err == nil {
			return Date(ctx, d)
		}
	case form.Kind == dossier.TimeForm:
		day, hour, _ := strings.Cut(value, "T")
		if d, err := calendar.Parse(day); err == nil {
			return Date(ctx, d) + " " + hour
		}
	}
	return value
}
