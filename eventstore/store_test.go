// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.uber.org/goleak"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// nowhere is an address at which nothing listens.
const nowhere = "mongodb://user:s3cret@127.0.0.1:1/?serverSelectionTimeoutMS=200"

func event(t testing.TB, fields ...bson.E) eventstore.Event {
	t.Helper()
	id := uuid.New()
	doc, err := bson.Marshal(append(bson.D{{Key: "_id", Value: bson.Binary{Subtype: bson.TypeBinaryUUID, Data: id[:]}}}, fields...))
	if err != nil {
		t.Fatal(err)
	}
	return eventstore.Event{ID: id, Type: "e", Document: doc}
}

// open opens a store that delivers to MongoDB.
func open(t testing.TB, c mongostore.Config) *eventstore.Store {
	t.Helper()
	s, err := mongostore.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shutdown(t, s.Store, time.Millisecond) })
	return s.Store
}

// sinkFor returns the sink of a configuration, and queueFor the rest of it.
func sinkFor(t testing.TB, c mongostore.Config) *mongostore.Sink {
	t.Helper()
	sink, err := mongostore.NewSink(c)
	if err != nil {
		t.Fatal(err)
	}
	return sink
}

func queueFor(c mongostore.Config) eventstore.Config {
	return eventstore.Config{
		Dir: c.Dir, JournalBytes: c.JournalBytes, JournalFull: c.JournalFull, SyncInterval: c.SyncInterval,
		BatchSize: c.BatchSize, Logger: c.Logger,
	}
}

func shutdown(t testing.TB, s *eventstore.Store, limit time.Duration) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	return s.Shutdown(ctx)
}

func add(t testing.TB, s *eventstore.Store, e eventstore.Event) {
	t.Helper()
	if _, err := s.Append(t.Context(), e, eventstore.AckWritten); err != nil {
		t.Fatal(err)
	}
}

func flush(t testing.TB, s *eventstore.Store) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := s.Flush(ctx); err != nil {
		t.Fatal(err)
	}
}

func count(t testing.TB, db *mongo.Database) int64 {
	t.Helper()
	n, err := db.Collection(mongostore.DefaultCollection).CountDocuments(t.Context(), bson.D{})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func sum[K comparable](m map[K]int64) (n int64) {
	for _, v := range m {
		n += v
	}
	return n
}

// balanced checks the sum of the package's documentation.
func balanced(t testing.TB, s *eventstore.Store) {
	t.Helper()
	st := s.Stats()
	if st.Accepted+st.Recovered != sum(st.Stored)+st.Pending+sum(st.Quarantined)+sum(st.Suppressed)+st.Lost {
		t.Errorf("accepted + recovered = stored + pending + quarantined + suppressed + lost does not hold: %+v", st)
	}
}

func TestStartsWithoutMongoDBAndDrains(t *testing.T) {
	server := mongotest.Start(t)
	if !server.CanStop() {
		t.Log("needs a server that the test may stop")
		return
	}
	db := server.Database(t)
	server.Stop()
	var log safeBuffer
	s := open(t, mongostore.Config{
		URI: server.URI() + "?serverSelectionTimeoutMS=200", Database: db.Name(), Dir: t.TempDir(),
		Logger: slog.New(slog.NewTextHandler(&log, nil)),
	})
	for range 2_500 {
		add(t, s, event(t))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if err := s.Flush(ctx); !errors.Is(err, eventstore.ErrPending) || !strings.Contains(err.Error(), "2500") {
		t.Errorf("flush while MongoDB is down: %v, want ErrPending with the number", err)
	}
	if age := s.Stats().OldestAge; age <= 0 {
		t.Errorf("the oldest event's age is %v, want above zero", age)
	}
	server.Start()
	flush(t, s)
	if n := count(t, db); n != 2_500 {
		t.Errorf("%d documents, want 2500", n)
	}
	balanced(t, s)
	if !strings.Contains(log.String(), "writing again") || strings.Count(log.String(), "cannot write") != 1 {
		t.Errorf("the log should tell of the outage once, and of its end:\n%s", &log)
	}
}

func TestShutdownWhileMongoDBIsDown(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	dir := t.TempDir()
	s := open(t, mongostore.Config{URI: nowhere, Database: db.Name(), Dir: dir})
	e := event(t)
	add(t, s, e)
	receipt, err := s.Append(t.Context(), event(t), eventstore.AckStored)
	if err != nil {
		t.Fatal(err)
	}
	waited := make(chan error)
	go func() { waited <- receipt.Wait(context.Background()) }()
	started := time.Now()
	err = shutdown(t, s, 100*time.Millisecond)
	if took := time.Since(started); took > 10*time.Second {
		t.Errorf("shutdown took %v", took)
	}
	if !errors.Is(err, eventstore.ErrPending) || !errors.Is(err, context.DeadlineExceeded) ||
		!strings.Contains(err.Error(), fmt.Sprintf("events pending: 2 in %s", dir)) {
		t.Errorf("got %v, want ErrPending with the number and the directory", err)
	}
	if err := <-waited; !errors.Is(err, eventstore.ErrUnconfirmed) {
		t.Errorf("who waited got %v, want ErrUnconfirmed", err)
	}
	if _, err := s.Append(t.Context(), e, eventstore.AckWritten); !errors.Is(err, eventstore.ErrClosed) {
		t.Errorf("append after shutdown: %v, want ErrClosed", err)
	}
	if again := shutdown(t, s, time.Second); !errors.Is(again, eventstore.ErrPending) {
		t.Errorf("second shutdown: %v, want what the first returned", again)
	}

	s = open(t, mongostore.Config{URI: server.URI(), Database: db.Name(), Dir: dir})
	flush(t, s)
	if n := count(t, db); n != 2 {
		t.Errorf("%d documents after the next start, want 2", n)
	}
	if st := s.Stats(); st.Recovered != 2 || st.Accepted != 0 {
		t.Errorf("%+v, want 2 recovered", st)
	}
	balanced(t, s)
	if err := shutdown(t, s, 10*time.Second); err != nil {
		t.Error(err)
	}
}

func TestSecondStoreOnTheDirectory(t *testing.T) {
	dir := t.TempDir()
	open(t, mongostore.Config{URI: nowhere, Dir: dir})
	_, err := mongostore.Open(t.Context(), mongostore.Config{URI: nowhere, Dir: dir})
	if err == nil || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), fmt.Sprint(os.Getpid())) {
		t.Errorf("got %v, want an error that names the directory and this process", err)
	}
}

func TestDirectoryThatIsAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := mongostore.Open(t.Context(), mongostore.Config{URI: nowhere, Dir: file}); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("got %v, want an error that names the directory", err)
	}
}

// TestQuarantine has a unique index and field names refuse documents in the midst of good ones.
func TestQuarantine(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	_, err := db.Collection(mongostore.DefaultCollection).Indexes().CreateOne(t.Context(), mongo.IndexModel{
		Keys: bson.D{{Key: "unique", Value: 1}}, Options: options.Index().SetUnique(true),
	})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var log safeBuffer
	s := open(t, mongostore.Config{URI: nowhere, Database: db.Name(), Dir: dir})
	var good int64
	var poison eventstore.Event
	for i := range 40 {
		add(t, s, event(t, bson.E{Key: "unique", Value: i}))
		good++
		if i == 20 {
			poison = event(t, bson.E{Key: "unique", Value: 3}, bson.E{Key: "note", Value: "s3cret"})
			add(t, s, poison)
		}
	}
	_ = shutdown(t, s, time.Millisecond)
	// Delivered by a later process, in one batch.
	s = open(t, mongostore.Config{
		URI: server.URI(), Database: db.Name(), Dir: dir, Logger: slog.New(slog.NewTextHandler(&log, nil)),
	})
	stored := s.Await(41, eventstore.AckStored)
	quarantined := s.Await(22, eventstore.AckStored)
	flush(t, s)
	if err := stored.Wait(t.Context()); err != nil {
		t.Errorf("a good event's wait: %v", err)
	}
	if err := quarantined.Wait(t.Context()); !errors.Is(err, eventstore.ErrQuarantined) {
		t.Errorf("the poison's wait: %v", err)
	}
	if n := count(t, db); n != good {
		t.Errorf("%d documents, want %d", n, good)
	}
	want := map[eventstore.QuarantineKey]int64{{Type: "e", Reason: "duplicate_key"}: 1}
	if diff := cmp.Diff(want, s.Stats().Quarantined); diff != "" {
		t.Error(diff)
	}
	balanced(t, s)
	text, err := os.ReadFile(filepath.Join(dir, "quarantine.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var line struct {
		ID       string `bson:"id"`
		Reason   string `bson:"reason"`
		Document bson.D `bson:"document"`
	}
	if err := bson.UnmarshalExtJSON(text, true, &line); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	var original bson.D
	if err := bson.Unmarshal(poison.Document, &original); err != nil {
		t.Fatal(err)
	}
	if line.ID != uuid.UUID(poison.ID).String() || line.Reason != "duplicate_key" || !cmp.Equal(line.Document, original) {
		t.Errorf("quarantine file: %s", text)
	}
	if !strings.Contains(log.String(), "event quarantined") || strings.Contains(log.String(), "s3cret") {
		t.Errorf("the log must tell, without the document:\n%s", &log)
	}

	// The same event directly, with a wait.
	receipt, err := s.Append(t.Context(), event(t, bson.E{Key: "unique", Value: 5}), eventstore.AckStored)
	if err != nil {
		t.Fatal(err)
	}
	if err := receipt.Wait(t.Context()); !errors.Is(err, eventstore.ErrQuarantined) {
		t.Errorf("got %v, want ErrQuarantined", err)
	}
}

// TestServerThatTakesNothing answers every insert with an error, because of the database's name: that is an
// outage, whatever the error, and no reason to quarantine good events.
func TestServerThatTakesNothing(t *testing.T) {
	server := mongotest.Start(t)
	dir := t.TempDir()
	s := open(t, mongostore.Config{URI: server.URI(), Database: "not.a.name", Dir: dir, WithoutIndexes: true})
	for range 5 {
		add(t, s, event(t))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	if err := s.Flush(ctx); !errors.Is(err, eventstore.ErrPending) {
		t.Errorf("flush: %v, want ErrPending", err)
	}
	st := s.Stats()
	if st.Pending != 5 || len(st.Quarantined) > 0 || sum(st.Errors) == 0 {
		t.Errorf("%+v, want 5 pending, and errors counted", st)
	}
	balanced(t, s)
}

// TestRefusedDocumentInFront has a document that some servers refuse in front of good ones: these pass it.
func TestRefusedDocumentInFront(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	s := open(t, mongostore.Config{URI: server.URI(), Database: db.Name(), Dir: t.TempDir()})
	add(t, s, event(t, bson.E{Key: "data", Value: bson.D{{Key: "$where.x", Value: 1}}}))
	const good = 20
	for range good {
		add(t, s, event(t))
	}
	flush(t, s)
	st := s.Stats()
	if refused := sum(st.Quarantined); sum(st.Stored)+refused != good+1 || refused > 1 {
		t.Errorf("%+v, want every good event stored", st)
	}
	if n := count(t, db); n < good {
		t.Errorf("%d documents, want at least %d", n, good)
	}
	balanced(t, s)
}

// TestRedelivery delivers a directory twice, as after a crash between insert and checkpoint.
func TestRedelivery(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	dir, copied := t.TempDir(), t.TempDir()
	s := open(t, mongostore.Config{URI: nowhere, Database: db.Name(), Dir: dir})
	for range 1_500 {
		add(t, s, event(t))
	}
	_ = shutdown(t, s, time.Millisecond)
	if err := os.CopyFS(filepath.Join(copied, "d"), os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	for i, d := range []string{dir, filepath.Join(copied, "d")} {
		s := open(t, mongostore.Config{URI: server.URI(), Database: db.Name(), Dir: d})
		flush(t, s)
		st := s.Stats()
		if sum(st.Stored) != 1_500 || st.Redelivered != int64(i)*1_500 {
			t.Errorf("delivery %d: %+v", i, st)
		}
		balanced(t, s)
	}
	if n := count(t, db); n != 1_500 {
		t.Errorf("%d documents, want 1500", n)
	}
}

func TestFullJournal(t *testing.T) {
	server := mongotest.Start(t)
	if !server.CanStop() {
		t.Log("needs a server that the test may stop")
		return
	}
	db := server.Database(t)
	server.Stop()
	const size, bound = 10 << 10, 1 << 20
	large := bson.E{Key: "data", Value: strings.Repeat("x", size)}
	for _, policy := range []eventstore.FullPolicy{eventstore.Reject, eventstore.Block} {
		t.Run(fmt.Sprint(policy), func(t *testing.T) {
			s := openSmall(t, mongostore.Config{
				URI: server.URI() + "?serverSelectionTimeoutMS=200", Database: db.Name(), Dir: t.TempDir(),
				JournalFull: policy, WithoutIndexes: true,
			}, bound)
			before := int64(0)
			ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
			defer cancel()
			for {
				if _, err := s.Append(ctx, event(t, large), eventstore.AckWritten); err == nil {
					before++
					continue
				} else if !errors.Is(err, eventstore.ErrJournalFull) || errors.Is(err, context.DeadlineExceeded) != (policy == eventstore.Block) {
					t.Fatalf("got %v, want ErrJournalFull", err)
				}
				break
			}
			if before < bound/size*3/4 || before > bound/size {
				t.Errorf("%d events of %d bytes fit into %d", before, size, bound)
			}
			blocked := make(chan error, 1)
			if policy == eventstore.Block {
				go func() {
					_, err := s.Append(context.Background(), event(t, large), eventstore.AckWritten)
					blocked <- err
				}()
			} else {
				blocked <- nil
			}
			server.Start()
			defer server.Kill()
			if err := <-blocked; err != nil {
				t.Errorf("the blocked event: %v", err)
			}
			flush(t, s)
			add(t, s, event(t, large)) // there is room again
			flush(t, s)
			balanced(t, s)
			if st := s.Stats(); sum(st.Stored) != st.Accepted || st.Accepted < before+1 {
				t.Errorf("%+v", st)
			}
		})
	}
}

// TestDamagedJournal damages the middle of a journal and expects every other event, and the exact count of
// those that are lost.
func TestDamagedJournal(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	dir := t.TempDir()
	s := open(t, mongostore.Config{URI: nowhere, Database: db.Name(), Dir: dir})
	const events = 2_000
	for range events {
		add(t, s, event(t, bson.E{Key: "pad", Value: strings.Repeat("x", 200)}))
	}
	_ = shutdown(t, s, time.Millisecond)
	segments, err := filepath.Glob(filepath.Join(dir, "journal", "*.journal"))
	if err != nil || len(segments) != 1 {
		t.Fatal(segments, err)
	}
	f, err := os.OpenFile(segments[0], os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(bytes.Repeat([]byte{0xff}, 100), 5*32<<10+1_000); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	var log safeBuffer
	s = open(t, mongostore.Config{
		URI: server.URI(), Database: db.Name(), Dir: dir, Logger: slog.New(slog.NewTextHandler(&log, nil)),
	})
	flush(t, s)
	st := s.Stats()
	if st.Lost < 1 || st.Lost > 140 || st.Recovered != events || count(t, db) != events-st.Lost {
		t.Errorf("%+v and %d documents, want the damaged block's events lost and no other", st, count(t, db))
	}
	balanced(t, s)
	if !strings.Contains(log.String(), fmt.Sprintf("events=%d", st.Lost)) {
		t.Errorf("the log does not say how many events are lost:\n%s", &log)
	}
}

// TestOpenAndCloseLeaveNothing opens and closes with a MongoDB that is away and events that are pending.
func TestOpenAndCloseLeaveNothing(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	dir := t.TempDir()
	descriptors := func() int {
		entries, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			return 0 // not Linux
		}
		return len(entries)
	}
	before := 0
	for i := range 100 {
		s, err := mongostore.Open(t.Context(), mongostore.Config{URI: nowhere, Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		add(t, s.Store, event(t))
		if err := shutdown(t, s.Store, time.Millisecond); !errors.Is(err, eventstore.ErrPending) {
			t.Fatal(err)
		}
		if i == 0 {
			before = descriptors()
		}
	}
	if after := descriptors(); after > before {
		t.Errorf("%d descriptors after one cycle, %d after 100", before, after)
	}
}

func TestNoSegmentsWithoutEvents(t *testing.T) {
	dir := t.TempDir()
	for range 3 {
		s := open(t, mongostore.Config{URI: nowhere, Dir: dir})
		if err := shutdown(t, s, 10*time.Second); err != nil {
			t.Fatal(err)
		}
	}
	if segments, _ := filepath.Glob(filepath.Join(dir, "journal", "*.journal")); len(segments) > 0 {
		t.Errorf("segments without events: %v", segments)
	}
}

// safeBuffer is a log that several goroutines write.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
