// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// item is one event in a [run].
type item struct {
	entry            *entry
	event            eventdoc.New // filled in on the way
	data             any          // of the caller
	key              int          // its number in run.keys, from 1; 0: without a Key
	start, body, end int          // in scratch.docs: where the document and its data begin, and both end
	plain            span         // in scratch.plain: the data, if names in the document are others
	state            state
	result           Result
	err              error               // why it was refused
	refusal          *eventstore.Refusal // of an event that goes into quarantine
	noted            *noted              // for watchers
	unsampled        bool                // it has a document, and is not in the part that is stored
}

// isStored reports whether the event goes into the journal.
func (it *item) isStored() bool { return it.entry.stored && !it.unsampled }

// set copies the event of the caller or of a hook.
func (it *item) set(e *Event) {
	it.event.Key, it.event.Type, it.event.UserID, it.event.SessionID, it.event.Platform = e.Key, e.Type, e.UserID, e.SessionID, e.Platform
	it.event.AnonymousID, it.event.GroupID = e.AnonymousID, e.GroupID
	it.event.Time, it.data = e.Time, e.Data
}

// get returns the event for a hook.
func (it *item) get() Event {
	e := &it.event
	return Event{
		Key: e.Key, Type: e.Type, UserID: e.UserID, SessionID: e.SessionID, Platform: e.Platform,
		AnonymousID: e.AnonymousID, GroupID: e.GroupID, Time: e.Time, Data: it.data,
	}
}

// state is the stage that an event has reached.
type state uint8

const (
	waiting  state = iota // for its turn
	encoded               // not in the journal yet
	accepted              // not published yet
	done                  // it has its result
)

// refuse ends an event with an error, and counts it.
func (it *item) refuse(err error) {
	it.state, it.result, it.err = done, ResultNone, it.entry.reject(err)
}

// drop ends an event that a hook dropped.
func (it *item) drop() {
	it.state, it.result = done, ResultDropped
	it.entry.dropped.Add(1)
}

// duplicate ends an event whose Key was accepted before.
func (it *item) duplicate() {
	it.state, it.result = done, ResultDuplicate
	it.entry.duplicate.Add(1)
}
