// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// A filter that finds the documents with a value, whether they were stored before the redaction key changed or after that.
func ExampleRedactHash() {
	keys := []string{"the key before this one", "the key from now on"}
	var hashes []string
	for _, key := range keys {
		hash, err := otelanalytics.RedactHash([]byte(key), "ada@example.com")
		if err != nil {
			fmt.Println(err)
			return
		}
		hashes = append(hashes, hash)
	}
	filter := bson.D{{Key: "event_data.email", Value: bson.D{{Key: "$in", Value: hashes}}}}
	fmt.Println(filter)
	// Output: {"event_data.email":{"$in":["4e548eb742879c1ebe36e225c41c749e31a2be6046cff522cb3f6d8b13271118","afbd8d0df507581592f5063a20a9249a2185000b5d3d4929d1bb33a535a50bb0"]}}
}
