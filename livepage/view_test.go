// SPDX-License-Identifier: Apache-2.0

package livepage

import (
	"context"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// TestAccessIsAskedAgain changes what a viewer may see while its stream runs. The stream ends with the next sign of life.
func TestAccessIsAskedAgain(t *testing.T) {
	admin := Access{Role: "admin", ChangeSwitches: true}
	for _, tt := range []struct {
		name   string
		access Access
		ok     bool
		ends   bool
	}{
		{"the same", admin, true, false},
		{"withdrawn", admin, false, true},
		{"another role", Access{Role: "support", ChangeSwitches: true}, true, true},
		{"users are hidden", Access{Role: "admin", ChangeSwitches: true, HideUsers: true}, true, true},
		{"fields are hidden", Access{Role: "admin", ChangeSwitches: true, HideFields: []string{"card"}}, true, true},
		{"no switches", Access{Role: "admin"}, true, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, err := otelanalytics.New(servicetest.Map(t, "version: 1\nevents: {login: {}}\n"))
				if err != nil {
					t.Fatal(err)
				}
				defer client.Shutdown(t.Context())
				changed := new(atomic.Bool)
				p := Handler(client, WithAuthorization(func(*http.Request) (Access, bool) {
					if changed.Load() {
						return tt.access, tt.ok
					}
					return admin, true
				}))
				w, ended := httptest.NewRecorder(), make(chan time.Time, 1)
				began := time.Now()
				go func() {
					p.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/live/api/stream", nil))
					ended <- time.Now()
				}()
				synctest.Wait()
				changed.Store(true)
				time.Sleep(aliveEvery)
				synctest.Wait()
				select {
				case at := <-ended:
					if !tt.ends || at.Sub(began) != aliveEvery {
						t.Errorf("it ended after %v", at.Sub(began))
					}
				default:
					if tt.ends {
						t.Error("it runs on")
					}
				}
				p.Close()
				synctest.Wait()
				if !strings.Contains(w.Body.String(), "event: view\ndata: \""+admin.view()+"\"\n\n") {
					t.Errorf("the stream does not name its view:\n%s", w.Body)
				}
				if same := tt.access.view() == admin.view(); same != tt.access.equal(&admin) {
					t.Errorf("the views are the same: %v", same)
				}
			})
		})
	}
}

var global http.Server // the runtime has no block of memory for it

func TestServersAreForgotten(t *testing.T) {
	var s servers
	of := func(server *http.Server) *http.Request {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		return r.WithContext(context.WithValue(r.Context(), http.ServerContextKey, server))
	}
	part := new(struct {
		name   string
		server http.Server
	})
	for _, server := range []*http.Server{&global, &part.server, {}} {
		ended := s.ends(of(server))
		if ended == nil || s.ends(of(server)) != ended {
			t.Fatal("a server has no channel, or two")
		}
		if err := server.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
		<-ended // Shutdown calls each function in a goroutine
	}
	if s.ends(httptest.NewRequest(http.MethodGet, "/", nil)) != nil {
		t.Error("a request without a server has a channel")
	}
	deadline := time.Now().Add(10 * time.Second)
	left := 3
	for left > 2 && time.Now().Before(deadline) {
		runtime.GC()
		runtime.Gosched()
		s.mu.Lock()
		left = len(s.all)
		s.mu.Unlock()
	}
	if left != 2 {
		t.Errorf("%d servers are kept, want the two that are there", left)
	}
	runtime.KeepAlive(part)
}
