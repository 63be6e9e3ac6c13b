// SPDX-License-Identifier: Apache-2.0

package exporters

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	promv1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/natstest"
	"github.com/otelanalytics/otelanalytics-go/internal/porttest"
	"github.com/otelanalytics/otelanalytics-go/tests/exporters/servers"
)

// stream publishes to a server of NATS in its own protocol.
type stream struct {
	t    *testing.T
	conn net.Conn
	in   *bufio.Reader
}

// newStream creates a stream that takes 20 messages.
func newStream(t *testing.T, addr string) *stream {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	s := &stream{t: t, conn: conn, in: bufio.NewReader(conn)}
	s.write("CONNECT {\"verbose\":false}\r\nSUB answers 1\r\n")
	s.publish("$JS.API.STREAM.CREATE.OTELANALYTICS", []byte(`{"name": "OTELANALYTICS", "subjects": ["otelanalytics.events.*"], "storage": "file", `+
		`"retention": "limits", "discard": "new", "max_age": 604800000000000, "max_msgs": 20, "max_bytes": -1, "max_consumers": -1, "num_replicas": 1}`))
	return s
}

func (s *stream) write(text string) {
	s.t.Helper()
	if _, err := s.conn.Write([]byte(text)); err != nil {
		s.t.Fatal(err)
	}
}

// publish sends a message and waits for the stream's answer.
func (s *stream) publish(subject string, data []byte) {
	s.t.Helper()
	s.write(fmt.Sprintf("PUB %s answers %d\r\n%s\r\n", subject, len(data), data))
	if err := s.conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		s.t.Fatal(err)
	}
	for {
		line, err := s.in.ReadString('\n')
		switch {
		case err != nil:
			s.t.Fatal(err)
		case strings.HasPrefix(line, "PING"):
			s.write("PONG\r\n")
		case strings.HasPrefix(line, "-ERR"), strings.Contains(line, `"error"`):
			s.t.Fatal(line)
		case strings.HasPrefix(line, "{"):
			return
		}
	}
}

// events publishes n events.
func (s *stream) events(n int) {
	s.t.Helper()
	for range n {
		id := uuid.Must(uuid.NewV7())
		document, err := bson.Marshal(bson.D{
			{Key: "_id", Value: bson.Binary{Subtype: bson.TypeBinaryUUID, Data: id[:]}},
			{Key: "user_id", Value: "u"},
			{Key: "event_type", Value: "user_logged_in"},
			{Key: "event_data", Value: bson.D{}},
			{Key: "timestamp", Value: time.Now()},
			{Key: "received_at", Value: time.Now()},
			{Key: "v", Value: int32(1)},
		})
		if err != nil {
			s.t.Fatal(err)
		}
		s.publish("otelanalytics.events.user_logged_in", document)
	}
}

// TestDeliveryAnswers has a Prometheus scrape a deliverer, and asks whatever panels of the dashboard Delivery and rules about a log ask.
func TestDeliveryAnswers(t *testing.T) {
	environment(t, nil)
	dir := t.TempDir()
	program := filepath.Join(dir, "otelanalytics")
	if out, err := exec.Command("go", "build", "-C", "../../cmd/otelanalytics", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	mongoDB, nats := mongotest.Start(t), natstest.Start(t, 1).Server(0)
	log := newStream(t, nats.Addr())
	log.events(16)
	log.publish("otelanalytics.events.user_logged_in", []byte("no event"))
	listen := porttest.Reserve(t)
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	deliver := exec.CommandContext(ctx, program, "deliver", "--from", nats.URL(), "--to", mongoDB.URI(), "--database", mongoDB.Database(t).Name(),
		"--data-dir", filepath.Join(dir, "data"), "--listen", listen)
	var said strings.Builder
	deliver.Stderr = &said
	if err := deliver.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		_ = deliver.Wait() // it was killed
		if t.Failed() {
			t.Logf("%s", said.String())
		}
	})
	prom := servers.StartPrometheus(t, servers.WithTarget("cardgame", "http://"+listen+"/metrics"), servers.WithRules(cardgameRules))
	prom.Await(t, `sum(otelanalytics_events_stored_total)`, 16)
	prom.Await(t, `sum(otelanalytics_events_quarantined_total{reason="malformed"})`, 1)
	log.events(1) // in a batch between two scrapes
	prom.Await(t, `sum(otelanalytics_events_stored_total)`, 17)

	boards := filepath.Join(dir, "grafana")
	if out, err := exec.Command(program, "generate", "dashboards", "--delivery", "--out", boards, "../../examples/cardgame/events.yaml").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	panels := panelsOf(t, []string{filepath.Join(boards, "dashboards", "otelanalytics-delivery.json")})
	if len(panels) < 20 {
		t.Errorf("only %d expressions on the dashboard", len(panels))
	}
	for _, p := range panels {
		prom.AwaitVector(t, p.filled(""), p.String(), numbers)
	}
	all, err := prom.API().Rules(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var seen []string
	for _, group := range all.Groups {
		for _, rule := range group.Rules {
			r, ok := rule.(promv1.AlertingRule)
			if !ok || !slices.Contains(ofLogs, r.Name) {
				continue
			}
			seen = append(seen, r.Name)
			switch r.Name {
			case "OtelanalyticsLogFull": // with 18 of 20 messages
				prom.AwaitVector(t, r.Query, r.Name+" has data", numbers)
			case "OtelanalyticsLogAway":
				defer func() {
					nats.Kill()
					prom.AwaitVector(t, r.Query, r.Name+" has data", numbers)
				}()
			default: // they want a past of minutes or days
				for _, name := range selected.FindAllString(r.Query, -1) {
					prom.AwaitVector(t, name, "what "+r.Name+" asks for", numbers)
				}
			}
		}
	}
	if len(seen) != len(ofLogs) {
		t.Errorf("the rules about logs are %v, want %v", seen, ofLogs)
	}
}
