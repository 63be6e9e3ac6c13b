// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/ingest"
	"github.com/otelanalytics/otelanalytics-go/internal/porttest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
)

// collector is the process of otelanalytics collect, which has the same addresses each time.
type collector struct {
	t                     *testing.T
	program, config       string
	address, adminAddress string
	url                   string
	log                   *servicetest.Log // of the last process
	process               *exec.Cmd
}

func newCollector(t *testing.T, program, uri, database string) *collector {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	c := &collector{t: t, program: program, address: porttest.Reserve(t), adminAddress: porttest.Reserve(t)}
	c.url = "http://" + c.address
	c.config = write("collect.yaml", fmt.Sprintf(
		"event_map: %s\nmongodb: {uri: %q, database: %s}\ndata_dir: %s\njournal: {max_bytes: 4MiB}\nlisten: %s\nadmin_listen: %s\ningest: {sources: [{name: shop, keys_file: %s}]}\n",
		write("events.yaml", eventMap), uri, database, filepath.Join(dir, "data"), c.address, c.adminAddress,
		write("keys", ingest.HashKey(key).String()+"\n"+ingest.HashKey(jitsuKey).String()+"\n")))
	t.Cleanup(c.kill)
	return c
}

func (c *collector) start() {
	c.t.Helper()
	c.log = new(servicetest.Log)
	c.process = exec.Command(c.program, "collect", "--config", c.config)
	c.process.Stdout, c.process.Stderr = c.log, c.log
	if err := c.process.Start(); err != nil {
		c.t.Fatal(err)
	}
}

func (c *collector) kill() {
	_ = c.process.Process.Kill() // it may be gone
	_ = c.process.Wait()
}

// noneWaits matches the count of the journal's events that MongoDB does not have.
var noneWaits = regexp.MustCompile(`(?m)^otelanalytics_journal_pending(\{[^}]*\})? 0$`)

// deliverAll waits until MongoDB has all events.
func (c *collector) deliverAll() {
	c.t.Helper()
	c.await("nothing waits in the journal", func() bool { return noneWaits.MatchString(c.metrics()) })
}

// stop ends the collector in good order.
func (c *collector) stop() {
	c.t.Helper()
	_ = c.process.Process.Signal(syscall.SIGTERM)
	late := time.AfterFunc(time.Minute, func() { _ = c.process.Process.Kill() })
	defer late.Stop()
	if err := c.process.Wait(); err != nil {
		c.t.Fatalf("%v\n%s", err, c.log)
	}
}

// refusedFull matches the count of requests that were refused because the journal is full.
var refusedFull = regexp.MustCompile(`(?m)^otelanalytics_ingest_requests_refused_total\{[^}]*reason="full"[^}]*\} [1-9]`)

// awaitFull waits until the journal has no room.
func (c *collector) awaitFull() {
	c.t.Helper()
	c.await("the journal is full", c.full)
}

func (c *collector) await(what string, so func() bool) {
	c.t.Helper()
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	for late := time.After(patience); !so(); {
		select {
		case <-again.C:
		case <-late:
			c.t.Fatalf("%s: not within %v\n%s", what, patience, c.log)
		}
	}
}

// full reports whether the journal of this process was full.
func (c *collector) full() bool { return refusedFull.MatchString(c.metrics()) }

// metrics returns the page with the metrics, and nothing while the collector does not serve.
func (c *collector) metrics() string {
	resp, err := http.Get("http://" + c.adminAddress + "/metrics")
	if err != nil {
		return ""
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body) // what there is of it
	return string(text)
}
