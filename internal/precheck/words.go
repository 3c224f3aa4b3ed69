package precheck

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/ext"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/money"
	"yitang/internal/requirement"
	reference "yitang/ref"
)

// parameters is the thresholds as they stand on the day of the check; rules know
// it as p.
type parameters struct {
	all reference.Parameters
	on  calendar.Date
	// instead are the office's own that were read for the subject at hand, each once.
	instead reference.Parameters
}

// roots are the types that rules see, beside those reachable from them.
func roots() []reflect.Type {
	return []reflect.Type{
		reflect.TypeFor[dossier.Case](), reflect.TypeFor[dossier.ID](), reflect.TypeFor[Known](), reflect.TypeFor[Clash](), reflect.TypeFor[Reading](),
		reflect.TypeFor[Slot](), reflect.TypeFor[Week](), reflect.TypeFor[Halves](), reflect.TypeFor[Uncovered](), reflect.TypeFor[Figure](),
		reflect.TypeFor[Cap](), reflect.TypeFor[Recount](), reflect.TypeFor[OddRate](), reflect.TypeFor[Claimed](), reflect.TypeFor[Blank](), reflect.TypeFor[OtherTotal](), reflect.TypeFor[OffLine](), reflect.TypeFor[BadContact](), reflect.TypeFor[Umlaut](),
		reflect.TypeFor[Twin](), reflect.TypeFor[Unprintable](), reflect.TypeFor[reference.Exemption](),
		reflect.TypeFor[Away](), reflect.TypeFor[Reused](), reflect.TypeFor[Related](), reflect.TypeFor[FreeDay](),
		reflect.TypeFor[Detour](), reflect.TypeFor[Hop](), reflect.TypeFor[Marked](), reflect.TypeFor[Differs](),
		reflect.TypeFor[reference.Mission](), reflect.TypeFor[AreaStay](),
	}
}

var (
	text   = cel.StringType
	number = cel.IntType
	yes    = cel.BoolType
	moment = cel.TimestampType
)

func listOf(t *cel.Type) *cel.Type { return cel.ListType(t) }

// vocabulary declares what conditions may say: variables first, then functions.
// docs/writing-rules.md explains each to whoever writes rules.
func (e *Engine) vocabulary() []cel.EnvOption {
	o := func(name string) *cel.Type { return cel.ObjectType(name) }
	data := &e.data
	function, method, ofMemberFact := e.world.function, e.world.method, e.world.ofMemberFact
	opts := []cel.EnvOption{
		cel.CustomTypeAdapter(e.world), cel.CustomTypeProvider(e.world),
		ext.Strings(),
		cel.Variable("c", o("Case")), cel.Variable("unit", o("Unit")), cel.Variable("trip", o("Trip")),
		cel.Variable("members", listOf(o("Member"))), cel.Variable("legs", listOf(o("Leg"))),
		cel.Variable("itinerary", listOf(o("HalfDay"))), cel.Variable("invitations", listOf(o("Invitation"))),
		cel.Variable("budget", o("Budget")), cel.Variable("notice", o("Notice")), cel.Variable("materials", listOf(o("Material"))),
		cel.Variable("today", moment), cel.Variable("moment", text), cel.Variable("known", o("Known")), cel.Variable("p", cel.OpaqueType("parameters")),
		cel.Variable("i", number), cel.Variable("j", number),
		cel.Variable("member", o("Member")), cel.Variable("leg", o("Leg")), cel.Variable("day", o("HalfDay")),
		cel.Variable("invitation", o("Invitation")), cel.Variable("line", o("BudgetLine")), cel.Variable("other", o("OtherTrip")),
		cel.Variable("knownMember", o("KnownMember")),
		cel.Variable("order", o("Ordering")), cel.Variable("lodging", o("Lodging")), cel.Variable("checkout", o("Collecting")),
		cel.Variable("amendment", o("Amendment")), cel.Variable("after", o("Aftermath")),
		cel.Variable("term", o("Term")),
	}
	opts = append(opts, e.wordsOfComparison()...)
	return append(opts,
		// thresholds
		method("number", cel.OpaqueType("parameters"), number, func(a []ref.Val) any {
			v, err := a[0].(parameterView).value(a[1])
			if err != nil {
				return err
			}
			n, err := strconv.Atoi(v.Value)
			if err != nil {
				return fmt.Errorf("parameter %s is no whole number", v.Key)
			}
			return n
		}, text),
		method("share", cel.OpaqueType("parameters"), text, func(a []ref.Val) any {
			v, err := a[0].(parameterView).value(a[1])
			if err != nil {
				return err
			}
			return v.Value
		}, text),
		method("words", cel.OpaqueType("parameters"), listOf(text), func(a []ref.Val) any {
			v, err := a[0].(parameterView).value(a[1])
			if err != nil {
				return err
			}
			return v.Words
		}, text),
		// days
		method("plusDays", moment, moment, func(a []ref.Val) any { return day(a[0]).AddDays(whole(a[1])) }, number),
		method("plusMonths", moment, moment, func(a []ref.Val) any { return day(a[0]).AddMonths(whole(a[1])) }, number),
		method("plusWorkdays", moment, moment, func(a []ref.Val) any {
			return data.Holidays.AddWorkdays(day(a[0]), calendar.Workdays(whole(a[1])))
		}, number),
		function("workdays", number, func(a []ref.Val) any { return int(data.Holidays.WorkdaysBetween(day(a[0]), day(a[1]))) }, moment, moment),
		function("unannounced", number, func(a []ref.Val) any { return data.Holidays.Unannounced(day(a[0]), day(a[1])) }, moment, moment),
		function("days", number, func(a []ref.Val) any { return day(a[1]).Sub(day(a[0])) }, moment, moment),
		function("age", number, func(a []ref.Val) any { return calendar.Age(day(a[0]), day(a[1])) }, moment, moment),
		function("overlap", yes, func(a []ref.Val) any { return dossier.Overlaps(day(a[0]), day(a[1]), day(a[2]), day(a[3])) }, moment, moment, moment, moment),
		function("iso", text, func(a []ref.Val) any { return day(a[0]).String() }, moment),
		// places
		function("nameZh", text, func(a []ref.Val) any { return data.Countries.Name(str(a[0]), "zh") }, text),
		function("nameEn", text, func(a []ref.Val) any { return withArticle(str(a[0]), data.Countries.Name(str(a[0]), "en")) }, text),
		function("knownPlace", yes, func(a []ref.Val) any { _, ok := data.Countries[str(a[0])]; return ok }, text),
		function("far", yes, func(a []ref.Val) any { return far(caseOf(a[0]), data.Countries) }, o("Case")),
		function("continents", listOf(text), func(a []ref.Val) any { return continents(caseOf(a[0]), data.Countries) }, o("Case")),
		function("visaAreas", number, func(a []ref.Val) any {
			c := caseOf(a[0])
			if !inside(c, whole(a[1])) {
				return 0
			}
			return visaAreas(c, whole(a[1]), data)
		}, o("Case"), number),
		function("exempt", yes, func(a []ref.Val) any {
			_, ok := data.Exempt(str(a[0]), dossier.PassportType(str(a[1])), day(a[2]))
			return ok
		}, text, text, moment),
		function("exemption", o("Exemption"), func(a []ref.Val) any {
			e, _ := data.Exempt(str(a[0]), dossier.PassportType(str(a[1])), day(a[2]))
			return &e
		}, text, text, moment),
		function("bookletZh", text, func(a []ref.Val) any { return bookletName(str(a[0]), "zh") }, text),
		function("bookletEn", text, func(a []ref.Val) any { return bookletName(str(a[0]), "en") }, text),
		function("yuan", text, func(a []ref.Val) any { return money.Amount{Minor: int64(whole(a[0])), Currency: money.CNY}.Figure() }, number),
		function("cny", text, func(a []ref.Val) any {
			d, err := money.ParseDecimal(str(a[0]))
			if err != nil {
				return str(a[0])
			}
			return money.Yuan(d).Figure()
		}, text),
		function("mission", o("Mission"), func(a []ref.Val) any { m := data.Missions.On(str(a[0]), day(a[1])); return &m }, text, moment),
		function("areaStays", listOf(o("AreaStay")), func(a []ref.Val) any { return areaStays(caseOf(a[0]), data.Countries) }, o("Case")),
		function("stickers", listOf(o("AreaStay")), func(a []ref.Val) any {
			c := caseOf(a[0])
			if i := whole(a[1]); i >= 0 {
				if !inside(c, i) {
					return []AreaStay{}
				}
				return stickers(c, i, data)
			}
			return anybodysStickers(c, data)
		}, o("Case"), number),
		// route
		function("clashes", listOf(o("Clash")), func(a []ref.Val) any { return clashes(caseOf(a[0])) }, o("Case")),
		function("leftBy", yes, func(a []ref.Val) any { return leftBy(caseOf(a[0]), day(a[1])) }, o("Case"), moment),
		function("daysNowhere", number, func(a []ref.Val) any { return daysNowhere(caseOf(a[0])) }, o("Case")),
		function("emptyHalves", listOf(o("Slot")), func(a []ref.Val) any { return emptyHalves(caseOf(a[0]), whole(a[1])) }, o("Case"), number),
		function("emptyWeeks", listOf(o("Week")), func(a []ref.Val) any { return emptyWeeks(caseOf(a[0]), whole(a[1])) }, o("Case"), number),
		function("earliestDay", moment, func(a []ref.Val) any { return earliestDay(caseOf(a[0])) }, o("Case")),
		function("blankEntry", yes, func(a []ref.Val) any { return blankEntry(*objectOf[dossier.Invitation](a[0])) }, o("Invitation")),
		function("firstDay", moment, func(a []ref.Val) any { first, _ := itinerarySpan(caseOf(a[0])); return first }, o("Case")),
		function("lastDay", moment, func(a []ref.Val) any { _, last := itinerarySpan(caseOf(a[0])); return last }, o("Case")),
		function("halves", o("Halves"), func(a []ref.Val) any { h := halves(caseOf(a[0])); return &h }, o("Case")),
		function("atLeast", yes, func(a []ref.Val) any { return atLeast(whole(a[0]), whole(a[1]), str(a[2])) }, number, number, text),
		function("stayHours", number, func(a []ref.Val) any { return stayHours(objectOf[dossier.Leg](a[0])) }, o("Leg")),
		function("carrierCode", text, func(a []ref.Val) any { return carrierCode(objectOf[dossier.Leg](a[0])) }, o("Leg")),
		function("redEye", yes, func(a []ref.Val) any {
			t := a[0].(types.Timestamp).Time
			return redEye(t.Hour()*60+t.Minute(), whole(a[1]))
		}, moment, number),
		function("uninvited", listOf(text), func(a []ref.Val) any { return uninvited(caseOf(a[0])) }, o("Case")),
		function("uncovered", listOf(o("Uncovered")), func(a []ref.Val) any {
			c := caseOf(a[0])
			if i := whole(a[1]); i >= 0 && i < len(c.Invitations) {
				return uncovered(c, i)
			}
			return []Uncovered{}
		}, o("Case"), number),
		function("cities", number, func(a []ref.Val) any { return cities(caseOf(a[0])) }, o("Case")),
		// people
		function("id", o("ID"), func(a []ref.Val) any { id := dossier.ReadID(str(a[0])); return &id }, text),
		function("uscc", text, func(a []ref.Val) any { return string(dossier.CheckUSCC(str(a[0]))) }, text),
		function("rankOrder", number, func(a []ref.Val) any { return dossier.Rank(str(a[0])).Order() }, text),
		function("cabinOrder", number, func(a []ref.Val) any { return dossier.Cabin(str(a[0])).Order() }, text),
		function("aboveAll", yes, func(a []ref.Val) any { return aboveAll(caseOf(a[0]), dossier.Cabin(str(a[1]))) }, o("Case"), text),
		function("entitled", text, func(a []ref.Val) any { return string(entitled(str(a[0]))) }, text),
		function("badContacts", listOf(o("BadContact")), func(a []ref.Val) any { return badContacts(objectOf[dossier.Member](a[0])) }, o("Member")),
		function("latinFits", yes, func(a []ref.Val) any { return latinFits(objectOf[dossier.Member](a[0]), data.Surnames) }, o("Member")),
		function("suggestion", text, func(a []ref.Val) any { return suggestion(objectOf[dossier.Member](a[0]), data.Surnames) }, o("Member")),
		function("sameLatin", yes, func(a []ref.Val) any { return sameLatin(str(a[0]), str(a[1])) }, text, text),
		function("inOneBlock", yes, func(a []ref.Val) any { return inOneBlock(objectOf[dossier.Member](a[0])) }, o("Member")),
		function("umlauts", listOf(o("Umlaut")), func(a []ref.Val) any { return umlauts(objectOf[dossier.Member](a[0]), day(a[1])) }, o("Member"), moment),
		function("unprintables", listOf(o("Unprintable")), func(a []ref.Val) any { return Unprintables(caseOf(a[0])) }, o("Case")),
		function("strange", yes, func(a []ref.Val) any { return strange(str(a[0])) }, text),
		function("servesTrip", yes, func(a []ref.Val) any { return servesTrip(caseOf(a[0]), objectOf[dossier.Passport](a[1])) }, o("Case"), o("Passport")),
		function("needsBooklet", yes, func(a []ref.Val) any {
			c := caseOf(a[0])
			return inside(c, whole(a[1])) && needsBooklet(c, whole(a[1]), whole(a[2]))
		}, o("Case"), number, number),
		// facts that are met by their flag or by the material that shows them
		ofMemberFact("committed", dossier.Case.Committed), ofMemberFact("dispatchAgreed", dossier.Case.DispatchAgreed),
		ofMemberFact("secrecyAgreed", dossier.Case.SecrecyAgreed),
		function("translated", yes, func(a []ref.Val) any {
			c := caseOf(a[0])
			i := whole(a[1])
			return i >= 0 && i < len(c.Invitations) && c.Translated(i)
		}, o("Case"), number),
		function("holds", yes, func(a []ref.Val) any { return caseOf(a[0]).Holds(dossier.MaterialKind(str(a[1]))) }, o("Case"), text),
		function("holdsFor", yes, func(a []ref.Val) any {
			c := caseOf(a[0])
			return inside(c, whole(a[2])) && c.HoldsFor(dossier.MaterialKind(str(a[1])), whole(a[2]))
		}, o("Case"), text, number),
		function("unitOf", text, func(a []ref.Val) any {
			c := caseOf(a[0])
			if !inside(c, whole(a[1])) {
				return ""
			}
			return c.From(whole(a[1]))
		}, o("Case"), number),
		// papers and words
		function("blankFields", listOf(o("Blank")), func(a []ref.Val) any { return blankFields(caseOf(a[0]), objectOf[Known](a[1])) }, o("Case"), o("Known")),
		function("offPlan", text, func(a []ref.Val) any { return offPlan(caseOf(a[0]), objectOf[Known](a[1]), str(a[2])) }, o("Case"), o("Known"), text),
		function("offLine", o("OffLine"), func(a []ref.Val) any {
			d := offLine(caseOf(a[0]), objectOf[Known](a[1]))
			return &d
		}, o("Case"), o("Known")),
		function("unnamed", listOf(text), func(a []ref.Val) any {
			c := caseOf(a[0])
			if i := whole(a[1]); i >= 0 && i < len(c.Invitations) {
				return unnamed(c, i)
			}
			return []string{}
		}, o("Case"), number),
		function("contained", listOf(text), func(a []ref.Val) any { return contained(str(a[0]), strs(a[1])) }, text, listOf(text)),
		function("without", listOf(text), func(a []ref.Val) any {
			drop := strs(a[1])
			return slices.DeleteFunc(slices.Clone(strs(a[0])), func(s string) bool { return slices.Contains(drop, s) })
		}, listOf(text), listOf(text)),
		function("firstOf", number, func(a []ref.Val) any { return slices.Index(strs(a[0]), str(a[1])) }, listOf(text), text),
		function("length", number, func(a []ref.Val) any { return len([]rune(strings.TrimSpace(str(a[0])))) }, text),
		function("sendingUnits", listOf(text), func(a []ref.Val) any { return sendingUnits(caseOf(a[0])) }, o("Case")),
		function("sameUnit", yes, func(a []ref.Val) any { return dossier.SameUnit(str(a[0]), str(a[1])) }, text, text),
		function("silentUnits", listOf(text), func(a []ref.Val) any { return silentUnits(caseOf(a[0])) }, o("Case")),
		function("noticeItems", listOf(text), func(a []ref.Val) any { return caseOf(a[0]).NoticeItems() }, o("Case")),
		function("noticeItemNames", listOf(text), func(a []ref.Val) any { return noticeItemNames(strs(a[0]), str(a[1])) }, listOf(text), text),
		function("paperName", text, func(a []ref.Val) any { return paperName(str(a[0]), str(a[1])) }, text, text),
		function("twins", listOf(o("Twin")), func(a []ref.Val) any { return twins(caseOf(a[0])) }, o("Case")),
		function("noticeNumber", yes, func(a []ref.Val) any { return noticeNumber.MatchString(dossier.FoldCode(str(a[0]))) }, text),
		// money
		function("wrongFigures", listOf(o("Figure")), func(a []ref.Val) any { return wrongFigures(caseOf(a[0])) }, o("Case")),
		function("otherTotals", listOf(o("OtherTotal")), func(a []ref.Val) any { return otherTotals(caseOf(a[0])) }, o("Case")),
		function("sumCny", text, func(a []ref.Val) any { return sumCny(caseOf(a[0])) }, o("Case")),
		function("cap", o("Cap"), func(a []ref.Val) any {
			k := capOf(objectOf[dossier.BudgetLine](a[0]), data.Rates, day(a[1]))
			return &k
		}, o("BudgetLine"), moment),
		function("atRate", o("Recount"), func(a []ref.Val) any {
			r := atRate(caseOf(a[0]), whole(a[1]), str(a[2]))
			return &r
		}, o("Case"), number, text),
		function("wrongNights", listOf(o("Claimed")), func(a []ref.Val) any { return wrongNights(caseOf(a[0])) }, o("Case")),
		function("wrongDays", listOf(o("Claimed")), func(a []ref.Val) any { return wrongDays(caseOf(a[0])) }, o("Case")),
		function("lineOf", number, func(a []ref.Val) any { return lineOf(caseOf(a[0]), str(a[1])) }, o("Case"), text),
		function("staleLine", number, func(a []ref.Val) any { return staleLine(caseOf(a[0]), day(a[1])) }, o("Case"), moment),
		function("oddRates", listOf(o("OddRate")), func(a []ref.Val) any { return oddRates(caseOf(a[0]), data.Exchange, day(a[1]), str(a[2])) }, o("Case"), moment, text),
		function("othersExceed", yes, func(a []ref.Val) any {
			c := caseOf(a[0])
			return c.Budget != nil && othersExceed(c, str(a[1]))
		}, o("Case"), text),
		function("overBudget", yes, func(a []ref.Val) any { return overBudget(caseOf(a[0])) }, o("Case")),
	)
}

// parameterView is parameters as a CEL value.
type parameterView struct {
	types.Null // an opaque value: nothing but its own methods may be done with it
	p          *parameters
}

func (v parameterView) Type() ref.Type { return types.NewOpaqueType("parameters") }
func (v parameterView) Value() any     { return v.p }

func (v parameterView) value(key ref.Val) (reference.Parameter, error) {
	p, ok := v.p.all.On(str(key), v.p.on)
	if !ok {
		return p, fmt.Errorf("no parameter %s is in force on %s", str(key), v.p.on)
	}
	if (p.Instead || !p.To.IsZero()) && !slices.ContainsFunc(v.p.instead, func(q reference.Parameter) bool { return q.Key == p.Key }) {
		v.p.instead = append(v.p.instead, p)
	}
	return p, nil
}

func inside(c *dossier.Case, member int) bool { return member >= 0 && member < len(c.Members) }

func str(v ref.Val) string {
	s, _ := v.Value().(string)
	return s
}

func whole(v ref.Val) int {
	n, _ := v.Value().(int64)
	return int(n)
}

func strs(v ref.Val) []string {
	native, err := v.ConvertToNative(reflect.TypeFor[[]string]())
	if err != nil {
		return nil
	}
	list, _ := native.([]string)
	return list
}

// function declares a function; its Go half gives any value that the world can
// show, or an error.
func (w *world) function(name string, result *cel.Type, do func([]ref.Val) any, args ...*cel.Type) cel.EnvOption {
	return cel.Function(name, cel.Overload(name+"_"+strconv.Itoa(len(args)), args, result, w.binding(do, len(args))...))
}

func (w *world) method(name string, on, result *cel.Type, do func([]ref.Val) any, args ...*cel.Type) cel.EnvOption {
	all := append([]*cel.Type{on}, args...)
	return cel.Function(name, cel.MemberOverload(name+"_of_"+strconv.Itoa(len(args)), all, result, w.binding(do, len(all))...))
}

func (w *world) binding(do func([]ref.Val) any, args int) []cel.OverloadOpt {
	result := func(a []ref.Val) ref.Val {
		v := do(a)
		if err, failed := v.(error); failed {
			return types.WrapErr(err)
		}
		return w.NativeToValue(v)
	}
	switch args {
	case 1:
		return []cel.OverloadOpt{cel.UnaryBinding(func(a ref.Val) ref.Val { return result([]ref.Val{a}) })}
	case 2:
		return []cel.OverloadOpt{cel.BinaryBinding(func(a, b ref.Val) ref.Val { return result([]ref.Val{a, b}) })}
	}
	return []cel.OverloadOpt{cel.FunctionBinding(func(a ...ref.Val) ref.Val { return result(a) })}
}

func (w *world) ofMemberFact(name string, fact func(dossier.Case, int) bool) cel.EnvOption {
	return w.function(name, yes, func(a []ref.Val) any {
		c := caseOf(a[0])
		return inside(c, whole(a[1])) && fact(*c, whole(a[1]))
	}, cel.ObjectType("Case"), number)
}

// paperName is what a kind of paper is called; nobody knows it by its number.
func paperName(kind, lang string) string {
	e, known := requirement.Lookup(requirement.Key(kind))
	switch {
	case !known:
		return kind
	case lang == "en":
		return e.Name.En
	}
	return e.Name.Zh
}

func noticeItemNames(items []string, lang string) []string {
	zh := map[string]string{"people": "人员", "posts": "职务", "countries": "国家", "task": "任务", "itinerary": "日程", "route": "路线",
		"letter": "邀请函", "host": "邀请单位简介", "money": "经费"}
	en := map[string]string{"people": "people", "posts": "posts", "countries": "countries", "task": "task", "itinerary": "itinerary",
		"route": "route", "letter": "letter of invitation", "host": "profile of the host", "money": "money"}
	names := zh
	if lang == "en" {
		names = en
	}
	var out []string
	for _, i := range items {
		out = append(out, names[i])
	}
	return out
}
