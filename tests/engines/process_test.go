// SPDX-License-Identifier: Apache-2.0

package engines

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/kafkastore"
	"github.com/otelanalytics/otelanalytics-go/natsstore"
)

// settingsVariable makes this test binary the service that a test starts and kills.
const settingsVariable = "OTELANALYTICS_ENGINES_SERVICE"

func TestMain(m *testing.M) {
	for variable, run := range map[string]func(string) error{settingsVariable: serve, brokersVariable: serveBrokers} {
		if text := os.Getenv(variable); text != "" {
			if err := run(text); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			os.Exit(0)
		}
	}
	os.Exit(m.Run())
}

// settings say what a service does.
type settings struct {
	Name, URL, Dir string
	Each           time.Duration // between two events
}

// serve tracks events and prints the name of each that was accepted, until its standard input has a line: then it delivers
// everything and prints DONE. When the input ends before, the test is gone.
func serve(text string) error {
	var s settings
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return err
	}
	sink, err := sinkOf(s.URL)
	if err != nil {
		return err
	}
	ctx := context.Background()
	store, err := eventstore.Open(ctx, sink, eventstore.Config{Dir: s.Dir, Logger: slog.New(slog.NewTextHandler(os.Stderr, nil))})
	if err != nil {
		return err
	}
	told := make(chan bool, 1)
	go func() {
		_, err := bufio.NewReader(os.Stdin).ReadString('\n')
		told <- err == nil
	}()
	fmt.Println("READY", s.Name)
	run := uuid.NewString()[:8]
	tick := time.NewTicker(s.Each)
	defer tick.Stop()
	for n := 0; ; n++ {
		select {
		case finish := <-told:
			if !finish {
				os.Exit(3)
			}
			ctx, cancel := context.WithTimeout(ctx, patience)
			defer cancel()
			if err := store.Shutdown(ctx); err != nil {
				return err
			}
			fmt.Println("DONE")
			return nil
		case <-tick.C:
		}
		name := fmt.Sprintf("%s-%s-%d", s.Name, run, n)
		e, err := event(name)
		if err == nil {
			_, err = store.Append(ctx, e, eventstore.AckWritten)
		}
		if err != nil {
			return err
		}
		fmt.Println(name)
	}
}

// sinkOf returns the sink for a log.
func sinkOf(url string) (eventstore.Sink, error) {
	if strings.HasPrefix(url, "kafka://") {
		return kafkastore.NewSink(kafkastore.Config{URL: url, WriteTimeout: 2 * time.Second, UserKey: []byte("0123456789abcdef")})
	}
	return natsstore.NewSink(natsstore.Config{URL: url, WriteTimeout: 2 * time.Second})
}

// event is an event with a name that no other has.
func event(name string) (eventstore.Event, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return eventstore.Event{}, err
	}
	now := time.Now()
	document, err := bson.Marshal(bson.D{
		{Key: "_id", Value: bson.Binary{Subtype: bson.TypeBinaryUUID, Data: id[:]}},
		{Key: "user_id", Value: "u" + id.String()[32:]}, // so that they are in all partitions
		{Key: "event_type", Value: "tracked"},
		{Key: "event_data", Value: bson.D{{Key: "name", Value: name}}},
		{Key: "timestamp", Value: now},
		{Key: "received_at", Value: now},
		{Key: "v", Value: int32(1)},
	})
	return eventstore.Event{ID: id, Type: "tracked", Document: document}, err
}

// process is a service or a deliverer in a process of its own.
type process struct {
	t     testing.TB
	make  func() *exec.Cmd
	heard func(line string) // hears the lines of its standard output

	cmd   *exec.Cmd
	stdin io.WriteCloser
	lines sync.WaitGroup // for the reader of its output
	log   *log
}

// log is the latest that a process has written to its standard error.
type log struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.b.Len() > 1<<16 {
		l.b.Reset()
	}
	return l.b.Write(b)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// launch returns a process that runs. It is killed when the test ends.
func launch(t testing.TB, makes func() *exec.Cmd, heard func(string)) *process {
	t.Helper()
	p := &process{t: t, make: makes, heard: heard, log: new(log)}
	p.start()
	t.Cleanup(func() {
		if p.cmd != nil {
			p.kill()
		}
	})
	return p
}

func (p *process) start() {
	p.t.Helper()
	p.cmd = p.make()
	p.cmd.Stderr = p.log
	out, err := p.cmd.StdoutPipe()
	if err == nil {
		p.stdin, err = p.cmd.StdinPipe()
	}
	if err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		p.t.Fatal(err)
	}
	p.lines.Go(func() {
		for lines := bufio.NewReader(out); ; {
			line, err := lines.ReadString('\n')
			if err != nil {
				return // what stands before a torn end of line was not said
			}
			p.heard(strings.TrimSuffix(line, "\n"))
		}
	})
}

// kill ends the process as kill -9 does, and returns when it is gone and everything that it said was heard.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	p.lines.Wait()
	_ = p.cmd.Wait()
	_ = p.stdin.Close()
	p.cmd = nil
}

// finish has a service deliver everything and end.
func (p *process) finish() {
	p.t.Helper()
	if _, err := io.WriteString(p.stdin, "\n"); err != nil {
		p.t.Fatalf("%v\n%s", err, p.log)
	}
	p.lines.Wait()
	if err := p.cmd.Wait(); err != nil {
		p.t.Fatalf("a service ends with %v\n%s", err, p.log)
	}
	_ = p.stdin.Close()
	p.cmd = nil
}
