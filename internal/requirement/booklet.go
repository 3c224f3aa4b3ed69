package requirement

import (
	"fmt"
	"slices"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
)

// bookNeed is what one member needs of one kind of booklet.
type bookNeed struct {
	action  BookletAction
	typ     dossier.PassportType
	old     *dossier.Passport // reused or replaced
	cond    Message
	why     Message // of the order, or of there being none
	proof   Proof
	expires calendar.Date
	from    calendar.Date // of one that is being made for another case: when it can be had
}

// made tells whether a new booklet comes out of it.
func (n bookNeed) made() bool {
	return n.action == NewBooklet || n.action == RenewBooklet || n.action == ChangeBooklet
}

// booklets lists what a member holds, the case file's first.
func (b *builder) booklets(i int) []KnownBooklet {
	var out []KnownBooklet
	if p := b.c.Members[i].Passport; p != nil {
		out = append(out, KnownBooklet{Member: i, Passport: *p})
	}
	for _, k := range b.Known.Booklets {
		if k.Member != i || k.Coming {
			continue
		}
		// The node's record of the booklet that the file names knows better.
		if same := slices.IndexFunc(out, func(o KnownBooklet) bool { return o.Passport.Is(k.Passport) }); same >= 0 {
			out[same] = k
			continue
		}
		out = append(out, k)
	}
	return out
}

// entitled gives the type of passport that a member's rank and unit call for
// (Passport Law, articles 3 to 5; the table is the office's).
func (b *builder) entitled(m dossier.Member) dossier.PassportType {
	return b.p.Entitled(m.Rank, b.c.Unit.Type)
}

// Entitled is the type of passport that a rank in a type of unit calls for.
func (p Parameters) Entitled(rank dossier.Rank, unit dossier.UnitType) dossier.PassportType {
	for _, e := range p.Entitlement {
		if (len(e.Ranks) == 0 || slices.Contains(e.Ranks, rank)) && (len(e.UnitTypes) == 0 || slices.Contains(e.UnitTypes, unit)) {
			return e.Type
		}
	}
	return dossier.PublicAffairs
}

// passportNeed decides on the booklet for foreign countries.
func (b *builder) passportNeed(i int, stickers int) bookNeed {
	m := b.c.Members[i]
	n := bookNeed{action: NoBooklet, typ: b.entitled(m), cond: because("need.booklet")}
	switch {
	case len(b.abroad()) == 0:
		n.why = because("spare.noCountry")
		return n
	case m.Foreign():
		n.why = because("spare.foreign")
		return n
	case b.c.Elsewhere(i):
		n.why = because("spare.elsewhere", "authority", m.Jurisdiction)
		return n
	}
	return b.choose(i, n, b.p.PassportMinRemainingMonths, max(b.p.PassportMinBlankPages, stickers+b.p.PassportPagesSpare))
}

// permitNeed decides on the permit for Hong Kong and Macau.
func (b *builder) permitNeed(i int) bookNeed {
	n := bookNeed{action: NoBooklet, typ: dossier.HKMacauPermit, cond: because("need.permit")}
	switch {
	case len(b.regions()) == 0:
		n.why = because("spare.noRegion")
		return n
	case b.c.Members[i].Foreign():
		n.why = because("spare.foreign")
		return n
	case b.c.Elsewhere(i):
		n.why = because("spare.elsewhere", "authority", b.c.Members[i].Jurisdiction)
		return n
	}
	return b.choose(i, n, 0, 0)
}

// choose finds the booklet to use again, else what has to be made and why.
func (b *builder) choose(i int, n bookNeed, months, pages int) bookNeed {
	needUntil := b.tripEnd().AddMonths(months)
	var failing *bookNeed
	note := func(f bookNeed) {
		if failing == nil || order(f.action) < order(failing.action) {
			failing = &f
		}
	}
	for _, k := range b.booklets(i) {
		p := k.Passport
		isPermit, wantsPermit := p.Type == dossier.HKMacauPermit, n.typ == dossier.HKMacauPermit
		if isPermit != wantsPermit || k.Gone || p.Type == "" {
			continue
		}
		f := n
		f.old = &p
		switch {
		case p.Type != n.typ:
			f.action, f.why = ChangeBooklet, because("order.changeType", "held", Text("passport."+string(p.Type)), "due", Text("passport."+string(n.typ)))
		case p.Expires.IsZero():
			f.action, f.why = RenewBooklet, because("order.expiryUnknown")
		case p.Expires.Before(needUntil):
			f.action, f.why = RenewBooklet, because("order.expires", "expires", p.Expires, "months", months, "until", needUntil)
		case p.BlankPages != nil && *p.BlankPages < pages:
			f.action, f.why = RenewBooklet, because("order.pages", "pages", *p.BlankPages, "needed", pages)
		default:
			if n.action == ReuseBooklet {
				continue // the first that serves is used; a second changes nothing
			}
			n.action, n.old, n.expires = ReuseBooklet, &p, p.Expires
			n.why = because("held.booklet", "until", p.Expires)
			n.proof = b.proofOf(i, p)
			continue
		}
		note(f)
	}
	if n.action == ReuseBooklet {
		return n
	}
	for _, k := range b.Known.Booklets {
		// Nobody gets two of a kind: what is being made for another case serves this
		// one, when it will be good for it.
		if p := k.Passport; k.Member == i && k.Coming && !k.Gone && p.Type == n.typ && !p.Expires.Before(needUntil) && (p.BlankPages == nil || *p.BlankPages >= pages) {
			n.action, n.old, n.expires, n.from = AwaitBooklet, &p, p.Expires, k.From
			n.why = because("how.otherCase")
			return n
		}
	}
	if failing != nil {
		return *failing
	}
	n.action = NewBooklet
	n.why = because("order.first", "type", Text("passport."+string(n.typ)))
	if slices.ContainsFunc(b.booklets(i), func(k KnownBooklet) bool { return k.Gone && k.Passport.Type == n.typ }) {
		n.why = because("order.gone", "type", Text("passport."+string(n.typ)))
	}
	return n
}

func order(a BookletAction) int {
	return slices.Index([]BookletAction{ReuseBooklet, RenewBooklet, ChangeBooklet, NewBooklet}, a)
}

func (b *builder) proofOf(i int, p dossier.Passport) Proof {
	if p.Custody == dossier.WithOffice {
		return Proof{InCustody, dossier.Tail(p.Number)}
	}
	if held := b.c.Members[i].Passport; held != nil && held.Number == p.Number {
		return Proof{InCase, memberField(i, "passport")}
	}
	return Proof{OnFile, dossier.Tail(p.Number)}
}

// book adds the order, or says why there is none.
func (b *builder) book(key Key, i int, n bookNeed) {
	what := Booklet{Action: n.action, Type: n.typ, Old: n.old}
	var st Status
	switch n.action {
	case NoBooklet:
		st = NotNeeded{n.why}
	case ReuseBooklet:
		st = Held{Since: n.old.Issued, Until: n.expires, Proof: n.proof}
	case AwaitBooklet:
		st = Derivable{From: []string{memberField(i, "passport")}, How: n.why}
	case NewBooklet, RenewBooklet, ChangeBooklet:
		st = Missing{Why: n.why, Ask: AskPassportDesk, Field: memberField(i, "passport")}
	}
	b.add(say{key: key, owner: OfMember(i), cond: n.cond, what: what, status: st})
}

// endorsements: a permit carries one for each region (签注).
func (b *builder) endorsements(i int, permit bookNeed) {
	for _, region := range b.regions() {
		cond := because("need.endorsement", "region", b.countryName(region))
		var st Status
		switch {
		case permit.action == NoBooklet:
			st = NotNeeded{permit.why}
		case permit.action == ReuseBooklet && slices.Contains(permit.old.Endorsements, region):
			st = Held{Until: permit.expires, Proof: permit.proof}
		default:
			st = Missing{Why: because("order.endorsement", "region", b.countryName(region)), Ask: AskPassportDesk, Field: memberField(i, "passport.endorsements")}
		}
		b.add(say{key: "endorsement", owner: OfMember(i), which: region, cond: cond, what: Endorsement{region}, status: st})
	}
}

// bookletPapers: what a booklet that has to be made is made from.
func (b *builder) bookletPapers(i int, passport, permit bookNeed) {
	o := OfMember(i)
	needed := passport.made() || permit.made()
	cond := because("need.bookletPaper")
	when := b.decided()
	if !needed {
		for _, kind := range []dossier.MaterialKind{"M24", "M27"} {
			b.spare(Key(kind), o, Material{kind}, cond, because("spare.noBooklet"))
		}
		b.optional("person.idExpires", o, "", memberField(i, "idExpires"), b.c.Members[i].IDExpires, because("need.idCard"), because("spare.noBooklet"))
		return
	}
	b.derived("M27", o, cond, Material{"M27"}, because("how.generated"), memberField(i, ""))
	b.paper("M24", o, because("need.idCard"), AskTraveller, when)
	b.idCard(i, when)
	if slices.Contains(b.p.LocalPapers, dossier.MaterialKind("M25")) && passport.action == NewBooklet {
		b.paper("M25", o, cond, AskTraveller, when)
	}
	b.exemptionForm(i)
	b.fromFileOr("person.placeOfBirth", i, len(b.booklets(i)) > 0, cond)
	b.fromFileOr("person.homeAddress", i, false, cond)
	if slices.ContainsFunc(b.booklets(i), func(k KnownBooklet) bool { return k.Gone }) {
		b.paper("M31", o, because("need.loss"), AskTraveller, b.Today)
	}
}

// exemptionForm stands behind an exemption on record; nobody else needs one.
func (b *builder) exemptionForm(i int) {
	cond := because("need.exemptionForm")
	for _, k := range b.Known.Captures {
		if k.Member == i && k.Exempt != "" {
			b.add(say{key: "M29", owner: OfMember(i), cond: cond, what: Material{"M29"}, status: Held{Since: k.Since, Proof: Proof{FromResult, k.Exempt}}})
			return
		}
	}
	b.spare("M29", OfMember(i), Material{"M29"}, cond, because("spare.noExemption"))
}

// idCard has to be in force when it is shown.
func (b *builder) idCard(i int, when calendar.Date) {
	expires := b.c.Members[i].IDExpires
	path := memberField(i, "idExpires")
	until := when.AddDays(b.p.IDCardMinDays)
	var st Status = Held{Until: expires, Proof: Proof{InCase, path}}
	switch {
	case expires.IsZero():
		st = missing("person.idExpires", AskTraveller, path)
	case expires.Before(until):
		st = Missing{Why: because("missing.expires", "name", entryOf["person.idExpires"].Name, "until", expires, "on", until), Ask: AskTraveller, Field: path}
	}
	b.add(say{key: "person.idExpires", owner: OfMember(i), cond: because("need.idCard", "days", b.p.IDCardMinDays), what: Datum{path}, status: st})
}

// fromFileOr takes a datum from the person's file, or from a booklet that the
// person has or had, before anybody is asked.
func (b *builder) fromFileOr(key Key, i int, onBooklet bool, cond Message) {
	e := entryOf[key]
	for _, d := range b.Known.Data {
		if d.Member == i && d.Key == key {
			b.add(say{key: key, owner: OfMember(i), cond: cond, what: Datum{e.Asked.Field}, status: Held{Since: d.Since, Proof: Proof{OnFile, d.Ref}}})
			return
		}
	}
	if onBooklet {
		b.derived(key, OfMember(i), cond, Datum{e.Asked.Field}, because("how.oldBooklet"), memberField(i, "passport"))
		return
	}
	b.add(say{key: key, owner: OfMember(i), cond: cond, what: Datum{e.Asked.Field}, status: missing(key, AskTraveller, e.Asked.Field)})
}

// captureStatus: whose body has to come for a new booklet
// (福建外办 2014, 民航局 2024: face, two fingerprints and signature, in person).
func (b *builder) captureStatus(i int, n bookNeed) Status {
	if !n.made() {
		return NotNeeded{because("spare.noBooklet")}
	}
	if slices.Contains(b.p.CaptureExemptTypes, n.typ) {
		return NotNeeded{because("spare.captureType", "type", Text("passport."+string(n.typ)))}
	}
	when := b.decided()
	if born, ok := birthday(b.c.Members[i]); ok && calendar.Age(born, when) < b.p.CaptureMinAge {
		return NotNeeded{because("spare.captureAge", "age", b.p.CaptureMinAge)}
	}
	for _, k := range b.Known.Captures {
		if k.Member != i {
			continue
		}
		if k.Exempt != "" {
			return NotNeeded{because("spare.captureExempt", "reason", k.Exempt)}
		}
		if b.p.CaptureReuse && !k.ValidUntil.Before(when) {
			return Held{Since: k.Since, Until: k.ValidUntil, Proof: Proof{FromResult, fmt.Sprintf("capture@members[%d]", i)}}
		}
	}
	return Missing{Why: because("missing.capture"), Ask: AskTraveller, Field: memberField(i, "passport")}
}
