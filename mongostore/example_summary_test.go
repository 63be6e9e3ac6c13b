// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"context"
	"fmt"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// How many users logged in during the last week, exactly.
func ExampleStore_Summary() {
	var store *eventstore.Store // of eventstore.Open
	week := func(ctx context.Context) error {
		sum, err := store.Summary(ctx, eventstore.Filter{
			Type: "user_logged_in",
			From: time.Now().AddDate(0, 0, -7),
		})
		if err != nil {
			return err
		}
		fmt.Printf("%d logins of %d users, the last at %v\n", sum.Events, sum.Users, sum.Last)
		return nil
	}
	_ = week
}
