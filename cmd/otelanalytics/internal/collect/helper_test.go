// SPDX-License-Identifier: Apache-2.0

package collect

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/ingest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
)

const (
	mapText = "version: 1\nmetrics: {orders: {instrument: counter}}\nevents:\n  order_completed: {record: [{metric: orders}]}\n  page: {}\n"
	webKey  = "oakey_of_the_web"
)

// collector is one that runs in the test's process.
type collector struct {
	t             testing.TB
	dir, file     string
	mongodb       *wireserver.Server
	log           *servicetest.Log
	url, adminURL string
	hangups       chan os.Signal
	ticks         chan time.Time
	client        *http.Client
	delivery      time.Duration
	ended         chan error
	cancel        context.CancelFunc
}

// prepare makes the files of a collector: sources are the lines below ingest.sources, and more are further lines.
func prepare(t testing.TB, sources string, more ...string) *collector {
	t.Helper()
	c := &collector{
		t: t, dir: t.TempDir(), mongodb: wireserver.Start(t), log: new(servicetest.Log), client: http.DefaultClient, delivery: time.Minute,
		hangups: make(chan os.Signal), ticks: make(chan time.Time), ended: make(chan error, 1),
	}
	c.file = c.write("collect.yaml", "event_map: "+c.write("events.yaml", mapText)+"\nmongodb: {uri: \""+c.mongodb.URI()+"\"}\ndata_dir: "+filepath.Join(c.dir, "data")+
		"\nlisten: 127.0.0.1:0\nadmin_listen: 127.0.0.1:0\n"+strings.Join(more, "\n")+"\ningest:\n  sources:\n"+sources)
	return c
}

func (c *collector) write(name, text string) string {
	c.t.Helper()
	path := filepath.Join(c.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		c.t.Fatal(err)
	}
	return path
}

// edit changes the configuration.
func (c *collector) edit(old, new string) {
	c.t.Helper()
	text, err := os.ReadFile(c.file)
	if err != nil {
		c.t.Fatal(err)
	}
	if !strings.Contains(string(text), old) {
		c.t.Fatalf("the configuration has no %q", old)
	}
	c.write("collect.yaml", strings.Replace(string(text), old, new, 1))
}

// start starts it and returns when it serves.
func (c *collector) start() {
	c.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	c.cancel = cancel
	serving := make(chan struct{})
	go func() {
		c.ended <- run(ctx, settings{
			file: c.file, log: slog.NewTextHandler(c.log, nil), reload: c.hangups, poll: c.ticks, delivery: c.delivery,
			serving: func(url, adminURL string) {
				c.url, c.adminURL = url, adminURL
				close(serving)
			},
		})
	}()
	select {
	case <-serving:
		c.t.Cleanup(func() { c.cancel() })
	case err := <-c.ended:
		c.t.Fatalf("%v\n%s", err, c.log)
	}
}

// stop ends it in good order.
func (c *collector) stop() {
	c.t.Helper()
	c.client.CloseIdleConnections()
	c.cancel()
	if err := <-c.ended; err != nil {
		c.t.Errorf("%v\n%s", err, c.log)
	}
}

// tick has it look at its files. The second one is taken when the first has been done.
func (c *collector) tick() {
	c.ticks <- time.Time{}
	c.ticks <- time.Time{}
}

// send sends an event and returns the status.
func (c *collector) send(key, event string) int {
	c.t.Helper()
	r, err := http.NewRequest(http.MethodPost, c.url+"/v1/events", strings.NewReader(event))
	if err != nil {
		c.t.Fatal(err)
	}
	r.SetBasicAuth(key, "")
	resp, err := c.client.Do(r)
	if err != nil {
		c.t.Fatalf("%v\n%s", err, c.log)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		c.t.Fatal(err)
	}
	return resp.StatusCode
}

// get asks the operators' address.
func (c *collector) get(path string) (int, string) {
	c.t.Helper()
	resp, err := http.Get(c.adminURL + path)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// stored returns a field of each document.
func (c *collector) stored(field string) (values []string) {
	for _, d := range c.mongodb.Documents() {
		text, _ := bson.Raw(d).Lookup(field).StringValueOK()
		values = append(values, text)
	}
	return values
}

func hash(key string) string { return ingest.HashKey(key).String() }

// web is the source of most tests.
func web() string { return "    - {name: web, keys: [" + hash(webKey) + "]}\n" }
