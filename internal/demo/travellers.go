package demo

import (
	"context"
	"slices"

	"yitang/internal/access"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/person"
	"yitang/internal/zone"
)

// Traveller is somebody who travels and has no account: on their phone lies what their
// unit's liaison officer has sent them, the link to their own data (本人核对链接).
type Traveller struct {
	Person  string `json:"person"`
	Name    string `json:"name"`
	Digits  string `json:"digits"`  // the last of their identity number, which the link asks for
	Officer string `json:"officer"` // account of who sends it
	From    string `json:"from"`    // what that officer is called
	Says    string `json:"says"`    // what stands before the link, in Chinese
}

// awaits are what a link may lead somebody to, by where their case stands: one traveller
// for each, as far as there is one.
var awaits = []struct {
	at    []Step
	comes bool // it is for who is captured in the hall
	says  string
}{
	{[]Step{Books}, true, "到大厅的时间约好了。打开链接，填身份证号最后4位，看几点到、到场码在哪："},
	{[]Step{Begins, Presents, HandsBack}, false, "您要随团出访，请核对一下您的资料，传一张证件照。打开链接，填身份证号最后4位："},
}

// Travellers are those of the city who have a phone.
func (c City) Travellers() []Traveller {
	var out []Traveller
	for _, a := range awaits {
		for _, p := range c.Plans {
			if t, is := c.traveller(p, a.comes); is && p.open() && slices.Contains(a.at, p.Fate.Upto) {
				t.Says = a.says
				out = append(out, t)
				break
			}
		}
	}
	return out
}

// traveller is the first of a case's own people who has no account and can prove by their
// identity number who they are; comes: one of those for whom a booklet is made.
func (c City) traveller(p Plan, comes bool) (Traveller, bool) {
	by := slices.IndexFunc(c.Accounts, func(a Account) bool {
		return a.Zone == zone.Internet && a.Unit == p.Unit && slices.Contains(a.Roles, access.Liaison)
	})
	if by < 0 {
		return Traveller{}, false
	}
	for i, m := range p.Members {
		if comes && !slices.ContainsFunc(p.Makes, func(b Made) bool { return b.Member == i }) {
			continue
		}
		x := c.People[m]
		digits := person.IDNumber(x.Facts.IDNumber).Tail()
		if x.Unit == p.Unit && digits != "" && !slices.ContainsFunc(c.Accounts, func(a Account) bool { return a.Person == m }) {
			return Traveller{Person: x.ID, Name: x.Facts.Name(), Digits: digits, Officer: c.Accounts[by].ID, From: c.Units[p.Unit].Name + " " + c.Accounts[by].Name}, true
		}
	}
	return Traveller{}, false
}

// Link is the path of a traveller's own page: of the link that serves, or of one that
// their officer gives them now. "" for who has none any more, because their record was
// put together with another one.
func (z Zones) Link(ctx context.Context, t Traveller) (string, error) {
	j := z.Internet.Journal
	all, err := person.LinksOf(ctx, j.Store, t.Person)
	if err != nil {
		return "", err
	}
	if len(all) > 0 && all[0].Serves(j.Now()) {
		return "/mine/" + person.Token(z.Internet.Keys, all[0].ID), nil
	}
	rec, _, err := journal.Load(ctx, j, person.Room, t.Person)
	if err != nil || rec.Standing == person.WasDuple {
		return "", err
	}
	ctx = journal.WithActor(ctx, journal.Actor{Role: string(access.Liaison), Account: t.Officer})
	ans, err := journal.Do(ctx, j, person.Links, journal.Order{Subject: j.NewID()}, person.GiveLink{Person: rec})
	if fault.IsNotFound(err) { // a city of fewer people
		return "", nil
	}
	return "/mine/" + person.Token(z.Internet.Keys, ans.Subject.ID), err
}
