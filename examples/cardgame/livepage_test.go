// SPDX-License-Identifier: Apache-2.0

package main_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
)

// TestLivePage plays until Ctrl-C: the URL that is printed opens the page, once, and the process ends with a table of ten lines.
func TestLivePage(t *testing.T) {
	s := newService(t)
	s.start("-players", "3", "-seed", "3", "-pause", "20ms")
	url := strings.Fields(s.Stderr("See it live:"))[3]
	jar, _ := cookiejar.New(nil) // it never fails
	browser := &http.Client{Jar: jar}
	defer browser.CloseIdleConnections()
	open := func(c *http.Client, url string) (int, string) {
		resp, err := c.Get(url)
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
	if status, _ := open(browser, s.url+"/"); status != http.StatusForbidden {
		t.Errorf("without a token the page answers %d", status)
	}
	if status, body := open(browser, url); status != http.StatusOK || !strings.Contains(body, "Analytics, live") {
		t.Errorf("%s answers %d\n%s", url, status, body)
	}
	if status, _ := open(http.DefaultClient, url); status != http.StatusForbidden {
		t.Errorf("another browser gets %d for the same URL", status)
	}
	if status, body := open(browser, s.url+"/live/api/metrics"); status != http.StatusOK || !strings.Contains(body, "dutch_games_created") {
		t.Errorf("the metrics answer %d %s", status, body)
	}
	stream, err := browser.Get(s.url + "/live/api/stream")
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Body.Close()
	if _, err := io.ReadFull(stream.Body, make([]byte, 200)); err != nil {
		t.Errorf("the stream: %v", err)
	}
	for series := range servicetest.Scrape(t, s.url+"/metrics").Values("app_request") {
		if strings.Contains(series, "live") {
			t.Errorf("the page is among the requests: %s", series)
		}
	}
	s.Signal(os.Interrupt)
	if status := s.Exit(); status != 0 {
		t.Errorf("exit status %d", status)
	}
	stdout, _ := s.Output()
	lines := strings.Split(strings.TrimSuffix(stdout, "\n"), "\n")
	if len(lines) != 10 || strings.Fields(lines[0])[1] != "3" || strings.Fields(lines[4])[0] != "stored" {
		t.Errorf("the table has %d lines, want 10:\n%s", len(lines), stdout)
	}
	for _, line := range lines {
		if strings.HasPrefix(line, "not stored") && strings.Fields(line)[2] != "0" {
			t.Errorf("something is not stored: %s", line)
		}
	}
}
