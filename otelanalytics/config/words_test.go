// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// TestEveryValueHasAWord: what package eventstore knows by a name can be written in configuration, and nothing else.
func TestEveryValueHasAWord(t *testing.T) {
	for key, value := range map[string]func(uint8) fmt.Stringer{
		"ack":          func(n uint8) fmt.Stringer { return eventstore.Ack(n) },
		"journal.full": func(n uint8) fmt.Stringer { return eventstore.FullPolicy(n) },
	} {
		var want []string
		for n := uint8(0); !strings.Contains(value(n).String(), "("); n++ {
			want = append(want, value(n).String())
		}
		table := settings()
		at := slices.IndexFunc(table, func(s setting) bool { return s.key == key })
		if at < 0 || len(want) < 2 || !slices.Equal(table[at].value.words, want) {
			t.Errorf("%s: the values of package eventstore are %q, those of the setting %q", key, want, table[max(at, 0)].value.words)
		}
	}
}
