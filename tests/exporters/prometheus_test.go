// SPDX-License-Identifier: Apache-2.0

package exporters

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"golang.org/x/crypto/bcrypt"

	"github.com/otelanalytics/otelanalytics-go/tests/exporters/servers"
)

// TestPrometheusSeesWhatIsConfigured has the page as the environment says it.
func TestPrometheusSeesWhatIsConfigured(t *testing.T) {
	environment(t, map[string]string{
		"OTELANALYTICS_PROMETHEUS_NAMESPACE": "acme", "OTELANALYTICS_PROMETHEUS_RESOURCE_LABELS": "service.name",
		"OTELANALYTICS_PROMETHEUS_NATIVE_HISTOGRAMS": "true", "OTEL_TRACES_EXPORTER": "console", "OTEL_TRACES_SAMPLER": "always_on",
		"OTEL_RESOURCE_ATTRIBUTES": "service.version=7",
	})
	s := open(t)
	s.sell(40)
	prom := servers.StartPrometheus(t, servers.WithTarget("shop", s.page()), servers.WithNativeHistograms(), servers.WithExemplars())
	prom.Await(t, `sum(acme_orders_total{service_name="shop"})`, float64(s.orders))
	prom.Await(t, `histogram_count(acme_order_value_EUR)`, float64(s.orders))
	prom.Await(t, `histogram_sum(acme_order_value_EUR)`, s.value)
	prom.Await(t, `histogram_count(acme_basket_size)`, float64(s.orders))
	prom.Await(t, `count(target_info{service_version="7"})`, 1)
	exemplars, err := prom.API().QueryExemplars(t.Context(), "acme_orders_total", time.Now().Add(-time.Hour), time.Now().Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	spans := map[string]bool{}
	for _, span := range s.spans {
		spans[span.TraceID().String()] = true
	}
	found := 0
	for _, series := range exemplars {
		for _, e := range series.Exemplars {
			if !spans[string(e.Labels["trace_id"])] {
				t.Errorf("an exemplar of no order: %v", e.Labels)
			}
			found++
		}
	}
	if found == 0 {
		t.Error("Prometheus has no exemplars")
	}
}

// TestPrometheusExponentialHistogram has a native histogram for the map's exponential_histogram alone, and neither
// target_info nor exemplars.
func TestPrometheusExponentialHistogram(t *testing.T) {
	environment(t, map[string]string{
		"OTELANALYTICS_PROMETHEUS_TARGET_INFO": "false", "OTEL_METRICS_EXEMPLAR_FILTER": "always_off", "OTEL_TRACES_EXPORTER": "console",
	})
	s := open(t)
	s.sell(40)
	prom := servers.StartPrometheus(t, servers.WithTarget("shop", s.page()), servers.WithNativeHistograms(), servers.WithExemplars())
	prom.Await(t, `histogram_count(basket_size)`, float64(s.orders))
	prom.Await(t, `sum(order_value_EUR_bucket{le="10.0"})`, 11) // 0 to 10
	exemplars, err := prom.API().QueryExemplars(t.Context(), "orders_total", time.Now().Add(-time.Hour), time.Now().Add(time.Minute))
	if err != nil || len(exemplars) != 0 {
		t.Errorf("exemplars that are switched off: %v, %v", exemplars, err)
	}
	prom.AwaitVector(t, `target_info`, "no target_info", func(v model.Vector) bool { return len(v) == 0 })
}

// TestPrometheusOverTLS scrapes the standalone server, which wants a password, over TLS, and cannot without the password.
func TestPrometheusOverTLS(t *testing.T) {
	directory := t.TempDir()
	certificate, key := selfSigned(t, directory)
	web := filepath.Join(directory, "web.yaml")
	hash, err := bcrypt.GenerateFromPassword([]byte("test"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("tls_server_config: {cert_file: %s, key_file: %s}\nbasic_auth_users: {ops: %s}\n", certificate, key, hash)
	if err := os.WriteFile(web, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	environment(t, map[string]string{
		"OTEL_EXPORTER_PROMETHEUS_HOST": "127.0.0.1", "OTEL_EXPORTER_PROMETHEUS_PORT": "0", "OTELANALYTICS_PROMETHEUS_WEB_CONFIG": web,
	})
	s := open(t)
	s.sell(40)
	scrape := func(job, password string) string {
		return fmt.Sprintf("- {job_name: %s, scheme: https, basic_auth: {username: ops, password: %s}, tls_config: {ca_file: %s}, static_configs: [{targets: [%q]}]}\n",
			job, password, certificate, s.tel.MetricsAddr())
	}
	prom := servers.StartPrometheus(t, servers.WithScrapeConfigs(scrape("shop", "test")+scrape("stranger", "guess")))
	s.answers(prom, `{job="shop"}`)
	prom.Await(t, `up{job="stranger"}`, 0)
}

// selfSigned writes a certificate for 127.0.0.1 and its key.
func selfSigned(t *testing.T, directory string) (certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	privateDER, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, kind string, der []byte) string {
		name = filepath.Join(directory, name)
		if err := os.WriteFile(name, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	return write("server.crt", "CERTIFICATE", der), write("server.key", "EC PRIVATE KEY", privateDER)
}
