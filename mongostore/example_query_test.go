// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// One page after the other of what a user did today. An HTTP API hands Page.Next to its client, which sends it
// back for the next page.
func ExampleStore_Query() {
	var store *eventstore.Store // of eventstore.Open
	today := func(ctx context.Context, userID, cursor string) (next string, err error) {
		page, err := store.Query(ctx, eventstore.Query{
			UserID: userID,
			From:   time.Now().Truncate(24 * time.Hour),
			Limit:  50,
			Cursor: cursor,
		})
		switch {
		case errors.Is(err, eventstore.ErrCursor), errors.Is(err, eventstore.ErrQuery):
			return "", fmt.Errorf("the caller's mistake: %w", err)
		case err != nil:
			return "", err
		}
		for _, e := range page.Events {
			method, _ := e.Data.Lookup("auth_method").StringValueOK()
			fmt.Println(e.Time, e.Type, method)
		}
		return page.Next, nil
	}
	_ = today
}
