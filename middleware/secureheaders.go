package middleware

import (
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
	"time"
)

// SecureConfig configures [SecureHeaders]. Its zero value is for an API.
type SecureConfig struct {
	ContentSecurityPolicy string // empty means frame-ancestors 'none'
	ReferrerPolicy        string // empty means no-referrer
	// Credentials are headers of requests that hold credentials, besides
	// Authorization and Cookie, such as X-API-Key.
	Credentials []string
	// HSTS is how long browsers must use TLS only, from when they were last told to; 0 does
	// not tell them. It cannot be taken back before.
	HSTS           time.Duration
	HSTSSubdomains bool // HSTS holds for all sub-domains, too
}

// SecureHeaders gives answers the headers X-Content-Type-Options: nosniff,
// Content-Security-Policy, Referrer-Policy, for requests with credentials
// Cache-Control: no-store, and over TLS (see [IsSecure]) Strict-Transport-Security
// if that is asked for. They are there before the handler runs: what it sets itself
// counts, such as the policy of a page.
//
// It is an error when HSTS is negative or less than a second, when HSTSSubdomains
// stands alone, and when a text cannot stand in a header.
// Source: OWASP REST Security Cheat Sheet; RFC 9111, section 5.2.2.5; RFC 6797, section 7.
func SecureHeaders(cfg SecureConfig) (func(http.Handler) http.Handler, error) {
	var errs []error
	report := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("middleware: SecureConfig."+format, args...))
	}
	policy, err := headerValue(cfg.ContentSecurityPolicy, "frame-ancestors 'none'")
	if err != nil {
		report("ContentSecurityPolicy %v", err)
	}
	referrer, err := headerValue(cfg.ReferrerPolicy, "no-referrer")
	if err != nil {
		report("ReferrerPolicy %v", err)
	}
	credentials := []string{"Authorization", "Cookie"}
	for _, name := range cfg.Credentials {
		if !isToken(name) {
			report("Credentials has %q, which is no name of a header", name)
		}
		credentials = append(credentials, textproto.CanonicalMIMEHeaderKey(name))
	}
	switch {
	case cfg.HSTS != 0 && cfg.HSTS < time.Second:
		report("HSTS is %v, want 0 or at least a second", cfg.HSTS)
	case cfg.HSTSSubdomains && cfg.HSTS == 0:
		report("HSTSSubdomains says nothing without HSTS")
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	hsts := "max-age=" + strconv.Itoa(int(cfg.HSTS/time.Second))
	if cfg.HSTSSubdomains {
		hsts += "; includeSubDomains"
	}
	// Answers share these lists; adding to a header copies its list.
	var (
		nosniff, noStore = []string{"nosniff"}, []string{"no-store"}
		policies         = []string{policy}
		referrers        = []string{referrer}
		hstsLines        = []string{hsts}
	)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h["X-Content-Type-Options"] = nosniff
			h["Content-Security-Policy"] = policies
			h["Referrer-Policy"] = referrers
			if hasAny(r.Header, credentials) {
				h["Cache-Control"] = noStore
			}
			if cfg.HSTS > 0 && IsSecure(r) {
				h["Strict-Transport-Security"] = hstsLines
			}
			next.ServeHTTP(w, r)
		})
	}, nil
}

// headerValue returns text, or what stands for an empty one.
func headerValue(text, otherwise string) (string, error) {
	if text == "" {
		return otherwise, nil
	}
	if strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c > '~' }) {
		return "", fmt.Errorf("is %q, which cannot stand in a header", text)
	}
	return text, nil
}

// hasAny reports whether h has a header with one of names, which are canonical.
func hasAny(h http.Header, names []string) bool {
	for _, name := range names {
		if len(h[name]) > 0 {
			return true
		}
	}
	return false
}
