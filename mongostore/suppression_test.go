// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/internal/suppression"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

const (
	suppressKey = "sixteen bytes at least"
	otherKey    = "another key, which is wrong"
)

// of returns an event of a user.
func of(t testing.TB, user string) eventstore.Event {
	t.Helper()
	return event(t, bson.E{Key: "user_id", Value: user})
}

func count(t testing.TB, db *mongo.Database, filter bson.D) int64 {
	t.Helper()
	n, err := db.Collection(mongostore.DefaultCollection).CountDocuments(t.Context(), filter)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Two instances: what one suppresses, the other knows once it has refreshed; what waits in either's journal is not delivered;
// and a user who is taken off is tracked again.
func TestTwoInstancesSuppress(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	c := mongostore.Config{URI: server.URI(), Database: db.Name(), SuppressKey: suppressKey, Logger: slog.New(slog.DiscardHandler)}
	c.Dir = t.TempDir()
	a := open(t, c)
	c.Dir = t.TempDir()
	b := open(t, c)
	refresh := func(s *mongostore.Store) {
		t.Helper()
		if err := s.RefreshSuppression(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	refresh(b)
	if added, err := a.Suppress(t.Context(), "ada"); !added || err != nil {
		t.Fatal(added, err)
	}
	if added, err := b.Reader().Suppress(t.Context(), "ada"); added || err != nil {
		t.Errorf("a second time: added is %v, %v", added, err)
	}
	if !a.Suppressed("ada") || a.Suppressed("bob") {
		t.Error("the instance that suppressed does not know it at once, or too much")
	}
	refresh(b)
	if !b.Suppressed("ada") || b.Suppressed("bob") || b.Suppressed("") {
		t.Error("the other does not know it after a refresh, or too much")
	}
	for _, s := range []*mongostore.Store{a, b} {
		add(t, s, of(t, "ada"))
		add(t, s, of(t, "bob"))
		flush(t, s)
		if st := s.Stats(); st.Suppressed["e"] != 1 || st.Stored["e"] != 1 {
			t.Errorf("%+v, want one suppressed and one stored", st)
		}
		balanced(t, s)
	}
	if got := count(t, db, bson.D{{Key: "user_id", Value: "ada"}}); got != 0 {
		t.Errorf("%d documents of ada", got)
	}
	if removed, err := b.Unsuppress(t.Context(), "ada"); !removed || err != nil {
		t.Error(removed, err)
	}
	if removed, err := b.Unsuppress(t.Context(), "ada"); removed || err != nil {
		t.Errorf("a second time: removed is %v, %v", removed, err)
	}
	refresh(a)
	for _, s := range []*mongostore.Store{a, b} {
		if s.Suppressed("ada") {
			t.Error("ada is still suppressed")
		}
	}
}

// The collection holds no id, and nothing that tells one without the key.
func TestCollectionOfSuppressedUsers(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	s := open(t, mongostore.Config{URI: server.URI(), Database: db.Name(), Dir: t.TempDir(), SuppressKey: suppressKey})
	for _, user := range []string{"ada", "bob", "J\xf6rg"} {
		if _, err := s.Suppress(t.Context(), user); err != nil {
			t.Fatal(err)
		}
	}
	if !s.Suppressed("J\xf6rg") || !s.Suppressed("J\uFFFDrg") {
		t.Error("an id that is not UTF-8 is not found as documents have it")
	}
	if n, err := s.Reader().SuppressedUsers(t.Context()); n != 3 || err != nil {
		t.Errorf("%d users, %v, want 3", n, err)
	}
	cursor, err := db.Collection("user_events"+mongostore.SuppressedSuffix).Find(t.Context(), bson.D{})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for cursor.Next(t.Context()) {
		n++
		if doc := cursor.Current; bytes.Contains(doc, []byte("ada")) || bytes.Contains(doc, []byte(suppressKey)) {
			t.Errorf("a secret in %v", doc)
		}
		if id, ok := cursor.Current.Lookup("_id").StringValueOK(); ok {
			if v := cursor.Current.Lookup("version").AsInt64(); id != "list" || v != 6 {
				t.Errorf("%v, want version 6 of the list: two for each change", cursor.Current)
			}
			continue
		}
		hash := suppression.NewHasher([]byte(suppressKey))
		_, data := cursor.Current.Lookup("_id").Binary()
		if h := suppression.Hash(data); h != hash.Hash("ada") && h != hash.Hash("bob") && h != hash.Hash("J\uFFFDrg") {
			t.Errorf("%v is nobody's hash", cursor.Current)
		}
		if _, ok := cursor.Current.Lookup("since").TimeOK(); !ok {
			t.Errorf("%v has no date", cursor.Current)
		}
	}
	if n != 4 {
		t.Errorf("%d documents, want one for each user and one about the list", n)
	}
}

// A restart while MongoDB is away works with the copy, and what it accepted meanwhile of somebody who was suppressed elsewhere
// is not delivered once MongoDB is back: the list is read before the first delivery.
func TestRestartWithoutMongoDBSuppresses(t *testing.T) {
	server := mongotest.Start(t)
	if !server.CanStop() {
		t.Skip("TestRestartWithoutMongoDBSuppresses: needs a server that the test may stop")
	}
	db := server.Database(t)
	c := mongostore.Config{
		URI: server.URI() + "?serverSelectionTimeoutMS=200", Database: db.Name(), Dir: t.TempDir(), SuppressKey: suppressKey,
		Logger: slog.New(slog.DiscardHandler),
	}
	s := open(t, c)
	if _, err := s.Suppress(t.Context(), "ada"); err != nil {
		t.Fatal(err)
	}
	if err := shutdown(t, s, time.Minute); err != nil {
		t.Fatal(err)
	}
	server.Stop()
	s = open(t, c)
	if !s.Suppressed("ada") || s.Suppressed("carol") {
		t.Error("the copy does not say that ada is suppressed, or it says too much")
	}
	for _, user := range []string{"ada", "bob", "carol"} {
		add(t, s, of(t, user))
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if err := s.Flush(ctx); !errors.Is(err, eventstore.ErrPending) {
		t.Errorf("flush without MongoDB: %v", err)
	}
	if err := s.RefreshSuppression(t.Context()); err == nil || strings.Contains(err.Error(), suppressKey) {
		t.Errorf("refresh without MongoDB: %v", err)
	}
	if !s.Suppressed("ada") {
		t.Error("ada is not suppressed any more after a refresh that failed")
	}
	server.Start()
	elsewhere, err := mongostore.NewReader(c)
	if err != nil {
		t.Fatal(err)
	}
	defer elsewhere.Close()
	if _, err := elsewhere.Suppress(t.Context(), "carol"); err != nil {
		t.Fatal(err)
	}
	flush(t, s)
	if got := count(t, db, bson.D{}); got != 1 {
		t.Errorf("%d documents, want bob's alone", got)
	}
	if st := s.Stats(); st.Suppressed["e"] != 2 {
		t.Errorf("%+v, want 2 suppressed", st)
	}
	balanced(t, s)
}

// Who has another key, or none, is told, and does not deliver what might be a suppressed user's.
func TestSuppressWithAnotherKey(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	dir := t.TempDir()
	c := mongostore.Config{URI: server.URI(), Database: db.Name(), Dir: dir, SuppressKey: suppressKey, Logger: slog.New(slog.DiscardHandler)}
	s := open(t, c)
	if _, err := s.Suppress(t.Context(), "ada"); err != nil {
		t.Fatal(err)
	}
	if err := shutdown(t, s, time.Minute); err != nil {
		t.Fatal(err)
	}
	isWrongKey := func(what string, err error) {
		t.Helper()
		if !errors.Is(err, mongostore.ErrSuppressKey) || strings.Contains(err.Error(), "at least") {
			t.Errorf("%s: %v, want ErrSuppressKey without the key", what, err)
		}
	}
	c.SuppressKey = ""
	_, err := mongostore.Open(t.Context(), c)
	isWrongKey("open without the key, where a list is", err)
	c.Dir = t.TempDir()
	keyless := open(t, c)
	_, err = keyless.Suppress(t.Context(), "ada")
	isWrongKey("suppress without a key", err)
	_, err = keyless.Reader().SuppressedUsers(t.Context())
	isWrongKey("count without a key, where a list is", err)
	for name, where := range map[string]string{"with a list of the right key": dir, "in a new directory": t.TempDir()} {
		t.Run(name, func(t *testing.T) {
			var log servicetest.Log
			c.SuppressKey, c.Dir, c.Logger = otherKey, where, log.Logger()
			wrong := open(t, c)
			_, err := wrong.Suppress(t.Context(), "bob")
			isWrongKey("suppress", err)
			_, err = wrong.Unsuppress(t.Context(), "ada")
			isWrongKey("unsuppress", err)
			isWrongKey("refresh", wrong.RefreshSuppression(t.Context()))
			add(t, wrong, of(t, "ada"))
			for end := time.Now().Add(time.Minute); ; { // the cause is known once the queue has looked
				ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
				err := wrong.Flush(ctx)
				cancel()
				if errors.Is(err, eventstore.ErrPending) && strings.Contains(err.Error(), "was begun with another") {
					break
				}
				if !errors.Is(err, eventstore.ErrPending) || time.Now().After(end) {
					t.Fatalf("flush: %v, want ErrPending with the cause", err)
				}
			}
			if text := log.String(); !strings.Contains(text, "list of suppressed users") || strings.Contains(text, otherKey) {
				t.Errorf("the log:\n%s", text)
			}
		})
	}
	c.SuppressKey = "short"
	if _, err := mongostore.Open(t.Context(), c); err == nil || !strings.Contains(err.Error(), "Config.SuppressKey has 5 bytes; it must have at least 16") {
		t.Errorf("a short key: %v", err)
	}
}

// A copy that is damaged is not used; nothing is delivered before MongoDB has told the list, which makes a new copy.
func TestDamagedCopyOfTheList(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	c := mongostore.Config{URI: server.URI(), Database: db.Name(), Dir: t.TempDir(), SuppressKey: suppressKey}
	s := open(t, c)
	if _, err := s.Suppress(t.Context(), "ada"); err != nil {
		t.Fatal(err)
	}
	if err := shutdown(t, s, time.Minute); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(c.Dir, suppression.FileName)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	damaged := bytes.Clone(whole)
	damaged[len(damaged)/2] ^= 1
	if err := os.WriteFile(path, damaged, 0o600); err != nil {
		t.Fatal(err)
	}
	var log servicetest.Log
	c.Logger = log.Logger()
	s = open(t, c)
	add(t, s, of(t, "ada"))
	flush(t, s)
	if got := count(t, db, bson.D{}); got != 0 {
		t.Errorf("%d documents of ada", got)
	}
	if !strings.Contains(log.String(), "the file is damaged") {
		t.Errorf("the log says nothing of it:\n%s", &log)
	}
	if again, err := os.ReadFile(path); err != nil || !bytes.Equal(again, whole) {
		t.Errorf("the new copy differs from the one before, %v", err)
	}
}

// A directory in which the copy cannot be written costs the copy alone.
func TestCopyOfTheListCannotBeWritten(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	c := mongostore.Config{URI: server.URI(), Database: db.Name(), Dir: t.TempDir(), SuppressKey: suppressKey, Logger: slog.New(slog.DiscardHandler)}
	s := open(t, c)
	blocked := filepath.Join(c.Dir, suppression.FileName)
	if err := os.MkdirAll(filepath.Join(blocked, "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	if added, err := s.Suppress(t.Context(), "ada"); !added || err == nil {
		t.Errorf("added is %v, %v, want the disk's error", added, err)
	}
	add(t, s, of(t, "ada"))
	add(t, s, of(t, "bob"))
	flush(t, s)
	if st := s.Stats(); !s.Suppressed("ada") || st.Suppressed["e"] != 1 || st.Stored["e"] != 1 {
		t.Errorf("%+v", st)
	}
	if err := os.RemoveAll(blocked); err != nil {
		t.Fatal(err)
	}
	if err := s.RefreshSuppression(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(c.Dir, suppression.FileName)); errors.Is(err, fs.ErrNotExist) {
		t.Error("there is no copy after the disk works again")
	}
}

// A queue that a program opens on the sink has the list, too.
func TestSuppressionOfASink(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	c := mongostore.Config{URI: server.URI(), Database: db.Name(), Dir: t.TempDir(), SuppressKey: suppressKey}
	if _, err := open(t, c).Suppress(t.Context(), "ada"); err != nil {
		t.Fatal(err)
	}
	c.Dir = t.TempDir()
	sink, err := mongostore.NewSink(c)
	if err != nil {
		t.Fatal(err)
	}
	list, err := sink.Suppression()
	if err != nil {
		t.Fatal(err)
	}
	s, err := eventstore.Open(t.Context(), sink, eventstore.Config{Dir: c.Dir, Suppression: list, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Shutdown(t.Context())
	for _, user := range []string{"ada", "bob"} {
		if _, err := s.Append(t.Context(), of(t, user), eventstore.AckWritten); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if st := s.Stats(); st.Suppressed["e"] != 1 || st.Stored["e"] != 1 || !s.Suppressed("ada") {
		t.Errorf("%+v", st)
	}
	c.SuppressKey, c.Dir = "", t.TempDir()
	keyless, err := mongostore.NewSink(c)
	if err != nil {
		t.Fatal(err)
	}
	defer keyless.Close(t.Context())
	if list, err := keyless.Suppression(); list != nil || err != nil {
		t.Errorf("without a key: %v, %v", list, err)
	}
}

func TestSuppressNobody(t *testing.T) {
	s := open(t, mongostore.Config{URI: nowhere, Dir: t.TempDir(), SuppressKey: suppressKey, Logger: slog.New(slog.DiscardHandler)})
	if _, err := s.Suppress(t.Context(), ""); !errors.Is(err, mongostore.ErrQuery) {
		t.Errorf("suppress: %v, want ErrQuery", err)
	}
	if _, err := s.Unsuppress(t.Context(), ""); !errors.Is(err, mongostore.ErrQuery) {
		t.Errorf("unsuppress: %v, want ErrQuery", err)
	}
	if _, err := s.Suppress(t.Context(), "ada"); err == nil || strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "ada") {
		t.Errorf("suppress without MongoDB: %v, want MongoDB's error without a secret and without the user", err)
	}
}
