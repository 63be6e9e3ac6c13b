// SPDX-License-Identifier: Apache-2.0

package natsstore

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// errNoAck: somebody answered, and not as a stream does.
var errNoAck = errors.New("the answer to an event is no acknowledgement of a stream")

// acknowledgement is an answer of a stream, or of a server when there is no stream.
type acknowledgement struct {
	Stream    string              `json:"stream"`
	Sequence  uint64              `json:"seq"`
	Duplicate bool                `json:"duplicate"`
	Error     *jetstream.APIError `json:"error"`
}

// answer judges an answer to an event. An error is about the stream, and not the event. Another stream that takes the subject, too,
// answers only when the sink's does not.
func (s *Sink) answer(m *nats.Msg) (eventstore.Verdict, error) {
	stored := eventstore.Verdict{Outcome: eventstore.Stored}
	if isPlainAck(m.Data, s.plainAck) {
		return stored, nil
	}
	if len(m.Data) == 0 && m.Header.Get("Status") == "503" {
		return eventstore.Verdict{}, fmt.Errorf("stream %s is missing, has no leader, or does not take the subjects %s: %w",
			s.config.Stream, s.stream.subjects(), jetstream.ErrNoStreamResponse)
	}
	var a acknowledgement
	switch err := json.Unmarshal(m.Data, &a); {
	case err != nil:
		return eventstore.Verdict{}, fmt.Errorf("%w: %w", errNoAck, err)
	case a.Error != nil:
		return verdictOf(a.Error)
	case a.Stream == "":
		return eventstore.Verdict{}, errNoAck
	case a.Stream != s.config.Stream:
		return eventstore.Verdict{}, fmt.Errorf("%w: the stream %s took an event in place of %s", ErrStream, a.Stream, s.config.Stream)
	case a.Duplicate:
		stored.Outcome = eventstore.Redelivered
	}
	return stored, nil
}

// plainAckOf is what the acknowledgement of a stream begins with, before the sequence number.
func plainAckOf(stream string) []byte { return fmt.Appendf(nil, `{"stream":%q,"seq":`, stream) }

// isPlainAck reports whether an answer is an acknowledgement that says no more than a sequence number, which spares the reader of JSON.
// Others may be acknowledgements, too.
func isPlainAck(data, begin []byte) bool {
	number, ok := bytes.CutPrefix(data, begin)
	number, ends := bytes.CutSuffix(number, []byte("}"))
	if !ok || !ends || len(number) == 0 {
		return false
	}
	for _, c := range number {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}
