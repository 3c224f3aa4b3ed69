package progress

import (
	"context"
	"strconv"
	"strings"

	"yitang/internal/dossier"
	"yitang/internal/money"
	"yitang/internal/person"
	"yitang/internal/web/ui"
)

// Value is what stands at a path of a case as people write it: a word of a
// closed list by its name, a country by its name, a sum with its unit, an
// identity number masked. country names a country in "zh" or "en".
func Value(ctx context.Context, path, value string, country func(code, lang string) string) string {
	if _, ok := dossier.FormOf(path); !ok || value == "" {
		return value
	}
	switch {
	case strings.HasSuffix(dossier.Generic(path), "ountry"):
		return ui.Country(ctx, country, value)
	case strings.HasSuffix(path, "idNumber"):
		return person.IDNumber(value).String()
	case path == "case.daysAbroad":
		if n, err := strconv.Atoi(value); err == nil {
			return ui.T(ctx, "second.days", "Count", n)
		}
	case strings.HasSuffix(path, "Cny"):
		if d, err := money.ParseDecimal(value); err == nil {
			return ui.Yuan(ctx, money.Yuan(d).Minor)
		}
	}
	return ui.Answer(ctx, path, value)
}
