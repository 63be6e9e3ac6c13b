// SPDX-License-Identifier: Apache-2.0

package main_test

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
)

// keySpace is the name space in which an idempotency key becomes an _id. It is
// written down a second time here because it must never change.
var keySpace = uuid.MustParse("6f74656c-616e-516c-9974-6963736b6579")

// truth is what must be in MongoDB and on /metrics after deliveries, worked
// out from the deliveries alone, without the SDK and without the event map.
type truth struct {
	stored      map[string]document // by key
	quarantined map[string]document // by key
	series      map[string]float64
	accepted    float64
	duplicate   float64
	rejected    float64 // by the SDK

	ferretDB bool // the server is FerretDB
}

// document is a stored document without its times and its service.
type document struct {
	ID        bson.Binary
	Key       string
	UserID    string
	EventType string
	Data      any
}

var (
	commitBuckets = []float64{0, 1, 2, 5, 10, 20, 50, 100, 1000, math.Inf(1)}
	conclusions   = []string{
		"action_required", "cancelled", "failure", "neutral", "skipped", "stale", "startup_failure", "success", "timed_out",
	}
)

func newTruth(ferretDB bool) *truth {
	t := &truth{
		stored: map[string]document{}, quarantined: map[string]document{}, series: map[string]float64{}, ferretDB: ferretDB,
	}
	// Counters whose label sets are known in advance exist from the start.
	t.series["github_stars"] = 0
	t.series["github_workflow_conclusions_total{conclusion=\"unknown\"}"] = 0
	for _, c := range conclusions {
		t.series[servicetest.Series("github_workflow_conclusions_total", map[string]string{"conclusion": c})] = 0
	}
	return t
}

// deliver adds one delivery that the service accepts.
func (t *truth) deliver(tb testing.TB, event, key string, payload map[string]any) {
	tb.Helper()
	_, stored := t.stored[key]
	if _, quarantined := t.quarantined[key]; stored || quarantined {
		t.duplicate++
		return
	}
	t.accepted++
	action, _ := payload["action"].(string)
	eventType := event
	if action != "" {
		eventType += "." + action
	}
	login, _ := lookup(payload, "sender", "login").(string)
	id := keyID("webhooks-test", login, eventType, key)
	where := t.stored
	if t.ferretDB && ferretDBRefuses(payload) {
		where = t.quarantined
	}
	where[key] = document{
		ID:  bson.Binary{Subtype: 4, Data: id[:]},
		Key: key, UserID: login, EventType: eventType, Data: asStored(tb, payload),
	}
	t.measure(event, eventType, payload)
}

// outcome is what a replay must print.
func (t *truth) outcome() outcome {
	return outcome{
		Accepted: t.accepted, Stored: float64(len(t.stored)), Quarantined: float64(len(t.quarantined)), Duplicate: t.duplicate,
	}
}

// outcomeOf returns what a replay must print that is the first, or a later one of
// the same file: MongoDB has the documents then.
func (t *truth) outcomeOf(round int) outcome {
	o := t.outcome()
	if round > 1 {
		o.Stored, o.Deduplicated = 0, o.Stored
	}
	return o
}

func (t *truth) measure(event, eventType string, payload map[string]any) {
	add := func(n float64, name string, labels map[string]string) {
		t.series[servicetest.Series(name, labels)] += n
	}
	action := label(payload["action"], "none")
	add(1, "github_deliveries_total", map[string]string{"event": event, "action": action})
	switch {
	case event == "pull_request" && eventType != event:
		add(1, "github_pull_requests_total", map[string]string{
			"action": label(payload["action"], "unknown"),
			"merged": label(lookup(payload, "pull_request", "merged"), "unknown"),
		})
	case eventType == "issues.labeled":
		add(1, "github_issue_labels_total", map[string]string{"label": label(lookup(payload, "label", "name"), "unknown")})
	case eventType == "star.created":
		add(1, "github_stars", nil)
	case eventType == "star.deleted":
		add(-1, "github_stars", nil)
	case eventType == "workflow_run.completed":
		add(1, "github_workflow_conclusions_total", map[string]string{
			"conclusion": label(lookup(payload, "workflow_run", "conclusion"), "unknown"),
		})
	case event == "push" && eventType == event:
		commits, isList := payload["commits"].([]any)
		if !isList {
			return // nothing to count: refused, not counted as 0
		}
		n := float64(len(commits))
		add(1, "github_push_commits_count", nil)
		add(n, "github_push_commits_sum", nil)
		for _, upper := range commitBuckets {
			within := 0.0
			if n <= upper {
				within = 1
			}
			add(within, "github_push_commits_bucket", map[string]string{"le": servicetest.Bound(upper)})
		}
	}
}

// label returns a JSON value as an attribute value.
func label(v any, missing string) string {
	switch v := v.(type) {
	case string:
		if v != "" {
			return v
		}
	case bool:
		return strconv.FormatBool(v)
	case json.Number:
		return v.String()
	}
	return missing
}

// asStored returns a JSON value as MongoDB's driver returns it from a document
// that keeps every type: integers as int64, other numbers as doubles, arrays
// and objects as such. Objects are maps, as their keys have no order in JSON.
func asStored(tb testing.TB, v any) any {
	tb.Helper()
	switch v := v.(type) {
	case map[string]any:
		object := make(map[string]any, len(v))
		for key, element := range v {
			object[storedName(key)] = asStored(tb, element)
		}
		return object
	case []any:
		array := make([]any, len(v))
		for i, element := range v {
			array[i] = asStored(tb, element)
		}
		return array
	case json.Number:
		if i, err := strconv.ParseInt(v.String(), 10, 64); err == nil {
			return i
		}
		f, err := v.Float64()
		if err != nil {
			tb.Fatalf("number %s: %v", v, err)
		}
		return f
	default: // string, bool, nil
		return v
	}
}

// storedName is the name that a field has in a document. No delivery has a name with a percent sign.
func storedName(key string) string {
	if rest, found := strings.CutPrefix(key, "$"); found {
		key = "%24" + rest
	}
	return strings.ReplaceAll(key, ".", "%2E")
}
