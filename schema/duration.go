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

// parseDuration reads a duration of ISO 8601 in weeks, days (of 24 hours),
// hours, minutes and seconds, of which seconds may have a fraction. Years and
// months have no fixed length and are refused.
// Source: ISO 8601-1, section 5.5.2; RFC 3339, appendix A.
func parseDuration(s string) (d time.Duration, reason string) {
	rest, neg := strings.CutPrefix(s, "-")
	if !neg {
		rest = strings.TrimPrefix(rest, "+")
	}
	rest, ok := strings.CutPrefix(rest, "P")
	switch {
	case len(s) == 0:
		return 0, "input is too short"
	case !ok:
		return 0, "invalid digit in duration"
	case rest == "" || rest == "T":
		return 0, "input is too short"
	}
	var total uint64               // nanoseconds
	limit := uint64(math.MaxInt64) // there is one more below 0
	if neg {
		limit++
	}
	units, inTime := "WD", false
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
		ns, ok := scaled(rest[:n], unitOf(rest[n]))
		if !ok {
			return 0, "invalid digit in duration"
		}
		if total += ns; ns > limit || total > limit {
			return 0, "duration is too long"
		}
		units, rest = units[at+1:], rest[n+1:]
	}
	if neg {
		return -time.Duration(total), ""
	}
	return time.Duration(total), ""
}

func unitOf(c byte) uint64 {
	switch c {
	case 'W':
		return uint64(7 * 24 * time.Hour)
	case 'D':
		return uint64(24 * time.Hour)
	case 'H':
		return uint64(time.Hour)
	case 'M':
		return uint64(time.Minute)
	}
	return uint64(time.Second)
}

// scaled returns a number times unit; only of seconds it may have a fraction.
// Beyond 64 bits it returns the greatest.
func scaled(text string, unit uint64) (ns uint64, ok bool) {
	whole, frac, point := strings.Cut(text, ".")
	if whole == "" || point && (unit != uint64(time.Second) || frac == "" || len(frac) > 9) {
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
		ns += uint64(f * power(10, 9-len(frac)))
	}
	return ns, true
}
