package money

import (
	"testing"

	"pgregory.net/rapid"
)

func TestMinorUnitsFollowTheCurrency(t *testing.T) {
	for _, c := range []struct {
		number   string
		currency Currency
		want     string
	}{
		{"20000", "JPY", "20000 JPY"}, {"3120", "CNY", "3120.00 CNY"}, {"1.250", "KWD", "1.250 KWD"}, {"0.05", "EUR", "0.05 EUR"},
	} {
		a, err := Of(MustDecimal(c.number), c.currency)
		if err != nil || a.String() != c.want {
			t.Errorf("%s %s: %s %v", c.number, c.currency, a, err)
		}
	}
	for number, currency := range map[string]Currency{"0.5": "JPY", "1.005": "CNY", "1.0005": "KWD"} {
		if a, err := Of(MustDecimal(number), currency); err == nil {
			t.Errorf("%s %s became %s", number, currency, a)
		}
	}
}

func TestProductIsRoundedOnceAtTheEnd(t *testing.T) {
	for _, c := range []struct {
		rate  string
		units int
		fx    string
		want  string
	}{
		{"100", 4, "7.80", "3120.00"}, {"20000", 3, "0.048213", "2892.78"}, {"33.335", 1, "1", "33.34"}, {"0.333333", 3, "1", "1.00"},
	} {
		a, err := Product(MustDecimal(c.rate), c.units, MustDecimal(c.fx), CNY)
		if err != nil || a.Number() != c.want {
			t.Errorf("%s x %d x %s = %s %v, want %s", c.rate, c.units, c.fx, a.Number(), err, c.want)
		}
	}
}

func TestNumbersThatAreNotPlainDecimalsAreRefused(t *testing.T) {
	for _, s := range []string{"", "-1", "+1", "1,000", "1e3", ".5", "5.", "1.2.3", "1.0000001", "1234567890123", "１"} {
		if d, err := ParseDecimal(s); err == nil {
			t.Errorf("%q became %s", s, d)
		}
	}
}

func TestSumsThatDoNotFitAreErrors(t *testing.T) {
	big := Amount{Minor: 1<<63 - 1, Currency: CNY}
	if a, err := big.Add(Amount{Minor: 1, Currency: CNY}); err == nil {
		t.Errorf("overflow gave %s", a)
	}
	if _, err := big.Add(Amount{Minor: 1, Currency: "EUR"}); err == nil {
		t.Error("euros were added to yuan")
	}
	if a, err := Product(MustDecimal("999999999999"), 1<<30, MustDecimal("999999"), CNY); err == nil {
		t.Errorf("overflow gave %s", a)
	}
}

func TestDecimalTextReadsBackAsTheSameNumber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Decimal{micro: rapid.Int64Range(0, 999_999_999_999_999_999).Draw(t, "micro"), given: true}
		if back := MustDecimal(d.String()); back != d {
			t.Fatalf("%s reads back as %s", d, back)
		}
	})
}
