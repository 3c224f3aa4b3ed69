package demo

import (
	"context"
	"fmt"
	"time"

	"yitang/internal/access"
	"yitang/internal/fault"
	"yitang/internal/guidance"
	"yitang/internal/journal"
	"yitang/internal/zone"
)

// offline works in the passport zone; what they write leaves it when two people
// let it go, and nobody has yet.
const offline = "passport1"

// remark is something that somebody of the city said about a page, and what the
// office made of it.
type remark struct {
	by      string // liaison, public, or a login of the office
	matter  guidance.Matter
	words   string
	page    string
	title   string
	is      guidance.Progress
	reply   string
	changed fault.Text
}

func (c City) remarks() []remark {
	return []remark{
		{by: "liaison", matter: "wish", words: "补正时整份申请又从头看一遍，很难找到要改哪里。", page: "/cases", title: "团组", is: guidance.Done, reply: "已改：退回的每一处都能直接点过去，改完会划掉。",
			changed: fault.Text{Zh: "补正时只显示要改的地方，改完自动划掉", En: "Correcting shows only what is to be corrected, crossed out once it is mended"}},
		{by: "public", matter: "wish", words: "办事指南能不能打印？老同志想拿纸的看。", page: "/guide/own/DEU", title: "本单位组团：德国", is: guidance.Done, reply: "可以直接打印，打印出来没有按钮和导航。",
			changed: fault.Text{Zh: "办事指南可以直接打印成纸质的", En: "Guides print as a paper without buttons and navigation"}},
		{by: "liaison", matter: "wrong", words: "手机上人员名单要左右拉才看得全。", page: "/people", title: "本单位人员", is: guidance.Looking},
		{by: "liaison", matter: "wish", words: "希望能一次给全单位的人导出年度出访清单。", page: "/people", title: "本单位人员"},
		{by: "public", matter: "question", words: "自费参加国际会议也在这里办吗？", page: "/guide/faq", title: "常见问题", is: guidance.Declined, reply: "因私出国不归外办管，请到出入境管理部门办理。"},
		{by: "window1", matter: "wish", words: "叫号时想看到后面还有几位老人。", page: "/desk", title: "今天的大厅"},
		{by: offline, matter: "wish", words: "质检时想把相片放大了看。", page: "/orders", title: "制证"},
	}
}

// tellRemarks has people say something about pages, and the office answer.
func (t *teller) tellRemarks(ctx context.Context) error {
	t.at(t.city.Today.AddDays(-1).Begins().Add(20 * time.Hour))
	all := t.city.remarks()
	for i, r := range all {
		id, u := fmt.Sprintf("remark-%d", i), t.city.Units[i%len(t.city.Units)]
		cmd := guidance.Give{Matter: r.matter, Words: r.words, On: guidance.Context{Page: r.page, Title: r.title, Browser: "Mozilla/5.0 (Linux; Android 14) Chrome/126 Mobile", Size: "390×844"}}
		who, j := journal.WithActor(ctx, journal.Actor{Role: "public"}), t.zones.Internet.Journal
		switch r.by {
		case "public":
		case "liaison":
			cmd.On.Unit, cmd.On.Role, cmd.Name = u.ID, string(access.Liaison), t.city.People[u.Liaisons[0]].Facts.Name()
			who = t.ofUnit(ctx, access.Liaison, u.Liaisons[0])
		case offline:
			cmd.On.Role, cmd.On.Browser, cmd.On.Size = string(access.PassportOfficer), "Mozilla/5.0 (X11; Linux x86_64) Chrome/126", "1440×900"
			cmd.Name = t.accounts[string(zone.Passport)+"/"+r.by].Name
			who, j = t.as(ctx, zone.Passport, r.by), t.zones.Passport.Journal
		default:
			cmd.On.Role, cmd.On.Browser, cmd.On.Size = string(access.Window), "Mozilla/5.0 (X11; Linux x86_64) Chrome/126", "1440×900"
			cmd.Name = t.accounts[string(zone.Office)+"/"+r.by].Name
			who, j = t.as(ctx, zone.Office, r.by), t.zones.Office.Journal
		}
		if err := give(who, j, guidance.Remarks, id, journal.Command[guidance.Said](cmd)); err != nil {
			return err
		}
	}
	if err := t.settle(ctx); err != nil {
		return err
	}
	chief, office := t.as(ctx, zone.Office, "chief1"), t.zones.Office.Journal
	for i, r := range all {
		if r.by == offline {
			continue // not heard of here
		}
		id := fmt.Sprintf("remark-%d", i)
		of, err := guidance.OneRemark(ctx, office.Store, id)
		if err != nil {
			return err
		}
		var cmds []journal.Command[guidance.Answering]
		if r.is != guidance.Fresh {
			cmds = append(cmds, guidance.Look{Of: of})
		}
		if r.reply != "" {
			cmds = append(cmds, guidance.Tell{Of: of, At: r.is, Words: r.reply})
		}
		if r.changed.Zh != "" {
			cmds = append(cmds, guidance.Mark{What: r.changed})
		}
		for _, cmd := range cmds {
			if err := give(chief, office, guidance.Answers, id, cmd); err != nil {
				return err
			}
		}
	}
	return t.settle(ctx)
}
