// SPDX-License-Identifier: Apache-2.0

package kafkastore_test

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/sasl/plain"

	"github.com/otelanalytics/otelanalytics-go/kafkastore"
)

// prepared returns the configuration of a topic that is there.
func prepared(t *testing.T, brokers string) kafkastore.Config {
	t.Helper()
	c := own(brokers)
	if err := sinkOf(t, c).Prepare(within(t)); err != nil {
		t.Fatal(err)
	}
	return c
}

// hoursAgo writes a record of each age in hours to a partition, each in a batch of its own.
func hoursAgo(t *testing.T, c *kgo.Client, topic string, partition int32, ages ...int) {
	t.Helper()
	for _, age := range ages {
		r := &kgo.Record{Topic: topic, Partition: partition, Timestamp: time.Now().Add(-time.Duration(age) * time.Hour), Value: event(t, "e", "u", 0).Document}
		if err := c.ProduceSync(within(t), r).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
}

// commit sets the offsets of the group of consumerOf, which has no reader yet.
func commit(t *testing.T, c *kgo.Client, topic string, offsets map[int32]int64) {
	t.Helper()
	ask := kmsg.NewPtrMetadataRequest()
	about := kmsg.NewMetadataRequestTopic()
	about.Topic = &topic
	ask.Topics = append(ask.Topics, about)
	known, err := ask.RequestWith(within(t), c)
	if err != nil {
		t.Fatal(err)
	}
	req := kmsg.NewPtrOffsetCommitRequest()
	req.Group = "readers"
	one := kmsg.NewOffsetCommitRequestTopic()
	one.Topic, one.TopicID = topic, known.Topics[0].TopicID
	for number, offset := range offsets {
		p := kmsg.NewOffsetCommitRequestTopicPartition()
		p.Partition, p.Offset = number, offset
		one.Partitions = append(one.Partitions, p)
	}
	req.Topics = append(req.Topics, one)
	resp, err := req.RequestWith(within(t), c)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range resp.Topics[0].Partitions {
		if err := kerr.ErrorForCode(p.ErrorCode); err != nil {
			t.Fatal(err)
		}
	}
}

// isAged checks that the oldest event has an age in hours; 0: there is none.
func isAged(t *testing.T, reader *kafkastore.Consumer, hours int) {
	t.Helper()
	r, err := reader.Retention(within(t))
	if err != nil {
		t.Fatal(err)
	}
	least := time.Duration(hours) * time.Hour
	if r.OldestAge < least || r.OldestAge > least+30*time.Minute || hours == 0 && r.OldestAge != 0 {
		t.Errorf("the oldest event is %v old, want %d h", r.OldestAge, hours)
	}
}

// byHand returns a client that writes each record to the partition that it names.
func byHand(t *testing.T, brokers string, options ...kgo.Opt) *kgo.Client {
	t.Helper()
	return client(t, brokers, append(options, kgo.RecordPartitioner(kgo.ManualPartitioner()))...)
}

// looks reports whether a fetch is one of Retention: a reader's waits for events.
func looks(r kmsg.Request) (*kmsg.FetchRequest, bool) {
	req, ok := r.(*kmsg.FetchRequest)
	return req, ok && req.MaxWaitMillis == 0 && len(req.Topics) > 0
}

// TestRetention: of the oldest events of all partitions that the group has not committed, whoever has got them, the oldest has the age that
// is told.
func TestRetention(t *testing.T) {
	brokers := realBrokers(t)
	c := prepared(t, brokers)
	reader, writer := consumerOf(t, c), byHand(t, brokers)
	isAged(t, reader, 0)
	hoursAgo(t, writer, c.Topic, 0, 3, 2)
	hoursAgo(t, writer, c.Topic, 1, 9, 8)
	isAged(t, reader, 9)
	var batches []*kafkastore.Batch
	for got := 0; got < 4; {
		b := next(t, reader)
		batches, got = append(batches, b), got+len(b.Events())
	}
	isAged(t, reader, 9)
	for _, b := range batches {
		if err := b.Ack(); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "the offsets are committed", func() bool {
		r, err := reader.Retention(within(t))
		return err == nil && r.OldestAge == 0
	})
	hoursAgo(t, writer, c.Topic, 2, 1)
	isAged(t, reader, 1)
	if r, err := reader.Retention(within(t)); err != nil || r.MaxAge != kafkastore.DefaultMaxAge {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestRetentionFromTheOffset: the age is that of the record at the group's offset, within a batch of any codec, or of the first that is left.
func TestRetentionFromTheOffset(t *testing.T) {
	brokers := realBrokers(t)
	for _, test := range []struct {
		name  string
		codec kgo.CompressionCodec
	}{{"plain", kgo.NoCompression()}, {"gzip", kgo.GzipCompression()}, {"snappy", kgo.SnappyCompression()}, {"lz4", kgo.Lz4Compression()}, {"zstd", kgo.ZstdCompression()}} {
		t.Run(test.name, func(t *testing.T) {
			c := prepared(t, brokers)
			writer := byHand(t, brokers, kgo.ProducerBatchCompression(test.codec), kgo.ProducerLinger(200*time.Millisecond))
			var batch []*kgo.Record
			for age := range 6 {
				batch = append(batch, &kgo.Record{Topic: c.Topic, Timestamp: time.Now().Add(-time.Duration(9-age) * time.Hour), Value: bytes.Repeat([]byte("x"), 100)})
			}
			if err := writer.ProduceSync(within(t), batch...).FirstErr(); err != nil {
				t.Fatal(err)
			}
			commit(t, writer, c.Topic, map[int32]int64{0: 2})
			reader := consumerOf(t, c)
			isAged(t, reader, 7)
			removeRecords(t, client(t, brokers), c.Topic, 4)
			isAged(t, reader, 5)
		})
	}
}

// TestRetentionPastTransactions: the records that end a transaction are no events, nor are those of an aborted one, wherever the group's offset
// is.
func TestRetentionPastTransactions(t *testing.T) {
	brokers := realBrokers(t)
	c := prepared(t, brokers)
	writer := byHand(t, brokers, kgo.TransactionalID("t-"+c.Topic))
	transaction := func(age int, end kgo.TransactionEndTry) { // two offsets: the event and the marker
		t.Helper()
		if err := writer.BeginTransaction(); err != nil {
			t.Fatal(err)
		}
		hoursAgo(t, writer, c.Topic, 0, age)
		if err := writer.EndTransaction(within(t), end); err != nil {
			t.Fatal(err)
		}
	}
	transaction(9, kgo.TryCommit)
	admin := client(t, brokers)
	commit(t, admin, c.Topic, map[int32]int64{0: 1})
	reader := consumerOf(t, c)
	isAged(t, reader, 0)
	transaction(20, kgo.TryAbort)
	isAged(t, reader, 0)
	transaction(7, kgo.TryCommit)
	isAged(t, reader, 7)
}

// TestRetentionOfLargeBatches: partitions whose batches are larger than one answer of a broker are all looked at.
func TestRetentionOfLargeBatches(t *testing.T) {
	brokers := realBrokers(t)
	c := prepared(t, brokers)
	writer := byHand(t, brokers, kgo.ProducerBatchCompression(kgo.NoCompression()))
	for partition := range int32(3) {
		r := &kgo.Record{Topic: c.Topic, Partition: partition, Timestamp: time.Now().Add(-time.Duration(partition+1) * time.Hour), Value: make([]byte, 900<<10)}
		if err := writer.ProduceSync(within(t), r).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
	isAged(t, consumerOf(t, c), 3)
}

// TestRetentionAsksOnce: brokers are asked for a record when the group has moved, and only for that partition.
func TestRetentionAsksOnce(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1))
	brokers := brokersOf(cluster)
	c := prepared(t, brokers)
	writer := byHand(t, brokers)
	hoursAgo(t, writer, c.Topic, 0, 5, 4)
	hoursAgo(t, writer, c.Topic, 1, 3)
	commit(t, writer, c.Topic, map[int32]int64{0: 0, 1: 1})
	var asked atomic.Int64 // partitions
	cluster.ControlKey(int16(kmsg.Fetch), func(r kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		if req, ok := looks(r); ok {
			for _, topic := range req.Topics {
				asked.Add(int64(len(topic.Partitions)))
			}
		}
		return nil, nil, false
	})
	reader := consumerOf(t, c)
	is := func(hours int, want int64) {
		t.Helper()
		asked.Store(0)
		isAged(t, reader, hours)
		if got := asked.Load(); got != want {
			t.Errorf("brokers were asked for %d records, want %d", got, want)
		}
	}
	is(5, 1)
	is(5, 0)
	hoursAgo(t, writer, c.Topic, 0, 9) // behind what is known
	hoursAgo(t, writer, c.Topic, 1, 2)
	is(5, 1)
	removeRecords(t, client(t, brokers), c.Topic, 1)
	is(4, 1)
	deleteTopic(t, writer, c.Topic)
	if err := sinkOf(t, c).Prepare(within(t)); err != nil {
		t.Fatal(err)
	}
	again := byHand(t, brokers) // which does not know the former topic
	hoursAgo(t, again, c.Topic, 0, 8, 7)
	hoursAgo(t, again, c.Topic, 1, 1, 1)
	removeRecords(t, client(t, brokers), c.Topic, 1) // so that its first record is where that of the former was
	is(7, 2)
}

// TestRetentionBesideAReader: a fetch of the reader, which waits for events, delays nothing.
func TestRetentionBesideAReader(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1))
	c := prepared(t, brokersOf(cluster))
	writer := byHand(t, brokersOf(cluster))
	reader := consumerOf(t, c)
	hoursAgo(t, writer, c.Topic, 0, 1)
	next(t, reader) // after which the client waits for more
	var waits atomic.Bool
	cluster.ControlKey(int16(kmsg.Fetch), func(r kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		if _, ok := looks(r); ok {
			return nil, nil, false
		}
		waits.Store(true)
		cluster.SleepControl(func() { <-t.Context().Done() })
		return nil, nil, false
	})
	hoursAgo(t, writer, c.Topic, 1, 2) // which wakes the fetch that waits now
	eventually(t, "the reader's next fetch waits", waits.Load)
	isAged(t, reader, 2)
}

// TestRetentionIsTold of the settings of topics, whoever made them.
func TestRetentionIsTold(t *testing.T) {
	brokers := brokersOf(fake(t))
	admin := client(t, brokers)
	for _, test := range []struct {
		name     string
		settings map[string]string
		want     time.Duration
	}{
		{"a day", map[string]string{"retention.ms": "86400000"}, 24 * time.Hour},
		{"forever", map[string]string{"retention.ms": "-1"}, 0},
		{"nothing is kept", map[string]string{"retention.ms": "0"}, time.Millisecond},
		{"longer than a duration", map[string]string{"retention.ms": "9223372036854775807"}, math.MaxInt64 / time.Millisecond * time.Millisecond},
		{"removes by key alone", map[string]string{"retention.ms": "86400000", "retention.bytes": "1000", "cleanup.policy": "compact"}, 0},
		{"removes by key and age", map[string]string{"retention.ms": "86400000", "cleanup.policy": "compact,delete"}, 24 * time.Hour},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := own(brokers)
			createTopic(t, admin, c.Topic, 1, test.settings)
			if r, err := consumerOf(t, c).Retention(within(t)); err != nil || r != (kafkastore.Retention{MaxAge: test.want}) {
				t.Errorf("%+v, %v; want %v", r, err, test.want)
			}
		})
	}
}

// TestRetentionBytes: of a topic with a limit by size, the bytes are told that the group is not done with, in the worst partition.
func TestRetentionBytes(t *testing.T) {
	brokers := realBrokers(t)
	for _, test := range []struct {
		name    string
		offsets map[int32]int64 // of 10 records and 5
		want    int64           // records
	}{
		{"nothing is done", nil, 10},
		{"the first partition has more", map[int32]int64{0: 6, 1: 2}, 4},
		{"the second partition has more", map[int32]int64{0: 6, 1: 0}, 5},
		{"all is done", map[int32]int64{0: 10, 1: 5}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := prepared(t, brokers)
			writer := byHand(t, brokers, kgo.ProducerBatchCompression(kgo.NoCompression()))
			changeTopic(t, client(t, brokers), c.Topic, "retention.bytes", "1048576")
			for partition, n := range []int{10, 5} {
				for range n {
					if err := writer.ProduceSync(within(t), &kgo.Record{Topic: c.Topic, Partition: int32(partition), Value: make([]byte, 1000)}).FirstErr(); err != nil {
						t.Fatal(err)
					}
				}
			}
			if test.offsets != nil {
				commit(t, writer, c.Topic, test.offsets)
			}
			r, err := consumerOf(t, c).Retention(within(t))
			if err != nil || r.Bytes.Max != 1<<20 || r.Bytes.Used < test.want*1000 || r.Bytes.Used > test.want*1100 {
				t.Errorf("%+v, %v; want the bytes of %d records", r, err, test.want)
			}
		})
	}
}

// TestRetentionWithoutATime: a record without a timestamp is not as old as the epoch.
func TestRetentionWithoutATime(t *testing.T) {
	brokers := brokersOf(fake(t))
	c := prepared(t, brokers)
	writer := byHand(t, brokers)
	r := &kgo.Record{Topic: c.Topic, Timestamp: time.UnixMilli(-1), Value: []byte("x")}
	if err := writer.ProduceSync(within(t), r).FirstErr(); err != nil {
		t.Fatal(err)
	}
	reader := consumerOf(t, c)
	isAged(t, reader, 0)
	hoursAgo(t, writer, c.Topic, 1, -1) // by a clock that is ahead
	isAged(t, reader, 0)
	hoursAgo(t, writer, c.Topic, 2, 2)
	isAged(t, reader, 2)
}

// TestRetentionRights: a reader that may not see a limit of the topic is told of everything else beside ErrLimits. Without other rights there
// is an error that names what is missing.
func TestRetentionRights(t *testing.T) {
	const topic = "events"
	allow := func(resource kmsg.ACLResourceType, name string, operation kmsg.ACLOperation) kfake.ACL {
		return kfake.ACL{Resource: resource, Name: name, Pattern: kmsg.ACLResourcePatternTypeLiteral, Operation: operation, Allow: true}
	}
	read, group := allow(kmsg.ACLResourceTypeTopic, topic, kmsg.ACLOperationRead), allow(kmsg.ACLResourceTypeGroup, "readers", kmsg.ACLOperationRead)
	describe := allow(kmsg.ACLResourceTypeTopic, topic, kmsg.ACLOperationDescribe)
	configs := allow(kmsg.ACLResourceTypeTopic, topic, kmsg.ACLOperationDescribeConfigs)
	cluster := allow(kmsg.ACLResourceTypeCluster, "kafka-cluster", kmsg.ACLOperationDescribe)
	for _, test := range []struct {
		name   string
		rights []kfake.ACL
		bytes  bool // the topic has a limit
		known  string
		err    error
	}{
		{"all", []kfake.ACL{read, group, configs}, false, "age, max age", nil},
		{"all, and the sizes", []kfake.ACL{read, group, configs, cluster}, true, "age, max age, bytes", nil},
		{"not the sizes", []kfake.ACL{read, group, configs}, true, "age, max age", kerr.ClusterAuthorizationFailed},
		{"not the settings", []kfake.ACL{read, group}, false, "age", kerr.TopicAuthorizationFailed},
		{"not the records", []kfake.ACL{describe, group, configs}, false, "", kerr.TopicAuthorizationFailed},
		{"not the group", []kfake.ACL{read, configs}, false, "", kerr.GroupAuthorizationFailed},
		{"not the topic", []kfake.ACL{group, configs}, false, "", kerr.TopicAuthorizationFailed},
	} {
		t.Run(test.name, func(t *testing.T) {
			brokers := brokersOf(fake(t, kfake.EnableSASL(), kfake.EnableACLs(), kfake.Superuser("PLAIN", "all", secret), kfake.User("PLAIN", "shop", secret, test.rights...)))
			c := own(brokers)
			c.Topic, c.URL = topic, "kafka://all:"+secret+"@"+brokers+"?sasl=plain"
			deliver(t, sinkOf(t, c), event(t, "e", "u", 0))
			if test.bytes {
				all := client(t, brokers, kgo.SASL(plain.Auth{User: "all", Pass: secret}.AsMechanism()))
				changeTopic(t, all, topic, "retention.bytes", "1048576")
			}
			c.URL = strings.Replace(c.URL, "all:", "shop:", 1)
			r, err := consumerOf(t, c).Retention(within(t))
			if !errors.Is(err, test.err) || errors.Is(err, kafkastore.ErrLimits) != (test.known != "" && test.err != nil) {
				t.Errorf("%v, want %v", err, test.err)
			}
			var known []string
			for _, part := range []struct {
				is   bool
				name string
			}{{r.OldestAge > 0, "age"}, {r.MaxAge > 0, "max age"}, {r.Bytes.Max > 0 && r.Bytes.Used > 0, "bytes"}} {
				if part.is {
					known = append(known, part.name)
				}
			}
			if got := strings.Join(known, ", "); got != test.known {
				t.Errorf("known are %q, want %q", got, test.known)
			}
			if err != nil && (strings.Contains(err.Error(), secret) || !strings.HasPrefix(err.Error(), "kafkastore: topic events, group readers: ")) {
				t.Error(err)
			}
		})
	}
}

// TestRetentionAgain: a partition that gets another leader, or loses records, while it is looked at, is looked at again.
func TestRetentionAgain(t *testing.T) {
	for _, code := range []*kerr.Error{kerr.NotLeaderForPartition, kerr.OffsetOutOfRange} {
		t.Run(code.Message, func(t *testing.T) {
			cluster := fake(t)
			c := prepared(t, brokersOf(cluster))
			hoursAgo(t, byHand(t, brokersOf(cluster)), c.Topic, 0, 1)
			var failures atomic.Int64
			cluster.ControlKey(int16(kmsg.Fetch), func(r kmsg.Request) (kmsg.Response, error, bool) {
				cluster.KeepControl()
				req, ok := looks(r)
				if !ok || failures.Add(1) > 2 {
					return nil, nil, false
				}
				resp := req.ResponseKind().(*kmsg.FetchResponse)
				topic := kmsg.NewFetchResponseTopic()
				topic.Topic, topic.TopicID = req.Topics[0].Topic, req.Topics[0].TopicID
				p := kmsg.NewFetchResponseTopicPartition()
				p.ErrorCode = code.Code
				topic.Partitions = append(topic.Partitions, p)
				resp.Topics = append(resp.Topics, topic)
				return resp, nil, true
			})
			isAged(t, consumerOf(t, c), 1)
		})
	}
}

// TestRetentionErrors: where nobody can tell, there is an error and no age.
func TestRetentionErrors(t *testing.T) {
	c := own(brokersOf(fake(t)))
	reader := consumerOf(t, c)
	if r, err := reader.Retention(within(t)); !errors.Is(err, kerr.UnknownTopicOrPartition) || r != (kafkastore.Retention{}) {
		t.Errorf("without a topic: %+v, %v", r, err)
	}
	deliver(t, sinkOf(t, c), event(t, "e", "u", 0))
	if err := reader.Close(within(t)); err != nil {
		t.Fatal(err)
	}
	if _, err := reader.Retention(within(t)); !errors.Is(err, kafkastore.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}
