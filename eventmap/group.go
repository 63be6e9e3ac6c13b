// SPDX-License-Identifier: Apache-2.0

package eventmap

// inheritGroups sets the group of metrics that declare none to the group of the events that record into them.
func inheritGroups(metrics []*Metric, events []*Event) {
	inherited := inheritedGroups(events)
	for _, m := range metrics {
		if m.Group == "" {
			m.Group = inherited[m]
		}
	}
}

// inheritedGroups returns the group that each metric has unless it declares another: the group of the events that
// record into it. If these have several, it is the group of the event whose name sorts first. So the order in which a
// map declares its events does not matter.
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
