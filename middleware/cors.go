package middleware

import (
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tenonapi/tenon/problem"
)

// CORSConfig configures [CORS]. The zero value lets no other origin read anything.
type CORSConfig struct {
	// Origins are those whose pages may read answers, as browsers write them:
	// https://app.example.com, http://localhost:3000. https://*.example.com stands for all
	// sub-domains, at any depth, not for example.com. A single * stands for every origin,
	// and is refused together with Credentials.
	Origins []string
	// Credentials lets browsers send cookies. A token that a page puts into
	// Authorization itself does not need it, but that name in Headers.
	Credentials bool
	// Methods are those that pages may use, besides GET, HEAD and POST.
	Methods []string
	// Headers are those that pages may send, besides Accept and the like; a body of JSON
	// needs Content-Type.
	Headers []string
	// Expose are the headers of answers that pages may read, besides Content-Type and the like.
	Expose []string
	// MaxAge is how long browsers remember what they may do, up to a day; 0 means 10
	// minutes. It is rounded down to seconds.
	MaxAge time.Duration
}

// CORS lets pages of the given origins read answers; without it browsers let no page
// do so. It does not keep requests out: see [RefuseCrossOrigin].
//
// It answers preflights by itself with 204, so that they reach neither dependencies
// nor authentication, whatever their path; those of other origins with 403. The origin
// "null", which anybody can have, is never allowed; access to private networks is
// never granted. Every answer has Vary: Origin, which handlers must add to, not replace.
//
// Refused are origins that no browser sends, patterns for more than sub-domains,
// names that a page may not use, * for methods and headers, and together with
// Credentials origins without TLS that are not this machine. Public suffixes such as
// github.io are not known here: do not allow all their sub-domains.
// Source: WHATWG Fetch, section 3.3.
func CORS(cfg CORSConfig) (func(http.Handler) http.Handler, error) {
	p, err := newCORSPolicy(&cfg)
	if err != nil {
		return nil, err
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Add("Vary", "Origin")
			allowed := p.allow(h, r.Header["Origin"])
			switch {
			case !isPreflight(r):
				if allowed && p.expose != "" {
					h.Set("Access-Control-Expose-Headers", p.expose)
				}
				next.ServeHTTP(w, r)
			case allowed:
				p.preflight(h)
				w.WriteHeader(http.StatusNoContent)
			default:
				problem.Write(w, r, errOriginNotAllowed)
			}
		})
	}, nil
}

var errOriginNotAllowed = problem.New(http.StatusForbidden, "origin_not_allowed", "Pages of this origin may not use the service")

// isPreflight reports whether a browser asks what it may do.
func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && len(r.Header["Origin"]) > 0 && len(r.Header["Access-Control-Request-Method"]) > 0
}

// A corsPolicy is a CORSConfig as it is answered.
type corsPolicy struct {
	any         bool // every origin
	origins     originSet
	credentials bool
	methods     string
	headers     string
	expose      string
	maxAge      string
}

// allow grants the origin of a request, if it is a single one, and reports whether it did.
func (p *corsPolicy) allow(h http.Header, origin []string) bool {
	if len(origin) != 1 || origin[0] == "null" || !p.any && !p.origins.has(origin[0]) {
		return false
	}
	if p.any {
		h.Set("Access-Control-Allow-Origin", "*")
		return true
	}
	h["Access-Control-Allow-Origin"] = origin[:1:1]
	if p.credentials {
		h.Set("Access-Control-Allow-Credentials", "true")
	}
	return true
}

// preflight says what pages may do. It is always the same: the browser compares.
func (p *corsPolicy) preflight(h http.Header) {
	for name, value := range map[string]string{
		"Access-Control-Allow-Methods": p.methods, "Access-Control-Allow-Headers": p.headers, "Access-Control-Max-Age": p.maxAge,
	} {
		if value != "" {
			h.Set(name, value)
		}
	}
}

const (
	defaultMaxAge = 10 * time.Minute
	longestMaxAge = 24 * time.Hour // browsers cut it to that or less
)

// newCORSPolicy returns what cfg says, or everything wrong with it.
func newCORSPolicy(cfg *CORSConfig) (*corsPolicy, error) {
	p := &corsPolicy{credentials: cfg.Credentials}
	var errs []error
	report := func(field, value, reason string) {
		errs = append(errs, fmt.Errorf("middleware: CORSConfig.%s has %q, %s", field, value, reason))
	}
	for _, origin := range cfg.Origins {
		reason := ""
		switch {
		case origin != "*":
			reason = p.origins.add(origin, cfg.Credentials)
		case cfg.Credentials:
			reason = "which would let every page act for its visitor: list the origins"
		case len(cfg.Origins) > 1:
			reason = "which makes the others meaningless"
		default:
			p.any = true
		}
		if reason != "" {
			report("Origins", origin, reason)
		}
	}
	for _, m := range cfg.Methods {
		switch {
		case !isToken(m) || m == "*":
			report("Methods", m, "want the name of a method")
		case slices.Contains(forbiddenMethods, strings.ToUpper(m)):
			report("Methods", m, "which no page may use")
		case m != strings.ToUpper(m):
			report("Methods", m, "want capitals: methods are case-sensitive")
		}
	}
	for _, name := range cfg.Headers {
		if !isToken(name) || name == "*" {
			report("Headers", name, "want the name of a header")
		} else if isForbiddenHeader(name) {
			report("Headers", name, "which no page may set")
		}
	}
	for _, name := range cfg.Expose {
		if !isToken(name) || name == "*" {
			report("Expose", name, "want the name of a header")
		} else if slices.Contains([]string{"Set-Cookie", "Set-Cookie2"}, textproto.CanonicalMIMEHeaderKey(name)) {
			report("Expose", name, "which no page may read")
		}
	}
	if cfg.MaxAge < 0 || cfg.MaxAge > longestMaxAge {
		errs = append(errs, fmt.Errorf("middleware: CORSConfig.MaxAge is %v, want 0 to %v", cfg.MaxAge, longestMaxAge))
	}
	age := cfg.MaxAge
	if age == 0 {
		age = defaultMaxAge
	}
	p.methods, p.headers = strings.Join(cfg.Methods, ", "), strings.Join(cfg.Headers, ", ")
	p.expose, p.maxAge = strings.Join(cfg.Expose, ", "), strconv.Itoa(int(age/time.Second))
	return p, errors.Join(errs...)
}

// Source: WHATWG Fetch, section 2.2.1.
var forbiddenMethods = []string{"CONNECT", "TRACE", "TRACK"}

// Source: WHATWG Fetch, section 2.2.2.
var forbiddenHeaders = []string{
	"Accept-Charset", "Accept-Encoding", "Access-Control-Request-Headers", "Access-Control-Request-Method", "Access-Control-Request-Private-Network",
	"Connection", "Content-Length", "Cookie", "Cookie2", "Date", "Dnt", "Expect", "Host", "Keep-Alive", "Origin", "Referer", "Set-Cookie",
	"Te", "Trailer", "Transfer-Encoding", "Upgrade", "Via",
}

// isForbiddenHeader reports whether pages cannot set a header of a request.
func isForbiddenHeader(name string) bool {
	name = textproto.CanonicalMIMEHeaderKey(name)
	return slices.Contains(forbiddenHeaders, name) || strings.HasPrefix(name, "Proxy-") || strings.HasPrefix(name, "Sec-")
}
