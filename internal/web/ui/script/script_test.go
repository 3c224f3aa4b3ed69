package script

import "testing"

func TestATableWritesWhatItsConverterWrites(t *testing.T) {
	whole := New([]Pair{{"登录", "登入", true}, {"头发", "頭髮", false}, {"公里", "公里", false}, {"里登", "里登", false}, {"录像", "錄像", false}, {"发", "發", false}, {"头", "頭", false}, {"里", "裡", false}, {"录", "錄", false}, {"像", "像", false}})
	read, err := Read(whole.Table())
	if err != nil {
		t.Fatal(err)
	}
	// What the table doesn't know stays: 这.
	for from, want := range map[string]string{"头发": "頭髮", "公里": "公里", "这里登录": "这裡登入", "录像": "錄像", "": ""} {
		if a, b := whole.Convert(from), read.Convert(from); a != want || b != want {
			t.Errorf("%s became %s, and %s by the table, want %s", from, a, b, want)
		}
	}
	if len(read['录']) != 1 {
		t.Errorf("a phrase that reads as its characters do is kept: %v", read['录'])
	}
	if _, err := Read([]byte("nothing\n")); err == nil {
		t.Error("anything is a table")
	}
}
