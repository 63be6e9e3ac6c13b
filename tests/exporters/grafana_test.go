// SPDX-License-Identifier: Apache-2.0

package exporters

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/common/model"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/redistest"
	"github.com/otelanalytics/otelanalytics-go/tests/exporters/servers"
	"github.com/otelanalytics/otelanalytics-go/tests/exporters/services"
)

// truth is what players counted.
type truth struct {
	Requests int64
	Series   map[string]float64
}

// sum adds up the series of a metric that have all labels, such as `result="win"`.
func (c truth) sum(metric string, labels ...string) (n float64) {
	for series, value := range c.Series {
		name, rest, _ := strings.Cut(series, "{")
		has := name == metric
		for _, l := range labels {
			has = has && strings.Contains(rest, l)
		}
		if has {
			n += value
		}
	}
	return n
}

// merge adds what others counted.
func (c *truth) merge(other truth) {
	c.Requests += other.Requests
	for series, n := range other.Series {
		c.Series[series] += n
	}
}

// play has players play the card game for a while, and returns what they counted.
func play(t *testing.T, url, while string) (c truth) {
	t.Helper()
	cmd := exec.Command(services.Build(t, "./cardgame/internal/cmd/play"), "-url", url, "-players", "20", "-for", while)
	var log bytes.Buffer
	cmd.Stderr = &log
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, log.String())
	}
	if err := json.Unmarshal(out, &c); err != nil {
		t.Fatal(err)
	}
	if c.Requests == 0 || c.sum("user_logins_total") == 0 {
		t.Fatalf("nobody played: %s", out)
	}
	return c
}

// host is the address of a service without the scheme, which Prometheus calls the instance.
func host(url string) string { return strings.TrimPrefix(url, "http://") }

// of selects the series of a service.
func of(url string) string { return fmt.Sprintf("{instance=%q}", host(url)) }

// numbers says whether an answer holds a number.
func numbers(v model.Vector) bool {
	for _, s := range v {
		if s.Histogram != nil || !math.IsNaN(float64(s.Value)) {
			return true
		}
	}
	return false
}

// TestDashboardsAnswer has a Prometheus scrape the card game under load, a service in which everything goes wrong, and one with doors for
// events over HTTP, and asks it whatever panels and rules ask.
func TestDashboardsAnswer(t *testing.T) {
	environment(t, nil)
	mongoDB := mongotest.Start(t)
	redis := redistest.Start(t)
	game := services.StartCardGame(t, mongoDB.URI(), redis.Addr())
	trouble, away := services.OpenTroubled(t, mongotest.Start(t)), services.CutOff(t)
	doors := services.Doors(t, mongoDB.URI())
	prom := servers.StartPrometheus(t, servers.WithScrapeConfigs(fmt.Sprintf("[{job_name: cardgame, static_configs: [{targets: [%s, %s, %s, %s]}]}]",
		host(game), host(trouble.URL()), host(away.URL), host(doors.URL))), servers.WithRules(cardgameRules), servers.WithExemplars())
	prom.AwaitVector(t, "user_logins_total"+of(game), "the zeros that the game begins with", numbers)
	// The first players begin the series that do not start at 0, so that Prometheus sees what the others add.
	first := play(t, game, "300ms")
	prom.Await(t, "sum(app_requests_total"+of(game)+")", float64(first.Requests))
	counted := play(t, game, "1s")
	added := counted.Requests
	counted.merge(first)
	prom.Await(t, "sum(otelanalytics_journal_pending"+of(game)+")", 0)
	panels := readPanels(t)
	t.Run("questions", func(t *testing.T) { questions(t, prom, host(game), mongoDB, panels, counted, added) })

	// The questions want few events, so that active users are counted in time; panels want some of every kind.
	play(t, game, "4s")
	trouble.GoWrong()
	prom.AwaitVector(t, "otelanalytics_events_rejected_total"+of(trouble.URL())+" > 0", "the first troubles", numbers)
	trouble.Outage(prom)
	trouble.KeepGoingWrong()
	t.Run("panels", func(t *testing.T) {
		for _, p := range slices.Concat(panels, ingestPanels(t)) {
			prom.AwaitVector(t, p.filled(""), p.String(), numbers)
		}
	})
	t.Run("rules", func(t *testing.T) {
		redis.Stop()
		prom.AwaitVector(t, "rate(otelanalytics_store_errors_total"+of(away.URL)+"[5m]) > 0", "attempts that fail", numbers)
		rules(t, prom, away.Close)
	})
}
