// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"regexp"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

func TestUnits(t *testing.T) {
	for _, test := range []struct {
		unit       string
		instrument eventmap.Instrument
		want, rate string
	}{
		{"", eventmap.Counter, "short", "cps"},
		{"{login}", eventmap.Counter, "short", "cps"},
		{"{request}", eventmap.Counter, "short", "reqps"},
		{"1", eventmap.Counter, "short", "cps"},
		{"1", eventmap.Gauge, "percentunit", "cps"},
		{"%", eventmap.Gauge, "percent", "suffix: %/s"},
		{"s", eventmap.Histogram, "s", "suffix: s/s"},
		{"By", eventmap.Counter, "bytes", "binBps"},
		{"By{read}", eventmap.Counter, "bytes", "binBps"},
		{"EUR", eventmap.Counter, "suffix: EUR", "suffix: EUR/s"},
		{"{hit}/s", eventmap.Gauge, "suffix: 1/s", "suffix: 1/s/s"},
		{"By/{op}", eventmap.Gauge, "bytes", "binBps"},
		{"{", eventmap.Gauge, "suffix: {", "suffix: {/s"},
	} {
		m := &eventmap.Metric{Unit: test.unit, Instrument: test.instrument}
		if got, rate := unitOf(m), rateUnitOf(m); got != test.want || rate != test.rate {
			t.Errorf("%q of a %s: %s and %s, want %s and %s", test.unit, test.instrument, got, rate, test.want, test.rate)
		}
	}
}

func TestSlugs(t *testing.T) {
	form := regexp.MustCompile(`^[a-z0-9-]{1,24}$`)
	for name, want := range map[string]string{
		"games": "games", "User accounts": "user-accounts", "": "events", "a_b/c": "a-b-c",
		"名前": "0073e150", "a group with a name that is long": "a-group-with-a-9ea265e8", "--": "20cd1d0f",
	} {
		if got := slug(name); got != want || !form.MatchString(got) {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestIDsThatMeet(t *testing.T) {
	ids := panelIDsWith([]string{"b", "a", "c"}, func(key string) uint32 { return uint32(len(key)) })
	if ids["a"] != 1 || ids["b"] == ids["a"] || ids["c"] == ids["a"] || ids["b"] == ids["c"] || len(ids) != 3 {
		t.Errorf("%v", ids)
	}
}

// TestEither: what Grafana puts values for must not be found in the names of events.
func TestEither(t *testing.T) {
	names := []string{"a.b", "pay$channel", "x${y}", "[[z]]", "p.*"}
	text := either(names)
	if found := regexp.MustCompile(`\$\w|\$\{\w|\[\[`).FindString(text); found != "" {
		t.Errorf("%s holds the variable %s", text, found)
	}
	expression := regexp.MustCompile("^(?:" + text + ")$")
	for _, name := range names {
		if !expression.MatchString(name) {
			t.Errorf("%s does not match %s", text, name)
		}
	}
	if expression.MatchString("axb") {
		t.Errorf("%s matches too much", text)
	}
}
