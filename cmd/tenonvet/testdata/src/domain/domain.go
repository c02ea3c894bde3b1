// Package domain does not know Tenon: its mistakes are reported where Tenon uses it.
package domain

type Currency string

func (Currency) Check() string { return "maxLenght=3" } // want Check:"rules maxLenght=3"

type Status string

const (
	Pending Status = "pending"
	Paid    Status = "paid"
)

func (Status) Enum() []Status { return []Status{Pending} } // want Enum:"lists pending"

// Draft is used as a body.
type Draft struct {
	Name  string `check:"minLenght=1"`
	Inner Inner
	Good  int `check:"ge=1"`
}

type Inner struct {
	Limit int `default:"ten"`
}

// Health is nobody's business.
type Health struct {
	Name string `check:"database" default:"x"`
}

func (Health) Check() string { return "ok" } // want Check:"rules ok"
