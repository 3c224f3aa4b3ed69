package config

import (
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// RecordBase puts on record which data the program brings. Nothing happens
// when it is the same as before.
type RecordBase struct{ BaseRecorded }

// Decide always may.
func (cmd RecordBase) Decide(c Config, _ journal.Moment) ([]journal.Event, error) {
	if c.Base == cmd.Version {
		return nil, nil
	}
	return journal.Happened(cmd.BaseRecorded), nil
}

// Result is what checking a pack found, as far as it is kept.
type Result struct {
	Base, Version             string
	Mistakes, Trials, Changed int
}

func (r Result) of(number int) Checked {
	return Checked{Number: number, Base: r.Base, Version: r.Version, Mistakes: r.Mistakes, Trials: r.Trials, Changed: r.Changed}
}

// Save keeps a version of the pack (保存新版), as it is: one with mistakes can
// be mended later.
type Save struct {
	Parent         int
	NameZh, NameEn string
	Author         string
	Reason         string
	Origin         Origin
	Seal           string
	Sum            string
	Digest         string
	Size           int64
	Result         Result
}

// Decide needs a reason, and something that is new.
func (cmd Save) Decide(c Config, _ journal.Moment) ([]journal.Event, error) {
	if strings.TrimSpace(cmd.Reason) == "" {
		return nil, fault.Field("reason", "config.save.reason", nil)
	}
	if cmd.Origin != Reverted && c.Last > 0 && c.Versions[c.Last].Sum == cmd.Sum {
		return nil, fault.Field("", "config.save.same", map[string]any{"Number": c.Last})
	}
	n := c.Last + 1
	return journal.Happened(Saved{Number: n, Parent: cmd.Parent, NameZh: cmd.NameZh, NameEn: cmd.NameEn, Author: cmd.Author, Reason: strings.TrimSpace(cmd.Reason),
		Origin: cmd.Origin, Seal: cmd.Seal, Sum: cmd.Sum, Digest: cmd.Digest, Size: cmd.Size}, cmd.Result.of(n)), nil
}

// Check records that a version was checked again, over the data of now.
type Check struct {
	Number int
	Result Result
}

// Decide needs a version.
func (cmd Check) Decide(c Config, _ journal.Moment) ([]journal.Event, error) {
	v, there := c.Versions[cmd.Number]
	if !there {
		return nil, fault.NotFound("config version")
	}
	if v.Checked == cmd.Result.of(cmd.Number) {
		return nil, nil
	}
	return journal.Happened(cmd.Result.of(cmd.Number)), nil
}

// PutForce lets a version begin on a day (定于某日生效).
type PutForce struct {
	Number   int
	On       calendar.Date
	Reason   string
	FourEyes bool   // not by the author
	Result   Result // of checking it just now
	First    bool   // at the setting up of an office: nobody is judged by anything yet
}

// Decide refuses a pack that doesn't hold, a day behind, and the author alone
// where two must look.
func (cmd PutForce) Decide(c Config, m journal.Moment) ([]journal.Event, error) {
	v, there := c.Versions[cmd.Number]
	if !there {
		return nil, fault.NotFound("config version")
	}
	var wrong []fault.Finding
	say := func(field, key string, args map[string]any) {
		wrong = append(wrong, fault.Finding{Field: field, Key: key, Args: args})
	}
	if cmd.Result.Mistakes > 0 {
		say("", "config.force.mistakes", map[string]any{"Count": cmd.Result.Mistakes})
	}
	if cmd.FourEyes && !cmd.First && v.Account == m.Actor.Account {
		say("", "config.force.four_eyes", nil)
	}
	if cmd.On.IsZero() {
		say("on", "config.force.day", nil)
	} else if cmd.On.Before(m.Today) {
		say("on", "config.force.past", map[string]any{"Today": m.Today})
	}
	if strings.TrimSpace(cmd.Reason) == "" && !cmd.First {
		say("reason", "config.force.reason", nil)
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	events := journal.Happened(PutInForce{Number: cmd.Number, On: cmd.On, Reason: strings.TrimSpace(cmd.Reason)})
	if v.Checked != cmd.Result.of(cmd.Number) {
		events = append(journal.Happened(cmd.Result.of(cmd.Number)), events...)
	}
	return events, nil
}

// TakeBack lets a version not begin on the day that was set (取消生效).
type TakeBack struct {
	Number int
	On     calendar.Date
	Reason string
}

// Decide refuses what has begun: a case was judged by it.
func (cmd TakeBack) Decide(c Config, m journal.Moment) ([]journal.Event, error) {
	found := false
	for _, f := range c.Force {
		found = found || f == Force{cmd.Number, cmd.On}
	}
	switch {
	case !found:
		return nil, fault.NotFound("config version in force")
	case !cmd.On.After(m.Today):
		return nil, fault.Field("", "config.back.begun", map[string]any{"On": cmd.On})
	case strings.TrimSpace(cmd.Reason) == "":
		return nil, fault.Field("reason", "config.force.reason", nil)
	}
	return journal.Happened(TakenBack{Number: cmd.Number, On: cmd.On, Reason: strings.TrimSpace(cmd.Reason)}), nil
}
