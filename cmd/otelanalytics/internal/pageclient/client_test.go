// SPDX-License-Identifier: Apache-2.0

package pageclient

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// roundTrip answers requests without a network.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestCredentialsStay with the scheme and the host that they are for.
func TestCredentialsStay(t *testing.T) {
	for _, tt := range []struct {
		name, from, to string
		follows        bool
	}{
		{"the same host", "https://shop.example.com/a/", "https://shop.example.com/b/", true},
		{"plain text", "https://shop.example.com/a/", "http://shop.example.com/a/", false},
		{"from plain text", "http://shop.example.com/a/", "https://shop.example.com/a/", false},
		{"another host", "https://shop.example.com/a/", "https://evil.example.com/a/", false},
		{"another port", "https://shop.example.com/a/", "https://shop.example.com:8443/a/", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			from, err := url.Parse(tt.from)
			if err != nil {
				t.Fatal(err)
			}
			c := newClient(from, http.Header{"Authorization": {"Bearer secret"}})
			followed := false
			c.http.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
				answer := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: http.NoBody, Request: r}
				if r.URL.String() == tt.from {
					answer.StatusCode = http.StatusFound
					answer.Header.Set("Location", tt.to)
				} else {
					followed = r.Header.Get("Authorization") != ""
				}
				return answer, nil
			})
			body, err := c.Get(t.Context(), "")
			if err == nil {
				body.Close()
			}
			if followed != tt.follows || (err == nil) != tt.follows || err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("the credentials went there: %v, %v", followed, err)
			}
		})
	}
}
