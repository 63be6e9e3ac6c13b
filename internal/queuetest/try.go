// SPDX-License-Identifier: Apache-2.0

package queuetest

import (
	"context"
	"testing"
	"time"
)

// Within returns a context for something that must happen within a time.
func Within(t testing.TB, limit time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	t.Cleanup(cancel)
	return ctx
}

// Try calls f until it returns no error, as a queue calls a sink. The test fails at once when that takes longer than the limit.
func Try[T any](t testing.TB, limit time.Duration, f func(ctx context.Context) (T, error)) T {
	t.Helper()
	for ctx := Within(t, limit); ; {
		result, err := f(ctx)
		if err == nil {
			return result
		}
		select {
		case <-ctx.Done():
			t.Fatal(err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}
