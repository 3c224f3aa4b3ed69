package requirement

import (
	"slices"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/visit"
	"yitang/ref"
)

// papers: booklets and visas of each member, what they are made from, and the
// acts that they bring with them.
func (b *builder) papers() {
	lettered := map[string]bool{}
	anyBooklet, anyVisa := false, false
	for i := range b.c.Members {
		passport, visas := b.foreignNeeds(i)
		permit := b.permitNeed(i)
		b.book("booklet", i, passport)
		b.book("permit", i, permit)
		b.endorsements(i, permit)
		b.bookletPapers(i, passport, permit)
		b.photo(i, passport, permit, visas)
		b.actsOf(i, passport, permit, visas)
		for _, n := range visas {
			b.visa(i, n)
			if n.ordered() {
				anyVisa = true
				lettered[n.area] = lettered[n.area] || b.p.area(n.area).OriginalLetter
			}
		}
		b.visaPapers(i, visas)
		b.exitCertificate(i, passport, visas)
		anyBooklet = anyBooklet || passport.made() || permit.made()
	}
	if anyBooklet {
		b.derived("M18", OfCase, because("need.bookletPaper"), Material{"M18"}, because("how.generated"), "case", "members")
	}
	if anyVisa {
		b.derived("M41", OfCase, because("need.note"), Material{"M41"}, because("how.note"), "case", "members", "legs")
	}
	b.sharedVisaPapers()
	for _, s := range b.stays() {
		if lettered[s.area] {
			b.act("act.paperOriginal", OfUnit, s.area, because("need.original", "country", b.countryName(s.apply)),
				Missing{Why: because("missing.original", "country", b.countryName(s.apply)), Ask: AskUnit, Field: "invitations"},
				visit.Act{Kind: visit.PaperOriginal, Member: visit.WholeUnit, Earliest: b.decided(), Latest: b.lodgeBy(s.area),
					Ways: []visit.Way{visit.ByOther, visit.Courier}})
		}
	}
}

// photo: one file serves booklet and visas; a visa that wants another size is
// cut from it.
func (b *builder) photo(i int, passport, permit bookNeed, visas []visaNeed) {
	o, cond := OfMember(i), because("need.photo", "months", b.p.PhotoMonths)
	ordered := slices.ContainsFunc(visas, visaNeed.ordered)
	if !passport.made() && !permit.made() && !ordered {
		b.spare("M26", o, Material{"M26"}, cond, because("spare.noPhoto"))
		return
	}
	b.paper("M26", o, cond, AskTraveller, b.Today)
	if ordered {
		b.derived("M34", o, because("need.visaPaper"), Material{"M34"}, because("how.photo"), "materials.M26")
	}
}

// visa adds the order with its kit, or says why there is none.
func (b *builder) visa(i int, n visaNeed) {
	what := VisaNeed{Area: n.area, Apply: n.apply, With: n.with, From: n.from, To: n.to, Days: n.days}
	switch {
	case n.ordered():
		what.Kit = b.kit(i, n)
	case n.online():
		what.ApplyBy, what.Kit = n.by, []ID{id("M58", OfMember(i), "")}
	}
	if n.free != nil {
		what.Way = n.free.Way
	}
	b.add(say{key: "visa", owner: OfMember(i), which: n.area, cond: because("need.visa", "country", b.countryName(n.area)), what: what, status: n.status})
}

// kit names what an application consists of; each item is a requirement that is
// there once, however many applications use it.
func (b *builder) kit(i int, n visaNeed) []ID {
	o, area := OfMember(i), b.p.area(n.area)
	ids := []ID{id("M33", o, n.area), id("M34", o, ""), id("M41", OfCase, ""), id("M17", OfCase, ""), id("M07", OfCase, ""), id("M03", OfCase, "")}
	for _, country := range b.countriesOf(n.area) {
		ids = append(ids, id("M04", OfCase, country))
	}
	for _, kind := range area.Materials {
		if entryOf[Key(kind)].Of == PerCase {
			ids = append(ids, id(Key(kind), OfCase, ""))
		} else {
			ids = append(ids, id(Key(kind), o, ""))
		}
	}
	if area.PersonalHistory {
		ids = append(ids, id("M38", o, ""), id("person.family", o, ""), id("person.education", o, ""))
	}
	return ids
}

// visaPapers: what this member's applications need beside what is there anyway.
func (b *builder) visaPapers(i int, visas []visaNeed) {
	o, history := OfMember(i), false
	done := map[dossier.MaterialKind]bool{}
	for _, n := range visas {
		if n.online() && !done["M58"] {
			done["M58"] = true
			b.paper("M58", o, because("need.evisa", "country", b.countryName(n.apply), "by", n.by), AskTraveller, later(n.to, b.Today))
		}
		if !n.ordered() {
			continue
		}
		area := b.p.area(n.area)
		cond := because("need.visaPaperFor", "country", b.countryName(n.apply))
		b.add(say{key: "M33", owner: o, which: n.area, cond: cond, what: Material{"M33"},
			status: Derivable{From: []string{memberField(i, ""), "legs", "invitations"}, How: because("how.generated")}})
		for _, kind := range area.Materials {
			if entryOf[Key(kind)].Of == PerMember && !done[kind] {
				done[kind] = true
				b.paper(kind, o, cond, askFor(kind), b.paperUntil(kind, n.stay))
			}
		}
		history = history || area.PersonalHistory
	}
	if history {
		cond := because("need.history.visa")
		b.fromFileOr("person.family", i, false, cond)
		b.fromFileOr("person.education", i, false, cond)
		b.derived("M38", o, cond, Material{"M38"}, because("how.generated"), "person.family", "person.education")
	}
}

// sharedVisaPapers are those of the whole case: bookings, a host's papers.
func (b *builder) sharedVisaPapers() {
	done := map[dossier.MaterialKind]bool{}
	for i := range b.c.Members {
		_, visas := b.foreignNeeds(i)
		for _, n := range visas {
			if !n.ordered() {
				continue
			}
			for _, kind := range b.p.area(n.area).Materials {
				if entryOf[Key(kind)].Of == PerCase && !done[kind] {
					done[kind] = true
					b.paper(kind, OfCase, because("need.visaPaperFor", "country", b.countryName(n.apply)), askFor(kind), b.paperUntil(kind, n.stay))
				}
			}
		}
	}
}

// paperUntil is the day up to which a paper of the kit has to serve.
func (b *builder) paperUntil(kind dossier.MaterialKind, s stay) calendar.Date {
	if kind == "M35" { // insurance covers the whole stay
		return later(s.to, b.Today)
	}
	return b.Today
}

func askFor(kind dossier.MaterialKind) Asked {
	switch kind {
	case "M39", "M40":
		return AskHost
	}
	return AskUnit
}

// exitCertificate is carried by holders of certain types where no visa is in
// the booklet (出境证明); the office makes it.
func (b *builder) exitCertificate(i int, passport bookNeed, visas []visaNeed) {
	free := slices.ContainsFunc(visas, func(n visaNeed) bool { return n.free != nil })
	o, cond := OfMember(i), because("need.exitCertificate")
	switch {
	case passport.action == NoBooklet:
		return
	case free && slices.Contains(b.p.ExitCertificateTypes, passport.typ):
		b.derived("M43", o, cond, Material{"M43"}, because("how.generated"), "M17", memberField(i, "passport"))
	default:
		b.spare("M43", o, Material{"M43"}, cond, because("spare.exitCertificate"))
	}
}

// lodgeBy is the last day on which an application still comes back in time.
func (b *builder) lodgeBy(area string) calendar.Date {
	return b.workdays(b.beforeTrip(), -b.p.area(area).Lead()-b.p.SpareCourierWorkdays)
}

// beforeTrip is the last day before the departure.
func (b *builder) beforeTrip() calendar.Date {
	if b.c.Trip.Depart.IsZero() {
		return b.decided().AddDays(60)
	}
	return b.c.Trip.Depart.AddDays(-1)
}

// act adds an act of the visit plan.
func (b *builder) act(key Key, o Owner, which string, cond Message, st Status, a visit.Act) visit.ActID {
	a.ID = visit.ActID(id(key, o, which))
	a.Minutes = b.p.Minutes[a.Kind]
	a.Why = cond.Text()
	b.add(say{key: key, owner: o, which: which, cond: cond, what: Act{a}, status: st})
	return a.ID
}

// actsOf gives what has to be done by or for one member, from capture to the
// booklet's handing in.
func (b *builder) actsOf(i int, passport, permit bookNeed, visas []visaNeed) {
	o, start := OfMember(i), b.decided()
	made := passport
	if !made.made() {
		made = permit
	}
	ordered := slices.DeleteFunc(slices.Clone(visas), func(n visaNeed) bool { return !n.ordered() })
	lodge := b.beforeTrip()
	for _, n := range ordered {
		lodge = earlier(lodge, b.lodgeBy(n.area))
	}
	making := b.p.BookletWorkdays
	if made.typ == dossier.HKMacauPermit {
		making = b.p.PermitWorkdays
	}
	var waits []visit.After // of the collection
	if made.made() {
		latest := b.workdays(lodge, -making)
		waits = append(waits, b.captureActs(i, made, start, latest, making)...)
	}
	waits = append(waits, b.visaActs(i, passport, ordered, start)...)
	b.tripActs(i, passport, permit, made, len(ordered) > 0, waits, start)
	b.act("act.education", o, "", because("need.education"), missing("act.education", AskTraveller, ""),
		visit.Act{Kind: visit.Education, Member: i, Earliest: start, Latest: b.beforeTrip(), Ways: []visit.Way{visit.Online}})
	b.derived("M55", o, because("need.education"), Material{"M55"}, because("how.generated"), string(id("act.education", o, "")))
}

// captureActs: the body, the card and the old booklet.
func (b *builder) captureActs(i int, made bookNeed, start, latest calendar.Date, making int) []visit.After {
	o := OfMember(i)
	capture := b.captureStatus(i, made)
	cond := because("need.capture")
	shown := b.act("act.showId", o, "", because("need.showId"), sameAs(capture, missing("act.showId", AskTraveller, memberField(i, "idNumber"))),
		visit.Act{Kind: visit.ShowID, Member: i, Earliest: start, Latest: latest, Ways: []visit.Way{visit.InPerson, visit.Kit}})
	done := b.act("act.capture", o, "", cond, capture,
		visit.Act{Kind: visit.Capture, Member: i, Earliest: start, Latest: latest, Ways: []visit.Way{visit.InPerson, visit.Kit},
			After: []visit.After{{Act: shown}}})
	waits := []visit.After{{Act: done, Workdays: making}}
	if made.action == NewBooklet {
		return waits
	}
	surrender := Status(Missing{Why: because("missing.surrender"), Ask: AskUnit, Field: memberField(i, "passport.custody")})
	if made.old.Custody == dossier.WithOffice {
		surrender = Held{Proof: Proof{InCustody, dossier.Tail(made.old.Number)}}
	}
	b.act("act.surrenderOld", o, "", because("need.surrender"), surrender,
		visit.Act{Kind: visit.SurrenderOld, Member: i, Earliest: start, Latest: latest,
			Ways: []visit.Way{visit.ByOther, visit.Courier, visit.Locker, visit.Kit}})
	return waits
}

// sameAs lets an act share the fate of another: what isn't missing spares both.
func sameAs(other Status, missing Missing) Status {
	if _, is := other.(Missing); is {
		return missing
	}
	return other
}

// visaActs: forms signed by hand, booklets that lie elsewhere, missions that
// want to see the person.
func (b *builder) visaActs(i int, passport bookNeed, ordered []visaNeed, start calendar.Date) []visit.After {
	o := OfMember(i)
	var waits []visit.After
	lodge := b.beforeTrip()
	for _, n := range ordered {
		area, by := b.p.area(n.area), b.lodgeBy(n.area)
		lodge = earlier(lodge, by)
		if area.SignedForm {
			signed := b.act("act.signVisaForm", o, n.area, because("need.signature", "country", b.countryName(n.apply)),
				Missing{Why: because("missing.signature", "country", b.countryName(n.apply)), Ask: AskTraveller},
				visit.Act{Kind: visit.SignVisaForm, Member: i, Earliest: start, Latest: by, Country: n.apply,
					Ways: []visit.Way{visit.InPerson, visit.Kit, visit.Courier, visit.Online}})
			waits = append(waits, visit.After{Act: signed, Workdays: area.Lead()})
		}
		if area.FingerprintMonths > 0 || area.Interview {
			b.act("act.missionPresence", o, n.area, because("need.mission", "country", b.countryName(n.apply)), b.presence(i, n, area),
				visit.Act{Kind: visit.MissionPresence, Member: i, Country: n.apply, Earliest: start, Latest: b.beforeTrip()})
		}
	}
	if passport.action == ReuseBooklet && len(ordered) > 0 {
		st := Status(Held{Proof: passport.proof})
		switch passport.old.Custody {
		case dossier.WithUnit, dossier.WithPerson, dossier.Lent:
			st = Missing{Why: because("missing.booklet"), Ask: AskUnit, Field: memberField(i, "passport.custody")}
		case dossier.WithOffice, "":
		}
		b.act("act.bringBooklet", o, "", because("need.bringBooklet"), st,
			visit.Act{Kind: visit.HandIn, Member: i, Earliest: start, Latest: lodge,
				Ways: visit.HandIn.Ways()})
	}
	return waits
}

// presence: whether the mission has to see the person.
func (b *builder) presence(i int, n visaNeed, area ref.Mission) Status {
	if slices.Contains(area.PresenceExempt, n.with) {
		return NotNeeded{because("spare.presence", "country", b.countryName(n.apply), "type", Text("passport."+string(n.with)))}
	}
	if !area.Interview {
		var last Held
		for _, k := range b.Known.Fingerprints {
			until := k.On.AddMonths(area.FingerprintMonths)
			if k.Member == i && k.Area == n.area && k.On.After(last.Since) && !slices.Contains(area.PresenceExempt, k.With) && !until.Before(later(n.from, b.Today)) {
				last = Held{Since: k.On, Until: until, Proof: Proof{FromResult, "fingerprints." + k.Area}}
			}
		}
		if !last.Since.IsZero() {
			return last
		}
	}
	return Missing{Why: because("missing.presence", "country", b.countryName(n.apply)), Ask: AskTraveller}
}

// tripActs: getting the booklet, signing it, and bringing it back.
func (b *builder) tripActs(i int, passport, permit, made bookNeed, visas bool, waits []visit.After, start calendar.Date) {
	o, before := OfMember(i), b.beforeTrip()
	carried := passport
	if carried.action == NoBooklet {
		carried = permit
	}
	if carried.action == NoBooklet {
		return
	}
	atOffice := made.made() || visas || carried.old != nil && carried.old.Custody == dossier.WithOffice
	collect := visit.ActID("")
	if carried.action == AwaitBooklet {
		start = later(start, carried.from)
	}
	if atOffice {
		collect = b.act("act.collect", o, "", because("need.collect"), missing("act.collect", AskUnit, ""),
			visit.Act{Kind: visit.Collect, Member: i, Earliest: start, Latest: before, After: waits,
				Ways: visit.Collect.Ways()})
	} else {
		b.spare("act.collect", o, Act{visit.Act{Kind: visit.Collect, Member: i}}, because("need.collect"), because("spare.withHolder"))
	}
	if made.made() && made.typ != dossier.HKMacauPermit || carried.action == AwaitBooklet && carried.typ != dossier.HKMacauPermit {
		b.act("act.signBooklet", o, "", because("need.signBooklet"), missing("act.signBooklet", AskTraveller, ""),
			visit.Act{Kind: visit.SignBooklet, Member: i, Earliest: start, Latest: before, After: []visit.After{{Act: collect}},
				Ways: []visit.Way{visit.InPerson, visit.OwnDesk}})
	}
	if carried.old != nil && carried.old.Custody == dossier.WithUnit && !atOffice {
		b.spare("act.handIn", o, Act{visit.Act{Kind: visit.HandIn, Member: i}}, because("need.handIn", "days", b.p.PassportReturnDays), because("spare.unitKeeps"))
		return
	}
	home := b.tripEnd()
	b.act("act.handIn", o, "", because("need.handIn", "days", b.p.PassportReturnDays), missing("act.handIn", AskUnit, ""),
		visit.Act{Kind: visit.HandIn, Member: i, Earliest: home, Latest: home.AddDays(b.p.PassportReturnDays),
			Ways: visit.HandIn.Ways()})
}
