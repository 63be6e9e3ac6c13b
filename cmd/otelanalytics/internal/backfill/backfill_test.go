// SPDX-License-Identifier: Apache-2.0

package backfill_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/backfill"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
)

const shop = `
version: 1
metrics:
  sales: {instrument: counter, attributes: {plan: {values: [free, pro], default: free}}}
  pages: {instrument: counter, attributes: {page: {limit: 3}}}
  amount: {instrument: histogram, unit: EUR, buckets: [1, 10]}
  carts: {instrument: up_down_counter}
  price: {instrument: gauge, description: "The last one, as \"shown\"."}
  polled: {instrument: gauge}
  buyers: {instrument: unique, windows: {hour: 1h, daily: 24h}, attributes: {plan: {limit: 2, default: none}}}
  logins: {instrument: counter}
  latency: {instrument: exponential_histogram, number: double}
events:
  sold: {record: [{metric: sales}, {metric: amount, value: amount}, {metric: price, value: amount}, {metric: latency, value: amount}, {metric: buyers}]}
  page_*: {record: [{metric: pages, from: {page: $type}}]}
  cart_opened: {record: [{metric: carts}]}
  cart_closed: {record: [{metric: carts, value: -1}]}
  login: {store: false, record: [{metric: logins}]}
`

// noon is the end of a block of two hours.
var noon = time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)

// event is a document as the client stores it.
func event(n int, kind string, at time.Duration, data bson.D) bson.D {
	return bson.D{
		{Key: "_id", Value: fmt.Sprintf("id-%06d", n)},
		{Key: "user_id", Value: fmt.Sprint("u", n)},
		{Key: "event_type", Value: kind},
		{Key: "event_data", Value: data},
		{Key: "timestamp", Value: noon.Add(at)},
		{Key: "received_at", Value: noon.Add(at + time.Hour)},
		{Key: "v", Value: int32(1)},
	}
}

func insert(t *testing.T, to *mongo.Collection, docs ...bson.D) {
	t.Helper()
	if _, err := to.InsertMany(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
}

// run runs the command from two minutes before noon to three behind it.
func run(t *testing.T, out string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	return clitest.Run(t, backfill.New(), append([]string{
		"--from", "2026-10-01T11:58:00Z", "--to", "2026-10-01T12:03:00Z", "--map", clitest.File(t, "events.yaml", shop), "--out", out, "--create-index", "--verify",
	}, args...)...)
}

// contents returns the files of a directory, but for the progress.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.om"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(path)] = string(text)
	}
	return all
}

// lines returns the lines of all files that begin with a prefix, less the prefix of the time.
func lines(t *testing.T, dir, prefix string) (all []string) {
	t.Helper()
	files := contents(t, dir)
	for _, name := range []string{"20261001T115800Z.om", "20261001T120000Z.om"} {
		for line := range strings.Lines(files[name]) {
			if strings.HasPrefix(line, prefix) {
				all = append(all, strings.TrimSpace(line))
			}
		}
	}
	return all
}

func history() []bson.D {
	return []bson.D{
		event(1, "sold", -3*time.Minute, bson.D{{Key: "amount", Value: 100}}), // before --from
		event(2, "sold", -2*time.Minute, bson.D{{Key: "amount", Value: 2.5}}),
		event(3, "sold", -90*time.Second, bson.D{{Key: "amount", Value: 10}, {Key: "plan", Value: "pro"}}),
		event(4, "cart_opened", -time.Minute, bson.D{}),    // at a step: it counts with the next one
		event(5, "page_home", -time.Millisecond, bson.D{}), // born with the first step of the second file
		event(6, "cart_closed", 90*time.Second, bson.D{}),
		event(7, "page_home", 100*time.Second, bson.D{}),
		append(event(8, "sold", 100*time.Second, bson.D{{Key: "amount", Value: 1}}), bson.E{Key: "metrics", Value: false}),
		event(9, "sold", 3*time.Minute, bson.D{{Key: "amount", Value: 7}}), // at --to
	}
}

func TestBackfill(t *testing.T) {
	collection := clitest.MongoDB(t)
	insert(t, collection, history()...)
	out := filepath.Join(t.TempDir(), "blocks")
	code, stdout, stderr := run(t, out, "--label", "job=shop", "--label", "instance=a \"b\"")
	if code != 0 {
		t.Fatalf("exit code %d\n%s", code, stderr)
	}
	const labels = `instance="a \"b\"",job="shop"`
	for prefix, want := range map[string][]string{
		"sales_total": {
			`{` + labels + `,plan="free"} 0 1790855880`, `{` + labels + `,plan="free"} 1 1790855940`,
			`{` + labels + `,plan="pro"} 0 1790855880`, `{` + labels + `,plan="pro"} 1 1790855940`,
			`{` + labels + `,plan="free"} 1 1790856000`, `{` + labels + `,plan="free"} 1 1790856060`, `{` + labels + `,plan="free"} 1 1790856120`, `{` + labels + `,plan="free"} 1 1790856180`,
			`{` + labels + `,plan="pro"} 1 1790856000`, `{` + labels + `,plan="pro"} 1 1790856060`, `{` + labels + `,plan="pro"} 1 1790856120`, `{` + labels + `,plan="pro"} 1 1790856180`,
		},
		// Zero stands at the step before the first event, in the file before.
		"pages_total": {
			`{` + labels + `,page="page_home"} 0 1790855940`, `{` + labels + `,page="page_home"} 1 1790856000`, `{` + labels + `,page="page_home"} 1 1790856060`,
			`{` + labels + `,page="page_home"} 2 1790856120`, `{` + labels + `,page="page_home"} 2 1790856180`,
		},
		"carts": {
			`{` + labels + `} 0 1790855880`, `{` + labels + `} 0 1790855940`, `{` + labels + `} 1 1790856000`, `{` + labels + `} 1 1790856060`,
			`{` + labels + `} 0 1790856120`, `{` + labels + `} 0 1790856180`,
		},
		"price": {
			`{` + labels + `} 10 1790855940`, `{` + labels + `} 10 1790856000`, `{` + labels + `} 10 1790856060`, `{` + labels + `} 10 1790856120`, `{` + labels + `} 10 1790856180`,
		},
		// The one who bought before --from counts, too.
		"buyers": {
			`{` + labels + `,plan="none",time_period="daily"} 1 1790855880`, `{` + labels + `,plan="none",time_period="daily"} 2 1790855940`,
			`{` + labels + `,plan="none",time_period="hour"} 1 1790855880`, `{` + labels + `,plan="none",time_period="hour"} 2 1790855940`,
			`{` + labels + `,plan="pro",time_period="daily"} 1 1790855940`, `{` + labels + `,plan="pro",time_period="hour"} 1 1790855940`,
			`{` + labels + `,plan="none",time_period="daily"} 2 1790856000`, `{` + labels + `,plan="none",time_period="daily"} 2 1790856060`, `{` + labels + `,plan="none",time_period="daily"} 2 1790856120`, `{` + labels + `,plan="none",time_period="daily"} 2 1790856180`,
			`{` + labels + `,plan="none",time_period="hour"} 2 1790856000`, `{` + labels + `,plan="none",time_period="hour"} 2 1790856060`, `{` + labels + `,plan="none",time_period="hour"} 2 1790856120`, `{` + labels + `,plan="none",time_period="hour"} 2 1790856180`,
			`{` + labels + `,plan="pro",time_period="daily"} 1 1790856000`, `{` + labels + `,plan="pro",time_period="daily"} 1 1790856060`, `{` + labels + `,plan="pro",time_period="daily"} 1 1790856120`, `{` + labels + `,plan="pro",time_period="daily"} 1 1790856180`,
			`{` + labels + `,plan="pro",time_period="hour"} 1 1790856000`, `{` + labels + `,plan="pro",time_period="hour"} 1 1790856060`, `{` + labels + `,plan="pro",time_period="hour"} 1 1790856120`, `{` + labels + `,plan="pro",time_period="hour"} 1 1790856180`,
		},
		"amount_EUR_sum": {
			`{` + labels + `} 0 1790855880`, `{` + labels + `} 12.5 1790855940`, `{` + labels + `} 12.5 1790856000`, `{` + labels + `} 12.5 1790856060`, `{` + labels + `} 12.5 1790856120`, `{` + labels + `} 12.5 1790856180`,
		},
	} {
		var full []string
		for _, line := range want {
			full = append(full, prefix+line)
		}
		if diff := cmp.Diff(full, lines(t, out, prefix+"{")); diff != "" {
			t.Errorf("%s (-want +got)\n%s", prefix, diff)
		}
	}
	for _, line := range []string{
		"# TYPE sales counter", "# TYPE carts gauge", "# TYPE amount_EUR histogram", `# HELP price The last one, as \"shown\".`,
		`amount_EUR_bucket{` + labels + `,le="1.0"} 0 1790856180`, `amount_EUR_bucket{` + labels + `,le="10.0"} 2 1790856180`,
		`amount_EUR_bucket{` + labels + `,le="+Inf"} 2 1790856180`, `amount_EUR_count{` + labels + `} 2 1790856180`,
		`latency_bucket{` + labels + `,le="+Inf"} 2 1790856180`, `latency_sum{` + labels + `} 12.5 1790856180`, "# EOF",
	} {
		if !strings.Contains(contents(t, out)["20261001T120000Z.om"], line+"\n") {
			t.Errorf("%q is missing", line)
		}
	}
	for _, says := range []string{
		"by 7 events, of 7 metrics", "1 event accepted with metrics off", "polled: not computed: no event records into it",
		"logins: not computed: only events with store: false",
		"2 files in", "promtool tsdb create-blocks-from openmetrics",
	} {
		if !strings.Contains(stdout, says) {
			t.Errorf("%q is missing in\n%s", says, stdout)
		}
	}
}

// TestAgain runs the command twice: it writes the same bytes, also with --metric, and in another order of documents.
// TestSample: a document of a part of all events stands for others, too, and for whole ones in counts.
func TestSample(t *testing.T) {
	collection := clitest.MongoDB(t)
	for n, rate := range []float64{0.25, 0.25, 0.4} {
		insert(t, collection, append(event(n, "sold", -2*time.Minute, bson.D{{Key: "amount", Value: 3}}), bson.E{Key: "sample_rate", Value: rate}))
	}
	insert(t, collection, event(9, "sold", -90*time.Second, bson.D{{Key: "amount", Value: 50}}))
	out := filepath.Join(t.TempDir(), "blocks")
	code, stdout, stderr := run(t, out)
	if code != 0 || !strings.Contains(stdout, "3 events are of a sample: each stands for 1/sample_rate") {
		t.Fatalf("exit code %d\n%s%s", code, stdout, stderr)
	}
	// 4 + 4 + 2.5 + 1 events; 12 + 12 + 7.5 + 50 in their sum.
	for _, line := range []string{
		`sales_total{plan="free"} 12 1790856180`, `amount_EUR_bucket{le="10.0"} 11 1790856180`, `amount_EUR_bucket{le="+Inf"} 12 1790856180`,
		`amount_EUR_count 12 1790856180`, `amount_EUR_sum 81.5 1790856180`, `price{plan="free"} 50 1790856180`,
	} {
		if line = strings.Replace(line, `price{plan="free"}`, "price", 1); !strings.Contains(contents(t, out)["20261001T120000Z.om"], line+"\n") {
			t.Errorf("%q is missing in\n%s", line, contents(t, out)["20261001T120000Z.om"])
		}
	}
}

func TestAgain(t *testing.T) {
	collection := clitest.MongoDB(t)
	docs := history()
	rand.Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
	insert(t, collection, docs...)
	out := t.TempDir()
	var first map[string]string
	for n := range 2 {
		if code, _, stderr := run(t, out); code != 0 {
			t.Fatalf("exit code %d\n%s", code, stderr)
		}
		if got := contents(t, out); n == 0 {
			first = got
		} else if diff := cmp.Diff(first, got); diff != "" || len(got) != 2 {
			t.Error(diff)
		}
	}
	one := t.TempDir()
	if code, stdout, stderr := run(t, one, "--metric", "price"); code != 0 || !strings.Contains(stdout, "by 3 events, of 1 metric\n") {
		t.Errorf("exit code %d\n%s\n%s", code, stdout, stderr)
	}
	if diff := cmp.Diff(lines(t, out, "price"), lines(t, one, "price")); diff != "" {
		t.Error(diff)
	}
	if got := lines(t, one, "sales"); got != nil {
		t.Errorf("with --metric price: %v", got)
	}
}

// TestByReceivedAt shifts the events by an hour: none is within the range.
func TestByReceivedAt(t *testing.T) {
	collection := clitest.MongoDB(t)
	insert(t, collection, history()...)
	out := t.TempDir()
	if code, stdout, stderr := run(t, out, "--by", "received_at"); code != 0 || !strings.Contains(stdout, "by 0 events") {
		t.Errorf("exit code %d\n%s\n%s", code, stdout, stderr)
	}
	if code, stdout, stderr := run(t, t.TempDir(), "--by", "received_at", "--from", "2026-10-01T12:58:00Z", "--to", "2026-10-01T13:03:00Z"); code != 0 || !strings.Contains(stdout, "by 7 events") {
		t.Errorf("exit code %d\n%s\n%s", code, stdout, stderr)
	}
}

func TestRefusals(t *testing.T) {
	collection := clitest.MongoDB(t)
	insert(t, collection, history()...)
	events := clitest.File(t, "events.yaml", shop)
	args := func(more ...string) []string {
		return append([]string{"--from", "2026-10-01", "--to", "2026-10-02", "--map", events, "--out", t.TempDir()}, more...)
	}
	used := t.TempDir()
	if code, _, stderr := run(t, used); code != 0 {
		t.Fatal(stderr)
	}
	if err := collection.Indexes().DropAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusBadRequest) }))
	defer server.Close()
	receiver := server.Listener.Addr().String()
	const makes = `.getCollection("user_events").createIndex({timestamp: 1, _id: 1})`
	if code, _, stderr := clitest.Run(t, backfill.New(), args()...); code != 1 || !strings.Contains(stderr, makes) {
		t.Errorf("without an index: exit code %d\n%s", code, stderr)
	}
	for name, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"no map":           {[]string{"--from", "2026-10-01", "--to", "2026-10-02", "--out", "x"}, 2, "--map is missing"},
		"no out":           {[]string{"--from", "2026-10-01", "--to", "2026-10-02", "--map", events}, 2, "--out is missing"},
		"no range":         {[]string{"--map", events, "--out", "x"}, 2, "--from and --to are both needed"},
		"the wrong way":    {args("--to", "2026-09-01"), 2, "--from must be earlier"},
		"an unknown one":   {args("--metric", "sale"), 2, "declares no such metric"},
		"a polled gauge":   {args("--metric", "polled"), 1, "no metric can be computed"},
		"a label of both":  {args("--label", "plan=x"), 2, "the metric sales has an attribute of this name"},
		"no label":         {args("--label", "job"), 2, "--label job: write NAME=VALUE"},
		"a reserved label": {args("--label", "__name__=x"), 2, "not a valid label name"},
		"a long step":      {args("--step", "10m"), 2, "--step is 10m0s"},
		"another time":     {args("--by", "created_at"), 2, "known are timestamp and received_at"},
		"another step":     {args("--out", used, "--from", "2026-10-01T11:58:00Z", "--to", "2026-10-01T12:03:00Z", "--create-index", "--step", "30s"), 1, "another step; choose another --out"},
		"nobody to ask":    {args("--create-index", "--remote-write", "http://127.0.0.1:1/api/v1/write"), 2, "give --yes"},
		"a secret":         {args("--create-index", "--remote-write", "http://u:s3cret@"+receiver+"/api/v1/write", "--yes"), 2, receiver + "/api/v1/write answers 400: no"},
		"no URL":           {args("--create-index", "--remote-write", "s3cret"), 2, "--remote-write is no URL"},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := clitest.Run(t, backfill.New(), c.args...)
			if code != c.code || !strings.Contains(stderr, c.says) || strings.Contains(stderr+stdout, "s3cret") {
				t.Errorf("exit code %d, want %d and %q in\n%s", code, c.code, c.says, stderr)
			}
		})
	}
}
