// SPDX-License-Identifier: Apache-2.0

package deploy

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/compose-spec/compose-go/v2/types"
	"sigs.k8s.io/yaml"
)

func collectorProject(t *testing.T) *types.Project {
	t.Helper()
	p, err := composed(t, collectorDir+"/compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestCollectorCompose: the collector, MongoDB and Prometheus find each other, and nothing but the doors and Prometheus is published, to
// this machine alone.
func TestCollectorCompose(t *testing.T) {
	p := collectorProject(t)
	cfg := collectorLoads(t, collectorFiles(t))
	collect := p.Services["collect"]

	t.Run("ports", func(t *testing.T) {
		for name, want := range map[string]string{"collect": "127.0.0.1:8080:8080", "prometheus": "127.0.0.1:9090:9090", "mongodb": ""} {
			var ports []string
			for _, port := range p.Services[name].Ports {
				ports = append(ports, fmt.Sprintf("%s:%s:%d", port.HostIP, port.Published, port.Target))
			}
			if got := strings.Join(ports, " "); got != want {
				t.Errorf("%s publishes %q, want %q", name, got, want)
			}
		}
		if got := fmt.Sprintf(":%d", collect.Ports[0].Target); got != cfg.Collector.Listen {
			t.Errorf("%s is published, and the collector listens on %s", got, cfg.Collector.Listen)
		}
		if check := strings.Join(collect.HealthCheck.Test, " "); !strings.HasSuffix(check, "http://127.0.0.1"+cfg.Collector.AdminListen+"/healthz") {
			t.Errorf("the health check is %s", check)
		}
	})
	t.Run("mounts", func(t *testing.T) {
		var kept types.Services = make(types.Services)
		for name, s := range p.Services { // the directory of keys is made by hand
			var volumes []types.ServiceVolumeConfig
			for _, v := range s.Volumes {
				if filepath.Base(v.Source) != "keys" {
					volumes = append(volumes, v)
					continue
				}
				if v.Target != cfg.Ingest.Sources[0].KeysFile || !v.ReadOnly || v.Bind == nil || bool(v.Bind.CreateHostPath) {
					t.Errorf("keys are mounted as %+v", v)
				}
			}
			if name == "collect" && len(volumes) != len(s.Volumes)-1 {
				t.Error("no keys are mounted")
			}
			s.Volumes = volumes
			kept[name] = s
		}
		p.Services = kept
		mounts := mounted(t, p)
		for target, want := range map[string]string{
			"collect:" + filepath.Dir(cfg.EventMap):     "examples/collect/config",
			"collect:" + filepath.Dir(cfg.Dir):          "collect-data",
			"mongodb:/data/db":                          "mongodb-data",
			"prometheus:/prometheus":                    "prometheus-data",
			"prometheus:/etc/prometheus/prometheus.yml": "examples/collect/prometheus.yml",
		} {
			if got := filepath.ToSlash(mounts[target]); got != want && !strings.HasSuffix(got, "/"+want) {
				t.Errorf("%s is %q, want %s", target, got, want)
			}
		}
		if got := collect.Command[len(collect.Command)-1]; filepath.Dir(got) != filepath.Dir(cfg.EventMap) {
			t.Errorf("the collector is started with %s", got)
		}
	})
	t.Run("images", func(t *testing.T) {
		pinned(t, p)
		if got, want := p.Services["prometheus"].Image, project(t).Services["prometheus"].Image; got != want {
			t.Errorf("Prometheus is %s, and that of the card game %s", got, want)
		}
		if got, want := p.Services["mongodb"].Image, project(t).Services["mongodb"].Image; got != want {
			t.Errorf("MongoDB is %s, and that of the card game %s", got, want)
		}
	})
	t.Run("store", func(t *testing.T) {
		uri, err := url.Parse(*collect.Environment["OTELANALYTICS_MONGODB_URI"])
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := p.Services[uri.Hostname()]; !ok {
			t.Errorf("%s is no service", uri.Hostname())
		}
	})
	t.Run("end", func(t *testing.T) {
		if grace := time.Duration(*collect.StopGracePeriod); grace <= collectorEnd {
			t.Errorf("it ends within %v, and is killed after %v", collectorEnd, grace)
		}
	})
	t.Run("scrape", func(t *testing.T) {
		var prometheus struct {
			ScrapeConfigs []struct {
				StaticConfigs []struct {
					Targets []string `json:"targets"`
				} `json:"static_configs"`
			} `json:"scrape_configs"`
		}
		if err := yaml.Unmarshal([]byte(read(t, collectorDir+"/prometheus.yml")), &prometheus); err != nil {
			t.Fatal(err)
		}
		if got, want := fmt.Sprint(prometheus.ScrapeConfigs), "[{[{[collect"+cfg.Collector.AdminListen+"]}]}]"; got != want {
			t.Errorf("Prometheus scrapes %s, want %s", got, want)
		}
	})
}
