package health

import (
	"context"
	"fmt"
	"net/http"

	"github.com/tenonapi/tenon"
)

// Status is the answer to a probe of a service that is well.
type Status struct {
	Status string `json:"status" check:"enum=ok"`
}

// unready is the error of a service that is not ready.
type unready struct {
	state   string
	results []Result
}

func (e *unready) Error() string { return fmt.Sprintf("the service is not ready: %s", e.state) }

// NotReady tells why a service is not ready.
type NotReady struct {
	State  string   `json:"state" check:"enum=starting|draining|failing" doc:"What the service does"`
	Checks []Result `json:"checks" doc:"All checks, when one fails"`
}

func (e *unready) data() NotReady { return NotReady{e.state, e.results} }

// Routes registers GET, and so HEAD, for /livez and /readyz, and for their aliases
// /health and /ready, which the document leaves out. They need no credentials. Their
// answers are 200, or 503 with [NotReady], and are not kept by caches.
//
// Options of outer routers hold for them: give rate limits, say, to a group beside.
func (h *Health) Routes(r *tenon.Router) {
	probes := r.Group("", tenon.Public(), tenon.Tags("health"), tenon.Around(uncached),
		tenon.DescribeHeader("Cache-Control", "`no-store`"))
	tenon.Get(probes, "/livez", live, tenon.Doc{ID: "live", Summary: "Tell whether the process runs", Description: "Asks nothing else: a process that answers is not restarted."})
	tenon.Get(probes, "/health", live, tenon.Doc{ID: "health", Hidden: true})
	readiness := probes.Group("", tenon.Errors(new(unready)),
		tenon.MapErrorAs(http.StatusServiceUnavailable, "not_ready", "Service is not ready", (*unready).data))
	tenon.Get(readiness, "/readyz", h.ready, tenon.Doc{ID: "ready", Summary: "Tell whether requests can be served", Description: "No while the service starts or drains, and while something that it needs does not answer."})
	tenon.Get(readiness, "/ready", h.ready, tenon.Doc{ID: "readyAlias", Hidden: true})
}

// uncached keeps answers out of caches. Source: RFC 9111, section 5.2.2.5.
func uncached(ctx context.Context, _ *struct{}, c *tenon.Call) error {
	c.SetHeader("Cache-Control", "no-store")
	return c.Next(ctx)
}

func live(context.Context, *struct{}) (Status, error) { return Status{ok}, nil }

func (h *Health) ready(ctx context.Context, _ *struct{}) (Status, error) {
	state, results, err := h.state(ctx)
	switch {
	case err != nil:
		return Status{}, err
	case state != ok:
		return Status{}, &unready{state, results}
	}
	return Status{ok}, nil
}
