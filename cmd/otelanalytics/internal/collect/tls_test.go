// SPDX-License-Identifier: Apache-2.0

package collect

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// issue writes a certificate for the loopback with a serial number into tls.crt and tls.key, and returns a pool that trusts it.
func (c *collector) issue(serial int64) *x509.CertPool {
	c.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		c.t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "collector"}, NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		c.t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		c.t.Fatal(err)
	}
	c.write("tls.crt", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	c.write("tls.key", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})))
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	return pool
}

// serial returns the number of the certificate that a new connection is shown.
func (c *collector) serial(trusted *x509.CertPool, version uint16) (int64, error) {
	c.t.Helper()
	conn, err := tls.Dial("tcp", strings.TrimPrefix(c.url, "https://"), &tls.Config{RootCAs: trusted, MaxVersion: version, NextProtos: []string{"h2", "http/1.1"}})
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	if p := conn.ConnectionState().NegotiatedProtocol; p != "http/1.1" {
		c.t.Errorf("the protocol is %q", p)
	}
	return conn.ConnectionState().PeerCertificates[0].SerialNumber.Int64(), nil
}

// TestTLS: the certificate is exchanged while the collector runs, and a broken one changes nothing.
func TestTLS(t *testing.T) {
	c := prepare(t, web())
	first := c.issue(1)
	c.edit("listen:", "tls: {cert_file: "+c.dir+"/tls.crt, key_file: "+c.dir+"/tls.key}\nlisten:")
	c.start()
	if !strings.HasPrefix(c.url, "https://") {
		t.Fatalf("it serves %s", c.url)
	}
	c.client = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: first}, ForceAttemptHTTP2: true}}
	if status := c.send(webKey, `{"event_type":"page"}`); status != http.StatusOK {
		t.Errorf("status %d", status)
	}
	if n, err := c.serial(first, 0); n != 1 || err != nil {
		t.Errorf("certificate %d, %v", n, err)
	}
	if _, err := c.serial(first, tls.VersionTLS11); err == nil {
		t.Error("TLS 1.1 is spoken")
	}
	second := c.issue(2)
	c.tick()
	if n, err := c.serial(second, 0); n != 2 || err != nil {
		t.Errorf("after the certificate changed: %d, %v", n, err)
	}
	c.write("tls.key", "no key")
	c.tick()
	if n, err := c.serial(second, 0); n != 2 || err != nil {
		t.Errorf("with a broken key: %d, %v", n, err)
	}
	if log := c.log.String(); !strings.Contains(log, "the certificate stays as it is") || strings.Contains(log, "TLS handshake") {
		t.Errorf("the log does not tell of the broken key, or tells of what clients do wrong:\n%s", log)
	}
	if status := c.send(webKey, `{"event_type":"page"}`); status != http.StatusOK { // on its connection
		t.Errorf("status %d", status)
	}
	c.stop()
	if n := len(c.mongodb.Documents()); n != 2 {
		t.Errorf("%d documents", n)
	}
}
