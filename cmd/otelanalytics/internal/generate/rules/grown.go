// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"strings"
	"time"
)

// grownHold is how long counters have to have grown: less than grownWindow, so that one count is enough.
const grownHold = time.Minute

// grownRule makes an alert of one about counters that have grown, and tests it. play returns a series of a counter and
// what one count of it makes fire. The series of other names are other alerts; those of one name and other values of the
// label another are one alert together.
func (k *maker) grownRule(r rule, another string, play func(name string) (series string, want firing)) rule {
	r.hold = grownHold
	one := test{name: "fires for what was counted, once and not for ever"}
	alerts := make(map[string]firing)
	for _, s := range []struct{ name, values, what string }{
		{"new", "_x20 1x100", "The first count of a series that was not there before."},
		{"more", "0x20 1x100", "A series that was there."},
		{"same", "1x40 0x1 1x80", "The first count after a restart, which makes the number what it was before."},
		{"again", "3x20 _x30 1x70", "The first count after a restart that nobody saw."},
		{"restarted", "7x40 0x80", "A restart."},
		{"back", "7x40 _x40 7x40", "A target that comes back as it was."},
	} {
		series, want := play(s.name)
		alerts[s.name] = want
		one.inputs = append(one.inputs, input{series, s.values})
		one.notes = append(one.notes, s.what)
	}
	for _, at := range []struct {
		minutes int
		fire    []string
	}{
		{20, nil},
		{21, []string{"new"}},
		{22, []string{"new", "more"}},
		{34, []string{"new", "more"}},
		{38, nil},
		{43, nil},
		{44, []string{"same"}},
		{55, []string{"same", "again"}},
		{64, []string{"again"}},
		{70, nil},
		{82, nil},
		{90, nil},
	} {
		f := fires{at: minutes(at.minutes)}
		for _, name := range at.fire {
			f.alerts = append(f.alerts, alerts[name])
		}
		one.fires = append(one.fires, f)
	}
	r.tests = []test{one}
	if another != "" {
		series, want := play("both")
		want.description = strings.Replace(want.description, "1 in ", "2 in ", 1)
		r.tests = append(r.tests, test{
			name: "counts them together",
			inputs: []input{
				{series, "_x20 1x20"},
				{strings.Replace(series, another+`="`, another+`="other `, 1), "_x20 1x20"},
			},
			fires: []fires{{minutes(22), []firing{want}}},
		})
	}
	return r
}
