// SPDX-License-Identifier: Apache-2.0

package mongosafe

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
)

// serverSelectionTimeout replaces the driver's 30 s, unless the connection string has its own: a person and a writer
// that tries again by itself both notice sooner that MongoDB is away or back.
const serverSelectionTimeout = 5 * time.Second

// disconnectTimeout bounds Disconnect.
const disconnectTimeout = time.Second

// ErrUnacknowledged: with the write concern w=0 MongoDB acknowledges nothing.
var ErrUnacknowledged = errors.New("the write concern w=0 has MongoDB acknowledge nothing, so that what it refuses is lost unnoticed; leave it out, or take w=majority")

// Connect prepares the driver, with further options after those of the connection string; they may be nil. It does not
// wait for a server. The error is ErrUnacknowledged, or about the connection string.
func Connect(uri string, further *options.ClientOptions) (*mongo.Client, error) {
	if w := WriteConcern(uri, further); w != nil && !w.Acknowledged() {
		return nil, ErrUnacknowledged
	}
	client, err := mongo.Connect(list(uri, further)...)
	if err != nil {
		return nil, errors.New(withoutParts(err.Error(), uri))
	}
	return client, nil
}

// WriteConcern is that of the client which Connect returns; nil is the server's default.
func WriteConcern(uri string, further *options.ClientOptions) *writeconcern.WriteConcern {
	return options.MergeClientOptions(list(uri, further)...).WriteConcern
}

func list(uri string, further *options.ClientOptions) []*options.ClientOptions {
	all := []*options.ClientOptions{options.Client().SetServerSelectionTimeout(serverSelectionTimeout).ApplyURI(uri)}
	if further != nil {
		all = append(all, further)
	}
	return all
}

// Disconnect closes the connections, within a second.
func Disconnect(client *mongo.Client) error {
	ctx, cancel := context.WithTimeout(context.Background(), disconnectTimeout)
	defer cancel()
	return client.Disconnect(ctx)
}
