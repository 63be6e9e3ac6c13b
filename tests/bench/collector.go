// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"time"

	"github.com/otelanalytics/otelanalytics-go/ingest"
)

const (
	// memoryClients is how many clients ingestMemory has, each with a connection that it keeps.
	memoryClients = 1_000
	// memoryRate is how many events a second each of them sends.
	memoryRate = 10
)

// ingestMemory runs the collector as a process at its default bounds, with a server that acknowledges inserts. Each client sends
// a batch a second, as clients do that gather events; the seconds of the clients begin evenly spread. The memory is the most that
// the process had resident, above what it had when it began to serve. The rate tells whether the machine kept up. It wants Linux and the go command, and the tree of this project.
func ingestMemory(b *run1) []Result {
	seconds := 8
	if b.quick {
		seconds = 3
	}
	c := b.collector()
	clients := make([]*sender, memoryClients)
	start := c.memory("VmRSS")
	for i := range clients {
		clients[i] = b.sender(c.address, "/v1/batch", batchBody(memoryRate))
	}
	began := time.Now()
	var all sync.WaitGroup
	for i, client := range clients {
		all.Go(func() {
			first := began.Add(time.Duration(i) * time.Second / memoryClients)
			for n := range seconds {
				time.Sleep(time.Until(first.Add(time.Duration(n) * time.Second)))
				if err := client.send(); err != nil {
					b.Errorf("client %d: %v", i, err)
					return
				}
			}
		})
	}
	all.Wait()
	rate := float64(memoryClients*memoryRate*seconds) / time.Since(began).Seconds()
	return []Result{
		figure("ingest_memory", "MiB", (c.memory("VmHWM")-start)/mebibyte, 48),
		figure("ingest_memory_rate", perSecond, rate, 0),
	}
}

// collector is the process of otelanalytics collect.
type collector struct {
	b       *run1
	cmd     *exec.Cmd
	address string
}

var serves = regexp.MustCompile(`msg=serving url=http://(\S+)`)

// collector builds the command, starts the process and returns when it serves.
func (b *run1) collector() *collector {
	dir := b.TempDir()
	program, config := filepath.Join(dir, "otelanalytics"), filepath.Join(dir, "collect.yaml")
	b.output("go", "build", "-C", "../../cmd/otelanalytics", "-o", program, ".")
	b.must(os.WriteFile(filepath.Join(dir, "events.yaml"), []byte(ingestMap), 0o600))
	b.must(os.WriteFile(config, fmt.Appendf(nil,
		"event_map: %s\nmongodb: {uri: %q}\ndata_dir: %s\nlisten: 127.0.0.1:0\nadmin_listen: 127.0.0.1:0\ningest:\n  sources: [{name: backend, kind: secret, keys: [%s]}]\n",
		filepath.Join(dir, "events.yaml"), b.acknowledging(), filepath.Join(dir, "data"), ingest.HashKey(ingestKey)), 0o600))
	c := &collector{b: b, cmd: exec.Command(program, "collect", "--config", config)}
	log, err := c.cmd.StderrPipe()
	b.must(err)
	b.must(c.cmd.Start())
	serving := make(chan string, 1)
	var read sync.WaitGroup
	read.Go(func() {
		defer close(serving)
		for lines := bufio.NewScanner(log); lines.Scan(); {
			if m := serves.FindStringSubmatch(lines.Text()); m != nil {
				serving <- m[1]
			}
		}
	})
	b.Cleanup(func() {
		_ = c.cmd.Process.Kill() // it may be gone
		read.Wait()
		_ = c.cmd.Wait()
	})
	if c.address = <-serving; c.address == "" {
		b.Fatal("the collector ended before it served")
	}
	return c
}

// memory returns a figure of the process, VmRSS or VmHWM, in bytes.
func (c *collector) memory(name string) float64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.cmd.Process.Pid))
	c.b.must(err)
	m := regexp.MustCompile(name + `:\s+(\d+) kB`).FindSubmatch(status)
	if m == nil {
		c.b.Fatalf("the status of the collector has no %s", name)
	}
	kib, err := strconv.ParseFloat(string(m[1]), 64)
	c.b.must(err)
	return kib * 1024
}
