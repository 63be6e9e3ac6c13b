// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"time"
)

// Kind states who can read the keys of a source.
type Kind uint8

const (
	// Public is for keys in browsers and on phones, where everybody can read them. The source can be narrowed to some event types. Its
	// events are at most a day old, and Segment's import endpoint refuses them.
	Public Kind = iota
	// Secret is for keys in your own programs. Their events may be of any time, and may be imported.
	Secret
)

// Source is a program, a web site or an app that sends events. Its name is the module of its events.
type Source struct {
	// Name identifies the source in the field module of documents, in metrics and in messages. Required.
	Name string
	Kind Kind
	// Keys are the hashes of its write keys, see [HashKey]. Several keys make rotation possible. Required. An empty slice that is not nil
	// means that all keys of the source are revoked.
	Keys []KeyHash
	// Types are the event types that the source may send, by their names in the event map, including earlier names. For a pattern, give the
	// pattern, or single types that it matches. An empty slice means none. Nil means each type of the map for a public source, and any
	// type for a secret one.
	Types []string
	// Platform is the platform of its events, unless the client sends one. Optional.
	Platform string
	// Context are the fields of Segment's context that are kept, in the field context of the data. Nil means page, campaign, library,
	// locale and timezone. An empty slice means none. Add ip and userAgent only when you need them: they are personal data.
	//
	// For PostHog, ip, userAgent and location stand for the properties $ip, $raw_user_agent and $geoip_…; all other properties are kept.
	Context []string
	// MaxAge is the maximum age of an event. 0 means a day for a public source, and no bound for a secret one.
	MaxAge time.Duration
	// Consent is the path of a field that must be true for an event to be kept, such as consent.categoryPreferences.Analytics. The path
	// is below Segment's context, or below PostHog's properties. Optional. Events of the plain endpoint have no context: it accepts none
	// from a source with Consent.
	Consent string
	// Rate, RatePerIP and RatePerUser bound the events per second of the source, of an address and of a user. 0 means no bound. A burst
	// may have the events of ten seconds.
	//
	// Beyond the rate of a source or an address, a request gets 429, and the client retries. Beyond the rate of a user, the event is refused
	// for good. An address of IPv6 is its /64. A user without a user id is identified by the anonymous id.
	Rate, RatePerIP, RatePerUser float64
	// MaxAhead is how far in the future an event may be. 0 means 10 minutes.
	MaxAhead time.Duration
	// StoreSample is the part of the events of a type that is stored, by the type's name in the event map. It is above 0 and at most 1.
	// All events of other types are stored. Metrics and distinct users count all events; see [otelanalytics.WithStoreSample].
	StoreSample map[string]float64
}

var defaultContext = []string{"page", "campaign", "library", "locale", "timezone"}

const (
	defaultPublicAge = 24 * time.Hour
	defaultAhead     = 10 * time.Minute
)

// KeyHash is the SHA-256 of a write key, so that a configuration does not need the key itself.
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
