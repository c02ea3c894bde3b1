package middleware

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/tenonapi/tenon/problem"
)

var errCrossOrigin = problem.New(http.StatusForbidden, "cross_origin", "Request comes from a page of another origin")

// RefuseCrossOrigin refuses with 403 what a page of another origin makes a browser
// send, other than GET, HEAD and OPTIONS: with the cookies of its visitor it could
// act for them. It asks what only browsers send, Sec-Fetch-Site and Origin, so other
// clients are not concerned. Pages of the trusted origins may, which are written as in
// [CORSConfig]; name those here, too, that [CORS] lets use such methods. Handlers of
// GET, HEAD and OPTIONS must not change anything.
//
// It is an error when an origin is not one that browsers send.
// See [http.CrossOriginProtection].
func RefuseCrossOrigin(trusted ...string) (func(http.Handler) http.Handler, error) {
	var origins originSet
	var errs []error
	for _, origin := range trusted {
		if reason := origins.add(origin, false); reason != "" {
			errs = append(errs, fmt.Errorf("middleware: RefuseCrossOrigin trusts %q, %s", origin, reason))
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	protection := http.NewCrossOriginProtection()
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			err := protection.Check(r)
			if origin := r.Header["Origin"]; err != nil && (len(origin) != 1 || !origins.has(origin[0])) {
				problem.Write(w, r, errCrossOrigin.With(err))
				return
			}
			next.ServeHTTP(w, r)
		})
	}, nil
}
