// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"testing"
)

// Run runs the tests, each as a subtest of t.
func Run(t *testing.T, h Harness) {
	t.Helper()
	if h.New == nil {
		t.Fatal("storetest: Harness.New is missing")
	}
	for _, c := range cases() {
		t.Run(c.name, func(t *testing.T) {
			s := newSuite(t, h)
			if c.hook != nil && !c.hook(s.Subject) {
				t.Skipf("storetest: %s needs a hook that the harness does not have", c.name)
			}
			c.run(s)
		})
	}
}

// testCase is one test.
type testCase struct {
	name string
	hook func(Subject) bool // reports that the harness has what the test needs; nil: it needs nothing
	run  func(*suite)
}

func cases() []testCase {
	return []testCase{
		{"Delivers", nil, delivers},
		{"ThroughTheQueue", nil, throughTheQueue},
		{"OneOfSeveral", nil, oneOfSeveral},
		{"OneOfSeveralIsOut", func(s Subject) bool { return s.Outage != nil }, oneOfSeveralIsOut},
		{"LargestEvent", func(s Subject) bool { return limitOf(s.Sink) > 0 }, largestEvent},
		{"DeliveredTwice", nil, deliveredTwice},
		{"TwiceInOneDelivery", nil, twiceInOneDelivery},
		{"SameKey", nil, sameKey},
		{"KeepsNoMemory", nil, keepsNoMemory},
		{"ChangesNothing", nil, changesNothing},
		{"Concurrently", nil, concurrently},
		{"ContextEnded", nil, contextEnded},
		{"Stalls", func(s Subject) bool { return s.Stall != nil }, stalls},
		{"Outage", func(s Subject) bool { return s.Outage != nil }, outage},
		{"OutageThroughTheQueue", func(s Subject) bool { return s.Outage != nil }, outageThroughTheQueue},
		{"Partial", func(s Subject) bool { return s.Partial != nil }, partial},
		{"Refused", func(s Subject) bool { return s.Refuse != nil }, refused},
	}
}
