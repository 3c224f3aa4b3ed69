package person

import (
	"slices"

	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Two records of one person (重复人员) become one in two steps, because each is
// a subject of its own. The record that goes says so first and carries the
// choice: so its identity number is free when the one that stays takes it.
// TakeIn follows by rule (react.go); a restart in between finds it still to do.
// Nothing is rewritten elsewhere: papers, cases and booklets keep the id that
// they were given, and are found under both (Also).

// Absorb lets the record go into another one.
type Absorb struct {
	Into   string
	Choice Data // what the other record is to hold otherwise than it does
	// Other is the record that stays, as it was shown.
	Other Person
}

// Decide refuses to join records of two units, a record with itself, and one
// that is under way elsewhere.
func (cmd Absorb) Decide(p Person, m journal.Moment) ([]journal.Event, error) {
	if err := p.known(m); err != nil {
		return nil, err
	}
	switch {
	case cmd.Into == "" || cmd.Into == p.ID || cmd.Other.ID != cmd.Into || cmd.Other.In != p.In:
		return nil, fault.Field("into", "form.choose", nil)
	case cmd.Other.Standing == WasDuple:
		return nil, fault.NotNow("person.merged.already", cmd.Other.Standing)
	case p.Offer.To != "" || cmd.Other.Offer.To != "":
		return nil, fault.NotNow("person.offer.pending", p.Standing)
	}
	for name, v := range cmd.Choice {
		if v != p.Text(name) {
			return nil, fault.Field(name, "form.choose", nil) // it is chosen from the two, not typed
		}
	}
	if _, wrong := cmd.Other.Facts.With(cmd.Choice).settled(m.Today); len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return journal.Happened(Absorbed{Into: cmd.Into, Choice: journal.Of(cmd.Choice)}), nil
}

// TakeIn puts what was chosen into the record that stays.
type TakeIn struct {
	Other  string
	Choice Data
	At     journal.Version // of the other, once it was absorbed
}

// Decide takes one in once, and not again what was given back since: the rule may
// come after people have undone what it would do.
func (cmd TakeIn) Decide(p Person, m journal.Moment) ([]journal.Event, error) {
	if m.Version == 0 {
		return nil, fault.NotFound("person " + m.Subject)
	}
	if slices.ContainsFunc(p.Merges, func(x Merge) bool { return x.Other == cmd.Other }) {
		return nil, nil
	}
	if back, undone := p.Apart[cmd.Other]; undone && cmd.At <= back {
		return nil, nil
	}
	f, _ := p.Facts.With(cmd.Choice).settled(m.Today)
	was, is := Data{}, Data{}
	for _, name := range Differing(p.Facts, f) {
		was[name], is[name] = p.Text(name), f.Text(name)
	}
	return journal.Happened(Merged{Other: cmd.Other, Was: journal.Of(was), Is: journal.Of(is), At: cmd.At}), nil
}

// GiveBack undoes a merge: what it changed in the record that stayed is as it
// was, unless it was changed again since. The other record is there again by
// rule (react.go), after this one has let go of its number.
type GiveBack struct{ Other string }

// Decide undoes the newest first where two merges touched the same datum.
func (cmd GiveBack) Decide(p Person, m journal.Moment) ([]journal.Event, error) {
	if err := p.known(m); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(p.Merges, func(x Merge) bool { return x.Other == cmd.Other })
	if i < 0 {
		return nil, fault.NotNow("person.merge.none", p.Standing)
	}
	for _, later := range p.Merges[i+1:] {
		for name := range later.Is {
			if _, both := p.Merges[i].Is[name]; both {
				return nil, fault.NotNow("person.merge.later", p.Standing)
			}
		}
	}
	back := Data{}
	for name, is := range p.Merges[i].Is {
		if p.Text(name) == is {
			back[name] = p.Merges[i].Was[name]
		}
	}
	return journal.Happened(Unmerged{Other: cmd.Other, Is: journal.Of(back)}), nil
}

// Reappear makes the record that went one of its own again.
type Reappear struct {
	From string
	At   journal.Version // of that record, once it had let go
}

// Decide does so once, and not again after the two were merged anew.
func (cmd Reappear) Decide(p Person, m journal.Moment) ([]journal.Event, error) {
	if m.Version == 0 {
		return nil, fault.NotFound("person " + m.Subject)
	}
	if back, undone := p.Apart[cmd.From]; p.Standing != WasDuple || p.Into != cmd.From || undone && cmd.At <= back {
		return nil, nil
	}
	return journal.Happened(Separated(cmd)), nil
}

// Wish is a command that follows by rule.
type Wish struct {
	Order   journal.Order
	Command journal.Command[Person]
}

// React is what follows from merging and from undoing it.
func React(e journal.Event) []Wish {
	switch b := e.Body.(type) {
	case Absorbed:
		return []Wish{{journal.Order{Subject: b.Into, Key: e.ID + ":take-in", Cause: e.ID}, TakeIn{Other: e.Subject.ID, Choice: b.Choice.Or(nil), At: e.Version}}}
	case Unmerged:
		return []Wish{{journal.Order{Subject: b.Other, Key: e.ID + ":reappear", Cause: e.ID}, Reappear{From: e.Subject.ID, At: e.Version}}}
	}
	return nil
}
