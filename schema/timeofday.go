package schema

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// A TimeOfDay is a time on a clock, without a day or a time zone. Its text is
// that of ISO 8601, such as 17:30 or 17:30:05.25; it is written with seconds. The
// zero value is midnight.
type TimeOfDay struct {
	Hour, Minute, Second int
	Nanosecond           int
}

// TimeOfDayOf returns the time on the clock at t in the time zone of t.
func TimeOfDayOf(t time.Time) TimeOfDay {
	hour, minute, second := t.Clock()
	return TimeOfDay{hour, minute, second, t.Nanosecond()}
}

// Compare returns -1 when t is before u, 0 when they are the same and +1 when t is after u.
func (t TimeOfDay) Compare(u TimeOfDay) int {
	return cmp.Or(cmp.Compare(t.Hour, u.Hour), cmp.Compare(t.Minute, u.Minute),
		cmp.Compare(t.Second, u.Second), cmp.Compare(t.Nanosecond, u.Nanosecond))
}

// String returns t as text.
func (t TimeOfDay) String() string { return string(t.append(nil)) }

func (t TimeOfDay) append(dst []byte) []byte {
	dst = appendDigits(dst, t.Hour, 2)
	dst = append(dst, ':')
	dst = appendDigits(dst, t.Minute, 2)
	dst = append(dst, ':')
	dst = appendDigits(dst, t.Second, 2)
	return appendFraction(dst, t.Nanosecond)
}

// AppendText implements [encoding.TextAppender]. It fails for a value that is no time of day.
func (t TimeOfDay) AppendText(dst []byte) ([]byte, error) {
	if reason := t.invalid(); reason != "" {
		return dst, fmt.Errorf("schema: time of day: %s", reason)
	}
	return append(dst, t.append(nil)...), nil
}

// MarshalText implements [encoding.TextMarshaler].
func (t TimeOfDay) MarshalText() ([]byte, error) { return t.AppendText(nil) }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (t *TimeOfDay) UnmarshalText(text []byte) error {
	got, reason := parseTimeOfDay(string(text))
	if reason != "" {
		return fmt.Errorf("schema: time of day: %s", reason)
	}
	*t = got
	return nil
}

func (t TimeOfDay) invalid() string {
	switch {
	case t.Hour < 0 || t.Hour > 23:
		return "hour value is outside expected range of 0-23"
	case t.Minute < 0 || t.Minute > 59:
		return "minute value is outside expected range of 0-59"
	case t.Second < 0 || t.Second > 59:
		return "second value is outside expected range of 0-59"
	case t.Nanosecond < 0 || t.Nanosecond > 999_999_999:
		return "second fraction value is more than 9 digits long"
	}
	return ""
}

// parseTimeOfDay reads hours and minutes, and seconds with a fraction where they
// follow, or returns the reason why s is no time of day.
func parseTimeOfDay(s string) (t TimeOfDay, reason string) {
	t, rest, reason := readClock(s, false)
	if reason == "" && rest != "" {
		reason = trailing
	}
	return t, reason
}

// readClock reads a time of day from the beginning of s. If it is lax, a comma
// may stand for the point and digits from the tenth of a fraction on are cut.
func readClock(s string, lax bool) (t TimeOfDay, rest, reason string) {
	if len(s) < len("15:04") {
		return t, "", "input is too short"
	}
	var ok bool
	if t.Hour, ok = digitsOf(s[:2]); !ok {
		return t, "", "invalid character in hour"
	}
	if s[2] != ':' {
		return t, "", "invalid time separator, expected `:`"
	}
	if t.Minute, ok = digitsOf(s[3:5]); !ok {
		return t, "", "invalid character in minute"
	}
	s = s[5:]
	if strings.HasPrefix(s, ":") {
		if len(s) < 3 {
			return t, "", "input is too short"
		}
		if t.Second, ok = digitsOf(s[1:3]); !ok {
			return t, "", "invalid character in second"
		}
		s = s[3:]
		if strings.HasPrefix(s, ".") || lax && strings.HasPrefix(s, ",") {
			fraction := s[1 : len(s)-len(strings.TrimLeft(s[1:], "0123456789"))]
			s = s[1+len(fraction):]
			if lax && len(fraction) > 9 {
				fraction = fraction[:9]
			}
			switch {
			case fraction == "":
				return t, "", "second fraction value is missing"
			case len(fraction) > 9:
				return t, "", "second fraction value is more than 9 digits long"
			}
			t.Nanosecond, _ = digitsOf(fraction)
			t.Nanosecond *= power(10, 9-len(fraction))
		}
	}
	return t, s, t.invalid()
}
