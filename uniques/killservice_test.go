// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// instanceVariable makes this test binary the service that a test starts and kills.
const instanceVariable = "OTELANALYTICS_UNIQUESTEST_INSTANCE"

func TestMain(m *testing.M) {
	if text := os.Getenv(instanceVariable); text != "" {
		if err := serve(text); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// instance is what a test chooses of a service. It travels to a process as JSON.
type instance struct {
	URI, Database, Dir string
	Ahead              time.Duration // of its clock
	Life               string        // in every event; the tuple of its sketches
	Seed               uint64
	Plain              bool // it stores without a counter, behind a mark
}

// killPace is that of services which live for seconds. An insert has WriteTimeout of the margin between stale and expiry.
var killPace = pace{
	save: time.Second, rollUp: time.Second, lease: 500 * time.Millisecond, stale: time.Second, expiry: 5 * time.Second, behind: 500 * time.Millisecond,
}

const killWriteTimeout = 2 * time.Second

// countedMap declares what is counted: users, and those of each life.
var countedMap = mustParse(`version: 1
metrics:
  seen: {instrument: counter}
  users: {instrument: unique}
  users_by_life: {instrument: unique, max_series: 3000, attributes: {life: {limit: 1000}}}
events:
  seen: {record: [{metric: seen}, {metric: users}, {metric: users_by_life}]}
`)

func mustParse(text string) *eventmap.Map {
	m, err := eventmap.Parse([]byte(text))
	if err != nil {
		panic(err)
	}
	return m
}

// counting returns the configuration of a counter over a reader's collection, with a clock that is ahead.
func counting(reader *mongostore.Reader, ahead time.Duration, log *slog.Logger) Config {
	return Config{
		Metrics: FromMap(countedMap),
		Key:     []byte("0123456789abcdef"), Records: reader.Records(), Documents: reader, Logger: log,
		now: func() time.Time { return time.Now().Add(ahead) }, pace: killPace,
	}
}

// shifted is a sink whose service has a clock that is ahead: it moves the times of every document.
type shifted struct {
	eventstore.Sink
	ahead time.Duration
}

func (s shifted) Deliver(ctx context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	moved := slices.Clone(events)
	for i, e := range events {
		doc := bson.Raw(slices.Clone(e.Document))
		for _, field := range []string{eventdoc.FieldReceivedAt, eventdoc.FieldTime} {
			v := doc.Lookup(field).Value // a part of doc
			binary.LittleEndian.PutUint64(v, uint64(int64(binary.LittleEndian.Uint64(v))+s.ahead.Milliseconds()))
		}
		moved[i].Document = doc
	}
	return s.Sink.Deliver(ctx, moved)
}

func (s shifted) Prepare(ctx context.Context) error { return s.Sink.(eventstore.Preparer).Prepare(ctx) }
func (s shifted) Close(ctx context.Context) error   { return s.Sink.(eventstore.Closer).Close(ctx) }

// serve tracks until it is killed, or until its standard input ends: then it shuts down. It writes a dot for each event that was
// accepted.
func serve(text string) error {
	var i instance
	if err := json.Unmarshal([]byte(text), &i); err != nil {
		return err
	}
	logger := slog.New(slog.NewTextHandler(os.Stderr, nil))
	store, err := mongostore.Open(context.Background(), mongostore.Config{
		URI: i.URI, Database: i.Database, Dir: i.Dir, BatchSize: 50, WriteTimeout: killWriteTimeout, Logger: logger,
		Around: func(sink *mongostore.Sink) (eventstore.Sink, error) {
			if i.Plain {
				s := MarkAround(sink, sink.Reader().Records(), nil)
				s.(*markedPinger).marker.stale = killPace.stale
				return shifted{s, i.Ahead}, nil
			}
			c, err := New(counting(sink.Reader(), i.Ahead, logger))
			if err != nil {
				return nil, err
			}
			return shifted{c.Around(sink), i.Ahead}, nil
		},
	})
	if err != nil {
		return err
	}
	service, err := servicetest.New(servicetest.Config{Map: countedMap, Logger: logger, Client: []otelanalytics.Option{otelanalytics.WithStore(store)}})
	if err != nil {
		return err
	}
	for g := range uint64(4) {
		go i.track(service.Client, rand.New(rand.NewPCG(i.Seed, g)), g)
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	_ = service.Client.Shutdown(ctx) // ErrPending: the next one delivers it
	return nil
}

// moments are when events happen, as seen when they are tracked: a few, so that a save has few sketches.
var moments = []time.Duration{
	0, 0, 0, 0, -26 * time.Hour, -9*24*time.Hour - time.Hour, -30 * 24 * time.Hour, 10 * time.Minute, 48 * time.Hour,
}

// track tracks events without end: of new users, of users whom others see, too, of nobody, and some that another process tracks,
// too. Every few wait until they are stored.
func (i *instance) track(client *otelanalytics.Client, random *rand.Rand, g uint64) {
	for n := 0; ; n++ {
		e := otelanalytics.Event{
			Type: "seen", UserID: fmt.Sprintf("%s-%d-%d", i.Life, g, n), Data: bson.D{{Key: "life", Value: i.Life}},
			Time: time.Now().Add(moments[random.IntN(len(moments))]),
		}
		switch random.IntN(10) {
		case 0, 1:
			e.UserID = fmt.Sprint("everywhere-", random.IntN(100))
		case 2:
			e.UserID = ""
		case 3:
			e.UserID = fmt.Sprint("twice-", random.IntN(2_000))
			e.Key = e.UserID
		}
		ack := otelanalytics.AckWritten
		if n%10 == 9 {
			ack = otelanalytics.AckStored
		}
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		err := client.Track(ctx, e, otelanalytics.WithAck(ack))
		cancel()
		if err == nil {
			fmt.Print(".")
		}
	}
}

// running is a service in a process of its own.
type running struct {
	cmd   *exec.Cmd
	log   *servicetest.Log
	stdin io.Closer
	out   *bufio.Reader
}

func (i instance) launch() (*running, error) {
	text, err := json.Marshal(i)
	if err != nil {
		return nil, err
	}
	r := &running{cmd: exec.Command(os.Args[0]), log: new(servicetest.Log)}
	r.cmd.Env = append(os.Environ(), instanceVariable+"="+string(text))
	r.cmd.Stderr = r.log
	out, err := r.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	r.out = bufio.NewReader(out)
	if r.stdin, err = r.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	return r, r.cmd.Start()
}

// accepts returns when the service has accepted so many events.
func (r *running) accepts(events int) error {
	for range events {
		if _, err := r.out.ReadByte(); err != nil {
			return fmt.Errorf("the service has ended by itself: %w\n%s", err, r.log)
		}
	}
	return nil
}

// kill ends the service as kill -9 does.
func (r *running) kill() {
	_ = r.cmd.Process.Kill()
	_, _ = io.Copy(io.Discard, r.out)
	_ = r.cmd.Wait()
}

// shutDown ends it in good order.
func (r *running) shutDown() error {
	_ = r.stdin.Close()
	_, _ = io.Copy(io.Discard, r.out)
	if err := r.cmd.Wait(); err != nil {
		return fmt.Errorf("shutting down: %w\n%s", err, strings.TrimSpace(r.log.String()))
	}
	return nil
}
