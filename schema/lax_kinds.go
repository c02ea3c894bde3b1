package schema

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
)

var dateInexact = &violation{typ: "date_from_datetime_inexact", msg: "Datetimes provided to dates should have zero time - e.g. be exact dates"}

func notTime(reason string) *violation {
	return withReason("datetime_parsing", "Input should be a valid datetime, ", reason)
}

func notTimeOrDate(reason string) *violation {
	return withReason("datetime_from_date_parsing", "Input should be a valid datetime or date, ", reason)
}

func notDate(reason string) *violation {
	return withReason("date_from_datetime_parsing", "Input should be a valid date or datetime, ", reason)
}

func notTimeOfDay(reason string) *violation {
	return withReason("time_parsing", "Input should be in a valid time format, ", reason)
}

func notDuration(reason string) *violation {
	return withReason("time_delta_parsing", "Input should be a valid timedelta, ", reason)
}

// laxTime reads a time of RFC 3339 or of looser forms, a number of seconds or
// milliseconds, or a date. Without an offset it is in UTC.
var laxTime = laxKind[time.Time]{
	text: func(s string) (time.Time, *violation) {
		t, ok, reason := looseTime(s)
		if ok {
			return t, nil
		}
		if reason == "" {
			var d Date
			if d, reason = parseDate(s); reason == "" {
				return d.Time(time.UTC), nil
			}
		}
		return t, notTimeOrDate(reason)
	},
	number: func(s string) (time.Time, *violation) {
		t, reason := unixTime(s)
		if reason != "" {
			return t, notTime(reason)
		}
		return t, nil
	},
}

// laxDate reads what laxTime does, if it is midnight.
var laxDate = laxKind[Date]{
	text: func(s string) (Date, *violation) {
		d, bad := parseDateText(s)
		if bad == nil {
			return d, nil
		}
		t, ok, reason := looseTime(s)
		switch {
		case ok:
			return midnight(t)
		case reason != "":
			return d, notDate(reason)
		}
		return d, bad
	},
	number: func(s string) (Date, *violation) {
		t, reason := unixTime(s)
		if reason != "" {
			return Date{}, notDate(reason)
		}
		return midnight(t)
	},
}

// midnight returns the date of a time that has no hours, minutes or seconds.
func midnight(t time.Time) (Date, *violation) {
	d := DateOf(t)
	switch {
	case TimeOfDayOf(t) != TimeOfDay{}:
		return d, dateInexact
	case d.invalid() != "": // the year 0
		return d, notDate(d.invalid())
	}
	return d, nil
}

// looseTime reads a time as ISO 8601 has it, or a number. The reason is given
// when s is a number that is no time.
func looseTime(s string) (t time.Time, ok bool, reason string) {
	if t, bad := parseTime(s); bad == nil {
		return t, true, ""
	}
	if isDecimal(s) {
		t, reason := unixTime(s)
		return t, reason == "", reason
	}
	if len(s) < len("2006-01-02T15:04") || !strings.ContainsRune("Tt _", rune(s[10])) {
		return t, false, ""
	}
	d, reason := parseDate(s[:10])
	if reason != "" {
		return t, false, ""
	}
	clock, rest, reason := readClock(s[11:], true)
	if reason != "" {
		return t, false, ""
	}
	zone, ok := readZone(rest)
	if !ok {
		return t, false, ""
	}
	return time.Date(d.Year, d.Month, d.Day, clock.Hour, clock.Minute, clock.Second, clock.Nanosecond, zone), true, ""
}

// readZone reads an offset: nothing or Z for none, +02:00 or +0200.
func readZone(s string) (*time.Location, bool) {
	if s == "" || s == "Z" || s == "z" {
		return time.UTC, true
	}
	if s[0] != '+' && s[0] != '-' {
		return nil, false
	}
	digits := s[1:]
	if len(digits) == len("02:00") && digits[2] == ':' {
		digits = digits[:2] + digits[3:]
	}
	n, ok := digitsOf(digits)
	if !ok || len(digits) != len("0200") || n/100 > 23 || n%100 > 59 {
		return nil, false
	}
	offset := n/100*3600 + n%100*60
	switch {
	case offset == 0:
		return time.UTC, true
	case s[0] == '-':
		offset = -offset
	}
	return time.FixedZone("", offset), true
}

// isDecimal reports whether s is a number without exponent.
func isDecimal(s string) bool {
	if s != "" && (s[0] == '+' || s[0] == '-') {
		s = s[1:]
	}
	whole, fraction, point := strings.Cut(s, ".")
	return isDigits(whole) && (!point || isDigits(fraction))
}

// watershed is the number of seconds, in the year 2603, beyond which a number
// counts milliseconds.
const watershed = 20_000_000_000

// unixTime returns the time that many seconds or milliseconds after 1970.
func unixTime(number string) (t time.Time, reason string) {
	ns := nanoseconds(number)
	if limit := new(big.Int).Mul(big.NewInt(watershed), second()); ns.CmpAbs(limit) > 0 {
		ns.Div(ns, big.NewInt(1000))
	}
	sec, rest := new(big.Int).DivMod(ns, second(), new(big.Int))
	switch first, last := yearStart(0), yearStart(10000); {
	case sec.Cmp(first) < 0:
		return t, "dates before 0000 are not supported as unix timestamps"
	case sec.Cmp(last) >= 0:
		return t, "dates after 9999 are not supported as unix timestamps"
	}
	return time.Unix(sec.Int64(), rest.Int64()).UTC(), ""
}

func yearStart(year int) *big.Int {
	return big.NewInt(time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC).Unix())
}

// second is a second in nanoseconds.
func second() *big.Int { return big.NewInt(int64(time.Second)) }

// nanoseconds returns the nanoseconds in a number of seconds, rounded down. What
// is beyond any time is cut.
func nanoseconds(number string) *big.Int {
	d, err := ParseDecimal(number)
	if err != nil { // more than 100 digits
		if f, _ := strconv.ParseFloat(number, 64); math.Abs(f) >= 1 {
			d = NewDecimal(int64(math.Copysign(math.MaxInt64/2, f)), 0)
		}
	}
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(d.scale)), nil)
	ns := new(big.Int).Mul(d.int(), second())
	return ns.Div(ns, scale)
}

// laxTimeOfDay reads any number of digits after the point or comma of seconds, an
// offset of 0 (another one would be lost) and a number of seconds since midnight.
var laxTimeOfDay = laxKind[TimeOfDay]{
	text: func(s string) (TimeOfDay, *violation) {
		t, rest, reason := readClock(s, true)
		if reason != "" {
			return t, notTimeOfDay(reason)
		}
		if zone, ok := readZone(rest); !ok || zone != time.UTC {
			return t, notTimeOfDay(trailing)
		}
		return t, nil
	},
	number: func(s string) (TimeOfDay, *violation) {
		sec, ns := new(big.Int).DivMod(nanoseconds(s), second(), new(big.Int))
		switch {
		case sec.Sign() < 0:
			return TimeOfDay{}, notTimeOfDay("time in seconds should be positive")
		case sec.Cmp(big.NewInt(24*3600)) >= 0:
			return TimeOfDay{}, notTimeOfDay("numeric times may not exceed 86,399 seconds")
		}
		return TimeOfDayOf(time.Unix(sec.Int64(), ns.Int64()).UTC()), nil
	},
}

// laxDuration reads years of 365 and months of 30 days too, fractions of all
// units, a number of seconds, and the forms 26:00, 1d 2:00:00 and 1 day, 02:00:00.5.
var laxDuration = laxKind[time.Duration]{
	text: func(s string) (time.Duration, *violation) {
		d, reason := parseISODuration(s, true)
		if unsigned := strings.TrimLeft(s, "+-"); unsigned != "" && unsigned[0] != 'P' {
			d, reason = parseClockDuration(s)
		}
		if reason != "" {
			return d, notDuration(reason)
		}
		return d, nil
	},
	number: func(s string) (time.Duration, *violation) {
		ns := nanoseconds(s)
		if !ns.IsInt64() {
			return 0, notDuration(tooLong)
		}
		return time.Duration(ns.Int64()), nil
	},
	truth: true,
}

// parseClockDuration reads days and a time: 3 days, 1 day, 2:30 or 26:00:00.
func parseClockDuration(s string) (d time.Duration, reason string) {
	rest, total := cutSign(s)
	number, rest := cutDigits(rest)
	if number == "" {
		return 0, "invalid digit in duration"
	}
	if len(s) < len("00:00") || strings.ContainsAny(s, "dD") {
		after, ok := cutDay(rest)
		if !ok {
			return 0, `"day" identifier in duration not correctly formatted`
		}
		total.add(number, 24*time.Hour)
		if after == "" {
			return total.duration()
		}
		number, rest = cutDigits(after)
	}
	t, after, reason := readClock("00"+rest, true) // for the minutes and seconds are those of a clock
	switch {
	case number == "" || !strings.HasPrefix(rest, ":"):
		return 0, "invalid character in hour"
	case reason != "":
		return 0, reason
	case after != "":
		return 0, trailing
	}
	total.add(number, time.Hour)
	total.add(strconv.Itoa(t.Minute*60+t.Second), time.Second)
	total.add(strconv.Itoa(t.Nanosecond), 1)
	return total.duration()
}

// cutDigits cuts the digits at the beginning of s.
func cutDigits(s string) (digits, rest string) {
	n := len(s) - len(strings.TrimLeft(s, "0123456789"))
	return s[:n], s[n:]
}

// cutDay cuts d, day or days, a comma and a space, which stand between the number
// of days and the time.
func cutDay(s string) (rest string, ok bool) {
	rest = strings.TrimPrefix(s, " ")
	word := rest[:len(rest)-len(strings.TrimLeft(rest, "adysADYS"))]
	switch strings.ToLower(word) {
	case "d", "day", "days":
	default:
		return "", false
	}
	rest = strings.TrimPrefix(rest[len(word):], ",")
	if rest == "" {
		return "", true
	}
	return strings.CutPrefix(rest, " ")
}

// laxDecimal reads white space around a number, underscores and a point at its end.
var laxDecimal = laxKind[Decimal]{
	text: func(s string) (Decimal, *violation) {
		s, ok := withoutUnderscores(strings.TrimSpace(s))
		if !ok {
			return Decimal{}, decimalParsing
		}
		if n := len(s); n > 1 && s[n-1] == '.' && s[n-2]-'0' <= 9 {
			s = s[:n-1]
		}
		switch strings.ToLower(strings.TrimLeft(s, "+-")) {
		case "nan", "inf", "infinity":
			return Decimal{}, finiteNumber
		}
		d, err := ParseDecimal(s)
		if err != nil {
			return d, decimalParsing
		}
		return d, nil
	},
}
