// SPDX-License-Identifier: Apache-2.0

package promapi

import "testing"

func TestPrefix(t *testing.T) {
	for namespace, want := range map[string]string{"": "", "shop": "shop_", "a:b_1": "a:b_1_", "1a": "refused", "a b": "refused", "a-b": "refused", "a{": "refused"} {
		got, err := Prefix(namespace)
		if err != nil {
			got = "refused"
		}
		if got != want {
			t.Errorf("%q: %s, want %s", namespace, got, want)
		}
	}
}
