package middleware

import (
	"net/http"
	"strings"
)

const (
	traceparentLen = 55 // 00-<32 digits>-<16 digits>-<2 digits>
	noTrace        = "00000000000000000000000000000000"
	noParent       = "0000000000000000"
)

// traceID returns the ID of the trace that a request says it is part of, or "" when
// it says none or says it badly.
// Source: W3C Trace Context, section 3.2.
func traceID(h http.Header) string {
	values := h["Traceparent"]
	if len(values) != 1 || len(values[0]) < traceparentLen {
		return ""
	}
	v := values[0]
	version, trace, parent, flags := v[:2], v[3:35], v[36:52], v[53:55]
	switch {
	case v[2] != '-', v[35] != '-', v[52] != '-',
		!isHex(version), !isHex(trace), !isHex(parent), !isHex(flags),
		version == "ff", trace == noTrace, parent == noParent:
		return ""
	case len(v) > traceparentLen && (version == "00" || v[traceparentLen] != '-'):
		return "" // only later versions may say more
	}
	return trace
}

// isHex reports whether s has only digits and the letters a to f.
func isHex(s string) bool { return strings.Trim(s, "0123456789abcdef") == "" }
