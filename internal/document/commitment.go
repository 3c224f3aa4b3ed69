package document

import (
	"fmt"
	"strings"
)

// commitment is what a member promises before travelling (承诺书), ready to be
// signed by hand: who, where and when are the case's.
func commitment(f From) Working {
	c, m := f.Case, f.Case.Members[f.Member]
	w := Working{Title: "因公临时出国（境）人员承诺书", About: c.Unit.Name}
	var who, trip sheet
	who.add("姓名", m.Name())
	who.add("工作单位", c.From(f.Member))
	who.add("职务", m.Department+m.Post)
	trip.add("团组名称", c.Trip.Title)
	trip.add("前往国家（地区）", strings.Join(named(c.Countries(), f.Country), "、"))
	if !c.Trip.Depart.IsZero() && !c.Trip.Return.IsZero() {
		trip.add("出访时间", fmt.Sprintf("%s至%s，共%d天", day(c.Trip.Depart), day(c.Trip.Return), c.Trip.Days()))
	}
	var ps parts
	ps.sheet("承诺人", who)
	ps.sheet("出访任务", trip)
	ps.text("承诺", strings.Join([]string{
		"本人参加上述团组，承诺如下：",
		"一、按批准的国家（地区）、路线、时间和任务出访，不擅自增加、更改，不擅自延长在外停留时间；确需变更的，事前报批。",
		"二、遵守外事纪律和保密规定，不携带涉密载体出境，不谈论、不提供不应提供的情况。",
		"三、遵守中央八项规定精神和因公临时出国经费管理规定，不借出访旅游，不收受、不索要财物，不由外方或其他单位负担应由本单位负担的费用。",
		"四、遵守所到国家（地区）的法律，尊重当地风俗；遇有重要情况，及时向团长、派出单位和我驻外使领馆报告。",
		"五、因公出国（境）证件只用于本次任务，妥善保管；回国（入境）后按规定的期限交回，并如实提交出访报告。",
		"六、所填报的内容真实、准确。",
		"以上承诺如有违反，本人愿按有关规定承担责任。",
	}, "\n"))
	ps.table("签字", []string{"承诺人（本人手写签名）", "日期"}, [][]string{{" \n ", "　　　　年　　月　　日"}})
	w.Parts = ps
	return w
}
