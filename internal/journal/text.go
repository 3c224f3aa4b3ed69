package journal

import (
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"yitang/internal/fault"
)

// LongestText is the most characters of any one text in an event that somebody
// brings about: a reason, a note, a cause. Fields on pages ask for less. It is
// held here because what is in the journal is there for good, travels to other
// zones and is printed; a page's limit is the browser's alone.
const LongestText = 2000

// tooLong says which texts of what people would have happen are longer. What
// follows by rule carries texts that were taken before.
func tooLong(events []Event) error {
	var wrong []fault.Finding
	for _, e := range events {
		texts(reflect.ValueOf(e.Body), "", func(field, text string) {
			if len(text) > LongestText && utf8.RuneCountInString(text) > LongestText {
				wrong = append(wrong, fault.Finding{Field: field, Key: "form.text.long", Args: map[string]any{"Max": LongestText}})
			}
		})
	}
	if len(wrong) > 0 {
		return fault.Invalid(wrong...)
	}
	return nil
}

// texts gives each text of a value with the path that pages name it by.
func texts(v reflect.Value, path string, see func(path, text string)) {
	switch v.Kind() {
	case reflect.String:
		see(path, v.String())
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			texts(v.Elem(), path, see)
		}
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return // bytes, which nobody typed
		}
		for i := range v.Len() {
			texts(v.Index(i), fmt.Sprintf("%s[%d]", path, i), see)
		}
	case reflect.Map:
		for i := v.MapRange(); i.Next(); {
			texts(i.Value(), path+"."+i.Key().String(), see)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		_, wrapper := reflect.Zero(v.Type()).Interface().(withholdable)
		for i := range v.NumField() {
			name := path
			if !wrapper {
				name = strings.TrimPrefix(path+"."+fieldName(v.Type().Field(i).Name), ".")
			}
			texts(v.Field(i), name, see)
		}
	}
}
