// SPDX-License-Identifier: Apache-2.0

// Package diagnosis judges figures of a running service. The doctor and the live page say the same about the same figures.
package diagnosis

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// The statuses of a finding.
const (
	OK      = "ok"
	Warning = "warning"
	Failed  = "failed"
)

// Finding is what there is to say about some figures.
type Finding struct {
	Status  string   `json:"status"`
	Text    string   `json:"finding"`
	Details []string `json:"details,omitempty"`
	Fix     []string `json:"fix,omitempty"`
}

func finding(status, format string, args ...any) Finding {
	return Finding{Status: status, Text: fmt.Sprintf(format, args...)}
}

// DefaultMaxPendingAge is how long the oldest event may wait for MongoDB unless somebody says otherwise.
const DefaultMaxPendingAge = time.Minute

// Pending judges how many events wait for MongoDB, and how long the oldest one has.
func Pending(n int64, age, most time.Duration) Finding {
	if n == 0 {
		return finding(OK, "nothing waits for MongoDB")
	}
	f := finding(OK, "%s for MongoDB, the oldest for %s", Waits(n), Age(age))
	if age > most {
		f.Status = Failed
		f.Fix = []string{"see the checks mongodb and errors; nothing is lost while the journal has room"}
	}
	return f
}

// Sink is a sink beside the first one: how many events wait for it, and how long the oldest one has.
type Sink struct {
	Name string
	N    int64
	Age  time.Duration
}

// Sinks judges the sinks beside the first. dir is the data directory.
func Sinks(all []Sink, most time.Duration, dir string) Finding {
	if len(all) == 0 {
		return finding(OK, "none beside the first")
	}
	var late []string
	f := finding(OK, "none of %d has waited for long", len(all))
	for _, s := range all {
		line := s.Name + ": nothing waits"
		if s.N > 0 {
			line = fmt.Sprintf("%s: %s, the oldest for %s", s.Name, Waits(s.N), Age(s.Age))
		}
		f.Details = append(f.Details, line)
		if s.N > 0 && s.Age > most {
			late = append(late, s.Name)
		}
	}
	if len(late) == 0 {
		return f
	}
	f.Status, f.Text = Failed, "events wait for long: "+strings.Join(late, ", ")
	f.Fix = []string{
		"the service's log says why the sink takes nothing: grep 'component=otelanalytics.*sink='; the others get their events while the journal has room",
		fmt.Sprintf("if no service has this sink any more, stop the service and run: otelanalytics journal remove-sink %s %s", dir, late[0]),
	}
	return f
}

// Waits says how many events wait.
func Waits(n int64) string {
	if n == 1 {
		return "1 event waits"
	}
	return fmt.Sprintf("%d events wait", n)
}

// Quarantine judges the events that MongoDB refused for good, by type and reason. dir is the data directory.
func Quarantine(n int64, reasons map[string]int64, dir string) Finding {
	if n == 0 {
		return finding(OK, "empty")
	}
	f := finding(Warning, "MongoDB refused %s for good", Counted(n, "event"))
	f.Details = counts(reasons)
	f.Fix = []string{"otelanalytics quarantine list " + dir, "remove the reason, stop the service, and run: otelanalytics quarantine replay"}
	return f
}

// Growth is how much counters grew, by kind or reason, and what they are in all.
type Growth struct {
	Lines []string // one for each that grew
	Total float64
}

// Errors judges failed attempts to store and refused events over some time.
func Errors(failures, rejections Growth, over time.Duration) Finding {
	if len(failures.Lines) > 0 {
		f := finding(Failed, "attempts to store fail: more in %v", over)
		f.Details = failures.Lines
		f.Fix = []string{"docs/metrics.md says what each kind is; the service's log says why: grep 'component=otelanalytics.*subsystem=mongodb'"}
		return f
	}
	if len(rejections.Lines) > 0 {
		f := finding(Warning, "events are rejected: more in %v", over)
		f.Details = rejections.Lines
		f.Fix = []string{"docs/metrics.md says what each reason is; Track returns the error to its caller"}
		return f
	}
	if failures.Total+rejections.Total > 0 {
		return finding(OK, "none in %v; %.0f failed attempts to store and %.0f rejected events since the start", over, failures.Total, rejections.Total)
	}
	return finding(OK, "none since the start")
}

// Ready is the status of a client that works, as otelanalytics.Health has it.
const Ready = "ready"

// Readiness judges what a client says of itself: its status, the status of its readiness handler, and the texts of its errors, which
// are empty without one. others are lines about further sinks that cannot be reached.
func Readiness(status string, code int, journal, sink, sinkError string, pending int64, others ...string) Finding {
	var lines []string
	if journal != "" {
		lines = append(lines, "journal: "+journal)
	}
	if sinkError != "" {
		lines = append(lines, cmp.Or(sink, "sink")+": "+sinkError)
	}
	lines = append(lines, others...)
	switch {
	case code == http.StatusOK && status == Ready:
		return finding(OK, "ready")
	case code == http.StatusOK:
		f := finding(Warning, "%s: events are accepted, and %s", status, Waits(pending))
		f.Details, f.Fix = lines, []string{"see the checks mongodb and sinks"}
		return f
	default:
		f := finding(Failed, "%s (status %d)", status, code)
		f.Details, f.Fix = lines, []string{"see the checks disk_space, pending and mongodb"}
		return f
	}
}

// MapValues judges fields and values that are not as the map declares them, one line each.
func MapValues(lines []string) Finding {
	if len(lines) == 0 {
		return finding(OK, "every field and value is as the map declares it")
	}
	f := finding(Warning, "fields or values are not as the map declares them, and are missing in metrics")
	f.Details = slices.Sorted(slices.Values(lines))
	f.Fix = []string{"docs/metrics.md says what each reason is; correct what the service tracks, or the map"}
	return f
}

// Lost judges events that damage on disk, or a store in memory, has lost.
func Lost(n int64) Finding {
	if n == 0 {
		return finding(OK, "none")
	}
	f := finding(Failed, "%s lost", Counted(n, "event"))
	f.Fix = []string{"otelanalytics journal inspect shows where", "check the disk: the log of the system, SMART"}
	return f
}

// counts lists numbers by name.
func counts(of map[string]int64) (lines []string) {
	for _, name := range slices.Sorted(maps.Keys(of)) {
		lines = append(lines, fmt.Sprintf("%s: %d", name, of[name]))
	}
	return lines
}

// Counted writes how many there are of something: 1 event, 2 events.
func Counted(n int64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// Age writes how long something has lasted, in two units at most: 12s, 5m12s, 3h4m, 2d5h.
func Age(d time.Duration) string {
	const day = 24 * time.Hour
	d = max(d, 0)
	switch {
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	case d < time.Minute:
		return fmt.Sprintf("%ds", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%dm%ds", d/time.Minute, d%time.Minute/time.Second)
	case d < day:
		return fmt.Sprintf("%dh%dm", d/time.Hour, d%time.Hour/time.Minute)
	default:
		return fmt.Sprintf("%dd%dh", d/day, d%day/time.Hour)
	}
}
