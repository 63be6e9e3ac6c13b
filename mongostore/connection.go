// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/internal/mongosafe"
)

// connect prepares the driver. It does not wait for a server.
func connect(c Config) (*mongo.Client, error) {
	client, err := mongosafe.Connect(c.URI, c.Client)
	switch {
	case errors.Is(err, mongosafe.ErrUnacknowledged):
		return nil, fmt.Errorf("mongostore: Config.URI or Config.Client: %w", err)
	case err != nil:
		return nil, fmt.Errorf("mongostore: Config.URI: %w", err)
	default:
		return client, nil
	}
}
