// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/posthog/posthog-go"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

// posthogClient is a client of PostHog in one of its modes.
type posthogClient struct {
	name  string
	send  func(t *testing.T, url string, env ...string)
	go429 bool // takes 429 for final

	noSentAt bool // does not say when it sent a request
}

const captureV1 = "POSTHOG_CAPTURE_MODE=v1"

var posthogClients = []posthogClient{
	{name: "posthog-node 5.70.0, capture v0", send: posthogNode()},
	{name: "posthog-node 5.70.0, capture v1", send: posthogNode(captureV1)},
	{name: "posthog-go 1.23.1, capture v0", send: posthogGo(posthog.CaptureModeLegacy), noSentAt: true},
	{name: "posthog-go 1.23.1, capture v1", send: posthogGo(posthog.CaptureModeAnalyticsV1), go429: true},
}

func posthogNode(env ...string) func(*testing.T, string, ...string) {
	return func(t *testing.T, url string, more ...string) {
		node(t, "posthog-node.js", url, key, append(more, env...)...)
	}
}

func posthogGo(mode posthog.CaptureMode) func(*testing.T, string, ...string) {
	return func(t *testing.T, url string, env ...string) {
		sent, retries := make(posthogAnswers, 6), 5
		c, err := posthog.NewWithConfig(key, posthog.Config{
			Endpoint: url, CaptureMode: mode, Compression: posthog.CompressionGzip, BatchSize: 6, Interval: time.Hour, Callback: sent, MaxRetries: &retries,
			RetryAfter: func(int) time.Duration { return 50 * time.Millisecond }, Transport: clockOf(t, env),
		})
		if err != nil {
			t.Fatal(err)
		}
		properties := posthog.Properties{"total": 12.5, "currency": "EUR", "items": []any{data{"sku": "a", "quantity": 2}}}
		traits := posthog.Properties{"plan": "pro", "seats": 3}
		for _, m := range []posthog.Message{
			posthog.Identify{DistinctId: "u-1", Properties: traits},
			posthog.Capture{DistinctId: "u-1", Event: "Order Completed", Properties: properties, Groups: posthog.Groups{"company": "g-1"}, Timestamp: at()},
			posthog.Capture{DistinctId: "a-1", Event: "$pageview", Properties: posthog.Properties{"$current_url": "https://shop.example.com/", "$process_person_profile": false, "$session_id": "s-1"}, Timestamp: at()},
			posthog.GroupIdentify{Type: "company", Key: "g-1", Properties: traits},
			posthog.Alias{DistinctId: "u-1", Alias: "a-1"},
			posthog.NewDefaultException(time.Now(), "u-1", "Error", "no such order"),
		} {
			if err := c.Enqueue(m); err != nil {
				t.Error(err)
			}
		}
		for range cap(sent) {
			select {
			case err := <-sent:
				if err != nil {
					t.Log(err) // what the documents lack fails the test
				}
			case <-time.After(time.Minute):
				t.Fatal("the client does not end")
			}
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
}

type posthogAnswers chan error

func (a posthogAnswers) Success(posthog.APIMessage)            { a <- nil }
func (a posthogAnswers) Failure(_ posthog.APIMessage, e error) { a <- e }

// posthogWant is what each call becomes, for the fields that all clients send.
var posthogWant = map[string]struct {
	event, user, anonymous, group, session string
	data                                   data // and more
	at                                     bool // the caller said when
}{
	"order_completed": {"Order Completed", "u-1", "", "g-1", "", data{"total": 12.5, "currency": "EUR", "items": []any{data{"sku": "a", "quantity": 2}}, "$groups": data{"company": "g-1"}}, true},
	"identify":        {"$identify", "u-1", "", "", "", data{"$set": data{"plan": "pro", "seats": 3}}, false},
	"page":            {"$pageview", "", "a-1", "", "s-1", data{"$current_url": "https://shop.example.com/", "$process_person_profile": false}, true},
	"group":           {"$groupidentify", "", "", "g-1", "", data{"$group_type": "company", "$group_key": "g-1", "$group_set": data{"plan": "pro", "seats": 3}}, false},
	"alias":           {"$create_alias", "u-1", "", "", "", data{"alias": "a-1"}, false},
	"exception":       {"$exception", "u-1", "", "", "", data{}, false},
}

// checkPostHog looks for one document of each call.
func checkPostHog(t *testing.T, documents func(name string) []analyticstest.Event) {
	t.Helper()
	for name, want := range posthogWant {
		got := documents(name)
		if len(got) != 1 {
			t.Errorf("%s: %d documents, want 1", name, len(got))
			continue
		}
		e := got[0]
		if e.Key == "" || e.Type != want.event || e.UserID != want.user || e.AnonymousID != want.anonymous || e.GroupID != want.group || e.SessionID != want.session || e.Module != "shop" {
			t.Errorf("%s: %+v", name, e)
		}
		ago := time.Duration(0)
		if want.at {
			ago = time.Minute
		}
		if off := time.Since(e.Time) - ago; off < -5*time.Second || off > time.Minute {
			t.Errorf("%s: the time is off by %v", name, off)
		}
		for field, value := range want.data {
			if diff := cmp.Diff(asJSON(t, value), asJSON(t, e.Data[field])); diff != "" {
				t.Errorf("%s: %s (-want +got)\n%s", name, field, diff)
			}
		}
		if text, _ := e.Data["$lib"].(string); text == "" {
			t.Errorf("%s: no library: %v", name, e.Data)
		}
		for _, gone := range []string{"token", "api_key", "distinct_id", "$session_id"} {
			if _, there := e.Data[gone]; there {
				t.Errorf("%s: the data have %s", name, gone)
			}
		}
	}
}

// asJSON returns a value as JSON has it, whose numbers have one type.
func asJSON(t *testing.T, value any) (plain any) {
	text, err := json.Marshal(value)
	if err != nil || json.Unmarshal(text, &plain) != nil {
		t.Fatal(err)
	}
	return plain
}

// TestPostHogClients: each call of each client becomes one document with what the client was given.
func TestPostHogClients(t *testing.T) {
	for _, c := range posthogClients {
		t.Run(c.name, func(t *testing.T) {
			s := newService(t)
			c.send(t, s.url)
			checkPostHog(t, s.Events)
			s.checkOrders()
		})
	}
}

// TestPostHogClientsTryAgain: two requests are refused, reset, or accepted without an answer. What the clients send again is stored once.
func TestPostHogClientsTryAgain(t *testing.T) {
	for _, status := range []int{http.StatusServiceUnavailable, http.StatusTooManyRequests, 0, answerLost} {
		for _, c := range posthogClients {
			if c.go429 && status == http.StatusTooManyRequests {
				continue // capture v1 does not answer it
			}
			t.Run(fmt.Sprintf("%d/%s", status, c.name), func(t *testing.T) {
				t.Parallel()
				s := newService(t)
				s.status = status
				s.fail.Store(2)
				c.send(t, s.url)
				checkPostHog(t, s.Events)
				s.checkOrders()
				if n := s.requests.Load(); n < 3 {
					t.Errorf("%d requests", n)
				}
			})
		}
	}
}

// TestPostHogNodeGivesUp: after its tries, posthog-node drops what was refused, and keeps what it could not send. docs/ingest.md
// says so.
func TestPostHogNodeGivesUp(t *testing.T) {
	for status, pages := range map[int]int{http.StatusServiceUnavailable: 0, http.StatusTooManyRequests: 0, 0: 1} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			s := newService(t)
			s.status = status
			s.fail.Store(2)
			posthogNode()(t, s.url, "RETRIES=1", "FLUSHES=2")
			if n := len(s.Events("page")); n != pages {
				t.Errorf("%d pages, want %d: does the client behave differently by now?", n, pages)
			}
		})
	}
}

// TestPostHogNodeDoesNotWait: in capture v1 a process with nothing else to do ends while the client waits for its next try, and the
// events are lost. docs/ingest.md says so.
func TestPostHogNodeDoesNotWait(t *testing.T) {
	s := newService(t)
	s.fail.Store(1)
	out, err := command(t, *dir, "posthog-node.js", s.url, key, captureV1, "LET_DIE=1").CombinedOutput()
	if exit := new(exec.ExitError); !errors.As(err, &exit) || exit.ExitCode() != 13 || len(s.Events("page")) != 0 {
		t.Errorf("%v, %d pages: does the client wait by now?\n%s", err, len(s.Events("page")), out)
	}
}

// TestPostHogGoTakes429ForFinal: in capture v1 posthog-go loses what is answered with 429, so that these doors do not.
func TestPostHogGoTakes429ForFinal(t *testing.T) {
	s := newService(t)
	s.status = http.StatusTooManyRequests
	s.fail.Store(1)
	posthogGo(posthog.CaptureModeAnalyticsV1)(t, s.url)
	if n := s.requests.Load(); n != 1 || len(s.Events("page")) != 0 {
		t.Errorf("%d requests: does the client send events again by now?", n)
	}
}

// TestCompressionsOfPostHogGo: the doors take each compression that posthog-go has, but brotli, whose events it loses. docs/ingest.md
// says so.
func TestCompressionsOfPostHogGo(t *testing.T) {
	for _, compression := range []posthog.CompressionMode{posthog.CompressionNone, posthog.CompressionGzip, posthog.CompressionDeflate, posthog.CompressionZstd, posthog.CompressionBrotli} {
		t.Run(compression.String(), func(t *testing.T) {
			s := newService(t)
			sent := make(posthogAnswers, 1)
			c, err := posthog.NewWithConfig(key, posthog.Config{Endpoint: s.url, CaptureMode: posthog.CaptureModeAnalyticsV1, Compression: compression, Callback: sent})
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Enqueue(posthog.Capture{DistinctId: "u-1", Event: "Order Completed", Properties: posthog.Properties{"filler": strings.Repeat("x", 10_000)}}); err != nil {
				t.Fatal(err)
			}
			if err := c.Close(); err != nil {
				t.Fatal(err)
			}
			err = <-sent
			if refused := new(posthog.CaptureRequestError); compression == posthog.CompressionBrotli {
				if !errors.As(err, &refused) || refused.StatusCode != http.StatusUnsupportedMediaType || s.requests.Load() != 1 {
					t.Errorf("%v after %d requests", err, s.requests.Load())
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			s.checkOrders()
		})
	}
}
