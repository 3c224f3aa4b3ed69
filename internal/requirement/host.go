package requirement

import (
	"fmt"
	"slices"
	"strings"

	"yitang/internal/dossier"
)

// invitations: each country that is visited invites, on paper of its own.
func (b *builder) invitations() {
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
		b.ask(Key("invitation."+f.name), OfCase, which, which+"."+f.name, f.value, cond, f.ask)
	}
	b.optional("invitation.issuerKind", OfCase, which, which+".issuerKind", inv.IssuerKind, cond, because("spare.organisation"))
	if inv.IssuerZh != "" || !dossier.HasHan(inv.Issuer) { // also of a letter that is still to be told
		b.optional("invitation.issuerZh", OfCase, which, which+".issuerZh", inv.IssuerZh, because("need.hostZh"), because("spare.hostZh"))
	}
	if foreignLanguage(inv.Language) {
		b.ask("invitation.translator", OfCase, which, which+".translator", inv.Translator, because("need.translation"), AskUnit)
	} else {
		b.spare("invitation.translator", OfCase, Datum{which + ".translator"}, because("need.translation"), because("spare.inChinese"))
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
