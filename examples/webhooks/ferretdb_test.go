// SPDX-License-Identifier: Apache-2.0

package main_test

import (
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
)

// isFerretDB reports whether the server is FerretDB, which says so.
func isFerretDB(t testing.TB, db *mongo.Database) bool {
	t.Helper()
	info, err := db.RunCommand(t.Context(), bson.D{{Key: "buildInfo", Value: 1}}).Raw()
	if err != nil {
		t.Fatal(err)
	}
	_, err = info.LookupErr("ferretdbVersion")
	return err == nil
}

// ferretDBRefuses reports whether FerretDB will not store a value that MongoDB
// does: with an array in an array. Such documents go to the quarantine file.
func ferretDBRefuses(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		for _, element := range v {
			if ferretDBRefuses(element) {
				return true
			}
		}
	case []any:
		for _, element := range v {
			if _, nested := element.([]any); nested || ferretDBRefuses(element) {
				return true
			}
		}
	}
	return false
}
