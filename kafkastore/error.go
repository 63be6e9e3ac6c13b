// SPDX-License-Identifier: Apache-2.0

package kafkastore

import (
	"context"
	"errors"
	"fmt"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

var (
	// ErrClosed: the sink or the consumer was closed.
	ErrClosed = errors.New("kafkastore: closed")
	// ErrTopic: the topic is not what the configuration asks for. The text names each difference.
	ErrTopic = errors.New("kafkastore: the topic does not fit the configuration")
	// ErrMissed: the topic has removed events before the group got them. Reading continues with the oldest that it has.
	ErrMissed = errors.New("kafkastore: the topic has removed events that the group had not got")
	// ErrTruncated: brokers have lost records that they had acknowledged. The text has the offset at which reading continues.
	ErrTruncated = errors.New("kafkastore: brokers have lost records")
)

// The kinds that errors are counted under.
const (
	kindConnection   = "connection"   // there is none
	kindNetwork      = "network"      // it broke while events were under way
	kindTimeout      = "timeout"      // no acknowledgement came
	kindTopic        = "topic"        // it is missing, without enough replicas, or not as configured
	kindUnauthorized = "unauthorized" // the account may not, or is not known
)

// The reasons of events that a broker does not take.
const (
	tooLarge      = "too_large"
	invalidRecord = "invalid_record"
)

// reasonOf returns why a broker does not take a batch, when that is about the records in it. The time of a record is when it is sent: a broker
// that does not take it finds the clock wrong, and no event.
func reasonOf(err error) (reason string, ok bool) {
	switch {
	case errors.Is(err, kerr.MessageTooLarge), errors.Is(err, kerr.RecordListTooLarge):
		return tooLarge, true
	case errors.Is(err, kerr.InvalidRecord):
		return invalidRecord, true
	default:
		return "", false
	}
}

// kindOf names an error for the counter.
func kindOf(err error) string {
	var answer *kerr.Error
	switch {
	case isUnauthorized(err):
		return kindUnauthorized
	case errors.Is(err, ErrTopic), errors.As(err, &answer):
		return kindTopic
	case errors.Is(err, errNotConnected), errors.Is(err, ErrClosed), errors.Is(err, kgo.ErrClientClosed):
		return kindConnection
	case isTimeout(err):
		return kindTimeout
	default:
		return kindNetwork
	}
}

func isTimeout(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) || errors.Is(err, kgo.ErrRecordTimeout)
}

func isUnauthorized(err error) bool {
	for _, denied := range []error{
		kerr.SaslAuthenticationFailed, kerr.UnsupportedSaslMechanism, kerr.TopicAuthorizationFailed, kerr.ClusterAuthorizationFailed, kerr.GroupAuthorizationFailed,
		kerr.TransactionalIDAuthorizationFailed,
	} {
		if errors.Is(err, denied) {
			return true
		}
	}
	return false
}

// errNotConnected: no broker can be reached. The text that wraps it has the client's error.
var errNotConnected = errors.New("no connection to a broker")

// cause adds to an error that says only that something did not come to an end why there is no connection.
func (c *client) cause(err error) error {
	var answer *kerr.Error
	if err == nil || errors.As(err, &answer) || errors.Is(err, kgo.ErrClientClosed) || errors.Is(err, ErrTopic) {
		return err
	}
	if latest := c.dials.latest(); latest != nil {
		return fmt.Errorf("%w: %w", errNotConnected, latest)
	}
	return err
}

// failure is an error of a whole delivery, as the queue wants it.
func (c *client) failure(err error) error {
	err = c.cause(err)
	return &eventstore.DeliveryError{Kind: kindOf(err), Err: c.safe(err)}
}
