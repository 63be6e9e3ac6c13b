// SPDX-License-Identifier: Apache-2.0

package journal

// signal wakes a goroutine that waits for something. Signals that nobody has
// received yet are one.
type signal chan struct{}

func newSignal() signal { return make(signal, 1) }

// send wakes the goroutine. It never blocks.
func (s signal) send() {
	select {
	case s <- struct{}{}:
	default:
	}
}
