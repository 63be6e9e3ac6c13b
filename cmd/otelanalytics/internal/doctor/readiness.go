// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/otelanalytics/otelanalytics-go/internal/diagnosis"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

func checkReadiness(ctx context.Context, d *deployment) finding {
	if d.ready == "" {
		return skipped("give --ready URL to check it")
	}
	u, _ := parseURL(d.ready) // looked at with the flags
	a, f := fetch(ctx, u, "application/json")
	if f != nil {
		return f.advise("give the URL of the readiness handler with --ready")
	}
	var body struct {
		Status  otelanalytics.Status
		Journal struct{ Error string }
		Sink    struct{ Name, Error string }
		Sinks   []struct{ Name, Error string }
		Pending int64
		// Of otelanalytics deliver, which names no errors.
		MongoDB *bool `json:"mongodb_reachable"`
		Log     *bool `json:"log_reachable"`
	}
	if err := json.Unmarshal(a.body, &body); err != nil || body.Status == "" {
		if f := refusedBy(u, a); f != nil {
			return f.advise("give the URL of the readiness handler with --ready")
		}
		return failed("%s is not a readiness handler of the SDK", shown(u)).advise("give the URL of Client.ReadinessHandler() with --ready")
	}
	var others []string
	for _, s := range body.Sinks {
		if s.Error != "" {
			others = append(others, "sink "+s.Name+": "+s.Error)
		}
	}
	for name, up := range map[string]*bool{"MongoDB": body.MongoDB, "the log": body.Log} {
		if up != nil && !*up {
			others = append(others, name+" does not answer")
		}
	}
	slices.Sort(others)
	return judged(diagnosis.Readiness(string(body.Status), a.status, body.Journal.Error, body.Sink.Name, body.Sink.Error, body.Pending, others...))
}
