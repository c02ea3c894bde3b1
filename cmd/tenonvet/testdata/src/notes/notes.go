// Package notes does not know Tenon.
package notes

type Note struct{ Text string }

type Currency string

func (Currency) Check() string { return "pattern='^[A-Z]{3}$'" } // want Check:"rules pattern=.*"

type Status string

const Open Status = "open"

func (Status) Enum() []Status { return []Status{Open} } // want Enum:"lists open"

// Odd has rules that are not constant.
type Odd string

var rules = "minLength=1"

func (Odd) Check() string { return rules }
