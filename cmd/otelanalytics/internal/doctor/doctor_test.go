// SPDX-License-Identifier: Apache-2.0

package doctor_test

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/doctor"
	"github.com/otelanalytics/otelanalytics-go/exporterprom"
	"github.com/otelanalytics/otelanalytics-go/internal/porttest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// noPrometheus are the checks that are skipped without --prometheus.
func noPrometheus(more map[string]string) map[string]string {
	all := map[string]string{"prometheus": "skipped", "prometheus_target": "skipped", "prometheus_once": "skipped", "prometheus_values": "skipped"}
	for name, status := range more {
		all[name] = status
	}
	return all
}

func TestHealthy(t *testing.T) {
	s := newService(t)
	s.sell(5)
	p := newPrometheus(t, s, time.Now().Add(time.Minute)) // scraped after the page is read
	r := s.examine("--ready", s.server.URL+"/readyz", "--prometheus", p.URL)
	r.only(nil)
	if r.code != 0 || !r.OK {
		t.Errorf("exit code %d\n%s", r.code, r.out)
	}
	r.want("metrics_map", "ok", "3 of the metrics of the map exist; nothing recorded yet: searches_total")
	r.want("metrics_sum", "ok", "5 accepted")
	r.want("documents", "ok", "with this map")
	r.want("journal_open", "ok", fmt.Sprintf("process %d", os.Getpid()))
	r.want("prometheus_values", "ok", "5 accepted events, 5 on the page")

	code, text, _ := clitest.Run(t, doctor.New(), "--map", s.file, "--metrics", s.server.URL+"/metrics")
	if code != 0 || !strings.Contains(text, "\nok       map                ") || !strings.HasSuffix(text, "\n0 failures, 0 warnings, 5 skipped\n") || strings.Contains(text, "\x1b") {
		t.Errorf("exit code %d\n%s", code, text)
	}
}

func TestMongoDBDown(t *testing.T) {
	s := newService(t)
	if !s.mongo.CanStop() {
		t.Skip("TestMongoDBDown: the server in OTELANALYTICS_TEST_MONGODB_URI cannot be stopped from here")
	}
	s.sell(1)
	s.mongo.Stop()
	s.track(2)
	r := s.examine("--ready", s.server.URL+"/readyz", "--timeout", "2s", "--max-pending-age", "1ns")
	r.want("mongodb", "failed", "nothing listens on 127.0.0.1:", "start MongoDB")
	r.want("pending", "failed", "2 events wait")
	r.want("indexes", "skipped", "needs mongodb")
	r.want("documents", "skipped", "needs mongodb")
	r.want("readiness", "warning", "degraded", "mongodb: ")
	r.want("metrics_map", "ok")
	r.want("metrics_sum", "ok", "3 accepted")
	if r.code != 1 || r.OK {
		t.Errorf("exit code %d", r.code)
	}
	s.mongo.Start()
	if err := s.store.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	r = s.examine("--ready", s.server.URL+"/readyz")
	r.only(noPrometheus(nil))
}

func TestWrongPage(t *testing.T) {
	s := newService(t)
	tls := httptest.NewUnstartedServer(http.NotFoundHandler())
	tls.Config.ErrorLog = log.New(io.Discard, "", 0) // of handshakes that are meant to fail
	tls.StartTLS()
	t.Cleanup(tls.Close)
	private := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }))
	t.Cleanup(private.Close)
	foreign := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4")
		_, _ = w.Write([]byte("# TYPE up gauge\nup 1\n"))
	}))
	t.Cleanup(foreign.Close)
	nobody := porttest.Reserve(t)
	for _, test := range []struct {
		page, check string
		texts       []string
	}{
		{"http://" + nobody + "/metrics", "metrics", []string{"nothing listens on " + nobody + " (connection refused)"}},
		{s.server.URL + "/", "metrics", []string{"is not a metrics page: its content type is text/html"}},
		{foreign.URL + "/", "metrics_sdk", []string{"the page has none of the SDK's own metrics"}},
		{strings.Replace(tls.URL, "https", "http", 1) + "/metrics", "metrics", []string{"serves TLS, and the URL has http", "use https:// in place of http://"}},
		{tls.URL + "/metrics", "metrics", []string{"an authority that this machine does not trust", "SSL_CERT_FILE"}},
		{strings.Replace(s.server.URL, "http", "https", 1) + "/metrics", "metrics", []string{"serves HTTP without TLS", "http:// in place"}},
		{strings.Replace(private.URL, "//", "//ada:s3cret@", 1) + "/metrics", "metrics", []string{"requires a user and a password (status 401)"}},
		{tls.URL + "/", "metrics", nil},
		{"http://missing.invalid/metrics", "metrics", []string{"missing.invalid"}},
	} {
		r := s.examine("--metrics", test.page, "--skip", "mongodb", "--timeout", "5s")
		r.want(test.check, "failed", test.texts...)
		r.want("metrics_map", "skipped")
		if r.code != 1 || strings.Contains(r.out, "s3cret") || strings.Contains(r.out, "ada:") {
			t.Errorf("%s: exit code %d\n%s", test.page, r.code, r.out)
		}
		if _, err := os.Stat("/proc/self/net/tcp"); err == nil && test.page == "http://"+nobody+"/metrics" {
			r.want("metrics", "failed", "--metrics "+s.server.URL+"/metrics: the process that has the journal open serves it")
		}
	}
}

func TestMissingIndex(t *testing.T) {
	s := newService(t)
	s.sell(1)
	indexes := s.db.Collection("user_events").Indexes()
	if err := indexes.DropOne(t.Context(), "event_type_1_timestamp_-1__id_-1"); err != nil {
		t.Fatal(err)
	}
	r := s.examine()
	r.only(noPrometheus(map[string]string{"indexes": "failed", "readiness": "skipped"}))
	r.want("indexes", "failed", "1 of 2 are missing", "{event_type: 1, timestamp: -1, _id: -1} is missing",
		`.getCollection("user_events").createIndex({event_type: 1, timestamp: -1, _id: -1})'`, "or restart the service")
	if strings.Contains(r.out, s.mongo.URI()+"?") || r.code != 1 {
		t.Errorf("exit code %d\n%s", r.code, r.out)
	}
	model := mongo.IndexModel{Keys: bson.D{{Key: "event_type", Value: 1.0}, {Key: "timestamp", Value: int64(-1)}, {Key: "_id", Value: -1}}, Options: options.Index().SetName("mine")}
	if _, err := indexes.CreateOne(t.Context(), model); err != nil {
		t.Fatal(err)
	}
	s.examine().want("indexes", "ok")
	t.Setenv("OTELANALYTICS_MONGODB_COLLECTION", "another")
	r = s.examine()
	r.want("indexes", "failed", "there is no collection")
	r.want("documents", "failed", "the page counts 1 stored events")
}

func TestSuppressedUsers(t *testing.T) {
	s := newService(t)
	s.sell(1)
	s.examine().want("suppression", "ok", "no user is suppressed")
	c := mongostore.Config{URI: s.mongo.URI(), Database: s.db.Name(), SuppressKey: "a key of sixteen"}
	reader, err := mongostore.NewReader(c)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if _, err := reader.Suppress(t.Context(), "ada"); err != nil {
		t.Fatal(err)
	}
	s.examine().want("suppression", "failed", "its users are tracked", "set OTELANALYTICS_SUPPRESS_KEY")
	t.Setenv("OTELANALYTICS_SUPPRESS_KEY", "a key of seventeen")
	s.examine().want("suppression", "failed", "was begun with another")
	t.Setenv("OTELANALYTICS_SUPPRESS_KEY", c.SuppressKey)
	s.examine().want("suppression", "ok", "1 user on the list")
}

// TestMapNewer has a map that the service does not run with yet, in each way that a map can be newer.
func TestMapNewer(t *testing.T) {
	s := newService(t)
	s.sell(1)
	for _, test := range []struct {
		name, old, new string
		text           string
	}{
		{"metric", "metrics:\n", "metrics:\n  refunds: {instrument: counter, description: Refunds.}\n", "refunds_total is not there, though it starts at 0"},
		{"value", "[web, app]", "[web, app, phone]", `orders_total has no series with channel="phone", which the map lists`},
		{"value gone", "[web, app]", "[web]", `orders_total has channel="app", which the map does not list`},
		{"label", "channel: {values: [web, app]}", "channel: {values: [web, app]}, country: {limit: 9}", "orders_total has no label country"},
		{"label gone", ", attributes: {channel: {values: [web, app]}}", "", "orders_total has the label channel, which the map does not declare"},
		{"unit", "unit: EUR", "unit: USD", "nothing recorded yet: order_value_USD"},
		{"type", "open_orders: {instrument: up_down_counter", "open_orders: {instrument: histogram, buckets: [1]", "open_orders is a gauge; the map makes a histogram of it"},
	} {
		t.Run(test.name, func(t *testing.T) {
			newer := strings.Replace(shopMap, test.old, test.new, 1)
			if newer == shopMap {
				t.Fatal("the map is the same")
			}
			r := s.examine("--map", s.write("newer.yaml", newer))
			status := "failed"
			if test.name == "unit" {
				status = "ok" // the page cannot tell: documents do
			}
			r.want("metrics_map", status, test.text)
			r.want("documents", "failed", "with another map: map_version ", "deploy this map and restart the service")
			if r.code != 1 {
				t.Errorf("exit code %d", r.code)
			}
		})
	}
}

// TestDocumentsOfAnEarlierProcess: a service that has stored nothing yet is not blamed for what one before it stored.
func TestDocumentsOfAnEarlierProcess(t *testing.T) {
	s := newService(t)
	document := bson.D{
		{Key: "event_type", Value: "order_placed"},
		{Key: "timestamp", Value: time.Now()},
		{Key: "received_at", Value: time.Now()},
		{Key: "map_version", Value: "0123456789abcdef"},
		{Key: "service", Value: bson.D{{Key: "name", Value: "shop"}, {Key: "instance_id", Value: "i-0"}}},
	}
	if _, err := s.db.Collection("user_events").InsertOne(t.Context(), document); err != nil {
		t.Fatal(err)
	}
	s.examine().want("documents", "ok", "before the service that runs now was started: with another map, 0123456789abcdef")
	s.sell(1)
	s.examine().want("documents", "ok", "with this map")
}

func TestDataDirectory(t *testing.T) {
	s := newService(t)
	s.sell(1)
	data := filepath.Join(s.dir, "data")
	t.Run("open to others", func(t *testing.T) {
		for mode, status := range map[os.FileMode]string{0o777: "warning", 0o720: "warning", 0o702: "warning", 0o755: "ok"} {
			if err := os.Chmod(data, mode); err != nil {
				t.Fatal(err)
			}
			text := "only its owner can access its files"
			if status == "warning" {
				text = "chmod go-w " + data
			}
			s.examine().want("data_directory", status, text)
		}
		if err := os.Chmod(data, 0o700); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("quarantine and modes", func(t *testing.T) {
		path := filepath.Join(data, "quarantine.jsonl")
		if err := os.WriteFile(path, []byte(`{"event_type":"order_placed","reason":"validation"}`+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		r := s.examine()
		r.want("quarantine", "warning", "order_placed: validation: 1", "otelanalytics quarantine replay")
		r.want("data_directory", "warning", "chmod go= "+path)
		if r.code != 0 {
			t.Errorf("exit code %d", r.code)
		}
		if r := s.examine("--strict"); r.code != 1 {
			t.Errorf("--strict: exit code %d", r.code)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("nobody has it open", func(t *testing.T) {
		other := t.TempDir()
		if err := os.CopyFS(filepath.Join(other, "journal"), os.DirFS("../../../../eventstore/internal/journal/testdata/v1/whole")); err != nil {
			t.Fatal(err)
		}
		r := s.examine("--data-dir", other)
		r.want("journal_open", "failed", "the service does not run")
		r.want("pending", "failed", "4 events wait")
	})
	t.Run("damage", func(t *testing.T) {
		other := t.TempDir()
		if err := os.CopyFS(filepath.Join(other, "journal"), os.DirFS("../../../../eventstore/internal/journal/testdata/v1/damaged")); err != nil {
			t.Fatal(err)
		}
		s.examine("--data-dir", other).want("journal", "failed", "1 place cannot be read; 2 events lost", "otelanalytics journal inspect "+other)
	})
	t.Run("a consumer that is behind", func(t *testing.T) {
		other := behind(t)
		s.examine("--data-dir", other).want("journal", "warning", "consumer sketches has 3 events left", "the journal keeps 3 segments",
			"otelanalytics journal drop-consumer "+other+" sketches")
	})
	t.Run("a sink that is away", func(t *testing.T) {
		other := sinkAway(t)
		s.examine("--data-dir", other).want("sinks", "ok", "none of 1 has waited for long", "copy: 3 events wait")
		s.examine("--data-dir", other, "--max-pending-age", "1ns").want("sinks", "failed", "events wait for long: copy",
			"otelanalytics journal remove-sink "+other+" copy")
	})
	t.Run("not there", func(t *testing.T) {
		r := s.examine("--data-dir", filepath.Join(s.dir, "missing"))
		r.want("data_directory", "failed", "does not exist", "--skip data_directory")
		r.want("journal", "skipped", "needs data_directory")
		r.want("metrics_map", "ok")
	})
}

func TestNamespaceAndResourceLabels(t *testing.T) {
	s := newService(t, exporterprom.WithNamespace("acme"), exporterprom.WithResourceLabels("service.name"), exporterprom.WithScopeInfo())
	s.sell(1)
	s.examine().want("metrics_sdk", "failed", "all names on the page begin with acme_", "--namespace acme")
	s.examine("--namespace", "acme").only(noPrometheus(map[string]string{"readiness": "skipped"}))
	t.Setenv("OTELANALYTICS_PROMETHEUS_NAMESPACE", "acme")
	s.examine().want("metrics_map", "ok")
}

func TestMistakes(t *testing.T) {
	clean(t)
	t.Setenv("OTELANALYTICS_MONGODB_URI", "mongodb://ada:s3cret@127.0.0.1:1/?serverSelectionTimeoutMS=100")
	wrong := clitest.File(t, "events.yaml", "version: 1\nmetrics: {a: {instrument: conter}}\n")
	r := examine(t, "--map", wrong, "--metrics", "http://"+porttest.Reserve(t)+"/metrics")
	r.want("map", "failed", "conter", "otelanalytics validate")
	r.want("mongodb", "failed", "127.0.0.1:1")
	r.want("configuration", "ok", "MongoDB 127.0.0.1:1, analytics.user_events")
	if strings.Contains(r.out, "s3cret") || strings.Contains(r.out, "lovelace") {
		t.Errorf("there is a secret:\n%s", r.out)
	}
	t.Setenv("OTELANALYTICS_MONGODB_URI", "mongodb+srv://ada:s3cret@db.missing.invalid/")
	r = examine(t, "--map", wrong, "--metrics", "http://"+porttest.Reserve(t)+"/metrics", "--timeout", "3s")
	r.want("configuration", "ok", "MongoDB db.missing.invalid, analytics.user_events")
	r.want("mongodb", "failed", "cannot resolve ", "db.missing.invalid", "the name server")
	if strings.Contains(r.out, "s3cret") || strings.Contains(r.out, "lovelace") {
		t.Errorf("there is a secret:\n%s", r.out)
	}
	t.Setenv("OTELANALYTICS_ACK", "writen")
	r = examine(t, "--map", wrong)
	r.want("configuration", "failed", "did you mean written")
	r.want("mongodb", "skipped", "needs configuration")
	for args, want := range map[string]string{
		"--metrics|ftp://x":   "--metrics: this is not a URL",
		"--skip|nonsense":     `there is no check "nonsense"; there are configuration, `,
		"--timeout|-1s":       "it must be above 0",
		"argument":            "no arguments, only flags",
		"--prometheus|s3cret": "--prometheus: this is not a URL",
	} {
		code, _, errs := clitest.Run(t, doctor.New(), strings.Split(args, "|")...)
		if code != 2 || !strings.Contains(errs, want) || strings.Contains(errs, "s3cret") {
			t.Errorf("%s: exit code %d, %s", args, code, errs)
		}
	}
}
