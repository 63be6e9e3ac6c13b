// SPDX-License-Identifier: Apache-2.0

package eventmap

import "testing"

func TestMetricsHaveTheGroupOfTheirEvents(t *testing.T) {
	const metrics = `version: 1
metrics:
  own: {instrument: counter, group: mine}
  one: {instrument: counter}
  two: {instrument: counter}
  few: {instrument: counter}
  alone: {instrument: gauge}
  observed: {instrument: gauge, group: service}
`
	b := "  b: {group: late, record: [{metric: two}, {metric: own}, {metric: few}]}\n"
	a := "  a: {group: early, record: [{metric: one}, {metric: two}, {metric: own}]}\n"
	none := "  0: {record: [{metric: few}]}\n"
	for name, events := range map[string]string{"in order": none + a + b, "in another order": b + a + none} {
		m := parseText(t, metrics+"events:\n"+events)
		for metric, want := range map[string]string{
			"own": "mine", "one": "early", "two": "early", "few": "late", "alone": "", "observed": "service",
		} {
			if got, _ := m.Metric(metric); got.Group != want {
				t.Errorf("%s: the group of %s is %q, want %q", name, metric, got.Group, want)
			}
		}
	}
}
