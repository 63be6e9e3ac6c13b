// SPDX-License-Identifier: Apache-2.0

package deliver

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
)

// tls returns what the flags say about TLS: nil when they say nothing.
func (s *settings) tls() (*tls.Config, error) {
	if s.ca == "" && s.cert == "" && s.key == "" {
		return nil, nil
	}
	if (s.cert == "") != (s.key == "") {
		return nil, cli.Usagef("--tls-cert and --tls-key belong together; give both")
	}
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	if s.ca != "" {
		text, err := os.ReadFile(s.ca)
		if err != nil {
			return nil, fmt.Errorf("--tls-ca: %w", err)
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("--tls-ca: %s holds no certificate in PEM", s.ca)
		}
	}
	if s.cert != "" {
		pair, err := tls.LoadX509KeyPair(s.cert, s.key)
		if err != nil {
			return nil, fmt.Errorf("--tls-cert and --tls-key: %w", err)
		}
		c.Certificates = []tls.Certificate{pair}
	}
	return c, nil
}
