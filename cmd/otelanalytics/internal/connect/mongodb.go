// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"fmt"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/internal/mongosafe"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// Reader returns a reader of the events in MongoDB; it does not wait for the server. Close it.
func Reader(c config.Config) (*mongostore.Reader, error) {
	if err := NeedMongoDB(c); err != nil {
		return nil, err
	}
	return mongostore.NewReader(mongostore.FromConfig(c))
}

// Connection is a connection to a deployment's MongoDB. What its server and the driver say must go through Error.
type Connection struct {
	Database   *mongo.Database
	Collection *mongo.Collection

	uri string
}

// MongoDB prepares the driver; it does not wait for the server. Close it.
func MongoDB(c config.Config) (*Connection, error) {
	if err := NeedMongoDB(c); err != nil {
		return nil, err
	}
	client, err := mongosafe.Connect(string(c.URI), nil)
	if err != nil {
		return nil, fmt.Errorf("MongoDB's connection string: %w", err)
	}
	db := client.Database(c.Database)
	return &Connection{Database: db, Collection: db.Collection(c.Collection), uri: string(c.URI)}, nil
}

// Close closes the connections.
func (c *Connection) Close() {
	_ = mongosafe.Disconnect(c.Database.Client()) // nothing is left to be done
}

// Error says what failed while doing something, for errors.Is and errors.As, with a text that holds neither secrets nor
// parts of documents.
func (c *Connection) Error(doing string, err error) error {
	return mongosafe.Wrap(doing, err, c.uri)
}
