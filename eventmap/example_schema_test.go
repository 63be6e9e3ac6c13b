// SPDX-License-Identifier: Apache-2.0

package eventmap_test

import (
	"encoding/json"
	"fmt"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// A tool that writes maps asks the schema which instruments there are.
func ExampleSchema() {
	var schema struct {
		Defs struct {
			Metric struct {
				Properties struct {
					Instrument struct{ Enum []string }
				}
			}
		} `json:"$defs"`
	}
	if err := json.Unmarshal(eventmap.Schema(), &schema); err != nil {
		fmt.Println(err)
		return
	}
	for _, instrument := range schema.Defs.Metric.Properties.Instrument.Enum {
		fmt.Println(instrument)
	}
	// Output:
	// counter
	// up_down_counter
	// gauge
	// histogram
	// exponential_histogram
	// unique
}
