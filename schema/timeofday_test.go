package schema_test

import (
	"encoding/json"
	"testing"
	"testing/quick"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

func clock(hour, minute, second, ns int) schema.TimeOfDay {
	return schema.TimeOfDay{Hour: hour, Minute: minute, Second: second, Nanosecond: ns}
}

func TestTimesOfDay(t *testing.T) {
	l := loneOf(t, clockOf, "")
	for in, want := range map[string]struct {
		value schema.TimeOfDay
		text  string
	}{
		"00:00":              {clock(0, 0, 0, 0), "00:00:00"},
		"23:59":              {clock(23, 59, 0, 0), "23:59:00"},
		"17:30:05":           {clock(17, 30, 5, 0), "17:30:05"},
		"23:59:59.999999999": {clock(23, 59, 59, 999_999_999), "23:59:59.999999999"},
		"01:02:03.000000001": {clock(1, 2, 3, 1), "01:02:03.000000001"},
		"01:02:03.5":         {clock(1, 2, 3, 500_000_000), "01:02:03.5"},
		"01:02:03.250":       {clock(1, 2, 3, 250_000_000), "01:02:03.25"},
		"01:02:03.000":       {clock(1, 2, 3, 0), "01:02:03"},
	} {
		v, issues := l.both(t, in)
		assert.Equal(t, issues, "", in)
		assert.Equal(t, v, any(want.value), in)
		out, err := l.write(v)
		assert.NoError(t, err)
		assert.Equal(t, out, quote(want.text))
	}
	const (
		short, long          = "input is too short", "unexpected extra characters at the end of the input"
		hour, minute, second = "invalid character in hour", "invalid character in minute", "invalid character in second"
		hours                = "hour value is outside expected range of 0-23"
		minutes              = "minute value is outside expected range of 0-59"
		seconds              = "second value is outside expected range of 0-59"
		separator            = "invalid time separator, expected `:`"
		digits, none         = "second fraction value is more than 9 digits long", "second fraction value is missing"
	)
	for in, reason := range map[string]string{
		"": short, "1730": short, "1:30": short, "17:30:": short, "17:30:5": short,
		"x7:30": hour, "+7:30": hour, "-1:30": hour, " 7:30": hour,
		"17.30": separator, "173005": separator, "17-30": separator,
		"17:x0": minute, "17:3 ": minute, "17:+3": minute,
		"17:30:x5": second, "17:30:-5": second,
		"24:00": hours, "99:00": hours, "23:60": minutes, "23:59:60": seconds, "24:00:00": hours,
		"17:30:05.": none, "17:30:05.x": none, "17:30:05.1234567890": digits,
		"17:30Z": long, "17:300": long, "17:30:05Z": long, "17:30:05.5Z": long, "17:30:05+01:00": long, "17:30:05,5": long, "17:30 ": long, "17:30:050": long,
	} {
		_, issues := l.both(t, in)
		assert.Equal(t, issues, wrong("time_parsing", "Input should be in a valid time format, ", reason, in))
	}
}

func TestTimeOfDayMethods(t *testing.T) {
	assert.Equal(t, schema.TimeOfDayOf(time.Date(2026, 11, 20, 23, 59, 58, 7, time.FixedZone("", -3600))), clock(23, 59, 58, 7))
	assert.Equal(t, schema.TimeOfDay{}.String(), "00:00:00")
	ordered := []schema.TimeOfDay{{}, clock(0, 0, 0, 1), clock(0, 0, 1, 0), clock(0, 1, 0, 0), clock(1, 0, 0, 0), clock(23, 59, 59, 999_999_999)}
	for i, a := range ordered {
		for j, b := range ordered {
			want := 0
			if i < j {
				want = -1
			} else if i > j {
				want = 1
			}
			assert.Equal(t, a.Compare(b), want, a, b)
		}
	}
	for _, test := range []struct {
		v    schema.TimeOfDay
		want string
	}{
		{clock(24, 0, 0, 0), "hour value is outside expected range of 0-23"},
		{clock(-1, 0, 0, 0), "hour value is outside expected range of 0-23"},
		{clock(0, 60, 0, 0), "minute value is outside expected range of 0-59"},
		{clock(0, -1, 0, 0), "minute value is outside expected range of 0-59"},
		{clock(0, 0, 60, 0), "second value is outside expected range of 0-59"},
		{clock(0, 0, -1, 0), "second value is outside expected range of 0-59"},
		{clock(0, 0, 0, 1_000_000_000), "second fraction value is more than 9 digits long"},
		{clock(0, 0, 0, -1), "second fraction value is more than 9 digits long"},
	} {
		dst, err := test.v.AppendText([]byte("x"))
		assert.Equal(t, string(dst), "x")
		assert.Equal(t, err.Error(), "schema: time of day: "+test.want)
		_, err = loneOf(t, clockOf, "").write(test.v)
		assert.Equal(t, err.Error(), "schema: time of day: "+test.want)
	}
	t.Run("standard interfaces", func(t *testing.T) {
		var got []schema.TimeOfDay
		assert.NoError(t, json.Unmarshal([]byte(`["17:30"]`), &got))
		text, err := json.Marshal(got)
		assert.NoError(t, err)
		assert.Equal(t, string(text), `["17:30:00"]`)
		assert.Equal(t, got[0].UnmarshalText([]byte("17")).Error(), "schema: time of day: input is too short")
		assert.Equal(t, got[0], clock(17, 30, 0, 0), "stays")
	})
}

func TestTimeOfDayRoundTrip(t *testing.T) {
	err := quick.Check(func(ns uint64) bool {
		v := schema.TimeOfDayOf(time.Unix(0, int64(ns%uint64(24*time.Hour))).UTC())
		var got schema.TimeOfDay
		return got.UnmarshalText([]byte(v.String())) == nil && got == v
	}, nil)
	assert.NoError(t, err)
}
