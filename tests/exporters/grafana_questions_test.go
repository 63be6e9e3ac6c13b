// SPDX-License-Identifier: Apache-2.0

package exporters

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/tests/exporters/servers"
)

// questions asks what the card game's team asks, by its panels, and compares the answers with what was tracked.
func questions(t *testing.T, prom *servers.Prometheus, instance string, mongoDB *mongotest.Server, panels []panel, counted truth, added int64) {
	ask := func(title, ref string) string {
		t.Helper()
		for _, p := range panels {
			if p.title == title && p.ref == ref {
				return p.filled(instance)
			}
		}
		t.Fatalf("there is no panel %q with a target %s", title, ref)
		return ""
	}
	// answers waits until the answer has what is wanted by the value of a label, within a part of it; one without a label
	// is wanted by "".
	answers := func(promQL string, label model.LabelName, part float64, want map[string]float64) {
		t.Helper()
		prom.AwaitVector(t, promQL, fmt.Sprintf("%v by %q, within %v of it", want, label, part), func(v model.Vector) bool {
			return has(v, label, part, want)
		})
	}
	const exactly = 1e-9 // of floating-point numbers
	one := func(x float64) map[string]float64 { return map[string]float64{"": x} }

	logins := counted.sum("user_logins_total")
	answers(ask("User logins", "B"), "", exactly, one(logins))

	shares := make(map[string]float64)
	for _, method := range []string{"email", "google", "jwt", "session"} {
		if n := counted.sum("user_logins_total", fmt.Sprintf("auth_method=%q", method)); n > 0 {
			shares[method] = n / logins
		}
	}
	if len(shares) < 3 {
		t.Fatalf("only %v logged in", shares)
	}
	answers(ask("User logins, share by auth_method", "A"), "auth_method", exactly, shares)

	answers(ask("Dutch games completed, win/loss", "A"), "", exactly,
		one(counted.sum("dutch_games_completed_total", `result="win"`)/counted.sum("dutch_games_completed_total", `result="loss"`)))

	// The last events may be on their way to MongoDB still.
	events := mongoDB.Client(t).Database(mongostore.DefaultDatabase).Collection(mongostore.DefaultCollection)
	agrees := func(promQL string, label model.LabelName, documents func() map[string]float64) {
		t.Helper()
		prom.AwaitVector(t, promQL, "the users of the documents, by "+string(label), func(v model.Vector) bool {
			return has(v, label, exactly, documents())
		})
	}
	agrees(ask("Active users current, now", "A"), "time_period", func() map[string]float64 {
		return map[string]float64{"daily": activeUsers(t, events)}
	})
	agrees(ask("Active users by platform, daily", "A"), "platform", func() map[string]float64 { return activeByPlatform(t, events) })

	// A rate lacks what a series counted before its first sample: it is about what was added since the first players, all of
	// which lies within its window, or more.
	least, most := 0.8*float64(added)/300, 1.2*float64(counted.Requests)/300
	prom.AwaitVector(t, ask("App requests", "C"), fmt.Sprintf("between %v and %v", least, most), func(v model.Vector) bool {
		return len(v) == 1 && float64(v[0].Value) >= least && float64(v[0].Value) <= most
	})

	duration := counted.sum("dutch_game_duration_seconds_sum") / counted.sum("dutch_game_duration_seconds_count")
	answers(ask("Dutch game duration", "C"), "", exactly, one(duration))
	answers(ask("Dutch game duration", "A"), "", 0.2, one(duration))
}

// has reports whether an answer has what is wanted by the value of a label, within a part of it.
func has(v model.Vector, label model.LabelName, part float64, want map[string]float64) bool {
	found := 0
	for _, s := range v {
		if w, ok := want[string(s.Metric[label])]; ok && math.Abs(float64(s.Value)-w) <= part*w {
			found++
		}
	}
	return found == len(want)
}

// activeUsers counts the users of the last day in the documents.
func activeUsers(t *testing.T, events *mongo.Collection, filter ...bson.E) float64 {
	t.Helper()
	var users []string
	err := events.Distinct(t.Context(), "user_id", append(bson.D{
		{Key: "user_id", Value: bson.D{{Key: "$ne", Value: ""}}}, {Key: "timestamp", Value: bson.D{{Key: "$gte", Value: time.Now().Add(-24 * time.Hour)}}},
	}, filter...)).Decode(&users)
	if err != nil {
		t.Fatal(err)
	}
	return float64(len(users))
}

// activeByPlatform is activeUsers by platform.
func activeByPlatform(t *testing.T, events *mongo.Collection) map[string]float64 {
	t.Helper()
	users := make(map[string]float64)
	for platform, condition := range map[string]any{"android": "android", "ios": "ios", "web": "web", "unknown": bson.D{{Key: "$exists", Value: false}}} {
		if n := activeUsers(t, events, bson.E{Key: "platform", Value: condition}); n > 0 {
			users[platform] = n
		}
	}
	if len(users) < 3 {
		t.Fatalf("few platforms have users: %v", users)
	}
	return users
}
