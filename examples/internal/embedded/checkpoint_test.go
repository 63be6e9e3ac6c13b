// SPDX-License-Identifier: Apache-2.0

package embedded_test

import (
	"os"
	"path/filepath"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/examples/internal/embedded"
)

// TestLogOfAKilledServer: a server has what a killed one had written, and
// begins with an empty write-ahead log.
func TestLogOfAKilledServer(t *testing.T) {
	const n = 100
	dir, copied := t.TempDir(), t.TempDir()
	killed := start(t, dir)
	for i := range n {
		if _, err := killed.InsertOne(t.Context(), bson.D{{Key: "_id", Value: i}}); err != nil {
			t.Fatal(err)
		}
	}
	// What is on the disk while a server runs is what a kill leaves.
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err == nil {
			err = os.WriteFile(filepath.Join(copied, filepath.Base(file)), content, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if size(t, copied) == 0 {
		t.Fatal("the killed server left no log")
	}
	stored, err := start(t, copied).CountDocuments(t.Context(), bson.D{})
	if err != nil || stored != n {
		t.Errorf("%d of %d documents are there (%v)", stored, n, err)
	}
	if bytes := size(t, copied); bytes != 0 {
		t.Errorf("the log has %d bytes", bytes)
	}
}

// start starts a server and returns a collection of it.
func start(t *testing.T, dir string) *mongo.Collection {
	t.Helper()
	server, err := embedded.Start(t.Context(), embedded.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	client, err := mongo.Connect(options.Client().ApplyURI(server.URI()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Disconnect(t.Context()) })
	return client.Database("d").Collection("c")
}

// size returns the bytes of the write-ahead logs in a directory.
func size(t *testing.T, dir string) (bytes int64) {
	t.Helper()
	logs, err := filepath.Glob(filepath.Join(dir, "*-wal"))
	if err != nil {
		t.Fatal(err)
	}
	for _, log := range logs {
		info, err := os.Stat(log)
		if err != nil {
			t.Fatal(err)
		}
		bytes += info.Size()
	}
	return bytes
}
