// SPDX-License-Identifier: Apache-2.0

package eventdoc

import (
	"slices"
	"testing"
)

func TestSpellings(t *testing.T) {
	for path, want := range map[string][]string{
		"plan":         {"event_data.plan"},
		"$current_url": {"event_data.%24current_url"},
		"$set.$plan":   {"event_data.%24set.%24plan", "event_data.%24set%2E$plan"},
		"a.b.c":        {"event_data.a.b.c", "event_data.a%2Eb.c", "event_data.a.b%2Ec", "event_data.a%2Eb%2Ec"},
	} {
		if got := Spellings(path); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
}
