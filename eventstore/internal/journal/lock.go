// SPDX-License-Identifier: Apache-2.0

package journal

import "runtime"

const (
	// lockAttempts is how often an append looks whether the mutex of the log is free before
	// it sleeps until it is.
	lockAttempts = 40
	// lockPause is how many steps of arithmetic lie between: some fifty nanoseconds.
	lockPause = 40
)

// lockSoon takes the mutex of the log. Whoever has it gives it back within a microsecond, but for
// the rotation of a segment, and a goroutine that sleeps is woken many of them later. So
// an append tries for a moment first, also where a mutex by itself does not: while other
// goroutines wait for a processor.
func (l *log) lockSoon() {
	x := uint32(1)
	for range lockAttempts {
		if l.mu.TryLock() {
			return
		}
		for range lockPause {
			x = x*1664525 + 1013904223
		}
		runtime.KeepAlive(x)
	}
	l.mu.Lock()
}
