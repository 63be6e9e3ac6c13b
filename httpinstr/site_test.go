// SPDX-License-Identifier: Apache-2.0

package httpinstr_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
	"github.com/otelanalytics/otelanalytics-go/httpinstr"
)

// recorded is what the middleware records about one request.
type recorded struct {
	Entry, Method, Endpoint string
	Status                  int32
	Size                    int64
	duration                float64
	actor                   eventctx.Actor
}

// recorder remembers what it is given.
type recorder struct {
	mu  sync.Mutex
	all []recorded
}

func (r *recorder) Record(ctx context.Context, entry string, data any) error {
	doc, err := data.(interface {
		AppendBSON([]byte) ([]byte, error)
	}).AppendBSON(nil)
	if err != nil {
		return err
	}
	raw := bson.Raw(doc)
	if err := raw.Validate(); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = append(r.all, recorded{
		Entry: entry, Method: raw.Lookup("method").StringValue(), Endpoint: raw.Lookup("endpoint").StringValue(),
		Status: raw.Lookup("status").Int32(), Size: raw.Lookup("size").Int64(), duration: raw.Lookup("duration").Double(),
		actor: eventctx.FromContext(ctx),
	})
	return nil
}

// take returns what was recorded once there are n, and forgets it.
func (r *recorder) take(t *testing.T, n int) []recorded {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; {
		r.mu.Lock()
		if len(r.all) >= n {
			all := r.all
			r.all = nil
			r.mu.Unlock()
			return all
		}
		r.mu.Unlock()
		if time.Now().After(deadline) {
			t.Fatalf("not %d requests recorded", n)
		}
		<-time.After(time.Millisecond)
	}
}

// site is a server with the middleware in front of a mux.
func site(t *testing.T, mux http.Handler, http2 bool, options ...httpinstr.Option) (*recorder, *httptest.Server) {
	t.Helper()
	rec := &recorder{}
	server := httptest.NewUnstartedServer(httpinstr.Middleware(rec, "site", options...)(mux))
	server.Config.ErrorLog = nil
	if http2 {
		server.EnableHTTP2 = true
		server.StartTLS()
	} else {
		server.Start()
	}
	t.Cleanup(server.Close)
	return rec, server
}

func send(t *testing.T, s *httptest.Server, method, path string, body io.Reader) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequest(method, s.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := s.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(text)
}
