// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"

	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/rule"
)

// maxBody bounds the body of a request, in bytes.
const maxBody = 64 << 10

// handler answers a request with a status and a value that becomes JSON (nil:
// no body), or with an error, which becomes {"error": "…"}.
type handler func(r *http.Request) (status int, answer any, err error)

func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	status, answer, err := h(r)
	if err != nil {
		fail(w, err)
		return
	}
	write(w, status, answer)
}

func write(w http.ResponseWriter, status int, answer any) {
	if answer == nil {
		w.WriteHeader(status)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer) // a client that is gone does not want it
}

func fail(w http.ResponseWriter, err error) {
	var broken *rule.Error
	var tooLarge *http.MaxBytesError
	status, text := http.StatusInternalServerError, "internal error"
	switch {
	case errors.As(err, &tooLarge):
		status, text = http.StatusRequestEntityTooLarge, "the body is larger than 64 KiB"
	case errors.Is(err, errMediaType):
		status, text = http.StatusUnsupportedMediaType, err.Error()
	case errors.As(err, &broken):
		status, text = statusOf(broken.Kind), broken.Text
	}
	write(w, status, map[string]string{"error": text})
}

func statusOf(k rule.Kind) int {
	switch k {
	case rule.Invalid:
		return http.StatusBadRequest
	case rule.Credentials:
		return http.StatusUnauthorized
	case rule.Payment:
		return http.StatusPaymentRequired
	case rule.Forbidden:
		return http.StatusForbidden
	case rule.NotFound:
		return http.StatusNotFound
	case rule.Conflict:
		return http.StatusConflict
	}
	return http.StatusInternalServerError
}

var errMediaType = errors.New("the body is not application/json: set the Content-Type")

// read decodes the body of a request. None at all is an empty object.
func read[T any](r *http.Request) (T, error) {
	var in T
	body, err := io.ReadAll(r.Body)
	if err != nil || len(body) == 0 {
		return in, err
	}
	if media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); media != "application/json" {
		return in, errMediaType
	}
	// Keys that do not match a field are let through: apps of a later version send them.
	if err := json.Unmarshal(body, &in); err != nil {
		return in, rule.Break(rule.Invalid, "the body is not the JSON object that is expected here%s", where(err))
	}
	return in, nil
}

// where names the field of a wrong type, never its value.
func where(err error) string {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) && wrong.Field != "" {
		return ": " + wrong.Field + " should be of type " + wrong.Type.String()
	}
	return ""
}
