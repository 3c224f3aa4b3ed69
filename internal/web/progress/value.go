package progress

import (
	"context"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/money"
	"yitang/internal/person"
	"yitang/internal/web/ui"
)

// ui:keys word.*
// ui:keys language.*
//
// Value is what stands at a path of a case as people write it: a word of a
// closed list by its name, a country by its name, a sum with its unit, an
// identity number masked. country names a country in "zh" or "en".
func Value(ctx context.Context, path, value string, country func(code, lang string) string) string {
	form, ok := dossier.FormOf(path)
	if !ok || value == "" {
		return value
	}
	switch {
	case form.Kind == dossier.WordForm || form.Kind == dossier.WordsForm:
		if key := "word." + form.Type + "." + value; ui.Known(key) {
			return ui.T(ctx, key)
		}
	case strings.HasSuffix(path, "].language"):
		if key := "language." + value; ui.Known(key) {
			return ui.T(ctx, key)
		}
	case form.Kind == dossier.BoolForm:
		if value == "true" {
			return ui.T(ctx, "cases.yes")
		}
		return ui.T(ctx, "cases.no")
	case strings.HasSuffix(dossier.Generic(path), "ountry"):
		return ui.Country(ctx, country, value)
	case strings.HasSuffix(path, "idNumber"):
		return person.IDNumber(value).String()
	case strings.HasSuffix(path, "Cny"):
		if d, err := money.ParseDecimal(value); err == nil {
			return ui.Yuan(ctx, money.Yuan(d).Minor)
		}
	case form.Kind == dossier.DateForm:
		if d, err := calendar.Parse(value); err == nil {
			return ui.Date(ctx, d)
		}
	case form.Kind == dossier.TimeForm:
		day, hour, _ := strings.Cut(value, "T")
		if d, err := calendar.Parse(day); err == nil {
			return ui.Date(ctx, d) + " " + hour
		}
	}
	return value
}
