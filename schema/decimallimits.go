package schema

import (
	"encoding/json"
	"math/big"
	"strings"

	"github.com/tenonapi/tenon/openapi"
)

// decimalLimits are the rules maxDigits and decimalPlaces, -1 for none, and
// multipleOf, nil for none.
type decimalLimits struct {
	digits, places int
	step           *Decimal
	stepText       string // as written
}

// describe gives the limits to the keywords of a schema. A number of digits
// without one of places is said as far as that goes: no keyword counts digits.
func (l *decimalLimits) describe(s *openapi.Schema) {
	whole, places := l.digits, l.places
	if l.digits >= 0 && l.places >= 0 {
		whole = max(0, l.digits-l.places)
	}
	if l.digits >= 0 && (places < 0 || places > l.digits) {
		places = l.digits
	}
	if 0 <= whole && whole < MaxDecimalDigits && l.digits >= 0 {
		limit := Decimal{unscaled: powerOfTen(whole)}
		narrow(s.Maximum, &s.ExclusiveMaximum, limit, -1)
		limit.unscaled = new(big.Int).Neg(limit.unscaled)
		narrow(s.Minimum, &s.ExclusiveMinimum, limit, 1)
	}
	if multiple := l.multiple(places); multiple != "" {
		s.MultipleOf = json.Number(multiple)
	}
}

// narrow sets the exclusive bound to limit, unless it or the inclusive one is
// narrower: compares to limit as side.
func narrow(inclusive json.Number, exclusive *json.Number, limit Decimal, side int) {
	for _, text := range []json.Number{inclusive, *exclusive} {
		if bound, err := ParseDecimal(string(text)); err == nil && bound.Cmp(limit) == side {
			return
		}
	}
	*exclusive = json.Number(limit.String())
}

// multiple returns the number whose multiples are those of step that have at
// most so many places, or "" if all numbers are.
func (l *decimalLimits) multiple(places int) string {
	if places < 0 || places >= MaxDecimalDigits {
		return l.stepText
	}
	if l.step == nil {
		return Decimal{big.NewInt(1), places}.String()
	}
	scale := max(places, l.step.scale)
	step := new(big.Int).Mul(l.step.unscaled, powerOfTen(scale-l.step.scale))
	unit := powerOfTen(scale - places)
	common := new(big.Int).Mul(step, new(big.Int).Div(unit, new(big.Int).GCD(nil, nil, step, unit)))
	if common.Cmp(step) == 0 {
		return l.stepText
	}
	text := Decimal{common, scale}.String()
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}

func powerOfTen(exp int) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(exp)), nil)
}
