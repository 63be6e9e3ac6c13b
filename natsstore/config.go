// SPDX-License-Identifier: Apache-2.0

package natsstore

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// The defaults of [Config].
const (
	DefaultStream       = "OTELANALYTICS"
	DefaultSubjects     = "otelanalytics.events"
	DefaultReplicas     = 3
	DefaultMaxAge       = 7 * 24 * time.Hour
	DefaultWriteTimeout = 10 * time.Second
	DefaultInFlight     = 1_000

	// DefaultMaxEventBytes is a server's default limit, 1 MiB, without envelopeBytes.
	DefaultMaxEventBytes = 1<<20 - envelopeBytes
)

const (
	// envelopeBytes is room for the headers of a message, in the default.
	envelopeBytes = 4 << 10
	// headerBytes is what they take: Nats-Msg-Id with a UUID.
	headerBytes = len("NATS/1.0\r\nNats-Msg-Id: 00000000-0000-0000-0000-000000000000\r\n\r\n")
)

// The bounds of [Config].
const (
	MaxReplicas     = 5 // JetStream's
	MinMaxAge       = time.Minute
	MinWriteTimeout = 100 * time.Millisecond
	MaxInFlight     = 100_000
)

// Config configures the stream and the connection. The zero value of a field means its default. URL is required.
type Config struct {
	// URL names the servers, with commas between them: nats://, tls://, ws:// or wss://. It may contain a user and a password, or a
	// token, before the host. It never appears in a log or an error. Required.
	URL string
	// Credentials is the path of a file with a JWT and a seed, as nsc writes it (.creds). It is read at each connection, so you can
	// replace it. Empty means no credentials.
	Credentials string
	// TLS is for servers with certificates of your own authority, and for client certificates. Nil means the system's authorities.
	TLS *tls.Config
	// Stream is the name of the stream. The default is DefaultStream.
	Stream string
	// Subjects is the prefix of the stream's subjects. The default is DefaultSubjects. The stream takes Subjects and one more token.
	Subjects string
	// Replicas is the number of servers that keep the stream, from 1 to MaxReplicas. The default is DefaultReplicas. An existing stream
	// must have at least as many. A single server has 1.
	Replicas int
	// MaxAge is how long the stream keeps an event, delivered or not. The default is DefaultMaxAge, 7 days; the minimum is MinMaxAge. An
	// existing stream must have the same. Readers that are down for longer miss events.
	MaxAge time.Duration
	// WithoutStream leaves the stream to you. It is neither created nor checked, and the account needs only the right to publish.
	WithoutStream bool
	// WriteTimeout bounds one delivery, until the stream has acknowledged each of its events. The default is DefaultWriteTimeout, the
	// minimum MinWriteTimeout.
	WriteTimeout time.Duration
	// InFlight bounds the events of one delivery that are published and not acknowledged yet. The default is DefaultInFlight, the
	// maximum MaxInFlight. A store has up to four deliveries at a time.
	InFlight int
	// MaxEventBytes bounds the document of an event. The store refuses a larger event when it is tracked, with an error that names this
	// sink. The default, DefaultMaxEventBytes, fits a server's default. The maximum is eventstore.MaxDocumentBytes.
	//
	// Set it to the servers' max_payload, or the stream's max_msg_size, less 4 KiB. When these limits are smaller, they apply once the
	// sink has seen them.
	MaxEventBytes int
	// Options are further settings of the client, such as nats.Nkey or nats.UserJWT. They are applied last.
	Options []nats.Option
}

// withDefaults returns the configuration with defaults filled in, or every mistake joined.
func (c Config) withDefaults() (Config, error) {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf("natsstore: "+format, args...)) }
	c.URL = strings.TrimSuffix(strings.TrimSuffix(c.URL, "\n"), "\r") // of a file
	c.Stream = cmp.Or(c.Stream, DefaultStream)
	c.Subjects = cmp.Or(c.Subjects, DefaultSubjects)
	c.Replicas = cmp.Or(c.Replicas, DefaultReplicas)
	c.MaxAge = cmp.Or(c.MaxAge, DefaultMaxAge)
	c.WriteTimeout = cmp.Or(c.WriteTimeout, DefaultWriteTimeout)
	c.InFlight = cmp.Or(c.InFlight, DefaultInFlight)
	c.MaxEventBytes = cmp.Or(c.MaxEventBytes, DefaultMaxEventBytes)
	errs = append(errs, checkURL(c.URL)...)
	if c.Credentials != "" {
		if _, err := os.Stat(c.Credentials); err != nil {
			bad("Config.Credentials: %w", err)
		}
	}
	if !isName(c.Stream) {
		bad("Config.Stream is %q; a name of a stream has no space, dot, *, > and slash, and is 255 bytes at most", c.Stream)
	}
	if !isSubject(c.Subjects) {
		bad("Config.Subjects is %q; write words with dots between them, such as %s, without * and >", c.Subjects, DefaultSubjects)
	}
	if c.Replicas < 1 || c.Replicas > MaxReplicas {
		bad("Config.Replicas is %d; it must be between 1 and %d", c.Replicas, MaxReplicas)
	}
	if c.MaxAge < MinMaxAge {
		bad("Config.MaxAge is %v; it must be at least %v", c.MaxAge, MinMaxAge)
	}
	if c.WriteTimeout < MinWriteTimeout {
		bad("Config.WriteTimeout is %v; it must be at least %v", c.WriteTimeout, MinWriteTimeout)
	}
	if c.InFlight < 0 || c.InFlight > MaxInFlight {
		bad("Config.InFlight is %d; it must be between 1 and %d", c.InFlight, MaxInFlight)
	}
	if c.MaxEventBytes < 0 || c.MaxEventBytes > eventstore.MaxDocumentBytes {
		bad("Config.MaxEventBytes is %d; it must be between 1 and %d (16 MiB)", c.MaxEventBytes, eventstore.MaxDocumentBytes)
	}
	return c, errors.Join(errs...)
}

// isName reports whether JetStream takes a name of a stream or of a group.
func isName(s string) bool {
	return s != "" && len(s) <= 255 && !strings.ContainsFunc(s, func(r rune) bool {
		return r <= ' ' || r > '~' || strings.ContainsRune(`.*>/\`, r)
	})
}

// isSubject reports whether s is a subject without wildcards.
func isSubject(s string) bool {
	for token := range strings.SplitSeq(s, ".") {
		if !isName(token) {
			return false
		}
	}
	return !strings.HasPrefix(s, "$") && !strings.HasPrefix(s, "_") // the server's own
}
