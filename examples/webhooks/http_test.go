// SPDX-License-Identifier: Apache-2.0

package main_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// post posts a body to the service. A header with an empty value is left out.
func (s *service) post(method, body string, headers map[string]string) (status int, text string) {
	s.t.Helper()
	req, err := http.NewRequest(method, s.url+"/webhook", strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for name, value := range map[string]string{
		"Content-Type": "application/json", "X-GitHub-Event": "ping", "X-GitHub-Delivery": s.t.Name(),
	} {
		if _, given := headers[name]; !given {
			req.Header.Set(name, value)
		}
	}
	for name, value := range headers {
		if value != "" {
			req.Header.Set(name, value)
		}
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, strings.TrimSpace(string(answer))
}

func TestAnswers(t *testing.T) {
	s := newService(t)
	s.start()
	nested := strings.Repeat(`{"a":`, 20_000) + "1" + strings.Repeat("}", 20_000)
	for _, c := range []struct {
		name, method, body string
		headers            map[string]string
		status             int
		text               string // part of the answer
	}{
		{"accepted", "POST", `{"zen":"Keep it logically awesome."}`, nil, 202, ""},
		{"again", "POST", `{"zen":"Keep it logically awesome."}`, nil, 202, ""},
		{"with a charset", "POST", `{}`, map[string]string{"Content-Type": "application/json; charset=utf-8"}, 202, ""},
		{"GET", "GET", ``, nil, 405, ""},
		{"no event", "POST", `{}`, map[string]string{"X-GitHub-Event": ""}, 400, "X-GitHub-Event"},
		{"no delivery", "POST", `{}`, map[string]string{"X-GitHub-Delivery": ""}, 400, "X-GitHub-Delivery"},
		{"a form", "POST", `payload=%7B%7D`, map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, 415, "application/json"},
		{"no content type", "POST", `{}`, map[string]string{"Content-Type": ""}, 415, "application/json"},
		{"nothing", "POST", ``, nil, 400, "it is empty"},
		{"null", "POST", `null`, nil, 400, "it is null"},
		{"truncated", "POST", `{"zen":"Kee`, nil, 400, "unexpected EOF"},
		{"a list", "POST", `[{}]`, nil, 400, "array"},
		{"two objects", "POST", `{} {}`, nil, 400, "something follows"},
		{"nested too deeply for JSON", "POST", nested, nil, 400, "depth"},
		{"25 MiB and more", "POST", `{"a":"` + strings.Repeat("x", 25<<20) + `"}`, nil, 413, "25 MiB"},
		{"over 16 MiB in MongoDB", "POST", `{"big":"` + strings.Repeat("x", 17<<20) + `"}`, map[string]string{"X-GitHub-Delivery": "big"}, 413, "event_data.big"},
		{"a key with a NUL", "POST", `{"a\u0000b":1}`, map[string]string{"X-GitHub-Delivery": "nul"}, 422, "event_data"},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, text := s.post(c.method, c.body, c.headers)
			if status != c.status || !strings.Contains(text, c.text) {
				t.Errorf("the answer is %d %q, want %d with %q", status, text, c.status, c.text)
			}
		})
	}
	s.Stop()
	if n := countDocuments(t, s.db); n != 1 {
		t.Errorf("there are %d documents, want the one that was accepted", n)
	}
}

func TestSignatures(t *testing.T) {
	const secret, body = "It's a Secret to Everybody", `{"zen":"Hello, World!"}`
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	right := "sha256=" + hex.EncodeToString(mac.Sum(nil))

	for _, from := range []string{"environment", "file"} {
		t.Run(from, func(t *testing.T) {
			s := newService(t)
			if from == "environment" {
				s.env = append(s.env, "GITHUB_WEBHOOK_SECRET="+secret)
			} else {
				file := t.TempDir() + "/secret"
				write(t, file, secret+"\n")
				s.args = append(s.args, "-secret-file", file)
			}
			s.start("-replay", absolute(t, realDeliveries), "-linger") // a replay signs its deliveries
			want := newTruth(s.ferretDB)
			want.deliverAll(t)
			if diff := cmp.Diff(want.outcome(), s.outcome()); diff != "" {
				t.Errorf("outcome (-want +got):\n%s", diff)
			}
			for _, c := range []struct {
				name, body, signature string
				status                int
			}{
				{"right", body, right, 202},
				{"none", body, "", 401},
				{"another body", body + " ", right, 401},
				{"another secret", body, "sha256=" + strings.Repeat("0", 64), 401},
				{"last digit", body, right[:len(right)-1] + string(right[len(right)-1]^1), 401},
				{"cut off", body, right[:len(right)-2], 401},
				{"another method", body, "sha1=" + right[7:], 401},
				{"unsigned and damaged", "{", "", 401}, // a stranger learns nothing else
			} {
				t.Run(c.name, func(t *testing.T) {
					if status, text := s.post("POST", c.body, map[string]string{"X-Hub-Signature-256": c.signature}); status != c.status {
						t.Errorf("the answer is %d %q, want %d", status, text, c.status)
					}
				})
			}
			s.Stop()
			if _, log := s.Output(); strings.Contains(log, secret) {
				t.Error("the secret is in the log")
			}
			if n := countDocuments(t, s.db); n != int64(len(want.stored)+1) {
				t.Errorf("there are %d documents, want %d", n, len(want.stored)+1)
			}
		})
	}
}
