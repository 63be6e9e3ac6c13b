// SPDX-License-Identifier: Apache-2.0

package eventstore

import "fmt"

// sizeLimit is the size of the largest document that every sink takes.
type sizeLimit struct {
	bytes int
	sink  string // that takes no larger one; empty: MongoDB
}

// limitOf returns the largest document that a sink takes.
func limitOf(sink Sink) int {
	if l, ok := sink.(SizeLimiter); ok {
		if n := l.MaxEventBytes(); n > 0 {
			return min(n, MaxDocumentBytes)
		}
	}
	return MaxDocumentBytes
}

// findLimit looks for the smallest limit of all sinks.
func (s *Store) findLimit() {
	now := sizeLimit{bytes: MaxDocumentBytes}
	for _, o := range s.outlets() {
		if n := limitOf(o.sink); n < now.bytes {
			now = sizeLimit{n, o.name}
		}
	}
	was := s.limit.Swap(&now)
	if was == nil || was.bytes == now.bytes {
		return
	}
	s.log.sink.Warn("sink: the largest event that is accepted has another size now; larger ones are refused", "bytes", now.bytes, "before", was.bytes, "limited_by", now.sink)
}

// askLimit asks the sink for its limit, if it has one, once more.
func (o *outlet) askLimit() {
	if g, ok := o.sink.(interface{ askLimit() (limits bool) }); ok && g.askLimit() {
		o.store.findLimit()
	}
}

// MaxEventBytes returns the size of the largest document that the store takes, and the sink that sets this limit. The name is
// empty for MaxDocumentBytes, the limit of MongoDB. The limit may change while the store is open.
func (s *Store) MaxEventBytes() (n int, sink string) {
	l := s.limit.Load()
	return l.bytes, l.sink
}

// takes returns an error for a document that is larger than that.
func (s *Store) takes(document []byte) error {
	l := s.limit.Load()
	switch {
	case len(document) <= l.bytes:
		return nil
	case l.sink == "":
		return fmt.Errorf("%w: %d bytes, at most %d (16 MiB)", ErrTooLarge, len(document), MaxDocumentBytes)
	default:
		return fmt.Errorf("%w: %d bytes, and %s takes at most %d", ErrTooLarge, len(document), l.sink, l.bytes)
	}
}
