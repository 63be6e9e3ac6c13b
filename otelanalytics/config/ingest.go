// SPDX-License-Identifier: Apache-2.0

package config

import (
	"net/netip"
	"time"
)

// Ingest says who may send events over HTTP. It is for ingest.FromConfig; a program without package ingest does not read it.
type Ingest struct {
	// Sources are those who send. None by default, with which ingest.New fails.
	Sources []IngestSource
	// Origins are the web origins whose pages may send. None by default.
	Origins []string
	// PublicURL is the address under which clients reach the handler. Empty by default: the host of each request.
	PublicURL string
	// TrustedProxies are the proxies whose X-Forwarded-For is believed. None by default.
	TrustedProxies []netip.Prefix
	// MaxBodyBytes bounds the bytes of all bodies that are held at once: 24 MiB by default.
	MaxBodyBytes int64
	// BodyTimeout bounds the time in which a body arrives: 15 s by default.
	BodyTimeout time.Duration
}

// IngestSource is one who sends events: ingest.Source, as a file can say it.
type IngestSource struct {
	// Name names it. [Load] refuses a source without one, and a name that two sources have.
	Name string
	// Kind says in whose hands its keys are. By default everybody can read them.
	Kind KeyKind
	// Keys are the hashes of its write keys, each of 64 hexadecimal digits.
	Keys []string
	// KeysFile is the path of a file with further hashes, or of a directory of such files. [Load] refuses a source that has neither
	// Keys nor KeysFile.
	KeysFile string
	// Types are the event types that it may send. Nil: all that the map declares. An empty list: none.
	Types []string
	// Platform is the platform of its events, unless the client tells one.
	Platform string
	// Context are the fields of Segment's context that are kept. Nil: the default of ingest.Source. An empty list: none.
	Context []string
	// MaxAge and MaxAhead are how far back and ahead events may have happened. 0: the defaults of ingest.Source.
	MaxAge, MaxAhead time.Duration
	// Consent is the path of the field of the context that must be true.
	Consent string
	// Rate, RatePerIP and RatePerUser bound events a second. 0: no bound.
	Rate, RatePerIP, RatePerUser float64
	// StoreSample is the part of the events of a type that is stored, above 0 and 1 at most. Types that it does not have are stored whole.
	StoreSample map[string]float64
}

// KeyKind says in whose hands the keys of a source are.
type KeyKind uint8

const (
	// PublicKeys are in browsers and on phones.
	PublicKeys KeyKind = iota
	// SecretKeys are in programs of yours.
	SecretKeys
)

// String returns the word that a file has for it.
func (k KeyKind) String() string {
	if k == SecretKeys {
		return "secret"
	}
	return "public"
}
