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
			"who may send events over HTTP, a list: [keys of a source](ingest.md#in-the-configuration-file)",
			value{shape: shape{kind: sourcesKind}},
		},
		{
			"ingest.origins", "OTELANALYTICS_INGEST_ORIGINS", "`ingest.Config.Origins`", "",
			"web origins whose pages may send, such as `https://shop.example.com`",
			checkedListValue(originKind, checkOrigin, func(c *Config, names []string) { c.Ingest.Origins = names }),
		},
		{
			"ingest.public_url", "OTELANALYTICS_INGEST_PUBLIC_URL", "`ingest.Config.PublicURL`", "",
			"the address under which clients reach the doors; none: the host of each request",
			publicURLValue(func(c *Config) *string { return &c.Ingest.PublicURL }),
		},
		{
			"ingest.trusted_proxies", "OTELANALYTICS_INGEST_TRUSTED_PROXIES", "`ingest.Config.TrustedProxies`", "",
			"proxies whose `X-Forwarded-For` is believed: addresses, or ranges such as `10.0.0.0/8`",
			checkedListValue(prefixKind, checkPrefix, setPrefixes),
		},
		{
			"ingest.max_body_bytes_in_flight", "OTELANALYTICS_INGEST_MAX_BODY_BYTES_IN_FLIGHT", "`ingest.Config.MaxBytesInFlight`", "24MiB",
			fmt.Sprintf("bytes of all bodies that are held at once; at least `%dMiB`; beyond, requests get 429", defaults.MinIngestBodyBytes>>20),
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
			"name", "", "Name", "", "names it, in documents (`module`), metrics and messages; required",
			textValue(func(c *Config) *string { return &last(c).Name }),
		},
		{
			"kind", "", "Kind", "public", "`public`: its keys are in browsers and on phones; `secret`: in programs of yours",
			wordValue([]KeyKind{PublicKeys, SecretKeys}, func(c *Config) *KeyKind { return &last(c).Kind }),
		},
		{
			"keys", "", "Keys", "", "hashes of its write keys, a list; `otelanalytics collect keys new` makes both",
			checkedListValue(hashKind, checkHash, func(c *Config, names []string) { last(c).Keys = names }),
		},
		{
			"keys_file", "", "Keys", "", "a file with a hash in each line, or a directory of such files; a key whose hash is removed is refused once they are read again",
			textValue(func(c *Config) *string { return &last(c).KeysFile }),
		},
		{
			"types", "", "Types", "", "event types that it may send; without this key all that the map declares; an empty list: none",
			closedListValue(func(c *Config) *[]string { return &last(c).Types }),
		},
		{
			"platform", "", "Platform", "", "the platform of its events, unless the client tells one",
			textValue(func(c *Config) *string { return &last(c).Platform }),
		},
		{
			"context", "", "Context", "", "fields of Segment's context that are kept; without this key `page`, `campaign`, `library`, `locale`, `timezone`; an empty list: none",
			closedListValue(func(c *Config) *[]string { return &last(c).Context }),
		},
		{
			"max_age", "", "MaxAge", "", "how long ago an event may have happened; without this key `24h` for a public source, and any time for a secret one",
			intervalValue(time.Second, func(c *Config) *time.Duration { return &last(c).MaxAge }),
		},
		{
			"max_ahead", "", "MaxAhead", "", "how far in the future an event may lie; without this key `10m`",
			intervalValue(time.Second, func(c *Config) *time.Duration { return &last(c).MaxAhead }),
		},
		{
			"consent", "", "Consent", "", "the path below Segment's context of a field that must be `true`, such as `consent.categoryPreferences.Analytics`",
			textValue(func(c *Config) *string { return &last(c).Consent }),
		},
		{
			"rate", "", "Rate", "", "events a second of the source",
			rateValue(func(c *Config) *float64 { return &last(c).Rate }),
		},
		{
			"rate_per_ip", "", "RatePerIP", "", "events a second of an address",
			rateValue(func(c *Config) *float64 { return &last(c).RatePerIP }),
		},
		{
			"rate_per_user", "", "RatePerUser", "", "events a second of a user",
			rateValue(func(c *Config) *float64 { return &last(c).RatePerUser }),
		},
		{
			"store_sample", "", "StoreSample", "", "the part of a type's events that is stored, a list of such as `page=0.1`; without this key all are",
			sharesValue(func(c *Config) *map[string]float64 { return &last(c).StoreSample }),
		},
	}
	for i := range rows {
		rows[i].key = at + "." + rows[i].key
		rows[i].code = "`ingest.Source." + rows[i].code + "`"
	}
	return rows
}
