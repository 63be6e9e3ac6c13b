// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// TestNewlineOfASecret: the driver would take a line break at the end for a part of the database's name.
func TestNewlineOfASecret(t *testing.T) {
	uri := mongotest.Start(t).URI()
	for _, end := range []string{"\n", "\r\n"} {
		if err := sinkOf(t, mongostore.Config{URI: uri + end, WithoutIndexes: true}).Ping(t.Context()); err != nil {
			t.Errorf("a connection string that ends in %q: %v", end, err)
		}
	}
	if _, err := mongostore.NewSink(mongostore.Config{URI: "\n"}); err == nil || !strings.Contains(err.Error(), "Config.URI is empty") {
		t.Errorf("a connection string of a line break alone: %v", err)
	}
	if _, err := mongostore.NewSink(mongostore.Config{URI: uri, SuppressKey: "fifteen bytes..\n"}); err == nil || !strings.Contains(err.Error(), "Config.SuppressKey has 15 bytes") {
		t.Errorf("a key that is too short but for its line break: %v", err)
	}
}
