package schema

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// appendDuration appends d in the form of ISO 8601, in hours, minutes and
// seconds: PT1H30M, PT0.25S, -PT5S. Zero is PT0S.
func appendDuration(dst []byte, d time.Duration) []byte {
	u := uint64(d)
	if d < 0 {
		dst = append(dst, '-')
		u = -u
	}
	dst = append(dst, 'P', 'T')
	if u == 0 {
		return append(dst, '0', 'S')
	}
	for _, unit := range [...]struct {
		size uint64
		name byte
	}{{uint64(time.Hour), 'H'}, {uint64(time.Minute), 'M'}} {
		if n := u / unit.size; n > 0 {
			dst = append(strconv.AppendUint(dst, n, 10), unit.name)
			u %= unit.size
		}
	}
	if u == 0 {
		return dst
	}
	dst = strconv.AppendUint(dst, u/uint64(time.Second), 10)
	return append(appendFraction(dst, int(u%uint64(time.Second))), 'S')
}

const tooLong = "duration is too long"

// A durationSum adds up nanoseconds as far as a time.Duration goes.
type durationSum struct {
	ns, limit uint64
	neg, over bool
}

// cutSign cuts the sign of a duration and returns its sum, which is 0 so far.
func cutSign(s string) (rest string, total durationSum) {
	if rest, ok := strings.CutPrefix(s, "-"); ok {
		return rest, durationSum{limit: math.MaxInt64 + 1, neg: true} // there is one more below 0
	}
	return strings.TrimPrefix(s, "+"), durationSum{limit: math.MaxInt64}
}

// add adds a number times unit, and reports whether it is one. A fraction has up
// to 9 digits.
func (t *durationSum) add(number string, unit time.Duration) bool {
	ns, ok := scaled(number, uint64(unit))
	if t.ns += ns; ns > t.limit || t.ns > t.limit {
		t.ns, t.over = 0, true
	}
	return ok
}

func (t *durationSum) duration() (d time.Duration, reason string) {
	switch {
	case t.over:
		return 0, tooLong
	case t.neg:
		return -time.Duration(t.ns), ""
	}
	return time.Duration(t.ns), ""
}

// parseDuration reads a duration of ISO 8601 in weeks, days (of 24 hours),
// hours, minutes and seconds, of which seconds may have a fraction. Years and
// months have no fixed length and are refused.
// Source: ISO 8601-1, section 5.5.2; RFC 3339, appendix A.
func parseDuration(s string) (d time.Duration, reason string) { return parseISODuration(s, false) }

// parseISODuration is parseDuration. If it is lax, any unit may have a fraction,
// a year counts 365 days and a month 30.
func parseISODuration(s string, lax bool) (d time.Duration, reason string) {
	rest, total := cutSign(s)
	rest, ok := strings.CutPrefix(rest, "P")
	switch {
	case len(s) == 0:
		return 0, "input is too short"
	case !ok:
		return 0, "invalid digit in duration"
	case rest == "" || rest == "T":
		return 0, "input is too short"
	}
	units, inTime := "WD", false
	if lax {
		units = "YMWD"
	}
	for rest != "" {
		if rest[0] == 'T' && !inTime {
			units, inTime, rest = "HMS", true, rest[1:]
			if rest == "" {
				return 0, "input is too short"
			}
			continue
		}
		n := len(rest) - len(strings.TrimLeft(rest, "0123456789."))
		if n == 0 || n == len(rest) {
			return 0, "invalid digit in duration"
		}
		at := strings.IndexByte(units, rest[n])
		if at < 0 {
			return 0, "unexpected character in duration"
		}
		if !lax && rest[n] != 'S' && strings.Contains(rest[:n], ".") || !total.add(rest[:n], unitOf(rest[n], inTime)) {
			return 0, "invalid digit in duration"
		}
		units, rest = units[at+1:], rest[n+1:]
	}
	return total.duration()
}

func unitOf(c byte, inTime bool) time.Duration {
	const day = 24 * time.Hour
	switch {
	case c == 'Y':
		return 365 * day
	case c == 'M' && !inTime:
		return 30 * day
	case c == 'W':
		return 7 * day
	case c == 'D':
		return day
	case c == 'H':
		return time.Hour
	case c == 'M':
		return time.Minute
	}
	return time.Second
}

// scaled returns a number times unit, which is whole seconds or one nanosecond.
// Beyond 64 bits it returns the greatest.
func scaled(text string, unit uint64) (ns uint64, ok bool) {
	whole, frac, point := strings.Cut(text, ".")
	if whole == "" || point && (frac == "" || len(frac) > 9) {
		return 0, false
	}
	n, err := strconv.ParseUint(whole, 10, 64)
	if err != nil || n > math.MaxInt64/unit {
		return math.MaxUint64, true
	}
	ns = n * unit
	if point {
		f, ok := digitsOf(frac)
		if !ok {
			return 0, false
		}
		ns += uint64(f*power(10, 9-len(frac))) * (unit / uint64(time.Second))
	}
	return ns, true
}
