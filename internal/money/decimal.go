// Package money is amounts in whole minor units of a currency, and exact decimal
// rates. No float comes near it: a report that is a fen off is a wrong report.
package money

import (
	"cmp"
	"fmt"
	"math/big"
	"strings"
)

// Decimal is an exact non-negative decimal number as typed: at most twelve
// digits before the point and six after it. The zero value is absent, which is
// not the same as 0.
type Decimal struct {
	micro int64 // millionths
	given bool
}

const (
	scale     = 6
	unit      = 1_000_000
	maxDigits = 12
)

// ParseDecimal reads digits with at most one point: 7.80, 100, 0.91.
func ParseDecimal(s string) (Decimal, error) {
	whole, part, pointed := strings.Cut(s, ".")
	if whole == "" || pointed && part == "" || strings.Trim(whole+part, "0123456789") != "" {
		return Decimal{}, fmt.Errorf("%q is not a decimal number such as 100 or 7.80 (no sign, no thousands separator)", s)
	}
	if len(strings.TrimLeft(whole, "0")) > maxDigits || len(part) > scale {
		return Decimal{}, fmt.Errorf("%q has more than %d digits before or %d after the point", s, maxDigits, scale)
	}
	var micro int64
	for _, r := range whole + part + strings.Repeat("0", scale-len(part)) {
		micro = micro*10 + int64(r-'0')
	}
	return Decimal{micro: micro, given: true}, nil
}

// MustDecimal is ParseDecimal for numbers written in code and tests.
func MustDecimal(s string) Decimal {
	d, err := ParseDecimal(s)
	if err != nil {
		panic(err)
	}
	return d
}

// DecimalOf is a whole number.
func DecimalOf(n int64) Decimal { return Decimal{micro: n * unit, given: true} }

// IsZero tells whether no number was given; a given 0 is not absent.
func (d Decimal) IsZero() bool { return !d.given }

// Sign is 1 for a positive number, 0 for 0 or absent.
func (d Decimal) Sign() int { return cmp.Compare(d.micro, 0) }

// Compare orders by value.
func (d Decimal) Compare(other Decimal) int { return cmp.Compare(d.micro, other.micro) }

// Fits tells whether the number has at most n digits after the point.
func (d Decimal) Fits(n int) bool {
	step := int64(1)
	for range scale - n {
		step *= 10
	}
	return d.micro%step == 0
}

// String gives the number with the fewest digits, but never one digit after the
// point, as money is written: 7.80, 100, 0.125. Absent gives nothing.
func (d Decimal) String() string {
	if !d.given {
		return ""
	}
	whole, part := d.micro/unit, fmt.Sprintf("%06d", d.micro%unit)
	part = strings.TrimRight(part, "0")
	switch len(part) {
	case 0:
		return fmt.Sprint(whole)
	case 1:
		part += "0"
	}
	return fmt.Sprintf("%d.%s", whole, part)
}

// MarshalText gives what String gives.
func (d Decimal) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText gives.
func (d *Decimal) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Decimal{}
		return nil
	}
	parsed, err := ParseDecimal(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

func (d Decimal) rat() *big.Rat { return big.NewRat(d.micro, unit) }
