// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// ensured is a validator that answers with one error after the other.
type ensured struct {
	answers []error
	calls   int
}

func (e *ensured) Ensure(_ context.Context, on *mongo.Collection) (bool, error) {
	if on.Name() != mongostore.DefaultCollection {
		return false, errors.New("another collection")
	}
	e.calls++
	if e.calls > len(e.answers) {
		return true, nil
	}
	return false, e.answers[e.calls-1]
}

// TestValidatorOfTheStore: the collection gets it before the first event, and again after an outage; without indexes, too. One that
// cannot be had keeps no event from the database.
func TestValidatorOfTheStore(t *testing.T) {
	for _, test := range []struct {
		name    string
		answers []error
		calls   int
		log     string
	}{
		{"in effect", nil, 1, "the collection has the validator"},
		{"after an outage", []error{mongo.CommandError{Code: 91, Name: "ShutdownInProgress"}}, 2, "the collection has the validator"},
		{"not allowed", []error{mongo.CommandError{Code: 13, Name: "Unauthorized"}}, 1, "the server answered with code 13 (Unauthorized)"},
		{"left as it is", []error{fmt.Errorf("%w: it is somebody's", mongostore.ErrValidatorKept)}, 1, "it is somebody's"},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := wireserver.Start(t)
			v := &ensured{answers: test.answers}
			log := new(bytes.Buffer)
			s := open(t, mongostore.Config{
				URI: server.URI(), Dir: t.TempDir(), WithoutIndexes: true, Validator: v, Logger: slog.New(slog.NewTextHandler(log, nil)),
			})
			for range 2 {
				add(t, s, event(t))
				flush(t, s)
			}
			if err := shutdown(t, s, time.Minute); err != nil {
				t.Error(err)
			}
			if v.calls != test.calls || !strings.Contains(log.String(), test.log) {
				t.Errorf("called %d times, want %d\n%s", v.calls, test.calls, log)
			}
		})
	}
}
