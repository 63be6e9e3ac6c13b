// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

func TestClassify(t *testing.T) {
	known, _ := ownmetrics.StoreErrors.Label("kind")
	for _, test := range []struct {
		name string
		err  error
		want verdict
		kind string
	}{
		{"deadline", fmt.Errorf("insert: %w", context.DeadlineExceeded), outage, "timeout"},
		{"broken connection", mongo.CommandError{Labels: []string{"NetworkError"}}, outage, "network"},
		{"not primary", mongo.CommandError{Code: 10107, Name: "NotWritablePrimary"}, outage, "command"},
		{"stepping down", mongo.CommandError{Code: 189}, outage, "command"},
		{"unknown code, retryable", mongo.CommandError{Code: 99999, Labels: []string{"RetryableWriteError"}}, outage, "command"},
		{"not authorised", mongo.CommandError{Code: 13}, outage, "command"},
		{"disk full", mongo.CommandError{Code: 14031}, outage, "command"},
		{"bad value", mongo.CommandError{Code: 2}, unsuitable, "command"},
		{"too large for the server", mongo.CommandError{Code: 10334}, unsuitable, "command"},
		{"too large for the driver", errors.New(driverTooLarge), unsuitable, "driver"},
		{"unknown code", mongo.CommandError{Code: 99999}, unclear, "command"},
		{"duplicate without its document", mongo.CommandError{Code: 11000}, unclear, "command"},
		{"write concern", mongo.BulkWriteException{WriteConcernError: &mongo.WriteConcernError{Code: 64}}, outage, "write_concern"},
		{"single documents", mongo.BulkWriteException{WriteErrors: []mongo.BulkWriteError{{}}}, outage, "write"},
		{"authentication", errors.New("connection() error occurred during connection handshake"), outage, "connection"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if v, kind := classify(test.err); v != test.want || kind != test.kind {
				t.Errorf("got %d %s, want %d %s", v, kind, test.want, test.kind)
			}
			if !slices.Contains(known.Names(), test.kind) {
				t.Errorf("the kind %s is not in the table of own metrics", test.kind)
			}
		})
	}
}

func TestDuplicateKeyOnID(t *testing.T) {
	for _, test := range []struct {
		name string
		raw  bson.D
		want bool
	}{
		{"_id", bson.D{{Key: "keyPattern", Value: bson.D{{Key: "_id", Value: 1}}}}, true},
		{"another", bson.D{{Key: "keyPattern", Value: bson.D{{Key: "email", Value: 1}}}}, false},
		{"_id and another", bson.D{{Key: "keyPattern", Value: bson.D{{Key: "_id", Value: 1}, {Key: "email", Value: 1}}}}, false},
		{"an old server says nothing", bson.D{{Key: "errmsg", Value: "E11000 duplicate key error"}}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			raw, err := bson.Marshal(test.raw)
			if err != nil {
				t.Fatal(err)
			}
			if got := onID(raw); got != test.want {
				t.Errorf("got %v", got)
			}
		})
	}
	if onID(nil) {
		t.Error("an error without details was taken for one about _id")
	}
}
