// SPDX-License-Identifier: Apache-2.0

package live_test

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/live"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/livepage"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// remote is a service elsewhere, whose page wants a secret and notes what it is asked with.
func remote(t *testing.T) (url string, asked chan http.Header) {
	t.Helper()
	m, err := eventmap.Parse([]byte("version: 1\nevents: {login: {}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	client, err := otelanalytics.New(m)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Shutdown(context.Background()) })
	asked = make(chan http.Header, 100)
	page := livepage.Handler(client, livepage.WithAuthorization(func(r *http.Request) (livepage.Access, bool) {
		asked <- r.Header.Clone()
		return livepage.Access{ChangeSwitches: true}, r.Header.Get("Authorization") == "Bearer secret"
	}))
	mux := http.NewServeMux()
	mux.Handle("/far/away/", page)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL + "/far/away/", asked
}

func TestPageOfAServiceElsewhere(t *testing.T) {
	url, asked := remote(t)
	file := clitest.File(t, "auth", "Authorization: Bearer secret\n")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out, in := io.Pipe()
	ended := make(chan int, 1)
	root := &cobra.Command{Use: "otelanalytics"}
	cli.AddOutputFlag(root)
	root.AddCommand(live.New())
	go func() {
		ended <- cli.Execute(ctx, root, []string{"live", "--url", url, "--header-file", file}, in, io.Discard)
	}()
	line := make([]byte, 200)
	n, err := out.Read(line)
	if err != nil {
		t.Fatal(err)
	}
	local := strings.TrimSpace(string(line[:n]))
	base, _, _ := strings.Cut(local, "?")

	get := func(c *http.Client, url string, header string) (int, string) {
		r, err := http.NewRequest(http.MethodGet, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		if header != "" {
			r.Header.Set(header, "192.0.2.1")
		}
		resp, err := c.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(body)
	}
	if status, _ := get(http.DefaultClient, base+"live/api/about", ""); status != http.StatusForbidden {
		t.Errorf("without a token: %d", status)
	}
	jar, _ := cookiejar.New(nil) // it never fails
	browser := &http.Client{Jar: jar}
	if status, body := get(browser, local, ""); status != http.StatusOK || !strings.Contains(body, "Analytics, live") {
		t.Errorf("with a token: %d %s", status, body)
	}
	if status, _ := get(browser, base+"live/api/about", "X-Forwarded-For"); status != http.StatusForbidden {
		t.Errorf("forwarded: %d", status)
	}
	if status, body := get(browser, base+"live/api/map", ""); status != http.StatusOK || !strings.Contains(body, "login") {
		t.Errorf("the map: %d %s", status, body)
	}
	for len(asked) > 0 {
		for name := range <-asked {
			if name == "Cookie" || strings.HasPrefix(name, "X-Forwarded") {
				t.Errorf("the service was told %s", name)
			}
		}
	}
	browser.CloseIdleConnections()
	cancel()
	if code := <-ended; code != cli.ExitOK {
		t.Errorf("exit code %d", code)
	}
}

func TestWrongUse(t *testing.T) {
	url, _ := remote(t)
	for _, tt := range []struct {
		name, says string
		args       []string
	}{
		{"no URL", "--url: that is no URL of a page", nil},
		{"not let in", "answers with status 403: You may not see the live page.", []string{"--url", url}},
		{"for everybody", "--listen must be an address of the loopback", []string{"--url", url, "--listen", "0.0.0.0:8099"}},
		{"no page there", "answers with status 404", []string{"--url", strings.TrimSuffix(url, "far/away/")}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, out, errs := clitest.Run(t, live.New(), tt.args...)
			if code != cli.ExitError || out != "" || !strings.Contains(errs, tt.says) {
				t.Errorf("exit code %d, %q, %q", code, out, errs)
			}
		})
	}
}
