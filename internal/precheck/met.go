package precheck

import "yitang/internal/dossier"

// meet shows the case to those parts of the known that compare it with what
// they hold. They are copied: the caller's stay as they were.
func (k *Known) meet(c *dossier.Case) {
	if k.Amendment != nil {
		a := *k.Amendment
		a.wanted, k.Amendment = c, &a
	}
}

// orEmpty is what a rule sees of a part that another moment has: nothing in it.
func orEmpty[T any](part *T) *T {
	if part == nil {
		return new(T)
	}
	return part
}
