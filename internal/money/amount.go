package money

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
)

// Currency is an ISO 4217 code in capitals.
type Currency string

// CNY is the currency in which budgets are approved.
const CNY Currency = "CNY"

// minor lists the currencies whose minor unit isn't a hundredth (ISO 4217, list
// one). A currency that is missing here has two digits.
var minor = map[Currency]int{
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0,
	"RWF": 0, "UGX": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
	"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
}

// Digits is how many digits after the point the currency has: JPY 0, CNY 2, KWD 3.
func (c Currency) Digits() int {
	if n, odd := minor[c]; odd {
		return n
	}
	return 2
}

// Known tells whether c looks like a currency code: three capital letters.
func (c Currency) Known() bool {
	return len(c) == 3 && strings.Trim(string(c), "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// Amount is money: whole minor units (fen, cents, yen) of one currency.
type Amount struct {
	Minor    int64
	Currency Currency
}

// ErrTooLarge says that a sum no longer fits; no trip costs so much.
var ErrTooLarge = errors.New("the amount is too large to count")

// Of makes an amount of a decimal number; the number mustn't be finer than the
// currency: half a yen is an error, not a rounding.
func Of(d Decimal, c Currency) (Amount, error) {
	if !d.Fits(c.Digits()) {
		return Amount{}, fmt.Errorf("%s %s: the currency has %d digits after the point", d, c, c.Digits())
	}
	return round(d.rat(), c)
}

// Yuan is an amount in CNY; the number is rounded to the fen, half up.
func Yuan(d Decimal) Amount {
	a, err := round(d.rat(), CNY)
	if err != nil { // twelve digits always fit
		return Amount{Currency: CNY}
	}
	return a
}

// round goes to whole minor units, half up (away from zero), as finance offices do.
func round(r *big.Rat, c Currency) (Amount, error) {
	p := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(c.Digits())), nil)
	num := new(big.Int).Mul(r.Num(), p)
	den := r.Denom()
	num.Mul(num, big.NewInt(2)).Add(num, den)
	q := num.Div(num, new(big.Int).Mul(den, big.NewInt(2)))
	if !q.IsInt64() {
		return Amount{}, ErrTooLarge
	}
	return Amount{Minor: q.Int64(), Currency: c}, nil
}

// Product is rate × units × fx in the target currency, rounded once at the end.
func Product(rate Decimal, units int, fx Decimal, target Currency) (Amount, error) {
	r := rate.rat()
	r.Mul(r, new(big.Rat).SetInt64(int64(units)))
	r.Mul(r, fx.rat())
	return round(r, target)
}

// Add joins two amounts of one currency.
func (a Amount) Add(b Amount) (Amount, error) {
	if a.Currency != b.Currency {
		return Amount{}, fmt.Errorf("adding %s to %s", b.Currency, a.Currency)
	}
	sum := a.Minor + b.Minor
	if (sum > a.Minor) != (b.Minor > 0) {
		return Amount{}, ErrTooLarge
	}
	return Amount{Minor: sum, Currency: a.Currency}, nil
}

// Decimal is the amount as a number in major units.
func (a Amount) Decimal() Decimal {
	micro := a.Minor
	for range scale - a.Currency.Digits() {
		micro *= 10
	}
	return Decimal{micro: micro, given: true}
}

// String gives all digits of the currency and its code: "3120.00 CNY", "20000 JPY".
func (a Amount) String() string { return a.Number() + " " + string(a.Currency) }

// Number gives the figure alone: "3120.00".
func (a Amount) Number() string {
	n := a.Currency.Digits()
	sign, abs := "", a.Minor
	if abs < 0 {
		sign, abs = "-", -abs
	}
	s := fmt.Sprintf("%0*d", n+1, abs)
	if n == 0 {
		return sign + s
	}
	return sign + s[:len(s)-n] + "." + s[len(s)-n:]
}

// Figure writes the number as people read it.
func (a Amount) Figure() string { return Figure(a.Number()) }

// Figure writes a plain number as people read it: thousands apart, and nothing
// after the point where it is whole: 158,400, 158,400.50.
func Figure(number string) string {
	whole, part, _ := strings.Cut(number, ".")
	sign := ""
	if digits, negative := strings.CutPrefix(whole, "-"); negative {
		sign, whole = "−", digits
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if strings.Trim(part, "0") != "" {
		whole += "." + part
	}
	return sign + whole
}
