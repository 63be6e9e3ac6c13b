// SPDX-License-Identifier: Apache-2.0

package observers_test

import (
	"context"
	"fmt"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/observers"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

func ExampleObservers_Observe() {
	ctx := context.Background()
	m, err := eventmap.Parse([]byte("version: 1\nmetrics:\n  queue_length: {instrument: gauge}\n"))
	if err != nil {
		fmt.Println(err)
		return
	}
	client, err := otelanalytics.New(m)
	if err != nil {
		fmt.Println(err)
		return
	}
	o, err := observers.Start(client.Module("observers"))
	if err != nil {
		fmt.Println(err)
		return
	}
	read := make(chan struct{})
	err = o.Observe("queue_length", time.Minute, func(context.Context) (float64, error) {
		close(read) // at once, and then every minute
		return 3, nil
	})
	fmt.Println(err)
	<-read
	fmt.Println(o.Shutdown(ctx))
	// Output:
	// <nil>
	// <nil>
}
