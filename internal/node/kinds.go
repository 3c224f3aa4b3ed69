package node

import (
	"yitang/internal/account"
	"yitang/internal/approval"
	"yitang/internal/custody"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/keys"
	"yitang/internal/material"
	"yitang/internal/person"
	"yitang/internal/quota"
	"yitang/internal/unit"
	"yitang/internal/visa"
)

// Kinds is the one list of what can happen, in all zones.
func Kinds() []journal.Kind {
	var all []journal.Kind
	for _, room := range [][]journal.Kind{
		unit.Kinds, account.Kinds, person.Kinds, material.Kinds, quota.Kinds, filing.Kinds,
		approval.Kinds, custody.Kinds, visa.Kinds,
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
		unit.Projections, account.Projections, material.Projections, quota.Projections,
		approval.Projections, custody.Projections, visa.Projections,
	} {
		all = append(all, room...)
	}
	return all
}
