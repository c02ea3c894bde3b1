package tenon

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// Redirect sends the client elsewhere: by default with 303, so that it gets what is there;
// with 307 or 308 to repeat its request there, 308 and 301 for good. The option [Status] names
// those that the operation uses.
//
// Location is a reference into the own site, such as "/orders/7" or what [Endpoint.URL]
// returns; anything else is an opaque 500, so that no input of a client can lead its user
// away. A type of a user's own may name other hosts:
//
//	Location string `header:"Location" hosts:"login.example.com"`
//
// Source: RFC 9110, section 15.4.
type Redirect struct {
	Status   int    `status:"303,307,308,302,301"`
	Location string `header:"Location" doc:"Where to go"`
}

// checkLocation returns an error for a redirect that leads away from the site and from hosts.
// Browsers take a backslash for a slash, and ignore line breaks and tabs.
// Source: WHATWG URL, section 4.4.
func checkLocation(location string, hosts []string) error {
	u, err := url.Parse(location)
	switch {
	case err != nil || strings.ContainsFunc(location, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '\\' }):
		return fmt.Errorf("the location %q of a redirect is no URL reference", location)
	case u.Scheme == "" && u.Host == "" && !strings.HasPrefix(location, "//"):
		return nil
	case (u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname())) && u.User == nil && slices.Contains(hosts, u.Host):
		return nil
	}
	return fmt.Errorf("the location %q of a redirect leads to another site: name its host with the tag hosts", location)
}

func isLoopback(host string) bool { return host == "localhost" || host == "127.0.0.1" || host == "::1" }
