// SPDX-License-Identifier: Apache-2.0

package eventstore

// ReplayOption changes what [Store.ReplayQuarantine] does.
type ReplayOption interface{ applyReplay(*replayConfig) }

type replayOptionFunc func(*replayConfig)

func (f replayOptionFunc) applyReplay(c *replayConfig) { f(c) }

// ReplayRefused has a replay put back events that were appended with a [Refusal], too: those for which check returns true. The
// others stay. put is told of each that is in the journal, with its sequence number; nil tells nobody. Both are called by the goroutine
// of the call, one after the other, with an event without its Refusal. They must not keep its document, and put must not call the store.
func ReplayRefused(check func(Event) bool, put func(e Event, seq uint64)) ReplayOption {
	return replayOptionFunc(func(c *replayConfig) { c.check, c.put = check, put })
}

type replayConfig struct {
	check func(Event) bool
	put   func(e Event, seq uint64)
}

func newReplayConfig(options []ReplayOption) (c replayConfig) {
	for _, o := range options {
		if o != nil {
			o.applyReplay(&c)
		}
	}
	return c
}

// lets reports whether an event with a refusal is put back.
func (c *replayConfig) lets(e Event) bool { return c.check != nil && c.check(e) }
