// SPDX-License-Identifier: Apache-2.0

package engines

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/natstest"
	"github.com/otelanalytics/otelanalytics-go/internal/porttest"
)

var (
	rounds = flag.Int("rounds", 8, "how often something is killed or cut off")
	seed   = flag.Uint64("seed", 0, "what it is depends on it; 0: a random one")
)

const (
	// patience is how long something may take that must happen.
	patience = 3 * time.Minute
	// standstill is how long nothing may become of what the log has: kfake has a group wait for members that were killed for up to a minute.
	standstill = 3 * patience
	// pace is the time between two events of a service.
	pace = 20 * time.Millisecond
	// mostBehind bounds the events that the log has and the group has not acknowledged when something is killed: what a killed deliverer had comes
	// again after half a minute, and FerretDB inserts the documents of a batch one by one when it has one of them. Without a bound, a long run would
	// only wait at its end.
	mostBehind = 10_000
)

// truth is the names of the events that were accepted.
type truth struct {
	mu       sync.Mutex
	accepted map[string]bool
}

func (h *truth) heard(line string) {
	if strings.HasPrefix(line, "READY ") || line == "DONE" {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.accepted[line] = true
}

func (h *truth) count() int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return int64(len(h.accepted))
}

// compared is how many events were accepted, how many of them are not stored, and how many are stored twice.
type compared struct{ all, missing, twice int }

// compare reads what is stored.
func (h *truth) compare(ctx context.Context, c *mongo.Collection) (r compared, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	cursor, err := c.Find(ctx, bson.D{})
	if err != nil {
		return r, err
	}
	var stored []struct {
		Data struct{ Name string } `bson:"event_data"`
	}
	if err := cursor.All(ctx, &stored); err != nil {
		return r, err
	}
	times := make(map[string]int)
	for _, s := range stored {
		times[s.Data.Name]++
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for name := range h.accepted {
		if times[name] == 0 {
			r.missing++
		}
	}
	for _, n := range times {
		if n > 1 {
			r.twice++
		}
	}
	r.all = len(h.accepted)
	return r, nil
}

// world is two services, three servers of NATS, two deliverers and MongoDB.
type world struct {
	t          *testing.T
	routes     *routes
	cluster    *natstest.Cluster
	mongodb    *mongotest.Server
	collection *mongo.Collection
	services   []*process
	deliverers []*process
	pages      []string // where the deliverers serve their metrics
	truth      truth
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, routes: newRoutes(t), mongodb: mongotest.Start(t), truth: truth{accepted: make(map[string]bool)}}
	if !w.mongodb.CanStop() {
		t.Skip("TestKill: the server of OTELANALYTICS_TEST_MONGODB_URI cannot be killed")
	}
	w.collection = w.mongodb.Database(t).Collection("user_events")
	w.cluster = natstest.Start(t, 3, natstest.WithRoutes(w.routes.between))
	w.healthy() // a cluster that has not met yet cannot create a stream
	for i := range 2 {
		text, err := json.Marshal(settings{Name: fmt.Sprintf("s%d", i), URL: w.cluster.URL(), Dir: t.TempDir(), Each: pace})
		if err != nil {
			t.Fatal(err)
		}
		w.services = append(w.services, launch(t, func() *exec.Cmd {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), settingsVariable+"="+string(text))
			return cmd
		}, w.truth.heard))
	}
	w.deliver(w.cluster.URL())
	return w
}

// deliver has two deliverers read a log, and waits until they do.
func (w *world) deliver(from string) {
	w.t.Helper()
	program := commandLine(w.t)
	for range 2 {
		dir, listen := w.t.TempDir(), porttest.Reserve(w.t)
		w.pages = append(w.pages, "http://"+listen+"/metrics")
		w.deliverers = append(w.deliverers, launch(w.t, func() *exec.Cmd {
			cmd := exec.Command(program, "deliver", "--from", from, "--to", w.mongodb.URI(), "--database", w.collection.Database().Name(), "--data-dir", dir, "--listen", listen)
			cmd.Env = append(os.Environ(), "GOMEMLIMIT=64MiB")
			return cmd
		}, func(string) {}))
	}
	w.eventually("the first events are stored", func() bool {
		n, err := w.collection.EstimatedDocumentCount(w.t.Context())
		return err == nil && n > 0
	})
}

// commandLine builds the command line and returns its path.
func commandLine(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "otelanalytics")
	cmd := exec.Command("go", "build", "-C", "../../cmd/otelanalytics", "-o", path, ".")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

// eventually waits until f returns true.
func (w *world) eventually(what string, f func() bool) {
	w.t.Helper()
	for end := time.Now().Add(patience); !f(); <-time.After(50 * time.Millisecond) {
		if time.Now().After(end) {
			w.late(what, patience)
		}
	}
}

// late ends the test, since something has not come about.
func (w *world) late(what string, within time.Duration) {
	w.t.Helper()
	n, err := w.collection.EstimatedDocumentCount(w.t.Context())
	w.t.Fatalf("it did not come about within %v that %s; %d events accepted, %d stored (%v)\n%s\n%s",
		within, what, w.truth.count(), n, err, w.deliverers[0].log, w.deliverers[1].log)
}

// round causes one fault, and ends it after a moment.
func (w *world) round(r *rand.Rand) (what string) {
	moment := time.Duration(50+r.IntN(400)) * time.Millisecond
	i := r.IntN(3)
	switch r.IntN(5) {
	case 0:
		p := w.services[i%2]
		p.kill()
		p.start()
		return "service"
	case 1:
		p := w.deliverers[i%2]
		p.kill()
		pass(moment)
		p.start()
		return "deliverer"
	case 2:
		w.healthy()
		s := w.cluster.Server(i)
		s.Kill()
		pass(moment)
		s.Start()
		return "server"
	case 3:
		w.healthy()
		w.routes.split(i)
		pass(4 * moment)
		w.routes.join()
		return "split"
	default:
		w.mongodb.Kill()
		pass(moment)
		w.mongodb.Start()
		return "MongoDB"
	}
}

// pass lets time pass, while which the fault has its effect.
func pass(d time.Duration) { <-time.After(d) }

// TestKill kills services, servers, deliverers and MongoDB at random, as kill -9 does, and cuts servers off from the others. No server is
// killed or cut off before all have what the others have: a cluster promises nothing when most of it is gone. Every event that was
// accepted is in MongoDB, once.
func TestKill(t *testing.T) {
	w := newWorld(t)
	if *seed == 0 {
		*seed = rand.Uint64()
	}
	r := rand.New(rand.NewPCG(*seed, 0))
	did := make(map[string]int)
	for n := range *rounds {
		w.breathe(n)
		did[w.round(r)]++
		pass(time.Duration(r.IntN(300)) * time.Millisecond)
	}
	w.healthy()
	for _, s := range w.services {
		s.finish()
	}
	w.judge(did)
}

// breathe waits, now and then, until the deliverers have come near the end of the log. It is called before each round: one fault may begin while
// another has its effect.
func (w *world) breathe(round int) {
	w.t.Helper()
	if round%10 != 9 {
		return
	}
	w.near("the deliverers come near the end of the log", func(left int64) bool { return left <= mostBehind })
}

// judge waits until the deliverers have acknowledged everything, and compares what is stored. MongoDB is not asked meanwhile: each count would
// hold up the deliverers.
func (w *world) judge(did map[string]int) {
	w.t.Helper()
	var r compared
	w.near("everything is stored", func(left int64) bool {
		if left > 0 {
			return false
		}
		var err error
		r, err = w.truth.compare(w.t.Context(), w.collection)
		if err != nil || r.missing > 0 { // a server that has just been started may lose a cursor
			w.t.Logf("the log is acknowledged: %d events accepted, %d missing, %d stored twice (%v)", r.all, r.missing, r.twice, err)
			return false
		}
		return true
	})
	w.t.Logf("seed %d: rounds %v, %d events accepted, %d missing, %d stored twice", *seed, did, r.all, r.missing, r.twice)
	if r.twice > 0 || r.all == 0 {
		w.t.Error("events are stored twice, or there are none")
	}
}

// near waits until f returns true of the number of events that the group has not acknowledged. A standstill ends the test.
func (w *world) near(what string, f func(left int64) bool) {
	w.t.Helper()
	least := int64(math.MaxInt64)
	for end := time.Now().Add(standstill); ; pass(time.Second) {
		left, known := w.behind()
		if known && f(left) {
			return
		}
		if known && left < least {
			least, end = left, time.Now().Add(standstill)
		}
		if time.Now().After(end) {
			w.late(what, standstill)
		}
	}
}

// behind returns how many events of the log the group has not acknowledged, when each deliverer tells.
func (w *world) behind() (left int64, known bool) {
	for _, url := range w.pages {
		n, found := int64(0), 0
		for line := range strings.Lines(page(url)) {
			if !strings.HasPrefix(line, "otelanalytics_log_pending{") && !strings.HasPrefix(line, "otelanalytics_log_unacknowledged{") {
				continue
			}
			value, err := strconv.ParseFloat(strings.TrimSpace(line[strings.LastIndexByte(line, ' ')+1:]), 64)
			if err != nil {
				w.t.Fatalf("%q: %v", line, err)
			}
			n, found = n+int64(value), found+1
		}
		if found != 2 {
			return 0, false
		}
		left = max(left, n)
	}
	return left, true
}
