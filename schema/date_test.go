package schema_test

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/quick"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

func day(year int, month time.Month, day int) schema.Date {
	return schema.Date{Year: year, Month: month, Day: day}
}

func TestDates(t *testing.T) {
	l := loneOf(t, dateOf, "")
	for in, want := range map[string]schema.Date{
		"2026-11-20": day(2026, 11, 20),
		"0001-01-01": day(1, 1, 1),
		"9999-12-31": day(9999, 12, 31),
		"2024-02-29": day(2024, 2, 29),
		"2000-02-29": day(2000, 2, 29),
		"2026-04-30": day(2026, 4, 30),
	} {
		v, issues := l.both(t, in)
		assert.Equal(t, issues, "", in)
		assert.Equal(t, v, any(want), in)
		out, err := l.write(v)
		assert.NoError(t, err)
		assert.Equal(t, out, quote(in))
	}
	const (
		year, month, number = "invalid character in year", "invalid character in month", "invalid character in day"
		separator           = "invalid date separator, expected `-`"
		short, long         = "input is too short", "unexpected extra characters at the end of the input"
		monthRange          = "month value is outside expected range of 1-12"
		dayRange            = "day value is outside expected range"
	)
	for in, reason := range map[string]string{
		"": short, "2026": short, "2026-11-2": short, "26-11-20": short,
		"x026-11-20": year, "202６-1-20": year, "+026-11-20": year, "-026-11-20": year,
		"2026/11/20": separator, "2026-11/20": separator, "2026_11-20": separator, "20261120xx": separator, "2026-1-020": separator,
		"2026-x1-20": month, "2026- 1-20": month, "2026-+1-20": month,
		"2026-11-x0": number, "2026-11- 1": number, "2026-11-2 ": number,
		"2026-00-10": monthRange, "2026-13-10": monthRange,
		"2026-01-00": dayRange, "2026-01-32": dayRange, "2026-02-29": dayRange, "2100-02-29": dayRange, "2024-02-30": dayRange, "2026-04-31": dayRange,
		"2026-11-200": long, "2026-11-20T00:00:00Z": long, "2026-11-20 ": long, "10000-01-01": separator,
	} {
		_, issues := l.both(t, in)
		assert.Equal(t, issues, wrong("date_from_datetime_parsing", "Input should be a valid date or datetime, ", reason, in))
	}
	_, issues := l.both(t, "0000-01-01")
	assert.Equal(t, issues, wrong("date_parsing", "Input should be a valid date in the format YYYY-MM-DD, ", "year 0 is out of range", "0000-01-01"))
	v, issues := l.json(`"2026\u002d11-20"`)
	assert.Equal(t, issues, "")
	assert.Equal(t, v, any(day(2026, 11, 20)))
}

func TestDateMethods(t *testing.T) {
	assert.Equal(t, schema.DateOf(time.Date(2026, 11, 20, 23, 59, 0, 0, time.FixedZone("", -3600))), day(2026, 11, 20))
	assert.Equal(t, schema.Date{}.String(), "0000-00-00")
	assert.Equal(t, day(5, 6, 7).String(), "0005-06-07")
	for _, test := range []struct {
		a, b schema.Date
		want int
	}{
		{day(2026, 11, 20), day(2026, 11, 20), 0},
		{day(2026, 11, 20), day(2026, 11, 21), -1},
		{day(2026, 12, 1), day(2026, 11, 30), 1},
		{day(2025, 12, 31), day(2026, 1, 1), -1},
		{schema.Date{}, day(1, 1, 1), -1},
	} {
		assert.Equal(t, test.a.Compare(test.b), test.want, test.a, test.b)
		assert.Equal(t, test.b.Compare(test.a), -test.want, test.b, test.a)
	}
	for want, d := range map[string]schema.Date{
		"schema: date 0000-00-00: year 0 is out of range":                                         {},
		"schema: date 10000-01-01: year 10000 is out of range":                                    day(10000, 1, 1),
		"schema: date 000-1-01-01: year -1 is out of range":                                       day(-1, 1, 1),
		"schema: date 2026-13-01: month value is outside expected range of 1-12":                  day(2026, 13, 1),
		"schema: date 2026-00-01: month value is outside expected range of 1-12":                  day(2026, 0, 1),
		"schema: date 2026-02-29: day value is outside expected range":                            day(2026, 2, 29),
		"schema: date 2026-01-00: day value is outside expected range":                            day(2026, 1, 0),
		"schema: date 2026-9223372036854775807-01: month value is outside expected range of 1-12": day(2026, 1<<63-1, 1),
	} {
		dst, err := d.AppendText([]byte("x"))
		assert.Equal(t, string(dst), "x")
		assert.Equal(t, err.Error(), want)
		_, err = loneOf(t, dateOf, "").write(d)
		assert.Equal(t, err.Error(), want)
	}
	t.Run("standard interfaces", func(t *testing.T) {
		var got map[schema.Date][]schema.Date
		assert.NoError(t, json.Unmarshal([]byte(`{"2026-11-20":["2024-02-29"]}`), &got))
		assert.Equal(t, got, map[schema.Date][]schema.Date{day(2026, 11, 20): {day(2024, 2, 29)}})
		text, err := json.Marshal(got)
		assert.NoError(t, err)
		assert.Equal(t, string(text), `{"2026-11-20":["2024-02-29"]}`)
		d := day(1, 2, 3)
		assert.Equal(t, d.UnmarshalText([]byte("2026")).Error(), "schema: date: input is too short")
		assert.Equal(t, d, day(1, 2, 3), "stays")
		_, err = json.Marshal(schema.Date{})
		assert.Contains(t, err.Error(), "year 0 is out of range")
	})
}

// TestBeginningOfDay has days whose midnight there is once, twice or never.
func TestBeginningOfDay(t *testing.T) {
	for _, test := range []struct {
		zone string
		d    schema.Date
		want string // in UTC
	}{
		{"UTC", day(2026, 11, 20), "2026-11-20T00:00:00Z"},
		{"Europe/Berlin", day(2026, 11, 20), "2026-11-19T23:00:00Z"},
		{"Europe/Berlin", day(2026, 3, 29), "2026-03-28T23:00:00Z"},
		{"America/Sao_Paulo", day(2018, 11, 4), "2018-11-04T03:00:00Z"}, // from midnight to 1:00
		{"America/Sao_Paulo", day(2018, 2, 18), "2018-02-18T03:00:00Z"}, // before it from midnight to 23:00
		{"America/Havana", day(2024, 3, 10), "2024-03-10T05:00:00Z"},    // from midnight to 1:00
		{"America/Havana", day(2024, 11, 3), "2024-11-03T04:00:00Z"},    // from 1:00 to midnight
		{"Asia/Amman", day(2021, 10, 29), "2021-10-28T21:00:00Z"},       // from 1:00 to midnight
		{"Asia/Amman", day(2021, 10, 30), "2021-10-29T22:00:00Z"},
	} {
		loc, err := time.LoadLocation(test.zone)
		if err != nil {
			t.Skip(err)
		}
		got := test.d.Time(loc)
		assert.Equal(t, got.UTC().Format(time.RFC3339), test.want, test.zone, test.d)
		assert.Equal(t, schema.DateOf(got), test.d)
		assert.Equal(t, got.Location(), loc)
		assert.Equal(t, schema.DateOf(got.Add(-1)).Compare(test.d), -1, "the moment before is another day")
	}
	apia, err := time.LoadLocation("Pacific/Apia")
	assert.NoError(t, err)
	assert.Equal(t, schema.DateOf(day(2011, 12, 30).Time(apia)), day(2011, 12, 31), "a day that was left out")
	assert.Equal(t, schema.DateOf(day(2026, 1, 0).Time(apia)), day(2025, 12, 31), "what is no date is normalised")
}

func TestDateRoundTrip(t *testing.T) {
	err := quick.Check(func(seconds int64) bool {
		const all = 9998 * 365 * 24 * 3600
		d := schema.DateOf(time.Date(1, 1, 1, 0, 0, int(seconds%all+all)%all, 0, time.UTC))
		var got schema.Date
		return got.UnmarshalText([]byte(d.String())) == nil && got == d && schema.DateOf(d.Time(time.UTC)) == d
	}, nil)
	assert.NoError(t, err)
}

// FuzzDate compares with package time: a date is what that reads, but for the year 0.
func FuzzDate(f *testing.F) {
	for _, seed := range []string{"2026-11-20", "0000-01-01", "2024-02-30", "2026-1-02", "", "2026-11-20T", "９026-11-20"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var d schema.Date
		err := d.UnmarshalText([]byte(s))
		want, stdErr := time.Parse(time.DateOnly, s)
		if (err == nil) != (stdErr == nil && !strings.HasPrefix(s, "0000")) {
			t.Fatalf("%q: %v, but package time: %v", s, err, stdErr)
		}
		if err == nil && (d != schema.DateOf(want) || d.String() != s) {
			t.Errorf("%q: got %v, want %v", s, d, want)
		}
	})
}
