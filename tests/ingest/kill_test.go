// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/ingest"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
)

// TestKilledCollector kills the collector twice while a client sends and MongoDB is away, and starts it again. In the end everything
// that the client was told was delivered is in MongoDB, once.
func TestKilledCollector(t *testing.T) {
	program := filepath.Join(t.TempDir(), "otelanalytics")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Dir = "../../cmd/otelanalytics"
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	server := mongotest.Start(t)
	for _, client := range []string{"posthog-node", "segment-node"} {
		t.Run(client, func(t *testing.T) {
			db := server.Database(t)
			c := newCollector(t, program, server.URI(), db.Name())
			c.start()
			stream := command(t, *dir, "stream.js", c.url, key, "CLIENT="+client)
			var problems bytes.Buffer
			stream.Stderr = &problems
			in, err := stream.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			out, err := stream.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := stream.Start(); err != nil {
				t.Fatal(err)
			}
			told := 0
			for lines := bufio.NewScanner(out); lines.Scan(); {
				if told++; told == 4 && server.CanStop() {
					server.Stop()
				}
				_, _ = in.Write([]byte("\n")) // the last is read by nobody
				if told == 8 || told == 16 {
					c.kill() // while the next events are sent
					c.start()
				}
			}
			if err := stream.Wait(); err != nil || told != 30 {
				t.Errorf("%v, %d rounds\n%s", err, told, &problems)
			}
			if server.CanStop() {
				server.Start()
			}
			c.stop()
			found, err := db.Collection("user_events").Find(t.Context(), bson.D{})
			if err != nil {
				t.Fatal(err)
			}
			var docs []struct {
				Data struct {
					Number int `bson:"number"`
				} `bson:"event_data"`
			}
			if err := found.All(t.Context(), &docs); err != nil {
				t.Fatal(err)
			}
			times := make(map[int]int)
			for _, d := range docs {
				times[d.Data.Number]++
			}
			for number := range 10 * told {
				if times[number] != 1 {
					t.Errorf("event %d is stored %d times", number, times[number])
				}
			}
		})
	}
}

// collector is the process of otelanalytics collect.
type collector struct {
	t            *testing.T
	program, url string
	config       string
	log          bytes.Buffer
	process      *exec.Cmd
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
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil { // for the collector
		t.Fatal(err)
	}
	return &collector{t: t, program: program, url: "http://" + address, config: write("collect.yaml", fmt.Sprintf(
		"event_map: %s\nmongodb: {uri: %q, database: %s}\ndata_dir: %s\nlisten: %s\nadmin_listen: 127.0.0.1:0\ningest: {sources: [{name: shop, keys_file: %s}]}\n",
		write("events.yaml", eventMap), uri, database, filepath.Join(dir, "data"), address, write("keys", ingest.HashKey(key).String()+"\n")))}
}

func (c *collector) start() {
	c.t.Helper()
	c.process = exec.CommandContext(c.t.Context(), c.program, "collect", "--config", c.config)
	c.process.Stdout, c.process.Stderr = &c.log, &c.log
	if err := c.process.Start(); err != nil {
		c.t.Fatal(err)
	}
}

func (c *collector) kill() {
	_ = c.process.Process.Kill()
	_ = c.process.Wait() // it was killed
}

// stop ends the collector once everything is stored.
func (c *collector) stop() {
	c.t.Helper()
	_ = c.process.Process.Signal(syscall.SIGTERM)
	late := time.AfterFunc(time.Minute, func() { _ = c.process.Process.Kill() })
	defer late.Stop()
	if err := c.process.Wait(); err != nil {
		c.t.Errorf("%v\n%s", err, &c.log)
	}
}
