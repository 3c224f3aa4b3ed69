package document

import (
	"fmt"
	"strconv"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/money"
)

// applicationForm is the whole application on a form (申报表).
func applicationForm(f From) Working {
	c := f.Case
	w := Working{Title: "因公临时出国申报表", About: c.Unit.Name}
	if c.ToRegionsOnly() {
		w.Title = "因公临时赴港澳申报表"
	}
	var ps parts
	var unit, group sheet
	unit.add("组团单位", c.Unit.Name)
	unit.add("信用代码", c.Unit.USCC)
	unit.add("签批人", c.Unit.Signatory)
	group.add("团组名称", c.Trip.Title)
	group.add("事项类型", f.word("caseKind", string(c.Trip.Kind)))
	group.add("任务类别", f.word("category", string(c.Trip.Category)))
	group.add("国家地区", countryList(c, f.Country))
	group.add("出访时间", stretch(c.Trip.Depart, c.Trip.Return))
	if n := c.Trip.Days(); n > 0 && !c.Trip.ForTerm() {
		group.add("在外天数", fmt.Sprintf("%d天（含离境、入境当日）", n))
	}
	if c.Trip.ForTerm() {
		group.add("每次天数", fmt.Sprintf("最多%d天，预计%d次", c.Trip.DaysEach, c.Trip.Trips))
	}
	group.add("人数", fmt.Sprintf("%d人", len(c.Members)))
	group.add("年度计划", planWords(c.Trip))
	if c.Trip.Urgent {
		group.add("急件", c.Trip.UrgencyReason)
	}
	ps.sheet("单位", unit)
	ps.sheet("团组", group)
	ps.text("出访任务", c.Trip.Purpose)
	ps.text("必要性", c.Trip.Necessity)
	ps.text("预期成果", c.Trip.ExpectedResults)
	ps.table("行程", []string{"国家（地区）", "城市", "抵达", "离开"}, f.legRows())
	ps.table("人员", []string{ordinal, "姓名", "单位及职务", "职级", "团内身份"}, f.peopleRows())
	ps.table("邀请", []string{"邀请单位", "国家（地区）", "签发人", "发函日期"}, f.letterRows())
	ps.sheet("经费", f.moneySheet())
	ps.table("预算", []string{"项目", "金额（元）"}, f.costRows())
	if n := c.Notice; n != nil && !c.Trip.Secret {
		var s sheet
		s.add("公示时间", stretch(n.From, n.To))
		s.add("公示地点", n.Place)
		s.add("有无异议", f.word("objections", string(n.Objections)))
		ps.sheet("公示", s)
	}
	w.Parts = ps
	return w
}

func stretch(from, to calendar.Date) string {
	if from.IsZero() || to.IsZero() {
		return day(from) + day(to)
	}
	return Days(from, to)
}

func planWords(t dossier.Trip) string {
	switch {
	case t.InAnnualPlan && t.PlanLine != "":
		return "已列入，计划项号" + t.PlanLine
	case t.InAnnualPlan:
		return "已列入"
	case t.OffPlanReason != "":
		return "计划外：" + t.OffPlanReason
	}
	return ""
}

func (f From) legRows() [][]string {
	var out [][]string
	for _, l := range f.Case.Legs {
		if l.Country == "" && l.City == "" {
			continue
		}
		city := l.City
		if l.Transit {
			city += "（转机）"
		}
		row := []string{f.Country(l.Country), city, "", ""}
		if !f.Case.Trip.ForTerm() {
			row[2], row[3] = hour(l.Arrive), hour(l.Leave)
		}
		out = append(out, row)
	}
	return out
}

func hour(t calendar.LocalTime) string {
	if t.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d月%d日%02d:%02d", int(t.Date.Month()), t.Date.Day(), t.Minute/60, t.Minute%60)
}

func (f From) peopleRows() [][]string {
	var out [][]string
	for n, i := range f.Case.HeadFirst() {
		m := f.Case.Members[i]
		out = append(out, []string{strconv.Itoa(n + 1), m.Name(), f.Case.From(i) + m.Department + m.Post, f.word("rank", string(m.Rank)), f.word("role", string(m.Role))})
	}
	return out
}

func (f From) letterRows() [][]string {
	var out [][]string
	for _, i := range f.Case.Invitations {
		if i.Issuer == "" {
			continue
		}
		country := ""
		if i.IssuerCountry != "" {
			country = f.Country(i.IssuerCountry)
		}
		out = append(out, []string{i.HostName(), country, strings.TrimSpace(i.Signatory + "\n" + i.SignatoryTitle), day(i.Issued)})
	}
	return out
}

func (f From) moneySheet() sheet {
	var s sheet
	b := f.Case.Budget
	if b == nil {
		return s
	}
	var covers []string
	for _, x := range b.HostCovers {
		covers = append(covers, f.word("hostCover", string(x)))
	}
	s.add("经费来源", f.word("fund", string(b.Fund)))
	s.add("对方承担", strings.Join(covers, "、"))
	if !b.TotalCny.IsZero() {
		s.add("预算合计", yuan(b.TotalCny))
	}
	return s
}

// costRows are the budget's sums by kind of cost, in the order of the list.
func (f From) costRows() [][]string {
	if f.Case.Budget == nil {
		return nil
	}
	var out [][]string
	for _, kind := range dossier.CostKind("").Words() {
		sum := money.Amount{Currency: money.CNY}
		for _, l := range f.Case.Budget.Lines {
			if string(l.Kind) == kind {
				sum.Minor += money.Yuan(l.AmountCny).Minor
			}
		}
		if sum.Minor != 0 {
			out = append(out, []string{f.Word("costKind", kind), sum.Figure()})
		}
	}
	return out
}
