// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/uniques/internal/bucket"
	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore"
)

// world is a database, and the processes that use it.
type world struct {
	t       testing.TB
	records recordstore.Memory
	slow    time.Duration // for each document that is read

	mu     sync.Mutex // guards the following
	docs   map[[16]byte]bson.Raw
	visits map[visit]bool // what the documents say
}

// visit is what counts of a document.
type visit struct {
	user     string
	happened time.Time
}

func newWorld(t testing.TB) *world {
	return &world{t: t, docs: make(map[[16]byte]bson.Raw), visits: make(map[visit]bool)}
}

// Received implements Documents.
func (w *world) Received(ctx context.Context, from, to time.Time, each func(bson.Raw) error) error {
	w.mu.Lock()
	var found []bson.Raw
	for _, doc := range w.docs {
		if t, ok := doc.Lookup(eventdoc.FieldReceivedAt).TimeOK(); ok && !t.Before(from) && (to.IsZero() || t.Before(to)) {
			found = append(found, doc)
		}
	}
	w.mu.Unlock()
	for _, doc := range found {
		time.Sleep(w.slow)
		if err := each(doc); err != nil {
			return err
		}
	}
	return ctx.Err()
}

var errDead = errors.New("the process is dead")

// process is one instance. It dies at the operation on the database whose number is left.
type process struct {
	recordstore.Store
	world   *world
	counter *Counter
	sink    eventstore.Sink

	mu    sync.Mutex // guards the following
	left  int        // operations until its death; negative: it lives
	after bool       // it dies after the operation, and not before
	dead  bool
	done  int

	// busy has the lease renewed while sketches are put and events are delivered; lossy loses the answer of every third
	// delivery, and flaky refuses every third sketch.
	busy, lossy, flaky bool
	deliveries, puts   int
}

var errLost = errors.New("the answer is lost")

// windows of the tests' metric.
var windows = map[string]time.Duration{"daily": bucket.Day, "weekly": 7 * bucket.Day, "monthly": 30 * bucket.Day}

// start starts a process whose clock is ahead by so much.
func (w *world) start(ahead time.Duration) *process {
	return w.startWith(Metric{Name: "users", Windows: windows}, ahead)
}

func (w *world) startWith(m Metric, ahead time.Duration) *process {
	return w.startWithAll([]Metric{m}, ahead)
}

func (w *world) startWithAll(metrics []Metric, ahead time.Duration) *process {
	p := &process{world: w, Store: &w.records, left: -1}
	counter, err := New(Config{
		Metrics: metrics, Key: []byte("0123456789abcdef"), Records: p, Documents: w, Logger: slog.New(slog.DiscardHandler),
		now: func() time.Time { return time.Now().Add(ahead) },
	})
	if err != nil {
		w.t.Fatal(err)
	}
	p.counter, p.sink = counter, counter.Around(p)
	return p
}

// op does one operation on the database, unless the process is dead.
func (p *process) op(do func() error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	dies := p.left == 0
	p.left--
	if p.dead || dies && !p.after {
		p.dead = true
		return errDead
	}
	err := do()
	if dies {
		p.dead = true
		return errDead
	}
	return err
}

func (p *process) List(ctx context.Context, prefix string, from, to time.Time) (h []recordstore.Header, err error) {
	err = p.op(func() error { h, err = p.Store.List(ctx, prefix, from, to); return err })
	for i := range h {
		if id := h[i].ID; id[len(id)-1]%2 == 0 { // half of them come with their data
			if r, err := p.world.records.Load(ctx, []string{id}); err == nil && len(r) == 1 {
				h[i].Data = r[0].Data
			}
		}
	}
	return h, err
}

func (p *process) Load(ctx context.Context, ids []string) (r []recordstore.Record, err error) {
	err = p.op(func() error { r, err = p.Store.Load(ctx, ids); return err })
	return r, err
}

func (p *process) Put(ctx context.Context, r recordstore.Record) error {
	if isSketch := strings.HasPrefix(r.ID, sketchPrefix); isSketch {
		if p.busy {
			_ = p.counter.renew(ctx)
		}
		if p.flaky && p.third(&p.puts) {
			return errLost
		}
	}
	return p.op(func() error { return p.Store.Put(ctx, r) })
}

func (p *process) Delete(ctx context.Context, ids ...string) error {
	return p.op(func() error { return p.Store.Delete(ctx, ids...) })
}

// Deliver stores documents.
func (p *process) Deliver(_ context.Context, events []eventstore.Event) (verdicts []eventstore.Verdict, err error) {
	err = p.op(func() error {
		p.world.mu.Lock()
		defer p.world.mu.Unlock()
		for _, e := range events {
			v := eventstore.Verdict{Outcome: eventstore.Stored}
			if _, there := p.world.docs[e.ID]; there {
				v.Outcome = eventstore.Redelivered
			}
			p.world.docs[e.ID] = append(bson.Raw(nil), e.Document...)
			if seen, counts := visitOf(e.Document); counts {
				p.world.visits[seen] = true
			}
			verdicts = append(verdicts, v)
		}
		return nil
	})
	if p.busy {
		_ = p.counter.renew(context.Background())
	}
	if p.lossy && p.third(&p.deliveries) {
		err = errLost
	}
	if err != nil {
		return nil, err
	}
	return verdicts, nil
}

// third counts, and reports whether it is the third time.
func (p *process) third(n *int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	*n++
	return *n%3 == 0
}

// deliver offers events once.
func (p *process) deliver(events ...eventstore.Event) error {
	_, err := p.sink.Deliver(context.Background(), events)
	return err
}

// kill ends the process at once, without anything being saved.
func (p *process) kill() {
	p.mu.Lock()
	p.dead = true
	p.mu.Unlock()
	p.counter.cancel()
	p.counter.ended.Wait()
}

// event returns an event of a user that happens at some time, and is accepted now.
func event(user string, happens, received time.Time, fields ...bson.E) eventstore.Event {
	return eventOf("e", user, happens, received, fields...)
}

func eventOf(kind, user string, happens, received time.Time, fields ...bson.E) eventstore.Event {
	var id [16]byte
	_, _ = rand.Read(id[:])
	doc, err := bson.Marshal(append(bson.D{
		{Key: "_id", Value: bson.Binary{Subtype: bson.TypeBinaryUUID, Data: id[:]}},
		{Key: eventdoc.FieldUserID, Value: user},
		{Key: eventdoc.FieldType, Value: kind},
		{Key: eventdoc.FieldTime, Value: happens},
		{Key: eventdoc.FieldReceivedAt, Value: received},
	}, fields...))
	if err != nil {
		panic(err)
	}
	return eventstore.Event{ID: id, Type: kind, Document: doc}
}

// exact counts the users of the documents, over the hours of a window.
func (w *world) exact(window time.Duration, now time.Time) int {
	return w.users(bucket.WindowOf(window, now).From(), now.Add(5*time.Minute))
}

// users counts the users of the documents that happened from a time on until another one, that one included.
func (w *world) users(from, to time.Time) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	users := make(map[string]bool)
	for seen := range w.visits {
		if !seen.happened.Before(from) && !seen.happened.After(to) {
			users[seen.user] = true
		}
	}
	return len(users)
}

// visitOf returns who a document counts, and when.
func visitOf(doc bson.Raw) (seen visit, counts bool) {
	seen.user, _ = doc.Lookup(eventdoc.FieldUserID).StringValueOK()
	seen.happened, _ = doc.Lookup(eventdoc.FieldTime).TimeOK()
	on, said := doc.Lookup(eventdoc.FieldMetrics).BooleanOK()
	return seen, seen.user != "" && (on || !said)
}

// values returns the numbers of a process by window.
func (p *process) values() (map[string]int, error) {
	numbers, err := p.counter.Numbers(context.Background())
	values := make(map[string]int)
	for _, n := range numbers {
		values[n.Attributes[len(n.Attributes)-1]] = int(n.Value)
	}
	return values, err
}

// agree fails unless the numbers of a process are those of the documents.
func (p *process) agree(what string) {
	p.world.t.Helper()
	values, err := p.values()
	if err != nil {
		p.world.t.Fatal(what, err)
	}
	for name, length := range windows {
		if want := p.world.exact(length, p.counter.config.now()); values[name] != want {
			p.world.t.Errorf("%s: %s is %d, of the documents it is %d", what, name, values[name], want)
		}
	}
}

func user(n int) string { return fmt.Sprintf("user-%d", n) }
