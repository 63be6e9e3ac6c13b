// SPDX-License-Identifier: Apache-2.0

package eventstore

// ReplayOption changes what [Store.ReplayQuarantine] does.
type ReplayOption interface{ applyReplay(*replayConfig) }

type replayOptionFunc func(*replayConfig)

func (f replayOptionFunc) applyReplay(c *replayConfig) { f(c) }

// ReplayRefused has a replay put back events that were appended with a [Refusal], too: those for which check returns true. The
// others stay. put is told of each that is in the journal, with its sequence number for [Store.Await]; nil tells nobody. The number is 0
// for an event in the directory of a dead process, for which Await cannot wait. Both are called by the goroutine
// of the call, one after the other, with an event without its Refusal. They must not keep its document, and put must not call the store.
func ReplayRefused(check func(Event) bool, put func(e Event, seq uint64)) ReplayOption {
	return replayOptionFunc(func(c *replayConfig) { c.check, c.put = check, put })
}

// ReplayOfSink has a replay put back what a sink of [Config].Sinks refused, in place of what the first sink did. It may be one
// that is not declared any more. All sinks and consumers are offered these events once more: a sink that can tell by Event.ID has
// each once.
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
func (c *replayConfig) lets(e Event) bool { return c.check != nil && c.check(e) }
