package demo

import (
	"context"
	"fmt"
	"time"

	"yitang/internal/access"
	"yitang/internal/guidance"
	"yitang/internal/journal"
	"yitang/internal/zone"
)

// said is a notice of the city's office: its editions one after another, each some
// days before today.
type said struct {
	id       string
	editions []guidance.Publish
	ago      []int // days before today on which each edition begins
	withdraw string
}

// notices are what the office said lately.
func (c City) notices() []said {
	return []said{
		{id: "opened", ago: []int{40}, editions: []guidance.Publish{{Sort: guidance.Feature, Title: "因公出国（境）业务可以网上申报和预约",
			Body: "各单位专管员从今天起可以在网上申报、修改和查进度，出访人员可以用手机看自己的行程。\n\n可以在网上办的有：\n- 申报、签批和一次补正\n- 预约到厅和改约\n- 行程变更、出境和回国报告\n\n已经交过的材料不用再交。"}}},
		{id: "hours", ago: []int{33, 12}, editions: []guidance.Publish{
			{Sort: guidance.Notice, Title: "办事大厅午间休息", Body: "办事大厅每天午间休息，请约好时间再来。"},
			{Sort: guidance.Notice, Title: "办事大厅午间休息", Body: "办事大厅的开放时间和可以约的时段，以“到场预约”页上写的为准，午间休息：\n1. 来采集指纹和照片的，请按预约的时间来\n2. 午间赶不上领取证照的，可以请单位改从智能柜取\n\n开放时间有变动，会提前在这里公告。"}}},
		{id: "returns", ago: []int{9}, editions: []guidance.Publish{{Sort: guidance.Notice, Asks: true, Title: "回国后按期交回证照",
			Body: "个别单位有证照超期未交。请各单位专管员：\n- 回国当天提醒本单位出访人员交回证照\n- 每月核对一次在外的证照\n\n超期未交的，按规定暂停本单位新的申报，交回后自动恢复。"}}},
		{id: "changes", ago: []int{5}, editions: []guidance.Publish{{Sort: guidance.Changes, Title: "本月更新",
			Body: "根据大家的意见，本月改了这些：\n- 签证进度当天更新\n- 补正时只显示要改的项目\n- 手机上可以直接拍照交材料"}}},
		{id: "officers", ago: []int{3}, editions: []guidance.Publish{{Sort: guidance.Notice, Asks: true, For: guidance.Audience{Roles: []string{string(access.Liaison)}}, Title: "专管员信息年度核对",
			Body: "请各单位核对专管员的姓名和联系电话，有变动的到大厅更新。"}}},
		{id: "closed", ago: []int{20}, withdraw: "改到下月举行，时间另行公告", editions: []guidance.Publish{{Sort: guidance.Notice, Title: "专管员培训班", Body: "本月举办专管员培训班，每单位一人。"}}},
	}
}

func (t *teller) tellNotices(ctx context.Context) error {
	t.at(t.city.Today.AddDays(-1).Begins().Add(18 * time.Hour)) // the last of the story's days: what the cases tell may end long before
	chief, office := t.as(ctx, zone.Office, "chief1"), t.zones.Office.Journal
	for _, n := range t.city.notices() {
		id := "notice-" + n.id
		for i, p := range n.editions {
			p.From = t.city.Today.AddDays(-n.ago[i])
			if err := give(chief, office, guidance.Room, id, journal.Command[guidance.State](p)); err != nil {
				return err
			}
		}
		if n.withdraw != "" {
			if err := give(chief, office, guidance.Room, id, journal.Command[guidance.State](guidance.Withdraw{Reason: n.withdraw})); err != nil {
				return err
			}
		}
	}
	if err := t.settle(ctx); err != nil {
		return err
	}
	return t.takeNote(ctx)
}

// takeNote has two units of three take note of what asks for it.
func (t *teller) takeNote(ctx context.Context) error {
	internet := t.zones.Internet.Journal
	rows, err := guidance.Current(ctx, internet.Store, t.city.Today)
	return Each(rows, err, func(n guidance.Row) bool { return n.Asks }, func(n guidance.Row) error {
		for i, u := range t.city.Units {
			if i%3 == 2 {
				continue
			}
			officer := t.city.People[u.Liaisons[0]]
			cmd := guidance.Acknowledge{Of: n, Unit: u.ID, Name: officer.Facts.Name()}
			if err := give(t.ofUnit(ctx, access.Liaison, u.Liaisons[0]), internet, guidance.Notes, guidance.NoteID(n.ID, u.ID), journal.Command[guidance.Note](cmd)); err != nil {
				return fmt.Errorf("%s: %w", u.Name, err)
			}
		}
		return nil
	})
}
