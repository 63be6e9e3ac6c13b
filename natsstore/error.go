// SPDX-License-Identifier: Apache-2.0

package natsstore

import (
	"context"
	"errors"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

var (
	// ErrClosed: the sink or the consumer was closed.
	ErrClosed = errors.New("natsstore: closed")
	// ErrStream: the stream does not match the configuration. The text names the differences.
	ErrStream = errors.New("natsstore: the stream does not fit the configuration")
)

// The kinds that errors are counted under.
const (
	kindConnection = "connection" // there is none
	kindNetwork    = "network"    // it broke while events were under way
	kindTimeout    = "timeout"    // no acknowledgement came
	kindStream     = "stream"     // it is missing, full, without a leader, or not as configured
	tooLarge       = "too_large"
)

// Codes of JetStream's errors that are about one message, as errors.json of nats-server has them.
const (
	codeMessageTooLarge = jetstream.JSErrCodeStreamMessageExceedsMaximum
	codeHeaderTooLarge  = 10097 // the header exceeds 64 KiB
)

// verdictOf judges the answer to one event. An error that is about the stream comes back: the event, and those behind it, are to be
// offered again.
func verdictOf(err error) (v eventstore.Verdict, outage error) {
	var api *jetstream.APIError
	switch {
	case errors.Is(err, nats.ErrMaxPayload):
		return refusedAsTooLarge(err.Error()), nil
	case errors.As(err, &api) && (api.ErrorCode == codeMessageTooLarge || api.ErrorCode == codeHeaderTooLarge):
		return refusedAsTooLarge(api.Description), nil
	default:
		return v, err
	}
}

func refusedAsTooLarge(message string) eventstore.Verdict {
	return eventstore.Verdict{Outcome: eventstore.Refused, Reason: tooLarge, Message: message}
}

// kindOf names an error for the counter.
func kindOf(err error) string {
	var api *jetstream.APIError
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled), errors.Is(err, jetstream.ErrAsyncPublishTimeout), errors.Is(err, nats.ErrTimeout):
		return kindTimeout
	case errors.Is(err, ErrStream), errors.Is(err, errNoAck), errors.Is(err, jetstream.ErrNoStreamResponse), errors.Is(err, nats.ErrNoResponders), errors.As(err, &api):
		return kindStream
	case errors.Is(err, errNotConnected), errors.Is(err, ErrClosed):
		return kindConnection
	default:
		return kindNetwork
	}
}

// isSilence reports that a server is there and nobody answered for the stream.
func isSilence(err error) bool {
	for _, silent := range []error{
		context.DeadlineExceeded, nats.ErrTimeout, nats.ErrNoResponders, jetstream.ErrAsyncPublishTimeout, jetstream.ErrNoStreamResponse, jetstream.ErrNoHeartbeat,
	} {
		if errors.Is(err, silent) {
			return true
		}
	}
	return false
}

// textError is an error whose text holds no secret of the URL.
type textError struct {
	text string
	err  error
}

func (e *textError) Error() string { return e.text }
func (e *textError) Unwrap() error { return e.err }

// safe returns an error whose text holds no secret of the URL, and begins with the package's name.
func (c *connection) safe(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	for _, s := range c.secrets {
		text = strings.ReplaceAll(text, s, "…")
	}
	if !strings.HasPrefix(text, "natsstore: ") {
		text = "natsstore: " + text
	}
	return &textError{text, err}
}

// failure is an error of a whole delivery, as the queue wants it.
func (c *connection) failure(err error) error {
	if kind := kindOf(err); kind != kindTimeout {
		return &eventstore.DeliveryError{Kind: kind, Err: c.safe(err)}
	}
	// A server that may not be published to does not answer, and tells why apart from the message.
	if said := c.complaint(); said != nil {
		err = errors.Join(err, said)
	}
	return &eventstore.DeliveryError{Kind: kindTimeout, Err: c.safe(err)}
}
