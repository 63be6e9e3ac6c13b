// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/internal/defaults"
	"github.com/otelanalytics/otelanalytics-go/internal/suppression"
)

// SuppressedSuffix is appended to the name of the collection of events. The result is the name of the collection of suppressed users.
const SuppressedSuffix = "_suppressed"

// MinSuppressKey is the minimum length of a [Config.SuppressKey], in bytes.
const MinSuppressKey = defaults.MinSuppressKey

// ErrSuppressKey: Config.SuppressKey is missing, or the list of suppressed users was made with another key.
var ErrSuppressKey = errors.New("mongostore: wrong key of the list of suppressed users")

var (
	errNoSuppressKey = fmt.Errorf("%w: Config.SuppressKey is empty; give the key of all services (OTELANALYTICS_SUPPRESS_KEY)", ErrSuppressKey)
	errSuppressFull  = fmt.Errorf("mongostore: the list of suppressed users already has %d users, which is its maximum", suppression.MaxUsers)
)

// suppressed is the collection of suppressed users. It has one document for each, and one about the list:
//
//	{_id: Binary(32 bytes: the user's hash), since: date}
//	{_id: "list", check: Binary(8 bytes: which key the hashes are made with), version: 64-bit integer}
//
// The version grows before and after each change, so that a process which has read the list after it read the version misses
// nothing. The collection needs no index but that of _id.
type suppressed struct {
	connection *connection
	hasher     *suppression.Hasher // nil: no key
	name       string              // database and collection, for messages
}

func newSuppressed(c *connection) *suppressed {
	s := &suppressed{connection: c, name: c.config.Database + "." + c.config.Collection + SuppressedSuffix}
	if c.config.SuppressKey != "" {
		s.hasher = suppression.NewHasher([]byte(c.config.SuppressKey))
	}
	return s
}

// The document about the list.
const (
	listID        = "list"
	fieldCheck    = "check"
	fieldVersion  = "version"
	fieldSince    = "since"
	fieldUserHash = "_id"
)

type listDocument struct {
	Check   bson.Binary `bson:"check"`
	Version int64       `bson:"version"`
}

func aboutList() bson.D { return bson.D{{Key: fieldUserHash, Value: listID}} }

func (s *suppressed) collection(ctx context.Context) (*mongo.Collection, error) {
	client, err := s.connection.get(ctx)
	if err != nil {
		return nil, err
	}
	c := s.connection.config
	return client.Database(c.Database).Collection(c.Collection+SuppressedSuffix, onPrimary()), nil
}

// version returns the version of the list, 0 when there is none yet.
func (s *suppressed) version(ctx context.Context) (int64, error) {
	c, err := s.collection(ctx)
	if err != nil {
		return 0, err
	}
	var list listDocument
	err = c.FindOne(ctx, aboutList()).Decode(&list)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return list.Version, s.sameKey(list)
}

// users counts the users of the list.
func (s *suppressed) users(ctx context.Context) (int64, error) {
	c, err := s.collection(ctx)
	if err != nil {
		return 0, err
	}
	if version, err := s.version(ctx); err != nil || version == 0 {
		return 0, err
	}
	n, err := c.EstimatedDocumentCount(ctx)
	return max(n-1, 0), err
}

func (s *suppressed) sameKey(list listDocument) error {
	if s.hasher == nil {
		return fmt.Errorf("%w: Config.SuppressKey is empty, and there is a list, %s: its users are tracked", ErrSuppressKey, s.name)
	}
	check := s.hasher.Check()
	if string(list.Check.Data) != string(check[:]) {
		return fmt.Errorf("%w: %s was begun with another; give every service and command the same", ErrSuppressKey, s.name)
	}
	return nil
}

// load reads all users of the list.
func (s *suppressed) load(ctx context.Context) (suppression.Set, error) {
	c, err := s.collection(ctx)
	if err != nil {
		return suppression.Set{}, err
	}
	others := bson.D{{Key: fieldUserHash, Value: bson.D{{Key: "$ne", Value: listID}}}}
	cursor, err := c.Find(ctx, others, options.Find().SetProjection(bson.D{{Key: fieldUserHash, Value: 1}}).SetLimit(suppression.MaxUsers+1))
	if err != nil {
		return suppression.Set{}, err
	}
	defer cursor.Close(context.WithoutCancel(ctx))
	var hashes []suppression.Hash
	for cursor.Next(ctx) {
		_, data, ok := cursor.Current.Lookup(fieldUserHash).BinaryOK()
		if ok && len(data) == len(suppression.Hash{}) {
			hashes = append(hashes, suppression.Hash(data))
		}
	}
	if err := cursor.Err(); err != nil {
		return suppression.Set{}, err
	}
	if len(hashes) > suppression.MaxUsers {
		return suppression.Set{}, errSuppressFull
	}
	return suppression.NewSet(hashes), nil
}

// begin makes the document about the list, when there is none yet, and begins a change.
func (s *suppressed) begin(ctx context.Context, c *mongo.Collection) error {
	check := s.hasher.Check()
	update := bson.D{
		{Key: "$setOnInsert", Value: bson.D{{Key: fieldCheck, Value: bson.Binary{Data: check[:]}}}},
		{Key: "$inc", Value: bson.D{{Key: fieldVersion, Value: int64(1)}}},
	}
	if _, err := c.UpdateOne(ctx, aboutList(), update, options.UpdateOne().SetUpsert(true)); err != nil && !mongo.IsDuplicateKeyError(err) {
		return err // duplicate: somebody else has just made it
	}
	_, err := s.version(ctx)
	return err
}

// end ends a change.
func (s *suppressed) end(ctx context.Context, c *mongo.Collection) error {
	_, err := c.UpdateOne(ctx, aboutList(), bson.D{{Key: "$inc", Value: bson.D{{Key: fieldVersion, Value: int64(1)}}}})
	return err
}

func (s *suppressed) user(userID string) bson.D {
	h := s.hasher.Hash(asStored(userID))
	return bson.D{{Key: fieldUserHash, Value: bson.Binary{Data: h[:]}}}
}

// add puts a user on the list, and reports whether that is new.
func (s *suppressed) add(ctx context.Context, userID string) (added bool, err error) {
	c, err := s.collection(ctx)
	if err != nil {
		return false, err
	}
	if err := s.begin(ctx, c); err != nil {
		return false, err
	}
	n, err := c.EstimatedDocumentCount(ctx)
	if err != nil {
		return false, err
	}
	if n > suppression.MaxUsers {
		return false, errSuppressFull
	}
	since := bson.D{{Key: "$setOnInsert", Value: bson.D{{Key: fieldSince, Value: bson.NewDateTimeFromTime(time.Now())}}}}
	result, err := c.UpdateOne(ctx, s.user(userID), since, options.UpdateOne().SetUpsert(true))
	switch {
	case mongo.IsDuplicateKeyError(err): // somebody else has just done it
	case err != nil:
		return false, err
	default:
		added = result.UpsertedCount > 0
	}
	return added, s.end(ctx, c)
}

// remove takes a user off the list, and reports whether the user was on it.
func (s *suppressed) remove(ctx context.Context, userID string) (removed bool, err error) {
	c, err := s.collection(ctx)
	if err != nil {
		return false, err
	}
	if version, err := s.version(ctx); err != nil || version == 0 {
		return false, err
	}
	if err := s.end(ctx, c); err != nil { // which is how a change begins, too
		return false, err
	}
	result, err := c.DeleteOne(ctx, s.user(userID))
	if err != nil {
		return false, err
	}
	return result.DeletedCount > 0, s.end(ctx, c)
}
