// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// serverSelectionTimeout replaces the driver's 30 s, unless the connection string has its own: the
// writer tries again by itself, and a shorter one notices sooner that MongoDB is back.
const serverSelectionTimeout = 5 * time.Second

// connect prepares the driver. It does not wait for a server.
func connect(c Config) (*mongo.Client, error) {
	o := options.Client().SetServerSelectionTimeout(serverSelectionTimeout).ApplyURI(c.URI)
	list := []*options.ClientOptions{o}
	if c.Client != nil {
		list = append(list, c.Client)
	}
	if w := options.MergeClientOptions(list...).WriteConcern; w != nil && !w.Acknowledged() {
		return nil, errors.New("eventstore: the write concern w=0 in Config.URI or Config.Client has MongoDB acknowledge nothing, so that events would be lost unnoticed; leave it out, or take w=majority")
	}
	client, err := mongo.Connect(list...)
	if err != nil {
		return nil, fmt.Errorf("eventstore: Config.URI: %s", withoutParts(err.Error(), c.URI))
	}
	return client, nil
}

// withoutParts removes every part of a connection string from a message about its syntax: in a malformed
// one, nobody knows which part is the password.
func withoutParts(message, uri string) string {
	_, rest, ok := strings.Cut(uri, "://")
	if !ok {
		rest = uri
	}
	parts := strings.FieldsFunc(rest, func(r rune) bool { return strings.ContainsRune(":/?#[]@&=,;%", r) })
	slices.SortFunc(parts, func(a, b string) int { return len(b) - len(a) }) // a part may hold another
	for _, p := range parts {
		if len(p) < 3 {
			continue // would mangle the message and say nothing
		}
		message = strings.ReplaceAll(message, p, "***")
	}
	return message
}

func disconnect(client *mongo.Client) error {
	ctx, cancel := context.WithTimeout(context.Background(), disconnectTimeout)
	defer cancel()
	return client.Disconnect(ctx)
}

// withoutSecrets removes what a connection string says in confidence from a message of the driver: the
// user information and whatever else stands in it verbatim.
func withoutSecrets(message, uri string) string {
	message = strings.ReplaceAll(message, uri, "(connection string)")
	_, rest, _ := strings.Cut(uri, "://")
	if at := strings.LastIndexByte(rest, '@'); at > 0 {
		user := rest[:at]
		message = strings.ReplaceAll(message, user, "***")
		if _, password, ok := strings.Cut(user, ":"); ok && password != "" {
			message = strings.ReplaceAll(message, password, "***")
		}
	}
	return message
}
