// SPDX-License-Identifier: Apache-2.0

package collect

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/ingest"
)

// TestCollect: an event is a document and a number on the page when the collector has stopped.
func TestCollect(t *testing.T) {
	c := prepare(t, web())
	c.start()
	if status := c.send(webKey, `{"event_type":"order_completed","user_id":"u-1"}`); status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	if status := c.send("another", `{"event_type":"order_completed"}`); status != http.StatusUnauthorized {
		t.Errorf("another key: %d", status)
	}
	for path, want := range map[string]string{
		"/healthz": "ok\n", "/readyz": `"status":`, "/metrics": "orders_total 1\n", "/": "live page", "/live/api/about": "",
	} {
		status, text := c.get(path)
		if page := path == "/" || strings.HasPrefix(path, "/live"); !page && (status != http.StatusOK || !strings.Contains(text, want)) || page && status != http.StatusForbidden {
			t.Errorf("%s: %d\n%s", path, status, text)
		}
	}
	for _, path := range []string{"/metrics", "/healthz", "/readyz", "/"} {
		resp, err := http.Get(c.url + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusNotFound {
			t.Errorf("the address for events answers %s with %d", path, resp.StatusCode)
		}
	}
	c.stop()
	if got := c.stored("module"); !slices.Equal(got, []string{"web"}) {
		t.Errorf("documents of the modules %v", got)
	}
}

// TestReload: keys and switches change without a restart, on a signal, and when a file changes.
func TestReload(t *testing.T) {
	c := prepare(t, web()+"    - {name: app, keys_file: KEYS}\n")
	keys := c.write("keys", hash("first")+"\n")
	c.edit("KEYS", keys)
	c.start()
	const event = `{"event_type":"order_completed"}`
	statuses := func() [3]int { return [3]int{c.send(webKey, event), c.send("first", event), c.send("second", event)} }
	if got := statuses(); got != [3]int{200, 200, 401} {
		t.Fatalf("before: %v", got)
	}
	c.write("keys", hash("second")+"\n")
	c.tick()
	if got := statuses(); got != [3]int{200, 401, 200} {
		t.Errorf("after the file of keys changed: %v", got)
	}
	c.edit(hash(webKey), hash("new web key"))
	c.edit("listen:", "metrics: {enabled: false}\nlisten:")
	c.tick()
	if got := statuses(); got != [3]int{401, 401, 200} {
		t.Errorf("after the configuration changed: %v", got)
	}
	if _, page := c.get("/metrics"); !strings.Contains(page, "orders_total 4\n") {
		t.Error("metrics are not switched off")
	}
	c.edit("name: app", "name: [app]")
	c.hangups <- nil
	c.tick()
	if got := statuses(); got != [3]int{401, 401, 200} {
		t.Errorf("after a mistake: %v", got)
	}
	if log := c.log.String(); !strings.Contains(log, "the configuration stays as it is") || !strings.Contains(log, "ingest.sources[1].name") {
		t.Errorf("the mistake is not in the log:\n%s", log)
	}
	c.edit("name: [app]", "name: app")
	c.edit("{enabled: false}", "{enabled: false, events_disabled: [pages]}")
	c.edit(hash("new web key"), hash("a key beside a mistake"))
	c.hangups <- nil
	c.tick()
	if got := [2]int{c.send("a key beside a mistake", event), c.send("new web key", event)}; got != [2]int{401, 200} {
		t.Errorf("after an event that the map does not declare: %v", got)
	}
	c.edit(", events_disabled: [pages]", "")
	c.edit(hash("a key beside a mistake"), hash("new web key"))
	c.edit("name: app", "name: app, rate: 100")
	c.edit(hash("new web key"), hash(webKey))
	c.hangups <- nil
	c.tick()
	if got := statuses(); got != [3]int{200, 401, 200} {
		t.Errorf("after a signal: %v", got)
	}
	c.tick()
	loaded := strings.Count(c.log.String(), "configuration loaded")
	c.tick()
	c.tick()
	if n := strings.Count(c.log.String(), "configuration loaded"); n != loaded || n == 0 {
		t.Errorf("loaded %d times, and %d times when no file has changed", loaded, n)
	}
	c.stop()
}

// TestStopWithoutMongoDB: what cannot be delivered waits in the journal, and the next start delivers it.
func TestStopWithoutMongoDB(t *testing.T) {
	c := prepare(t, web())
	c.delivery = 200 * time.Millisecond
	c.start()
	c.mongodb.Down()
	if status := c.send(webKey, `{"event_type":"page"}`); status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	c.stop()
	if log := c.log.String(); !strings.Contains(log, "events wait in the journal for the next start") {
		t.Errorf("the log does not say that an event waits:\n%s", log)
	}
	c.mongodb.Up()
	c.delivery = time.Minute
	c.start()
	c.stop()
	if n := len(c.mongodb.Documents()); n != 1 {
		t.Errorf("%d documents, want 1", n)
	}
}

func TestStartsThatFail(t *testing.T) {
	for _, tt := range []struct{ name, old, new, want string }{
		{"no map", "event_map:", "#", "no event map is named; set event_map in the file of --config, or OTELANALYTICS_EVENT_MAP"},
		{"a map that is not there", "events.yaml", "none.yaml", "none.yaml: no such file or directory"},
		{"no MongoDB", "mongodb:", "#", "no MongoDB is named; set mongodb.uri in the file of --config, or OTELANALYTICS_MONGODB_URI"},
		{"no sources", "ingest:", "metrics:", "metrics.sources: is not a known key"},
		{"no source", "    - {name: web", "    # - {name: web", "ingest: Sources is empty, so that nobody could send anything; add a source"},
		{"an event type", "name: web", "name: web, types: [pages]", `ingest: source "web": Types has "pages", which the event map does not declare`},
		{"an address", "listen: 127.0.0.1:0", "listen: 192.0.2.1:1", "listen: listen tcp 192.0.2.1:1: "},
		{"the operators' address", "admin_listen: 127.0.0.1:0", "admin_listen: 192.0.2.1:1", "admin_listen: listen tcp 192.0.2.1:1: "},
		{"a certificate", "listen:", "tls: {cert_file: none.pem, key_file: none.pem}\nlisten:", "listen: the certificate of tls.cert_file and tls.key_file: open none.pem: no such file or directory"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := prepare(t, web())
			c.edit(tt.old, tt.new)
			code, out, errs := clitest.Run(t, New(), "--config", c.file)
			if code != 2 || out != "" || !strings.Contains(errs, tt.want) {
				t.Errorf("exit code %d, %q\n%s\nwant %s", code, out, errs, tt.want)
			}
		})
	}
}

// TestNewKey: the hash is that of the key, and each key is another one.
func TestNewKey(t *testing.T) {
	seen := make(map[string]bool)
	for range 3 {
		code, out, errs := clitest.Run(t, New(), "keys", "new", "--source", "web")
		lines := strings.SplitN(out, "\n", 3)
		if code != 0 || len(lines) != 3 {
			t.Fatalf("exit code %d\n%s%s", code, out, errs)
		}
		key, ok := strings.CutPrefix(lines[0], "key:  oakey_")
		hash := strings.TrimPrefix(lines[1], "hash: ")
		if !ok || len(key) < 26 || seen[key] || ingest.HashKey("oakey_"+key).String() != hash {
			t.Errorf("%q", out)
		}
		if want := "\ningest:\n  sources:\n    - name: \"web\"\n      keys: [" + hash + "]\n"; lines[2] != want {
			t.Errorf("%q, want %q", lines[2], want)
		}
		seen[key] = true
	}
	code, out, _ := clitest.Run(t, New(), "keys", "new", "-o", "json")
	if code != 0 || !strings.Contains(out, `"key": "oakey_`) || strings.Contains(out, "source") {
		t.Errorf("exit code %d, %s", code, out)
	}
}
