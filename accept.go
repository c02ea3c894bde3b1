package tenon

import (
	"strconv"
	"strings"

	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/transport"
)

// errNotAcceptable is for clients that take none of the media types of an answer.
var errNotAcceptable = problem.New(406, "not_acceptable", "No media type of the answer is acceptable")

// negotiate decides which of several media types the answer will have.
func (c *call) negotiate() *problem.Error {
	if c.accepted = 0; !c.op.output.negotiates() {
		return nil
	}
	c.x.AddHeader("Vary", "Accept")
	if c.accepted = accepted(c.x, c.op.output.bodies[0].types); c.accepted < 0 {
		return errNotAcceptable
	}
	return nil
}

// negotiates reports whether the request decides the media type of the answer.
func (out *output) negotiates() bool { return len(out.bodies) == 1 && len(out.bodies[0].types) > 1 }

// accepted returns which of the offered media types a client likes best, the first of
// several, or -1 for none. A range that is not well-formed is ignored.
// Source: RFC 9110, section 12.5.1.
func accepted(x transport.Exchange, offered []string) int {
	quality := make([]float64, len(offered))
	precise := make([]int, len(offered)) // how precisely a range names it, 0 for not at all
	said := false
	x.HeaderValues("Accept", func(line string) bool {
		for item := range strings.SplitSeq(line, ",") {
			name, params, _ := strings.Cut(item, ";")
			q, ok := weight(params)
			if name = strings.ToLower(strings.TrimSpace(name)); !ok || name == "" {
				continue
			}
			said = true
			for i, t := range offered {
				if p := matches(name, bare(t)); p > precise[i] || p > 0 && p == precise[i] && q > quality[i] {
					quality[i], precise[i] = q, p
				}
			}
		}
		return true
	})
	if !said {
		return 0
	}
	best := -1
	for i, q := range quality {
		if q > 0 && (best < 0 || q > quality[best]) {
			best = i
		}
	}
	return best
}

// matches returns how precisely a range names a media type: 3 for the type itself, 0 for not at all.
func matches(name, mediaType string) int {
	group, _, _ := strings.Cut(mediaType, "/")
	switch name {
	case mediaType:
		return 3
	case group + "/*":
		return 2
	case "*/*":
		return 1
	}
	return 0
}

// weight returns the parameter q of a range, 1 without one.
func weight(params string) (float64, bool) {
	for param := range strings.SplitSeq(params, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(param), "=")
		if strings.EqualFold(name, "q") {
			q, err := strconv.ParseFloat(value, 64)
			return q, err == nil && q >= 0 && q <= 1
		}
	}
	return 1, true
}
