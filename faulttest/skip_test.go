// SPDX-License-Identifier: Apache-2.0

package faulttest

import "testing"

// skipped is what TestMain prints at the end.
var skipped []string

// skip ends a test that needs what is not there. Only mounts, lowered limits and a server that is not ours may be
// missing.
func skip(t testing.TB, why string) {
	t.Helper()
	skipped = append(skipped, t.Name()+": "+why)
	t.Skip(why)
}
