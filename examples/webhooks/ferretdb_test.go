// SPDX-License-Identifier: Apache-2.0

package main_test

import (
	"strings"
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
// does: with a key that has a dot or begins with a dollar sign, or with an
// array in an array. Such documents go to the quarantine file; one of the real
// deliveries is among them.
func ferretDBRefuses(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		for key, element := range v {
			if strings.HasPrefix(key, "$") || strings.Contains(key, ".") || ferretDBRefuses(element) {
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
