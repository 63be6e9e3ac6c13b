// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"slices"
	"testing"
	"time"
)

func TestUniqueDefaults(t *testing.T) {
	m, _ := parseText(t, "version: 1\nmetrics: {users: {instrument: unique}}\n").Metric("users")
	c := m.Counted
	want := []Window{{"daily", 24 * time.Hour}, {"weekly", 7 * 24 * time.Hour}, {"monthly", 30 * 24 * time.Hour}}
	if c.Of != OfUser || c.Path != nil || c.WindowAttribute != "time_period" || !slices.Equal(c.Windows, want) || m.Number != Int || m.PrometheusName() != "users" {
		t.Errorf("%+v, number %s", c, m.Number)
	}
	if a := m.Attributes; len(a) != 1 || a[0].Name != "time_period" || !slices.Equal(a[0].Values, []string{"daily", "weekly", "monthly"}) {
		t.Errorf("attributes %+v", a)
	}
	if n := m.Combinations(); n != 4 {
		t.Errorf("%d series; want the three windows, and other", n)
	}
}

func TestUniqueHash(t *testing.T) {
	of := func(keys string) string {
		return parseText(t, "version: 1\nmetrics: {users: {instrument: unique"+keys+"}}\n").Hash()
	}
	plain := of("")
	for _, same := range []string{
		", of: $user", ", window_attribute: time_period", ", number: int", ", windows: {daily: 24h, weekly: 7d, monthly: 30d}",
		", windows: {monthly: 720h, weekly: 168h, daily: 1d}",
	} {
		if got := of(same); got != plain {
			t.Errorf("%s: another hash than that of the defaults", same)
		}
	}
	seen := map[string]string{plain: ""}
	for _, other := range []string{
		", of: $session", ", of: id", ", window_attribute: period", ", windows: {daily: 24h, weekly: 7d}", ", windows: {daily: 25h, weekly: 7d, monthly: 30d}",
		", windows: {day: 24h, weekly: 7d, monthly: 30d}", ", attributes: {platform: {values: [web]}}",
	} {
		if first, ok := seen[of(other)]; ok {
			t.Errorf("%s: the hash of %q", other, first)
		}
		seen[of(other)] = other
	}
}

func TestUniqueRecords(t *testing.T) {
	m := parseText(t, `version: 1
metrics:
  users: {instrument: unique, attributes: {platform: {values: [web, ios]}}}
every_event: {record: [{metric: users, from: {platform: $platform}}]}
events:
  e: {record: [{metric: users, set: {platform: web}, when: 'type == "e"'}]}
`)
	every := m.EveryEvent()[0]
	if len(every.Sources) != 2 || every.Sources[0].Kind != FromPlatform || every.Sources[1].Kind != FromWindow || every.Value.Path != nil || every.Value.Constant != 0 {
		t.Errorf("%+v", every)
	}
	if r := m.Events()[0].Records[0]; r.Sources[0].Constant != "web" || r.When == nil {
		t.Errorf("%+v", r)
	}
}
