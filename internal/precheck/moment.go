package precheck

// At is the moment at which a case is judged.
type At string

const (
	Draft    At = "draft"     // as the officer types
	Submit   At = "submit"    // what keeps a case from being handed in
	Intake   At = "intake"    // in the office, on arrival
	Decide   At = "decide"    // at the decision
	Order    At = "order"     // when a booklet is ordered
	Lodge    At = "lodge"     // before a batch goes to a mission
	Checkout At = "checkout"  // before booklets are handed out
	Amending At = "amendment" // what is wanted beside what was approved
	After    At = "after"     // when people are back
)

// Moments lists them in the order in which a case meets them.
func Moments() []At {
	return []At{Draft, Submit, Intake, Decide, Order, Lodge, Checkout, Amending, After}
}

// Severity is what a finding does.
type Severity string

const (
	Block Severity = "block" // submission stops
	Warn  Severity = "warn"  // must be answered
	Info  Severity = "info"
)

func (s Severity) order() int {
	switch s {
	case Block:
		return 0
	case Warn:
		return 1
	case Info:
		return 2
	}
	return 3
}
