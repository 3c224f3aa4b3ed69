package material

import "yitang/internal/blob"

// Carries names the file that travels with the record to the zones that hear
// of it (exchange.Carries).
func (e Added) Carries() []blob.Ref {
	d, err := blob.ParseDigest(e.Digest)
	if err != nil {
		return nil // a paper that is only named, without bytes
	}
	return []blob.Ref{{Digest: d, Size: e.Size}}
}
