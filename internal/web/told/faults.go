package told

import "yitang/internal/fault"

func notFound(way string) error { return fault.NotFound("way " + way) }

// unsent says that a code couldn't be sent: the address may be right.
func unsent(way string) error {
	return fault.Invalid(fault.Finding{Field: way, Key: "told.address.unsent"})
}

func mistaken(way string) error {
	return fault.Invalid(fault.Finding{Field: "code_" + way, Key: "told.code.wrong"})
}
