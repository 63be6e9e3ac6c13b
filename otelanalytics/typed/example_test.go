// SPDX-License-Identifier: Apache-2.0

package typed_test

import (
	"fmt"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics/typed"
)

// A number that is not there differs from 0.
func ExampleOptional() {
	var duration typed.Optional[float64]
	_, there := duration.Get()
	fmt.Println(there)
	duration = typed.Float64(0)
	seconds, there := duration.Get()
	fmt.Println(seconds, there)
	// Output:
	// false
	// 0 true
}
