// SPDX-License-Identifier: Apache-2.0

package exampletest

import (
	"testing"
	"time"
)

// Eventually waits until what holds, which it asks every few milliseconds.
func Eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	timeout := time.After(patience)
	for !holds() {
		select {
		case <-tick.C:
		case <-timeout:
			t.Fatalf("not in %s: %s", patience, what)
		}
	}
}
