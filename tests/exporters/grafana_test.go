// SPDX-License-Identifier: Apache-2.0

package exporters

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/redistest"
	"github.com/otelanalytics/otelanalytics-go/tests/exporters/servers"
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

// buildExample builds a program of the examples.
func buildExample(t testing.TB, pkg string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), filepath.Base(pkg))
	build := exec.Command("go", "build", "-o", program, pkg)
	build.Dir = "../../examples"
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

// startCardgame starts the card game, observing every fifteen seconds, and returns its address.
func startCardgame(t *testing.T, mongoURI, redisAddr string) string {
	t.Helper()
	cmd := exec.Command(buildExample(t, "./cardgame"), "-addr", "127.0.0.1:0", "-metrics-addr", "", "-data-dir", t.TempDir(),
		"-mongodb-uri", mongoURI, "-redis-addr", redisAddr, "-observe-every", "15s")
	cmd.Dir = t.TempDir()
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		<-ended
		_ = cmd.Wait()
	})
	address := make(chan string, 1)
	go func() {
		defer close(ended)
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			if rest, ok := strings.CutPrefix(lines.Text(), "The service:"); ok {
				address <- strings.Fields(rest)[0]
			}
		}
	}()
	select {
	case url := <-address:
		return url
	case <-ended:
		t.Fatal("the card game ended")
	case <-time.After(time.Minute):
		t.Fatal("the card game does not say where it serves")
	}
	return ""
}

// play has players play the card game for a while, and returns what they counted.
func play(t *testing.T, url, while string) (c truth) {
	t.Helper()
	cmd := exec.Command(buildExample(t, "./cardgame/internal/cmd/play"), "-url", url, "-players", "20", "-for", while)
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

// TestDashboardsAnswer has a Prometheus scrape the card game under load, and a service in which everything goes wrong,
// and asks it whatever panels and rules ask.
func TestDashboardsAnswer(t *testing.T) {
	environment(t, nil)
	mongoDB := mongotest.Start(t)
	redis := redistest.Start(t)
	game := startCardgame(t, mongoDB.URI(), redis.Addr())
	trouble, away := openTroubled(t, mongotest.Start(t)), cutOff(t)
	prom := servers.StartPrometheus(t, servers.WithScrapeConfigs(fmt.Sprintf("[{job_name: cardgame, static_configs: [{targets: [%s, %s, %s]}]}]",
		host(game), host(trouble.server.URL), host(away.URL))), servers.WithRules(cardgameRules), servers.WithExemplars())
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
	trouble.goWrong()
	prom.AwaitVector(t, "otelanalytics_events_rejected_total"+of(trouble.server.URL)+" > 0", "the first troubles", numbers)
	trouble.outage(prom)
	trouble.keepGoingWrong()
	t.Run("panels", func(t *testing.T) {
		for _, p := range panels {
			prom.AwaitVector(t, p.filled(""), p.String(), numbers)
		}
	})
	t.Run("rules", func(t *testing.T) {
		redis.Stop()
		prom.AwaitVector(t, "rate(otelanalytics_store_errors_total"+of(away.URL)+"[5m]) > 0", "attempts that fail", numbers)
		rules(t, prom, away.Close)
	})
}
