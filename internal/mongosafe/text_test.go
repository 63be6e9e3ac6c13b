// SPDX-License-Identifier: Apache-2.0

package mongosafe_test

import (
	"errors"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"github.com/otelanalytics/otelanalytics-go/internal/mongosafe"
)

// TestTextHoldsNoDocuments has errors quote what a document holds, as servers do.
func TestTextHoldsNoDocuments(t *testing.T) {
	const uri = "mongodb://user:s3cret@127.0.0.1/"
	for _, err := range []error{
		mongo.CommandError{Code: 2, Message: "bad value s3cret"},
		mongo.BulkWriteException{WriteErrors: []mongo.BulkWriteError{{WriteError: mongo.WriteError{Code: 121, Message: `{email: "s3cret"}`}}}},
		mongo.WriteException{WriteErrors: []mongo.WriteError{{Code: 11000, Message: `dup key: {email: "s3cret"}`}}},
		errors.New("cannot connect to user:s3cret@127.0.0.1"),
		errors.New("cannot connect with s3cret to " + uri),
	} {
		if text := mongosafe.Text(err, uri); strings.Contains(text, "s3cret") || text == "" {
			t.Errorf("%T: %s", err, text)
		}
	}
}

func TestConnectRefusesAndHidesSecrets(t *testing.T) {
	unacknowledged := options.Client().SetWriteConcern(writeconcern.Unacknowledged())
	for _, test := range []struct {
		uri            string
		further        *options.ClientOptions
		unacknowledged bool
	}{
		{"mongodb://user:s3cret@host:port/", nil, false},
		{"mongodb://user:s3cret", nil, false},
		{"s3cret", nil, false},
		{"mongodb://user:s3%cret@host/?w=s3cret", nil, false},
		{"mongodb://user:s3cret@127.0.0.1/?w=0", nil, true},
		{"mongodb://user:s3cret@127.0.0.1/", unacknowledged, true},
	} {
		_, err := mongosafe.Connect(t.Context(), test.uri, test.further)
		if err == nil || strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "s3%cret") || errors.Is(err, mongosafe.ErrUnacknowledged) != test.unacknowledged {
			t.Errorf("%q: %v", test.uri, err)
		}
	}
}

// TestWrap hides the text and keeps the error.
func TestWrap(t *testing.T) {
	command := mongo.CommandError{Code: 2, Name: "BadValue", Message: "s3cret"}
	for doing, want := range map[string]string{
		"":         "the server answered with code 2 (BadValue)",
		"querying": "querying: the server answered with code 2 (BadValue)",
	} {
		err := error(mongosafe.Wrap(doing, command, "mongodb://127.0.0.1/"))
		var original mongo.CommandError
		if err.Error() != want || !errors.As(err, &original) || original.Message != command.Message {
			t.Errorf("%q: %v", doing, err)
		}
	}
}
