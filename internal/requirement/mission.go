package requirement

import (
	"fmt"

	"yitang/internal/dossier"
)

// unit: the register knows its units; a draft never asks for them.
func (b *builder) unit() {
	u := b.c.Unit
	cond := because("need.unit")
	register := func(key Key, field string, value any) {
		st := b.heldOr(key, "unit."+field, value, AskOffice)
		if h, is := st.(Held); is {
			h.Proof.Kind = OnRegister
			st = h
		}
		b.add(say{key: key, owner: OfUnit, cond: cond, what: Datum{"unit." + field}, status: st})
	}
	register("unit.name", "name", u.Name)
	register("unit.uscc", "uscc", u.USCC)
	register("unit.type", "type", u.Type)
	register("unit.signatory", "signatory", u.Signatory)
	register("unit.officerValidUntil", "officerValidUntil", u.OfficerValidUntil)
	register("unit.quota", "quota", u.Quota)
}

// mission: what the delegation is for.
func (b *builder) mission() {
	t, every := b.c.Trip, because("need.every")
	b.ask("case.title", OfCase, "", "case.title", t.Title, every, AskUnit)
	b.ask("case.kind", OfCase, "", "case.kind", t.Kind, every, AskUnit)
	b.ask("case.category", OfCase, "", "case.category", t.Category, every, AskUnit)
	b.ask("case.purpose", OfCase, "", "case.purpose", t.Purpose, every, AskUnit)
	b.ask("case.necessity", OfCase, "", "case.necessity", t.Necessity, every, AskUnit)
	b.ask("case.expectedResults", OfCase, "", "case.expectedResults", t.ExpectedResults, every, AskUnit)
	if t.Declared() {
		b.ask("case.under", OfCase, "", "case.under", t.Under, because("need.under"), AskOffice)
	} else {
		b.spare("case.under", OfCase, Datum{"case.under"}, because("need.under"), because("spare.notDeclared"))
	}
	b.optional("case.inAnnualPlan", OfCase, "", "case.inAnnualPlan", t.InAnnualPlan, because("need.plan"), because("spare.offPlan"))
	switch {
	case t.Declared():
		b.spare("case.planLine", OfCase, Datum{"case.planLine"}, because("need.planLine"), because("spare.declared"))
		b.spare("case.offPlanReason", OfCase, Datum{"case.offPlanReason"}, because("need.offPlan"), because("spare.declared"))
	case t.InAnnualPlan:
		b.ask("case.planLine", OfCase, "", "case.planLine", t.PlanLine, because("need.planLine"), AskUnit)
		b.spare("case.offPlanReason", OfCase, Datum{"case.offPlanReason"}, because("need.offPlan"), because("spare.inPlan"))
	default:
		b.ask("case.offPlanReason", OfCase, "", "case.offPlanReason", t.OffPlanReason, because("need.offPlan"), AskUnit)
		b.spare("case.planLine", OfCase, Datum{"case.planLine"}, because("need.planLine"), because("spare.offPlan"))
	}
	b.optional("case.urgent", OfCase, "", "case.urgent", t.Urgent, because("need.urgent"), because("spare.notUrgent"))
	if t.Urgent {
		b.ask("case.urgencyReason", OfCase, "", "case.urgencyReason", t.UrgencyReason, because("need.urgent"), AskUnit)
	} else {
		b.spare("case.urgencyReason", OfCase, Datum{"case.urgencyReason"}, because("need.urgent"), because("spare.notUrgent"))
	}
	b.optional("case.secret", OfCase, "", "case.secret", t.Secret, because("need.secret"), because("spare.notSecret"))
	b.optional("case.academicRegime", OfCase, "", "case.academicRegime", t.AcademicRegime, because("need.academic"), because("spare.notAcademic"))
	if t.Kind == dossier.Joined {
		b.ask("case.organiser", OfCase, "", "case.organiser", t.Organiser, because("need.joined"), AskUnit)
		b.ask("case.organisingAuthority", OfCase, "", "case.organisingAuthority", t.OrganisingAuthority, because("need.joined"), AskUnit)
		switch {
		case (t.MissionNotice == nil || t.MissionNotice.Number == "") && t.OpinionRequest != nil && t.OpinionRequest.Number != "":
			b.optional("case.missionNotice", OfCase, "", "case.missionNotice", t.MissionNotice, because("need.joined"), because("spare.noticeLater"))
			b.ask("case.opinionRequest", OfCase, "", "case.opinionRequest", t.OpinionRequest, because("need.joined"), AskUnit)
		default:
			b.ask("case.missionNotice", OfCase, "", "case.missionNotice", t.MissionNotice, because("need.joined"), AskUnit)
			b.optional("case.opinionRequest", OfCase, "", "case.opinionRequest", t.OpinionRequest, because("need.joined"), because("spare.noticeThere"))
		}
	} else {
		for _, f := range []string{"case.organiser", "case.organisingAuthority", "case.opinionRequest"} {
			b.spare(Key(f), OfCase, Datum{f}, because("need.joined"), because("spare.notJoined"))
		}
		b.spare("case.missionNotice", OfCase, Datum{"case.missionNotice"}, because("need.joined"), because("spare.notJoined"))
	}
}

// term: from when until when, where to and how often people may go (一次审批、多次有效).
func (b *builder) term() {
	t, cond := b.c.Trip, because("need.term")
	b.ask("case.depart", OfCase, "", "case.depart", t.Depart, cond, AskUnit)
	b.ask("case.return", OfCase, "", "case.return", t.Return, cond, AskUnit)
	b.ask("case.daysEach", OfCase, "", "case.daysEach", t.DaysEach, cond, AskUnit)
	b.ask("case.trips", OfCase, "", "case.trips", t.Trips, cond, AskUnit)
	if len(b.c.Legs) == 0 {
		b.add(say{key: "leg.country", owner: OfCase, cond: cond, what: Datum{"legs"}, status: missing("leg.country", AskUnit, "legs")})
	}
	for i, l := range b.c.Legs {
		which := fmt.Sprintf("legs[%d]", i)
		b.ask("leg.country", OfCase, which, which+".country", l.Country, cond, AskUnit)
		b.ask("leg.city", OfCase, which, which+".city", l.City, cond, AskUnit)
	}
}

// trip: when and where.
func (b *builder) trip() {
	t, every := b.c.Trip, because("need.every")
	b.ask("case.depart", OfCase, "", "case.depart", t.Depart, every, AskUnit)
	b.ask("case.return", OfCase, "", "case.return", t.Return, every, AskUnit)
	if given(t.Depart) && given(t.Return) {
		b.derived("case.daysAbroad", OfCase, because("need.days"), Datum{"case.daysAbroad"}, because("how.days"), "case.depart", "case.return")
	}
	if len(b.c.Legs) == 0 {
		b.add(say{key: "leg.country", owner: OfCase, cond: every, what: Datum{"legs"}, status: missing("leg.country", AskUnit, "legs")})
	}
	for i, l := range b.c.Legs {
		which := fmt.Sprintf("legs[%d]", i)
		field := func(name string) string { return which + "." + name }
		b.ask("leg.country", OfCase, which, field("country"), l.Country, every, AskUnit)
		b.ask("leg.city", OfCase, which, field("city"), l.City, every, AskUnit)
		b.ask("leg.arrive", OfCase, which, field("arrive"), l.Arrive, every, AskUnit)
		b.ask("leg.leave", OfCase, which, field("leave"), l.Leave, every, AskUnit)
		b.ask("leg.transport", OfCase, which, field("transport"), l.Transport, every, AskUnit)
		zone := Status(Held{Proof: Proof{InCase, field("zone")}})
		if !given(l.Zone) {
			zone = Derivable{From: []string{field("country"), field("city")}, How: because("how.zone")}
		}
		b.add(say{key: "leg.zone", owner: OfCase, which: which, cond: because("need.zone"), what: Datum{field("zone")}, status: zone})
		if b.needsVisaSomewhere(l.Country) {
			b.add(say{key: "leg.cityEn", owner: OfCase, which: which, cond: because("need.cityEn"), what: Datum{field("cityEn")},
				status: b.heldOr("leg.cityEn", field("cityEn"), l.CityEn, AskUnit), advised: true})
		} else {
			b.optional("leg.cityEn", OfCase, which, field("cityEn"), l.CityEn, because("need.cityEn"), because("spare.noVisa"))
		}
		b.optional("leg.transit", OfCase, which, field("transit"), l.Transit, because("need.transit"), because("spare.noTransit"))
		b.optional("leg.leavesAirport", OfCase, which, field("leavesAirport"), l.LeavesAirport, because("need.transit"), because("spare.noTransit"))
		b.optional("leg.stopOver", OfCase, which, field("stopOver"), l.StopOver, because("need.transit"), because("spare.noTransit"))
		for _, ticket := range []struct {
			key   Key
			name  string
			value any
		}{{"leg.carrier", "carrier", l.Carrier}, {"leg.number", "number", l.Number}, {"leg.cabin", "cabin", l.Cabin}} {
			b.optional(ticket.key, OfCase, which, field(ticket.name), ticket.value, because("need.ticket"), because("spare.notBooked"))
		}
	}
	b.ask("itinerary", OfCase, "", "itinerary", b.c.Itinerary, because("need.itinerary"), AskUnit)
	if h, ok := b.find("M07", OfCase, b.Today); ok {
		b.add(say{key: "M07", owner: OfCase, cond: because("need.itinerary"), what: Material{"M07"}, status: h})
	} else {
		b.derived("M07", OfCase, because("need.itinerary"), Material{"M07"}, because("how.generated"), "itinerary")
	}
}

// budget: what it costs and who pays.
func (b *builder) budget() {
	bud := dossier.Budget{}
	if b.c.Budget != nil {
		bud = *b.c.Budget
	}
	cond := because("need.budget")
	b.ask("budget.fund", OfCase, "", "budget.fund", bud.Fund, cond, AskUnit)
	b.optional("budget.hostCovers", OfCase, "", "budget.hostCovers", bud.HostCovers, cond, because("spare.hostCoversNothing"))
	if bud.Fund == dossier.HostFund {
		b.optional("budget.lines", OfCase, "", "budget.lines", bud.Lines, cond, because("spare.hostPays"))
		b.spare("M09", OfCase, Material{"M09"}, because("need.finance"), because("spare.hostPays"))
	} else {
		b.ask("budget.lines", OfCase, "", "budget.lines", bud.Lines, cond, AskUnit)
		if bud.Fund == dossier.EnterpriseFund {
			b.spare("M09", OfCase, Material{"M09"}, because("need.finance"), because("spare.enterpriseFund"))
		} else {
			b.paperOf("M09", OfCase, because("need.finance"), "budget.financeReviewed", AskFinance)
		}
	}
	if len(bud.Lines) > 0 {
		b.derived("budget.totalCny", OfCase, cond, Datum{"budget.totalCny"}, because("how.total"), "budget.lines")
	}
}

// notice: each sending unit tells its people first (公示).
func (b *builder) notice() {
	cond := because("need.notice")
	if b.c.Trip.Secret {
		b.spare("M10", OfCase, Material{"M10"}, cond, because("spare.secret"))
		return
	}
	if b.c.Trip.Declared() {
		b.spare("M10", OfCase, Material{"M10"}, cond, because("spare.declared"))
		return
	}
	n := dossier.Notice{}
	if b.c.Notice != nil {
		n = *b.c.Notice
	}
	first := len(b.out)
	b.ask("notice.from", OfCase, "", "notice.from", n.From, cond, AskUnit)
	b.ask("notice.to", OfCase, "", "notice.to", n.To, cond, AskUnit)
	b.ask("notice.place", OfCase, "", "notice.place", n.Place, cond, AskUnit)
	b.ask("notice.units", OfCase, "", "notice.units", n.Units, cond, AskUnit)
	b.ask("notice.items", OfCase, "", "notice.items", n.Items, cond, AskUnit)
	b.ask("notice.objections", OfCase, "", "notice.objections", n.Objections, cond, AskUnit)
	b.paper("M10", OfCase, cond, AskUnit, b.Today)
	for i := range b.out[first:] { // what follows with the paper
		b.out[first+i].Advised = b.out[first+i].Advised || b.mayFollow("M10")
	}
}

// documents: the papers of the approval that belong to the whole case.
func (b *builder) documents() {
	t := b.c.Trip
	if t.Declared() {
		b.spare("M01", OfCase, Material{"M01"}, because("need.request"), because("spare.declared"))
	} else {
		b.paper("M01", OfCase, because("need.request"), AskUnit, b.Today)
	}
	b.derived("M02", OfCase, because("need.every"), Material{"M02"}, because("how.generated"), "case", "members", "legs")
	b.derived("M03", OfCase, because("need.every"), Material{"M03"}, because("how.generated"), "members")
	if t.Category == dossier.Conference && t.Days() >= b.p.AgendaFromDays {
		b.paper("M08", OfCase, because("need.agenda", "days", b.p.AgendaFromDays), AskHost, b.Today)
	} else {
		b.spare("M08", OfCase, Material{"M08"}, because("need.agenda", "days", b.p.AgendaFromDays), because("spare.noConference", "days", b.p.AgendaFromDays))
	}
	switch {
	case t.Kind == dossier.TrainingCase:
		b.paper("M21", OfCase, because("need.training"), AskUnit, later(b.tripEnd(), b.Today))
	case t.Category == dossier.Works, t.Category == dossier.Exhibition:
		b.paper("M21", OfCase, because("need.contract"), AskUnit, later(b.tripEnd(), b.Today))
	default:
		b.spare("M21", OfCase, Material{"M21"}, because("need.contract"), because("spare.noProject"))
	}
	if t.Urgent {
		b.paper("M57", OfCase, because("need.urgentNote"), AskUnit, b.Today)
	} else {
		b.spare("M57", OfCase, Material{"M57"}, because("need.urgentNote"), because("spare.notUrgent"))
	}
	if t.Kind == dossier.Joined {
		b.paper("M15", OfCase, because("need.joined"), AskUnit, b.Today)
		if h, ok := b.find("M16", OfCase, b.Today); ok {
			b.add(say{key: "M16", owner: OfCase, cond: because("need.confirmation"), what: Material{"M16"}, status: h})
		} else {
			b.derived("M16", OfCase, because("need.confirmation"), Material{"M16"}, because("how.confirmation"), "case")
		}
	} else {
		b.spare("M15", OfCase, Material{"M15"}, because("need.joined"), because("spare.notJoined"))
		b.spare("M16", OfCase, Material{"M16"}, because("need.confirmation"), because("spare.notJoined"))
	}
	if h, ok := b.find("M17", OfCase, b.Today); ok {
		b.add(say{key: "M17", owner: OfCase, cond: because("need.approval"), what: Material{"M17"}, status: h})
	} else {
		b.derived("M17", OfCase, because("need.approval"), Material{"M17"}, because("how.approval"), "case")
	}
	b.derived("case.number", OfCase, because("need.number"), Datum{"case.number"}, because("how.number"))
}

// after: what is due once the travellers are home.
func (b *builder) after() {
	if b.c.Trip.Secret {
		b.spare("M11", OfCase, Material{"M11"}, because("need.secondNotice", "months", b.p.SecondNoticeMonths), because("spare.secret"))
	} else {
		b.paper("M11", OfCase, because("need.secondNotice", "months", b.p.SecondNoticeMonths), AskUnit, b.Today)
	}
	b.paper("M46", OfCase, because("need.report", "days", b.p.ReportDays), AskUnit, b.Today)
	for i := range b.c.Members {
		b.paper("M47", OfMember(i), because("need.stamps"), AskTraveller, b.Today)
	}
}
