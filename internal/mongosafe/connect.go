// SPDX-License-Identifier: Apache-2.0

package mongosafe

import (
	"context"
	"errors"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
)

// serverSelectionTimeout replaces the driver's 30 s, unless the connection string has its own: a person and a writer
// that tries again by itself both notice sooner that MongoDB is away or back.
const serverSelectionTimeout = 5 * time.Second

// DisconnectTimeout bounds Disconnect.
const DisconnectTimeout = time.Second

// ErrUnacknowledged: with the write concern w=0 MongoDB acknowledges nothing.
var ErrUnacknowledged = errors.New("the write concern w=0 has MongoDB acknowledge nothing, so that what it refuses is lost unnoticed; leave it out, or take w=majority")

// Check looks for mistakes in a connection string, with further options after those of the string; they may be nil. It asks
// neither a name server nor a server. The error is ErrUnacknowledged, or about the connection string.
func Check(uri string, further *options.ClientOptions) error {
	if w := WriteConcern(uri, further); w != nil && !w.Acknowledged() {
		return ErrUnacknowledged
	}
	plain, err := withoutSRV(uri)
	if err != nil {
		return err // it quotes nothing
	}
	o := options.MergeClientOptions(list(plain, further)...)
	if err := o.Validate(); err != nil {
		return errors.New(withoutParts(err.Error(), uri))
	}
	if AsksDNS(uri) && o.Direct != nil && *o.Direct {
		return errDirect
	}
	return nil
}

// AsksDNS reports whether Connect has to ask DNS.
func AsksDNS(uri string) bool { return strings.HasPrefix(uri, schemeSRV) }

// Connect prepares the driver, with further options as in Check. It does not wait for a server. With mongodb+srv:// it asks
// DNS for the servers, for as long as ctx allows; when that fails, the error is a *ResolveError. Other errors are those of
// Check.
func Connect(ctx context.Context, uri string, further *options.ClientOptions) (*mongo.Client, error) {
	if err := Check(uri, further); err != nil {
		return nil, err
	}
	if !AsksDNS(uri) {
		return connect(uri, further)
	}
	type result struct {
		client *mongo.Client
		err    error
	}
	done := make(chan result, 1)
	go func() { // the driver has no context for it
		client, err := connect(uri, further)
		done <- result{client, err}
	}()
	select {
	case r := <-done:
		return r.client, r.err
	case <-ctx.Done():
		go func() {
			if r := <-done; r.client != nil {
				_ = Disconnect(r.client)
			}
		}()
		return nil, Unresolved(uri, ctx.Err())
	}
}

func connect(uri string, further *options.ClientOptions) (*mongo.Client, error) {
	client, err := mongo.Connect(list(uri, further)...)
	switch {
	case err == nil:
		return client, nil
	case AsksDNS(uri):
		return nil, Unresolved(uri, err) // Check found nothing in the string
	default:
		return nil, errors.New(withoutParts(err.Error(), uri))
	}
}

// WriteConcern is that of the client which Connect returns; nil is the server's default.
func WriteConcern(uri string, further *options.ClientOptions) *writeconcern.WriteConcern {
	plain, err := withoutSRV(uri)
	if err != nil {
		return nil
	}
	return options.MergeClientOptions(list(plain, further)...).WriteConcern
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
	ctx, cancel := context.WithTimeout(context.Background(), DisconnectTimeout)
	defer cancel()
	return client.Disconnect(ctx)
}
