// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// A report beside a service that is running: without a journal, a directory and a lock.
func ExampleNewReader() {
	report := func(ctx context.Context) error {
		reader, err := mongostore.NewReader(mongostore.Config{URI: os.Getenv("OTELANALYTICS_MONGODB_URI")})
		if err != nil {
			return err
		}
		defer reader.Close()
		types, err := reader.SummaryByType(ctx, mongostore.Filter{From: time.Now().AddDate(0, 0, -7)})
		if err != nil {
			return err
		}
		for _, t := range types {
			fmt.Printf("%s: %d events of %d users\n", t.Type, t.Events, t.Users)
		}
		return nil
	}
	_ = report
}
