// SPDX-License-Identifier: Apache-2.0

package kafkastore_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// refusals are answers of brokers to a producer.
var refusals = []*kerr.Error{
	kerr.ClusterAuthorizationFailed, kerr.TransactionalIDAuthorizationFailed, kerr.InvalidProducerEpoch, kerr.ProducerFenced,
	kerr.InvalidProducerIDMapping, kerr.UnknownProducerID, kerr.OutOfOrderSequenceNumber, kerr.UnsupportedVersion, kerr.UnknownServerError,
}

// TestProducerIDIsRefused: a sink whose account is given the right later stores events then, as does the client for single records.
func TestProducerIDIsRefused(t *testing.T) {
	for _, answer := range refusals {
		t.Run(answer.Message, func(t *testing.T) {
			cluster := fake(t)
			permit := refuseProducerIDs(cluster, answer)
			c := own(brokersOf(cluster))
			s := sinkOf(t, c)
			for range 3 {
				if _, err := s.Deliver(within(t), some(t, 3)); err == nil {
					t.Error("it delivers without a producer id")
				}
			}
			permit()
			wasStored(t, deliver(t, s, some(t, 3)...))
			answerProduce(cluster, kerr.InvalidRecord, 1)
			permit = refuseProducerIDs(cluster, answer)
			doubted := event(t, "e", "u", 0)
			if _, err := s.Deliver(within(t), []eventstore.Event{doubted}); err == nil {
				t.Error("a single record is published without a producer id")
			}
			permit()
			wasStored(t, deliver(t, s, doubted))
		})
	}
}

// TestReplacedClient: deliveries at the same time all end, while their client is replaced.
func TestReplacedClient(t *testing.T) {
	cluster := fake(t)
	permit := refuseProducerIDs(cluster, kerr.ClusterAuthorizationFailed)
	s := sinkOf(t, own(brokersOf(cluster)))
	var deliveries sync.WaitGroup
	for range 4 {
		deliveries.Go(func() {
			for ctx := within(t); ; {
				if _, err := s.Deliver(ctx, some(t, 3)); err == nil {
					return
				} else if ctx.Err() != nil {
					t.Error(err)
					return
				}
				time.Sleep(10 * time.Millisecond)
				permit()
			}
		})
	}
	deliveries.Wait()
}

// TestFencedProducer: brokers that refuse an epoch of a producer for good get the records under another.
func TestFencedProducer(t *testing.T) {
	for _, answer := range refusals {
		t.Run(answer.Message, func(t *testing.T) {
			cluster := fake(t)
			s := sinkOf(t, own(brokersOf(cluster)))
			deliver(t, s, some(t, 3)...)
			fence(cluster, answer)
			wasStored(t, deliver(t, s, some(t, 3)...))
		})
	}
}

// refuseProducerIDs has a cluster refuse producer ids, until the function that it returns is called.
func refuseProducerIDs(cluster *kfake.Cluster, answer *kerr.Error) (permit func()) {
	var permitted atomic.Bool
	cluster.ControlKey(int16(kmsg.InitProducerID), func(asked kmsg.Request) (kmsg.Response, error, bool) {
		if permitted.Load() {
			return nil, nil, false
		}
		cluster.KeepControl()
		resp := asked.ResponseKind().(*kmsg.InitProducerIDResponse)
		resp.ErrorCode = answer.Code
		return resp, nil, true
	})
	return func() { permitted.Store(true) }
}

// fence has a cluster refuse the first producer that it sees, in the epoch that this has then.
func fence(cluster *kfake.Cluster, answer *kerr.Error) {
	type producer struct {
		id    int64
		epoch int16
	}
	var fenced *producer
	cluster.ControlKey(int16(kmsg.Produce), func(asked kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		req := asked.(*kmsg.ProduceRequest)
		var batch kmsg.RecordBatch
		if err := batch.ReadFrom(req.Topics[0].Partitions[0].Records); err != nil {
			return nil, err, true
		}
		is := producer{batch.ProducerID, batch.ProducerEpoch}
		if fenced == nil {
			fenced = &is
		}
		if is != *fenced {
			return nil, nil, false
		}
		return refuseProduce(req, answer), nil, true
	})
}
