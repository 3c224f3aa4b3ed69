package node

import (
	"yitang/internal/account"
	"yitang/internal/approval"
	"yitang/internal/config"
	"yitang/internal/custody"
	"yitang/internal/exchange"
	"yitang/internal/feedback"
	"yitang/internal/filing"
	"yitang/internal/guidance"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/keys"
	"yitang/internal/ledger"
	"yitang/internal/letter"
	"yitang/internal/material"
	"yitang/internal/notify"
	"yitang/internal/passport"
	"yitang/internal/person"
	"yitang/internal/program"
	"yitang/internal/progress"
	"yitang/internal/quota"
	"yitang/internal/training"
	"yitang/internal/trip"
	"yitang/internal/unit"
	"yitang/internal/visa"
	"yitang/internal/wechat"
)

// Kinds is the one list of what can happen, in all zones.
func Kinds() []journal.Kind {
	var all []journal.Kind
	for _, room := range [][]journal.Kind{
		exchange.Kinds, config.Kinds, program.Kinds, unit.Kinds, account.Kinds, person.Kinds, material.Kinds, quota.Kinds, filing.Kinds,
		approval.Kinds, letter.Kinds, passport.Kinds, custody.Kinds, visa.Kinds, hall.Kinds, trip.Kinds, feedback.Kinds, guidance.Kinds, training.Kinds, notify.Kinds, wechat.Kinds,
	} {
		all = append(all, room...)
	}
	return all
}

// Projections is the one list of tables made for reading. Every zone keeps
// all of them; what it never hears of stays empty.
func Projections(ring *keys.Ring) []journal.Projection {
	var all []journal.Projection
	for _, room := range [][]journal.Projection{
		exchange.Projections, config.Projections, program.Projections, unit.Projections, account.Projections, person.Projections(ring), material.Projections, quota.Projections, filing.Projections,
		approval.Projections, letter.Projections, passport.Projections, custody.Projections, visa.Projections,
		hall.Projections, trip.Projections, feedback.Projections, guidance.Projections, training.Projections, ledger.Projections, progress.Projections, notify.Projections, wechat.Projections,
	} {
		all = append(all, room...)
	}
	return all
}
