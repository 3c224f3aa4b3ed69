// Package ref is what the office looks up (参考数据): rules with their words and
// examples, thresholds, holidays, countries, rates, visa exemptions, readings of
// surnames. All of it is data with its source; unverified rows say so.
//
// It decides nothing. Whoever thinks is handed what it needs from here.
package ref
