// Package feedback is what people say about how they were served (好差评), and what
// the office owes whoever was dissatisfied. Homes: internet for a rating, the
// office for the duty that a poor one opens.
//
// One rating for one case, and one for each visit to the hall with its acts, five
// grades, voluntary: it may be declined, and a
// case doesn't wait for ever for it. A poor one opens a duty: it is answered,
// followed up, and settled by somebody else than who answered. A rating without a
// name names its giver's case to nobody in the office.
//
// Basis: 国办发〔2019〕51号: all items, once an item, voluntary.
package feedback
