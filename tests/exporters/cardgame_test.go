// SPDX-License-Identifier: Apache-2.0

package exporters

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"math"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/evaluation"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/porttest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/tests/exporters/servers"
	"github.com/otelanalytics/otelanalytics-go/tests/exporters/services"
)

// cardGameFor is how long the card game is played. MongoDB is away for a fifth of it.
var cardGameFor = flag.Duration("card-game-for", 25*time.Second, "how long TestTruthOfACardGame plays; make truth plays for ten minutes")

const cardGameMap = "../../examples/cardgame/events.yaml"

// game is a card game with an instance id that it keeps when it is started again.
type game struct {
	t                            *testing.T
	program, address, dir, mongo string
	id                           string
	cmd                          *exec.Cmd
}

func (g *game) start() {
	g.t.Helper()
	g.cmd = exec.Command(g.program, "-addr", g.address, "-metrics-addr", "", "-data-dir", g.dir, "-mongodb-uri", g.mongo)
	g.cmd.Dir = g.dir
	g.cmd.Env = append(os.Environ(), "OTEL_RESOURCE_ATTRIBUTES=service.instance.id="+g.id, "OTELANALYTICS_LOG_LEVEL=error")
	g.cmd.Stderr = os.Stderr
	if err := g.cmd.Start(); err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(g.kill)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); <-tick.C {
		if answer, err := http.Get("http://" + g.address + "/healthz"); err == nil {
			_ = answer.Body.Close()
			return
		}
	}
	g.t.Fatal("the card game does not answer")
}

func (g *game) kill() {
	_ = g.cmd.Process.Kill() // it may be gone
	_ = g.cmd.Wait()
}

// TestTruthOfACardGame has 50 players at two instances, one of which is killed in the middle and started again, while MongoDB
// is away for some of the time. Every difference between Prometheus and the documents is explained, by no more than what was
// accepted behind the last scrape before the kill. Then an empty Prometheus is given the same history by backfill: each series
// of each metric grows by what the documents say.
func TestTruthOfACardGame(t *testing.T) {
	server := mongotest.Start(t)
	if !server.CanStop() {
		t.Skip("TestTruthOfACardGame: the server in OTELANALYTICS_TEST_MONGODB_URI cannot be stopped from here")
	}
	command, program, playing := built(t, "../../cmd/otelanalytics", "."), services.Build(t, "./cardgame"), services.Build(t, "./cardgame/internal/cmd/play")
	from := time.Now().Truncate(time.Second)
	var games []*game
	var targets []string
	for i := range 2 {
		g := &game{t: t, program: program, address: porttest.Reserve(t), dir: t.TempDir(), mongo: server.URI(), id: fmt.Sprint("game-", i)}
		g.start()
		games = append(games, g)
		targets = append(targets, strconv.Quote(g.address))
	}
	prom := servers.StartPrometheus(t, servers.WithScrapeConfigs("- {job_name: cardgame, static_configs: [{targets: ["+strings.Join(targets, ",")+"]}]}"))
	prom.Await(t, `count(up{job="cardgame"} == 1)`, 2)

	began := time.Now()
	players := func(g *game) (wait func()) {
		left := *cardGameFor - time.Since(began)
		cmd := exec.Command(playing, "-url", "http://"+g.address, "-players", "25", "-pause", "200ms", "-for", left.String())
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return func() { _ = cmd.Wait() } // those at the instance that is killed end with an error
	}
	until := func(part float64) { <-time.After(time.Duration(part*float64(*cardGameFor)) - time.Since(began)) }
	first, second := players(games[0]), players(games[1])
	until(0.3)
	server.Kill()
	until(0.4)
	games[1].kill()
	killed := time.Now()
	second()
	until(0.5)
	server.Start()
	games[1].start()
	third := players(games[1])
	first()
	third()
	awaitStored(t, prom)
	prom.Await(t, `sum(changes(otelanalytics_events_accepted_total[5s]))`, 0)

	now := time.Now()
	c := server.Client(t).Database("analytics").Collection("user_events")
	r := runReconcile(t, command, server, "analytics", "--map", cardGameMap, "--prometheus", prom.URL(), "--selector", `job="cardgame"`,
		"--from", from.UTC().Format(time.RFC3339Nano), "--to", now.UTC().Format(time.RFC3339Nano))
	if r.code != 0 || r.Differences.Unexplained != 0 || len(r.Series) < 20 || len(r.Processes) != 3 {
		t.Errorf("exit code %d, %d series, %d processes\n%s\n%s", r.code, len(r.Series), len(r.Processes), r.text, r.stderr)
	}
	m, err := eventmap.ParseFile(cardGameMap)
	if err != nil {
		t.Fatal(err)
	}
	lastScrape, slack := time.Time{}, 0.0
	for _, p := range r.Processes {
		if p.Ended {
			lastScrape, slack = p.LastSeen, p.Slack
		}
	}
	if lastScrape.IsZero() {
		t.Fatalf("no process has ended\n%s", r.text)
	}
	// Documents have milliseconds, and metrics follow the journal by the slack.
	behind := lastScrape.Add(-time.Duration(slack * float64(time.Second))).Truncate(time.Millisecond)
	const step = 5 * time.Second
	to := from.Add(now.Sub(from).Truncate(step))
	lost, past := newEvaluator(t, m), newEvaluator(t, m)
	documents := evaluate(t, c, func(event *eventdoc.Recorded) {
		at := time.UnixMilli(event.ReceivedAt)
		if event.InstanceID == "game-1" && !at.Before(behind) && !at.After(killed) {
			lost.Event(event)
		}
		if at.Before(to) {
			past.Event(event)
		}
	})
	explained := explainedByMeasure(r)
	for name, amount := range explained {
		if most := bare(page(lost))[name]; amount > most+1e-9*most {
			t.Errorf("%s: %v explained, and %v was recorded behind the last scrape", name, amount, most)
		}
	}
	t.Logf("%d documents, %d series; explained %v, of at most %v", documents, len(r.Series), explained, bare(page(lost)))

	// The same history in an empty Prometheus.
	out := t.TempDir()
	backfill := exec.Command(command, "backfill", "--map", cardGameMap, "--by", "received_at", "--from", from.UTC().Format(time.RFC3339),
		"--to", to.UTC().Format(time.RFC3339), "--step", step.String(), "--out", out, "--label", "job=past", "--create-index", "--verify")
	backfill.Env = append(backfill.Environ(), "OTELANALYTICS_MONGODB_URI="+server.URI(), "OTELANALYTICS_MONGODB_DATABASE=analytics")
	if text, err := backfill.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	empty := servers.StartPrometheus(t)
	importBlocks(t, empty, out)
	shown := page(past)
	maps.Copy(shown, distinctPlayers(t, c, to))
	is := func(series string, kind func(eventmap.Instrument) bool) bool {
		name, _, _ := strings.Cut(series, "{")
		metric, ok := m.Metric(name)
		return ok && kind(metric.Instrument)
	}
	comparePage(t, empty, to, shown, func(name string) bool { return is(name, eventmap.Instrument.IsGauge) }, func(name string, users float64) float64 {
		switch {
		case !is(name, eventmap.Instrument.IsUnique):
			return 0
		case users <= 4_000: // docs/distinct-users.md, "What a number means"
			return 1
		default:
			return 0.02 * users // more than five standard errors
		}
	})
	// Counted by the database, too.
	n, err := c.CountDocuments(t.Context(), bson.D{{Key: eventdoc.FieldType, Value: "special_card_used"}, {Key: eventdoc.FieldReceivedAt, Value: bson.D{{Key: "$lt", Value: to}}}})
	if err != nil {
		t.Fatal(err)
	}
	v, _, _, err := empty.API().Query(t.Context(), "sum(dutch_special_card_used_total)", to)
	if total, ok := v.(model.Vector); err != nil || !ok || len(total) != 1 || float64(total[0].Value) != float64(n) || n == 0 {
		t.Errorf("%v special cards, %v, want %d", v, err, n)
	}
}

// distinctPlayers counts the players of all documents until a time, as the metrics of the instrument unique should: every window has all
// of them.
func distinctPlayers(t *testing.T, c *mongo.Collection, to time.Time) map[string]float64 {
	t.Helper()
	cursor, err := c.Find(t.Context(), bson.D{{Key: eventdoc.FieldReceivedAt, Value: bson.D{{Key: "$lt", Value: to}}}}, options.Find().SetBatchSize(5_000))
	if err != nil {
		t.Fatal(err)
	}
	players := map[string]map[string]bool{"": {}, "android": {}, "ios": {}, "web": {}} // by platform; all of them under none
	for cursor.Next(t.Context()) {
		event, err := eventdoc.Parse(cursor.Current)
		if err != nil {
			t.Fatal(err)
		}
		if event.UserID == "" || event.WithoutMetrics {
			continue
		}
		platform := cmp.Or(event.Platform, "unknown")
		if players[platform] == nil {
			players[platform] = map[string]bool{}
		}
		players[""][event.UserID], players[platform][event.UserID] = true, true
	}
	if err := cursor.Err(); err != nil {
		t.Fatal(err)
	}
	numbers := map[string]float64{}
	for platform, ids := range players {
		for _, window := range []string{"daily", "weekly", "monthly"} {
			name, labels := "active_users_current", map[string]string{"time_period": window}
			if platform != "" {
				name, labels["platform"] = "active_users_by_platform", platform
			}
			numbers[servicetest.Series(name, labels)] = float64(len(ids))
		}
	}
	return numbers
}

// awaitStored waits until no instance has an event that is not in MongoDB: as long as what was tracked during an outage takes.
func awaitStored(t *testing.T, prom *servers.Prometheus) {
	t.Helper()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(time.Minute + *cardGameFor); time.Now().Before(end); <-tick.C {
		if v, err := prom.Query(t.Context(), `sum(otelanalytics_journal_pending)`); err == nil && len(v) == 1 && v[0].Value == 0 {
			return
		}
	}
	v, err := prom.Query(t.Context(), `otelanalytics_journal_pending`)
	t.Fatalf("events are not stored: %v, %v", v, err)
}

// explainedByMeasure returns how much less Prometheus has, summed over labels.
func explainedByMeasure(r reconciled) map[string]float64 {
	sums := map[string]float64{}
	for _, s := range r.Series {
		name, _, _ := strings.Cut(s.Series, "{")
		for _, e := range s.Explained {
			sums[name] += math.Abs(e.Amount)
		}
	}
	return sums
}

// bare sums series of a page over their labels.
func bare(page map[string]float64) map[string]float64 {
	sums := map[string]float64{}
	for series, v := range page {
		name, _, _ := strings.Cut(series, "{")
		sums[name] += v
	}
	return sums
}

func newEvaluator(t *testing.T, m *eventmap.Map) *evaluation.Evaluator {
	t.Helper()
	e, err := evaluation.New(m)
	if err != nil {
		t.Fatal(err)
	}
	e.Start()
	return e
}

// evaluate gives all documents to a function, and returns how many there are. No metric of the card game that has documents
// depends on their order.
func evaluate(t *testing.T, c *mongo.Collection, f func(*eventdoc.Recorded)) (n int) {
	t.Helper()
	cursor, err := c.Find(t.Context(), bson.D{}, options.Find().SetBatchSize(5_000))
	if err != nil {
		t.Fatal(err)
	}
	for ; cursor.Next(t.Context()); n++ {
		event, err := eventdoc.ParseRecorded(cursor.Current)
		if err != nil {
			t.Fatal(err)
		}
		f(&event)
	}
	if err := cursor.Err(); err != nil {
		t.Fatal(err)
	}
	return n
}

// page returns what a page would have.
func page(e *evaluation.Evaluator) map[string]float64 {
	page := map[string]float64{}
	for _, metric := range e.Metrics() {
		for _, s := range metric.Series {
			labels := map[string]string{}
			for i := range s.Values {
				labels[metric.Declared.Attributes[i].PrometheusLabel()] = s.Values[i]
			}
			name := metric.Declared.PrometheusName()
			if s.Buckets == nil {
				page[servicetest.Series(name, labels)] = s.Number()
				continue
			}
			page[servicetest.Series(name+"_sum", labels)] = s.Number()
			page[servicetest.Series(name+"_count", labels)] = float64(s.Count)
			n := uint64(0)
			for i, in := range s.Buckets {
				n += in
				labels["le"] = "+Inf"
				if i < len(metric.Bounds) {
					labels["le"] = servicetest.Bound(metric.Bounds[i])
				}
				page[servicetest.Series(name+"_bucket", labels)] = float64(n)
			}
		}
	}
	return page
}
