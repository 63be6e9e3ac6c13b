// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"os"
	"path/filepath"
	"sync"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// synced has 64 goroutines wait for their events to be on disk, beside as many that sync a file for each.
func synced(b *run1) []Result {
	client, e, ctx := b.client(b.store(mongostore.Config{URI: nowhere})), loggedIn(), context.Background()
	f, err := os.Create(filepath.Join(b.TempDir(), "file"))
	b.must(err)
	b.Cleanup(func() { _ = f.Close() })
	bytes, err := bson.Marshal(document())
	b.must(err)
	var one sync.Mutex
	const goroutines = 64
	o, p := b.turns(
		parallel(goroutines, func() { b.must(client.Track(ctx, e, otelanalytics.WithAck(otelanalytics.AckSynced))) }),
		parallel(goroutines, func() {
			one.Lock()
			defer one.Unlock()
			_, err := f.Write(bytes)
			b.must(err)
			b.must(f.Sync())
		}))
	// A disk that syncs more than 2,500 times a second leaves less to share: then the processor is the bound.
	return []Result{ratio("synced", perSecond, 1e9/o, 1e9/p, min(20, 50_000/(1e9/p)))}
}
