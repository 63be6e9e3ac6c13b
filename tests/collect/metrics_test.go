// SPDX-License-Identifier: Apache-2.0

package collect

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
)

// unanswered is a client that sends batches, one after the other. It sends a batch again until it gets an answer.
type unanswered struct {
	name string
	n    int // the number of the batch
}

// send sends the batch until the collector accepts it.
func (u *unanswered) send(t *testing.T, c *collector) {
	var b strings.Builder
	for i := range batch {
		fmt.Fprintf(&b, `{"event_type":"order_completed","id":"%s-%d-%d"}`, u.name, u.n, i)
	}
	for late := time.After(time.Minute); ; {
		status, text := post(client(), c.url+"/v1/events", b.String())
		if status == http.StatusOK {
			return
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-late:
			t.Errorf("batch %d of client %s is not accepted within a minute: %d %s", u.n, u.name, status, text)
			return
		}
	}
}

// TestMetricsOfKilledCollectors kills collectors that have accepted a batch of each client and whose answers the clients did not get.
// The clients send these batches again. All processes together count each event that is stored, and at most one batch of each client
// again for each kill. Events that wait in the journal for MongoDB are counted by the process that accepted them.
func TestMetricsOfKilledCollectors(t *testing.T) {
	mongodb := mongotest.Start(t)
	db := mongodb.Database(t)
	c := prepare(t, mongodb.URI(), "")
	c.environ = []string{"OTELANALYTICS_MONGODB_DATABASE=" + db.Name()}
	const answered = 3 // batches of each client and process
	all := make([]*unanswered, senders)
	for i := range all {
		all[i] = &unanswered{name: fmt.Sprint(i)}
	}
	eachSends := func(batches int) {
		var sending sync.WaitGroup
		for _, u := range all {
			sending.Go(func() {
				for range batches {
					u.send(t, c)
					u.n++
				}
				u.send(t, c) // its answer gets lost
			})
		}
		sending.Wait()
	}
	counted, twice := 0.0, 0.0
	kills := max(3, *rounds/6)
	c.start()
	for kill := range kills {
		if kill == kills/2 && mongodb.CanStop() {
			mongodb.Stop()
		}
		eachSends(answered)
		orders := servicetest.Scrape(t, c.adminURL+"/metrics").Sum("orders_total")
		fresh := float64(senders * batch * (answered + 1))
		if kill > 0 {
			fresh -= senders * batch // they were accepted by the process before
		}
		if again := orders - fresh; again < 0 || again > senders*batch {
			t.Errorf("process %d counts %v orders, and accepted %v for the first time: want at most %d more", kill, orders, fresh, senders*batch)
		} else {
			twice += again
		}
		counted += orders
		c.kill()
		c.start()
	}
	if mongodb.CanStop() {
		mongodb.Start()
	}
	eachSends(0)
	counted += servicetest.Scrape(t, c.adminURL+"/metrics").Sum("orders_total")
	for c.stop(); strings.Contains(c.log.String(), "events wait in the journal"); c.stop() {
		c.start()
	}
	documents, err := db.Collection("user_events").CountDocuments(t.Context(), bson.D{})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d kills: %d documents, %v counted", kills, documents, counted)
	if want := int64(senders * batch * (answered*kills + 1)); documents != want {
		t.Errorf("%d documents, want %d", documents, want)
	}
	if most := float64(documents) + float64(kills*senders*batch); counted < float64(documents) || counted > most {
		t.Errorf("%v are counted of %d documents, want at most one batch of %d clients more for each of %d kills", counted, documents, senders, kills)
	}
	if twice == 0 {
		t.Error("no batch was counted again: docs/collect.md says that it may be")
	}
}
