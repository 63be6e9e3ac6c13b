// SPDX-License-Identifier: Apache-2.0

package mongouniques_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
	"github.com/otelanalytics/otelanalytics-go/uniques/mongouniques"
)

// The map says what is counted, and the configuration where. Here, nothing listens at the address: events wait, and the first instance
// that reaches MongoDB makes the key.
func Example() {
	m, err := eventmap.Parse([]byte(`version: 1
metrics: {active_users_current: {instrument: unique}}
every_event: {record: [{metric: active_users_current}]}
events: {user_logged_in: {}}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	dir, err := os.MkdirTemp("", "otelanalytics")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	cfg := config.Config{URI: "mongodb://127.0.0.1:1/", Dir: dir, UniquesKeyCollection: "keys.sketches"}

	storeConfig := mongostore.FromConfig(cfg)
	users, err := mongouniques.Setup(&storeConfig, m, cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	store, err := mongostore.Open(ctx, storeConfig)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, source := range users.Sources("active_users") {
		fmt.Println(source.Name, "reads", source.Metrics)
	}
	_ = store.Shutdown(ctx)
	// Output: active_users reads [active_users_current]
}
