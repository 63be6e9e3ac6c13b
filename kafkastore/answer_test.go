// SPDX-License-Identifier: Apache-2.0

package kafkastore_test

import (
	"testing"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// TestAnswersThatPass: an answer that is not about an event keeps no event from the topic once brokers answer otherwise.
func TestAnswersThatPass(t *testing.T) {
	for _, answer := range []*kerr.Error{
		kerr.OutOfOrderSequenceNumber, kerr.UnknownProducerID, kerr.NotEnoughReplicas, kerr.NotEnoughReplicasAfterAppend,
		kerr.TopicAuthorizationFailed, kerr.ClusterAuthorizationFailed, kerr.InvalidProducerEpoch, kerr.ProducerFenced, kerr.InvalidTimestamp, kerr.PolicyViolation,
	} {
		t.Run(answer.Message, func(t *testing.T) {
			cluster := fake(t)
			c := own(brokersOf(cluster))
			s := sinkOf(t, c)
			deliver(t, s, event(t, "e", "u", 0))
			answerProduce(cluster, answer, 2)
			wasStored(t, deliver(t, s, event(t, "e", "u", 0)))
		})
	}
}

func wasStored(t *testing.T, verdicts []eventstore.Verdict) {
	t.Helper()
	for _, v := range verdicts {
		if v.Outcome != eventstore.Stored {
			t.Errorf("%+v", v)
		}
	}
}

// answerProduce has a cluster answer the next requests to take records with an error.
func answerProduce(cluster *kfake.Cluster, answer *kerr.Error, times int) {
	cluster.ControlKey(int16(kmsg.Produce), func(asked kmsg.Request) (kmsg.Response, error, bool) {
		if times--; times < 0 {
			return nil, nil, false
		}
		cluster.KeepControl()
		return refuseProduce(asked.(*kmsg.ProduceRequest), answer), nil, true
	})
}

// refuseProduce answers a request to take records with an error.
func refuseProduce(req *kmsg.ProduceRequest, answer *kerr.Error) *kmsg.ProduceResponse {
	resp := req.ResponseKind().(*kmsg.ProduceResponse)
	for _, t := range req.Topics {
		topic := kmsg.NewProduceResponseTopic()
		topic.Topic, topic.TopicID = t.Topic, t.TopicID
		for _, p := range t.Partitions {
			partition := kmsg.NewProduceResponseTopicPartition()
			partition.Partition, partition.ErrorCode = p.Partition, answer.Code
			topic.Partitions = append(topic.Partitions, partition)
		}
		resp.Topics = append(resp.Topics, topic)
	}
	return resp
}
