// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"bufio"
	"fmt"
	"log"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/posthog/posthog-go"
	rudder "github.com/rudderlabs/analytics-go/v4"
	segment "github.com/segmentio/analytics-go/v3"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
)

const (
	streamEach  = 5                      // events that a client sends at once, as in stream.js
	streamPause = 100 * time.Millisecond // until it sends the next ones
	patience    = 5 * time.Minute
)

// stream is a client that sends events, some at a time, until it is ended, and notes what it was told of them.
type stream struct {
	said servicetest.Log // when something is wrong

	// The fields below are guarded by streams.mu.
	told map[int]bool // rounds whose events were delivered
	lost int          // rounds of which it was told something else
	gone error        // why it ended
}

// streams are all clients.
type streams struct {
	byName map[string]*stream
	mu     sync.Mutex
	news   chan struct{} // something has changed
	ending chan struct{} // is closed
	ended  sync.WaitGroup
}

// runStream sends until ending is closed, and notes for each round whether its events were delivered.
type runStream func(t *testing.T, url string, s *stream, note func(round int, delivered bool), ending <-chan struct{}) error

// streamClients are the clients, by the names that their events have.
var streamClients = map[string]runStream{
	"segment-node":    nodeStream("segment-node", key),
	"analytics-node":  nodeStream("analytics-node", key),
	"rudder-node":     nodeStream("rudder-node", key),
	"jitsu":           nodeStream("jitsu", jitsuKey),
	"posthog-node v0": nodeStream("posthog-node v0", key, "POSTHOG_CAPTURE_MODE=v0"),
	"posthog-node v1": nodeStream("posthog-node v1", key, captureV1),
	"segment-go":      goStream("segment-go", segmentStream),
	"rudder-go":       goStream("rudder-go", rudderStream),
	"posthog-go v0":   goStream("posthog-go v0", posthogStream(posthog.CaptureModeLegacy)),
	"posthog-go v1":   goStream("posthog-go v1", posthogStream(posthog.CaptureModeAnalyticsV1)),
}

func startStreams(t *testing.T, url string) *streams {
	t.Helper()
	all := &streams{byName: make(map[string]*stream), news: make(chan struct{}, 1), ending: make(chan struct{})}
	for name, run := range streamClients {
		s := &stream{told: make(map[int]bool)}
		all.byName[name] = s
		all.ended.Go(func() {
			err := run(t, url, s, func(round int, delivered bool) {
				all.change(func() {
					if delivered {
						s.told[round] = true
					} else {
						s.lost++
					}
				})
			}, all.ending)
			all.change(func() { s.gone = fmt.Errorf("it has ended: %w", err) })
		})
	}
	return all
}

func (all *streams) change(f func()) {
	all.mu.Lock()
	defer all.mu.Unlock()
	f()
	select {
	case all.news <- struct{}{}:
	default: // there is some
	}
}

// counts returns of how many rounds each client was told that they were delivered.
func (all *streams) counts(t *testing.T) map[string]int {
	t.Helper()
	all.mu.Lock()
	defer all.mu.Unlock()
	n := make(map[string]int)
	for name, s := range all.byName {
		if s.gone != nil {
			t.Fatalf("%s: %v\n%s", name, s.gone, last(s.said.String()))
		}
		n[name] = len(s.told)
	}
	return n
}

// awaitMore waits until each client was told that more was delivered.
func (all *streams) awaitMore(t *testing.T, c *collector) {
	t.Helper()
	all.await(t, c, func(waiting int) bool { return waiting == 0 })
}

// awaitSome waits until some client was, or until the journal is full, which a slow machine may find it at once.
func (all *streams) awaitSome(t *testing.T, c *collector) {
	t.Helper()
	all.await(t, c, func(waiting int) bool { return waiting < len(all.byName) || c.full() })
}

// await waits until it is enough how many clients still wait to be told that more was delivered.
func (all *streams) await(t *testing.T, c *collector, enough func(waiting int) bool) {
	t.Helper()
	before := all.counts(t)
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	for late := time.After(patience); ; {
		waiting := all.counts(t)
		maps.DeleteFunc(waiting, func(name string, n int) bool { return n > before[name] })
		if enough(len(waiting)) {
			return
		}
		select {
		case <-all.news:
		case <-again.C:
		case <-late:
			for name := range waiting {
				t.Errorf("%s says: %s", name, last(all.byName[name].said.String()))
			}
			t.Fatalf("nothing of %v is delivered within %v\n%s", slices.Sorted(maps.Keys(waiting)), patience, c.log)
		}
	}
}

// last returns the last lines of a text.
func last(text string) string {
	const lines = 20
	all := strings.SplitAfter(text, "\n")
	return strings.Join(all[max(0, len(all)-lines):], "")
}

// end ends the clients, once they were told what became of what they sent last.
func (all *streams) end(t *testing.T) {
	t.Helper()
	close(all.ending)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		all.ended.Wait()
	}()
	select {
	case <-ended:
	case <-time.After(patience):
		t.Fatal("a client does not end")
	}
}

// nodeStream is a client of npm.
func nodeStream(name, key string, env ...string) runStream {
	return func(t *testing.T, url string, s *stream, note func(int, bool), ending <-chan struct{}) error {
		cmd := command(t, *dir, "stream.js", url, key, append(env, "CLIENT="+name)...)
		cmd.Stderr = &s.said
		in, err := cmd.StdinPipe()
		if err != nil {
			return err
		}
		out, err := cmd.StdoutPipe()
		if err != nil {
			return err
		}
		if err := cmd.Start(); err != nil {
			return err
		}
		go func() {
			select {
			case <-ending:
			case <-t.Context().Done():
			}
			_ = in.Close() // the process may be gone
		}()
		for lines := bufio.NewScanner(out); lines.Scan(); {
			var what string
			var round int
			if n, _ := fmt.Sscan(lines.Text(), &what, &round); n == 2 && (what == "told" || what == "lost") {
				note(round, what == "told")
			} else {
				_, _ = fmt.Fprintln(&s.said, lines.Text()) // it never fails
			}
		}
		return cmd.Wait()
	}
}

// goClient is a client of Go.
type goClient struct {
	send  func(properties data) error
	close func() error
}

// goStream is a client of Go, which tells each event's end to sent.
func goStream(name string, open func(url string, sent answers, said *log.Logger) (goClient, error)) runStream {
	padding := strings.Repeat("x", 3000)
	return func(t *testing.T, url string, s *stream, note func(int, bool), ending <-chan struct{}) error {
		sent := make(answers, streamEach)
		c, err := open(url, sent, log.New(&s.said, "", log.Ltime))
		if err != nil {
			return err
		}
		pause := time.NewTicker(streamPause)
		defer pause.Stop()
		for round := 0; ; round++ {
			for i := range streamEach {
				if err := c.send(data{"client": name, "number": round*streamEach + i, "padding": padding}); err != nil {
					return err
				}
			}
			delivered := true
			for range streamEach {
				select {
				case err := <-sent:
					delivered = delivered && err == nil
				case <-t.Context().Done():
					return t.Context().Err()
				}
			}
			note(round, delivered)
			select {
			case <-ending:
				return c.close()
			case <-pause.C:
			}
		}
	}
}

// again is when a client of Go tries again where it was not told.
func again(int) time.Duration { return 500 * time.Millisecond }

func segmentStream(url string, sent answers, said *log.Logger) (goClient, error) {
	c, err := segment.NewWithConfig(key, segment.Config{
		Callback: segmentAnswers{sent}, Endpoint: url, BatchSize: streamEach, Interval: time.Hour, RetryAfter: again, Logger: segment.StdLogger(said),
	})
	if err != nil {
		return goClient{}, err
	}
	return goClient{
		func(properties data) error {
			return c.Enqueue(segment.Track{UserId: "u-1", Event: "Order Completed", Properties: properties})
		}, c.Close,
	}, nil
}

func rudderStream(url string, sent answers, said *log.Logger) (goClient, error) {
	c, err := rudder.NewWithConfig(key, rudder.Config{
		Callback: rudderAnswers{sent}, DataPlaneUrl: url, BatchSize: streamEach, Interval: time.Hour, RetryAfter: again, Logger: rudder.StdLogger(said),
	})
	if err != nil {
		return goClient{}, err
	}
	return goClient{
		func(properties data) error {
			return c.Enqueue(rudder.Track{UserId: "u-1", Event: "Order Completed", Properties: properties})
		}, c.Close,
	}, nil
}

func posthogStream(mode posthog.CaptureMode) func(string, answers, *log.Logger) (goClient, error) {
	return func(url string, sent answers, said *log.Logger) (goClient, error) {
		retries := 9
		c, err := posthog.NewWithConfig(key, posthog.Config{
			Endpoint: url, CaptureMode: mode, BatchSize: streamEach, Interval: time.Hour, Callback: posthogAnswers(sent), MaxRetries: &retries, RetryAfter: again,
			Logger: posthog.StdLogger(said, false),
		})
		if err != nil {
			return goClient{}, err
		}
		return goClient{
			func(properties data) error {
				return c.Enqueue(posthog.Capture{DistinctId: "u-1", Event: "Order Completed", Properties: posthog.Properties(properties)})
			}, c.Close,
		}, nil
	}
}
