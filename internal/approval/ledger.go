package approval

import "yitang/internal/calendar"

// Returned lists the fields that were sent back, for the ledger.
func (e SentBack) Returned() []string {
	var out []string
	for _, d := range e.Defects {
		out = append(out, d.Field)
	}
	return out
}

// Granted tells the ledger the day of the document; of several the first counts.
func (e DocumentIssued) Granted() calendar.Date { return e.On }
