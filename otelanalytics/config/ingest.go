// SPDX-License-Identifier: Apache-2.0

package config

import (
	"net/netip"
	"time"
)

// Ingest configures who may send events over HTTP. It is for ingest.FromConfig. A program without package ingest does
// not use it.
type Ingest struct {
	// Sources are the senders of events. The default is none, and ingest.New then fails.
	Sources []IngestSource
	// Origins are the web origins whose pages may send. The default is none.
	Origins []string
	// PublicURL is the address under which clients reach the handler. The default is empty: the host of each request.
	PublicURL string
	// TrustedProxies are the proxies whose X-Forwarded-For is trusted. The default is none.
	TrustedProxies []netip.Prefix
	// MaxBodyBytes bounds the bytes of all request bodies in memory. The default is 24 MiB.
	MaxBodyBytes int64
	// BodyTimeout bounds the time in which a body must arrive. The default is 15 s.
	BodyTimeout time.Duration
}

// IngestSource is one sender of events: an ingest.Source in the form that a file can have.
type IngestSource struct {
	// Name is the name of the source. [Load] refuses a source without a name, and two sources with the same name.
	Name string
	// Kind is the kind of its keys: public or secret. The default is public: everybody can read them.
	Kind KeyKind
	// Keys are the hashes of its write keys, each of 64 hexadecimal digits.
	Keys []string
	// KeysFile is the path of a file with further hashes, or of a directory of such files. [Load] refuses a source that
	// has neither Keys nor KeysFile.
	KeysFile string
	// Types are the event types that it may send. An empty list means none. Nil means each type of the map for a public source, and any
	// type for a secret one.
	Types []string
	// Platform is the platform of its events, unless the client sends one.
	Platform string
	// Context are the fields of Segment's context that are kept. Nil means the default of ingest.Source. An empty list
	// means none.
	Context []string
	// MaxAge and MaxAhead bound how long ago, and how far in the future, events may have happened. Zero means the
	// defaults of ingest.Source.
	MaxAge, MaxAhead time.Duration
	// Consent is the path of the field of the context that must be true.
	Consent string
	// Rate, RatePerIP and RatePerUser bound events a second. Zero means no bound.
	Rate, RatePerIP, RatePerUser float64
	// StoreSample is the part of the events to store, by event type: above 0 and at most 1. Types without an entry are
	// stored whole.
	StoreSample map[string]float64
}

// KeyKind tells whether the keys of a source are secret.
type KeyKind uint8

const (
	// PublicKeys are keys in browsers and on phones.
	PublicKeys KeyKind = iota
	// SecretKeys are keys in your own programs.
	SecretKeys
)

// String returns the word for the kind in a file.
func (k KeyKind) String() string {
	if k == SecretKeys {
		return "secret"
	}
	return "public"
}
