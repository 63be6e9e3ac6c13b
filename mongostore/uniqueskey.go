// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/background"
	"github.com/otelanalytics/otelanalytics-go/internal/defaults"
	"github.com/otelanalytics/otelanalytics-go/internal/mongosafe"
	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore"
)

// ErrNoUniquesKey: the collection has no key of sketches.
var ErrNoUniquesKey = errors.New("mongostore: there is no key of sketches")

// The document that has the key. It is inserted once and never changes:
//
//	{_id: "uniques", key: Binary(32 random bytes), since: date}
const (
	uniquesKeyID    = "uniques"
	uniquesKeyField = "key"
	uniquesKeySince = "since"
	uniquesKeyBytes = 32
)

// UniquesKey returns the key of sketches in a collection (KeyFrom of a uniques.Config). If there is none, it makes a key of
// 32 random bytes and stores it. When several processes do so at once, all get the same key.
//
// The collection is "name", in the database of the events, or "database.name". Give it its own role: an account that can read it can
// test whether a user is in a sketch. An account with only the right to find gets an existing key. Do not replace the key
// while it is in use.
//
// UniquesKey takes at most WriteTimeout. It reads the primary with the read concern majority, and writes with the write concern
// majority.
//
// The errors are recordstore.ErrRefused when the account lacks a right, eventstore.ErrClosed, and the errors of ctx and MongoDB. No
// error contains the key.
func (r *Reader) UniquesKey(ctx context.Context, collection string) ([]byte, error) {
	return r.uniquesKey(ctx, collection, true)
}

// FindUniquesKey works like [Reader.UniquesKey] for a program that makes no key. Without a key, the error is ErrNoUniquesKey.
func (r *Reader) FindUniquesKey(ctx context.Context, collection string) ([]byte, error) {
	return r.uniquesKey(ctx, collection, false)
}

func (r *Reader) uniquesKey(ctx context.Context, name string, create bool) ([]byte, error) {
	config := r.connection.config
	database, collection, err := config.keyCollection(name)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(background.Or(ctx), config.WriteTimeout)
	defer cancel()
	client, err := r.connection.get(ctx)
	if err != nil {
		return nil, r.keyError(err)
	}
	c := client.Database(database).Collection(collection,
		options.Collection().SetReadPreference(readpref.Primary()).SetReadConcern(readconcern.Majority()).SetWriteConcern(writeconcern.Majority()))
	key, err := findKey(ctx, c)
	if !create || !errors.Is(err, mongo.ErrNoDocuments) {
		return key, r.keyError(err)
	}
	made := make([]byte, uniquesKeyBytes)
	_, _ = rand.Read(made) // never fails
	_, err = c.InsertOne(ctx, bson.D{
		{Key: recordID, Value: uniquesKeyID},
		{Key: uniquesKeyField, Value: bson.Binary{Data: made}},
		{Key: uniquesKeySince, Value: time.Now()},
	})
	if err != nil && !mongo.IsDuplicateKeyError(err) {
		return nil, r.keyError(err)
	}
	key, err = findKey(ctx, c) // that of whoever was first
	return key, r.keyError(err)
}

// findKey returns the key; mongo.ErrNoDocuments when there is none.
func findKey(ctx context.Context, c *mongo.Collection) ([]byte, error) {
	doc, err := c.FindOne(ctx, bson.D{{Key: recordID, Value: uniquesKeyID}}).Raw()
	if err != nil {
		return nil, err
	}
	_, key, _ := doc.Lookup(uniquesKeyField).BinaryOK()
	if len(key) < defaults.MinUniquesKey {
		return nil, damagedKey{fmt.Sprintf("mongostore: the document %q of %s.%s has no %s of %d bytes or more; restore it: with another key, counting would start from zero",
			uniquesKeyID, c.Database().Name(), c.Name(), uniquesKeyField, defaults.MinUniquesKey)}
	}
	return append([]byte(nil), key...), nil
}

// damagedKey is an error about a document that has no key.
type damagedKey struct{ text string }

func (d damagedKey) Error() string { return d.text }

// keyCollection returns the database and the collection of a key.
func (c Config) keyCollection(name string) (database, collection string, err error) {
	database, collection = c.Database, name
	if before, after, ok := strings.Cut(name, "."); ok {
		database, collection = before, after
	}
	if database == "" || collection == "" {
		return "", "", fmt.Errorf("mongostore: the collection of the key is %q; write its name, or the name of a database, a dot and its name", name)
	}
	for _, suffix := range []string{"", UniquesSuffix, UniquesDataSuffix, SuppressedSuffix} {
		if database == c.Database && collection == c.Collection+suffix {
			return "", "", fmt.Errorf("mongostore: the collection of the key is %s.%s, which holds other data; give the key its own collection", database, collection)
		}
	}
	return database, collection, nil
}

// keyError hides secrets and documents.
func (r *Reader) keyError(err error) error {
	var damaged damagedKey
	switch {
	case err == nil:
		return nil
	case errors.As(err, &damaged):
		return damaged
	case errors.Is(err, mongo.ErrNoDocuments):
		return ErrNoUniquesKey
	case errors.Is(err, mongo.ErrClientDisconnected):
		return eventstore.ErrClosed
	}
	safe := mongosafe.Wrap("mongostore: the key of sketches", err, r.uri)
	if refuses(err) {
		return fmt.Errorf("%w: %w", recordstore.ErrRefused, safe)
	}
	return safe
}
