// SPDX-License-Identifier: Apache-2.0

package deploy

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"sigs.k8s.io/yaml"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// parse reads the page's manifests; a field that Kubernetes does not know is an error.
func parse(t *testing.T) (appsv1.StatefulSet, corev1.Service, policyv1.PodDisruptionBudget) {
	t.Helper()
	page, err := os.ReadFile("../../docs/kubernetes.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```yaml\n")
	block, _, ok := strings.Cut(rest, "```")
	manifests := strings.Split(block, "\n---\n")
	if !ok || len(manifests) != 3 {
		t.Fatalf("%d manifests on the page, want 3", len(manifests))
	}
	var set appsv1.StatefulSet
	var service corev1.Service
	var budget policyv1.PodDisruptionBudget
	for i, into := range []any{&set, &service, &budget} {
		if err := yaml.UnmarshalStrict([]byte(manifests[i]), into); err != nil {
			t.Fatal(err)
		}
	}
	return set, service, budget
}

func TestManifests(t *testing.T) {
	set, service, budget := parse(t)
	if set.Kind != "StatefulSet" || set.APIVersion != "apps/v1" || budget.Kind != "PodDisruptionBudget" || budget.APIVersion != "policy/v1" {
		t.Errorf("%s %s, %s %s", set.APIVersion, set.Kind, budget.APIVersion, budget.Kind)
	}
	if service.Kind != "Service" || service.APIVersion != "v1" || service.Name != set.Spec.ServiceName || service.Spec.ClusterIP != corev1.ClusterIPNone {
		t.Errorf("%s %s %s is not the headless service of the set", service.APIVersion, service.Kind, service.Name)
	}
	pod := set.Spec.Template
	for name, selector := range map[string]map[string]string{"service": service.Spec.Selector, "set": set.Spec.Selector.MatchLabels, "budget": budget.Spec.Selector.MatchLabels} {
		if selector["app"] == "" || selector["app"] != pod.Labels["app"] {
			t.Errorf("the selector of the %s does not select the pods", name)
		}
	}
	c := pod.Spec.Containers[0]

	t.Run("settings", func(t *testing.T) {
		for _, e := range c.Env {
			value := e.Value
			if e.ValueFrom != nil {
				value = "mongodb://user:secret@mongodb.example.com/" // what the secret holds
			}
			t.Setenv(e.Name, value)
		}
		cfg, err := config.Load("")
		if err != nil {
			t.Fatal(err)
		}
		if cfg.URI == "" {
			t.Error("no MongoDB")
		}
		claim := set.Spec.VolumeClaimTemplates[0]
		mount := c.VolumeMounts[0]
		if mount.Name != claim.Name || !strings.HasPrefix(cfg.Dir, mount.MountPath+"/") {
			t.Errorf("the data directory %s is not on the volume %s, which is mounted at %s", cfg.Dir, claim.Name, mount.MountPath)
		}
		room := claim.Spec.Resources.Requests[corev1.ResourceStorage]
		if bound := cfg.JournalBytes; bound*3/2 > room.Value() {
			t.Errorf("a journal of up to %d bytes and half as much again do not fit into %s", bound, room.String())
		}
		if filepath.Clean(cfg.Dir) != cfg.Dir {
			t.Errorf("data directory %q", cfg.Dir)
		}
	})
	t.Run("end", func(t *testing.T) {
		grace := time.Duration(*pod.Spec.TerminationGracePeriodSeconds) * time.Second
		const shutdown = 20 * time.Second // as the page says
		if before := time.Duration(c.Lifecycle.PreStop.Sleep.Seconds) * time.Second; before+shutdown >= grace {
			t.Errorf("%v before the end and %v for Shutdown, and the pod is killed after %v", before, shutdown, grace)
		}
	})
	t.Run("probes", func(t *testing.T) {
		live, ready := c.LivenessProbe, c.ReadinessProbe
		if live.HTTPGet.Path != "/healthz" || ready.HTTPGet.Path != "/readyz" {
			t.Errorf("probes of %s and %s", live.HTTPGet.Path, ready.HTTPGet.Path)
		}
		if ready.TimeoutSeconds < 1 {
			t.Errorf("the readiness probe gives up after %d s, and the handler takes up to 300 ms", ready.TimeoutSeconds)
		}
		for _, p := range []*corev1.Probe{live, ready} {
			if p.HTTPGet.Port.StrVal != c.Ports[0].Name {
				t.Errorf("a probe of port %s", p.HTTPGet.Port.String())
			}
		}
	})
}
