package unit_test

import (
	"context"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/journal/journaltest"
	"yitang/internal/keys"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
	"yitang/internal/unit"
	"yitang/internal/zone"
)

func TestMain(m *testing.M) { storetest.Main(m) }

var good = unit.Open{Name: "巴渝理工大学（虚构）", NameEn: "Bayu University (fictional)", USCC: "12509901G76543219R", Type: dossier.Institution}

func TestVerbsAndWhatTheyRefuse(t *testing.T) {
	opened := unit.Unit{ID: "s", Name: "甲（虚构）"}
	suspended := opened
	suspended.Suspended = true
	wrongCode := good
	wrongCode.USCC = "12509901G76543219X"
	for name, c := range map[string]struct {
		state   unit.Unit
		version journal.Version
		cmd     journal.Command[unit.Unit]
		bad     func(error) bool
	}{
		"opens":                     {cmd: good},
		"opens once":                {state: opened, version: 1, cmd: good, bad: fault.IsNotNow},
		"needs a right code":        {cmd: wrongCode, bad: invalid("uscc")},
		"needs everything at once":  {cmd: unit.Open{}, bad: invalid("name", "uscc", "type")},
		"suspends":                  {state: opened, version: 1, cmd: unit.Suspend{Reason: "逾期未交护照"}},
		"needs a reason":            {state: opened, version: 1, cmd: unit.Suspend{Reason: " "}, bad: invalid("reason")},
		"suspends once":             {state: suspended, version: 2, cmd: unit.Suspend{Reason: "x"}, bad: fault.IsNotNow},
		"resumes":                   {state: suspended, version: 2, cmd: unit.Resume{Reason: "护照已交回"}},
		"resumes with a reason":     {state: suspended, version: 2, cmd: unit.Resume{}, bad: invalid("reason")},
		"resumes what is suspended": {state: opened, version: 1, cmd: unit.Resume{}, bad: fault.IsNotNow},
		"confirms nobody's officer": {cmd: unit.ConfirmOfficer{ValidUntil: calendar.MustParse("2027-12-31")}, bad: fault.IsNotFound},
	} {
		_, err := c.cmd.Decide(c.state, journaltest.Moment(zone.Office, c.version))
		if (err != nil) != (c.bad != nil) || c.bad != nil && !c.bad(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func invalid(fields ...string) func(error) bool {
	return func(err error) bool {
		fs := fault.Findings(err)
		if len(fs) != len(fields) {
			return false
		}
		for i, f := range fs {
			if f.Field != fields[i] {
				return false
			}
		}
		return true
	}
}

func TestRegisterTellsWhatHappened(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		ctx := context.Background()
		j := journaltest.Open(t, journaltest.Options{Store: open(), Zone: zone.Office, Kinds: unit.Kinds, Projections: func(*keys.Ring) []journal.Projection { return unit.Projections }})
		for _, cmd := range []journal.Command[unit.Unit]{good, unit.ConfirmOfficer{ValidUntil: calendar.MustParse("2027-12-31"), Signatory: "罗知行"}, unit.Suspend{Reason: "逾期"}} {
			if _, err := journal.Do(ctx, j.Journal, unit.Room, journal.Order{Subject: "u1"}, cmd); err != nil {
				t.Fatal(err)
			}
		}
		u, err := unit.One(ctx, j.Store, "u1")
		if err != nil || u.Status() != dossier.Suspended || u.Signatory != "罗知行" || u.Dossier().USCC != good.USCC {
			t.Fatalf("%+v %v", u, err)
		}
		if _, err := unit.One(ctx, j.Store, "nobody"); !fault.IsNotFound(err) {
			t.Fatal(err)
		}
		journaltest.RebuiltEqualsKept(t, j.Journal)
	})
}
