package main

import (
	"os"
	"path/filepath"
	"testing"
)

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestLongestPhraseThenOwnTermThenCharacter(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "STCharacters.txt", "发\t發 髮\n头\t頭\n里\t裏 里\n登\t登\n录\t錄\n")
	write(t, dir, "STPhrases.txt", "头发\t頭髮\n公里\t公里\n登录\t登錄\n里登\t里登\n")
	write(t, dir, "TWVariants.txt", "裏\t裡\n")
	write(t, dir, "glossary.tsv", "# ours\n登录\t登入\n")
	c, err := newConverter(filepath.Join(dir, "glossary.tsv"), dir)
	if err != nil {
		t.Fatal(err)
	}
	for from, want := range map[string]string{
		"头发":             "頭髮",             // a phrase beats its characters
		"发":              "發",              // the first of several
		"这里":             "这裡",             // then the variant of the region; the unknown stays
		"公里":             "公里",             // a phrase guards what a character would spoil
		"登录":             "登入",             // our term beats OpenCC's
		"这里登录":           "这裡登入",           // and is never cut in two by a phrase before it
		"{{.Count}}里 A📄": "{{.Count}}裡 A📄", // arguments and other scripts pass
	} {
		if got := c.Convert(from); got != want {
			t.Errorf("%s became %s, want %s", from, got, want)
		}
	}
}
