package precheck

import (
	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types/ref"

	"yitang/internal/dossier"
)

// wordsOfComparison declares the functions that hold a case against others,
// against its own papers, and against the map.
func (e *Engine) wordsOfComparison() []cel.EnvOption {
	o := func(name string) *cel.Type { return cel.ObjectType(name) }
	data := &e.data
	function, ofMemberFact := e.world.function, e.world.ofMemberFact
	known := func(v ref.Val) *Known { return objectOf[Known](v) }
	return []cel.EnvOption{
		// other applications
		function("splitMates", listOf(o("OtherCase")), func(a []ref.Val) any { return splitMates(caseOf(a[0]), known(a[1]), whole(a[2])) }, o("Case"), o("Known"), number),
		function("withMates", number, func(a []ref.Val) any { return withMates(caseOf(a[0]), known(a[1]), whole(a[2])) }, o("Case"), o("Known"), number),
		function("shadows", listOf(o("OtherCase")), func(a []ref.Val) any { return shadows(caseOf(a[0]), known(a[1])) }, o("Case"), o("Known")),
		function("copiedFrom", listOf(o("OtherCase")), func(a []ref.Val) any { return copiedFrom(caseOf(a[0]), known(a[1])) }, o("Case"), o("Known")),
		function("reusedLetters", listOf(o("Reused")), func(a []ref.Val) any { return reusedLetters(caseOf(a[0]), known(a[1])) }, o("Case"), o("Known")),
		function("principalsAway", listOf(o("Away")), func(a []ref.Val) any {
			if c := caseOf(a[0]); inside(c, whole(a[2])) {
				return principalsAway(c, known(a[1]), whole(a[2]))
			}
			return []Away{}
		}, o("Case"), o("Known"), number),
		function("ledThere", listOf(o("Away")), func(a []ref.Val) any { return ledThere(caseOf(a[0]), known(a[1]), whole(a[2])) }, o("Case"), o("Known"), number),
		// people among themselves
		function("teamMates", listOf(text), func(a []ref.Val) any {
			if c := caseOf(a[0]); inside(c, whole(a[1])) {
				return teamMates(c, whole(a[1]))
			}
			return []string{}
		}, o("Case"), number),
		function("relatives", listOf(o("Related")), func(a []ref.Val) any {
			if c := caseOf(a[0]); inside(c, whole(a[1])) {
				return relatives(c, whole(a[1]))
			}
			return []Related{}
		}, o("Case"), number),
		function("unrelatedDuty", text, func(a []ref.Val) any {
			return unrelatedDuty(objectOf[dossier.Member](a[0]), str(a[1]), strs(a[2]))
		}, o("Member"), text, listOf(text)),
		ofMemberFact("onLeave", dossier.Case.OnLeave), ofMemberFact("opinionAnswered", dossier.Case.OpinionAnswered),
		// the journey
		function("strays", listOf(o("FreeDay")), func(a []ref.Val) any { return strays(caseOf(a[0])) }, o("Case")),
		function("sights", listOf(text), func(a []ref.Val) any {
			return sights(objectOf[dossier.HalfDay](a[0]), strs(a[1]), strs(a[2]))
		}, o("HalfDay"), listOf(text), listOf(text)),
		function("freeDays", listOf(o("FreeDay")), func(a []ref.Val) any { return freeDays(caseOf(a[0]), strs(a[1]), strs(a[2])) }, o("Case"), listOf(text), listOf(text)),
		function("listChecked", yes, func(a []ref.Val) any { return listChecked(str(a[0]), strs(a[1])) }, text, listOf(text)),
		function("unlisted", listOf(o("FreeDay")), func(a []ref.Val) any { return unlisted(caseOf(a[0]), strs(a[1])) }, o("Case"), listOf(text)),
		function("detour", o("Detour"), func(a []ref.Val) any {
			d := detourOf(caseOf(a[0]), str(a[1]), data.Cities)
			return &d
		}, o("Case"), text),
		function("hops", listOf(o("Hop")), func(a []ref.Val) any { return hops(caseOf(a[0])) }, o("Case")),
		function("legOf", number, func(a []ref.Val) any { return legOf(caseOf(a[0]), str(a[1])) }, o("Case"), text),
		// texts and papers
		function("marked", listOf(o("Marked")), func(a []ref.Val) any { return marked(caseOf(a[0]), strs(a[1])) }, o("Case"), listOf(text)),
		function("studyOnly", yes, func(a []ref.Val) any { return studyOnly(caseOf(a[0]), strs(a[1]), strs(a[2])) }, o("Case"), listOf(text), listOf(text)),
		function("alike", number, func(a []ref.Val) any { return alike(str(a[0]), str(a[1])) }, text, text),
		function("letterDiffers", listOf(o("Differs")), func(a []ref.Val) any {
			if c, i := caseOf(a[0]), whole(a[1]); i >= 0 && i < len(c.Invitations) {
				return letterDiffers(c, i)
			}
			return []Differs{}
		}, o("Case"), number),
		function("noticeDiffers", listOf(o("Differs")), func(a []ref.Val) any { return NoticeDiffers(caseOf(a[0])) }, o("Case")),
	}
}
