package approval

// Returned lists the fields that were sent back, for the ledger.
func (e SentBack) Returned() []string {
	var out []string
	for _, d := range e.Defects {
		out = append(out, d.Field)
	}
	return out
}
