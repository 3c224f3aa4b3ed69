package requirement

import (
	"slices"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
)

// people: who travels. What the identity number tells is never asked.
func (b *builder) people() {
	if len(b.c.Members) == 0 {
		b.add(say{key: "member.role", owner: OfCase, cond: because("need.head"), what: Datum{"members"}, status: missing("member.role", AskUnit, "members")})
		return
	}
	led := b.c.Trip.Kind == dossier.Joined // by the organiser's head
	if !led && !slices.ContainsFunc(b.c.Members, func(m dossier.Member) bool { return m.Role == dossier.Head }) {
		b.add(say{key: "member.role", owner: OfCase, cond: because("need.head"), what: Datum{"members[0].role"},
			status: Missing{Why: because("missing.head"), Ask: AskUnit, Field: "members[0].role"}})
	}
	for i, m := range b.c.Members {
		b.identity(i, m)
		b.post(i, m)
		b.clearance(i, m)
		b.memberPapers(i, m)
	}
}

func (b *builder) identity(i int, m dossier.Member) {
	o, every := OfMember(i), because("need.identity")
	field := func(name string) string { return memberField(i, name) }
	b.ask("person.familyName", o, "", field("familyName"), m.FamilyName, every, AskUnit)
	b.ask("person.givenName", o, "", field("givenName"), m.GivenName, every, AskUnit)
	b.latin(i, m)
	if m.Foreign() {
		b.optional("person.idNumber", o, "", field("idNumber"), m.IDNumber, every, because("spare.foreign"))
	} else {
		b.ask("person.idNumber", o, "", field("idNumber"), m.IDNumber, every, AskUnit)
	}
	if _, ok := readable(m); ok {
		b.derived("person.sex", o, every, Datum{field("sex")}, because("how.idNumber"), field("idNumber"))
		b.derived("person.dateOfBirth", o, every, Datum{field("dateOfBirth")}, because("how.idNumber"), field("idNumber"))
	} else {
		b.ask("person.sex", o, "", field("sex"), m.Sex, every, AskUnit)
		b.ask("person.dateOfBirth", o, "", field("dateOfBirth"), m.DateOfBirth, every, AskUnit)
	}
	b.ask("person.mobile", o, "", field("mobile"), m.Mobile, because("need.contact"), AskTraveller)
	b.optional("person.email", o, "", field("email"), m.Email, because("need.email"), because("spare.noEmail"))
	b.optional("person.nationality", o, "", field("nationality"), m.Nationality, because("need.nationality"), because("spare.chinese"))
	b.optional("person.foreignResidence", o, "", field("foreignResidence"), m.ForeignResidence, because("need.nationality"), because("spare.noResidence"))
	b.optional("person.tripsThisYear", o, "", field("tripsThisYear"), m.TripsThisYear, because("need.history"), because("spare.noTrips"))
	b.optional("person.otherTrips", o, "", field("otherTrips"), m.OtherTrips, because("need.history"), because("spare.noTrips"))
}

// latin: the booklet's spelling stays; a first one follows Hanyu Pinyin and is
// confirmed by its owner (GB/T 28039).
func (b *builder) latin(i int, m dossier.Member) {
	cond := because("need.latin")
	spelled := ""
	for _, k := range b.booklets(i) {
		if k.Passport.LatinName != "" && !k.Gone {
			spelled = k.Passport.LatinName
			break
		}
	}
	for _, f := range []struct {
		key   Key
		field string
		given string
		from  string
	}{
		{"person.latinSurname", "latinSurname", m.LatinSurname, "familyName"},
		{"person.latinGivenNames", "latinGivenNames", m.LatinGivenNames, "givenName"},
	} {
		path, from := memberField(i, f.field), memberField(i, f.from)
		switch {
		case spelled != "":
			b.derived(f.key, OfMember(i), cond, Datum{path}, because("how.booklet", "name", spelled), memberField(i, "passport.latinName"))
		case f.given != "":
			b.ask(f.key, OfMember(i), "", path, f.given, cond, AskTraveller)
		default:
			b.derived(f.key, OfMember(i), cond, Datum{path}, because("how.pinyin"), from)
		}
	}
}

func (b *builder) post(i int, m dossier.Member) {
	o, cond := OfMember(i), because("need.post")
	field := func(name string) string { return memberField(i, name) }
	if m.Unit == "" && b.c.Unit.Name != "" {
		b.derived("person.unit", o, cond, Datum{field("unit")}, because("how.ownUnit"), "unit.name")
	} else {
		b.ask("person.unit", o, "", field("unit"), m.Unit, cond, AskUnit)
	}
	b.optional("person.department", o, "", field("department"), m.Department, cond, because("spare.noDepartment"))
	b.ask("person.post", o, "", field("post"), m.Post, cond, AskUnit)
	b.ask("person.rank", o, "", field("rank"), m.Rank, because("need.rank"), AskUnit)
	b.ask("person.employment", o, "", field("employment"), m.Employment, because("need.employment"), AskUnit)
	b.ask("member.role", o, "", field("role"), m.Role, because("need.head"), AskUnit)
	b.optional("person.principal", o, "", field("principal"), m.Principal, because("need.principal"), because("spare.notPrincipal"))
	b.optional("person.leadershipTeam", o, "", field("leadershipTeam"), m.LeadershipTeam, because("need.leadershipTeam"), because("spare.notLeadershipTeam"))
	b.optional("person.academic", o, "", field("academic"), m.Academic, because("need.academic"), because("spare.notAcademic"))
}

// clearance: personnel's record and the secrecy side's word.
func (b *builder) clearance(i int, m dossier.Member) {
	o, cond := OfMember(i), because("need.vetting")
	path := memberField(i, "vetting")
	var st Status = Missing{Why: because("missing.vetting"), Ask: AskPersonnel, Field: path}
	if v := m.Vetting; v != nil {
		switch {
		case v.Status != dossier.VettingPassed:
			st = Missing{Why: because("missing.vetting"), Ask: AskPersonnel, Field: path + ".status"}
		case !v.ValidUntil.IsZero() && v.ValidUntil.Before(b.tripEnd()):
			st = Missing{Why: because("missing.expires", "name", entryOf["person.vetting"].Name, "until", v.ValidUntil, "on", b.tripEnd()), Ask: AskPersonnel, Field: path + ".validUntil"}
		default:
			st = Held{Until: v.ValidUntil, Proof: Proof{InCase, path}}
		}
	}
	later := b.c.Trip.ForTerm() // it is looked at with each trip that is declared
	b.add(say{key: "person.vetting", owner: o, cond: cond, what: Datum{path}, status: st, advised: later})
	filing := b.paperStatus("M12", o, AskPersonnel, b.tripEnd())
	if h, passed := st.(Held); passed {
		if _, none := filing.(Missing); none {
			filing = h // the form is what the record was made from
		}
	}
	b.add(say{key: "M12", owner: o, cond: cond, what: Material{"M12"}, status: filing, advised: later})
	b.optional("person.secretLevel", o, "", memberField(i, "secretLevel"), m.SecretLevel, because("need.secrecy"), because("spare.noSecrets"))
	switch m.SecretLevel {
	case dossier.GeneralSecrets, dossier.ImportantSecrets, dossier.CoreSecrets, dossier.UnstatedSecrets:
		b.paperOf("M20", o, because("need.secrecy"), memberField(i, "secrecyConsent"), AskUnit)
	default:
		b.spare("M20", o, Material{"M20"}, because("need.secrecy"), because("spare.noSecrets"))
	}
}

func (b *builder) memberPapers(i int, m dossier.Member) {
	o := OfMember(i)
	b.paperOf("M13", o, because("need.commitment"), memberField(i, "commitment"), AskTraveller)
	if b.c.Trip.Kind == dossier.Joined {
		b.derived("M14", o, because("need.opinion"), Material{"M14"}, because("how.opinion"), "case")
	} else if b.c.Unit.Name != "" && b.c.From(i) != b.c.Unit.Name {
		b.paperOf("M14", o, because("need.dispatch", "unit", m.Unit), memberField(i, "dispatchConsent"), AskDispatching)
	} else {
		b.spare("M14", o, Material{"M14"}, because("need.dispatch", "unit", m.Unit), because("spare.ownUnit"))
	}
	if from := b.c.Unit.LeaveFromRank; slices.Contains(b.p.LeaveRanks, m.Rank) || from != "" && m.Rank.Order() >= from.Order() && m.Employment != dossier.Retired {
		b.paper("M19", o, because("need.leave"), AskPersonnel, b.Today)
	} else {
		b.spare("M19", o, Material{"M19"}, because("need.leave"), because("spare.rank"))
	}
	if m.Academic && b.c.Trip.Category == dossier.Conference {
		st := b.heldOr("member.paper", memberField(i, "paper"), m.Paper.Given(), AskTraveller)
		if _, there := b.find("M22", o, b.Today); there && !m.Paper.Given() { // the letter says that it is read
			st = Derivable{From: []string{"materials.M22"}, How: because("how.acceptance")}
		}
		b.add(say{key: "member.paper", owner: o, cond: because("need.paper"), what: Datum{memberField(i, "paper")}, status: st})
		b.paperOf("M22", o, because("need.paper"), memberField(i, "paper"), AskTraveller)
	} else {
		b.spare("M22", o, Material{"M22"}, because("need.paper"), because("spare.noPaper"))
	}
	switch m.Employment {
	case dossier.Retired, dossier.Rehired:
		b.paper("M23", o, because("need.rehired"), AskUnit, later(b.tripEnd(), b.Today))
	default:
		b.spare("M23", o, Material{"M23"}, because("need.rehired"), because("spare.active"))
	}
}

// readable gives what an identity number tells of birth and sex. Whether the
// number is right is precheck's to say; one that can't be read tells nothing.
func readable(m dossier.Member) (calendar.Date, bool) {
	n := dossier.ReadID(m.IDNumber)
	return n.Birth, !n.Birth.IsZero()
}

// birthday reads the day of birth from the number, else from its field.
func birthday(m dossier.Member) (calendar.Date, bool) {
	if born, ok := readable(m); ok {
		return born, true
	}
	return m.DateOfBirth, !m.DateOfBirth.IsZero()
}
