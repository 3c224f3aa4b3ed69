// Package precheck applies the catalogue of rules to a case and answers with
// findings that name a field (预审). Pure: the day on which it judges is handed
// in, and all facts are in the case or in Known.
//
// A rule is data (ref/rules): its condition is CEL over typed objects, so that a
// misspelt field is found when the rule is loaded, not when a case needs it.
// Conditions that aren't a line long are Go functions with a name (route.go,
// spending.go, names.go, form.go), which rules call.
//
// It doesn't decide: a finding that blocks keeps a case from being submitted,
// and the office may still override it with a reason.
package precheck
