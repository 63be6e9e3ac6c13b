// SPDX-License-Identifier: Apache-2.0

package main_test

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
)

// keyID returns the _id of an event with a key, as docs/event-map.md says: in the
// scope of a service and a user.
func keyID(service, user, eventType, key string) uuid.UUID {
	const serviceAndUser = 3
	name := []byte{serviceAndUser}
	for _, text := range []string{service, user, eventType, key} {
		name = binary.BigEndian.AppendUint64(name, uint64(len(text)))
		name = append(name, text...)
	}
	return uuid.NewSHA1(keySpace, name)
}

func uuidOf(text string) string { return uuid.NewSHA1(uuid.NameSpaceURL, []byte(text)).String() }

func absolute(t testing.TB, file string) string {
	t.Helper()
	path, err := filepath.Abs(file)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func write(t testing.TB, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func countDocuments(t testing.TB, db *mongo.Database) int64 {
	t.Helper()
	n, err := db.Collection("user_events").CountDocuments(t.Context(), bson.D{})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
