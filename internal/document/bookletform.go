package document

import (
	"strconv"
	"strings"

	"yitang/internal/dossier"
)

// bookletForm asks for one member's booklet (护照申请表), with what is known where
// it is made.
func bookletForm(f From) Working {
	m := f.Case.Members[f.Member]
	w := Working{Title: "因公护照申请表", About: m.Name()}
	var what sheet
	for _, b := range f.Booklets {
		if b.Member != f.Member {
			continue
		}
		if b.Type == string(dossier.HKMacauPermit) && len(what) == 0 {
			w.Title = "因公往来港澳通行证申请表"
		}
		what.add("证照种类", f.word("passportType", b.Type))
		what.add("申请事由", b.Why)
		if b.Old != "" {
			what.add("交回旧照", "尾号"+b.Old)
		}
		if !b.Due.IsZero() { // none is set before the capture
			what.add("应办好日期", day(b.Due))
		}
	}
	var who sheet
	who.add("姓名", m.Name())
	who.add("拼音姓名", m.LatinName())
	who.add("性别", f.word("sex", string(m.Sex)))
	who.add("出生日期", day(m.DateOfBirth))
	who.add("出生地点", f.Personal.BirthPlace)
	who.add("曾用名", f.Personal.FormerName)
	who.add("身份证号", m.IDNumber)
	who.add("工作单位", f.Case.From(f.Member))
	who.add("职务", m.Department+m.Post)
	who.add("职级", f.word("rank", string(m.Rank)))
	who.add("手机", m.Mobile)
	what.add("批件文号", f.State.Approval)
	what.add("国家地区", countryList(f.Case, f.Country))
	what.add("出发日期", day(f.Case.Trip.Depart))
	what.add("回国日期", day(f.Case.Trip.Return))
	var ps parts
	ps.sheet("申请人", who)
	ps.sheet("申请事项", what)
	w.Parts = ps
	return w
}

func hasMember(f From) bool {
	if f.Member < 0 || f.Member >= len(f.Case.Members) {
		return false
	}
	m := f.Case.Members[f.Member]
	return m.Name() != "" && (m.IDNumber != "" || !m.DateOfBirth.IsZero())
}

// teamSheet lists those of a delegation for whom booklets are made (因公团组信息表).
func teamSheet(f From) Working {
	c := f.Case
	w := Working{Title: "因公团组信息表", About: c.Unit.Name}
	group := f.groupSheet()
	group.add("批件文号", f.State.Approval)
	if !c.Trip.Depart.IsZero() && c.Trip.Return.IsZero() {
		group.add("出发日期", day(c.Trip.Depart))
	}
	var rows [][]string
	for i, m := range c.Members {
		row := []string{strconv.Itoa(i + 1), bothNames(m), f.word("sex", string(m.Sex)), short(m.DateOfBirth), c.From(i) + "\n" + m.Department + m.Post}
		var gets []string
		for _, b := range f.Booklets {
			if b.Member == i {
				gets = append(gets, f.word("passportType", b.Type)+"\n"+b.Why)
			}
		}
		row = append(row, strings.Join(gets, "\n"))
		rows = append(rows, row)
	}
	cols := []string{ordinal, "姓名", "性别", "出生日期", "单位及职务", "办理证照"}
	var ps parts
	ps.sheet("团组", group)
	ps.text("出访任务", c.Trip.Purpose)
	ps.table("人员", cols, rows)
	w.Parts = ps
	return w
}
