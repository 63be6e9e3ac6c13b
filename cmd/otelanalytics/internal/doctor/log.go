// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"context"
	"fmt"
	"time"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/internal/diagnosis"
	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// The parts of a log's limits from which on the check warns, and fails. The alerts are about these, too.
const (
	logWarns = 0.5
	logFails = 0.8
)

// delivers reports whether the page is that of otelanalytics deliver.
func (d *deployment) delivers() bool {
	if d.first == nil {
		return false
	}
	_, is := d.first.sum(d.own(ownmetrics.LogUp))
	return is
}

// checkLog judges what otelanalytics deliver tells of its log.
func checkLog(_ context.Context, d *deployment) finding {
	if !d.delivers() {
		return ok("this is the page of a service, which reads no log")
	}
	value := func(m *ownmetrics.Metric) float64 { n, _ := d.last.sum(d.own(m)); return n }
	var name string
	for log := range d.last.by(d.own(ownmetrics.LogUp), "log") {
		name = log
	}
	if value(ownmetrics.LogUp) == 0 {
		return failed("%s: the log does not answer", name).
			advise("the process logs why: is a server up, may the account read the stream, is the stream there?")
	}
	oldest, told := d.last.sum(d.own(ownmetrics.LogOldestAge))
	waits := fmt.Sprintf("%s: %s not read yet, %s not acknowledged", name,
		diagnosis.Counted(int64(value(ownmetrics.LogPending)), "event"), diagnosis.Counted(int64(value(ownmetrics.LogUnacknowledged)), "event"))
	if !told {
		return warning("%s; the log reports neither their age nor how long it keeps events", waits).
			advise("give the account the right to read the state of the stream and its messages ($JS.API.STREAM.INFO, $JS.API.STREAM.MSG.GET and $JS.API.DIRECT.GET), or the topic of Kafka (Read); the process logs what is missing")
	}
	age := time.Duration(oldest * float64(time.Second))
	f := ok("%s; the oldest has waited for %s", waits, cli.Age(age))
	if age > d.maxPendingAge {
		f.status = statusWarning
		f = f.advise("see the check mongodb; while MongoDB takes events as fast as it can, start more of these processes")
	}
	if keeps := value(ownmetrics.LogMaxAge); keeps > 0 {
		f = f.list([]string{fmt.Sprintf("the log keeps events for %s", cli.Age(time.Duration(keeps*float64(time.Second))))})
	} else {
		f = f.list([]string{"the log keeps events forever, or does not report how long; in that case the process logs why"})
	}
	for _, limit := range []string{"age", "bytes", "messages"} {
		used := d.last.by(d.own(ownmetrics.LogUsed), "limit")[limit]
		if used < logWarns || limit != "age" && used < logFails {
			continue
		}
		f.status = statusWarning
		if used >= logFails {
			f.status = statusFailed
		}
		f = f.list([]string{fmt.Sprintf("%.0f%% of its limit of %s is used", used*100, limit)})
		if limit == "age" {
			f = f.advise("the log removes events that nobody has read at 100%%: raise its max_age (a stream) or retention.ms (a topic), also in the configuration of the services")
		} else {
			f = f.advise("raise the limit of the log, or let readers catch up: at 100%% it refuses new events or removes unread ones, depending on its configuration")
		}
	}
	return f
}
