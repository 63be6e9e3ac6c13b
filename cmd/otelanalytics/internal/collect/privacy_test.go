// SPDX-License-Identifier: Apache-2.0

package collect

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// exported is what an OTLP collector of the test was sent.
type exported struct {
	mu   sync.Mutex
	body bytes.Buffer // guarded by mu
}

func (e *exported) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	e.mu.Lock()
	defer e.mu.Unlock()
	_, _ = io.Copy(&e.body, r.Body) // what is missing fails the test
}

func (e *exported) String() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.body.String()
}

// TestNoKeysAndUsers: whatever comes, write keys and users are in no log, no span and no metric.
func TestNoKeysAndUsers(t *testing.T) {
	var spans exported
	otlp := httptest.NewServer(&spans)
	t.Cleanup(otlp.Close)
	for name, value := range map[string]string{
		"OTEL_TRACES_EXPORTER": "otlp", "OTEL_METRICS_EXPORTER": "prometheus,otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
		"OTEL_EXPORTER_OTLP_ENDPOINT": otlp.URL,
	} {
		t.Setenv(name, value)
	}
	c := prepare(t, web(), "log_level: debug")
	c.start()
	const user, unknown = "ada-lovelace", "oakey_of_nobody"
	secrets := []string{webKey, unknown, user}
	for _, key := range []string{webKey, unknown} {
		track := `{"type":"track","event":"order_completed","userId":"` + user + `","messageId":"` + user + `","writeKey":"` + key + `"}`
		posthog := `{"event":"order_completed","distinct_id":"` + user + `","token":"` + key + `"}`
		for _, r := range []struct{ method, path, body, header, value string }{
			{"POST", "/v1/events", `{"event_type":"order_completed","user_id":"` + user + `","id":"` + user + `"}`, "Authorization", "Bearer " + key},
			{"POST", "/v1/events", `{"event_type":"` + user + `","user_id":"` + user + `"}`, "X-Write-Key", key},
			{"POST", "/v1/events?user=" + user, `{"event_type":"page","timestamp":"` + user + `"}`, "X-Write-Key", key},
			{"POST", "/v1/batch", `{"batch":[` + track + `,` + user + `]}`, "", ""},
			{"POST", "/v1/batch", `{"batch":[` + track + `],"writeKey":"` + key + `"}`, "User-Agent", user},
			{"POST", "/v1/track", track, "X-Forwarded-For", user},
			{"POST", "/v1/track", track, "Baggage", "user=" + user},
			{"POST", "/v1/track", track, "Traceparent", user},
			{"POST", "/e/", posthog, "Referer", "https://shop.example.com/" + user},
			{"GET", "/v1/projects/" + key + "/settings", "", "", ""},
			{"GET", "/array/" + key + "/config.js", "", "", ""},
			{"GET", "/config?token=" + key, "", "", ""},
			{"GET", "/v1/projects/" + key + "/" + user, "", "", ""},
			{"POST", "/" + key + "/" + user, track, "Origin", "https://" + user},
			{strings.ToUpper(strings.ReplaceAll(key, "_", "-")), "/v1/track", track, "", ""},
		} {
			req, err := http.NewRequest(r.method, c.url+r.path, strings.NewReader(r.body))
			if err != nil {
				t.Fatal(err)
			}
			if r.header != "" {
				req.Header.Set(r.header, r.value)
			}
			resp, err := c.client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, resp.Body); err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
		}
		secrets = append(secrets, strings.ToUpper(strings.ReplaceAll(key, "_", "-")))
	}
	_, page := c.get("/metrics")
	c.stop()
	for name, text := range map[string]string{"log": c.log.String(), "page": page, "export": spans.String()} {
		for _, secret := range secrets {
			if at := strings.Index(text, secret); at >= 0 {
				t.Errorf("%q is in the %s: %q", secret, name, text[max(0, at-100):at+len(secret)])
			}
		}
	}
	for _, want := range []string{"POST /v1/batch", "GET /v1/projects/{key}/settings", "POST /e", "_OTHER /v1/track", "GET /{unknown}"} {
		if !strings.Contains(spans.String(), want) {
			t.Errorf("no span is called %s", want)
		}
	}
	if want := `http_route="/v1/projects/{key}/settings"`; !strings.Contains(page, want) {
		t.Errorf("the page has no %s", want)
	}
}
