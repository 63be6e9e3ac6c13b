// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"time"
)

// Kind says in whose hands the keys of a source are.
type Kind uint8

const (
	// Public: in browsers and on phones, where everybody can read them. Its events can be narrowed to some types. They are of
	// the last day, and Segment's import door refuses them.
	Public Kind = iota
	// Secret: in programs of yours. Their events may be of any time, imported ones too.
	Secret
)

// Source is a program, a web site or an app that sends events. Its name is the module of its events.
type Source struct {
	// Name names it: in the field module of documents, in metrics and in messages. Required.
	Name string
	Kind Kind
	// Keys are the hashes of its write keys, see [HashKey]. Several let keys be rotated. Required; an empty slice that is not nil is a
	// source whose keys are all revoked.
	Keys []KeyHash
	// Types are the event types that it may send, by their names in the event map, earlier ones too. Of a pattern these are the pattern, or
	// single types that it matches. Nil: all that the map declares. An empty slice: none.
	Types []string
	// Platform is the platform of its events, unless the client tells one. Optional.
	Platform string
	// Context are the fields of Segment's context that are kept, in the field context of the data. Nil: page, campaign, library,
	// locale and timezone. An empty slice: none. Add ip and userAgent only where you need them: they are personal data. Of
	// PostHog's properties they stand for $ip and $raw_user_agent, and location for $geoip_…; all others are kept.
	Context []string
	// MaxAge is how far back an event may have happened. 0: a day for a public source, without a bound for a secret one.
	MaxAge time.Duration
	// Consent is the path below Segment's context, or PostHog's properties, of a field that must be true for an event to be kept,
	// such as consent.categoryPreferences.Analytics. Optional. Events of the plain door have no context: such a source has none accepted there.
	Consent string
	// Rate, RatePerIP and RatePerUser bound the events a second of the source, of an address and of a user; 0: no bound. Ten
	// seconds' events may come at once. Beyond, a request gets 429 and comes again; an event of a user is refused for good. An
	// address of IPv6 is its /64. A user without a user id is the anonymous id.
	Rate, RatePerIP, RatePerUser float64
	// MaxAhead is how far in the future an event may lie. 0: 10 minutes.
	MaxAhead time.Duration
	// StoreSample is the part of the events of a type that is stored, by the type's name in the event map: above 0, and 1 at most. Other
	// types are stored whole. Metrics and distinct users count all; see [otelanalytics.WithStoreSample].
	StoreSample map[string]float64
}

var defaultContext = []string{"page", "campaign", "library", "locale", "timezone"}

const (
	defaultPublicAge = 24 * time.Hour
	defaultAhead     = 10 * time.Minute
)

// KeyHash is the SHA-256 of a write key, so that no configuration needs to have the key itself.
type KeyHash [sha256.Size]byte

// HashKey returns the hash of a write key.
func HashKey(key string) KeyHash { return sha256.Sum256([]byte(key)) }

// ParseKeyHash reads a hash from 64 hexadecimal digits.
func ParseKeyHash(text string) (KeyHash, error) {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != sha256.Size {
		return KeyHash{}, fmt.Errorf("ingest: the hash of a write key is %d hexadecimal digits, as String of HashKey writes them; this has %d characters", 2*sha256.Size, len(text))
	}
	return KeyHash(b), nil
}

// String returns the hash as hexadecimal digits.
func (h KeyHash) String() string { return hex.EncodeToString(h[:]) }

// find returns the source that a key belongs to. How long it takes tells nothing about the keys.
func (h *Handler) find(key string) *source {
	hash := HashKey(key)
	var found *source
	for _, s := range h.rules.Load().sources {
		for i := range s.Keys {
			if subtle.ConstantTimeCompare(s.Keys[i][:], hash[:]) == 1 {
				found = s
			}
		}
	}
	if key == "" {
		return nil
	}
	return found
}
