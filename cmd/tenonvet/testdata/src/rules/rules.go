package rules // want package:"uses Tenon"

import (
	"encoding/json"
	"math/big"
	"net/netip"
	"net/url"
	"time"

	"github.com/tenonapi/tenon/schema"
)

type Numbers struct {
	Good     int         `check:"ge=1,lt=10,multipleOf=2,strict"`
	Enum     int         `check:"enum=1|2|3"`
	Const    uint8       `check:"const=255"`
	Float    float64     `check:"gt=-1.5e3,le=0.5,multipleOf=0.1"`
	Trial    int         `check:"le=100,ge=10?"`
	Unknown  int         `check:"min=1"`         // want `^unknown rule "min", write ge$`
	Misspelt int         `check:"gte=1"`         // want `^unknown rule "gte", write ge$`
	Trial2   int         `check:"multpleOf=1?"`  // want `^unknown rule "multpleOf", did you mean multipleOf\?$`
	Text     int         `check:"minLength=1"`   // want `^rule minLength=1 does not apply to int: its rules are gt, ge, lt, le, multipleOf, enum, const, strict, lax$`
	Word     int         `check:"ge=one"`        // want `^rule ge=one: one is no int$`
	Fraction int         `check:"ge=1.5"`        // want `1.5 is no int`
	Range    int8        `check:"le=128"`        // want `128 is no int8`
	Negative uint        `check:"ge=-1"`         // want `-1 is no uint`
	Plus     int         `check:"ge=+1"`         // want `\+1 is no int`
	Choice   int         `check:"enum=1|a"`      // want `^rule enum=1\|a: a is no int$`
	Several  int         `check:"ge=1|2"`        // want `^rule ge=1\|2: want one value$`
	None     int         `check:"ge"`            // want `^rule ge: want a value after =$`
	Parens   int         `check:"ge(1)"`         // want `^rule ge\(1\): want a value after =$`
	Step     float32     `check:"multipleOf=0"`  // want `^rule multipleOf=0: want a number above 0$`
	Step2    float32     `check:"multipleOf=-1"` // want `want a number above 0`
	Step3    int         `check:"multipleOf=.1"` // want `\.1 is no int`
	Flag     int         `check:"strict=true"`   // want `^rule strict=true: takes no value$`
	Empty    int         `check:"ge=5,le=4"`     // want `^rules ge=5 and le=4 leave no valid value$`
	Empty2   int         `check:"gt=5,lt=6"`     // want `^rules gt=5 and lt=6 leave no valid value$`
	Between  float64     `check:"gt=5,lt=6"`
	Empty3   float64     `check:"gt=5,le=5"`      // want `leave no valid value`
	Both     int         `check:"enum=1,const=1"` // want `^rules enum and const exclude each other$`
	Now      int         `check:"le=now"`         // want `now is no int`
	Bool     bool        `check:"const=true,strict"`
	NotBool  bool        `check:"const=1"` // want `^rule const=1: want true or false$`
	BoolMin  bool        `check:"ge=1"`    // want `^rule ge=1 does not apply to bool: its rules are const, strict, lax$`
	Number   json.Number `check:"ge=1"`    // nobody here knows what it takes
}

type Strings struct {
	Good    string      `check:"minLength=1,maxLength=64,pattern='^a+$',format=email,trim,lower"`
	Const   string      `check:"upper,const='it''s'"`
	Whole   string      `check:"minLength=x"`             // want `^rule minLength=x: want a whole number of 0 or more$`
	Minus   string      `check:"maxLength=-1"`            // want `want a whole number of 0 or more`
	Empty   string      `check:"minLength=3,maxLength=2"` // want `^rules minLength=3 and maxLength=2 leave no valid value$`
	Pattern string      `check:"pattern='a('"`            // want "^rule pattern='a\\(': error parsing regexp: missing closing \\): `a\\(`$"
	Trial   string      `check:"pattern='['?"`            // want `^rule pattern='\['\?: error parsing regexp`
	Format  string      `check:"format=guid"`             // want `^rule format=guid: unknown format, did you mean uuid\? \(there are byte, date, date-time, duration, email, hostname, ipv4, ipv6, time, uri, uuid\)$`
	Flag    string      `check:"trim=yes"`                // want `^rule trim=yes: takes no value$`
	Number  string      `check:"ge=1"`                    // want `^rule ge=1 does not apply to string: its rules are minLength, maxLength, pattern, enum, const, format, trim, lower, upper$`
	Strict  string      `check:"strict"`                  // want `rule strict does not apply to string`
	Case    string      `check:"minlength=1"`             // want `^unknown rule "minlength", did you mean minLength\?$`
	Bytes   []byte      `check:"minLength=1,maxLength=3"`
	Bytes2  []byte      `check:"maxItems=3"` // want `^rule maxItems=3 does not apply to \[\]byte: its rules are minLength, maxLength$`
	Text    Word        `check:"pattern='^a'"`
	Text2   Word        `check:"ge=a"` // want `rule ge=a does not apply to Word`
	Raw     schema.Text `check:"maxLength=3"`
	Raw2    schema.Text `check:"trim"` // want `rule trim does not apply to schema.Text`
}

type Collections struct {
	List   []string           `check:"minItems=1,maxItems=2,uniqueItems,each(minLength=1)"`
	Deep   map[string][][]int `check:"values(each(each(ge=1?)?))"`
	Each   []string           `check:"each"`             // want `^rule each: want rules in parentheses$`
	Each2  []string           `check:"each=1"`           // want `^rule each=1: want rules in parentheses$`
	Each3  []string           `check:"each(minItems=1)"` // want `^rule minItems=1 does not apply to string`
	Each4  []string           `check:"each(nope)"`       // want `^unknown rule "nope"$`
	Each5  [][]int            `check:"each(each(trim))"` // want `^rule trim does not apply to int`
	Length []string           `check:"maxLength=3"`      // want `^rule maxLength=3 does not apply to \[\]string: its rules are minItems, maxItems, uniqueItems, each$`
	Unique []string           `check:"uniqueItems=true"` // want `takes no value`
	Array  [3]int             `check:"each(ge=1)"`
	Array2 [3]int             `check:"maxItems=3"` // want `rule maxItems=3 does not apply to \[3\]int: its rules are each`
	Map    map[string]int     `check:"minProperties=1,maxProperties=2,keys(maxLength=3),values(ge=1)"`
	Keys   map[string]int     `check:"keys(ge=1)"`      // want `rule ge=1 does not apply to string`
	Values map[string]int     `check:"values(trim)"`    // want `rule trim does not apply to int`
	Each6  map[string]int     `check:"each(ge=1)"`      // want `rule each\(ge=1\) does not apply to map\[string\]int`
	Struct Closed             `check:"minProperties=1"` // want `^rule minProperties=1 does not apply to Closed: it has no rules$`
	Any    any                `check:"minLength=1"`     // want `^rule minLength=1 does not apply to any: it has no rules$`
	JSON   json.RawMessage    `check:"minLength=1"`     // want `does not apply to json.RawMessage`
	Anon   []struct {
		N int `check:"trim"` // want `rule trim does not apply to int`
	}
}

type Closed struct{ N int }

type Known struct {
	Time     time.Time        `check:"ge=2026-01-31T10:00:00Z,le=now"`
	Time2    time.Time        `check:"ge=2026-01-31"` // want `^rule ge=2026-01-31: "2026-01-31" is not a time such as 2026-01-31T10:00:00Z$`
	Time3    time.Time        `check:"minLength=1"`   // want `does not apply to time.Time: its rules are gt, ge, lt, le`
	Wait     time.Duration    `check:"gt=PT0S,le=PT1H30M"`
	Wait2    time.Duration    `check:"gt=1h"`  // want `"1h" is not an ISO 8601 duration`
	Wait3    time.Duration    `check:"gt=now"` // want `"now" is not an ISO 8601 duration`
	Date     schema.Date      `check:"ge=2026-01-31,lt=now"`
	Date2    schema.Date      `check:"ge=2026-02-31"` // want `is not a date`
	Clock    schema.TimeOfDay `check:"ge=08:00,lt=18:30:15.5"`
	Clock2   schema.TimeOfDay `check:"ge=24:00"` // want `is not a time of day`
	Price    schema.Decimal   `check:"gt=0,le=99.99,multipleOf=0.01,maxDigits=4,decimalPlaces=2"`
	Price2   schema.Decimal   `check:"gt=x"`        // want `"x" is not a decimal number`
	Price3   schema.Decimal   `check:"maxDigits=a"` // want `want a whole number of 0 or more`
	Price4   schema.Decimal   `check:"maxLength=1"` // want `rule maxLength=1 does not apply to schema.Decimal`
	Addr     netip.Addr       `check:"ge=10.0.0.0"`
	Addr2    netip.Addr       `check:"ge=ten"` // want `"ten" is not an IP address`
	Net      netip.Prefix     `check:"ge=10.0.0.0/8"`
	Net2     netip.Prefix     `check:"ge=10.0.0.0"` // want `"10.0.0.0" is not an IP network`
	URL      url.URL          `check:"maxLength=1"` // want `does not apply to url.URL`
	Version  Version          `check:"ge=1.2,maxLength=5"`
	Version2 Version          `check:"minItems=1"` // want `does not apply to Version: its rules are gt, ge, lt, le, minLength`
	Big      *big.Int         `check:"ge=1"`
	Issues   schema.Issues    `check:"minLength=1"` // a type that the table does not have
}

type Wrapped struct {
	Pointer  *int                  `check:"ge=5"`
	Pointer2 *int                  `check:"maxLength=5"` // want `rule maxLength=5 does not apply to int`
	Opt      schema.Opt[int]       `check:"ge=5"`
	Opt2     schema.Opt[*string]   `check:"ge=5"` // want `rule ge=5 does not apply to string`
	Null     schema.Null[[]string] `check:"each(trim)"`
	Null2    schema.Null[bool]     `check:"trim"` // want `rule trim does not apply to bool`
	Secret   schema.Secret[string] `check:"minLength=8"`
	Secret2  schema.Secret[Closed] `check:"minLength=8"` // want `does not apply to Closed`
	Alias    Maybe                 `check:"ge=1"`        // want `does not apply to string`
}

type Maybe = schema.Opt[string]

// Page is generic: what T takes is not known before it is used.
type Page[T any] struct {
	Items []T `check:"maxItems=100,each(ge=1)"`
	First T   `check:"ge=1"`
	Size  int `check:"trim"` // want `rule trim does not apply to int`
	Wrong T   `check:"nope"` // want `unknown rule "nope"`
}

// Tree contains itself.
type Tree struct {
	Name     string `check:"minLength=1"`
	Children []Tree `check:"maxItems=3"`
	Lists    Lists  `check:"maxItems=3"`
}

type Lists []Lists

type Word string

func (w *Word) UnmarshalText(text []byte) error { return nil }

type Version struct{ major, minor int }

func (v *Version) UnmarshalText(text []byte) error { return nil }
func (v Version) Compare(o Version) int            { return 0 }

func local() {
	type request struct {
		N int `check:"trim"` // want `rule trim does not apply to int`
	}
	_ = request{}
}
