// SPDX-License-Identifier: Apache-2.0

package eventctx_test

import (
	"context"
	"fmt"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
)

// job is a message on a queue. It names the user for whom it was sent.
type job struct {
	ID, UserID, Session string
}

// A queue worker puts the actor of each message into the context of its work. The id of the message makes a
// good idempotency key: a message that is delivered twice is then stored and counted once.
func Example_queue() {
	work := func(ctx context.Context, j job) {
		// client.Track(ctx, otelanalytics.Event{Type: "report_sent", Key: j.ID})
		a := eventctx.FromContext(ctx)
		fmt.Println(j.ID, a.UserID, a.SessionID, a.Platform)
	}
	worker := eventctx.WithPlatform(context.Background(), "worker")
	for _, j := range []job{{"m-1", "u-17", "s-1"}, {"m-2", "u-18", ""}} {
		work(eventctx.WithSession(eventctx.WithUser(worker, j.UserID), j.Session), j)
	}
	// Output:
	// m-1 u-17 s-1 worker
	// m-2 u-18  worker
}
