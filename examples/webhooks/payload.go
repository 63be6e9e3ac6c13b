// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// decode reads a payload, which must be one JSON object.
func decode(body []byte) (map[string]any, error) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	// An id such as 9007199254740993 would lose its last digit as a float64.
	// A json.Number reaches MongoDB as an int64 when it is one.
	decoder.UseNumber()
	var payload map[string]any
	switch err := decoder.Decode(&payload); {
	case errors.Is(err, io.EOF):
		return nil, errors.New("it is empty")
	case err != nil:
		return nil, err
	case payload == nil:
		return nil, errors.New("it is null")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows it")
	}
	return payload, nil
}

// eventType returns the name under which a delivery is tracked: NAME.action,
// or NAME when the payload has no action.
func eventType(event string, payload map[string]any) string {
	if action, _ := payload["action"].(string); action != "" {
		return event + "." + action
	}
	return event
}

// sender returns the login of the account that caused a delivery, or "", an
// anonymous user: some deliveries have no sender.
func sender(payload map[string]any) string {
	account, _ := payload["sender"].(map[string]any)
	login, _ := account["login"].(string)
	return login
}
