// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"
	"math"
)

// ratioTests tests an alert about the part that bad has of good and bad together, and that begins with that part in its
// summary, then says what.
func (k *maker) ratioTests(r rule, good, bad string, labels map[string]string, says string) []test {
	// Of a million a minute, just above and just below what is borne.
	const all = 1_000_000
	above := int(math.Round(all * (k.errorRatio + min(k.errorRatio, 1-k.errorRatio)/4)))
	below := int(math.Round(all * k.errorRatio * 3 / 4))
	of := func(n int) []input {
		return []input{{good, fmt.Sprintf("0+%dx60", all-n)}, {bad, fmt.Sprintf("0x10 %d+%dx49", n, n)}}
	}
	percent := fmt.Sprintf("%.4g%%", float64(above)/all*100)
	hold := int(r.hold.Minutes())
	return []test{{
		name:   "fires for more than is borne, when it stays so",
		inputs: of(above),
		fires: []fires{{minutes(12 + hold), nil}, {minutes(15 + hold), []firing{{
			labels: labels, summary: k.target["job"] + ": " + percent + says, description: r.description,
		}}}},
	}, {
		name:   "is silent about what is borne",
		inputs: of(below),
		fires:  []fires{{"50m", nil}},
	}, {
		name:   "is silent when it was short",
		inputs: []input{{good, fmt.Sprintf("0+%dx60", all/100)}, {bad, fmt.Sprintf("0x10 %d+%[1]dx2 %dx40", all, 3*all)}},
		fires:  []fires{{minutes(15 + hold), nil}, {"40m", nil}},
	}}
}
