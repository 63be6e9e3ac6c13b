// SPDX-License-Identifier: Apache-2.0

package promapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
)

// Get asks Prometheus, and reads what it answers below "data" into a value. Errors do not show a password of the URL.
func Get(ctx context.Context, base *url.URL, path string, query url.Values, into any) error {
	u := base.JoinPath(path)
	u.RawQuery = query.Encode()
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return fmt.Errorf("%s cannot be asked", Shown(base))
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return Safe(base, err)
	}
	defer response.Body.Close()
	var body struct {
		Status, Error string
		Data          json.RawMessage
	}
	if err := json.NewDecoder(response.Body).Decode(&body); err != nil {
		return fmt.Errorf("%s answers %d, and not as Prometheus does", Shown(base), response.StatusCode)
	}
	if body.Status != "success" {
		return fmt.Errorf("%s refuses %s: %s", Shown(base), path, body.Error)
	}
	return json.Unmarshal(body.Data, into)
}

// Parse reads the URL of a flag. Its errors do not show it, since it may hold a password.
func Parse(flag, text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, cli.Usagef("--%s is no URL; write one such as http://127.0.0.1:9090", flag)
	}
	return u, nil
}

// Shown is a URL without user, password and query.
func Shown(u *url.URL) string { return u.Scheme + "://" + u.Host + u.Path }

// Safe is an error of a request without its URL, which may hold a password.
func Safe(u *url.URL, err error) error {
	var e *url.Error
	if errors.As(err, &e) {
		err = e.Err
	}
	return fmt.Errorf("%s: %w", Shown(u), err)
}
