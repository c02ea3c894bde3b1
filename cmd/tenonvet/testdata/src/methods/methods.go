package methods // want package:"uses Tenon"

import (
	"errors"
	"time"

	"github.com/tenonapi/tenon/schema"
)

type Model struct {
	Code     Code       `check:"maxLength=3"`
	Repeated Code       `check:"pattern='a'"` // want `^rule pattern is given by the type Code and by the tag$`
	Broken   Broken     `json:"broken"`
	Again    []Broken   `json:"again"`
	Wrong    Wrong      `json:"wrong"`
	Spelt    *Spelt     `json:"spelt"`
	Bounds   Bounds     `check:"lt=3"` // want `^rules ge=5 and lt=3 leave no valid value$`
	Dynamic  Dynamic    `json:"dynamic"`
	Generic  Box[int]   `json:"generic"`
	Stamped  Stamped    `json:"stamped"`
	Good     GoodStamp  `json:"good"`
	Checked  Checked    `json:"checked"`
	Named    NamedStamp `json:"named"`
}

type Code string

func (Code) Check() string { return `pattern='^\d+$'` } // want Check:"rules pattern"

type Broken string

func (Broken) Check() string { return "pattern='('" } // want Check:"rules" `^rule pattern='\(': error parsing regexp`

type Wrong int

const wrongRules = "ge=0," + "maxLength=3"

func (w *Wrong) Check() string { return (wrongRules) } // want Check:"rules" `^rule maxLength=3 does not apply to Wrong`

type Spelt string

func (Spelt) Check() string { return "minLength 3" } // want Check:"rules" `^rule at character 9 of "minLength 3": want a comma$`

type Bounds int

func (Bounds) Check() string { return "ge=5" } // want Check:"rules ge=5"

// Dynamic has rules that are known at start-up only.
type Dynamic string

func (d Dynamic) Check() string { return "nope" + string(d) }

type Box[T any] []T

func (Box[T]) Check() string { return "minItems=1" } // want Check:"rules minItems=1"

// Unused has a method Check that is no rule: nothing of Tenon leads to it.
type Unused struct{ err error }

func (Unused) Check() string { return "database" } // want Check:"rules database"

func (u Unused) Other() error { return errors.Join(u.err) }

// Stamped would be read as a time.
type Stamped struct { // want `^type Stamped gets UnmarshalJSON from the embedded time.Time and would be taken for it: declare the method on Stamped or make time.Time a named field$`
	time.Time
	N int
}

type NamedStamp struct {
	Time time.Time
}

type GoodStamp struct {
	time.Time
	N int
}

func (GoodStamp) MarshalJSON() ([]byte, error)  { return nil, nil }
func (*GoodStamp) UnmarshalJSON(b []byte) error { return nil }

type Checked struct { // want `^type Checked gets Check from the embedded Rules`
	Rules
}

type Rules struct{ N int }

func (Rules) Check() string { return "" } // want Check:"rules"

// Enums.

type Status string

const (
	Pending  Status = "pending"
	Paid     Status = "paid"
	Refunded Status = "refunded"
	Settled         = Paid // the same value under another name
)

func (Status) Enum() []Status { return []Status{Pending} } // want Enum:"lists pending" `^Enum of Status leaves out the constants Paid, Refunded, Settled$`

type Level int

const (
	Low Level = iota
	High
	levels // how many there are: not exported, as no value that is listed
)

func (*Level) Enum() []Level { return []Level{Low} } // want Enum:"lists 0" `^Enum of Level leaves out the constant High$`

type color string

const (
	red  color = "red"
	blue color = "blue"
)

func (color) Enum() []color { return []color{red} } // want Enum:"lists red" `^Enum of color leaves out the constant blue$`

type Twice string

func (Twice) Enum() []Twice { return []Twice{"a", "b", "a"} } // want Enum:"lists a, b, a" `^Enum of Twice lists "a" twice$`

// Computed is not a literal, so that nothing is known.
type Computed string

const (
	One Computed = "one"
	Two Computed = "two"
)

var computed = []Computed{One}

func (Computed) Enum() []Computed { return computed }

// Other lists something else.
type Other string

const Some Other = "some"

func (Other) Enum() []string { return []string{} }

var _ = schema.NewSet
