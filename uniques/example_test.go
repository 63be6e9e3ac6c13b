// SPDX-License-Identifier: Apache-2.0

package uniques_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/uniques"
	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore"
)

// A counter around a sink in memory. A service puts it around a mongostore.Sink, with Records and Documents of its reader.
func Example() {
	dir, err := os.MkdirTemp("", "otelanalytics")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	counter, err := uniques.New(uniques.Config{
		Metrics: []uniques.Metric{{
			Name:    "active_users_current",
			Windows: map[string]time.Duration{"daily": 24 * time.Hour, "monthly": 30 * 24 * time.Hour},
		}},
		Key:     []byte("16 bytes or more"),
		Records: new(recordstore.Memory),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	store, err := eventstore.Open(ctx, counter.Around(memsink.New()), eventstore.Config{Dir: dir})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer store.Shutdown(ctx)
	for i, user := range []string{"ann", "bob", "ann", "cid"} {
		happened := time.Now().Add(-time.Duration(i) * 20 * time.Hour) // the last one's was 60 hours ago
		document, err := bson.Marshal(bson.D{{Key: "_id", Value: i}, {Key: "user_id", Value: user}, {Key: "timestamp", Value: happened}})
		if err == nil {
			_, err = store.Append(ctx, eventstore.Event{ID: [16]byte{byte(i)}, Type: "seen", Document: document}, eventstore.AckWritten)
		}
		if err != nil {
			fmt.Println(err)
		}
	}
	if err := store.Flush(ctx); err != nil {
		fmt.Println(err)
	}
	numbers, err := counter.Numbers(ctx)
	if err != nil {
		fmt.Println(err)
	}
	for _, n := range numbers {
		fmt.Println(n.Metric, n.Attributes, n.Value, n.Exact)
	}
	// Output:
	// active_users_current [time_period daily] 2 true
	// active_users_current [time_period monthly] 3 true
}
