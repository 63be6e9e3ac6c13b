// SPDX-License-Identifier: Apache-2.0

package journal

import "runtime"

// lockAttempts is how often an append looks whether the mutex of the log is free before
// it sleeps until it is.
const lockAttempts = 40

// lockSoon takes the mutex of the log, and leaves the window open. Whoever has it gives it back within a
// microsecond, but for the rotation of a segment, and a goroutine that sleeps is woken many of them later. So
// an append tries for a moment first, also where a mutex by itself does not: while other
// goroutines wait for a processor.
func (l *log) lockSoon() {
	for range lockAttempts {
		if l.mu.mutex.TryLock() {
			return
		}
		pause()
	}
	l.mu.mutex.Lock()
}

// pauseSteps is how many steps of arithmetic a pause has.
const pauseSteps = 40

// pause lasts some fifty nanoseconds.
func pause() {
	x := uint32(1)
	for range pauseSteps {
		x = x*1664525 + 1013904223
	}
	runtime.KeepAlive(x)
}
