// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"context"
	"fmt"
	"time"

	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// How many users logged in during the last week, exactly.
func ExampleReader_Summary() {
	var store *mongostore.Store // of mongostore.Open
	week := func(ctx context.Context) error {
		sum, err := store.Reader().Summary(ctx, mongostore.Filter{
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
