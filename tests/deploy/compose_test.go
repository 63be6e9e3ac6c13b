// SPDX-License-Identifier: Apache-2.0

package deploy

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
	"sigs.k8s.io/yaml"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

const (
	root        = "../.."
	composeFile = root + "/grafana/compose.yaml"
	toolsDir    = root + "/tests/exporters/internal/servertools/"
)

// composed loads a compose file as docker compose does: against the schema of the Compose specification, with variables.
func composed(t *testing.T, path string, env ...string) (*types.Project, error) {
	t.Helper()
	options, err := cli.NewProjectOptions([]string{path}, cli.WithEnv(env))
	if err != nil {
		t.Fatal(err)
	}
	return options.LoadProject(context.Background())
}

const password = "GRAFANA_ADMIN_PASSWORD=a-password-of-this-test"

func project(t *testing.T) *types.Project {
	t.Helper()
	p, err := composed(t, composeFile, password)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestComposeRefuses: the loader, which has the schema, can fail.
func TestComposeRefuses(t *testing.T) {
	text, err := os.ReadFile(composeFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, old, new, says string }{
		{"an unknown key", "healthcheck:", "healthchek:", "healthchek"},
		{"a value of another type", "read_only: true", "read_only: [true]", "read_only"},
		{"a duration", "interval: 10s", "interval: soon", "soon"},
		{"a service that is not there", "redis: {condition", "valkey: {condition", "valkey"},
		{"a volume that is not there", "- grafana-data:/", "- grafana-dta:/", "grafana-dta"},
		{"a port", "127.0.0.1:3001:3000", "127.0.0.1:3001:three", "three"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if !strings.Contains(string(text), test.old) {
				t.Fatalf("the file has no %q", test.old)
			}
			path := filepath.Join(t.TempDir(), "compose.yaml")
			if err := os.WriteFile(path, []byte(strings.Replace(string(text), test.old, test.new, 1)), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := composed(t, path, password); err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("the loader says %v", err)
			}
		})
	}
	t.Run("no password", func(t *testing.T) {
		if _, err := composed(t, composeFile); err == nil || !strings.Contains(err.Error(), "GRAFANA_ADMIN_PASSWORD") {
			t.Errorf("the loader says %v", err)
		}
	})
}

// TestComposePorts: what is published is published to this machine alone, at the ports that README.md names.
func TestComposePorts(t *testing.T) {
	want := map[string]string{"cardgame": "127.0.0.1:5001:5001", "prometheus": "127.0.0.1:9090:9090", "grafana": "127.0.0.1:3001:3000"}
	for name, s := range project(t).Services {
		var ports []string
		for _, p := range s.Ports {
			ports = append(ports, fmt.Sprintf("%s:%s:%d", p.HostIP, p.Published, p.Target))
		}
		if got := strings.Join(ports, " "); got != want[name] {
			t.Errorf("%s publishes %q, want %q", name, got, want[name])
		}
		delete(want, name)
	}
	for name := range want {
		t.Errorf("there is no service %s", name)
	}
}

// mounted returns what is mounted, by service:target, and holds that every file is there and cannot be changed from inside, and that
// every volume is used.
func mounted(t *testing.T, p *types.Project) map[string]string {
	t.Helper()
	used := make(map[string]bool)
	mounts := make(map[string]string) // service:target → source
	for name, s := range p.Services {
		for _, v := range s.Volumes {
			mounts[name+":"+v.Target] = v.Source
			if v.Type == types.VolumeTypeVolume {
				used[v.Source] = true
				continue
			}
			if _, err := os.Stat(v.Source); err != nil {
				t.Errorf("%s mounts what is not there: %v", name, err)
			}
			if !v.ReadOnly {
				t.Errorf("%s can change %s", name, v.Source)
			}
		}
	}
	for name := range p.Volumes {
		if !used[name] {
			t.Errorf("nobody uses the volume %s", name)
		}
	}
	return mounts
}

// TestComposeMounts: every file that is mounted is in the repository, and cannot be changed from inside; every volume is
// used; and what Prometheus, Grafana and the collector are told to read is where it is mounted.
func TestComposeMounts(t *testing.T) {
	p := project(t)
	mounts := mounted(t, p)
	for target, want := range map[string]string{
		"prometheus:/etc/prometheus":         "grafana/prometheus",
		"grafana:/etc/grafana/provisioning":  "grafana/provisioning",
		"collector:/etc/otelcol/config.yaml": "grafana/collector/config.yaml",
		"cardgame:/var/lib/cardgame":         "cardgame-data",
		"mongodb:/data/db":                   "mongodb-data",
		"prometheus:/prometheus":             "prometheus-data",
		"grafana:/var/lib/grafana":           "grafana-data",
	} {
		if got := filepath.ToSlash(mounts[target]); got != want && !strings.HasSuffix(got, "/"+want) {
			t.Errorf("%s is %q, want %s", target, got, want)
		}
	}
	for name, arg := range map[string]string{
		"prometheus": "--config.file=/etc/prometheus/prometheus.yml --storage.tsdb.path=/prometheus",
		"collector":  "--config=/etc/otelcol/config.yaml",
	} {
		if got := strings.Join(p.Services[name].Command, " "); !strings.Contains(got, arg) {
			t.Errorf("%s is started with %s", name, got)
		}
	}
}

// pinned holds that images have versions.
func pinned(t *testing.T, p *types.Project) {
	t.Helper()
	version := regexp.MustCompile(`^[a-z0-9./-]+:v?[0-9]+\.[0-9]+(\.[0-9]+)?(-alpine)?$`)
	for name, s := range p.Services {
		if s.Build == nil && !version.MatchString(s.Image) {
			t.Errorf("%s: the version of %s is not pinned", name, s.Image)
		}
	}
}

// TestComposeImages: versions are pinned, and those of Prometheus and the collector are the ones that the tests run.
func TestComposeImages(t *testing.T) {
	p := project(t)
	pinned(t, p)
	for _, test := range []struct{ service, image, module, file string }{
		{"prometheus", "prom/prometheus", "github.com/prometheus/prometheus", "prometheus/go.mod"},
		{"collector", "otel/opentelemetry-collector", "go.opentelemetry.io/collector/otelcol", "collector/go.mod"},
	} {
		text, err := os.ReadFile(toolsDir + test.file)
		if err != nil {
			t.Fatal(err)
		}
		m := regexp.MustCompile(regexp.QuoteMeta(test.module) + ` v0\.(\d+)\.(\d+)`).FindStringSubmatch(string(text))
		if m == nil {
			t.Fatalf("%s does not pin %s", test.file, test.module)
		}
		version := "0." + m[1] + "." + m[2]
		if test.service == "prometheus" { // v3.16.0 is v0.316.0 as a module
			version = "v" + m[1][:1] + "." + strings.TrimLeft(m[1][1:], "0") + "." + m[2]
		}
		if got := p.Services[test.service].Image; got != test.image+":"+version {
			t.Errorf("%s is %s, and the tests run %s", test.service, got, version)
		}
	}
}

// TestComposeHealth: what can tell whether it is well does, and what needs others waits for that.
func TestComposeHealth(t *testing.T) {
	p := project(t)
	for name, s := range p.Services {
		if has := s.HealthCheck != nil; has == (name == "collector") { // whose image has no shell
			t.Errorf("%s has a health check: %v", name, has)
		}
		for on, d := range s.DependsOn {
			if want := p.Services[on].HealthCheck != nil; want != (d.Condition == types.ServiceConditionHealthy) {
				t.Errorf("%s waits until %s is %s", name, on, d.Condition)
			}
		}
	}
}

// TestComposeSettings has the SDK read what the card game is given: its variables are known ones, and name services and
// volumes that there are. No secret is in the file.
func TestComposeSettings(t *testing.T) {
	p := project(t)
	game := p.Services["cardgame"]
	for name, value := range game.Environment {
		if value == nil {
			t.Errorf("%s has no value", name)
			continue
		}
		t.Setenv(name, *value)
	}
	cfg, err := config.Load(root + "/examples/cardgame/otelanalytics.yaml")
	if err != nil {
		t.Fatal(err)
	}
	uri, err := url.Parse(string(cfg.URI))
	if err != nil {
		t.Fatal(err)
	}
	endpoint, err := url.Parse(os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT"))
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{uri.Hostname(), endpoint.Hostname(), flagOf(game.Command, "-redis-addr", ":6379")} {
		if _, ok := p.Services[host]; !ok {
			t.Errorf("%q is no service", host)
		}
		if _, ok := game.DependsOn[host]; !ok {
			t.Errorf("the card game does not wait for %s", host)
		}
	}
	if got := os.Getenv("OTEL_METRICS_EXPORTER"); got != "prometheus" {
		t.Errorf("metrics are exported to %s: a scrape and an export count twice", got)
	}
	if game.Volumes[0].Target != cfg.Dir {
		t.Errorf("the journal is in %s, the volume at %s", cfg.Dir, game.Volumes[0].Target)
	}
	text, err := os.ReadFile(composeFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?i)(\w*(?:password|secret|token|_key)\w*): (.*)`).FindAllStringSubmatch(string(text), -1) {
		if !strings.HasPrefix(m[2], "${") {
			t.Errorf("%s is in the file", m[1])
		}
	}
}

// TestOneScrapeTarget: Prometheus scrapes the card game at one of its two addresses, and the other one is a comment.
func TestOneScrapeTarget(t *testing.T) {
	p := project(t)
	text, err := os.ReadFile(root + "/grafana/prometheus/prometheus.yml")
	if err != nil {
		t.Fatal(err)
	}
	var config struct {
		Global struct {
			ScrapeInterval string `json:"scrape_interval"`
		} `json:"global"`
		ScrapeConfigs []struct {
			JobName       string `json:"job_name"`
			StaticConfigs []struct {
				Targets []string `json:"targets"`
			} `json:"static_configs"`
		} `json:"scrape_configs"`
	}
	if err := yaml.Unmarshal(text, &config); err != nil {
		t.Fatal(err)
	}
	if config.Global.ScrapeInterval != "15s" {
		t.Errorf("scraped every %s", config.Global.ScrapeInterval)
	}
	var targets []string
	for _, s := range config.ScrapeConfigs {
		for _, c := range s.StaticConfigs {
			targets = append(targets, c.Targets...)
		}
	}
	game := p.Services["cardgame"].Command
	want := "cardgame" + strings.TrimPrefix(flagOf(game, "-addr", ""), "0.0.0.0")
	if len(targets) != 1 || targets[0] != want {
		t.Errorf("the targets are %v, want %s alone", targets, want)
	}
	fallback := "cardgame" + strings.TrimPrefix(flagOf(game, "-metrics-addr", ""), "0.0.0.0")
	if !strings.Contains(string(text), `# - targets: ["`+fallback+`"]`) {
		t.Errorf("%s is not there as a comment", fallback)
	}
}

// flagOf is the value of a flag, without a suffix that it must have.
func flagOf(args []string, name, suffix string) string {
	for i, a := range args[:len(args)-1] {
		if a == name && strings.HasSuffix(args[i+1], suffix) {
			return strings.TrimSuffix(args[i+1], suffix)
		}
	}
	return ""
}
