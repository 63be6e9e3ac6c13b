// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// A user is deleted while MongoDB is away: Delete deletes nothing then, and says so. The account is to be closed
// first, so that nothing is tracked for the user any more; then Delete is called until it returns nil.
func ExampleStore_Delete() {
	dir, err := os.MkdirTemp("", "otelanalytics")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	store, err := mongostore.Open(ctx, mongostore.Config{URI: "mongodb://127.0.0.1:1/", Dir: dir})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer store.Shutdown(ctx)
	if _, err := store.Append(ctx, loggedIn("u-17"), eventstore.AckWritten); err != nil {
		fmt.Println(err)
		return
	}

	result, err := store.Delete(ctx, "u-17")
	switch {
	case errors.Is(err, eventstore.ErrPending):
		fmt.Println("MongoDB is away; delete again later")
	case err != nil:
		fmt.Println("delete again:", err)
	case result.DamagedSegments > 0:
		fmt.Println("look at the damaged files, and delete them")
	default:
		fmt.Println("deleted", result.Stored, "events")
	}
	// Output:
	// MongoDB is away; delete again later
}
