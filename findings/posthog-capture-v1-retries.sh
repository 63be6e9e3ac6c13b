#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# With PostHog's new protocol, capture v1, its clients for Node.js and Go lose events that v0 sends again.
#
# Expected  A mode of the protocol changes the form of a request, not the care for events: a client that sends an event again after 503 or
#           429 does so in both modes. await client.shutdown() sends what is queued before the process ends.
# Seen      Node.js, v1: after one 503 the process exits with 13 inside of await client.shutdown(), and the event is lost. The timer
#           that waits for the next try does not keep the process alive. In v0 the same program sends it again.
#           Go, v1: 429 with Retry-After is final, and the callback says that the event was not sent. In v0 it is sent again.
# Versions  npm posthog-node 5.70.0 (POSTHOG_CAPTURE_MODE); Go github.com/posthog/posthog-go 1.23.1 (CaptureMode)
# Date      2026-11-28
# Sources   https://posthog.com/docs/libraries/node#shutdown
#           https://github.com/PostHog/posthog-go/blob/master/README.md
#           https://www.rfc-editor.org/rfc/rfc6585#section-4
set -euo pipefail

recorded='Node.js v0, one 503: 2 requests, exit code 0
Node.js v1, one 503: 1 requests, exit code 13
Go v0, one 429: 2 requests, sent
Go v1, one 429: 1 requests, lost'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >send.mjs <<'JS'
import { PostHog } from 'posthog-node';
const client = new PostHog('key', { host: process.argv[2], fetchRetryDelay: 100, disableGeoip: true });
client.capture({ distinctId: 'u', event: 'order_completed' });
await client.shutdown(10_000);
JS

cat >main.go <<'GO'
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"time"

	"github.com/posthog/posthog-go"
)

// server answers the first request with a status and the others with success, in both modes.
func server(status int) (url string, requests *atomic.Int64, end func()) {
	requests = new(atomic.Int64)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if requests.Add(1) == 1 {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(status)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		var sent struct {
			Batch []struct{ UUID string }
		}
		_ = json.Unmarshal(body, &sent)
		results := map[string]any{}
		for _, e := range sent.Batch {
			results[e.UUID] = map[string]string{"result": "ok"}
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"status": 1, "results": results})
	}))
	return s.URL, requests, s.Close
}

type answers chan string

func (a answers) Success(posthog.APIMessage)        { a <- "sent" }
func (a answers) Failure(posthog.APIMessage, error) { a <- "lost" }

func main() {
	for _, mode := range []string{"v0", "v1"} {
		url, requests, end := server(http.StatusServiceUnavailable)
		node := exec.Command("node", "send.mjs", url)
		node.Env = append(os.Environ(), "POSTHOG_CAPTURE_MODE="+mode)
		_ = node.Run() // its exit code says it
		fmt.Printf("Node.js %s, one 503: %d requests, exit code %d\n", mode, requests.Load(), node.ProcessState.ExitCode())
		end()
	}
	for mode, capture := range []posthog.CaptureMode{posthog.CaptureModeLegacy, posthog.CaptureModeAnalyticsV1} {
		url, requests, end := server(http.StatusTooManyRequests)
		done, retries := make(answers, 1), 5
		client, err := posthog.NewWithConfig("key", posthog.Config{
			Endpoint: url, CaptureMode: capture, Compression: posthog.CompressionNone, BatchSize: 1, Callback: done, MaxRetries: &retries,
			RetryAfter: func(int) time.Duration { return 100 * time.Millisecond },
			Logger:     silent{},
		})
		if err != nil {
			panic(err)
		}
		if err := client.Enqueue(posthog.Capture{DistinctId: "u", Event: "order_completed"}); err != nil {
			panic(err)
		}
		outcome := <-done
		fmt.Printf("Go v%d, one 429: %d requests, %s\n", mode, requests.Load(), strings.TrimSpace(outcome))
		_ = client.Close()
		end()
	}
}

type silent struct{}

func (silent) Debugf(string, ...interface{}) {}
func (silent) Logf(string, ...interface{})   {}
func (silent) Warnf(string, ...interface{})  {}
func (silent) Errorf(string, ...interface{}) {}
GO

cat >go.mod <<'MOD'
module finding

go 1.26
MOD
go get github.com/posthog/posthog-go@v1.23.1 2>/dev/null
npm init -y >/dev/null
npm install --silent --no-audit --no-fund posthog-node@5.70.0
saw=$(go run .)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-28 was\n%s\n' "$recorded" >&2; exit 1; }
