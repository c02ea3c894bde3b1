// Package foreign does not import Tenon: whatever its tags mean, they are not ours.
package foreign

type Config struct {
	Host string `check:"reachable" default:"x"`
	Port int    `check: "port" default:"many" json:"port,weird"`
}

type Probe struct{}

func (Probe) Check() string { return "alive" } // want Check:"rules alive"

type Mode int

const (
	Off Mode = iota
	On
)

func (Mode) Enum() []Mode { return []Mode{Off} } // want Enum:"lists 0"
