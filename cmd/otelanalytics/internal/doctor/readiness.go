// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

func checkReadiness(ctx context.Context, d *deployment) finding {
	if d.ready == "" {
		return skipped("--ready URL has it checked")
	}
	u, _ := parseURL(d.ready) // looked at with the flags
	a, f := fetch(ctx, u, "application/json")
	if f != nil {
		return f.advise("--ready names the readiness handler")
	}
	var body struct {
		Status  otelanalytics.Status
		Journal struct{ Error string }
		Sink    struct{ Name, Error string }
		Pending int64
	}
	if err := json.Unmarshal(a.body, &body); err != nil || body.Status == "" {
		if f := refusedBy(u, a); f != nil {
			return f.advise("--ready names the readiness handler")
		}
		return failed("%s is no readiness handler of the SDK", shown(u)).advise("--ready names what serves Client.ReadinessHandler()")
	}
	switch {
	case a.status == http.StatusOK && body.Status == otelanalytics.StatusReady:
		return ok("ready")
	case a.status == http.StatusOK:
		return warning("%s: events are accepted, and %s", body.Status, waits(body.Pending)).list(reasons(body.Journal.Error, body.Sink.Name, body.Sink.Error)).
			advise("see the check mongodb")
	default:
		return failed("%s (status %d)", body.Status, a.status).list(reasons(body.Journal.Error, body.Sink.Name, body.Sink.Error)).
			advise("see the checks disk_space, pending and mongodb")
	}
}

func reasons(journal, name, sink string) (lines []string) {
	if journal != "" {
		lines = append(lines, "journal: "+journal)
	}
	if sink != "" {
		lines = append(lines, cmp.Or(name, "sink")+": "+sink)
	}
	return lines
}

// counts lists numbers by name.
func counts(of map[string]int64) (lines []string) {
	for _, name := range slices.Sorted(maps.Keys(of)) {
		lines = append(lines, fmt.Sprintf("%s: %d", name, of[name]))
	}
	return lines
}
