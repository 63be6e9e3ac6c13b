// SPDX-License-Identifier: Apache-2.0

//go:build linux

package collect

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
)

// mostAbove is how much more memory than at its start a collector may take at its default bounds, whatever comes.
const mostAbove = 64 << 20

// admitted is the default of max_connections.
const admitted = 1024

// memory returns a figure of the process, VmRSS or VmHWM, in bytes.
func (c *collector) memory(name string) int64 {
	c.t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.cmd.Process.Pid))
	if err != nil {
		c.t.Fatalf("%v\n%s", err, c.log)
	}
	m := regexp.MustCompile(name + `:\s+(\d+) kB`).FindSubmatch(status)
	if m == nil {
		c.t.Fatalf("no %s in %s", name, status)
	}
	n, err := strconv.ParseInt(string(m[1]), 10, 64)
	if err != nil {
		c.t.Fatal(err)
	}
	return n << 10
}

func gzipped(of string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, of) // into memory
	_ = z.Close()
	return b.String()
}

// request is one as it goes over the wire.
func request(path, headers, body string) string {
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: c\r\n%sContent-Length: %d\r\n\r\n%s", path, headers, len(body), body)
}

// attack is what a hostile client sends over one connection: parts, of which each but the first waits for an answer.
type attack struct {
	name string
	sent func(i int) (parts []string)
}

func attacks() []attack {
	const key = "X-Write-Key: " + webKey + "\r\n"
	var names strings.Builder
	for i := 0; names.Len() < 11<<10; i++ {
		fmt.Fprintf(&names, "%x:\r\n", i)
	}
	always := func(name, part string) attack { return attack{name, func(int) []string { return []string{part} }} }
	cut := func(request string) string { return request[:len(request)-1] }
	large := strings.Repeat("x", 500<<10)
	ok := "GET /healthz HTTP/1.1\r\nHost: c\r\n\r\n"
	return []attack{
		always("nothing", ""),
		always("headers that do not end", "POST /v1/batch HTTP/1.1\r\nHost: c\r\n"+names.String()),
		always("headers of many names", "POST /v1/batch HTTP/1.1\r\nHost: c\r\n"+key+names.String()+"Content-Length: 100\r\n\r\n"),
		always("headers ahead of the answer", ok+"POST /v1/batch HTTP/1.1\r\nHost: c\r\n"+names.String()[:3900]),
		always("long headers", "POST /v1/batch HTTP/1.1\r\nHost: c\r\n"+key+"X: "+large[:11<<10]+"\r\nContent-Length: 100\r\n\r\n"),
		always("bodies that do not end", cut(request("/v1/batch", key, large))),
		always("bodies without a key", cut(request("/v1/batch", "", large))),
		always("large bodies that do not end", request("/e", key, strings.Repeat(large, 40))[:2<<20]),
		always("bombs", request("/v1/events", key, gzipped(strings.Repeat(" ", 100<<20)))),
		always("bombs of 20 MiB", request("/e", key, gzipped(strings.Repeat(" ", 20<<20-1000)+"[]"))),
		always("large bodies of events", request("/e", key, gzipped("["+strings.TrimSuffix(strings.Repeat(`{"event":"page","distinct_id":"u","properties":{"x":"`+large[:7<<10]+`"}},`, 2500), ",")+"]"))),
		always("large events", request("/v1/events", key, gzipped("["+strings.TrimSuffix(strings.Repeat(`{"event_type":"page","event_data":{"x":"`+large[:30<<10]+`"}},`, 130), ",")+"]"))),
		always("many small events", request("/v1/events", key, gzipped("["+strings.Repeat("{},", 1<<20)+"{}]"))),
		always("a large context for all messages", request("/v1/batch", key, `{"context":{"page":{"x":"`+large[:400<<10]+`"}},"batch":[`+strings.TrimSuffix(strings.Repeat(`{"type":"page","userId":"u"},`, 2500), ",")+"]}")),
		always("nested arrays", request("/v1/events", key, gzipped(strings.Repeat("[", 4<<20-1000)))),
		always("nested objects", request("/v1/events", key, gzipped(`{"event_type":"page","event_data":`+strings.Repeat(`{"a":`, 5000)+"1"+strings.Repeat("}", 5001)))),
		{"users in plain JSON", func(i int) []string {
			var b strings.Builder
			for j := range 1000 {
				fmt.Fprintf(&b, `{"event_type":"page","user_id":"%d-%d","id":"%d-%d"}`, i, j, i, j)
			}
			return []string{request("/v1/events", key, b.String())}
		}},
		{"users", func(i int) []string {
			var b strings.Builder
			for j := range 1000 {
				fmt.Fprintf(&b, `{"event_type":"page","user_id":"%d-%d","id":"%d-%d"}`, i, j, i, j)
			}
			return []string{request("/v1/events", key, gzipped(b.String()))}
		}},
		{"keys", func(i int) (parts []string) {
			for j := range 1000 {
				parts = append(parts, fmt.Sprintf("GET /v1/projects/%d-%d/settings HTTP/1.1\r\nHost: c\r\n\r\n", i, j))
			}
			return parts
		}},
	}
}

// tries is how often an attack may be tried: a busy machine, whose collector gets no time to remove garbage, adds to a peak, and
// nothing takes from one.
const tries = 3

// TestMemoryUnderAttack has each kind of hostile client take all connections that the collector admits, and holds the peak of its
// memory to mostAbove. A client with an honest event is served afterwards.
func TestMemoryUnderAttack(t *testing.T) {
	for _, a := range attacks() {
		t.Run(a.name, func(t *testing.T) {
			for range tries {
				if peakOf(t, a) <= mostAbove {
					return
				}
			}
			t.Errorf("more than %d MiB in each of %d tries", mostAbove>>20, tries)
		})
	}
}

// peakOf returns how much more memory than at its start a collector takes under an attack.
func peakOf(t *testing.T, a attack) int64 {
	t.Helper()
	c := prepare(t, wireserver.Start(t).URI(), ", rate_per_ip: 1e9, rate_per_user: 1e9, rate: 1e9", "")
	c.start()
	honest := client()
	if status, text := post(honest, c.url+"/v1/events", `{"event_type":"page"}`); status != http.StatusOK {
		t.Fatalf("%d %s", status, text)
	}
	start, began := c.memory("VmRSS"), time.Now()
	answers := c.attack(t, a.sent)
	above := c.memory("VmHWM") - start
	t.Logf("start %.1f MiB, peak %.1f MiB above, %d answers, in %v", float64(start)/(1<<20), float64(above)/(1<<20), answers, time.Since(began).Round(time.Millisecond))
	c.accepts(honest)
	c.stop()
	return above
}

// accepts has a client send an event until it is accepted: it is told to come again while the collector does what it was sent before.
func (c *collector) accepts(by *http.Client) {
	c.t.Helper()
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	for end := time.After(30 * time.Second); ; {
		status, text := post(by, c.url+"/v1/events", `{"event_type":"page"}`)
		if status == http.StatusOK {
			return
		}
		if status != http.StatusTooManyRequests {
			c.t.Fatalf("an honest client is answered %d %s", status, text)
		}
		select {
		case <-again.C:
		case <-end:
			c.t.Fatal("no event of an honest client is accepted")
		}
	}
}

// attackTime is how long an attack lasts.
const attackTime = 1500 * time.Millisecond

// attack has an attacker on as many connections as there may be, and returns how many answers they got.
func (c *collector) attack(t *testing.T, sent func(i int) []string) (answers int64) {
	t.Helper()
	var attackers sync.WaitGroup
	var answered atomic.Int64
	conns := make([]net.Conn, admitted-1) // the honest client has one
	for i := range conns {
		var err error
		if conns[i], err = net.Dial("tcp", strings.TrimPrefix(c.url, "http://")); err != nil {
			t.Fatal(err)
		}
	}
	end := time.Now().Add(attackTime)
	for i, conn := range conns {
		attackers.Go(func() {
			defer conn.Close()
			_ = conn.SetDeadline(end) // a connection has one
			from := bufio.NewReader(conn)
			for _, part := range sent(i) {
				if _, err := io.WriteString(conn, part); err != nil && part != "" {
					break
				}
				resp, err := http.ReadResponse(from, nil)
				if err != nil {
					break
				}
				answered.Add(1)
				_, _ = io.Copy(io.Discard, resp.Body) // until the deadline
			}
			_, _ = io.Copy(io.Discard, from) // likewise
		})
	}
	attackers.Wait()
	return answered.Load()
}
