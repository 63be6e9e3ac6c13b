// SPDX-License-Identifier: Apache-2.0

package kafkastore

import (
	"crypto/tls"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	// dialTimeout bounds one attempt to connect to one broker.
	dialTimeout = 2 * time.Second
	// answerPatience is how long a broker may take for an answer, beside what a request asks for.
	answerPatience = 5 * time.Second
	// leastPause and mostPause space attempts of the client.
	leastPause, mostPause = 50 * time.Millisecond, time.Second
	// metadataPause is the least time between two questions who leads a partition, and metadataAge the most.
	metadataPause, metadataAge = 250 * time.Millisecond, time.Minute
)

// client is the client, with what it last failed to connect with. It connects when it is first needed.
type client struct {
	*kgo.Client
	secrets []string
	dials   *dials
}

func newClient(c Config, where address, id string, further ...kgo.Opt) (*client, error) {
	cl := &client{secrets: where.secrets, dials: &dials{}}
	options := []kgo.Opt{
		kgo.ClientID(id),
		kgo.SeedBrokers(where.brokers...),
		kgo.RequestTimeoutOverhead(answerPatience),
		kgo.RetryTimeout(c.WriteTimeout),
		kgo.RetryBackoffFn(pause),
		kgo.MetadataMinAge(metadataPause),
		kgo.MetadataMaxAge(metadataAge),
		kgo.DisableClientMetrics(),
		kgo.WithHooks(cl.dials),
	}
	if config := c.TLS; config != nil || where.tls {
		if config == nil {
			config = &tls.Config{MinVersion: tls.VersionTLS12}
		}
		options = append(options, kgo.DialTLSConfig(config.Clone()))
	}
	options = append(options, kgo.DialTimeout(dialTimeout))
	if m, ok := where.sasl(); ok {
		options = append(options, kgo.SASL(m))
	}
	var err error
	cl.Client, err = kgo.NewClient(append(append(options, further...), c.Options...)...)
	if err != nil {
		return nil, cl.safe(fmt.Errorf("Config: %w", err))
	}
	return cl, nil
}

// pause is how long to wait before an attempt, with jitter.
func pause(failures int) time.Duration {
	d := min(leastPause<<min(max(failures-1, 0), 10), mostPause)
	return d - rand.N(d/4)
}

// dials knows the latest attempt to connect.
type dials struct {
	mu  sync.Mutex
	err error // nil: it succeeded
}

// OnBrokerConnect is called by the client after each attempt.
func (d *dials) OnBrokerConnect(_ kgo.BrokerMetadata, _ time.Duration, _ net.Conn, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.err = err
}

func (d *dials) latest() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.err
}

// textError is an error whose text holds no secret of the URL.
type textError struct {
	text string
	err  error
}

func (e *textError) Error() string { return e.text }
func (e *textError) Unwrap() error { return e.err }

// safe returns an error whose text holds no secret of the URL, and begins with the package's name.
func (c *client) safe(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, kgo.ErrClientClosed) {
		err = ErrClosed
	}
	text := err.Error()
	for _, s := range c.secrets {
		text = strings.ReplaceAll(text, s, "…")
	}
	if !strings.HasPrefix(text, "kafkastore: ") {
		text = "kafkastore: " + text
	}
	return &textError{text, err}
}
