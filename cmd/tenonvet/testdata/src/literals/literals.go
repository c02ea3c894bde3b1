package literals // want package:"uses Tenon"

import (
	"encoding/json"
	"net/netip"
	"net/url"
	"time"

	"github.com/tenonapi/tenon/schema"
)

type Good struct {
	Int      int                   `check:"ge=1" default:"1" example:"2" examples:"1|2|3"`
	Exp      int                   `default:"1e2"`
	Float    float64               `check:"multipleOf=0.1" default:"0.3"`
	Bool     bool                  `default:"true"`
	String   string                `check:"maxLength=3" default:"äöü"`
	Empty    string                `default:""`
	Trim     string                `check:"trim,upper,const=ABC" default:" abc "`
	Trial    string                `check:"maxLength=3?" default:"abcd"`
	Quoted   int                   `json:",string" default:"5"`
	Quoted2  string                `json:",string" check:"maxLength=1" default:"\"abc\""`
	List     []string              `check:"maxItems=1" default:"[]"`
	Array    [2]int                `default:"[1,2]"`
	Map      map[string]int        `check:"minProperties=1" default:"{\"a\":1}"`
	Struct   struct{ N int }       `default:"{\"N\":1}"`
	Bytes    []byte                `check:"maxLength=3" default:"YWJj"`
	Raw      schema.Text           `check:"maxLength=3" default:"abc"`
	Time     time.Time             `check:"lt=now" default:"2026-01-31T10:00:00+02:00"`
	Wait     time.Duration         `default:"-P1DT2H3.5S"`
	Date     schema.Date           `default:"2026-01-31"`
	Clock    schema.TimeOfDay      `default:"17:30"`
	Price    schema.Decimal        `default:"12.50"`
	Addr     netip.Addr            `default:"::1"`
	Net      netip.Prefix          `default:"10.0.0.0/8"`
	URL      url.URL               `default:"https://example.com"`
	JSON     json.RawMessage       `default:"[1]"`
	Pointer  *int                  `default:"null"`
	Opt      schema.Opt[string]    `check:"maxLength=3" default:"abc"`
	Secret   schema.Secret[string] `check:"minLength=3" default:"abc"`
	Level    Level                 `default:"2"`
	Unknown  schema.Issues         `default:"anything"`
	Number   json.Number           `default:"anything"`
	Named    string                `check:"format=email" default:"formats are left to Tenon"`
	Nullable []*int                `check:"maxItems=3" default:"[1,null]"`
}

type Bad struct {
	Secret   schema.Secret[string] `example:"a"`                                    // want `^a secret has no example$`
	Rule     int                   `check:"ge=1" default:"0"`                       // want `^the default "0" does not fit the field: it breaks the rule ge=1$`
	Example  int                   `check:"gt=1" example:"1"`                       // want `^the example "1" does not fit the field: it breaks the rule gt=1$`
	Examples int                   `check:"lt=3" examples:"1|2|3"`                  // want `^the example "3" does not fit the field: it breaks the rule lt=3$`
	Word     int                   `default:"one"`                                  // want `^the default "one" does not fit the field: want a number$`
	Nothing  int                   `default:""`                                     // want `want a number`
	Two      int                   `default:"1 2"`                                  // want `want a number`
	Fraction int                   `default:"1.5"`                                  // want `it is no int`
	Range    int8                  `default:"-129"`                                 // want `it is no int8`
	Range2   uint8                 `default:"256"`                                  // want `it is no uint8`
	Step     float64               `check:"multipleOf=0.1" default:"0.25"`          // want `it breaks the rule multipleOf=1/10`
	Choice   int                   `check:"enum=1|2" default:"3"`                   // want `it breaks the rule enum=1\|2`
	Level    Level                 `default:"3"`                                    // want `it is not among the values that Enum lists`
	Color    Color                 `check:"maxLength=9" default:"blue"`             // want `it is not among the values that Enum lists`
	Bool     bool                  `default:"yes"`                                  // want `want true or false`
	Const    bool                  `check:"const=true" default:"false"`             // want `it breaks the rule const=true`
	Long     string                `check:"maxLength=3" default:"abcd"`             // want `it breaks the rule maxLength=3`
	Pattern  string                `check:"pattern='^a$'" default:"b"`              // want `it breaks the rule pattern='\^a\$'`
	Enum     string                `check:"enum=a|b" default:"c"`                   // want `it breaks the rule enum=a\|b`
	Code     Code                  `default:"eur"`                                  // want `it breaks the rule pattern='\^\[A-Z\]\+\$'`
	List     []string              `default:"a"`                                    // want `want a JSON array`
	Item     []int                 `default:"[1,\"a\"]"`                            // want `item 1: want a number`
	Items    []int                 `check:"minItems=1" default:"[]"`                // want `it breaks the rule minItems=1`
	Array    [2]int                `default:"[1]"`                                  // want `want 2 items`
	Inner    []string              `check:"each(maxLength=3)" default:"[\"abcd\"]"` // want `item 0: it breaks the rule maxLength=3`
	Strings  []string              `default:"[1]"`                                  // want `item 0: want a string`
	Map      map[string]int        `default:"[]"`                                   // want `want a JSON object`
	Member   map[string]int        `default:"{\"a\":\"b\"}"`                        // want `member "a": want a number`
	Members  map[string]int        `check:"minProperties=1" default:"{}"`           // want `it breaks the rule minProperties=1`
	Struct   struct{ N int }       `default:"1"`                                    // want `want a JSON object`
	Bytes    []byte                `default:"abc"`                                  // want `it is not in base64`
	Bytes2   []byte                `check:"maxLength=3" default:"YWJjZA=="`         // want `it breaks the rule maxLength=3`
	Raw      schema.Text           `check:"maxLength=3" default:"abcd"`             // want `it breaks the rule maxLength=3`
	Time     time.Time             `default:"today"`                                // want `"today" is not a time`
	Wait     time.Duration         `default:"30s"`                                  // want `"30s" is not an ISO 8601 duration`
	Date     schema.Date           `default:"31.1.2026"`                            // want `is not a date`
	Clock    schema.TimeOfDay      `default:"noon"`                                 // want `is not a time of day`
	Price    schema.Decimal        `default:"x"`                                    // want `is not a decimal number`
	Addr     netip.Addr            `default:"localhost"`                            // want `is not an IP address`
	Net      netip.Prefix          `default:"10.0.0.0"`                             // want `"10.0.0.0" is not an IP network`
	URL      url.URL               `default:"/path"`                                // want `it is not an absolute URL`
	JSON     json.RawMessage       `default:"{"`                                    // want `want JSON`
	Null     int                   `default:"null"`                                 // want `want a number`
	Pointer  *string               `check:"maxLength=3" default:"abcd"`             // want `it breaks the rule maxLength=3`
	Opt      schema.Opt[int]       `check:"le=3" default:"4"`                       // want `it breaks the rule le=3`
}

// Wrong has a mistake: what fits it is not known.
type Wrong struct {
	A int `check:"nope" default:"x"` // want `unknown rule "nope"`
}

type Level int

func (Level) Enum() []Level { return []Level{1, 2} } // want Enum:"lists 1, 2"

type Color string

const Red Color = "red"

func (Color) Enum() []Color { return []Color{Red} } // want Enum:"lists red"

type Code string

func (Code) Check() string { return "pattern='^[A-Z]+$'" } // want Check:"rules pattern"
