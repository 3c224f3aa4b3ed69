package progress

import (
	"context"
	"strings"

	"yitang/internal/dossier"
	"yitang/internal/money"
	"yitang/internal/person"
	"yitang/internal/web/ui"
)

// ui:keys word.*
//
// Value is what stands at a path of a case as people write it: a word of a
// closed list by its name, a country by its name, a sum with its unit, an
// identity number masked. lang is "zh" or "en".
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
	case form.Kind == dossier.BoolForm:
		if value == "true" {
			return ui.T(ctx, "cases.yes")
		}
		return ui.T(ctx, "cases.no")
	case strings.HasSuffix(dossier.Generic(path), "ountry"):
		if !ui.LangOf(ctx).Chinese() {
			return country(value, "en")
		}
		return country(value, "zh")
	case strings.HasSuffix(path, "idNumber"):
		return person.IDNumber(value).String()
	case strings.HasSuffix(path, "Cny"):
		if d, err := money.ParseDecimal(value); err == nil {
			return ui.Yuan(ctx, money.Yuan(d).Minor)
		}
	case form.Kind == dossier.TimeForm:
		return strings.Replace(value, "T", " ", 1)
	}
	return value
}
