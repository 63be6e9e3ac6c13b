// SPDX-License-Identifier: Apache-2.0

package backfill

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestWhichAnswersAreTriedAgain(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		again  bool
		says   string
	}{
		"taken":           {204, "", false, ""},
		"too many":        {429, "slow down", true, "answers 429: slow down"},
		"a broken server": {503, "", true, "answers 503"},
		"refused":         {400, "bad", false, "answers 400: bad"},
		"too old":         {400, "out of bounds", false, "set storage.tsdb.out_of_order_time_window in prometheus.yml to more"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(c.status)
				_, _ = w.Write([]byte(c.body))
			}))
			defer server.Close()
			again, err := post(t, server.URL)
			if again != c.again || (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("again is %v with %v; want %v with %q", again, err, c.again, c.says)
			}
		})
	}
}

// TestNobodyListens: the error of the request names the whole URL, and that of the command must not.
func TestNobodyListens(t *testing.T) {
	again, err := post(t, "http://u:s3cret@127.0.0.1:1/api/v1/write?token=s3cret")
	if !again || err == nil || !strings.HasPrefix(err.Error(), "http://127.0.0.1:1/api/v1/write: ") || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("again is %v with %v", again, err)
	}
}

func post(t *testing.T, to string) (again bool, err error) {
	t.Helper()
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	return newRemote(u).post(t.Context(), []byte("body"))
}
