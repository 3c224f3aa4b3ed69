// Package requirement works out what one case needs for all three links:
// approval, passport and visa (一次提供，多处使用).
//
// For(facts, parameters) gives every datum, material, act and order, each with
// its links, its owner, the condition that calls for it and the basis of that
// condition, and with one of four statuses: Held, Derivable, Missing or
// NotNeeded. What is held or derivable is never asked for. The task list, the
// reviewer's checklist, the visa kit, the orders and the acts of the visit plan
// are views of this one result.
//
// It judges nothing (that is precheck's), plans no day (visit's) and keeps
// nothing: the same facts give the same list in the same order. Every limit is
// a parameter with its basis.
package requirement
