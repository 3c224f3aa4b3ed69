// Package pack is an office's configuration (配置包) as a value: its name and
// numbers, review paths and clocks, rules and thresholds, places and rates, and
// what the three links ask for. What differs from city to city is data here
// and not code.
//
// It refuses an unknown key, a path that nobody can reach, a pattern that
// would give two cases one number, and a rule whose examples don't hold. Which
// pack is in force on a day isn't its to say: that is the room config.
package pack
