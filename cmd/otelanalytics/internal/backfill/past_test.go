// SPDX-License-Identifier: Apache-2.0

package backfill_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/backfill"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
)

const visits = `
version: 1
metrics:
  visitors: {instrument: unique, windows: {hour: 1h}, attributes: {page: {limit: 5}}}
  members: {instrument: unique, windows: {hour: 1h}}
events:
  visited: {record: [{metric: visitors}, {metric: members}]}
  previewed: {enabled: false, record: [{metric: visitors}, {metric: members}]}
`

// TestDistinctUsers: a window that begins before --from has what happened then, and a series ends when its last user has left the window.
// A metric without attributes has zero then. An event that is switched off does not count, before --from either.
func TestDistinctUsers(t *testing.T) {
	collection := clitest.MongoDB(t)
	page := func(name string) bson.D { return bson.D{{Key: "page", Value: name}} }
	insert(t, collection,
		event(1, "visited", -90*time.Minute, page("home")), // at 10:30, in the window until 12:00
		event(4, "visited", -80*time.Minute, page("home")),
		event(2, "visited", -70*time.Minute, page("home")),
		event(5, "previewed", -75*time.Minute, page("home")),
		event(6, "previewed", 4*time.Minute, page("shop")),
		event(3, "visited", 5*time.Minute, page("shop")), // at 12:05, until 14:00
	)
	out := t.TempDir()
	code, stdout, stderr := clitest.Run(t, backfill.New(), "--from", "2026-10-01T11:55:00Z", "--to", "2026-10-01T14:00:00Z", "--step", "5m",
		"--map", clitest.File(t, "events.yaml", visits), "--out", out, "--create-index", "--verify")
	if code != 0 {
		t.Fatalf("exit code %d\n%s", code, stderr)
	}
	got := map[string][]string{} // by series: the first and the last sample
	for _, name := range []string{"20261001T115500Z.om", "20261001T120000Z.om", "20261001T140000Z.om"} {
		for line := range strings.Lines(contents(t, out)[name]) {
			series, sample, ok := strings.Cut(strings.TrimSpace(line), "} ")
			if !ok || strings.HasPrefix(line, "#") {
				continue
			}
			all := append(got[series], sample)
			if len(all) > 2 {
				all[1], all = sample, all[:2]
			}
			got[series] = all
		}
	}
	if diff := cmp.Diff(map[string][]string{
		`members{time_period="hour"`:              {"3 1790855700", "0 1790863200"},
		`visitors{page="home",time_period="hour"`: {"3 1790855700"},
		`visitors{page="shop",time_period="hour"`: {"1 1790856600", "1 1790862900"},
	}, got); diff != "" {
		t.Errorf("(-want +got)\n%s\n%s", diff, stdout)
	}
}
