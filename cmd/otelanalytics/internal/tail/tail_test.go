// SPDX-License-Identifier: Apache-2.0

package tail_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/tail"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/livepage"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// service tracks events all the time, and returns its page's URL.
func service(t *testing.T) string {
	t.Helper()
	m, err := eventmap.Parse([]byte(`
version: 1
metrics: {logins: {instrument: counter, attributes: {plan: {values: [free, pro]}}}}
events: {login: {record: [{metric: logins}]}, other_type: {}}
`))
	if err != nil {
		t.Fatal(err)
	}
	client, err := otelanalytics.New(m)
	if err != nil {
		t.Fatal(err)
	}
	page := livepage.Handler(client)
	server := httptest.NewServer(page)
	ctx, cancel := context.WithCancel(context.Background())
	var tracking sync.WaitGroup
	tracking.Go(func() {
		for ctx.Err() == nil {
			_ = client.Track(ctx, otelanalytics.Event{Type: "other_type", UserID: "bob"})
			_ = client.Track(ctx, otelanalytics.Event{Type: "login", UserID: "ada\x1b[31m", Data: map[string]any{"plan": "pro"}})
		}
	})
	t.Cleanup(func() {
		cancel()
		tracking.Wait()
		page.Close()
		server.Close()
		_ = client.Shutdown(context.Background())
	})
	return page.URL(server.URL + "/")
}

func TestLines(t *testing.T) {
	code, out, errs := clitest.Run(t, tail.New(), "--url", service(t), "--type", "login", "--count", "3", "--documents")
	if code != cli.ExitOK {
		t.Fatalf("exit code %d, %s", code, errs)
	}
	if strings.Count(out, `  login  ada`) != 3 || strings.Contains(out, "other_type") || strings.Contains(out, "\x1b") {
		t.Errorf("printed\n%s", out)
	}
	for _, want := range []string{`logins{plan="pro"} 1`, `    {`, `      "plan": "pro"`} {
		if strings.Count(out, want) != 3 {
			t.Errorf("no %s in\n%s", want, out)
		}
	}
}

func TestJSONLines(t *testing.T) {
	code, out, errs := clitest.Run(t, tail.New(), "--url", service(t), "--user", "bob", "--count", "2", "-o", "json")
	if code != cli.ExitOK {
		t.Fatalf("exit code %d, %s", code, errs)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 2 {
		t.Fatalf("printed\n%s", out)
	}
	for _, line := range lines {
		var e struct{ Type, User, Result string }
		if err := json.Unmarshal([]byte(line), &e); err != nil || e.Type != "other_type" || e.User != "bob" || e.Result != "recorded" {
			t.Errorf("%v: %s", err, line)
		}
	}
}

// TestServiceThatLetsInNoMore ends the command: a service that was restarted knows no token of before.
func TestServiceThatLetsInNoMore(t *testing.T) {
	first := true
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if !first {
			http.Error(w, "no more\x1b[31m", http.StatusForbidden)
		}
		first = false
	}))
	defer server.Close()
	code, _, errs := clitest.Run(t, tail.New(), "--url", server.URL)
	if code != cli.ExitError || !strings.Contains(errs, "answers with status 403: no more") || strings.Contains(errs, "\x1b") {
		t.Errorf("exit code %d, %q", code, errs)
	}
}

// TestEventsThatCannotBePrinted end the command: another stream has the same.
func TestEventsThatCannotBePrinted(t *testing.T) {
	for name, data := range map[string]string{
		"a message that is no JSON":   `{"events": [`,
		"an event of another shape":   `{"events": [5]}`,
		"events that are not a list":  `{"events": {}}`,
		"an event with another field": `{"events": [{"time": "yesterday"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/stream") {
					_, _ = io.WriteString(w, "event: events\ndata: "+data+"\n\n")
				}
			}))
			defer server.Close()
			code, _, errs := clitest.Run(t, tail.New(), "--url", server.URL)
			if code != cli.ExitError || !strings.Contains(errs, "the service sends something else") || strings.Contains(errs, "waiting") {
				t.Errorf("exit code %d, %q", code, errs)
			}
		})
	}
}

// TestMetricsOfHiddenFields have a name alone.
func TestMetricsOfHiddenFields(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/stream") {
			_, _ = io.WriteString(w, `event: events`+"\n"+`data: {"events": [{"type": "sale", "moves": [{"metric": "revenue", "labels": [], "by": 0, "how": "hidden"}]}]}`+"\n\n")
		}
	}))
	defer server.Close()
	code, out, errs := clitest.Run(t, tail.New(), "--url", server.URL, "--count", "1")
	if code != cli.ExitOK || !strings.Contains(out, "  revenue •••\n") {
		t.Errorf("exit code %d, %q, %q", code, out, errs)
	}
}

func TestTokenIsNotShown(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close() // nobody listens
	_, _, errs := clitest.Run(t, tail.New(), "--url", server.URL+"/?token=secret")
	if strings.Contains(errs, "secret") || !strings.Contains(errs, "connection refused") {
		t.Errorf("says %q", errs)
	}
}
