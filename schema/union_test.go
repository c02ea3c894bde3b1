package schema_test

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/schema"
)

// A payment is a union with variants of every layout that an interface may hold.
type payment interface{ pay() }

type (
	card struct { // by value, several words
		Number string `json:"number" check:"minLength=4"`
		CVC    string `json:"cvc,omitempty" default:""`
	}
	transfer struct { // by pointer
		IBAN string `json:"iban"`
	}
	voucher struct { // one pointer, which an interface holds itself
		Code *string `json:"code"`
	}
	closedVoucher struct { // still one pointer
		_    struct{} `check:"additionalProperties=false"`
		Code *string  `json:"code"`
	}
	labels struct { // one pointer too
		Tags map[string]int `json:"tags"`
	}
	cash  struct{} // nothing
	check struct { // has the discriminator itself
		Amount int    `json:"amount"`
		Type   string `json:"type"`
	}
	split struct { // contains the union in every way
		Left    payment             `json:"left"`
		Opt     schema.Opt[payment] `json:"opt"`
		Pointer *payment            `json:"pointer"`
		List    []payment           `json:"list,omitempty" default:"[]"`
		Map     map[string]payment  `json:"map,omitempty" default:"{}"`
		Two     *[2]payment         `json:"two"`
	}
	stranger struct{}
)

func (card) pay()          {}
func (*transfer) pay()     {}
func (voucher) pay()       {}
func (closedVoucher) pay() {}
func (labels) pay()        {}
func (cash) pay()          {}
func (check) pay()         {}
func (*split) pay()        {}
func (stranger) pay()      {}

func payments() schema.Union {
	return schema.UnionOf[payment]("type",
		schema.As[card]("card"), schema.As[transfer]("transfer"), schema.As[voucher]("voucher"),
		schema.As[closedVoucher]("closed"), schema.As[labels]("tags"), schema.As[cash]("cash"),
		schema.As[check]("check"), schema.As[split]("split"))
}

// withUnions returns the plan of T, or ends the test.
func withUnions[T any](t testing.TB, cfg schema.Config, unions ...schema.Union) *schema.Type[T] {
	t.Helper()
	set := schema.NewSet(cfg)
	for _, u := range unions {
		assert.NoError(t, set.Add(u))
	}
	plan, err := schema.Compile[T](set)
	assert.NoError(t, err)
	return plan
}

const allTags = `'card', 'transfer', 'voucher', 'closed', 'tags', 'cash', 'check', 'split'`

func badTag(loc, name string) string {
	return issue("union_tag_invalid", loc, "Input tag '"+name+"' found using 'type' does not match any of the expected tags: "+allTags, "",
		`{"discriminator":"'type'","tag":"`+name+`","expected_tags":"`+allTags+`"}`)
}

func TestUnionVariants(t *testing.T) {
	plan := withUnions[payment](t, schema.Config{}, payments())
	abc := "abc"
	c := payment(card{"1234", ""})
	for _, test := range []struct {
		name, in string
		want     payment
		out      string // if not in
	}{
		{"by value", `{"type":"card","number":"1234","cvc":"1"}`, card{"1234", "1"}, ""},
		{"a default", `{"type":"card","number":"1234"}`, c, ""},
		{"by pointer", `{"type":"transfer","iban":"DE"}`, &transfer{"DE"}, ""},
		{"one pointer", `{"type":"voucher","code":"abc"}`, voucher{&abc}, ""},
		{"one pointer, nil", `{"type":"voucher","code":null}`, voucher{}, ""},
		{"one pointer beside nothing", `{"type":"closed","code":"abc"}`, closedVoucher{Code: &abc}, ""},
		{"one map", `{"type":"tags","tags":{"a":1}}`, labels{map[string]int{"a": 1}}, ""},
		{"nothing", `{"type":"cash"}`, cash{}, ""},
		{"own discriminator", `{"type":"check","amount":1}`, check{1, "check"}, ""},
		{"tag last", `{"number":"1234","type":"card"}`, c, `{"type":"card","number":"1234"}`},
		{"tag between", `{"x":{"type":"cash"},"number":"1234","type":"card","y":[{}]}`, c, `{"type":"card","number":"1234"}`},
		{"escaped tag", `{"\u0074ype":"c\u0061rd","number":"1234"}`, c, `{"type":"card","number":"1234"}`},
		{"white space", " {\n\"type\" : \"card\" ,\"number\": \"1234\" } ", c, `{"type":"card","number":"1234"}`},
		{"everywhere", `{"type":"split","left":{"type":"cash"},"opt":{"type":"transfer","iban":"a"},"pointer":{"type":"card","number":"1234"},` +
			`"list":[{"type":"cash"},{"type":"voucher","code":"abc"}],"map":{"a":{"type":"cash"},"b":{"type":"tags","tags":{}}},"two":[{"type":"cash"},{"type":"cash"}]}`,
			&split{cash{}, schema.Some[payment](&transfer{"a"}), &c, []payment{cash{}, voucher{&abc}},
				map[string]payment{"a": cash{}, "b": labels{map[string]int{}}}, &[2]payment{cash{}, cash{}}}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := plan.Decode([]byte(test.in))
			assert.Equal(t, issuesOf(err), "")
			assert.Equal(t, got, test.want)
			if test.out == "" {
				test.out = test.in
			}
			out, err := plan.Append(nil, &got)
			assert.NoError(t, err)
			assert.Equal(t, string(out), test.out)
			_, err = withUnions[payment](t, schema.Config{ForbidUnknown: true}, payments()).Decode([]byte(test.out))
			assert.Equal(t, issuesOf(err), "", "the tag is no unknown member")
		})
	}
}

func TestUnionIssues(t *testing.T) {
	const dictionary = "Input should be a valid dictionary or object to extract fields from"
	extra := func(loc, input string) string {
		return issue("extra_forbidden", loc, "Extra inputs are not permitted", input, "")
	}
	short := func(loc string) string {
		return issue("string_too_short", loc, "String should have at least 4 characters", `"1"`, `{"min_length":4}`)
	}
	repeated := func(loc string) string {
		return issue("duplicate_member", loc, "Member should be given once", "", "")
	}
	malformed := func(offset int, reason string) string {
		return "malformed " + issue("json_invalid", fmt.Sprintf("[%d]", offset), "JSON decode error", "", `{"error":`+quote(reason)+`}`)
	}
	long := strings.Repeat("x", 255)
	for _, test := range []struct{ name, in, want string }{
		{"null", `null`, issue("model_attributes_type", `[]`, dictionary, `null`, "")},
		{"string", `"card"`, issue("model_attributes_type", `[]`, dictionary, `"card"`, "")},
		{"list", `[{}]`, issue("model_attributes_type", `[]`, dictionary, "", "")},
		{"no tag", `{"number":"1"}`, noTag(`[]`, "type")},
		{"empty", `{}`, noTag(`[]`, "type")},
		{"tag inside", `{"x":{"type":"card"}}`, noTag(`[]`, "type")},
		{"tag is a number", `{"type":1}`, noTag(`[]`, "type")},
		{"tag is null", `{"type":null,"number":"1"}`, noTag(`[]`, "type")},
		{"tag is an object", `{"type":{"type":"card"}}`, noTag(`[]`, "type")},
		{"wrong tag", `{"type":"gold","number":1}`, badTag(`[]`, "gold")},
		{"tag in the wrong case", `{"type":"Card"}`, badTag(`[]`, "Card")},
		{"empty tag", `{"type":""}`, badTag(`[]`, "")},
		{"long tag", `{"type":"` + long + `éa"}`, badTag(`[]`, long)},
		{"repeated tag", `{"type":"cash","type":"cash"}`, repeated(`["cash","type"]`)},
		{"the first tag counts", `{"type":"card","number":"1234","type":"cash"}`, repeated(`["card","type"]`)},
		{"repeated tag of its own", `{"type":"check","amount":1,"type":"cash"}`, repeated(`["check","type"]`)},
		{"in the variant", `{"type":"card","number":"1"}`, short(`["card","number"]`)},
		{"missing in the variant", `{"type":"transfer"}`, missing(`["transfer","iban"]`)},
		{"two in the variant, in order", `{"type":"card","cvc":1,"number":"1"}`, lines(short(`["card","number"]`),
			issue("string_type", `["card","cvc"]`, "Input should be a valid string", `1`, ""))},
		{"wrong case in the variant", `{"type":"card","Number":"1","number":"1234"}`,
			issue("member_case", `["card","Number"]`, "Member should be written 'number'", `"1"`, `{"expected":"number"}`)},
		{"closed variant", `{"type":"closed","code":null,"x":1}`, extra(`["closed","x"]`, `1`)},
		{"open inside of closed", `{"x":1,"type":"cash"}`, ""},
		{"everywhere", `{"type":"split","left":{"type":"card","number":"1"},"opt":{"type":"x"},"pointer":{},"list":[{"type":"cash"},{"type":"transfer"}],` +
			`"map":{"a":1},"two":[{"type":"cash"},{"type":"tags","tags":{"a":""}}]}`, lines(
			short(`["split","left","card","number"]`), badTag(`["split","opt"]`, "x"), noTag(`["split","pointer"]`, "type"),
			missing(`["split","list",1,"transfer","iban"]`), issue("model_attributes_type", `["split","map","a"]`, dictionary, `1`, ""),
			issue("int_type", `["split","two",1,"tags","tags","a"]`, "Input should be a valid integer", `""`, ""))},
		{"cut before the tag", `{"a":1`, malformed(6, "Expecting ',' delimiter")},
		{"bad value before the tag", `{"a":x,"type":"cash"}`, malformed(5, "Expecting value")},
		{"bad name", `{1:1}`, malformed(1, "Expecting property name enclosed in double quotes")},
		{"bad tag", `{"type":"ca`, malformed(8, "Unterminated string starting at")},
		{"bad behind a wrong tag", `{"type":"x",}`, malformed(11, "Illegal trailing comma before end of object")},
		{"bad behind a tag that is no string", `{"type":tru}`, malformed(8, "Expecting value")},
		{"bad behind the tag", `{"type":"cash","a":}`, malformed(19, "Expecting value")},
		{"behind the value", `{"type":"cash"}}`, malformed(15, "Extra data")},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := withUnions[payment](t, schema.Config{}, payments()).Decode([]byte(test.in))
			assert.Equal(t, issuesOf(err), test.want)
		})
	}
	t.Run("forbidden by the set", func(t *testing.T) {
		_, err := withUnions[[]payment](t, schema.Config{ForbidUnknown: true}, payments()).
			Decode([]byte(`[{"type":"card","number":"1234","x":{"type":1}},{"x":1,"type":"cash"},{"type":"split","left":{"type":"cash"},"a":""}]`))
		assert.Equal(t, issuesOf(err), lines(extra(`[0,"card","x"]`, ""), extra(`[1,"cash","x"]`, `1`), extra(`[2,"split","a"]`, `""`)))
	})
	t.Run("nesting limit", func(t *testing.T) {
		plan := withUnions[payment](t, schema.Config{MaxDepth: 1}, payments())
		_, err := plan.Decode([]byte(`{"type":"cash"}`))
		assert.NoError(t, err)
		for _, in := range []string{`{"x":{},"type":"cash"}`, `{"type":"split","left":{"type":"cash"}}`} {
			_, err = plan.Decode([]byte(in))
			assert.Contains(t, issuesOf(err), "Nesting too deep", in)
		}
	})
	t.Run("issue limit", func(t *testing.T) {
		_, err := withUnions[[]payment](t, schema.Config{MaxIssues: 2}, payments()).Decode([]byte(`[{"type":"x"},{},{"type":"transfer"},1]`))
		assert.Equal(t, issuesOf(err), lines(badTag(`[0]`, "x"), noTag(`[1]`, "type"),
			issue("too_many_errors", `[2,"transfer","iban"]`, "Too many errors, the rest is not listed", "", "")))
	})
	t.Run("from text", func(t *testing.T) {
		set := schema.NewSet(schema.Config{})
		assert.NoError(t, set.Add(payments()))
		f, err := set.Field(reflect.TypeFor[struct{ V payment }](), []int{0}, "v")
		assert.NoError(t, err)
		_, issues := lone{set, f, reflect.TypeFor[struct{ V payment }]()}.text("card")
		assert.Equal(t, issues, issue("model_attributes_type", `["v"]`, dictionary, `"card"`, ""))
	})
}

func TestUnionEncode(t *testing.T) {
	plan := withUnions[payment](t, schema.Config{}, payments())
	t.Run("the discriminator is that of the variant", func(t *testing.T) {
		for _, typ := range []string{"", "cash", "check"} {
			v := payment(check{1, typ})
			out, err := plan.Append(nil, &v)
			assert.NoError(t, err)
			assert.Equal(t, string(out), `{"type":"check","amount":1}`)
		}
	})
	t.Run("pointers to variants by value", func(t *testing.T) {
		code := "c"
		v := []payment{&card{Number: "n"}, &voucher{&code}, &closedVoucher{Code: &code}, &labels{map[string]int{"a": 1}}, &cash{}, &check{Amount: 1}}
		plan := withUnions[[]payment](t, schema.Config{}, payments())
		out, err := plan.Append(nil, &v)
		assert.NoError(t, err)
		assert.Equal(t, string(out), `[{"type":"card","number":"n"},{"type":"voucher","code":"c"},{"type":"closed","code":"c"},`+
			`{"type":"tags","tags":{"a":1}},{"type":"cash"},{"type":"check","amount":1}]`)
	})
	circle := &split{}
	circle.Left = circle
	for _, test := range []struct {
		name  string
		value payment
		want  string
	}{
		{"nil", nil, "a schema_test.payment holds nil, which is no variant of its union"},
		{"nil pointer", (*transfer)(nil), "a schema_test.payment holds a nil *schema_test.transfer, which is no variant of its union"},
		{"foreign", stranger{}, "a schema_test.payment holds a schema_test.stranger, which is no variant of its union"},
		{"foreign pointer", &stranger{}, "a schema_test.payment holds a *schema_test.stranger, which is no variant of its union"},
		{"nil pointer to a variant by value", (*card)(nil), "a schema_test.payment holds a nil *schema_test.card, which is no variant of its union"},
		{"nil pointer to a variant of one pointer", (*closedVoucher)(nil), "a schema_test.payment holds a nil *schema_test.closedVoucher, which is no variant of its union"},
		{"inside", &split{Left: cash{}, List: []payment{nil}}, "a schema_test.payment holds nil, which is no variant of its union"},
		{"contains itself", circle, "a value is nested too deep, or contains itself"},
		{"bad text", card{"\xff", ""}, "a string is not valid UTF-8"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := plan.Append(nil, &test.value)
			assert.Equal(t, fmt.Sprint(err), test.want)
		})
	}
	t.Run("omitted", func(t *testing.T) {
		type holds struct {
			A payment `json:"a,omitempty"`
			B payment `json:"b,omitzero"`
		}
		plan := withUnions[holds](t, schema.Config{}, payments())
		out, err := plan.Append(nil, &holds{})
		assert.NoError(t, err)
		assert.Equal(t, string(out), `{}`)
		out, err = plan.Append(nil, &holds{cash{}, cash{}})
		assert.NoError(t, err)
		assert.Equal(t, string(out), `{"a":{"type":"cash"},"b":{"type":"cash"}}`)
	})
}

type embedsPayment struct {
	payment `json:"-"` //nolint:unused // embedded on purpose
	Payment
}

// Payment is a union that can be embedded.
type Payment interface{ pay() }

func TestUnionDefault(t *testing.T) {
	type holds struct {
		V payment  `json:"v" default:"{\"type\":\"voucher\",\"code\":\"a\"}" check:""`
		P *payment `json:"p"`
	}
	plan := withUnions[holds](t, schema.Config{}, payments())
	got, err := plan.Decode([]byte(`{"p":null}`))
	assert.NoError(t, err)
	assert.Equal(t, *got.V.(voucher).Code, "a")
	type wrong struct {
		V payment `default:"{\"type\":\"card\"}"`
	}
	set := schema.NewSet(schema.Config{})
	assert.NoError(t, set.Add(payments()))
	_, err = schema.Compile[wrong](set)
	assert.Contains(t, fmt.Sprint(err), `the default {"type":"card"} does not fit the field: card.number: Field required`)
}

func TestUnionEmbedded(t *testing.T) {
	plan := withUnions[embedsPayment](t, schema.Config{}, schema.UnionOf[Payment]("kind", schema.As[cash]("cash")))
	got, err := plan.Decode([]byte(`{"Payment":{"kind":"cash"}}`))
	assert.NoError(t, err)
	assert.Equal(t, got, embedsPayment{Payment: cash{}})
}

// TestUnionFromAVariant begins with a variant, whose plan is under way when the
// union in it is compiled.
func TestUnionFromAVariant(t *testing.T) {
	type withSets struct {
		Splits []split   `json:"splits" check:"uniqueItems" default:"[{\"left\":{\"type\":\"cash\"},\"pointer\":null,\"two\":null}]"`
		Checks []payment `json:"checks" check:"uniqueItems" example:"[{\"type\":\"check\",\"amount\":1},{\"type\":\"check\",\"amount\":2}]"`
	}
	withUnions[withSets](t, schema.Config{}, payments())
	plan := withUnions[split](t, schema.Config{}, payments())
	const text = `{"left":{"type":"split","left":{"type":"check","amount":1},"pointer":null,"two":null},"pointer":null,"two":null}`
	got, err := plan.Decode([]byte(text))
	assert.NoError(t, err)
	out, err := plan.Append(nil, &got)
	assert.NoError(t, err)
	assert.Equal(t, string(out), text)
}

type otherUnion interface{ pay() }

type (
	wrongOwn    struct{ Type int }
	readOnlyOwn struct {
		Type string `readOnly:"true"`
	}
	ownJSON struct{ A int }
	badRule struct {
		A int `check:"minLength=1"`
	}
	textOfOwn struct{ leafText }
)

func (wrongOwn) pay()                        {}
func (readOnlyOwn) pay()                     {}
func (ownJSON) pay()                         {}
func (ownJSON) MarshalJSON() ([]byte, error) { return nil, nil }
func (badRule) pay()                         {}
func (textOfOwn) pay()                       {}

type (
	mixed  int
	method interface{ pay() }
)

func (mixed) pay() {}

func TestUnionMistakes(t *testing.T) {
	for _, test := range []struct {
		name  string
		union schema.Union
		want  string
	}{
		{"zero", schema.Union{}, "schema: union without an interface: make it with UnionOf"},
		{"no interface", schema.UnionOf[card]("type", schema.As[card]("card")), "want an interface with a method"},
		{"interface of everything", schema.UnionOf[any]("type", schema.As[card]("card")), "want an interface with a method"},
		{"no discriminator", schema.UnionOf[payment]("", schema.As[card]("card")), "want the name of a discriminator"},
		{"no variants", schema.UnionOf[payment]("type"), "want variants"},
		{"zero variant", schema.UnionOf[payment]("type", schema.Variant{}), "variant without a type: make it with As"},
		{"no struct", schema.UnionOf[payment]("type", schema.As[mixed]("mixed")), "variant schema_test.mixed: want a struct with a name"},
		{"pointer", schema.UnionOf[payment]("type", schema.As[*transfer]("t")), "variant *schema_test.transfer: want a struct with a name"},
		{"interface as a variant", schema.UnionOf[payment]("type", schema.As[otherUnion]("o")), "variant schema_test.otherUnion: want a struct with a name"},
		{"struct without a name", schema.UnionOf[payment]("type", schema.As[struct{ card }]("c")), "variant struct { schema_test.card }: want a struct with a name"},
		{"not implemented", schema.UnionOf[payment]("type", schema.As[order]("order")), "variant schema_test.order does not implement the interface"},
		{"no name", schema.UnionOf[payment]("type", schema.As[card]("")), `variant schema_test.card as "": want a type and a name of its own`},
		{"name twice", schema.UnionOf[payment]("type", schema.As[card]("a"), schema.As[cash]("a")), `variant schema_test.cash as "a": want a type and a name of its own`},
		{"type twice", schema.UnionOf[payment]("type", schema.As[card]("a"), schema.As[card]("b")), `variant schema_test.card as "b": want a type and a name of its own`},
		{"several", schema.UnionOf[payment]("", schema.As[order]("order"), schema.As[mixed]("")), "want the name of a discriminator\n" +
			"variant schema_test.order does not implement the interface\nvariant schema_test.mixed: want a struct with a name"},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := schema.NewSet(schema.Config{}).Add(test.union)
			assert.Contains(t, fmt.Sprint(err), test.want)
			if rest := strings.Count(fmt.Sprint(err), "\n") - strings.Count(test.want, "\n"); rest != 0 {
				t.Errorf("more than %q: %v", test.want, err)
			}
		})
	}
	t.Run("given twice", func(t *testing.T) {
		set := schema.NewSet(schema.Config{})
		assert.NoError(t, set.Add(payments()))
		assert.Equal(t, fmt.Sprint(set.Add(payments())), "schema: union schema_test.payment: the union is given twice")
		assert.NoError(t, set.Add(schema.UnionOf[method]("type", schema.As[card]("card"))))
	})
	t.Run("mistakes are not kept", func(t *testing.T) {
		set := schema.NewSet(schema.Config{})
		assert.Equal(t, set.Add(schema.UnionOf[payment]("type")) != nil, true)
		_, err := schema.Compile[payment](set)
		assert.Equal(t, fmt.Sprint(err), "schema: compile schema_test.payment: interface schema_test.payment has no JSON form: declare its variants as a union")
		assert.NoError(t, set.Add(payments()))
		_, err = schema.Compile[payment](set)
		assert.NoError(t, err)
	})
	t.Run("undeclared", func(t *testing.T) {
		assert.Contains(t, compileError[struct{ A []otherUnion }](t),
			"struct.A: element of []schema_test.otherUnion: interface schema_test.otherUnion has no JSON form: declare its variants as a union")
	})
	t.Run("variants are copied", func(t *testing.T) {
		set := schema.NewSet(schema.Config{})
		u := schema.UnionOf[payment]("type", schema.As[card]("card"))
		assert.NoError(t, set.Add(u))
		u.Variants[0] = schema.Variant{}
		_, err := schema.Compile[payment](set)
		assert.NoError(t, err)
	})
	for _, test := range []struct {
		name    string
		variant schema.Variant
		want    string
	}{
		{"discriminator of another type", schema.As[wrongOwn]("a"), `variant schema_test.wrongOwn: member "Type" is the discriminator: want a string that is read`},
		{"discriminator that is not read", schema.As[readOnlyOwn]("a"), `variant schema_test.readOnlyOwn: member "Type" is the discriminator: want a string that is read`},
		{"JSON of its own", schema.As[ownJSON]("a"), `variant schema_test.ownJSON: its JSON is not made of its fields`},
		{"promoted text", schema.As[textOfOwn]("a"), `variant schema_test.textOfOwn: type schema_test.textOfOwn gets UnmarshalText from the embedded schema_test.leafText`},
		{"bad rule", schema.As[badRule]("a"), `variant schema_test.badRule: schema_test.badRule.A: rule "minLength=1" does not apply to int`},
	} {
		t.Run(test.name, func(t *testing.T) {
			set := schema.NewSet(schema.Config{})
			assert.NoError(t, set.Add(schema.UnionOf[payment]("Type", schema.As[cash]("cash"), test.variant)))
			for range 2 { // nothing is kept
				_, err := schema.Compile[payment](set)
				assert.Contains(t, fmt.Sprint(err), test.want)
			}
		})
	}
}

type pinned struct {
	Kind string `json:"kind" check:"const=pinned"`
	A    int
}

func (pinned) pay() {}

type loose struct {
	A    int    `json:"A" default:"1"`
	Kind string `json:"kind"`
}

func (loose) pay() {}

func TestUnionSchema(t *testing.T) {
	set := schema.NewSet(schema.Config{})
	assert.NoError(t, set.Add(schema.UnionOf[payment]("kind", schema.As[pinned]("pinned"), schema.As[cash]("cash"), schema.As[loose]("loose"))))
	assert.NoError(t, set.Add(schema.UnionOf[otherUnion]("of", schema.As[cash]("money"), schema.As[closedVoucher]("closed"))))
	all := schema.NewSchemas("#/")
	both := func(plan interface {
		InputSchema(*schema.Schemas) *openapi.Schema
		OutputSchema(*schema.Schemas) *openapi.Schema
	}) (in, out *openapi.Schema) {
		return plan.InputSchema(all), plan.OutputSchema(all)
	}
	first, err := schema.Compile[payment](set)
	assert.NoError(t, err)
	second, err := schema.Compile[struct {
		Both []otherUnion `json:"both"`
		Cash cash
	}](set)
	assert.NoError(t, err)
	in, out := both(first)
	other, _ := both(second)
	text := components(t, all)
	assert.Equal(t, schemaText(t, in), `{"oneOf":[{"$ref":"#/Pinned"},{"$ref":"#/PaymentCash"},{"$ref":"#/PaymentLooseInput"}],`+
		`"discriminator":{"propertyName":"kind","mapping":{"cash":"#/PaymentCash","loose":"#/PaymentLooseInput","pinned":"#/Pinned"}}}`)
	assert.Equal(t, schemaText(t, out), strings.ReplaceAll(schemaText(t, in), "Input", ""))
	assert.Equal(t, schemaText(t, other), `{"type":"object","properties":{"both":{"type":"array","items":{"oneOf":[{"$ref":"#/OtherUnionCash"},{"$ref":"#/OtherUnionClosedVoucherInput"}],`+
		`"discriminator":{"propertyName":"of","mapping":{"closed":"#/OtherUnionClosedVoucherInput","money":"#/OtherUnionCash"}}}},"Cash":{"$ref":"#/Cash"}},"required":["both","Cash"]}`)
	code := `"code":{"anyOf":[{"type":"string"},{"type":"null"}]}`
	assert.Equal(t, text, map[string]string{
		"Pinned":                       `{"type":"object","properties":{"kind":{"type":"string","const":"pinned"},"A":{"type":"integer","format":"int64"}},"required":["kind","A"]}`,
		"Cash":                         `{"type":"object"}`,
		"PaymentCash":                  `{"type":"object","properties":{"kind":{"type":"string","const":"cash"}},"required":["kind"]}`,
		"PaymentLooseInput":            `{"type":"object","properties":{"kind":{"type":"string","const":"loose"},"A":{"type":"integer","format":"int64","default":1}},"required":["kind"]}`,
		"PaymentLoose":                 `{"type":"object","properties":{"kind":{"type":"string","const":"loose"},"A":{"type":"integer","format":"int64"}},"required":["kind","A"]}`,
		"OtherUnionCash":               `{"type":"object","properties":{"of":{"type":"string","const":"money"}},"required":["of"]}`,
		"OtherUnionClosedVoucherInput": `{"type":"object","properties":{"of":{"type":"string","const":"closed"},` + code + `},"required":["of"],"additionalProperties":false}`,
		"OtherUnionClosedVoucher":      `{"type":"object","properties":{"of":{"type":"string","const":"closed"},` + code + `},"required":["of","code"],"additionalProperties":false}`,
	})
}

func TestUnionRecursionSchema(t *testing.T) {
	all := schema.NewSchemas("#/")
	withUnions[payment](t, schema.Config{}, payments()).InputSchema(all)
	text := components(t, all)
	assert.Equal(t, strings.Contains(text["PaymentSplit"], `"left":{"oneOf":[{"$ref":"#/PaymentCard"}`), true)
	assert.Equal(t, keys(text), "PaymentCard PaymentCash PaymentCheck PaymentClosedVoucher PaymentLabels PaymentSplit PaymentTransfer PaymentVoucher")
}

// TestUnionFind locates what a union holds, as far as it has an address.
func TestUnionFind(t *testing.T) {
	type holds struct {
		V payment `json:"v"`
	}
	set := schema.NewSet(schema.Config{})
	assert.NoError(t, set.Add(payments()))
	f, err := set.Field(reflect.TypeFor[holds](), []int{0}, "v")
	assert.NoError(t, err)
	inner := &transfer{"x"}
	v, pointed := &holds{V: &split{Left: inner}}, &holds{V: &card{}}
	for _, test := range []struct {
		name   string
		v      *holds
		target any
		want   string
	}{
		{"the interface", v, &v.V, "[v] true"},
		{"the variant", v, v.V, "[v split] true"},
		{"a member", v, &v.V.(*split).Left, "[v split left] true"},
		{"a variant inside", v, inner, "[v split left transfer] true"},
		{"its member", v, &inner.IBAN, "[v split left transfer iban] true"},
		{"a pointer to a variant by value", pointed, pointed.V, "[v card] true"},
		{"its member", pointed, &pointed.V.(*card).Number, "[v card number] true"},
		{"foreign", v, new(string), "[v] false"},
		{"nil", new(holds), new(string), "[v] false"},
		{"nil pointer", &holds{(*transfer)(nil)}, new(string), "[v] false"},
	} {
		t.Run(test.name, func(t *testing.T) {
			loc, ok := f.Find(test.v, test.target)
			assert.Equal(t, fmt.Sprint(loc, ok), test.want)
		})
	}
	assert.NoError(t, f.Output())
}

type keepsSecret struct{ S schema.Secret[string] }

func (keepsSecret) pay() {}

func TestUnionSecret(t *testing.T) {
	set := schema.NewSet(schema.Config{})
	assert.NoError(t, set.Add(schema.UnionOf[payment]("type", schema.As[cash]("cash"), schema.As[keepsSecret]("secret"))))
	f, err := set.Field(reflect.TypeFor[struct{ V payment }](), []int{0})
	assert.NoError(t, err)
	assert.Equal(t, fmt.Sprint(f.Output()), "an output must not contain a schema.Secret: schema_test.payment has one at secret.S, a field of schema_test.keepsSecret")
}

// TestUnionSurvivesGC keeps interfaces that were built from words through many
// collections; run it with GOGC=1 to be sure.
func TestUnionSurvivesGC(t *testing.T) {
	plan := withUnions[[]payment](t, schema.Config{}, payments())
	var kept [][]payment
	want := func(i int) string {
		return fmt.Sprintf(`[{"type":"card","number":"card %d"},{"type":"transfer","iban":"iban %[1]d"},{"type":"voucher","code":"code %[1]d"},`+
			`{"type":"closed","code":"closed %[1]d"},{"type":"tags","tags":{"tag %[1]d":%[1]d}},{"type":"cash"}]`, i)
	}
	const n = 500
	for i := range n {
		got, err := plan.Decode([]byte(want(i)))
		assert.NoError(t, err)
		kept = append(kept, got)
		if i%50 == 0 {
			runtime.GC()
		}
	}
	runtime.GC()
	for i, list := range kept {
		out, err := plan.Append(nil, &list)
		assert.NoError(t, err)
		assert.Equal(t, string(out), want(i))
		assert.Equal(t, *list[3].(closedVoucher).Code, fmt.Sprintf("closed %d", i))
		list[1].pay()
	}
}

// TestHostileUnions has the tag behind everything else, so that each level is
// read once more for each level around it: at most MaxDepth times.
func TestHostileUnions(t *testing.T) {
	plan := withUnions[payment](t, schema.Config{}, payments())
	const size = 1 << 18
	deep := func(levels int) string {
		inner := `{"x":"` + strings.Repeat("x", size) + `","type":"cash"}`
		return strings.Repeat(`{"pointer":null,"two":null,"left":`, levels) + inner + strings.Repeat(`,"type":"split"}`, levels)
	}
	run := func(in string) time.Duration {
		best := time.Hour
		for range 7 {
			start := time.Now()
			_, err := plan.Decode([]byte(in))
			best = min(best, time.Since(start))
			assert.Equal(t, issuesOf(err), "")
		}
		return best
	}
	if one, all := run(deep(1)), run(deep(99)); all > 250*one {
		t.Errorf("one level takes %v, 99 levels %v", one, all)
	}
	wide := func(members int) string { return `{"x":1` + names(members) + `,"type":"cash"}` }
	if few, many := run(wide(2_000)), run(wide(40_000)); many > 200*few {
		t.Errorf("2,000 members before the tag take %v, 40,000 take %v", few, many)
	}
}
