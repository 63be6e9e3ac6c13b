// SPDX-License-Identifier: Apache-2.0

package deploy

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
)

const collectorDockerfile = collectorDir + "/Dockerfile"

// TestCollectorDockerfile: the compose file builds it, and the pod's numbers are those of the image.
func TestCollectorDockerfile(t *testing.T) {
	checkImage(t, collectorDockerfile)
	build := collectorProject(t).Services["collect"].Build
	if got := filepath.Join(build.Context, build.Dockerfile); got != absolute(t, collectorDockerfile) || build.Context != absolute(t, root) {
		t.Errorf("the compose file builds %s in %s", got, build.Context)
	}
	_, image := stages(t, collectorDockerfile)
	if user := commandsOf[*instructions.UserCommand](image)[0].User; user != "10001:10001" || *parseCollector(t).pod.SecurityContext.RunAsUser != 10001 {
		t.Errorf("the image runs as %s", user)
	}
}

// TestCollectorImageServes does natively what the image would, as TestImageServes does: with the files of the example, without a MongoDB.
func TestCollectorImageServes(t *testing.T) {
	build, image := stages(t, collectorDockerfile)
	entry := commandsOf[*instructions.EntrypointCommand](image)[0].CmdLine
	program := filepath.Join(built(t, build, collectorDockerfile), entry[0])
	if runtime.GOOS == "linux" {
		static(t, program)
	}
	dir := collectorPlaced(t, collectorFiles(t))
	args := slices.Concat(entry[1:], collectorProject(t).Services["collect"].Command)
	for i, a := range args {
		args[i] = strings.Replace(a, "/etc/collect/", dir+"/", 1)
	}
	service := exec.Command(program, args...)
	service.Dir = t.TempDir()
	service.Env = append(os.Environ(), "OTELANALYTICS_MONGODB_URI=mongodb://127.0.0.1:1",
		"OTELANALYTICS_LISTEN=127.0.0.1:0", "OTELANALYTICS_ADMIN_LISTEN=127.0.0.1:0")
	log, err := service.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := service.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = service.Process.Kill() })
	urls := serving(t, log, regexp.MustCompile(`msg=serving url=(\S+) admin_url=(\S+)`))
	for _, path := range []string{"/healthz", "/readyz", "/metrics"} {
		resp, err := http.Get(urls[2] + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", path, resp.Status)
		}
	}
	req, err := http.NewRequest(http.MethodPost, urls[1]+"/v1/events", strings.NewReader(`{"event_type":"page","anonymous_id":"a-1"}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.SetBasicAuth(keyOfTest, "")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("an event: %s", resp.Status)
	}
	if err := service.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	late := time.AfterFunc(time.Minute, func() { _ = service.Process.Kill() })
	defer late.Stop()
	if _ = service.Wait(); !service.ProcessState.Exited() { // it may report the event that waits for a MongoDB
		t.Errorf("after a signal: %v", service.ProcessState)
	}
}
