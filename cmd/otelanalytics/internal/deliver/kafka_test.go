// SPDX-License-Identifier: Apache-2.0

package deliver_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/kafkastore"
)

// fakeKafka returns the URL of a topic on brokers in this process.
func fakeKafka(t *testing.T) string {
	t.Helper()
	cluster, err := kfake.NewCluster()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	return "kafka://" + strings.Join(cluster.ListenAddrs(), ",") + "/events"
}

// produce has a topic take events.
func produce(t *testing.T, url string, events ...eventstore.Event) {
	t.Helper()
	sink, err := kafkastore.NewSink(kafkastore.Config{URL: url, Replicas: 1, Partitions: 6})
	if err != nil {
		t.Fatal(err)
	}
	defer sink.Close(context.Background())
	for ctx, cancel := context.WithTimeout(t.Context(), patience); ; {
		if _, err = sink.Deliver(ctx, events); err == nil || ctx.Err() != nil {
			cancel()
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

// stored waits until MongoDB has as many documents.
func stored(t *testing.T, c *mongo.Collection, want int64, readers ...*running) {
	t.Helper()
	for end := time.Now().Add(patience); count(t, c) != want; <-time.After(50 * time.Millisecond) {
		if time.Now().After(end) {
			var logs []string
			for _, r := range readers {
				logs = append(logs, r.errs.String())
			}
			t.Fatalf("%d documents, want %d\n%s", count(t, c), want, strings.Join(logs, "\n"))
		}
	}
}

// produceOld has a topic take an event that is three days old.
func produceOld(t *testing.T, url string) {
	t.Helper()
	sink, err := kafkastore.NewSink(kafkastore.Config{URL: url, Replicas: 1, Partitions: 6})
	if err != nil {
		t.Fatal(err)
	}
	defer sink.Close(context.Background())
	if err := sink.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	brokers, _, _ := strings.Cut(strings.TrimPrefix(url, "kafka://"), "/")
	writer, err := kgo.NewClient(kgo.SeedBrokers(strings.Split(brokers, ",")...))
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	r := &kgo.Record{
		Topic: "events", Timestamp: time.Now().Add(-3 * 24 * time.Hour), Value: event(t, "e").Document,
		Headers: []kgo.RecordHeader{{Key: kafkastore.HeaderType, Value: []byte("e")}},
	}
	if err := writer.ProduceSync(t.Context(), r).FirstErr(); err != nil {
		t.Fatal(err)
	}
}

// limitBytes has a topic remove events at a size.
func limitBytes(t *testing.T, url string) {
	t.Helper()
	brokers, _, _ := strings.Cut(strings.TrimPrefix(url, "kafka://"), "/")
	admin, err := kgo.NewClient(kgo.SeedBrokers(strings.Split(brokers, ",")...))
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	req := kmsg.NewPtrIncrementalAlterConfigsRequest()
	topic := kmsg.NewIncrementalAlterConfigsRequestResource()
	topic.ResourceType, topic.ResourceName = kmsg.ConfigResourceTypeTopic, "events"
	most := kmsg.NewIncrementalAlterConfigsRequestResourceConfig()
	most.Name, most.Value = "retention.bytes", new("1000000")
	topic.Configs = append(topic.Configs, most)
	req.Resources = append(req.Resources, topic)
	resp, err := req.RequestWith(t.Context(), admin)
	if err != nil || resp.Resources[0].ErrorCode != 0 {
		t.Fatalf("%+v, %v", resp, err)
	}
}

const kafkaLabel = `{log="kafka events as warehouse"}`

// TestKafka moves what is in the topic and what comes later, once each, and shows both on its page under the names that a stream of NATS has.
// A second process takes over when the first ends.
func TestKafka(t *testing.T) {
	collection, url := clitest.MongoDB(t), fakeKafka(t)
	events := make([]eventstore.Event, 1200)
	for i := range events {
		events[i] = event(t, "e."+string(rune('a'+i%2)))
	}
	produce(t, url, events[:1000]...)
	first := start(t, "--from", url+"?group=warehouse")
	first.has("/metrics", `otelanalytics_events_stored_total{event_type="e.a"} 500`, `otelanalytics_events_stored_total{event_type="e.b"} 500`,
		"otelanalytics_log_pending"+kafkaLabel+" 0", "otelanalytics_log_unacknowledged"+kafkaLabel+" 0", "otelanalytics_log_redelivered_total"+kafkaLabel+" 0",
		"otelanalytics_log_up"+kafkaLabel+" 1")
	first.has("/readyz", `"status":"ready"`, `"log_reachable":true`, `"mongodb_reachable":true`)
	second := start(t, "--from", url, "--group", "warehouse")
	produce(t, url, events[900:]...) // some of them again
	stored(t, collection, 1200, first, second)
	if code := first.end(); code != 0 {
		t.Errorf("the exit code is %d\n%s", code, first.errs)
	}
	produce(t, url, event(t, "e.a"))
	stored(t, collection, 1201, second)
	second.has("/metrics", "otelanalytics_log_pending"+kafkaLabel+" 0", "otelanalytics_log_oldest_age_seconds"+kafkaLabel+" 0",
		"otelanalytics_log_max_age_seconds"+kafkaLabel+" 604800", `otelanalytics_log_used_ratio{limit="age",log="kafka events as warehouse"} 0`)
	if code := second.end(); code != 0 {
		t.Errorf("the exit code is %d\n%s", code, second.errs)
	}
}

// TestKafkaPoison: what MongoDB refuses for good, and what is no event, go to quarantine. Their partitions go on.
func TestKafkaPoison(t *testing.T) {
	collection, url := clitest.MongoDB(t), fakeKafka(t)
	if _, err := collection.Indexes().CreateOne(t.Context(), mongo.IndexModel{Keys: bson.D{{Key: "once", Value: 1}}, Options: options.Index().SetUnique(true)}); err != nil {
		t.Fatal(err)
	}
	var events []eventstore.Event
	for i := range 50 {
		once := i
		if i == 20 || i == 30 {
			once = 0 // which the first has
		}
		events = append(events, event(t, "e", bson.E{Key: "once", Value: once}))
	}
	produce(t, url, events...)
	brokers, _, _ := strings.Cut(strings.TrimPrefix(url, "kafka://"), "/")
	writer, err := kgo.NewClient(kgo.SeedBrokers(strings.Split(brokers, ",")...), kgo.RecordPartitioner(kgo.ManualPartitioner()))
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	for partition := range int32(6) {
		if err := writer.ProduceSync(t.Context(), &kgo.Record{Topic: "events", Partition: partition, Value: []byte("no event")}).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
	var later []eventstore.Event
	for i := range 30 {
		later = append(later, event(t, "e", bson.E{Key: "once", Value: fmt.Sprintf("later %d", i)}))
	}
	produce(t, url, later...)
	r := start(t, "--from", url+"?group=warehouse")
	r.has("/metrics", `otelanalytics_events_stored_total{event_type="e"} 78`)
	r.has("/metrics", `otelanalytics_events_quarantined_total{event_type="other",reason="malformed"} 6`,
		"otelanalytics_log_pending"+kafkaLabel+" 0", "otelanalytics_log_unacknowledged"+kafkaLabel+" 0")
	if code := r.end(); code != 0 {
		t.Errorf("the exit code is %d\n%s", code, r.errs)
	}
	reasons := make(map[string]int)
	for e, err := range eventstore.ReadQuarantine(r.dir) {
		if err != nil {
			t.Fatal(err)
		}
		reasons[e.Reason]++
	}
	if reasons["duplicate_key"] != 2 || reasons["malformed"] != 6 || len(reasons) != 2 {
		t.Errorf("%v", reasons)
	}
}

// TestKafkaOversize: an event that is larger than the journal goes to quarantine. What is behind it in its partition is delivered.
func TestKafkaOversize(t *testing.T) {
	collection, url := clitest.MongoDB(t), fakeKafka(t)
	t.Setenv("OTELANALYTICS_JOURNAL_MAX_BYTES", "4MiB")
	sink, err := kafkastore.NewSink(kafkastore.Config{URL: url, Replicas: 1, Partitions: 1, MaxEventBytes: 8 << 20})
	if err != nil {
		t.Fatal(err)
	}
	defer sink.Close(context.Background())
	large := event(t, "e", bson.E{Key: "padding", Value: make([]byte, 6<<20)})
	for _, e := range []eventstore.Event{event(t, "e"), large, event(t, "e")} {
		for ctx, cancel := context.WithTimeout(t.Context(), patience); ; {
			verdicts, err := sink.Deliver(ctx, []eventstore.Event{e})
			if err == nil && verdicts[0].Outcome == eventstore.Stored {
				cancel()
				break
			}
			if ctx.Err() != nil {
				t.Fatal(verdicts, err)
			}
		}
	}
	r := start(t, "--from", url+"?group=warehouse")
	stored(t, collection, 2, r)
	r.has("/metrics", `otelanalytics_events_stored_total{event_type="e"} 2`, `otelanalytics_events_quarantined_total{event_type="e",reason="too_large"} 1`,
		"otelanalytics_log_pending"+kafkaLabel+" 0", "otelanalytics_log_unacknowledged"+kafkaLabel+" 0")
	if code := r.end(); code != 0 {
		t.Errorf("the exit code is %d\n%s", code, r.errs)
	}
	for e, err := range eventstore.ReadQuarantine(r.dir) {
		if err != nil {
			t.Fatal(err)
		}
		if n := bson.Raw(e.Document).Lookup("bytes").AsInt64(); e.Reason != "too_large" || e.ID != uuid.UUID(large.ID).String() || n != int64(len(large.Document)) {
			t.Errorf("%s, id %s, %d bytes", e.Reason, e.ID, n)
		}
	}
}

// TestKafkaOutage: events that a process had while MongoDB was away come again to the next one.
func TestKafkaOutage(t *testing.T) {
	url := fakeKafka(t)
	produceOld(t, url)
	events := make([]eventstore.Event, 299)
	for i := range events {
		events[i] = event(t, "e")
	}
	produce(t, url, events...)
	limitBytes(t, url)
	t.Setenv("OTELANALYTICS_MONGODB_URI", "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200")
	first := start(t, "--from", url+"?group=warehouse", "--patience", "100ms")
	first.has("/readyz", `"status":"degraded"`, `"mongodb_reachable":false`)
	first.has("/metrics", "otelanalytics_journal_pending 300", "otelanalytics_log_unacknowledged"+kafkaLabel+" 300", "otelanalytics_log_pending"+kafkaLabel+" 0",
		"otelanalytics_log_oldest_age_seconds"+kafkaLabel+" 259", `otelanalytics_log_used_ratio{limit="age",log="kafka events as warehouse"} 0.4`,
		`otelanalytics_log_used_ratio{limit="bytes",log="kafka events as warehouse"} 0.0`)
	first.end()
	collection := clitest.MongoDB(t)
	second := start(t, "--from", url+"?group=warehouse")
	stored(t, collection, 300, second)
	second.has("/metrics", "otelanalytics_log_pending"+kafkaLabel+" 0")
}

// TestKafkaRights: an account that may not see the settings of the topic reports how old its events are, and logs once that it does not report
// how long the topic keeps them.
func TestKafkaRights(t *testing.T) {
	allow := func(resource kmsg.ACLResourceType, name string) kfake.ACL {
		return kfake.ACL{Resource: resource, Name: name, Pattern: kmsg.ACLResourcePatternTypeLiteral, Operation: kmsg.ACLOperationRead, Allow: true}
	}
	cluster, err := kfake.NewCluster(kfake.EnableSASL(), kfake.EnableACLs(), kfake.Superuser("PLAIN", "all", "pass"),
		kfake.User("PLAIN", "shop", "pass", allow(kmsg.ACLResourceTypeTopic, "events"), allow(kmsg.ACLResourceTypeGroup, "warehouse")))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	url := func(user string) string {
		return "kafka://" + user + ":pass@" + strings.Join(cluster.ListenAddrs(), ",") + "/events?sasl=plain"
	}
	produce(t, url("all"), event(t, "e"))
	file := filepath.Join(t.TempDir(), "url")
	if err := os.WriteFile(file, []byte(url("shop")+"&group=warehouse"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("OTELANALYTICS_MONGODB_URI", "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200")
	r := start(t, "--from-file", file, "--patience", "100ms")
	r.has("/metrics", "otelanalytics_log_up"+kafkaLabel+" 1", "otelanalytics_log_oldest_age_seconds"+kafkaLabel+" ")
	r.has("/metrics", "otelanalytics_log_unacknowledged"+kafkaLabel+" 1")
	if page := r.get("/metrics"); strings.Contains(page, "log_max_age_seconds{") || strings.Contains(page, "log_used_ratio{") {
		t.Errorf("the page has limits that are not known:\n%s", page)
	}
	r.end()
	if log := r.errs.String(); strings.Count(log, "log: does not report") != 1 || !strings.Contains(log, "TOPIC_AUTHORIZATION_FAILED") {
		t.Errorf("%s", log)
	}
}
