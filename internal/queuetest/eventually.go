// SPDX-License-Identifier: Apache-2.0

package queuetest

import (
	"testing"
	"time"
)

// Eventually calls f until it returns true. The test fails at once when that takes a minute. f waits by itself.
func Eventually(t testing.TB, f func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !f(); {
		if time.Now().After(end) {
			t.Fatal("it did not come about within a minute")
		}
	}
}
