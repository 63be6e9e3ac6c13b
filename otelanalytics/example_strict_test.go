// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// By default an event that the map does not declare is stored and counted under other. A strict client
// refuses it, which suits tests and a team that wants the map to be complete.
func ExampleWithStrict() {
	client := newShopExample(otelanalytics.WithStrict())
	defer client.stop()

	err := client.Track(context.Background(), otelanalytics.Event{Type: "user_loged_in"})
	fmt.Println(errors.Is(err, otelanalytics.ErrUnknownEvent), err)
	// Output:
	// true otelanalytics: unknown event: "user_loged_in" is not in the event map
}
