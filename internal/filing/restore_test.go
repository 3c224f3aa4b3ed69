package filing

import (
	"testing"

	"yitang/internal/dossier"
)

// Who is taken back stands where they stood, as they were; but a group that has another
// head by now keeps that one alone.
func TestWhoIsTakenBackMakesNoSecondHead(t *testing.T) {
	group := func() *Paper {
		p := &Paper{}
		p.AddPerson("a")
		p.AddPerson("b")
		return p
	}
	p := group()
	p.DropPerson("a")
	if !p.RestorePerson("a") || p.People[0] != "a" || p.Case.Members[0].Role != dossier.Head || len(p.Left) != 0 {
		t.Errorf("taken back as they were: %v %+v", p.People, p.Case.Members)
	}
	p = group()
	p.DropPerson("a")
	p.Case.Members[0].Role = dossier.Head
	if !p.RestorePerson("a") || p.Case.Members[0].Role != dossier.Ordinary || p.Case.Members[1].Role != dossier.Head {
		t.Errorf("with another head by now: %v %+v", p.People, p.Case.Members)
	}
	if p.RestorePerson("c") {
		t.Error("somebody who never was there is taken back")
	}
}
