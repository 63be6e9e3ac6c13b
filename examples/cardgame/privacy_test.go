// SPDX-License-Identifier: Apache-2.0

package main_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/examples/internal/exampletest"
)

// What is marked here is sent through the API, in every place that it has one,
// and then searched byte by byte.
const (
	markedEmail    = "marked.mail@marks.example"
	markedPassword = "marked-password-5up3r"
	markedTrace    = "0af7651916cd43dd8448eb211c80319c"
	markedAddress  = "127.77.66.55" // the client's
)

// markedToken is Google's, for another marked account.
var markedToken = token("marked.google@marks.example")

// exemplar is what OpenMetrics puts behind a number.
var exemplar = regexp.MustCompile(`(?m) # \{[^}]*trace_id="[^}]*\} .*$`)

func TestPrivacy(t *testing.T) {
	program, err := build()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	// With the database that the service brings, whose files are here too.
	s := &service{t: t, dataDir: dir}
	s.Process = exampletest.Start(t, nil, program, "-addr", "127.0.0.1:0", "-metrics-addr", "127.0.0.1:0", "-data-dir", dir)
	urls := servingLine.FindStringSubmatch(s.Stderr("msg=serving"))
	s.url, s.metricsURL = urls[1], urls[2]
	uri := regexp.MustCompile(` uri=(\S+)`).FindStringSubmatch(s.Stderr("embedded MongoDB"))[1]

	user, session := sendMarks(t, s.url)
	exampletest.Eventually(t, "one event in quarantine, nothing pending", func() bool {
		values := s.values()
		return sum(values, "otelanalytics_events_quarantined_total") == 1 && values["otelanalytics_journal_pending"] == 0
	})

	pages := map[string][]byte{}
	for _, url := range []string{s.url + "/metrics", s.metricsURL, s.url + "/readyz"} {
		for _, accept := range []string{"text/plain", "application/openmetrics-text"} {
			pages[url+" as "+accept] = page(t, url, accept)
		}
	}
	documents := everyDocument(t, uri)
	running := files(t, dir)
	s.Stop()
	stdout, stderr := s.Output()
	pages["standard output"], pages["standard error"] = []byte(stdout), []byte(stderr)
	stopped := files(t, dir)

	// Prometheus keeps the trace of one event beside a number, as its exemplar, when it asks for OpenMetrics and the
	// trace is sampled: see docs/design/exemplars-carry-trace-ids.md. No series has it as a label.
	exemplars := 0
	for name, text := range pages {
		if strings.Contains(name, "openmetrics") {
			without := exemplar.ReplaceAll(text, nil)
			exemplars += len(text) - len(without)
			pages[name] = without
		}
	}
	if exemplars == 0 {
		t.Error("no exemplar has the trace: nothing was tested")
	}

	// What events call a session is no way in.
	sum := sha256.Sum256([]byte(session))
	sessionName := hex.EncodeToString(sum[:8])
	redacted := []string{markedEmail, "marked.google", markedPassword, markedToken, markedAddress, session}
	for _, mark := range append(redacted, user, sessionName, markedTrace) {
		notIn(t, mark, pages)
	}
	for _, mark := range redacted {
		for _, where := range []map[string][]byte{documents, running, stopped} {
			notIn(t, mark, where)
		}
	}
	// What is kept is found, in the same places and in the same way.
	for _, mark := range []string{user, sessionName, markedTrace} {
		for _, where := range []struct {
			name string
			in   map[string][]byte
		}{
			{"documents", documents},
			{"journal", only(running, ".wal", "journal")},
			{"quarantine", only(running, "quarantine.jsonl")},
			{"database", only(running, ".sqlite")},
		} {
			if !anyHas(where.in, mark) {
				t.Errorf("the %s should have %s, and do not (%d files)", where.name, mark, len(where.in))
			}
		}
	}
}

// sendMarks uses the API with everything marked, and returns the marks that
// the service chooses itself.
func sendMarks(t *testing.T, url string) (user, session string) {
	t.Helper()
	local, err := net.ResolveTCPAddr("tcp", markedAddress+":0")
	if err != nil {
		t.Fatal(err)
	}
	dialer := &net.Dialer{LocalAddr: local}
	if listener, err := net.Listen("tcp", markedAddress+":0"); err == nil {
		_ = listener.Close()
	} else { // not all systems have the whole of 127.0.0.0/8
		dialer.LocalAddr = nil
	}
	transport := &http.Transport{DialContext: dialer.DialContext}
	defer transport.CloseIdleConnections()
	web := &http.Client{Transport: transport}
	send := func(path, body string, want int) (answer struct {
		UserID, Session string
	},
	) {
		t.Helper()
		req, err := http.NewRequest(http.MethodPost, url+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("traceparent", "00-"+markedTrace+"-b7ad6b7169203331-01")
		if session != "" {
			req.Header.Set("Authorization", "Bearer "+session)
		}
		resp, err := web.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != want {
			t.Fatalf("%s: %s %s (%v), want %d", path, resp.Status, text, err, want)
		}
		var in struct {
			UserID  string `json:"user_id"`
			Session string `json:"session"`
		}
		_ = json.Unmarshal(text, &in) // not all have an answer
		answer.UserID, answer.Session = in.UserID, in.Session
		return answer
	}
	credentials := `"email":"` + markedEmail + `","password":"` + markedPassword + `"`
	user = send("/v1/users", "{"+credentials+"}", http.StatusCreated).UserID
	send("/v1/users", "{"+credentials+"}", http.StatusConflict)
	send("/v1/users", `{"email":7,"password":"`+markedPassword+`"}`, http.StatusBadRequest)
	send("/v1/sessions", `{"email":"`+markedEmail+`","password":"wrong-`+markedPassword+`"}`, http.StatusUnauthorized)
	session = send("/v1/sessions", "{"+credentials+"}", http.StatusCreated).Session
	send("/v1/users", `{"registration_type":"google","token":"`+markedToken+`"}`, http.StatusCreated)
	send("/v1/sessions/google", `{"token":"`+markedToken+`"}`, http.StatusCreated)
	details := `{"email":"` + markedEmail + `","forms":[{"password":"` + markedPassword + `","deeper":[{"token":"` + markedToken + `"}]}]`
	send("/v1/errors", `{"code":"E1","details":`+details+`}}`, http.StatusNoContent)
	send("/v1/features", `{"feature":"chat","properties":{"password":"`+markedPassword+`","token":{"google":"`+markedToken+`"}}}`, http.StatusNoContent)
	// A list in a list, which FerretDB does not take.
	send("/v1/errors", `{"code":"E2","details":`+details+`,"moves":[[1]]}}`, http.StatusNoContent)
	return user, session
}

func notIn(t *testing.T, mark string, where map[string][]byte) {
	t.Helper()
	for name, content := range where {
		if bytes.Contains(content, []byte(mark)) {
			t.Errorf("%s is in %s", mark, name)
		}
	}
}

func anyHas(where map[string][]byte, mark string) bool {
	for _, content := range where {
		if bytes.Contains(content, []byte(mark)) {
			return true
		}
	}
	return false
}

// only returns the files whose names have any of the words.
func only(files map[string][]byte, words ...string) map[string][]byte {
	of := map[string][]byte{}
	for name, content := range files {
		for _, word := range words {
			if strings.Contains(name, word) {
				of[name] = content
			}
		}
	}
	return of
}

// files reads every file below a directory, by its path from there.
func files(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		all[strings.TrimPrefix(path, dir)] = content
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// everyDocument reads the whole collection, as BSON.
func everyDocument(t *testing.T, uri string) map[string][]byte {
	t.Helper()
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Disconnect(t.Context()) }()
	cursor, err := client.Database("analytics").Collection("user_events").Find(t.Context(), bson.D{})
	if err != nil {
		t.Fatal(err)
	}
	var raw []bson.Raw
	if err := cursor.All(t.Context(), &raw); err != nil {
		t.Fatal(err)
	}
	all := map[string][]byte{}
	for _, d := range raw {
		all["the document "+d.Lookup("_id").String()] = d
	}
	if len(all) != 6 {
		t.Errorf("there are %d documents, want 6", len(all))
	}
	return all
}

func page(t *testing.T, url, accept string) []byte {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", accept)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v", url, resp.Status, err)
	}
	return text
}
