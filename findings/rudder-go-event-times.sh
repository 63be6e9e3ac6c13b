#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# RudderStack's Go client says that it sent each event at the moment when the event happened, so that servers date the event to
# its arrival.
#
# Expected  sentAt is the time of the request. A server subtracts originalTimestamp from it, to know by how much the event is older than
#           the request, whatever the client's clock says: received - (sentAt - originalTimestamp).
# Seen      sentAt is always equal to originalTimestamp: for an event that the caller dates back by an hour, for one that waited
#           in a batch, and when the request is sent again after an error. The difference is 0, so that the event counts as of when
#           it arrived. A clock that is wrong cannot be corrected either. Besides, each event without an anonymous id gets a new one.
# Versions  github.com/rudderlabs/analytics-go/v4 4.2.0
# Date      2026-11-28
# Sources   https://www.rudderstack.com/docs/event-spec/standard-events/common-fields/
set -euo pipefail

recorded='first request 503: an hour ago: 1h0m0s before the request, sentAt - originalTimestamp = 0s; just now: 0s before the request, sentAt - originalTimestamp = 0s
again, 2s later: an hour ago: 1h0m2s before the request, sentAt - originalTimestamp = 0s; just now: 2s before the request, sentAt - originalTimestamp = 0s
anonymous ids of two events of one user: different'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >main.go <<'GO'
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	analytics "github.com/rudderlabs/analytics-go/v4"
)

type silent struct{}

func (silent) Logf(string, ...interface{})   {}
func (silent) Errorf(string, ...interface{}) {}

type message struct {
	Event, AnonymousID        string
	OriginalTimestamp, SentAt time.Time
}

func main() {
	done := make(chan []message)
	requests := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body struct{ Batch []message }
		text, _ := io.ReadAll(r.Body)
		if err := json.Unmarshal(text, &body); err != nil {
			panic(err)
		}
		var seen []string
		for _, m := range body.Batch {
			seen = append(seen, fmt.Sprintf("%s: %v before the request, sentAt - originalTimestamp = %v", m.Event,
				time.Since(m.OriginalTimestamp).Truncate(time.Second), m.SentAt.Sub(m.OriginalTimestamp)))
		}
		if requests++; requests == 1 {
			fmt.Println("first request 503:", strings.Join(seen, "; "))
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		fmt.Println("again, 2s later:", strings.Join(seen, "; "))
		done <- body.Batch
	}))
	client, err := analytics.NewWithConfig("key", analytics.Config{
		DataPlaneUrl: server.URL, BatchSize: 2, DisableGzip: true, Logger: silent{},
		RetryAfter: func(int) time.Duration { return 2 * time.Second },
	})
	if err != nil {
		panic(err)
	}
	for _, track := range []analytics.Track{
		{UserId: "u", Event: "an hour ago", OriginalTimestamp: time.Now().Add(-time.Hour)},
		{UserId: "u", Event: "just now"},
	} {
		if err := client.Enqueue(track); err != nil {
			panic(err)
		}
	}
	batch := <-done
	same := "different"
	if batch[0].AnonymousID == batch[1].AnonymousID {
		same = "the same"
	}
	fmt.Println("anonymous ids of two events of one user:", same)
}
GO

cat >go.mod <<'MOD'
module finding

go 1.26
MOD
go get github.com/rudderlabs/analytics-go/v4@v4.2.0 2>/dev/null
saw=$(go run .)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-28 was\n%s\n' "$recorded" >&2; exit 1; }
