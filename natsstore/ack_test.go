// SPDX-License-Identifier: Apache-2.0

package natsstore

import (
	"errors"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// TestAnswers judges what a stream, a server and others answer.
func TestAnswers(t *testing.T) {
	s, err := NewSink(Config{URL: "nats://127.0.0.1:1", Stream: "EVENTS"})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, data string
		header     nats.Header
		want       eventstore.Outcome
		err        error
	}{
		{"plain", `{"stream":"EVENTS","seq":17}`, nil, eventstore.Stored, nil},
		{"with spaces", `{"stream":"EVENTS", "seq": 17}`, nil, eventstore.Stored, nil},
		{"of a domain", `{"stream":"EVENTS","domain":"hub","seq":17}`, nil, eventstore.Stored, nil},
		{"duplicate", `{"stream":"EVENTS","seq":17,"duplicate": true}`, nil, eventstore.Redelivered, nil},
		{"another stream", `{"stream":"OTHER","seq":17}`, nil, eventstore.Retry, ErrStream},
		{"a name that begins so", `{"stream":"EVENTS2","seq":17}`, nil, eventstore.Retry, ErrStream},
		{"no stream", ``, nats.Header{"Status": {"503"}}, eventstore.Retry, jetstream.ErrNoStreamResponse},
		{"too large", `{"error":{"code":400,"err_code":10054,"description":"message size exceeds maximum allowed"},"stream":"EVENTS","seq":0}`, nil, eventstore.Refused, nil},
		{"full", `{"error":{"code":503,"err_code":10077,"description":"maximum messages exceeded"},"stream":"EVENTS","seq":0}`, nil, eventstore.Retry, &jetstream.APIError{}},
		{"nobody", `{}`, nil, eventstore.Retry, errNoAck},
		{"nothing", ``, nil, eventstore.Retry, errNoAck},
		{"torn", `{"stream":"EVENTS","seq":17`, nil, eventstore.Retry, errNoAck},
		{"no number", `{"stream":"EVENTS","seq":}`, nil, eventstore.Retry, errNoAck},
		{"two", `{"stream":"EVENTS","seq":1}{"stream":"EVENTS","seq":2}`, nil, eventstore.Retry, errNoAck},
	} {
		v, err := s.answer(&nats.Msg{Data: []byte(test.data), Header: test.header})
		var api *jetstream.APIError
		fits := errors.Is(err, test.err) || errors.As(test.err, &api) && errors.As(err, &api)
		if v.Outcome != test.want || !fits {
			t.Errorf("%s: %+v, %v", test.name, v, err)
		}
	}
}
