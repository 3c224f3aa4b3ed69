package pack

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"yitang/internal/document"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/precheck"
	"yitang/internal/requirement"
	"yitang/ref"
)

// RuleOff is a rule that isn't judged in this office, and why.
type RuleOff struct {
	Rule string `yaml:"rule"`
	Why  string `yaml:"why"`
}

// Texts are words of pages by their keys. Which keys there are and what is
// filled into each, the pages know: ui.CheckOwn.
type Texts map[string]Text

// Text is one of them; Hant is for readers of the traditional script, "" where
// the simplified one serves.
type Text struct {
	Zh   string `yaml:"zh"`
	En   string `yaml:"en"`
	Hant string `yaml:"zhHant,omitempty"`
}

// lay reads each file of c over s, and gives everything that is wrong.
func (s *Set) lay(c Content) Mistakes {
	wrong := c.unknown()
	if b, there := c[officeFile]; there {
		o, bad := ParseOffice(b)
		wrong = append(wrong, bad...)
		s.Office = o
	}
	if b, there := c[pathFile]; there {
		p, bad := ParsePaths(b)
		wrong = append(wrong, bad...)
		s.Paths = p
	}
	if b, there := c[catalogueFile]; there {
		s.catalogue.Minutes = maps.Clone(s.catalogue.Minutes)
		wrong = append(wrong, read(catalogueFile, b, &s.catalogue)...)
	}
	if b, there := c[hallFile]; there {
		halls, bad := parseHalls(b)
		wrong = append(wrong, bad...)
		s.Halls = halls
	}
	if b, there := c[unitsFile]; there {
		units, bad := parseUnits(b)
		wrong = append(wrong, bad...)
		s.Units = units
	}
	if b, there := c[TextsFile]; there {
		s.Texts = Texts{}
		wrong = append(wrong, read(TextsFile, b, &s.Texts)...)
		for key, t := range s.Texts {
			if strings.TrimSpace(t.Zh) == "" || strings.TrimSpace(t.En) == "" {
				wrong.add(TextsFile, key, "中文和英文都要写", "it is needed in both languages")
			}
		}
	}
	if b, there := c[TemplatesFile]; there {
		s.Templates = document.Wording{}
		wrong = append(wrong, read(TemplatesFile, b, &s.Templates)...)
	}
	if b, there := c[tellingFile]; there {
		t, bad := parseTelling(b, s.Telling)
		wrong = append(wrong, bad...)
		s.Telling = t
	}
	if b, there := c[ReleaseFile]; there {
		r, bad := parseRelease(b, s.Release)
		wrong = append(wrong, bad...)
		s.Release = r
	}
	over, bad := s.over(c)
	wrong = append(wrong, bad...)
	if len(wrong) > 0 {
		return wrong
	}
	data, err := s.Ref.With(over, string(s.Version))
	if err != nil {
		file, rest, named := strings.Cut(err.Error(), ": ")
		if !named {
			file, rest = "", err.Error()
		}
		wrong.add(file, "", "数据对不上："+rest, rest)
		return wrong
	}
	s.Ref = data
	return nil
}

// over reads what is laid over the reference data.
func (s *Set) over(c Content) (ref.Over, Mistakes) {
	var o ref.Over
	var wrong Mistakes
	for _, name := range c.Names() {
		if !ruleFile.MatchString(name) {
			continue
		}
		var rules []ref.Rule
		wrong = append(wrong, read(name, c[name], &rules)...)
		for i, r := range rules {
			at := fmt.Sprintf("[%d]", i)
			if r.ID != "" {
				at = r.ID
			}
			r.File = strings.TrimPrefix(name, "rules/")
			if slices.Contains(s.Own, r.ID) {
				wrong.add(name, at, "这条规则写了两次", "the rule is given twice")
			}
			for _, w := range r.Wrong() {
				wrong.add(name, at+"."+w.Key, w.Zh, w.En)
			}
			if scopes := precheck.Scopes(); !slices.Contains(scopes, r.Scope) {
				near := dossier.Nearest(r.Scope, scopes)
				wrong = append(wrong, Mistake{File: name, Key: at + ".scope", Nearest: near, Text: fault.Text{Zh: fmt.Sprintf("没有 %q 这个范围，最接近的是 %s", r.Scope, near),
					En: fmt.Sprintf("there is no scope %q; the nearest is %s", r.Scope, near)}})
			}
			if a := r.Basis.Address; a != "" && !strings.HasPrefix(a, "https://") {
				wrong.add(name, at+".basis.address", "网址应以 https:// 开头", "the address must begin with https://")
			}
			for _, m := range r.At {
				if moments := moments(); !slices.Contains(moments, m) {
					near := dossier.Nearest(m, moments)
					wrong = append(wrong, Mistake{File: name, Key: at + ".at", Nearest: near, Text: fault.Text{Zh: fmt.Sprintf("没有 %q 这个环节，最接近的是 %s", m, near),
						En: fmt.Sprintf("there is no moment %q; the nearest is %s", m, near)}})
				}
			}
			s.Own = append(s.Own, r.ID)
			o.Rules = append(o.Rules, r)
		}
	}
	if b, there := c[offFile]; there {
		wrong = append(wrong, read(offFile, b, &s.Off)...)
		for i, off := range s.Off {
			known := slices.ContainsFunc(s.Ref.Rules, func(r ref.Rule) bool { return r.ID == off.Rule })
			if !known {
				var ids []string
				for _, r := range s.Ref.Rules {
					ids = append(ids, r.ID)
				}
				near := dossier.Nearest(off.Rule, ids)
				wrong = append(wrong, Mistake{File: offFile, Key: fmt.Sprintf("[%d].rule", i), Nearest: near,
					Text: fault.Text{Zh: fmt.Sprintf("没有规则 %s，最接近的是 %s", off.Rule, near), En: fmt.Sprintf("there is no rule %s; the nearest is %s", off.Rule, near)}})
			}
			if strings.TrimSpace(off.Why) == "" {
				wrong.add(offFile, fmt.Sprintf("[%d].why", i), "停用要写理由", "switching a rule off needs a reason")
			}
			o.Off = append(o.Off, off.Rule)
		}
	}
	if b, there := c["parameters.yaml"]; there {
		wrong = append(wrong, read("parameters.yaml", b, &o.Parameters)...)
		s.Over = o.Parameters
		wrong = append(wrong, s.thresholds(o.Parameters)...)
	}
	if b, there := c["rates.yaml"]; there {
		wrong = append(wrong, read("rates.yaml", b, &o.Rates)...)
	}
	if b, there := c["exchange.yaml"]; there {
		wrong = append(wrong, read("exchange.yaml", b, &o.Exchange)...)
	}
	if b, there := c["missions.yaml"]; there {
		wrong = append(wrong, read("missions.yaml", b, &o.Missions)...)
		for i, m := range o.Missions {
			for k, kind := range m.Materials {
				if !requirement.MayAsk(kind) {
					wrong.add("missions.yaml", fmt.Sprintf("[%d].materials[%d]", i, k), fmt.Sprintf("%s 不是能向单位要的材料，见材料目录", kind), fmt.Sprintf("%s is no paper that a unit can be asked for: see the list of materials", kind))
				}
			}
		}
	}
	if b, there := c["visaforms.yaml"]; there {
		wrong = append(wrong, read("visaforms.yaml", b, &o.VisaForms)...)
		for i, f := range o.VisaForms {
			for k, field := range f.Fields {
				for _, source := range field.From {
					if !document.FillsForms(source) {
						wrong.add("visaforms.yaml", fmt.Sprintf("[%d].fields[%d].from", i, k), fmt.Sprintf("没有 %s 这一项资料；可用的有：%s", source, strings.Join(document.FormSources(), "、")), fmt.Sprintf("no datum is called %s; there are: %s", source, strings.Join(document.FormSources(), ", ")))
					}
				}
			}
		}
	}
	if b, there := c["exemptions.yaml"]; there {
		wrong = append(wrong, read("exemptions.yaml", b, &o.Exemptions)...)
		for i, e := range o.Exemptions {
			for _, lack := range e.Lacks(s.Ref.Countries) {
				wrong.add("exemptions.yaml", fmt.Sprintf("[%d].%s", i, lack.Field), lack.Zh, lack.En)
			}
		}
	}
	table := func(name string, parse func([]byte) error) {
		b, there := c[name]
		if !there {
			return
		}
		if err := parse(b); err != nil {
			wrong.add(name, "", "读不懂："+err.Error(), "can't be read: "+err.Error())
		}
	}
	table("holidays.yaml", func(b []byte) (err error) { o.Holidays, err = ref.ParseHolidays(b); return err })
	table("countries.csv", func(b []byte) (err error) { o.Countries, err = ref.ParseCountries(b); return err })
	table("cities.csv", func(b []byte) (err error) { o.Cities, err = ref.ParseCities(b); return err })
	table("surnames.csv", func(b []byte) (err error) { o.Surnames, err = ref.ParseSurnames(b); return err })
	return o, wrong
}

func moments() []string {
	var out []string
	for _, at := range precheck.Moments() {
		out = append(out, string(at))
	}
	return out
}

// thresholds checks the office's own ones against those that rules ask for.
func (s *Set) thresholds(own ref.Parameters) Mistakes {
	const file = "parameters.yaml"
	var wrong Mistakes
	var keys []string
	for _, p := range s.Ref.Parameters {
		keys = append(keys, p.Key)
	}
	for i, p := range own {
		at := fmt.Sprintf("[%d]", i)
		same := slices.IndexFunc(s.Ref.Parameters, func(q ref.Parameter) bool { return q.Key == p.Key })
		switch {
		case p.Key == "":
			wrong.add(file, at+".key", "没有写参数名", "the threshold has no key")
		case same < 0 && !strings.HasPrefix(p.Key, "own."):
			near := dossier.Nearest(p.Key, keys)
			wrong = append(wrong, Mistake{File: file, Key: at + ".key", Nearest: near, Text: fault.Text{
				Zh: fmt.Sprintf("没有规则用到 %s，最接近的是 %s；自己规则的参数以 own. 开头", p.Key, near),
				En: fmt.Sprintf("no rule reads %s; the nearest is %s, and keys for rules of one's own begin with own.", p.Key, near)}})
		case same >= 0 && len(p.Words) == 0 != (len(s.Ref.Parameters[same].Words) == 0):
			wrong.add(file, at+"."+p.Key, "单个数值与词表不能互换", "a value can't stand for a list of words, nor the other way round")
		case same >= 0 && !likeValue(p.Value, s.Ref.Parameters[same].Value):
			wrong.add(file, at+"."+p.Key+".value", fmt.Sprintf("“%s”读不出来，请写得和“%s”同样的形式：数用数字写", p.Value, s.Ref.Parameters[same].Value), fmt.Sprintf("“%s” can't be read; write it like “%s”, numbers in figures", p.Value, s.Ref.Parameters[same].Value))
		}
		if strings.TrimSpace(p.Basis) == "" {
			wrong.add(file, at+".basis", "没有写依据", "it lacks a legal basis")
		}
		if p.From.IsZero() {
			wrong.add(file, at+".effectiveFrom", "没有写从哪天起", "it lacks the day from which it holds")
		}
	}
	return wrong
}

// likeValue tells whether two values are of one form: a whole number, a share,
// or words.
func likeValue(a, b string) bool {
	form := func(s string) string {
		n, d, share := strings.Cut(s, "/")
		number := func(s string) bool { return s != "" && len(s) < 10 && strings.Trim(s, "0123456789") == "" }
		switch {
		case share && number(n) && number(d) && strings.Trim(d, "0") != "":
			return "share"
		case !share && number(s):
			return "number"
		}
		return "text"
	}
	return form(a) == form(b)
}
