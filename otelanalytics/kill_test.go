// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// killRounds is how often TestKill kills a process.
const killRounds = 20

// The environment in which this test binary is the process that is killed.
const (
	victimURI      = "OTELANALYTICS_VICTIM_URI"
	victimDatabase = "OTELANALYTICS_VICTIM_DATABASE"
	victimDir      = "OTELANALYTICS_VICTIM_DIR"
	victimRound    = "OTELANALYTICS_VICTIM_ROUND"
	victimAck      = "OTELANALYTICS_VICTIM_ACK"
)

func TestMain(m *testing.M) {
	if os.Getenv(victimURI) != "" {
		fmt.Fprintln(os.Stderr, victim())
		os.Exit(1) // it is killed before
	}
	os.Exit(m.Run())
}

func victimStore(ctx context.Context, uri, database, dir string) (*eventstore.Store, error) {
	return eventstore.Open(ctx, eventstore.Config{URI: uri, Database: database, Dir: dir})
}

// victim tracks at full speed from several goroutines and prints what names an event after its Track has
// returned.
func victim() error {
	ctx := context.Background()
	store, err := victimStore(ctx, os.Getenv(victimURI), os.Getenv(victimDatabase), os.Getenv(victimDir))
	if err != nil {
		return err
	}
	m, err := eventmap.Parse([]byte(shopMap))
	if err != nil {
		return err
	}
	client, err := otelanalytics.New(ctx, m, otelanalytics.WithStore(store))
	if err != nil {
		return err
	}
	// In every other round each event waits for MongoDB, so that kills also come between an insert and its
	// checkpoint.
	ack := otelanalytics.AckWritten
	if os.Getenv(victimAck) == "stored" {
		ack = otelanalytics.AckStored
	}
	failed := make(chan error)
	for g := range 4 {
		go func() {
			for i := 0; ; i++ {
				name := fmt.Sprintf("%s-%d-%d", os.Getenv(victimRound), g, i)
				err := client.Track(ctx, otelanalytics.Event{Type: "page_viewed", Data: map[string]any{"name": name, "pad": strings.Repeat("x", i%2_000)}}, otelanalytics.WithAck(ack))
				if err != nil {
					failed <- err
				}
				os.Stdout.WriteString(name + "\n") // one write, so that a kill leaves no mixed lines
			}
		}()
	}
	return <-failed
}

// TestKill kills a tracking process with SIGKILL at random moments and starts it again on the same
// directory, many times. Every event whose Track had returned must be in MongoDB exactly once.
func TestKill(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	dir := t.TempDir()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	printed := make(map[string]bool)
	for round := range killRounds {
		for name := range runVictim(t, server.URI(), db.Name(), dir, round, random) {
			printed[name] = true
		}
	}
	store, err := victimStore(t.Context(), server.URI(), db.Name(), dir)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	if err := store.Shutdown(ctx); err != nil {
		t.Fatal(err)
	}
	st := store.Stats()
	stored := int64(0)
	for _, n := range st.Stored {
		stored += n
	}
	if st.Recovered != stored || st.Pending != 0 || st.Lost != 0 || len(st.Quarantined) != 0 {
		t.Errorf("the sum does not hold: %+v", st)
	}
	found := make(map[string]int)
	cursor, err := db.Collection(eventstore.DefaultCollection).Find(ctx, bson.D{})
	if err != nil {
		t.Fatal(err)
	}
	for cursor.Next(ctx) {
		var doc struct {
			Data struct{ Name string } `bson:"event_data"`
		}
		if err := cursor.Decode(&doc); err != nil {
			t.Fatal(err)
		}
		found[doc.Data.Name]++
	}
	if err := cursor.Err(); err != nil {
		t.Fatal(err)
	}
	missing := 0
	for name := range printed {
		if found[name] == 0 {
			missing++
		}
	}
	for name, n := range found {
		if n > 1 {
			t.Errorf("%s is there %d times", name, n)
		}
	}
	t.Logf("%d kills, %d events acknowledged, %d documents, %d delivered by processes that were killed, %d delivered twice",
		killRounds, len(printed), len(found), int64(len(found))-st.Recovered+st.Redelivered, st.Redelivered)
	if int64(len(found)) == st.Recovered {
		t.Error("no process that was killed had delivered anything: the kills came too early to test that")
	}
	if missing > 0 || len(printed) < 50*killRounds {
		t.Errorf("%d of %d acknowledged events are missing", missing, len(printed))
	}
}

// runVictim starts the process, kills it at a random moment, and returns what it had printed by then.
func runVictim(t *testing.T, uri, database, dir string, round int, random *rand.Rand) map[string]bool {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	// Counted in lines, so that a slow machine tests as much.
	ack, deadAfter := "written", 100+random.IntN(3_000)
	if round%2 == 1 {
		ack, deadAfter = "stored", 10+random.IntN(200)
	}
	cmd.Env = append(os.Environ(), victimURI+"="+uri, victimDatabase+"="+database, victimDir+"="+dir,
		victimAck+"="+ack, fmt.Sprintf("%s=%d", victimRound, round))
	var errs syncBuffer
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	printed := make(map[string]bool)
	for r := bufio.NewReader(out); ; {
		line, err := r.ReadString('\n')
		if err != nil {
			break // what stands before a torn line end was not fully printed
		}
		printed[strings.TrimSpace(line)] = true
		if len(printed) == deadAfter {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = cmd.Wait()
	if len(printed) < deadAfter {
		t.Fatalf("the process ended by itself after %d of %d events: %s", len(printed), deadAfter, &errs)
	}
	return printed
}
