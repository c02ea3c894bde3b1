package schema_test

import (
	"math"
	"testing"
	"testing/quick"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

func TestDurations(t *testing.T) {
	l := loneOf(t, durationOf, "")
	for in, want := range map[string]struct {
		value time.Duration
		text  string // "" where it is the input
	}{
		"PT0S":                           {0, ""},
		"PT1H30M":                        {90 * time.Minute, ""},
		"PT0.25S":                        {250 * time.Millisecond, ""},
		"-PT5S":                          {-5 * time.Second, ""},
		"PT0.000000001S":                 {1, ""},
		"PT1H1S":                         {time.Hour + time.Second, ""},
		"PT59M59.999999999S":             {time.Hour - 1, ""},
		"PT2562047H47M16.854775807S":     {math.MaxInt64, ""},
		"-PT2562047H47M16.854775808S":    {math.MinInt64, ""},
		"+PT5S":                          {5 * time.Second, "PT5S"},
		"-PT0S":                          {0, "PT0S"},
		"P1D":                            {24 * time.Hour, "PT24H"},
		"P2W":                            {14 * 24 * time.Hour, "PT336H"},
		"P1W1DT1H1M1.5S":                 {8*24*time.Hour + time.Hour + time.Minute + 1500*time.Millisecond, "PT193H1M1.5S"},
		"PT90M":                          {90 * time.Minute, "PT1H30M"},
		"PT0060S":                        {time.Minute, "PT1M"},
		"PT1.500S":                       {1500 * time.Millisecond, "PT1.5S"},
		"P15250W1DT23H47M16.854775807S":  {math.MaxInt64, "PT2562047H47M16.854775807S"},
		"PT9223372036.854775807S":        {math.MaxInt64, "PT2562047H47M16.854775807S"},
		"-PT9223372036.854775808S":       {math.MinInt64, "-PT2562047H47M16.854775808S"},
		"PT000000000000000000000000001S": {time.Second, "PT1S"},
		"PT0H0M0S":                       {0, "PT0S"},
	} {
		if want.text == "" {
			want.text = in
		}
		v, issues := l.both(t, in)
		assert.Equal(t, issues, "", in)
		assert.Equal(t, v, any(want.value), in)
		out, err := l.write(v)
		assert.NoError(t, err)
		assert.Equal(t, out, quote(want.text))
	}
	const (
		short, digit = "input is too short", "invalid digit in duration"
		char, long   = "unexpected character in duration", "duration is too long"
	)
	for in, reason := range map[string]string{
		"": short, "P": short, "PT": short, "-P": short, "+PT": short, "P1DT": short,
		"-": digit, "1D": digit, "p1d": digit, "--P1D": digit, "+-P1D": digit, "T1S": digit, "90": digit, "1h30m": digit, " PT1S": digit,
		"PTS": digit, "PT1": digit, "P1": digit, "PT-1S": digit, "PT.5S": digit, "PT1.S": digit, "PT1.5.5S": digit, "PT.S": digit, "PT1.1234567890S": digit,
		"PT1.5H": digit, "P1.5D": digit, "P1.5W": digit, "PT1,5S": char, "P1DTT1S": digit, "PT1S ": digit, "PT1ST": digit,
		"P1Y": char, "P1M": char, "P1H": char, "PT1D": char, "P1D1W": char, "P1D1D": char, "PT1S1M": char, "PT1M1H": char, "PT1H1H": char, "PT1h": char, "PT1é": char,
		"PT2562047H47M16.854775808S": long, "-PT2562047H47M16.854775809S": long, "PT9223372036.854775808S": long, "PT9223372037S": long,
		"P15251W": long, "P106752D": long, "PT2562048H": long, "PT153722868M": long, "PT99999999999999999999S": long, "P15250W15250W": char, "P15250WT2562047H": long,
	} {
		_, issues := l.both(t, in)
		assert.Equal(t, issues, wrong("time_delta_parsing", "Input should be a valid timedelta, ", reason, in))
	}
}

func TestDurationRoundTrip(t *testing.T) {
	plan := compile[time.Duration](t, schema.Config{})
	err := quick.Check(func(d time.Duration, shift uint8) bool {
		d >>= shift % 64
		text, err := plan.Append(nil, &d)
		if err != nil {
			return false
		}
		got, err := plan.Decode(text)
		return err == nil && got == d
	}, &quick.Config{MaxCount: 2000})
	assert.NoError(t, err)
}

// FuzzDuration reads what it has written, and judges by the pattern of the schema, which knows no limit.
func FuzzDuration(f *testing.F) {
	for _, seed := range []string{"PT0S", "-P1W2DT3H4M5.678S", "P1Y", "PT1H2S", "+PT1S", "P106752D", "PT", "PT2562047H47M16.854775807S", "-PT2562047H47M16.854775808S", "PT1M1H"} {
		f.Add(seed)
	}
	plan := compile[time.Duration](f, schema.Config{})
	l := loneOf(f, durationOf, "")
	pattern := patternOf(f, durationOf)
	f.Fuzz(func(t *testing.T, s string) {
		v, issues := l.text(s)
		if issues != "" {
			if pattern.MatchString(s) && !containsText(issues, "duration is too long") {
				t.Errorf("%q is of the pattern, but %s", s, issues)
			}
			return
		}
		if !pattern.MatchString(s) {
			t.Errorf("%q is not of the pattern", s)
		}
		d := v.(time.Duration)
		text, err := plan.Append(nil, &d)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := plan.Decode(text); err != nil || got != d {
			t.Errorf("%q is %v and as %s %v, %v", s, d, text, got, err)
		}
	})
}
