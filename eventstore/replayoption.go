// SPDX-License-Identifier: Apache-2.0

package eventstore

// ReplayOption is an option of [Store.ReplayQuarantine].
type ReplayOption interface{ applyReplay(*replayConfig) }

type replayOptionFunc func(*replayConfig)

func (f replayOptionFunc) applyReplay(c *replayConfig) { f(c) }

// ReplayRefused also replays events that were appended with a [Refusal], if check returns true for them. The others stay.
//
// put is called for each such event that is in the journal, with its sequence number for [Store.Await]; put may be nil. The number
// is 0 for an event in the directory of a dead process, for which Await cannot wait.
//
// check gets the event with its Refusal: check must know its reason. put gets the event without it. ReplayQuarantine calls both
// functions one after the other, in its own goroutine. They must not keep the event's document, and put must not call the store.
func ReplayRefused(check func(Event) bool, put func(e Event, seq uint64)) ReplayOption {
	return replayOptionFunc(func(c *replayConfig) { c.check, c.put = check, put })
}

// ReplayOfSink replays the events that a sink of [Config].Sinks refused, instead of the first sink's. The sink need not be
// declared any more. All sinks and consumers are offered these events once more. A sink that deduplicates by Event.ID
// keeps each event once.
func ReplayOfSink(name string) ReplayOption {
	return replayOptionFunc(func(c *replayConfig) { c.sink = name })
}

type replayConfig struct {
	sink  string
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

// elsewhere returns the configuration for another journal, whose sequence numbers mean nothing to the caller's store.
func (c replayConfig) elsewhere() replayConfig {
	if put := c.put; put != nil {
		c.put = func(e Event, _ uint64) { put(e, 0) }
	}
	return c
}

// lets reports whether an event with a refusal is put back.
func (c *replayConfig) lets(e Event, r *Refusal) bool {
	e.Refusal = r
	return c.check != nil && c.check(e)
}
