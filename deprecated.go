package tenon

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/tenonapi/tenon/problem"
)

// errGone answers operations that are no longer there.
var errGone = problem.New(http.StatusGone, "operation_gone", "Operation is no longer available")

// Deprecated is an [Option]: clients should move away from the operations, and from handlers
// that [Router.Mount] puts there. The innermost one counts as a whole. Every answer of theirs says
// so, whoever makes it, an error of middleware behind the route as well: by the headers
// Deprecation, Sunset and Link. So does the document, by deprecated, x-sunset (a date), these
// headers and a sentence in the description.
//
// Without Gone the operations work as before, also after Sunset.
//
// Source: RFC 9745, sections 2 to 4; RFC 8594, sections 3 and 6; RFC 5829, section 3.3; RFC 8288.
type Deprecated struct {
	Since  time.Time // in the past or to come, whole seconds; required
	Sunset time.Time // from when on they may be gone, not before Since, whole seconds; zero means not decided
	Link   string    // http or https URL of a page for people about moving, with the relations deprecation and sunset; empty for none

	// Successor is what takes their place, with the relation successor-version; empty for none. It is a
	// version such as v2, for the operations of that which have the same path but for the version in it;
	// or the path of one operation, such as /v2/orders/{id}, whose parameters those that are
	// deprecated must have; or a URL.
	Successor string

	// Gone makes them answer 410 from Sunset on, by the clock [schema.Config.Now]. What they were
	// does not run then, but for the middleware of their routers.
	Gone bool
}

func (d Deprecated) apply(s *settings) {
	mistake := func(format string, args ...any) { s.mistake("Deprecated."+format, args...) }
	if d.Since.IsZero() {
		mistake("Since is zero: want the time from when on the operations are deprecated")
	}
	for _, t := range []struct {
		name string
		time.Time
	}{{"Since", d.Since}, {"Sunset", d.Sunset}} {
		if year := t.UTC().Year(); !t.IsZero() && (year < 1 || year > 9999) {
			mistake("%s is in the year %d, which its header cannot say", t.name, year)
		}
	}
	if !d.Sunset.IsZero() && d.Sunset.Before(d.Since) {
		mistake("Sunset is %s, before Since, %s", day(d.Sunset), day(d.Since))
	}
	if d.Gone && d.Sunset.IsZero() {
		mistake("Gone needs a Sunset: want the time from when on the answer is 410")
	}
	if d.Link != "" && !isLink(d.Link) {
		mistake("Link is %q: want a URL such as https://example.com/migrate", d.Link)
	}
	if isURL(d.Successor) && !isLink(d.Successor) {
		mistake("Successor is %q: want a version, a path, or a URL such as https://example.com/v2", d.Successor)
	}
	s.deprecated = &d
}

// isURL reports whether a Successor is meant as a URL: neither a version nor a path has a colon
// before its first slash.
func isURL(successor string) bool {
	before, _, _ := strings.Cut(successor, "/")
	return strings.Contains(before, ":")
}

// version returns the version in which the successor has the same path, empty if it is a path or URL.
func (d *Deprecated) version() string {
	if isURL(d.Successor) || strings.HasPrefix(d.Successor, "/") {
		return ""
	}
	return d.Successor
}

// isLink reports whether s is a URL that can be in the header Link as it is.
// Source: RFC 3986, section 2; RFC 8288, section 3.
func isLink(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && strings.Trim(s, alphanumeric+"-._~:/?#[]@!$&'()*+,;=%") == ""
}

// day returns the day of t in UTC. Source: RFC 3339, section 5.6.
func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// gone reports whether the operations are not there any more.
func (d *Deprecated) gone(now time.Time) bool { return d.Gone && !now.Before(d.Sunset) }

// deprecation is the value of the header Deprecation. Source: RFC 9745, section 2.1.
func (d *Deprecated) deprecation() string { return "@" + strconv.FormatInt(d.Since.Unix(), 10) }

// sunset is the value of the header Sunset. Source: RFC 8594, section 3.
func (d *Deprecated) sunset() string { return d.Sunset.UTC().Format(http.TimeFormat) }

// links are the values of the header Link that are the same for all operations.
func (d *Deprecated) links() (list []string) {
	if d.Link != "" {
		list = append(list, link(d.Link, "deprecation"))
		if !d.Sunset.IsZero() {
			list = append(list, link(d.Link, "sunset"))
		}
	}
	if isURL(d.Successor) {
		list = append(list, link(d.Successor, "successor-version"))
	}
	return list
}

// link is one value of the header Link. Source: RFC 8288, section 3.
func link(target, relation string) string { return fmt.Sprintf("<%s>; rel=%q", target, relation) }

// text says the same to people. successor is the path that takes the place, empty for none.
func (d *Deprecated) text(successor string) string {
	text := "Deprecated since " + day(d.Since)
	switch {
	case d.Gone:
		text += "; gone from " + day(d.Sunset) + " on"
	case !d.Sunset.IsZero():
		text += "; may be gone from " + day(d.Sunset) + " on"
	}
	if isURL(d.Successor) {
		successor = "<" + d.Successor + ">"
	} else if successor != "" {
		successor = "`" + successor + "`"
	}
	if successor != "" {
		text += "; use " + successor
	}
	if d.Link != "" {
		text += ". See <" + d.Link + ">"
	}
	return text + "."
}
