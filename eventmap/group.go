// SPDX-License-Identifier: Apache-2.0

package eventmap

// inheritGroups gives the metrics that declare no group that of the events which record into them.
func inheritGroups(metrics []*Metric, events []*Event) {
	inherited := inheritedGroups(events)
	for _, m := range metrics {
		if m.Group == "" {
			m.Group = inherited[m]
		}
	}
}

// inheritedGroups returns the group that each metric has unless it declares another: that of the events that record into
// it. Where these have several, it is the one of the event whose name sorts first, so that the order in which a map
// declares its events does not matter.
func inheritedGroups(events []*Event) map[*Metric]string {
	groups := make(map[*Metric]string)
	for _, e := range sorted(events, func(e *Event) string { return e.Name }) {
		for i := range e.Records {
			if m := e.Records[i].Metric; groups[m] == "" {
				groups[m] = e.Group
			}
		}
	}
	return groups
}
