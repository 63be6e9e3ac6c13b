// SPDX-License-Identifier: Apache-2.0

package main_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/examples/internal/exampletest"
)

// What is printed works when it is done as it stands there.
func TestPrintedHelp(t *testing.T) {
	s := newService(t)
	s.start()
	s.Stderr("Stop with Ctrl-C")
	_, help := s.Output()
	session := "SESSION"
	for _, line := range regexp.MustCompile(`curl --json '(.*?)'.* (http\S+)`).FindAllStringSubmatch(help, -1) {
		req, err := http.NewRequest(http.MethodPost, line[2], strings.NewReader(line[1]))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json") // as --json does
		if header := regexp.MustCompile(`-H 'Authorization: (.*?)'`).FindStringSubmatch(line[0]); header != nil {
			req.Header.Set("Authorization", strings.Replace(header[1], "SESSION", session, 1))
		}
		status, answer := do(t, req)
		if status != http.StatusCreated {
			t.Fatalf("%s\nanswers %d %s", line[0], status, answer)
		}
		var in struct{ Session string }
		if err := json.Unmarshal(answer, &in); err == nil && in.Session != "" {
			session = in.Session
		}
	}
	values := s.values()
	for _, series := range []string{
		`user_logins_total{account_type="normal",auth_method="email"}`,
		`dutch_games_created_total{game_mode="practice"}`, `dutch_table_occupancy{game_mode="practice"}`,
	} {
		if values[series] != 1 {
			t.Errorf("%s is %v after the printed commands, want 1", series, values[series])
		}
	}
	for path, want := range map[string]string{"/healthz": "ok", "/readyz": `"status":"ready"`} {
		req, err := http.NewRequest(http.MethodGet, s.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		exampletest.Eventually(t, path+" answers 200 with "+want, func() bool { // MongoDB may answer later than the program does
			status, answer := do(t, req)
			return status == http.StatusOK && strings.Contains(string(answer), want)
		})
	}
	s.Stop()
}

func TestMistakesAtStart(t *testing.T) {
	program, err := build()
	if err != nil {
		t.Fatal(err)
	}
	wrong := filepath.Join(t.TempDir(), "otelanalytics.yaml")
	if err := os.WriteFile(wrong, []byte("metrics: {enabeld: true}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	const nowhere = "mongodb://127.0.0.1:1"
	for _, c := range []struct {
		name, message string
		args          []string
		status        int
	}{
		{"an argument", "takes no arguments", []string{"serve"}, 2},
		{"unknown flag", "flag provided but not defined", []string{"-nosuch"}, 2},
		{"negative players", "no negative number", []string{"-players", "-1"}, 2},
		{"no such file", "no such file", []string{"-config", wrong + "s"}, 1},
		{"mistake in the file", "enabeld", []string{"-config", wrong}, 1},
		{"address", "missing port", []string{"-mongodb-uri", nowhere, "-metrics-addr", "", "-addr", "nonsense"}, 1},
		{"metrics address", "missing port", []string{"-mongodb-uri", nowhere, "-metrics-addr", "nonsense"}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := exampletest.Start(t, nil, program, c.args...)
			p.Stderr(c.message)
			if status := p.Exit(); status != c.status {
				t.Errorf("exit status %d, want %d", status, c.status)
			}
		})
	}
}

func do(t *testing.T, req *http.Request) (status int, answer []byte) {
	t.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if answer, err = io.ReadAll(resp.Body); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, answer
}

// token is what the service takes for Google's.
func token(email string) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, `{"email":%q}`, email))
}
