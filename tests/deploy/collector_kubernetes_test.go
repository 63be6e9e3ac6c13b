// SPDX-License-Identifier: Apache-2.0

package deploy

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"sigs.k8s.io/yaml"
)

// collectorManifests are those of examples/collect/kubernetes.yaml.
type collectorManifests struct {
	files           corev1.ConfigMap
	set             appsv1.StatefulSet
	service, pods   corev1.Service
	budget          policyv1.PodDisruptionBudget
	pod             corev1.PodSpec
	c               corev1.Container
	volumes, mounts map[string]string // name → what it is; name → where it is
}

// parseCollector reads the manifests; a field that Kubernetes does not know is an error.
func parseCollector(t *testing.T) *collectorManifests {
	t.Helper()
	m := new(collectorManifests)
	parts := strings.Split(read(t, collectorDir+"/kubernetes.yaml"), "---\n")
	into := []any{&m.files, &m.set, &m.service, &m.pods, &m.budget}
	kinds := []string{"v1 ConfigMap", "apps/v1 StatefulSet", "v1 Service", "v1 Service", "policy/v1 PodDisruptionBudget"}
	if len(parts) != len(into) {
		t.Fatalf("%d manifests, want %d", len(parts), len(into))
	}
	for i, text := range parts {
		var kind struct{ APIVersion, Kind string }
		if err := yaml.Unmarshal([]byte(text), &kind); err != nil || kind.APIVersion+" "+kind.Kind != kinds[i] {
			t.Fatalf("%+v, %v, want %s", kind, err, kinds[i])
		}
		if err := yaml.UnmarshalStrict([]byte(text), into[i]); err != nil {
			t.Fatal(err)
		}
	}
	m.pod = m.set.Spec.Template.Spec
	m.c = m.pod.Containers[0]
	m.volumes, m.mounts = make(map[string]string), make(map[string]string)
	for _, v := range m.pod.Volumes {
		switch {
		case v.ConfigMap != nil:
			m.volumes[v.Name] = "ConfigMap " + v.ConfigMap.Name
		case v.Secret != nil:
			m.volumes[v.Name] = "Secret " + v.Secret.SecretName
		}
	}
	for _, v := range m.set.Spec.VolumeClaimTemplates {
		m.volumes[v.Name] = "claim"
	}
	for _, v := range m.c.VolumeMounts {
		m.mounts[v.Name] = v.MountPath
		if m.volumes[v.Name] == "" || v.SubPath != "" || v.ReadOnly == (m.volumes[v.Name] == "claim") {
			t.Errorf("%q is mounted as %+v", m.volumes[v.Name], v)
		}
	}
	return m
}

func TestCollectorManifests(t *testing.T) {
	m := parseCollector(t)
	cfg := collectorLoads(t, m.files.Data)

	t.Run("files", func(t *testing.T) {
		for name, want := range collectorFiles(t) {
			if m.files.Data[name] != want {
				t.Errorf("%s of the ConfigMap is not that of config/", name)
			}
		}
	})
	t.Run("selectors", func(t *testing.T) {
		for name, selector := range map[string]map[string]string{
			"set": m.set.Spec.Selector.MatchLabels, "service": m.service.Spec.Selector, "pods": m.pods.Spec.Selector, "budget": m.budget.Spec.Selector.MatchLabels,
		} {
			if selector["app"] == "" || selector["app"] != m.set.Spec.Template.Labels["app"] {
				t.Errorf("the selector of %s does not select the pods", name)
			}
		}
		if m.pods.Name != m.set.Spec.ServiceName || m.pods.Spec.ClusterIP != corev1.ClusterIPNone {
			t.Errorf("%s is not the headless service of the set", m.pods.Name)
		}
	})
	t.Run("ports", func(t *testing.T) {
		ports := make(map[string]string)
		for _, p := range m.c.Ports {
			ports[p.Name] = fmt.Sprintf(":%d", p.ContainerPort)
		}
		if ports["events"] != cfg.Collector.Listen || ports["admin"] != cfg.Collector.AdminListen {
			t.Errorf("the ports are %v, and the collector listens on %s and %s", ports, cfg.Collector.Listen, cfg.Collector.AdminListen)
		}
		for _, s := range []struct {
			service corev1.Service
			port    string
		}{{m.service, "events"}, {m.pods, "admin"}} { // who reaches the doors through the Service does not reach the admin port
			if p := s.service.Spec.Ports; len(p) != 1 || p[0].TargetPort.StrVal != s.port {
				t.Errorf("%s leads to %+v, want %s alone", s.service.Name, p, s.port)
			}
		}
		for path, p := range map[string]*corev1.Probe{"/healthz": m.c.LivenessProbe, "/readyz": m.c.ReadinessProbe} {
			if p.HTTPGet.Path != path || p.HTTPGet.Port.StrVal != "admin" {
				t.Errorf("a probe of %s at %s, want %s at admin", p.HTTPGet.Path, p.HTTPGet.Port.String(), path)
			}
		}
	})
	t.Run("volumes", func(t *testing.T) {
		for name, want := range map[string]string{
			"ConfigMap " + m.files.Name: filepath.Dir(cfg.EventMap),
			"Secret collect-keys-web":   cfg.Ingest.Sources[0].KeysFile,
			"claim":                     filepath.Dir(cfg.Dir),
		} {
			found := false
			for volume, is := range m.volumes {
				found = found || is == name && m.mounts[volume] == want
			}
			if !found {
				t.Errorf("%s is not mounted at %s: %v, %v", name, want, m.volumes, m.mounts)
			}
		}
		if got := strings.Join(m.c.Args, " "); !strings.Contains(got, "--config "+filepath.Dir(cfg.EventMap)+"/collect.yaml") {
			t.Errorf("the collector is started with %s", got)
		}
		room := m.set.Spec.VolumeClaimTemplates[0].Spec.Resources.Requests[corev1.ResourceStorage]
		if bound := cfg.JournalBytes; bound*3/2 > room.Value() {
			t.Errorf("a journal of up to %d bytes and half as much again do not fit into %s", bound, room.String())
		}
	})
	t.Run("secrets", func(t *testing.T) { // the page makes them: none is in the manifests
		page := read(t, root+"/docs/collect.md")
		uri := m.c.Env[0].ValueFrom.SecretKeyRef
		if m.c.Env[0].Name != "OTELANALYTICS_MONGODB_URI" || len(m.c.Env) != 1 {
			t.Errorf("the variables are %+v", m.c.Env)
		}
		for _, want := range []string{
			`secret generic ` + uri.Name + ` --from-file=` + uri.Key + `=`,
			`secret generic collect-keys-web --from-file=`,
		} {
			if !strings.Contains(page, want) {
				t.Errorf("the page has no command with %s", want)
			}
		}
	})
	t.Run("security", func(t *testing.T) {
		pod, c := m.pod.SecurityContext, m.c.SecurityContext
		if !*pod.RunAsNonRoot || *pod.RunAsUser == 0 || *pod.FSGroup != *pod.RunAsGroup || pod.SeccompProfile.Type != corev1.SeccompProfileTypeRuntimeDefault {
			t.Errorf("the pod runs as %+v", pod)
		}
		if *c.AllowPrivilegeEscalation || !*c.ReadOnlyRootFilesystem || fmt.Sprint(c.Capabilities.Drop) != "[ALL]" || *m.pod.AutomountServiceAccountToken {
			t.Errorf("the container has %+v", c)
		}
	})
	t.Run("end", func(t *testing.T) {
		grace := time.Duration(*m.pod.TerminationGracePeriodSeconds) * time.Second
		if before := time.Duration(m.c.Lifecycle.PreStop.Sleep.Seconds) * time.Second; before+collectorEnd >= grace {
			t.Errorf("%v before the end and %v for it, and the pod is killed after %v", before, collectorEnd, grace)
		}
	})
}
