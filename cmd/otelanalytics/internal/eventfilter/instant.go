// SPDX-License-Identifier: Apache-2.0

package eventfilter

import (
	"regexp"
	"strconv"
	"time"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
)

// Form is how times are written: UTC, in milliseconds, which is what events have.
const Form = "2006-01-02T15:04:05.000Z"

// instant is a flag's time; zero when it is not given.
type instant struct{ time.Time }

func (i *instant) Type() string { return "time" }

func (i *instant) String() string {
	if i.IsZero() {
		return ""
	}
	return i.UTC().Format(Form)
}

func (i *instant) Set(text string) error {
	t, err := parse(text, time.Now())
	if err == nil {
		i.Time = t
	}
	return err
}

// long is a duration in what time.ParseDuration does not know: days and weeks.
var long = regexp.MustCompile(`^(\d{1,5})([dw])$`)

// parse reads a time, or how long ago it was.
func parse(text string, now time.Time) (time.Time, error) {
	for _, form := range []string{time.RFC3339Nano, time.DateOnly} {
		if t, err := time.Parse(form, text); err == nil {
			return t.UTC(), nil
		}
	}
	if m := long.FindStringSubmatch(text); m != nil {
		n, _ := strconv.Atoi(m[1]) // digits, few enough
		day := 24 * time.Hour
		if m[2] == "w" {
			day *= 7
		}
		return now.Add(-time.Duration(n) * day).UTC(), nil
	}
	if d, err := time.ParseDuration(text); err == nil && d >= 0 {
		return now.Add(-d).UTC(), nil
	}
	return time.Time{}, cli.Usagef("write a time such as 2026-07-01T12:00:00Z or 2026-07-01, or how long ago, such as 90m, 24h, 7d or 2w")
}
