// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"
	"slices"

	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// scenario is the course of one event type until the moment that a test looks at.
type scenario struct {
	what    string
	fires   bool
	courses []*course // of its instances
}

// stoppedTests play a day of events, a minute a sample, all types of a test side by side: promtool takes a second for
// ten hours of all rules. What was a week ago is not among them for that reason.
func (k *maker) stoppedTests(types []string, r rule) []test {
	const day = 24 * 60
	quiet, hold := int(k.quiet.Minutes()), int(r.hold.Minutes())
	until := day + 2*quiet         // minutes in which events come, one in each
	at := until - 2 + quiet + hold // the first moment at which the alert fires: the last growth is that to minute until-1
	begin := func() *course { return &course{} }

	once := begin().grows(until)
	for range 4 {
		once.rests(quiet - 5).grows(1)
	}
	// Of a rare type, one is counted in every other window, and the last one so long ago that yesterday at this time there
	// was one in the window.
	rarely := begin()
	count := (until + hold - 2*quiet) / (2 * quiet)
	rarely.unseen(at - count*2*quiet - (3*quiet - 2)).rests(1)
	for range count {
		rarely.rests(2*quiet - 1).grows(1)
	}
	ended := at - quiet - hold // a while before the alert would fire
	young, back := day-2*quiet-2*hold, at-hold-4

	// pause is the course of a type that did not come in so many windows of the day. It begins in the fourth.
	pause := func(windows int) *course {
		from, to := 3*quiet+1, (3+windows)*quiet+1
		return begin().grows(from + 1).rests(to - 1 - from).grows(until - to).rests(2 * quiet)
	}
	windows := day / quiet

	all := []scenario{
		{"One a minute, and then none.", true, []*course{begin().grows(until).rests(2 * quiet)}},
		{"The instance that had them is gone, and another one has none.", true, []*course{begin().grows(until).ends(), begin().rests(until + 2*quiet)}},
		{"One a minute, and then one just in time.", false, []*course{once}},
		{"In as many windows as are asked.", true, []*course{pause(windows - enough(windows))}},
		{"In one window less.", false, []*course{pause(windows - enough(windows) + 1)}},
		{"Rare ones.", false, []*course{rarely.rests(3 * quiet)}},
		{"A service that is not a day old.", false, []*course{begin().unseen(ended - young).rests(1).grows(young - 1).rests(2 * quiet)}},
		{"None at this time of day, yesterday either.", false, []*course{begin().rests(at - day + 20).grows(ended - 30 - (at - day + 20)).rests(2 * quiet)}},
		{"Nobody has watched for two windows.", false, []*course{begin().grows(back - 2*quiet).unseen(2 * quiet).rests(2 * quiet)}},
	}
	var tests []test
	for chunk := range slices.Chunk(all, min(len(types), len(all))) {
		one := test{name: "fires for types that stopped, and for no other", fires: []fires{{minutes(at - 1), nil}, {minutes(at), nil}}}
		for i, s := range chunk {
			for j, c := range s.courses {
				series := k.series(k.own(ownmetrics.EventsAccepted), "instance", string(rune('a'+j)), "event_type", types[i])
				one.inputs = append(one.inputs, input{series, c.String()})
				one.notes = append(one.notes, s.what)
			}
			if s.fires {
				one.fires[1].alerts = append(one.fires[1].alerts, firing{
					labels:      k.labels("event_type", types[i]),
					summary:     fmt.Sprintf("%s: no %s for %s", k.target["job"], types[i], promDuration(k.quiet)),
					description: r.description,
				})
			}
		}
		tests = append(tests, one)
	}
	// A type that the map does not declare, and whose number is known together with others' alone.
	last := &tests[len(tests)-1]
	last.inputs = append(last.inputs, input{
		k.series(k.own(ownmetrics.EventsAccepted), "instance", "a", "event_type", "other"), begin().grows(until).rests(2 * quiet).String(),
	})
	last.notes = append(last.notes, "What the map does not declare.")
	return tests
}
