// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"errors"

	"github.com/google/uuid"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/kept"
)

// keptReader shows the events that are in quarantine without a line in the file. They are read before the file, so that none is
// missed that is moved there meanwhile; its line is passed over then.
type keptReader struct{ shown map[digest]struct{} }

// each calls f with these events, until it returns false. It reports whether f never did.
func (r *keptReader) each(index *kept.Index, f func(QuarantinedEvent) bool) (more bool, err error) {
	if index == nil {
		return true, nil
	}
	err = index.Each(func(e kept.Event) error {
		event, d, err := shown(keptEvent(e))
		if err != nil {
			return err
		}
		if r.shown == nil {
			r.shown = make(map[digest]struct{})
		}
		if _, again := r.shown[d]; again {
			return nil
		}
		r.shown[d] = struct{}{}
		if !f(event) {
			return errStopped
		}
		return nil
	})
	if errors.Is(err, errStopped) {
		return false, nil
	}
	return err == nil, err
}

// has reports whether the event in a line was shown already.
func (r *keptReader) has(line []byte) bool {
	if r.shown == nil {
		return false
	}
	d, ok := digestOf(line)
	if !ok {
		return false
	}
	_, ok = r.shown[d]
	return ok
}

// shown returns an event as a line of the file would show it.
func shown(e *pending) (q QuarantinedEvent, d digest, err error) {
	line, err := e.line(e.refusedAt)
	if err != nil {
		return q, d, err
	}
	d, _ = digestOf(line)
	q = parseLine(0, 0, line)
	q.ID = uuid.UUID(e.ID).String()
	return q, d, nil
}
