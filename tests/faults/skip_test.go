// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"sync"
	"testing"
)

// skipped is what TestMain prints at the end.
var (
	skipping sync.Mutex
	skipped  []string
)

func noteSkip(what string) {
	skipping.Lock()
	defer skipping.Unlock()
	skipped = append(skipped, what)
}

// skip ends a test that needs what is not there. Only mounts, lowered limits and a server that is not ours may be
// missing.
func skip(t testing.TB, why string) {
	t.Helper()
	noteSkip(t.Name() + ": " + why)
	t.Skip(why)
}
