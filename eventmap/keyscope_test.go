// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"slices"
	"testing"
)

func TestKeyScope(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       KeyScope
		parts      []string
	}{
		{"the default", "", KeyScope{Service: true, User: true}, []string{"service", "user"}},
		{"the default, written", "key_scope: [service, user]\n", KeyScope{Service: true, User: true}, []string{"service", "user"}},
		{"in another order", "key_scope: [user, service]\n", KeyScope{Service: true, User: true}, []string{"service", "user"}},
		{"services", "key_scope: [service]\n", KeyScope{Service: true}, []string{"service"}},
		{"users", "key_scope:\n  - user\n", KeyScope{User: true}, []string{"user"}},
		{"neither", "key_scope: []\n", KeyScope{}, []string{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := parseText(t, "version: 1\n"+test.text).KeyScope()
			if got != test.want || !slices.Equal(got.Parts(), test.parts) {
				t.Errorf("got %+v, %q, want %+v, %q", got, got.Parts(), test.want, test.parts)
			}
		})
	}
}
