// SPDX-License-Identifier: Apache-2.0

package datadir_test

import (
	"fmt"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/datadir"
)

// TestNamesOfFields: the data are shown with the names that callers gave to fields.
func TestNamesOfFields(t *testing.T) {
	doc, err := bson.Marshal(bson.D{{Key: "event_data", Value: bson.D{{Key: "%24current_url", Value: bson.D{{Key: "a%2Eb", Value: "x"}}}}}})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"event_data":{"$current_url":{"a.b":"x"}}}`
	if got := fmt.Sprint((&datadir.Selection{Data: true}).JSON(doc)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
