// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// Everything that is kept of a user, in a file of JSON lines.
func ExampleStore_Export() {
	var store *mongostore.Store // of mongostore.Open
	export := func(userID, file string) error {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
		defer cancel()
		f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		result, err := store.Export(ctx, userID, f)
		if err := errors.Join(err, f.Close()); err != nil {
			// The file is not complete. ErrPending: MongoDB is away, and events wait for it.
			return errors.Join(err, os.Remove(file))
		}
		fmt.Printf("%d events, and %d that MongoDB refused\n", result.Stored, result.Quarantined)
		return nil
	}
	_ = export
}
