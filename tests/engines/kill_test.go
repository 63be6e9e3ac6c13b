// SPDX-License-Identifier: Apache-2.0

package engines

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/natstest"
)

var (
	rounds = flag.Int("rounds", 8, "how often something is killed or cut off")
	seed   = flag.Uint64("seed", 0, "what it is depends on it; 0: a random one")
)

// patience is how long something may take that must happen.
const patience = 3 * time.Minute

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
		text, err := json.Marshal(settings{Name: fmt.Sprintf("s%d", i), URL: w.cluster.URL(), Dir: t.TempDir(), Each: 5 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		w.services = append(w.services, launch(t, func() *exec.Cmd {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), settingsVariable+"="+string(text))
			return cmd
		}, w.truth.heard))
	}
	program := commandLine(t)
	for range 2 {
		dir := t.TempDir()
		w.deliverers = append(w.deliverers, launch(t, func() *exec.Cmd {
			cmd := exec.Command(program, "deliver", "--from", w.cluster.URL(), "--to", w.mongodb.URI(), "--database", w.collection.Database().Name(), "--data-dir", dir, "--listen", "")
			cmd.Env = append(os.Environ(), "GOMEMLIMIT=64MiB")
			return cmd
		}, func(string) {}))
	}
	w.eventually("the first events are stored", func() bool {
		n, err := w.collection.EstimatedDocumentCount(t.Context())
		return err == nil && n > 0
	})
	return w
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
			n, err := w.collection.EstimatedDocumentCount(w.t.Context())
			w.t.Fatalf("it did not come about within %v that %s; %d events accepted, %d stored (%v)\n%s\n%s",
				patience, what, w.truth.count(), n, err, w.deliverers[0].log, w.deliverers[1].log)
		}
	}
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
	for range *rounds {
		did[w.round(r)]++
		pass(time.Duration(r.IntN(300)) * time.Millisecond)
	}
	w.healthy()
	for _, s := range w.services {
		s.finish()
	}
	w.judge(did)
}

// judge waits until everything is stored, once.
func (w *world) judge(did map[string]int) {
	w.t.Helper()
	var r compared
	w.eventually("everything is stored", func() bool {
		n, err := w.collection.EstimatedDocumentCount(w.t.Context())
		if err != nil || n < w.truth.count() { // to read all of them would hold up the deliverers
			pass(time.Second)
			return false
		}
		r, err = w.truth.compare(w.t.Context(), w.collection) // a server that has just been started may lose a cursor
		return err == nil && r.missing == 0
	})
	w.t.Logf("seed %d: rounds %v, %d events accepted, %d missing, %d stored twice", *seed, did, r.all, r.missing, r.twice)
	if r.twice > 0 || r.all == 0 {
		w.t.Error("events are stored twice, or there are none")
	}
}
