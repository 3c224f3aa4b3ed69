package dossier

import (
	"encoding/json"
	"reflect"
	"slices"

	"yitang/internal/money"
)

// Schema is the JSON Schema of the case file (draft 2020-12), made from the same
// tags as the reader. It is published as docs/case-file.schema.json. Like the
// reader it takes null, and an empty text, for an absent value.
func Schema() ([]byte, error) {
	root := structSchema(reflect.TypeFor[Case]())
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["$id"] = "urn:yitang:case:1"
	root["title"] = "Yitang case file: one application for official travel abroad"
	properties := root["properties"].(map[string]any)
	properties["format"] = map[string]any{"const": Format}
	for key := range ignored {
		properties[key] = true
	}
	out, err := json.MarshalIndent(root, "", "  ")
	return append(out, '\n'), err
}

func structSchema(t reflect.Type) map[string]any {
	k := keysOf(t)
	properties := map[string]any{}
	for name, i := range k.index {
		f := t.Field(i)
		properties[name] = typeSchema(f.Type, f.Tag, slices.Contains(k.required, name))
	}
	out := map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
	if len(k.required) > 0 {
		out["required"] = k.required
	}
	return out
}

func typeSchema(t reflect.Type, tag reflect.StructTag, required bool) map[string]any {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	var out map[string]any
	switch {
	case t == dateType:
		out = map[string]any{"type": "string", "pattern": `^([0-9]{4}-[0-9]{2}-[0-9]{2})?$`}
	case t == localType:
		out = map[string]any{"type": "string", "pattern": `^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2})?$`}
	case t == decimalType:
		digits := "6"
		if d, asked := tag.Lookup("digits"); asked {
			digits = d
		}
		out = map[string]any{"type": "string", "pattern": `^([0-9]{1,12}(\.[0-9]{1,` + digits + `}0*)?)?$`}
	case t == flagType:
		return map[string]any{"type": []string{"boolean", "string", "null"}, "maxLength": flagLimit}
	case t.Kind() == reflect.Struct:
		out = structSchema(t)
	case t.Kind() == reflect.Slice:
		out = map[string]any{"type": "array", "items": typeSchema(t.Elem(), itemTag(tag), false), "maxItems": limitOf(tag)}
	case t.Kind() == reflect.Bool:
		out = map[string]any{"type": "boolean"}
	case t.Kind() == reflect.Int:
		out = map[string]any{"type": "integer", "minimum": 0, "maximum": maxInt}
	default:
		out = textSchema(t, tag)
	}
	if !required {
		optional(out)
	}
	return out
}

func textSchema(t reflect.Type, tag reflect.StructTag) map[string]any {
	if w, closed := reflect.Zero(t).Interface().(word); closed {
		words := []any{""}
		for _, s := range w.Words() {
			words = append(words, s)
		}
		return map[string]any{"type": "string", "enum": words}
	}
	out := map[string]any{"type": "string", "maxLength": limitOf(tag)}
	// A pattern speaks of the folded text; the schema sees it as typed, so only
	// the lengths are told where folding may change the text.
	if p := tag.Get("pattern"); p != "" && tag.Get("fold") == "" {
		out["pattern"] = "^$|" + p
	}
	if t == reflect.TypeFor[money.Currency]() {
		out["description"] = "ISO 4217"
	}
	return out
}

// optional lets null stand for an absent value.
func optional(s map[string]any) {
	s["type"] = []string{s["type"].(string), "null"}
	if words, closed := s["enum"].([]any); closed {
		s["enum"] = append(words, nil)
	}
}

const flagLimit = 400
