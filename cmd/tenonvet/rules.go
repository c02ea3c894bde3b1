package main

import "slices"

// This file is the table of what Tenon knows. It is a copy, for a module that must not import the
// framework; TestAgreesWithTenon compares the two.

// Import paths of the packages that compile struct tags. A package that imports one of them uses
// Tenon.
const (
	tenonPath  = "github.com/tenonapi/tenon"
	schemaPath = tenonPath + "/schema"
)

// A kind is what values of a type are for the rules.
type kind int

const (
	kindUnknown kind = iota // a type parameter, a type of Tenon that is not in this file
	kindBool
	kindInt
	kindUint
	kindFloat
	kindString
	kindText // has text methods
	kindBytes
	kindRawText // schema.Text
	kindList
	kindArray
	kindMap
	kindTime
	kindDate
	kindTimeOfDay
	kindDuration
	kindDecimal
	kindAddr
	kindPrefix
	kindURL
	kindStruct
	kindJSON // says itself what its JSON is, or is an interface
)

var (
	bounds      = []string{"gt", "ge", "lt", "le"}
	coercion    = []string{"strict", "lax"}
	numberRules = slices.Concat(bounds, []string{"multipleOf", "enum", "const"}, coercion)
	timeRules   = slices.Concat(bounds, coercion)
	textRules   = []string{"minLength", "maxLength", "pattern", "enum", "const", "format", "trim", "lower", "upper"}
)

// rulesOf has the rules of each kind. A type with a method Compare or Cmp takes the bounds too.
var rulesOf = map[kind][]string{
	kindBool:      slices.Concat([]string{"const"}, coercion),
	kindInt:       numberRules,
	kindUint:      numberRules,
	kindFloat:     numberRules,
	kindString:    textRules,
	kindText:      textRules,
	kindBytes:     {"minLength", "maxLength"},
	kindRawText:   {"minLength", "maxLength"},
	kindList:      {"minItems", "maxItems", "uniqueItems", "each"},
	kindArray:     {"each"},
	kindMap:       {"minProperties", "maxProperties", "keys", "values"},
	kindTime:      timeRules,
	kindDate:      timeRules,
	kindTimeOfDay: timeRules,
	kindDuration:  timeRules,
	kindDecimal:   slices.Concat(bounds, []string{"multipleOf", "maxDigits", "decimalPlaces"}, coercion),
	kindAddr:      bounds,
	kindPrefix:    bounds,
}

// A form is what stands behind the name of a rule.
type form int

const (
	noValue    form = iota + 1 // trim
	oneValue                   // gt=3: a value of the type
	someValues                 // enum=a|b: values of the type
	wholeValue                 // minLength=3: a whole number of 0 or more
	stepValue                  // multipleOf=3: a number above 0
	expression                 // pattern='^a$'
	formatName                 // format=uuid
	ruleList                   // each(minLength=3)
)

var forms = map[string]form{
	"gt": oneValue, "ge": oneValue, "lt": oneValue, "le": oneValue, "const": oneValue,
	"enum":       someValues,
	"multipleOf": stepValue,
	"minLength":  wholeValue, "maxLength": wholeValue, "minItems": wholeValue, "maxItems": wholeValue,
	"minProperties": wholeValue, "maxProperties": wholeValue, "maxDigits": wholeValue, "decimalPlaces": wholeValue,
	"pattern": expression,
	"format":  formatName,
	"each":    ruleList, "keys": ruleList, "values": ruleList,
	"strict": noValue, "lax": noValue, "trim": noValue, "lower": noValue, "upper": noValue, "uniqueItems": noValue,
}

// policyRule is a rule of a field _ struct{} alone; its value is false.
const policyRule = "additionalProperties"

// policyRules are all rules of a field _ struct{}.
var policyRules = slices.Concat([]string{policyRule}, coercion)

var formats = []string{"byte", "date", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "time", "uri", "uuid"}

// shortFormats are those whose texts have a greatest length.
var shortFormats = []string{"date", "email", "hostname", "ipv4", "ipv6", "uuid"}

// kindsOf has the types that are known by name; those of schemaPath not listed are kindUnknown.
var kindsOf = map[string]kind{
	"time.Time":               kindTime,
	"time.Duration":           kindDuration,
	"encoding/json.Number":    kindUnknown,
	"net/netip.Addr":          kindAddr,
	"net/netip.Prefix":        kindPrefix,
	"net/url.URL":             kindURL,
	schemaPath + ".Date":      kindDate,
	schemaPath + ".TimeOfDay": kindTimeOfDay,
	schemaPath + ".Decimal":   kindDecimal,
	schemaPath + ".Text":      kindRawText,
}

// The generic types of schemaPath whose rules are those of the value inside.
const (
	optWrapper    = "Opt"
	nullWrapper   = "Null"
	secretWrapper = "Secret"
)

// longKeys are the keys of tags in which a slip can be told from the key of another package.
var longKeys = []string{
	"check", "default", "example", "examples", "deprecated", "readOnly", "writeOnly", "query", "header", "cookie", "status",
}

// flags are the tags that are true or false.
var flags = []string{"deprecated", "readOnly", "writeOnly"}

// jsonOptions are what may follow the name in a json tag.
var jsonOptions = []string{"omitempty", "omitzero", "string"}

// sources are the keys of tags that make a field of an input a parameter.
var sources = []string{"path", "query", "header", "cookie", "form"}

// A role says how the fields of a struct are read.
type role int

const (
	roleValue  role = iota // members of a JSON object
	roleInput              // parameters and body
	roleOutput             // an envelope, or else a value
)

// roots are the generic functions that compile types, with the roles of their type arguments.
var roots = map[string][]role{
	tenonPath + ".Get":      {roleInput, roleOutput},
	tenonPath + ".Post":     {roleInput, roleOutput},
	tenonPath + ".Put":      {roleInput, roleOutput},
	tenonPath + ".Patch":    {roleInput, roleOutput},
	tenonPath + ".Delete":   {roleInput, roleOutput},
	tenonPath + ".Handle":   {roleInput, roleOutput},
	tenonPath + ".Provide":  {roleInput},
	tenonPath + ".Scoped":   {roleInput},
	tenonPath + ".Guard":    {roleInput},
	tenonPath + ".Around":   {roleInput},
	schemaPath + ".Compile": {roleValue},
	schemaPath + ".As":      {roleValue},
}

// pathArgument is which argument of a registration is its path; the handler follows.
var pathArgument = map[string]int{
	tenonPath + ".Get":    1,
	tenonPath + ".Post":   1,
	tenonPath + ".Put":    1,
	tenonPath + ".Patch":  1,
	tenonPath + ".Delete": 1,
	tenonPath + ".Handle": 2,
}

// optionPackages are the packages whose options read no path parameters; what those of tenonPath
// read is seen in their types.
var optionPackages = []string{
	tenonPath, tenonPath + "/auth", tenonPath + "/compress", tenonPath + "/etag", tenonPath + "/fastapi", tenonPath + "/health",
	tenonPath + "/idempotency", tenonPath + "/jobs", tenonPath + "/ratelimit", tenonPath + "/sse", tenonPath + "/webhook",
}
