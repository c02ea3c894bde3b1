package schema

import (
	"cmp"
	"fmt"
	"strconv"
	"time"
)

// A Date is a day of the proleptic Gregorian calendar, without a time zone. Its
// text is that of ISO 8601, such as 2026-11-20. The zero value is no date: as
// text it is 0000-00-00, which cannot be read back.
type Date struct {
	Year  int // 1 to 9999
	Month time.Month
	Day   int
}

// DateOf returns the day of t in the time zone of t.
func DateOf(t time.Time) Date {
	year, month, day := t.Date()
	return Date{year, month, day}
}

// Time returns the beginning of d in loc: midnight, the first of two, or where
// clocks go forward over midnight the time after that.
func (d Date) Time(loc *time.Location) time.Time {
	t := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, loc)
	day := DateOf(time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC))
	start, end := t.ZoneBounds()
	if DateOf(t).Compare(day) < 0 {
		return end
	}
	if !start.IsZero() {
		_, offset := t.Zone()
		_, before := start.Add(-1).Zone()
		first := t.Add(time.Duration(offset-before) * time.Second)
		if first.Before(start) && DateOf(first) == day {
			return first
		}
	}
	return t
}

// Compare returns -1 when d is before e, 0 when they are the same and +1 when d is after e.
func (d Date) Compare(e Date) int {
	return cmp.Or(cmp.Compare(d.Year, e.Year), cmp.Compare(d.Month, e.Month), cmp.Compare(d.Day, e.Day))
}

// String returns d as text.
func (d Date) String() string { return string(d.append(nil)) }

func (d Date) append(dst []byte) []byte {
	dst = appendDigits(dst, d.Year, 4)
	dst = append(dst, '-')
	dst = appendDigits(dst, int(d.Month), 2)
	dst = append(dst, '-')
	return appendDigits(dst, d.Day, 2)
}

// AppendText implements [encoding.TextAppender]. It fails for a value that is no date.
func (d Date) AppendText(dst []byte) ([]byte, error) {
	if reason := d.invalid(); reason != "" {
		return dst, fmt.Errorf("schema: date %s: %s", d, reason)
	}
	return d.append(dst), nil
}

// MarshalText implements [encoding.TextMarshaler].
func (d Date) MarshalText() ([]byte, error) { return d.AppendText(nil) }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (d *Date) UnmarshalText(text []byte) error {
	got, reason := parseDate(string(text))
	if reason != "" {
		return fmt.Errorf("schema: date: %s", reason)
	}
	*d = got
	return nil
}

const (
	trailing = "unexpected extra characters at the end of the input"
	yearZero = "year 0 is out of range"
)

// invalid returns what is wrong with the parts of d, or "".
func (d Date) invalid() string {
	switch {
	case d.Year < 1 || d.Year > 9999:
		return "year " + strconv.Itoa(d.Year) + " is out of range"
	case d.Month < 1 || d.Month > 12:
		return "month value is outside expected range of 1-12"
	case d.Day < 1 || d.Day > daysIn(d.Year, d.Month):
		return "day value is outside expected range"
	}
	return ""
}

func daysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// parseDate reads a date, or returns the reason why s is none.
func parseDate(s string) (d Date, reason string) {
	if len(s) < len("2006-01-02") {
		return d, "input is too short"
	}
	var ok bool
	if d.Year, ok = digitsOf(s[:4]); !ok {
		return d, "invalid character in year"
	}
	month, monthOK := digitsOf(s[5:7])
	day, dayOK := digitsOf(s[8:10])
	d.Month, d.Day = time.Month(month), day
	switch {
	case s[4] != '-' || s[7] != '-':
		return d, "invalid date separator, expected `-`"
	case !monthOK:
		return d, "invalid character in month"
	case !dayOK:
		return d, "invalid character in day"
	}
	if reason = d.invalid(); reason == "" && len(s) > len("2006-01-02") {
		reason = trailing
	}
	return d, reason
}

// digitsOf returns the number that s, decimal digits only, stands for.
func digitsOf(s string) (n int, ok bool) {
	for i := range len(s) {
		c := s[i] - '0'
		if c > 9 {
			return 0, false
		}
		n = 10*n + int(c)
	}
	return n, s != ""
}

// appendDigits appends n with zeros before it up to width.
func appendDigits(dst []byte, n, width int) []byte {
	for pow := power(10, width-1); pow > 1 && n < pow; pow /= 10 {
		dst = append(dst, '0')
	}
	return strconv.AppendInt(dst, int64(n), 10)
}

func power(base, exp int) int {
	n := 1
	for range exp {
		n *= base
	}
	return n
}
