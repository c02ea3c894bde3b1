package tags // want package:"uses Tenon"

import "github.com/tenonapi/tenon/schema"

// Malformed has the tags that package reflect does not see.
type Malformed struct {
	Backslash string `check:"pattern='^\d+$'"`            // want `^malformed tag, so that the rest is invisible: a backslash in a tag needs another one, or put the rule into a method Check\(\) string$`
	Later     string `json:"later" check:"pattern='\.'"`  // want `^malformed tag after json, so that the rest is invisible: a backslash`
	Space     string `check: "minLength=1"`               // want `^malformed tag, so that the rest is invisible: pairs are written key:"value" with one space between them$`
	Comma     string `check:"minLength=1",json:"comma"`   // want `malformed tag after check`
	Close     string `json:"close"check:"minLength=1"`    // want `malformed tag after json`
	Bare      string `json:"bare" check`                  // want `malformed tag after json`
	Twice     string `check:"minLength=1" check:"trim"`   // want `^key "check" occurs twice in the tag: the second is invisible$`
	Escaped   string `check:"pattern='^\\d+$'" json:"ok"` // two backslashes are one
}

// Grammar has rules that cannot be read.
type Grammar struct {
	Empty    string   `check:"minLength="`            // want `^rule at character 10 of "minLength=": want a value: an empty one is written ''$`
	Name     string   `check:"minLength=1,"`          // want `character 12 of "minLength=1,": want the name of a rule`
	Space    string   `check:"minLength=1, trim"`     // want `want the name of a rule`
	Comma    string   `check:"enum='a'b"`             // want `want a comma`
	Quote    string   `check:"enum='a"`               // want `quote is not closed`
	Parens   []string `check:"each(minLength=1"`      // want `parenthesis is not closed`
	Inner    []string `check:"each(minLength=)"`      // want `^rule each: rule at character 10 of "minLength="`
	Unquoted string   `check:"pattern=^a$"`           // want `a pattern stands in single quotes`
	Twice    string   `check:"trim,maxLength=1,trim"` // want `^rule trim is given twice in "trim,maxLength=1,trim"$`
}

// Other tags that are read at start-up.
type Other struct {
	Option     string `json:"option,omitemtpy" check:"trim"` // want `^unknown json option "omitemtpy", did you mean omitempty\?$`
	Unknown    string `json:"unknown,inline" check:"trim"`   // want `^unknown json option "inline"$`
	Quoted     []int  `json:"quoted,string"`                 // want `^the json option string is for numbers, bools and strings, not for \[\]int$`
	Deprecated string `deprecated:"yes" check:"trim"`        // want `^deprecated:"yes": want true or false$`
	ReadOnly   string `readOnly:"-"`                         // want `^readOnly:"-": want true or false$`
	Both       string `readOnly:"true" writeOnly:"true"`     // want `^readOnly and writeOnly exclude each other$`
	Default    string `readOnly:"true" default:"x"`          // want `^a readOnly field is not read: it has no default$`
	Key        string `chek:"minLength=1"`                   // want `^key "chek" in the tag, did you mean check\?$`
	Key2       string `json:"key2" defualt:"a"`              // want `^key "defualt" in the tag, did you mean default\?$`
	Key3       string `validate:"required" example:"a" db:"x"`
	Good       int    `json:"good,omitempty,string" doc:"it's \"good\"" deprecated:"true" writeOnly:"false" default:"1"`
	Hidden     string `json:"-" check:"nope"`
	Dash       string `json:"-," check:"nope"` // want `unknown rule "nope"`
	private    string `check:"nope"`
}

type Closed struct {
	_ struct{} `check:"additionalProperties=false"`
}

type Open struct {
	_ struct{} `check:"additionalProperties=true"`  // want `^rule additionalProperties=true: want additionalProperties=false$`
	_ struct{} `check:"additionalPropertes=false"`  // want `^rule additionalPropertes=false does not apply to a struct: its rules are additionalProperties, strict, lax, did you mean additionalProperties\?$`
	_ struct{} `check:"additionalProperties='"`     // want `quote is not closed`
	A string   `check:"additionalProperties=false"` // want `^rule additionalProperties=false is about a struct: put it on a field _ struct\{\}$`
}

var _ = schema.NewSet
