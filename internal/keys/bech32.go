package keys

import "strings"

// ageIdentity spells a 32-byte X25519 scalar as age spells secret keys. The
// age library draws its own randomness; keys must come from the source that
// Create was given, so that a simulated node can be made again.
//
// Format: Bech32 of BIP 173 with the prefix "age-secret-key-", in upper case
// (age specification, "The X25519 recipient type").
func ageIdentity(scalar []byte) string {
	return strings.ToUpper(bech32("age-secret-key-", scalar))
}

const bech32Alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

func bech32(prefix string, data []byte) string {
	// Eight bits to five, the last group filled with zeros.
	var groups []byte
	acc, bits := uint32(0), 0
	for _, b := range data {
		acc = acc<<8 | uint32(b)
		for bits += 8; bits >= 5; {
			bits -= 5
			groups = append(groups, byte(acc>>bits)&31)
		}
	}
	if bits > 0 {
		groups = append(groups, byte(acc<<(5-bits))&31)
	}

	check := uint32(1)
	feed := func(v byte) {
		top := check >> 25
		check = (check&0x1ffffff)<<5 ^ uint32(v)
		for i, g := range [5]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
			if top>>i&1 == 1 {
				check ^= g
			}
		}
	}
	for _, c := range []byte(prefix) {
		feed(c >> 5)
	}
	feed(0)
	for _, c := range []byte(prefix) {
		feed(c & 31)
	}
	for _, g := range groups {
		feed(g)
	}
	for range 6 {
		feed(0)
	}
	check ^= 1

	var out strings.Builder
	out.WriteString(prefix)
	out.WriteByte('1')
	for _, g := range groups {
		out.WriteByte(bech32Alphabet[g])
	}
	for i := range 6 {
		out.WriteByte(bech32Alphabet[check>>(5*(5-i))&31])
	}
	return out.String()
}
