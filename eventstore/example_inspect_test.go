// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// What is on the disk of a service, whether it runs or not.
func ExampleInspectJournal() {
	look := func(dir string) error {
		r, err := eventstore.InspectJournal(context.Background(), dir)
		if err != nil {
			return err
		}
		fmt.Printf("%d events wait in %s, since %s\n", r.Pending, filepath.Base(r.Dir), r.Oldest)
		for _, d := range r.Damage {
			fmt.Printf("segment %d is damaged at %d: %s\n", d.Segment, d.Offset, d.Reason)
		}
		for e, err := range eventstore.ReadPending(dir) {
			if err != nil {
				return err
			}
			fmt.Println(e.Time, e.Type, e.ID, len(e.Document))
		}
		return nil
	}
	_ = look // look("otelanalytics-data")
}

// Why MongoDB refused events.
func ExampleReadQuarantine() {
	reasons := make(map[string]int)
	for e, err := range eventstore.ReadQuarantine("testdata/quarantine") {
		if err != nil {
			fmt.Println(err)
			return
		}
		reasons[e.Type+": "+e.Reason]++
	}
	fmt.Println(reasons)
	// Output: map[order_placed: validation:2]
}
