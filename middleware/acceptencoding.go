package middleware

import "strings"

// prefersGzip reports whether a client wants gzip rather than no coding, and whether
// it refuses to be answered without a coding. An entry that is malformed counts for
// nothing. Source: RFC 9110, section 12.5.3.
func prefersGzip(lines []string) (gzip, refusesIdentity bool) {
	const unset = -1
	q := struct{ gzip, identity, any int }{unset, unset, unset}
	for _, line := range lines {
		for entry := range strings.SplitSeq(line, ",") {
			coding, params, _ := strings.Cut(entry, ";")
			quality, ok := parseQuality(params)
			if !ok {
				continue
			}
			switch coding = strings.Trim(coding, " \t"); {
			case strings.EqualFold(coding, "gzip"), strings.EqualFold(coding, "x-gzip"):
				q.gzip = max(q.gzip, quality)
			case strings.EqualFold(coding, "identity"):
				q.identity = max(q.identity, quality)
			case coding == "*":
				q.any = max(q.any, quality)
			}
		}
	}
	if q.gzip == unset {
		q.gzip = q.any
	}
	if q.identity == unset && q.any == 0 {
		q.identity = 0
	}
	return q.gzip > 0 && q.gzip >= q.identity, q.identity == 0
}

// parseQuality returns the weight in thousandths that params give; without one it
// is 1000. Source: RFC 9110, section 12.4.2.
func parseQuality(params string) (int, bool) {
	params = strings.Trim(params, " \t")
	if params == "" {
		return 1000, true
	}
	if len(params) < 3 || params[0] != 'q' && params[0] != 'Q' || params[1] != '=' {
		return 0, false
	}
	whole, digits, dotted := strings.Cut(params[2:], ".")
	if whole != "0" && whole != "1" || len(digits) > 3 || dotted && strings.Trim(digits, "0123456789") != "" {
		return 0, false
	}
	quality := int(whole[0]-'0') * 1000
	for i, unit := 0, 100; i < len(digits); i, unit = i+1, unit/10 {
		quality += int(digits[i]-'0') * unit
	}
	return quality, quality <= 1000
}
