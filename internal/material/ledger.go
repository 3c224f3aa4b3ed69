package material

// Asked names the paper that somebody uploaded in the course of a case.
func (e Added) Asked() []string {
	if e.Case == "" {
		return nil
	}
	owner := string(e.OwnerKind)
	if e.OwnerKind == OfPerson {
		owner = e.Owner
	}
	return []string{"material:" + e.Kind + "@" + owner}
}
