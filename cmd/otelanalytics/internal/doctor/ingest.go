// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/otelanalytics/otelanalytics-go/internal/diagnosis"
	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// cures say what to do about a refusal, by its reason. An empty one is as it should be.
type cures map[string]string

var eventCures = cures{
	"malformed":        "a field is missing or has the wrong JSON type; the answer of the door names it: correct what the program sends",
	"type_not_allowed": "add the event type to the source's types, and to the event map; a public source sends only types of the map",
	"time_range":       "correct the clock of the program, or give the source a longer maximum age",
	"import":           "import with a key of a secret source",
	"too_large":        "send smaller events, of 32 KiB at most, and 2,500 in a request at most",
	"consent":          "",
	"user_rate":        "raise the source's rate per user, if such users are real",
	"invalid":          "the data do not keep to the event map; the answer of the door names the field: correct the program, or the map",
	"unknown_event":    "declare the event type in the event map, or do not send it",
	"suppressed":       "",
}

var requestCures = cures{
	"key":         "give the program a key whose hash the configuration has; a program still uses a removed key",
	"origin":      "add the page's origin to origins, if it is yours",
	"address":     "docs/ingest.md has the addresses for each client; scanners try others, which does no harm",
	"method":      "docs/ingest.md has the method of each address; scanners try others, which does no harm",
	"malformed":   "the body is not JSON: check the proxies between the program and the service",
	"too_large":   "let the program send fewer events in a request",
	"timeout":     "the body did not arrive in time: look at the network between the program and the service",
	"encoding":    "let the program compress with gzip or zstd, or not at all",
	"busy":        "allow more bytes in flight, or run more instances",
	"rate":        "raise the rate of the source, if what it sends is real",
	"full":        "see the checks disk_space, pending and mongodb: the journal has no room",
	"unavailable": "see the checks disk_space and readiness: events cannot be accepted",
}

// refusedShare is the part of a source's events, and of all requests, that may be refused before it is worth a warning: what is
// public gets some of anything.
const refusedShare = 0.01

// checkIngest explains what came over HTTP and was refused since the start.
func checkIngest(_ context.Context, d *deployment) finding {
	if len(d.last.families[d.own(ownmetrics.IngestEventsAccepted)].GetMetric()) == 0 {
		return ok("the service takes no events over HTTP")
	}
	accepted := d.last.by(d.own(ownmetrics.IngestEventsAccepted), "source")
	events := d.refusals(ownmetrics.IngestEventsRefused)
	requests := d.refusals(ownmetrics.IngestRequestsRefused)
	var all, refusedEvents, acceptedEvents, refusedRequests float64
	for _, n := range accepted {
		acceptedEvents += n
	}
	worth := false
	bad := make(map[string]float64)
	for _, r := range events {
		refusedEvents += r.n
		if eventCures[r.reason] != "" {
			bad[r.source] += r.n
		}
	}
	for source, n := range bad {
		worth = worth || n > refusedShare*(n+accepted[source])
	}
	all, _ = d.last.sum(d.own(ownmetrics.IngestRequestsAccepted))
	for _, r := range requests {
		refusedRequests += r.n
	}
	worth = worth || refusedRequests > refusedShare*(refusedRequests+all)
	if len(events)+len(requests) == 0 {
		return ok("%s came over HTTP, and nothing was refused", diagnosis.Counted(int64(acceptedEvents), "event"))
	}
	f := ok("%s came over HTTP; %s and %s were refused since the start", diagnosis.Counted(int64(acceptedEvents), "event"),
		diagnosis.Counted(int64(refusedEvents), "event"), diagnosis.Counted(int64(refusedRequests), "request"))
	if worth {
		f.status = statusWarning
	}
	var lines []string
	advice := make(map[string]bool)
	for _, of := range []struct {
		what  string
		found []refused
		cures cures
	}{{"event", events, eventCures}, {"request", requests, requestCures}} {
		for _, r := range of.found {
			lines = append(lines, fmt.Sprintf("%s of %s: %s", diagnosis.Counted(int64(r.n), of.what), cmp.Or(r.source, "nobody known"), r.reason))
			if cure := of.cures[r.reason]; cure != "" {
				advice[r.reason+": "+cure] = true
			}
		}
	}
	f = f.list(lines)
	for _, cure := range slices.Sorted(maps.Keys(advice)) {
		f = f.advise("%s", cure)
	}
	return f
}

// refused is how much of a source was refused for a reason.
type refused struct {
	source, reason string
	n              float64
}

// refusals are those that a counter has, the most frequent first.
func (d *deployment) refusals(m *ownmetrics.Metric) (all []refused) {
	for _, series := range d.last.families[d.own(m)].GetMetric() {
		if of := labels(series); value(series) > 0 {
			all = append(all, refused{of["source"], of["reason"], value(series)})
		}
	}
	slices.SortFunc(all, func(a, b refused) int {
		return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.source, b.source), cmp.Compare(a.reason, b.reason))
	})
	return all
}
