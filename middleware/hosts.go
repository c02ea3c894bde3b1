package middleware

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/tenonapi/tenon/problem"
)

var (
	errHostMalformed = problem.New(http.StatusBadRequest, "malformed_host", "Host is missing or not well-formed")
	errHostUnknown   = problem.New(http.StatusMisdirectedRequest, "unknown_host", "Service does not answer for this host")
)

// TrustHosts answers requests for the given hosts only: others are 421, and 400
// when they are no hosts. A host without a port matches every port, *.example.com
// all sub-domains at any depth. Put it behind [TrustProxies], and name those hosts,
// too, by which probes come.
//
// It is an error when there are no hosts and when one is not well-formed.
// Source: RFC 9110, sections 7.2 and 15.5.20.
func TrustHosts(hosts ...string) (func(http.Handler) http.Handler, error) {
	exact := make(map[string]bool)
	var suffixes []string
	var errs []error
	if len(hosts) == 0 {
		errs = append(errs, errors.New("middleware: TrustHosts without hosts would refuse every request"))
	}
	for _, text := range hosts {
		name, pattern := strings.CutPrefix(text, "*.")
		host, _, _ := splitAuthority(name)
		switch {
		case !isAuthority(name), pattern && (isAddr(host) || host != name):
			errs = append(errs, fmt.Errorf("middleware: TrustHosts has %q, want a host such as api.example.com, localhost:8080 or *.example.com", text))
		case pattern:
			suffixes = append(suffixes, "."+normalHost(name))
		case host != name:
			exact[normalHost(host)+name[len(host):]] = true
		default:
			exact[normalHost(name)] = true
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	known := func(r *http.Request) *problem.Error {
		if !isAuthority(r.Host) {
			return errHostMalformed
		}
		host, port, _ := splitAuthority(r.Host)
		host = normalHost(host)
		if exact[host] || port != "" && exact[host+":"+port] {
			return nil
		}
		for _, suffix := range suffixes {
			if strings.HasSuffix(host, suffix) {
				return nil
			}
		}
		return errHostUnknown
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if p := known(r); p != nil {
				problem.Write(w, r, p)
				return
			}
			next.ServeHTTP(w, r)
		})
	}, nil
}

// normalHost returns a host in the form in which hosts are compared.
func normalHost(host string) string { return strings.ToLower(strings.TrimSuffix(host, ".")) }
