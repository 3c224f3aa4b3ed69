package document

import "strings"

// personalSheet is what visa forms of some countries want of one traveller beyond
// the case: family, schooling and jobs (个人情况表).
func personalSheet(f From) Working {
	m, is := f.Case.Members[f.Member], f.Personal
	w := Working{Title: "个人情况表", About: m.Name()}
	var who sheet
	who.add("姓名", m.Name())
	who.add("拼音姓名", m.LatinName())
	who.add("曾用名", is.FormerName)
	who.add("性别", f.word("sex", string(m.Sex)))
	who.add("出生日期", day(m.DateOfBirth))
	who.add("出生地点", is.BirthPlace)
	who.add("婚姻状况", f.word("marital", is.Marital))
	who.add("家庭住址", is.HomeAddress)
	who.add("手机", m.Mobile)
	who.add("电子邮箱", m.Email)
	who.add("工作单位", f.Case.From(f.Member))
	who.add("职务", m.Department+m.Post)
	who.add("最近核对", day(is.Confirmed))
	var family [][]string
	for _, k := range is.Family {
		family = append(family, []string{f.word("relation", k.Relation), k.Name, short(k.Born), k.Work})
	}
	var ps parts
	ps.sheet("本人", who)
	ps.table("家庭成员", []string{"关系", "姓名", "出生日期", "工作或学习单位"}, family)
	ps.table("学习经历", []string{"起止年月", "学校", "专业"}, spanRows(is.Schooling))
	ps.table("工作经历", []string{"起止年月", "单位", "职务"}, spanRows(is.Jobs))
	w.Parts = ps
	return w
}

func spanRows(all []Span) [][]string {
	var out [][]string
	for _, s := range all {
		to := s.To
		if to == "" {
			to = "至今"
		}
		out = append(out, []string{strings.ReplaceAll(s.From, "-", ".") + "—" + strings.ReplaceAll(to, "-", "."), s.Where, s.What})
	}
	return out
}

func hasHistory(f From) bool {
	return hasMember(f) && len(f.Personal.Family) > 0 && len(f.Personal.Schooling) > 0 && len(f.Personal.Jobs) > 0
}
