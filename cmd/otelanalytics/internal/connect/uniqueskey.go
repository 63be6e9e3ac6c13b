// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"context"
	"errors"
	"fmt"

	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
	"github.com/otelanalytics/otelanalytics-go/uniques"
)

// HasUniquesKey reports whether the configuration says where the key of sketches is.
func HasUniquesKey(c config.Config) bool { return c.UniquesKey != "" || c.UniquesKeyCollection != "" }

// UniquesKey gives a counter the key of the services. It makes none where the collection has none: services do.
func UniquesKey(c config.Config, reader *mongostore.Reader, to *uniques.Config) {
	if c.UniquesKey != "" {
		to.Key = []byte(c.UniquesKey)
		return
	}
	to.KeyFrom = func(ctx context.Context) ([]byte, error) {
		key, err := reader.FindUniquesKey(ctx, c.UniquesKeyCollection)
		if errors.Is(err, mongostore.ErrNoUniquesKey) {
			err = fmt.Errorf("%w in %s; set uniques_key_collection to the value of the services, or start a service that counts: it makes the key", err, c.UniquesKeyCollection)
		}
		return key, err
	}
}
