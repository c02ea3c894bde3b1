package middleware

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/tenonapi/tenon/problem"
)

// RedirectHTTPS answers requests that came without TLS (see [IsSecure]) with 308 and
// the same target over TLS, at host, which may have a port; empty means the host that was
// asked for, without its port. The method stays, but what the request holds has been
// sent in the clear: set [SecureConfig].HSTS, so that browsers do not come so again.
//
// It is an error when host is not well-formed. Behind proxies put it behind a
// [TrustProxies] that knows the scheme, or requests are redirected for ever.
// Source: RFC 9110, section 15.4.9.
func RedirectHTTPS(host string) (func(http.Handler) http.Handler, error) {
	if host != "" && !isAuthority(host) {
		return nil, fmt.Errorf("middleware: RedirectHTTPS to %q, want a host such as api.example.com or api.example.com:8443", host)
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if IsSecure(r) {
				next.ServeHTTP(w, r)
				return
			}
			to, target := host, r.URL.RequestURI()
			if to == "" {
				to, _, _ = splitAuthority(r.Host)
			}
			if !isAuthority(to) || !strings.HasPrefix(target, "/") {
				problem.Write(w, r, errHostMalformed)
				return
			}
			w.Header().Set("Location", "https://"+to+target)
			w.WriteHeader(http.StatusPermanentRedirect)
		})
	}, nil
}
