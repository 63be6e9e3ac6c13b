// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"

	"github.com/otelanalytics/otelanalytics-go/internal/mongosafe"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// Reader returns a reader of the events in MongoDB; it does not wait for the server. Close it.
func Reader(c config.Config) (*mongostore.Reader, error) { return ReaderOf(c, nil) }

// ReaderOf is [Reader], which finds events under the earlier names of their type, too.
func ReaderOf(c config.Config, names mongostore.EventNames) (*mongostore.Reader, error) {
	if err := NeedMongoDB(c); err != nil {
		return nil, err
	}
	store := mongostore.FromConfig(c)
	store.EventMap = names
	return mongostore.NewReader(store)
}

// Connection is a connection to a deployment's MongoDB. What its server and the driver say must go through Error.
type Connection struct {
	Database   *mongo.Database
	Collection *mongo.Collection

	uri string
}

// MongoDB prepares the driver; it does not wait for the server, but asks DNS with mongodb+srv://, as long as ctx
// allows: *mongosafe.ResolveError. What is read comes from the primary, whatever the connection string says: the commands
// promise to see everything. Close it.
func MongoDB(ctx context.Context, c config.Config) (*Connection, error) {
	if err := NeedMongoDB(c); err != nil {
		return nil, err
	}
	client, err := mongosafe.Connect(ctx, string(c.URI), options.Client().SetReadPreference(readpref.Primary()))
	var dns *mongosafe.ResolveError
	if errors.As(err, &dns) {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("MongoDB's connection string: %w", err)
	}
	db := client.Database(c.Database)
	return &Connection{Database: db, Collection: db.Collection(c.Collection), uri: string(c.URI)}, nil
}

// Connect is [MongoDB] with the configuration of [Flags.LoadWithoutKeys].
func (f *Flags) Connect(ctx context.Context) (config.Config, *Connection, error) {
	c, err := f.LoadWithoutKeys()
	if err != nil {
		return c, nil, err
	}
	db, err := MongoDB(ctx, c)
	return c, db, err
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
