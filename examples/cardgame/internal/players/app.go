// SPDX-License-Identifier: Apache-2.0

package players

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
)

// app is what somebody plays with: it sends requests in the name of a session.
type app struct {
	web      *http.Client
	url      string
	platform string
	truth    *Truth

	id, session, jwt string // once somebody has logged in
	email, password  string
	accountType      string
	google           bool
}

// call sends a request and decodes the answer into out; both in and out may be
// nil. A status that is none of want is an error.
func (a *app) call(method, path string, in, out any, want ...int) (status int, err error) {
	var body []byte
	if in != nil {
		if body, err = json.Marshal(in); err != nil {
			return 0, err
		}
	}
	return a.send(method, path, "application/json", body, out, want...)
}

func (a *app) send(method, path, contentType string, body []byte, out any, want ...int) (status int, err error) {
	req, err := http.NewRequest(method, a.url+path, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", contentType)
	if a.platform != "" {
		req.Header.Set("X-Platform", a.platform)
	}
	if a.session != "" {
		req.Header.Set("Authorization", "Bearer "+a.session)
	}
	resp, err := a.web.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, fmt.Errorf("%s %s: %w", method, path, err)
	}
	a.truth.answered(method, path, resp.StatusCode, len(body))
	if !slices.Contains(want, resp.StatusCode) {
		return 0, fmt.Errorf("%s %s: %s, want %v: %.300s", method, path, resp.Status, want, answer)
	}
	if out != nil && resp.StatusCode < 300 {
		if err := json.Unmarshal(answer, out); err != nil {
			return 0, fmt.Errorf("%s %s: %w in %.300s", method, path, err, answer)
		}
	}
	return resp.StatusCode, nil
}

// post is call for a POST with one status that is right.
func (a *app) post(path string, in, out any, want int) error {
	_, err := a.call(http.MethodPost, path, in, out, want)
	return err
}

// object is a JSON object; fields that are empty text are left out, as old
// apps do.
func object(fields map[string]any) map[string]any {
	for name, value := range fields {
		if value == "" {
			delete(fields, name)
		}
	}
	return fields
}
