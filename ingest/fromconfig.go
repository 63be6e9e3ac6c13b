// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"errors"
	"fmt"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// FromConfig returns the group ingest of c, for [New] and [Handler.Reload], and the acknowledgement level of c. It reads the
// files of keys. The error lists every mistake in them, with its file and line and without the text of the line.
func FromConfig(c config.Config) (Config, error) {
	cfg := Config{
		Origins: c.Ingest.Origins, PublicURL: c.Ingest.PublicURL, TrustedProxies: c.Ingest.TrustedProxies,
		MaxBytesInFlight: c.Ingest.MaxBodyBytes, BodyTimeout: c.Ingest.BodyTimeout, Ack: c.Ack,
	}
	var errs []error
	for _, s := range c.Ingest.Sources {
		keys := make([]KeyHash, 0, len(s.Keys))
		for _, text := range s.Keys {
			k, err := ParseKeyHash(text)
			if err != nil {
				errs = append(errs, fmt.Errorf("source %q: %w", s.Name, err))
			}
			keys = append(keys, k)
		}
		if s.KeysFile != "" {
			more, err := readKeys(s.KeysFile)
			if err != nil {
				errs = append(errs, fmt.Errorf("ingest: source %q: %w", s.Name, err))
			}
			keys = append(keys, more...)
		}
		kind := Public
		if s.Kind == config.SecretKeys {
			kind = Secret
		}
		cfg.Sources = append(cfg.Sources, Source{
			Name: s.Name, Kind: kind, Keys: keys, Types: s.Types, Platform: s.Platform, Context: s.Context,
			MaxAge: s.MaxAge, MaxAhead: s.MaxAhead, Consent: s.Consent, Rate: s.Rate, RatePerIP: s.RatePerIP, RatePerUser: s.RatePerUser,
			StoreSample: s.StoreSample,
		})
	}
	if err := errors.Join(errs...); err != nil {
		return Config{}, err
	}
	return cfg, nil
}
