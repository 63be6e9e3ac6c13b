// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/uniques/internal/bucket"
	"github.com/otelanalytics/otelanalytics-go/uniques/internal/sketch"
	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore"
)

// buckets are sketches of hours and of days. A day has all of its hours.
type buckets map[place]*sketch.Sketch

// at returns the sketches that a moment belongs to.
func (b buckets) at(metric, tuple string, t time.Time, lengths ...time.Duration) (found []*sketch.Sketch) {
	for _, length := range lengths {
		p := place{metric, tuple, bucket.Of(t, length)}
		if b[p] == nil {
			b[p] = sketch.New()
		}
		found = append(found, b[p])
	}
	return found
}

// ofDocuments returns the sketches of what the documents say, and how many documents and users there are.
func ofDocuments(t *testing.T, u *Counter, reader *mongostore.Reader) (b buckets, documents, users int) {
	t.Helper()
	b = make(buckets)
	names := make(map[string]bool)
	err := reader.Received(t.Context(), time.Time{}, time.Time{}, func(doc bson.Raw) error {
		documents++
		user, _ := doc.Lookup(eventdoc.FieldUserID).StringValueOK()
		if user == "" {
			return nil
		}
		names[user] = true
		happened := doc.Lookup(eventdoc.FieldTime).Time()
		life, _ := doc.Lookup(eventdoc.FieldData, "life").StringValueOK()
		for metric, tuple := range map[string]string{"users": "", "users_by_life": encodeTuple([]string{"life", life})} {
			for _, s := range b.at(metric, tuple, happened, bucket.Hour, bucket.Day) {
				s.Add(u.key.hasher.Load().Hash(sketch.Text, []byte(user)))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b, documents, len(names)
}

// ofRecords returns the sketches of what is saved.
func ofRecords(t *testing.T, u *Counter) buckets {
	t.Helper()
	headers, err := u.config.Records.List(t.Context(), sketchPrefix, time.Time{}, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	b := make(buckets)
	err = u.load(t.Context(), idsOf(headers), func(_ recordstore.Record, p place, s *sketch.Sketch) {
		lengths := []time.Duration{bucket.Day}
		if p.bucket.Length <= bucket.Hour {
			lengths = append(lengths, bucket.Hour)
		}
		for _, into := range b.at(p.metric, p.tuple, p.bucket.Start, lengths...) {
			into.Merge(s)
		}
		if p.bucket.Length == bucket.Day { // its hours are not told apart any more
			for hour := range 24 {
				b.at(p.metric, p.tuple, p.bucket.Start.Add(time.Duration(hour)*bucket.Hour), bucket.Hour)[0].Merge(s)
			}
		}
	}, nil)
	if err != nil || u.Stats().Damaged > 0 {
		t.Fatalf("%v, %d records are damaged", err, u.Stats().Damaged)
	}
	return b
}

// completeSketches holds what is saved against the documents: every hour and every day has every user of its documents, and no day
// has another one. It returns how many documents and users there are.
func completeSketches(t *testing.T, u *Counter, reader *mongostore.Reader) (documents, users int) {
	t.Helper()
	want, documents, users := ofDocuments(t, u, reader)
	got := ofRecords(t, u)
	for p, s := range want {
		saved := got[p]
		if saved == nil {
			t.Errorf("%s %s: nothing is saved for %v, which has %d users", p.metric, p.tuple, p.bucket, s.Count())
			continue
		}
		both := saved.Clone()
		both.Merge(s)
		if n := both.Count(); n != saved.Count() || p.bucket.Length == bucket.Day && n != s.Count() {
			t.Errorf("%s %s: %v has %d users in sketches, %d in documents, %d in both", p.metric, p.tuple, p.bucket, saved.Count(), s.Count(), n)
		}
	}
	for p, s := range got {
		if want[p] == nil && p.bucket.Length == bucket.Day && !s.Empty() {
			t.Errorf("%s %s: %v has %d users, and no document", p.metric, p.tuple, p.bucket, s.Count())
		}
	}
	return documents, users
}
