// SPDX-License-Identifier: Apache-2.0

package natsstore

import (
	"errors"
	"net/url"
	"slices"
	"strings"
)

var schemes = []string{"nats", "tls", "ws", "wss"}

// checkURL returns every mistake in a list of servers. No text of it stands in an error, since it may hold secrets.
func checkURL(list string) (errs []error) {
	if list == "" {
		return []error{errors.New("natsstore: Config.URL is empty; give the servers, such as nats://127.0.0.1:4222")}
	}
	for server := range strings.SplitSeq(list, ",") {
		u, err := url.Parse(strings.TrimSpace(server))
		if err != nil || u.Hostname() == "" || !slices.Contains(schemes, u.Scheme) {
			errs = append(errs, errors.New("natsstore: Config.URL (not shown) is not a list of servers; write each as nats://host:4222, or with tls, ws or wss, and commas between them"))
			break
		}
	}
	return errs
}

// secretsOf returns what in a list of servers must not appear anywhere.
func secretsOf(list string) (secrets []string) {
	for server := range strings.SplitSeq(list, ",") {
		u, err := url.Parse(strings.TrimSpace(server))
		if err != nil || u.User == nil {
			continue
		}
		password, _ := u.User.Password()
		for _, s := range []string{u.User.String(), url.QueryEscape(password), url.PathEscape(password), password, u.User.Username()} {
			if s != "" {
				secrets = append(secrets, s)
			}
		}
	}
	return secrets
}
