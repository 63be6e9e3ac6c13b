// SPDX-License-Identifier: Apache-2.0

package clitest

import (
	"testing"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// MongoDB gives the commands of a test a collection of their own, by the SDK's variables.
// See [mongotest].
func MongoDB(t *testing.T) *mongo.Collection {
	t.Helper()
	server := mongotest.Start(t)
	db := server.Database(t)
	t.Setenv("OTELANALYTICS_MONGODB_URI", server.URI())
	t.Setenv("OTELANALYTICS_MONGODB_DATABASE", db.Name())
	return db.Collection(mongostore.DefaultCollection)
}
