package exchange

// Cursor is how far a stream was applied. The zero value is before the first
// bundle.
type Cursor struct {
	Epoch    int64
	Sequence int64
	Digest   Hash // of the last applied inner bundle
	Last     int64
}

// Next tells whether a bundle is the one to apply now. If not: a Refusal with
// Repeated (harmless), Gap (it must wait) or Forked.
//
// A new epoch begins with number 1 and follows no bundle; what it repeats of
// the journal is known already and isn't taken twice.
func (c Cursor) Next(h Header) error {
	switch {
	case h.Epoch < c.Epoch, h.Epoch == c.Epoch && h.Sequence <= c.Sequence:
		return refuse(Repeated, "number %d of epoch %d was applied already", h.Sequence, h.Epoch)
	case h.Epoch > c.Epoch && h.Sequence != 1:
		return refuse(Gap, "number %d begins no epoch; number 1 of epoch %d is missing", h.Sequence, h.Epoch)
	case h.Epoch > c.Epoch:
		c = Cursor{}
	case h.Sequence > c.Sequence+1:
		return refuse(Gap, "number %d came, number %d is missing", h.Sequence, c.Sequence+1)
	}
	if h.Previous != c.Digest || h.First != c.Last+1 {
		return refuse(Forked, "number %d doesn't continue what was applied", h.Sequence)
	}
	return nil
}
