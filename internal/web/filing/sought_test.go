package filing

import "testing"

// A name that was looked for in vain is taken along to the new record; a number or
// pinyin is no name to write there.
func TestANameSoughtInVainIsTakenAlong(t *testing.T) {
	for query, want := range map[string]string{"林试晓": "?name=%E6%9E%97%E8%AF%95%E6%99%93", "𠮷野": "?name=%F0%A0%AE%B7%E9%87%8E",
		"阿·买提": "?name=%E9%98%BF%C2%B7%E4%B9%B0%E6%8F%90", "林": "", "lin": "", "1234": "", "林1234": "", "": ""} {
		if got := sought(query); got != want {
			t.Errorf("%q leads to %q, want %q", query, got, want)
		}
	}
}
