// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore"
	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore/recordtest"
)

// reading returns a reader of a fresh database.
func reading(t *testing.T) (*mongostore.Reader, *mongo.Collection) {
	t.Helper()
	server := mongotest.Start(t)
	db := server.Database(t)
	reader, err := mongostore.NewReader(mongostore.Config{URI: server.URI(), Database: db.Name(), Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := reader.Close(); err != nil {
			t.Error(err)
		}
	})
	return reader, db.Collection(mongostore.DefaultCollection + mongostore.UniquesSuffix)
}

func TestRecords(t *testing.T) {
	recordtest.Run(t, func(t *testing.T) recordstore.Store {
		reader, _ := reading(t)
		return reader.Records()
	})
}

// TestDamagedRecords: a document that is no record is read as a record without start and data. Other records are read as usual.
func TestDamagedRecords(t *testing.T) {
	reader, collection := reading(t)
	records := reader.Records()
	whole := recordstore.Record{ID: "a|whole", Start: time.Unix(3600, 0).UTC(), Data: []byte("data")}
	if err := records.Put(t.Context(), whole); err != nil {
		t.Fatal(err)
	}
	for _, doc := range []bson.D{
		{{Key: "_id", Value: "a|nothing"}},
		{{Key: "_id", Value: "a|types"}, {Key: "start", Value: "today"}, {Key: "data", Value: "x"}, {Key: "expires", Value: int32(1)}},
		{{Key: "_id", Value: bson.NewObjectID()}, {Key: "data", Value: bson.Binary{Data: []byte{1}}}},
	} {
		if _, err := collection.InsertOne(t.Context(), doc); err != nil {
			t.Fatal(err)
		}
	}
	headers, err := records.List(t.Context(), "a|", time.Time{}, time.Time{})
	if err != nil || len(headers) != 3 {
		t.Fatalf("%v, %v", headers, err)
	}
	got, err := records.Load(t.Context(), []string{"a|nothing", "a|types", "a|whole"})
	if err != nil || len(got) != 3 {
		t.Fatalf("%v, %v", got, err)
	}
	for _, r := range got {
		if r.ID == whole.ID && string(r.Data) != "data" {
			t.Errorf("the whole record is %+v", r)
		}
		if r.ID != whole.ID && (len(r.Data) > 0 || !r.Start.IsZero()) {
			t.Errorf("the damaged record is %+v", r)
		}
	}
}

// TestDataOfRecords: data whose record is not there, because a process died between the two, are neither listed nor kept for ever.
func TestDataOfRecords(t *testing.T) {
	reader, collection := reading(t)
	records := reader.Records()
	data := collection.Database().Collection(mongostore.DefaultCollection + mongostore.UniquesDataSuffix)
	now := time.Now().Truncate(time.Second)
	start := now.Add(-5 * time.Hour)
	for _, r := range []recordstore.Record{
		{ID: "a", Start: start, Expires: now.Add(-time.Hour), Data: []byte("data")},
		{ID: "b", Start: start, Expires: now.Add(time.Hour), Data: []byte("data")},
		{ID: "c", Start: start},
	} {
		if err := records.Put(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range []string{"a", "b"} {
		if _, err := collection.DeleteOne(t.Context(), bson.D{{Key: "_id", Value: id}}); err != nil {
			t.Fatal(err)
		}
	}
	if headers, err := records.List(t.Context(), "", time.Time{}, time.Time{}); err != nil || len(headers) != 1 || headers[0].ID != "c" {
		t.Errorf("%v, %v; want c alone", headers, err)
	}
	if err := records.DeleteExpired(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	if n, err := data.CountDocuments(t.Context(), bson.D{}); err != nil || n != 1 {
		t.Errorf("%d documents with data are left, want that of b; %v", n, err)
	}
}

// TestListedData: the few bytes of a record of now are listed with it, and those of others are not.
func TestListedData(t *testing.T) {
	reader, collection := reading(t)
	records := reader.Records()
	now := time.Now().Truncate(time.Second)
	for _, r := range []recordstore.Record{
		{ID: "now", Start: now, Data: []byte("data")}, {ID: "large", Start: now, Data: make([]byte, 9_000)}, {ID: "old", Start: now.Add(-4 * time.Hour), Data: []byte("data")},
	} {
		if err := records.Put(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		loaded, err := records.Load(t.Context(), []string{r.ID})
		if err != nil || len(loaded) != 1 || len(loaded[0].Data) != len(r.Data) {
			t.Errorf("Load of %s: %d records, %v", r.ID, len(loaded), err)
		}
	}
	headers, err := records.List(t.Context(), "", time.Time{}, time.Time{})
	if err != nil || len(headers) != 3 {
		t.Fatal(headers, err)
	}
	for _, h := range headers {
		if (len(h.Data) > 0) != (h.ID == "now") {
			t.Errorf("List returns %d bytes of %s", len(h.Data), h.ID)
		}
	}
	if err := records.Delete(t.Context(), "now", "large", "old"); err != nil {
		t.Fatal(err)
	}
	data := collection.Database().Collection(mongostore.DefaultCollection + mongostore.UniquesDataSuffix)
	if n, err := data.CountDocuments(t.Context(), bson.D{}); err != nil || n != 0 {
		t.Errorf("%d documents with data are left, %v", n, err)
	}
}

func TestRecordsThatAreRefused(t *testing.T) {
	reader, _ := reading(t)
	large := recordstore.Record{ID: "a", Data: make([]byte, recordstore.MaxData+1)}
	if err := reader.Records().Put(t.Context(), large); !errors.Is(err, recordstore.ErrRefused) {
		t.Errorf("%v", err)
	}
	away, err := mongostore.NewReader(mongostore.Config{URI: nowhere, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	records := away.Records()
	put := func() error { return records.Put(t.Context(), recordstore.Record{ID: "a"}) }
	if err := put(); err == nil || errors.Is(err, recordstore.ErrRefused) || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("a server that is away: %v", err)
	}
	if err := away.Close(); err != nil {
		t.Error(err)
	}
	if err := put(); !errors.Is(err, eventstore.ErrClosed) {
		t.Errorf("a reader that is closed: %v", err)
	}
}
