// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// expiry puts a TTL into effect: it makes the collection's index that expires events what the configuration says.
type expiry struct {
	ttl     time.Duration
	shorten bool
	log     *slog.Logger
}

// expiring is the collection's index on the time when events were accepted, whoever made it.
type expiring struct {
	Name  string         `bson:"name"`
	Keys  bson.D         `bson:"key"`
	After *bson.RawValue `bson:"expireAfterSeconds"`
}

// time returns after how long events expire; false when they do not.
func (x *expiring) time() (time.Duration, bool) {
	if x == nil || x.After == nil {
		return 0, false
	}
	seconds, ok := x.After.AsInt64OK() // servers have had integers and doubles
	return time.Duration(seconds) * time.Second, ok
}

// apply compares the index with the TTL, and changes it where that is allowed. What needs TTLShorten is warned about and no
// error. It may be called again after an error.
func (e *expiry) apply(ctx context.Context, on *mongo.Collection) error {
	have, err := expiringIndex(ctx, on)
	if err != nil {
		return e.blindly(ctx, on, err)
	}
	now, expires := have.time()
	switch {
	case e.ttl == TTLNever && !expires:
		return nil
	case e.ttl == TTLNever:
		if err := on.Indexes().DropOne(ctx, have.Name); err != nil {
			return err
		}
		e.log.Info("mongodb: events no longer expire", "before", now)
		return nil
	case expires && now == e.ttl:
		return nil
	}
	deletes := expires && now > e.ttl
	if !expires {
		if deletes, err = e.hasOlder(ctx, on); err != nil {
			return err
		}
	}
	if deletes && !e.shorten {
		before := "never"
		if expires {
			before = now.String()
		}
		e.log.Warn("mongodb: the TTL is not put into effect, because the server would delete events at once; to allow that, set mongodb.ttl_shorten (Config.TTLShorten)",
			"has", before, "configured", e.ttl)
		return nil
	}
	if have == nil {
		return e.create(ctx, on)
	}
	if err := e.change(ctx, on, have); err != nil {
		return err
	}
	e.log.Info("mongodb: events expire after another time", "before", now, "after", e.ttl)
	return nil
}

// expiringIndex finds the index; nil without one.
func expiringIndex(ctx context.Context, on *mongo.Collection) (*expiring, error) {
	cursor, err := on.Indexes().List(ctx)
	if err != nil {
		return nil, err
	}
	var all []expiring
	if err := cursor.All(ctx, &all); err != nil {
		return nil, err
	}
	at := slices.IndexFunc(all, func(x expiring) bool { return len(x.Keys) == 1 && x.Keys[0].Key == eventdoc.FieldReceivedAt })
	if at < 0 {
		return nil, nil
	}
	return &all[at], nil
}

// hasOlder reports whether there are events that the server would delete at once. It can take a look at each event, as the
// creation of the index does.
func (e *expiry) hasOlder(ctx context.Context, on *mongo.Collection) (bool, error) {
	limit := bson.NewDateTimeFromTime(time.Now().Add(-e.ttl))
	err := on.FindOne(ctx, bson.D{{Key: eventdoc.FieldReceivedAt, Value: bson.D{{Key: "$lt", Value: limit}}}},
		options.FindOne().SetProjection(bson.D{{Key: eventdoc.FieldID, Value: 1}})).Err()
	if errors.Is(err, mongo.ErrNoDocuments) {
		return false, nil
	}
	return err == nil, err
}

func (e *expiry) create(ctx context.Context, on *mongo.Collection) error {
	_, err := on.Indexes().CreateOne(ctx, mongo.IndexModel{
		Keys: eventdoc.ExpiryIndex(), Options: options.Index().SetExpireAfterSeconds(e.seconds()),
	})
	return err
}

// change has the server change the index. One that expires events already is replaced where the server cannot; another one
// may be somebody's who needs it.
func (e *expiry) change(ctx context.Context, on *mongo.Collection, have *expiring) error {
	err := on.Database().RunCommand(ctx, bson.D{
		{Key: "collMod", Value: on.Name()},
		{Key: "index", Value: bson.D{{Key: "name", Value: have.Name}, {Key: "expireAfterSeconds", Value: e.seconds()}}},
	}).Err()
	var command mongo.CommandError
	if err == nil || !errors.As(err, &command) || command.Code == 0 || slices.Contains(retryableCodes, int(command.Code)) {
		return err
	}
	if _, expires := have.time(); !expires {
		return err
	}
	if failed := on.Indexes().DropOne(ctx, have.Name); failed != nil {
		return err
	}
	return e.create(ctx, on)
}

// seconds fits: Config's check sees to it.
func (e *expiry) seconds() int32 { return int32(e.ttl / time.Second) }

// blindly is for an account that may not list the indexes, and for servers that cannot: the index is created, and a server
// that has another one says so.
func (e *expiry) blindly(ctx context.Context, on *mongo.Collection, cause error) error {
	var command mongo.CommandError
	if !errors.As(cause, &command) || command.Code == 0 || slices.Contains(retryableCodes, int(command.Code)) || e.ttl == TTLNever {
		return cause
	}
	return e.create(ctx, on)
}
