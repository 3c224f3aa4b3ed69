package requirement

import (
	"fmt"
	"slices"
	"strings"

	"yitang/internal/dossier"
)

// invitations: each country that is visited invites, on paper of its own. Who
// joins another's delegation gives a copy of the organiser's letter where a visa is
// applied for with it, and what it says as far as they like.
func (b *builder) invitations() {
	if b.c.Trip.Joins() {
		b.organisersLetters()
		return
	}
	cond := because("need.invitation")
	for _, country := range b.visited() {
		var st Status
		switch k := b.invitationFrom(country); {
		case k < 0:
			st = Missing{Why: because("missing.invitation", "country", b.countryName(country)), Ask: AskHost, Field: "invitations"}
		default:
			st = b.paperIn(country, "M04", OfCase, AskHost, b.Today)
			if m, is := st.(Missing); is {
				m.Field = fmt.Sprintf("invitations[%d]", k)
				st = m
			}
		}
		b.add(say{key: "M04", owner: OfCase, which: country, cond: cond, what: Material{"M04"}, status: st})
	}
	for k, inv := range b.c.Invitations {
		b.letter(k, inv)
	}
	b.translations()
	b.paper("M06", OfCase, because("need.hostProfile"), AskUnit, b.Today)
}

// organisersLetters are those of a delegation that is joined.
func (b *builder) organisersLetters() {
	for _, country := range b.visited() {
		s := say{key: "M04", owner: OfCase, which: country, cond: because("need.invitationCopy", "country", b.countryName(country)), what: Material{"M04"}, need: AtLodging}
		if s.status = b.paperIn(country, "M04", OfCase, AskUnit, b.Today); !b.needsVisaSomewhere(country) {
			if _, held := s.status.(Held); !held {
				s.status = NotNeeded{because("spare.organisersLetter")}
			}
		}
		b.add(s)
	}
	for k, inv := range b.c.Invitations {
		b.letter(k, inv)
	}
	for _, kind := range []dossier.MaterialKind{"M05", "M06"} {
		b.spare(Key(kind), OfCase, Material{kind}, because("need.joined"), because("spare.organisersLetter"))
	}
}

// translations: each country's letters that aren't in Chinese have their translation.
func (b *builder) translations() {
	var from []string
	for _, inv := range b.c.Invitations {
		if foreignLanguage(inv.Language) && !slices.Contains(from, inv.IssuerCountry) {
			from = append(from, inv.IssuerCountry)
		}
	}
	cond := because("need.translation")
	switch {
	case len(from) == 0:
		b.spare("M05", OfCase, Material{"M05"}, cond, because("spare.inChinese"))
	case len(from) == 1:
		b.paperOf("M05", OfCase, cond, "invitations", AskUnit)
	default:
		for _, country := range from {
			st := b.paperIn(country, "M05", OfCase, AskUnit, b.Today)
			if m, is := st.(Missing); is {
				m.Field = "invitations"
				st = m
			}
			b.add(say{key: "M05", owner: OfCase, which: country, cond: cond, what: Material{"M05"}, status: st, advised: b.mayFollow("M05")})
		}
	}
}

// letter: what the letter has to tell (three published lists agree).
func (b *builder) letter(k int, inv dossier.Invitation) {
	cond := because("need.letter")
	which := fmt.Sprintf("invitations[%d]", k)
	for _, f := range []struct {
		name  string
		value any
		ask   Asked
	}{
		{"issuer", inv.Issuer, AskUnit}, {"issuerCountry", inv.IssuerCountry, AskUnit},
		{"signatory", inv.Signatory, AskHost}, {"signatoryTitle", inv.SignatoryTitle, AskHost},
		{"contact", inv.Contact, AskHost}, {"issued", inv.Issued, AskHost}, {"language", inv.Language, AskUnit},
		{"purpose", inv.Purpose, AskHost}, {"from", inv.From, AskHost}, {"to", inv.To, AskHost},
		{"invitees", inv.Invitees, AskHost}, {"costBearer", inv.CostBearer, AskHost},
	} {
		if b.c.Trip.Joins() {
			b.optional(Key("invitation."+f.name), OfCase, which, which+"."+f.name, f.value, cond, because("spare.organisersLetter"))
			continue
		}
		b.ask(Key("invitation."+f.name), OfCase, which, which+"."+f.name, f.value, cond, f.ask)
	}
	b.optional("invitation.issuerKind", OfCase, which, which+".issuerKind", inv.IssuerKind, cond, because("spare.organisation"))
	if inv.IssuerZh != "" || !dossier.HasHan(inv.Issuer) { // also of a letter that is still to be told
		b.optional("invitation.issuerZh", OfCase, which, which+".issuerZh", inv.IssuerZh, because("need.hostZh"), because("spare.hostZh"))
	}
	if foreignLanguage(inv.Language) && !b.c.Trip.Joins() {
		b.ask("invitation.translator", OfCase, which, which+".translator", inv.Translator, because("need.translation"), AskUnit)
	} else {
		why := because("spare.inChinese")
		if foreignLanguage(inv.Language) {
			why = because("spare.organisersLetter")
		}
		b.add(say{key: "invitation.translator", owner: OfCase, which: which, cond: because("need.translation"), what: Datum{which + ".translator"}, status: NotNeeded{why}})
	}
}

func (b *builder) invitationFrom(country string) int {
	for k, inv := range b.c.Invitations {
		if inv.IssuerCountry == country {
			return k
		}
	}
	return -1
}

// foreignLanguage: a letter whose language isn't told is taken as Chinese, for
// its language is asked anyway.
func foreignLanguage(tag string) bool {
	tag = strings.ToLower(tag)
	return tag != "" && tag != "zh" && !strings.HasPrefix(tag, "zh-") && tag != "cmn"
}
