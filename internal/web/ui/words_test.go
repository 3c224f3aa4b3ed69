package ui_test

import (
	"context"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"yitang/internal/fault"
	"yitang/internal/web/ui"
)

const top = "../../.." // of the repository

// entry is one message of a locale file with the names of its arguments.
type entry struct {
	file  string
	forms map[string]string
	args  map[string]bool
}

var hole = regexp.MustCompile(`\{\{\s*\.(\w+)(\|[^|{}]+\|[^|{}]+)?\s*\}\}`)

func catalogueOf(t *testing.T, lang string) map[string]entry {
	t.Helper()
	files, err := filepath.Glob("locales/*." + lang + ".yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no locale files for %s: %v", lang, err)
	}
	all := map[string]entry{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var raw map[string]any
		if err := yaml.Unmarshal(b, &raw); err != nil {
			t.Errorf("%s: %v", f, err)
			continue
		}
		for key, v := range raw {
			if old, twice := all[key]; twice {
				t.Errorf("%s: %s already stands in %s", f, key, old.file)
			}
			e := entry{file: f, forms: map[string]string{}, args: map[string]bool{}}
			switch v := v.(type) {
			case string:
				e.forms["other"] = v
			case map[string]any:
				for form, s := range v {
					e.forms[form] = fmt.Sprint(s)
				}
			default:
				t.Errorf("%s: %s is %v, not a text (quote it)", f, key, v)
				continue
			}
			for form, s := range e.forms {
				if s == "" || s != strings.TrimSpace(s) {
					t.Errorf("%s: %s (%s) is empty or has blanks at its ends", f, key, form)
				}
				for _, m := range hole.FindAllStringSubmatch(s, -1) {
					e.args[m[1]] = true
				}
				if strings.Count(s, "{{") != len(hole.FindAllString(s, -1)) {
					t.Errorf("%s: %s: arguments are written {{.Name}} or {{.Number|day|days}}: %q", f, key, s)
				}
			}
			all[key] = e
		}
	}
	return all
}

// use is one place in the code that wants a message.
type use struct {
	at    string
	key   string
	args  map[string]bool
	exact bool // the arguments could be read from the code
}

type source struct {
	uses     []use
	literals map[string]bool // every text in the code, for keys kept in tables
	patterns []string        // ui:keys approval.stage.*
}

var declared = regexp.MustCompile(`ui:keys ([a-z0-9_.*]+)`)

// readCode looks at all code outside tests, page code included.
func readCode(t *testing.T) source {
	t.Helper()
	src := source{literals: map[string]bool{}}
	fset := token.NewFileSet()
	for _, dir := range []string{"internal", "cmd"} {
		err := filepath.WalkDir(filepath.Join(top, dir), func(p string, d fs.DirEntry, err error) error {
			if err != nil {
				if os.IsNotExist(err) {
					return nil
				}
				return err
			}
			if d.IsDir() && d.Name() == "testdata" {
				return filepath.SkipDir
			}
			if strings.HasSuffix(p, ".templ") {
				b, err := os.ReadFile(p)
				if err != nil {
					return err
				}
				if _, err := os.Stat(strings.TrimSuffix(p, ".templ") + "_templ.go"); err != nil {
					t.Errorf("%s has no page code: run make generate", p)
				}
				src.declare(string(b))
			}
			if !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") {
				return nil
			}
			b, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			src.declare(string(b))
			f, err := parser.ParseFile(fset, p, b, parser.SkipObjectResolution)
			if err != nil {
				// Somebody is in the middle of a sentence; the compiler says it better.
				t.Logf("skipped: %v", err)
				return nil
			}
			src.walk(fset, f)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return src
}

func (s *source) declare(text string) {
	for _, m := range declared.FindAllStringSubmatch(text, -1) {
		s.patterns = append(s.patterns, m[1])
	}
}

func (s *source) declaredKey(key string) bool {
	return slices.ContainsFunc(s.patterns, func(p string) bool {
		if prefix, all := strings.CutSuffix(p, "*"); all {
			return strings.HasPrefix(key, prefix)
		}
		return key == p
	})
}

func text(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

func (s *source) walk(fset *token.FileSet, f *ast.File) {
	pkg := f.Name.Name
	add := func(n ast.Node, key ast.Expr, args map[string]bool, exact bool) {
		if k, ok := text(key); ok {
			s.uses = append(s.uses, use{fset.Position(n.Pos()).String(), k, args, exact})
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			if k, ok := text(n); ok {
				s.literals[k] = true
			}
		case *ast.CallExpr:
			switch name := called(n, pkg); {
			case name == "ui.T" && len(n.Args) >= 2:
				args, exact := pairs(n.Args[2:])
				add(n, n.Args[1], args, exact && !n.Ellipsis.IsValid())
			case name == "ui.TMap" && len(n.Args) == 3:
				args, exact := mapKeys(n.Args[2])
				add(n, n.Args[1], args, exact)
			case name == "fault.Field" && len(n.Args) == 3:
				args, exact := mapKeys(n.Args[2])
				add(n, n.Args[1], args, exact)
			case name == "fault.NotNow" || name == "fault.Conflict" || name == "fault.Unavailable":
				add(n, n.Args[0], nil, false)
			}
		case *ast.CompositeLit:
			sel, ok := n.Type.(*ast.SelectorExpr)
			if !ok || !isIdent(sel.X, "fault") || sel.Sel.Name == "Text" {
				return true
			}
			var key ast.Expr
			args, exact := map[string]bool{}, true
			for _, e := range n.Elts {
				kv, ok := e.(*ast.KeyValueExpr)
				if !ok {
					continue
				}
				if isIdent(kv.Key, "Key") {
					key = kv.Value
				}
				if isIdent(kv.Key, "Args") {
					args, exact = mapKeys(kv.Value)
				}
			}
			if key != nil {
				add(n, key, args, exact)
			}
		}
		return true
	})
}

func isIdent(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}

// called names a function as package.Name; within its own package too.
func called(c *ast.CallExpr, pkg string) string {
	fun := c.Fun
	if ix, ok := fun.(*ast.IndexExpr); ok { // fault.NotNow[Stage](…)
		fun = ix.X
	}
	switch f := fun.(type) {
	case *ast.Ident:
		return pkg + "." + f.Name
	case *ast.SelectorExpr:
		if id, ok := f.X.(*ast.Ident); ok {
			return id.Name + "." + f.Sel.Name
		}
	}
	return ""
}

func pairs(args []ast.Expr) (map[string]bool, bool) {
	names := map[string]bool{}
	for i := 0; i < len(args); i += 2 {
		name, ok := text(args[i])
		if !ok {
			return nil, false
		}
		names[name] = true
	}
	return names, len(args)%2 == 0
}

func mapKeys(e ast.Expr) (map[string]bool, bool) {
	if isIdent(e, "nil") {
		return map[string]bool{}, true
	}
	lit, ok := e.(*ast.CompositeLit)
	if !ok {
		return nil, false
	}
	names := map[string]bool{}
	for _, el := range lit.Elts {
		kv, ok := el.(*ast.KeyValueExpr)
		if !ok {
			return nil, false
		}
		name, ok := text(kv.Key)
		if !ok {
			return nil, false
		}
		names[name] = true
	}
	return names, true
}

// TestWords: every message that the code wants exists in every language with
// the arguments that it gets, and every message that exists is wanted.
func TestWords(t *testing.T) {
	hans, en := catalogueOf(t, "zh-Hans"), catalogueOf(t, "en")
	src := readCode(t)

	for key, h := range hans {
		e, ok := en[key]
		if !ok {
			t.Errorf("%s: %s has no English", h.file, key)
			continue
		}
		if !maps.Equal(h.args, e.args) {
			t.Errorf("%s: the arguments differ: zh-Hans %v, English %v", key, sorted(h.args), sorted(e.args))
		}
		if len(h.forms) != 1 || h.forms["other"] == "" || strings.Contains(h.forms["other"], "|") {
			t.Errorf("%s: %s: Chinese has one form", h.file, key)
		}
		if one := e.forms["one"]; (len(e.forms) > 1) != (one != "") || e.forms["other"] == "" {
			t.Errorf("%s: %s: English has other, or one and other", e.file, key)
		}
		if len(e.forms) > 1 && !e.args["Count"] {
			t.Errorf("%s: %s: plural forms go by an argument called Count", e.file, key)
		}
	}
	for key, e := range en {
		if _, ok := hans[key]; !ok {
			t.Errorf("%s: %s has no Chinese", e.file, key)
		}
	}

	wanted := map[string]bool{}
	for _, u := range src.uses {
		wanted[u.key] = true
		h, ok := hans[u.key]
		if !ok {
			t.Errorf("%s: no message %s", u.at, u.key)
			continue
		}
		if u.exact && !maps.Equal(h.args, u.args) {
			t.Errorf("%s: %s wants the arguments %v, gets %v", u.at, u.key, sorted(h.args), sorted(u.args))
		}
	}
	for key, h := range hans {
		if !wanted[key] && !src.literals[key] && !src.declaredKey(key) {
			t.Errorf("%s: nobody uses %s", h.file, key)
		}
	}
	if len(src.uses) < 100 {
		t.Errorf("only %d uses found: the search has gone blind", len(src.uses))
	}
}

func sorted(m map[string]bool) []string { return slices.Sorted(maps.Keys(m)) }

// neverOne are arguments that are sizes and limits: none of them is ever one.
var neverOne = map[string]bool{"Min": true, "Max": true, "Limit": true, "Width": true, "Height": true, "MinWidth": true, "MinHeight": true, "Digits": true}

var (
	oneOfMany = regexp.MustCompile(`\b1 (?:[a-z]+ )?(people|[a-z]+s)\b`)
	manyOfOne = regexp.MustCompile(`\b2 (?:[a-z]+ )?(person|day|hour|minute|case|booklet|visa|visit|member|place|field|paper|point|item|thing|blank|entry)\b`)
	// verbs and the like, which look like a plural and aren't one.
	notNouns = map[string]bool{"is": true, "was": true, "has": true, "its": true, "needs": true, "waits": true, "comes": true, "says": true}
)

// TestEnglishCountsItsNouns: every English message with a number in it reads
// well when there is one of the thing, and when there are two.
func TestEnglishCountsItsNouns(t *testing.T) {
	ctx := ui.With(t.Context(), ui.Prefs{Lang: ui.En})
	counted := 0
	for key, e := range catalogueOf(t, "en") {
		if len(e.args) == 0 {
			continue
		}
		of := func(n int) string {
			args := map[string]any{}
			for name := range e.args {
				args[name] = n
				if neverOne[name] {
					args[name] = 1000
				}
			}
			return ui.TMap(ctx, key, args)
		}
		one, two := of(1), of(2)
		for _, m := range oneOfMany.FindAllStringSubmatch(one, -1) {
			if !notNouns[m[1]] {
				t.Errorf("%s: %s says %q of one: give it a form one, or write the noun as {{.Number|day|days}}: %s", e.file, key, m[0], one)
			}
		}
		for _, m := range manyOfOne.FindAllString(two, -1) {
			t.Errorf("%s: %s says %q of two: %s", e.file, key, m, two)
		}
		if one != strings.ReplaceAll(two, "2", "1") {
			counted++
		}
	}
	if counted < 100 {
		t.Errorf("only %d messages tell one from many: the search has gone blind", counted)
	}
}

// TestTone: words that warn, cheer or talk of the machine; nobody wants to read them.
func TestTone(t *testing.T) {
	never := []string{"请注意", "温馨提示", "系统", "操作成功", "非法", "异常", "！", "来访", "99+"}
	for key, e := range catalogueOf(t, "zh-Hans") {
		for _, s := range e.forms {
			for _, w := range never {
				if strings.Contains(s, w) {
					t.Errorf("%s: %s says %q: %s", e.file, key, w, s)
				}
			}
		}
	}
	for key, e := range catalogueOf(t, "en") {
		for _, s := range e.forms {
			if strings.Contains(s, "!") || strings.Contains(strings.ToLower(s), "please note") {
				t.Errorf("%s: %s: %s", e.file, key, s)
			}
		}
	}
}

// dropped are names that pages had beside the one that stayed: each thing is
// called one thing, in every zone.
var dropped = map[string]string{"制证网": "护照专网", "电子护照专网": "护照专网", "护照网": "护照专网", "报废": "作废", "处室负责人": "处长", "审批人": "分管主任", "主任签批": "主任签发", "经办审核": "审核", "审核人": "审核岗", "证照保管": "证照岗", "证照管理岗": "证照岗", "保管处": "证照岗", "保管台": "证照岗", "护照岗": "制证岗", "组织人事岗": "人员管控岗", "外办处长": "处长", "外办分管主任": "分管主任"}

// Desks, networks and what becomes of a booklet have one name on all pages, in
// what the cities bring, in the rules and in what the demo prints.
func TestAThingHasOneName(t *testing.T) {
	var read int
	for _, in := range []string{"locales/*.zh-Hans.yaml", "../../../packs/*/*.yaml", "../../../ref/*.yaml", "../../../ref/rules/*.yaml", "../../demo/*.go", "../../../README.md", "../../../docs/*.md"} {
		files, err := filepath.Glob(in)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s names no file: %v", in, err)
		}
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			read++
			for word, instead := range dropped {
				if strings.Contains(string(b), word) {
					t.Errorf("%s says %s: it is called %s", file, word, instead)
				}
			}
		}
	}
	if read < 100 {
		t.Errorf("only %d files were read", read)
	}
}

// TestWordsAreGenerated: what the binary carries is what the files say.
func TestWordsAreGenerated(t *testing.T) {
	b, err := os.ReadFile("dist/words.json")
	if err != nil {
		t.Fatalf("run make generate: %v", err)
	}
	var made map[string]map[string]map[string]string
	if err := json.Unmarshal(b, &made); err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"zh-Hans", "en"} {
		want := map[string]map[string]string{}
		for key, e := range catalogueOf(t, lang) {
			want[key] = e.forms
		}
		if !maps.EqualFunc(want, made[lang], maps.Equal) {
			t.Errorf("dist/words.json is behind the %s files: run make generate", lang)
		}
	}
	maps.DeleteFunc(made["zh-Hant"], func(key string, _ map[string]string) bool { return strings.HasPrefix(key, "name:") }) // of our data
	if len(made["zh-Hant"]) != len(made["zh-Hans"]) {
		t.Errorf("%d messages in zh-Hant, %d in zh-Hans", len(made["zh-Hant"]), len(made["zh-Hans"]))
	}
	if got := made["zh-Hant"]["ui.line.passport"]["other"]; got != "護照" {
		t.Errorf("护照 became %q", got)
	}
}

func TestATownIsNamedInTheLanguageOfThePage(t *testing.T) {
	for _, c := range []struct {
		lang                    ui.Lang
		country, city, en, want string
	}{{ui.ZhHans, "德国", "慕尼黑", "Munich", "德国慕尼黑"}, {ui.En, "Germany", "慕尼黑", "Munich", "Germany Munich"}, {ui.En, "Germany", "无名镇", "", "Germany 无名镇"}, {ui.En, "Germany", "", "", "Germany"}} {
		if got := ui.Town(ui.With(context.Background(), ui.Prefs{Lang: c.lang}), c.country, c.city, c.en); got != c.want {
			t.Errorf("%q instead of %q", got, c.want)
		}
	}
}

// A name out of an office's configuration, which nobody knew when our words were
// written in the traditional script, is in it too; what people are called isn't.
func TestAConfiguredNameIsInTheReadersScript(t *testing.T) {
	name := fault.Text{Zh: "云江市人民政府外事办公室", En: "Yunjiang FAO"}
	for lang, want := range map[ui.Lang]string{ui.ZhHans: name.Zh, ui.ZhHant: "雲江市人民政府外事辦公室", ui.En: name.En} {
		if got := ui.Name(ui.With(context.Background(), ui.Prefs{Lang: lang}), name); got != want {
			t.Errorf("%s: %s", lang, got)
		}
	}
	if got := ui.Say(ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHant}), fault.Text{Zh: "范后云"}); got != "范后云" {
		t.Errorf("somebody is called %s", got)
	}
}

// A reason that the program gives is said in the reader's language; what somebody
// wrote, and what was given in Chinese before, stays as it is.
func TestAReasonIsSaidInTheReadersLanguageAndPeoplesWordsStay(t *testing.T) {
	revoked := fault.Because("document_revoked", fault.Because("term_ended", "对方撤回邀请"))
	for _, c := range []struct {
		lang           ui.Lang
		reason, expect string
	}{
		{ui.En, fault.Because("served"), "Done at the hall already"},
		{ui.ZhHans, fault.Because("served"), "已在现场办完"},
		{ui.ZhHant, fault.Because("served"), "已在現場辦完"},
		{ui.En, fault.Because("cancelled", "对方改期"), "The unit cancelled the mission: 对方改期"},
		{ui.En, revoked, "The approval was revoked: The approval for a term that it rests on no longer holds: 对方撤回邀请"},
		{ui.ZhHans, revoked, "任务批件已撤销：所依据的一次审批多次有效批件已失效：对方撤回邀请"},
		{ui.En, "批件已撤销", "批件已撤销"}, // from before
		{ui.En, "because.nothing_of_ours", "because.nothing_of_ours"},
		{ui.En, "", ""},
	} {
		ctx := ui.With(context.Background(), ui.Prefs{Lang: c.lang})
		for way, got := range map[string]string{"alone": ui.Reason(ctx, c.reason), "in two languages": ui.Say(ctx, fault.Text{Zh: c.reason})} {
			if got != c.expect {
				t.Errorf("%s %s: %q instead of %q", c.lang, way, got, c.expect)
			}
		}
		if got := ui.T(ctx, "progress.void.file", "Name", c.reason); !strings.Contains(got, c.expect) || c.expect != c.reason && strings.Contains(got, c.reason) {
			t.Errorf("%s in a sentence: %q doesn't say %q", c.lang, got, c.expect)
		}
	}
}

// Every word that the code gives as a reason has its sentences, with somebody's own
// words where such are given.
// The limit of a file is said in one way, wherever one is chosen or refused.
func TestTheLimitOfAFileIsSaidInOneWay(t *testing.T) {
	for lang, c := range map[string]struct{ is, not *regexp.Regexp }{
		"zh-Hans": {regexp.MustCompile(`不超过 (\d+ MB|\{\{\.Limit\}\})`), regexp.MustCompile(`以内|超过\d|大于`)},
		"en":      {regexp.MustCompile(`(\d+ MB|\{\{\.Limit\}\}( MB)?) at most|[Aa]t most (\d+|\{\{\.Limit\}\}) MB`), regexp.MustCompile(`up to \d|larger than`)},
	} {
		n := 0
		for key, e := range catalogueOf(t, lang) {
			for _, says := range e.forms {
				of := strings.HasPrefix(key, "ui.file.") || strings.HasPrefix(key, "upload.") || slices.Contains([]string{"cases.papers.kinds", "remark.picture.hint"}, key)
				if !regexp.MustCompile(`(\d|Limit\}\}) MB`).MatchString(says) && !(of && strings.Contains(says, "{{.Limit}}")) {
					continue
				}
				if n++; !c.is.MatchString(says) || c.not.MatchString(says) {
					t.Errorf("%s: %s", key, says)
				}
			}
		}
		if n < 10 {
			t.Errorf("%d limits found", n)
		}
	}
}

func TestEveryReasonThatTheCodeGivesHasWords(t *testing.T) {
	given := regexp.MustCompile(`fault\.Because\("(\w+)"(,?)`)
	n := 0
	err := filepath.WalkDir(filepath.Join(top, "internal"), func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") {
			return err
		}
		b, err := os.ReadFile(p)
		for _, m := range given.FindAllStringSubmatch(string(b), -1) {
			keys := []string{"because." + m[1]}
			if m[2] != "" {
				keys = append(keys, keys[0]+".own")
			}
			for _, key := range keys {
				if n++; !ui.Known(key) {
					t.Errorf("%s gives a reason that has no words: %s", p, key)
				}
			}
		}
		return err
	})
	if err != nil || n < 15 {
		t.Errorf("%d reasons found: %v", n, err)
	}
}
