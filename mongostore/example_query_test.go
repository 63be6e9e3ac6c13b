// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// One page after the other of what a user did today. An HTTP API hands Page.Next to its client, which sends it
// back for the next page.
func ExampleReader_Query() {
	var store *mongostore.Store // of mongostore.Open
	today := func(ctx context.Context, userID, cursor string) (next string, err error) {
		page, err := store.Reader().Query(ctx, mongostore.Query{
			UserID: userID,
			From:   time.Now().Truncate(24 * time.Hour),
			Limit:  50,
			Cursor: cursor,
		})
		switch {
		case errors.Is(err, mongostore.ErrCursor), errors.Is(err, mongostore.ErrQuery):
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
