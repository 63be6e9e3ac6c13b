// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/defaults"
)

// ingestSettings returns the rows of the group ingest.
func ingestSettings() []setting {
	return []setting{
		{
			"ingest.sources", "", "`ingest.Config.Sources`", "",
			"a list of the sources that may send events over HTTP: [keys of a source](ingest.md#in-the-configuration-file)",
			value{shape: shape{kind: sourcesKind}},
		},
		{
			"ingest.origins", "OTELANALYTICS_INGEST_ORIGINS", "`ingest.Config.Origins`", "",
			"web origins whose pages may send events, such as `https://shop.example.com`",
			checkedListValue(originKind, checkOrigin, func(c *Config, names []string) { c.Ingest.Origins = names }),
		},
		{
			"ingest.public_url", "OTELANALYTICS_INGEST_PUBLIC_URL", "`ingest.Config.PublicURL`", "",
			"the URL at which clients reach the doors; unset: the host of each request",
			publicURLValue(func(c *Config) *string { return &c.Ingest.PublicURL }),
		},
		{
			"ingest.trusted_proxies", "OTELANALYTICS_INGEST_TRUSTED_PROXIES", "`ingest.Config.TrustedProxies`", "",
			"proxies whose `X-Forwarded-For` is trusted: addresses, or ranges such as `10.0.0.0/8`",
			checkedListValue(prefixKind, checkPrefix, setPrefixes),
		},
		{
			"ingest.max_body_bytes_in_flight", "OTELANALYTICS_INGEST_MAX_BODY_BYTES_IN_FLIGHT", "`ingest.Config.MaxBytesInFlight`", "24MiB",
			fmt.Sprintf("the most bytes of request bodies in memory at once, at least `%dMiB`; further requests get 429", defaults.MinIngestBodyBytes>>20),
			sizeValue(defaults.MinIngestBodyBytes, func(c *Config) *int64 { return &c.Ingest.MaxBodyBytes }),
		},
		{
			"ingest.body_timeout", "OTELANALYTICS_INGEST_BODY_TIMEOUT", "`ingest.Config.BodyTimeout`", defaults.IngestBodyTimeout.String(),
			"how long a body may take to arrive; at least `1s`",
			intervalValue(time.Second, func(c *Config) *time.Duration { return &c.Ingest.BodyTimeout }),
		},
	}
}

// sourceSettings returns the keys of a source. They read into the last source of a Config.
func sourceSettings(at string) []setting {
	last := func(c *Config) *IngestSource { return &c.Ingest.Sources[len(c.Ingest.Sources)-1] }
	rows := []setting{
		{
			"name", "", "Name", "", "the name of the source in documents (`module`), metrics and messages; required",
			textValue(func(c *Config) *string { return &last(c).Name }),
		},
		{
			"kind", "", "Kind", "public", "`public`: its keys are in browsers and on phones; `secret`: its keys are in your own programs",
			wordValue([]KeyKind{PublicKeys, SecretKeys}, func(c *Config) *KeyKind { return &last(c).Kind }),
		},
		{
			"keys", "", "Keys", "", "a list of the hashes of its write keys; `otelanalytics collect keys new` makes a key and its hash",
			checkedListValue(hashKind, checkHash, func(c *Config, names []string) { last(c).Keys = names }),
		},
		{
			"keys_file", "", "Keys", "", "a file with one hash a line, or a directory of such files; a key whose hash is removed is refused after a reload",
			textValue(func(c *Config) *string { return &last(c).KeysFile }),
		},
		{
			"types", "", "Types", "", "event types that it may send; unset: a public source may send each type of the map, and a secret source may send any type; an empty list: none",
			closedListValue(func(c *Config) *[]string { return &last(c).Types }),
		},
		{
			"platform", "", "Platform", "", "the platform of its events, unless the client sends one",
			textValue(func(c *Config) *string { return &last(c).Platform }),
		},
		{
			"context", "", "Context", "", "fields of Segment's context that are kept; unset: `page`, `campaign`, `library`, `locale`, `timezone`; an empty list: none",
			closedListValue(func(c *Config) *[]string { return &last(c).Context }),
		},
		{
			"max_age", "", "MaxAge", "", "the maximum age of an event; unset: `24h` for a public source, no limit for a secret one",
			intervalValue(time.Second, func(c *Config) *time.Duration { return &last(c).MaxAge }),
		},
		{
			"max_ahead", "", "MaxAhead", "", "how far in the future the time of an event may be; unset: `10m`",
			intervalValue(time.Second, func(c *Config) *time.Duration { return &last(c).MaxAhead }),
		},
		{
			"consent", "", "Consent", "", "the path of a field below Segment's context that must be `true`, such as `consent.categoryPreferences.Analytics`",
			textValue(func(c *Config) *string { return &last(c).Consent }),
		},
		{
			"rate", "", "Rate", "", "the most events a second of the source; unset: no limit",
			rateValue(func(c *Config) *float64 { return &last(c).Rate }),
		},
		{
			"rate_per_ip", "", "RatePerIP", "", "the most events a second of an IP address; unset: no limit",
			rateValue(func(c *Config) *float64 { return &last(c).RatePerIP }),
		},
		{
			"rate_per_user", "", "RatePerUser", "", "the most events a second of a user; unset: no limit",
			rateValue(func(c *Config) *float64 { return &last(c).RatePerUser }),
		},
		{
			"store_sample", "", "StoreSample", "", "the share of a type's events that is stored, a list such as `page=0.1`; unset: all events",
			sharesValue(func(c *Config) *map[string]float64 { return &last(c).StoreSample }),
		},
	}
	for i := range rows {
		rows[i].key = at + "." + rows[i].key
		rows[i].code = "`ingest.Source." + rows[i].code + "`"
	}
	return rows
}
