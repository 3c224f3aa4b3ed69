package demo

import (
	"context"
	"fmt"
	"sync"

	"yitang/internal/access"
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/journal"
	"yitang/internal/material"
	"yitang/internal/person"
)

// files of people that are held for more than one trip, and until when each photo
// serves, so that nobody gives a second one meanwhile.
type kept struct {
	mu     sync.Mutex
	cards  map[string]bool
	photos map[string]calendar.Date
}

// travelled tells whether somebody had a passport before the city's history began:
// then what it took to make one is on their file.
func (p Person) travelled() bool {
	for _, b := range p.Booklets {
		if b.Type != dossier.HKMacauPermit {
			return true
		}
	}
	return false
}

// detailsOf are what booklets and visas want of somebody beyond their cases.
func (t *teller) detailsOf(p Person) person.Details {
	c := chanceFor(t.city.Seed, "details "+p.ID)
	u := t.city.Units[p.Unit]
	home := t.city.here(fmt.Sprintf("云江市%s路%d号%d栋%d室", one(c, []string{"书院", "滨江", "人民", "建设", "文化", "青年", "松林", "东湖"}), c.between(1, 180), c.between(1, 9), c.between(1, 18)*100+c.between(1, 8)))
	d := person.Details{Province: p.Facts.IDNumber[:2], HomeAddress: home, HomeEn: person.AddressEn(home), PostEn: t.city.data.Titles.English(p.Facts.Department, p.Facts.Post),
		Marital: person.Marital(one(c, []string{"married", "married", "married", "single"}))}
	born := p.Facts.DateOfBirth.Year()
	d.Schooling = []person.Stage{{From: fmt.Sprintf("%d-09", born+18), To: fmt.Sprintf("%d-07", born+22), Where: t.city.here("云江示范大学"), What: "本科"}}
	d.Jobs = []person.Stage{{From: fmt.Sprintf("%d-07", min(born+22, t.city.Began.Year()-1)), Where: u.Name, What: p.Facts.Post}}
	if d.Marital == "married" {
		d.Family = []person.Relative{{Relation: "spouse", Name: one(c, []string{"王", "李", "张", "周", "陈"}) + "某"}}
	}
	return d
}

// tellDetails writes them down, or says again that they are right, and keeps a copy
// of the identity card.
func (t *teller) tellDetails(ctx context.Context, p Person) error {
	n := t.zones.Internet
	if err := give(ctx, n.Journal, person.Room, p.ID, journal.Command[person.Person](person.Detail{Details: t.detailsOf(p)})); err != nil {
		return err
	}
	t.kept.mu.Lock()
	held := t.kept.cards[p.ID]
	t.kept.cards[p.ID] = true
	t.kept.mu.Unlock()
	if held {
		return nil
	}
	return t.keeps(ctx, p, "M24", ".pdf", "application/pdf", PDF(titles["M24"], p.Facts.Name(), "演示材料，内容均为虚构"))
}

// tellPhoto keeps a photo where none serves any more.
func (t *teller) tellPhoto(ctx context.Context, p Person) error {
	n := t.zones.Internet
	today := n.Journal.Today()
	_, until := n.Packs.Now().Needs(today).Lasts("M26", today, p.Facts)
	t.kept.mu.Lock()
	held := t.kept.photos[p.ID]
	if !today.Before(held) {
		t.kept.photos[p.ID] = until
	}
	t.kept.mu.Unlock()
	if today.Before(held) {
		return nil
	}
	return t.keeps(ctx, p, "M26", ".jpg", "image/jpeg", Photo(p))
}

// keeps adds a paper of a person that no case was about.
func (t *teller) keeps(ctx context.Context, p Person, kind dossier.MaterialKind, ending, is string, file []byte) error {
	n := t.zones.Internet
	add := material.Add{Kind: kind, OwnerKind: material.OfPerson, Owner: p.ID, Unit: t.city.Units[p.Unit].ID, Name: t.city.filer(p.Unit).ofPerson(kind, p.Facts.Name(), ending), Type: is}
	add.Issued, add.ValidUntil = n.Packs.Now().Needs(n.Journal.Today()).Lasts(kind, n.Journal.Today(), p.Facts)
	return t.store(ctx, add, paperID(p.ID, kind, n.Journal.Today().String()), file)
}

// tellTravellers has the officer of a case fill in what its booklets and visas want
// of its members. Of every fourth case something is still to come, as of what the
// missions want.
func (t *teller) tellTravellers(ctx context.Context, p *Plan) error {
	if p.Fate.written() || p.late() {
		return nil
	}
	ctx = t.ofUnit(ctx, access.Liaison, p.Officer)
	wants := map[int]bool{}
	for _, m := range p.Makes {
		wants[m.Member] = true
	}
	for _, v := range p.Visas {
		wants[v.Member] = true
	}
	for i, at := range p.Members {
		who := t.city.People[at]
		if !wants[i] || who.Unit != p.Unit {
			continue
		}
		if err := t.tellDetails(ctx, who); err != nil {
			return err
		}
		if err := t.tellPhoto(ctx, who); err != nil {
			return err
		}
	}
	return nil
}

// late tells whether something that booklets and visas want is still to come.
func (p *Plan) late() bool { return p.ID[len(p.ID)-1]%4 == 0 }
