package jsonschema_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
)

// Small numbers can be written out, so math/big can judge them as fractions.
func TestNumbersAgreeWithFractions(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	number := func() (string, *big.Rat) {
		text := fmt.Sprint(random.IntN(2000) - 1000)
		if n := random.IntN(3); n > 0 {
			text += "." + strings.Repeat("0", random.IntN(3)) + fmt.Sprint(random.IntN(100))
		}
		if random.IntN(2) == 0 {
			text += fmt.Sprintf("%s%d", []string{"e", "E+", "e-", "e0"}[random.IntN(4)], random.IntN(5))
		}
		value, ok := new(big.Rat).SetString(text)
		if !ok {
			t.Fatalf("math/big does not read %s", text)
		}
		return text, value
	}
	for range 5000 {
		a, x := number()
		b, y := number()
		want := map[string]bool{
			fmt.Sprintf(`{"minimum":%s}`, b):          x.Cmp(y) >= 0,
			fmt.Sprintf(`{"maximum":%s}`, b):          x.Cmp(y) <= 0,
			fmt.Sprintf(`{"exclusiveMinimum":%s}`, b): x.Cmp(y) > 0,
			fmt.Sprintf(`{"exclusiveMaximum":%s}`, b): x.Cmp(y) < 0,
			fmt.Sprintf(`{"const":%s}`, b):            x.Cmp(y) == 0,
			fmt.Sprintf(`{"enum":[null,%s]}`, a):      true,
			`{"type":"integer"}`:                      x.IsInt(),
		}
		if y.Sign() > 0 {
			want[fmt.Sprintf(`{"multipleOf":%s}`, b)] = new(big.Rat).Quo(x, y).IsInt()
		}
		for schema, valid := range want {
			if err := mustCompile(t, schema).Validate([]byte(a)); (err == nil) != valid {
				t.Errorf("schema %s, value %s: got error %v, want valid: %v", schema, a, err, valid)
			}
		}
	}
}
