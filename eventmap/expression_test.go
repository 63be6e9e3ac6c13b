// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"fmt"
	"strings"
	"testing"
)

func TestExpressionsAreCounted(t *testing.T) {
	var b strings.Builder
	b.WriteString("version: 1\nmetrics:\n  a: {instrument: counter}\nevents:\n  e:\n    record:\n")
	for i := range maxExpressions {
		fmt.Fprintf(&b, "      - {metric: a, value: '=%d'}\n", i)
	}
	parseText(t, b.String())
	b.WriteString("      - {metric: a, value: '=-1'}\n      - {metric: a, when: 'true'}\n")
	_, err := Parse([]byte(b.String()))
	const want = "event map:10007:28: events.e.record[10000].value: the map has more than 10,000 expressions; " +
		"leave out records that nobody looks at, or let an attribute tell the cases apart"
	if got := fmt.Sprint(err); got != want {
		t.Errorf("got %s", got)
	}
}
